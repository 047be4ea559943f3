"""The registers that a rulebook speaks in; here alone, because the command line asks for them on every run."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["Words"]

Words: TypeAlias = Literal["clinical", "plain"]
"""A register: the terms of the field, or plain words for patients and their families."""
