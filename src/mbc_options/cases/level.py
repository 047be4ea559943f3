"""For whom a case is."""

from __future__ import annotations

from typing import Literal

__all__ = ["Level"]

Level = Literal["introductory", "intermediate", "advanced"]
