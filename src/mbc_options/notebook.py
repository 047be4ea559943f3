"""What notebooks ask of an object: a card of it in HTML, and widgets where something can be done with it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["ShownAsCard", "ShownAsWidgets"]


class ShownAsCard:
    """Something that a notebook may show as a card.

    A mixin without state, for models at the bottom of the package. How a card looks is known at the top,
    to `mbc_options.rendering.cards`. So that imports keep pointing one way, and that whoever never opens
    a notebook waits for no template, that module is fetched by name, and only when a front end asks for
    a card. This is the one place where something below calls something above it.
    """

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Return the card, under the name that front ends ask for; None where there is none, and text is shown."""
        html: str | None = import_module("mbc_options.rendering.cards").card(self)
        return html


class ShownAsWidgets(ShownAsCard):
    """Something that a notebook shows with widgets, where ipywidgets is there, and as a card otherwise.

    Which of the two is chosen when it is shown: `mbc_options.rendering.widgets` is fetched as the cards are.
    """

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the view of the widgets; nothing where there are none. Card and text come by their own methods.

        Args:
            include: which kinds to return, if any.
            exclude: which not to. Both are left to whoever asks, as the protocol allows.
        """
        del include, exclude
        bundle: dict[str, Any] = import_module("mbc_options.rendering.widgets").bundle(self)
        return bundle
