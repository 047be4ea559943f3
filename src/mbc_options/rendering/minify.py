"""Leaving out of a stylesheet what a browser does not need, so that it stays readable and pages small."""

from __future__ import annotations

import re

__all__ = ["compact_css"]

_CSS_SPACE = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)
_CSS_SIGN = re.compile(r"""("[^"]*"|'[^']*')| ?([{};,>]) ?|(:) """)


def compact_css(text: str) -> str:
    """Return a stylesheet without comments and superfluous white space."""
    return type(text)(_CSS_SIGN.sub(r"\1\2\3", _CSS_SPACE.sub(" ", text)).replace(";}", "}").strip())
