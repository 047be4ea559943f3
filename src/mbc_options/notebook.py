"""What notebooks ask of an object: a card of it in HTML."""

from __future__ import annotations

from importlib import import_module

__all__ = ["ShownAsCard"]


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
