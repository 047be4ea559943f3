"""Objects of slots that cannot be changed once they are made."""

from __future__ import annotations

from typing import Any

__all__ = ["SetOnce"]


class SetOnce:
    """The base of classes with slots, each of which is set once and then stays."""

    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, name):
            msg = f"cannot set {name!r}: a {type(self).__name__} cannot be changed"
            raise AttributeError(msg)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        msg = f"cannot delete {name!r}: a {type(self).__name__} cannot be changed"
        raise AttributeError(msg)
