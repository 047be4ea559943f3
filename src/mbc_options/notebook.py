"""What notebooks ask of an object: a card of it in HTML, and widgets where something can be done with it.

How these look is known at the top of the package. So that imports point one way, and that whoever never opens a
notebook waits for no template, `mbc_options` itself says what makes them (`card`, `bundle`) when it is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ShownAsCard", "ShownAsWidgets", "bundle", "card"]


def _no_card(_: object) -> str | None:
    return None


def _no_widgets(_: object) -> dict[str, Any]:
    return {}


card: Callable[[Any], str | None] = _no_card
"""Returns the card of an object; None where there is none, and text is shown."""

bundle: Callable[[Any], dict[str, Any]] = _no_widgets
"""Returns the widgets of an object by their kind; nothing where there are none."""


class ShownAsCard:
    """Something that a notebook may show as a card; a mixin without state."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Return the card, under the name that front ends ask for; None where there is none, and text is shown."""
        return card(self)


class ShownAsWidgets(ShownAsCard):
    """Something that a notebook shows with widgets, where ipywidgets is there, and as a card otherwise."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the view of the widgets; nothing where there are none. Card and text come by their own methods.

        Args:
            include: which kinds to return, if any.
            exclude: which not to. Both are left to whoever asks, as the protocol allows.
        """
        del include, exclude
        return bundle(self)
