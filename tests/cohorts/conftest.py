"""Tests of tables share what is beside this file, and the random rulebooks of the exploration."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "exploration")]
