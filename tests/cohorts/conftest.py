"""Tests of tables share patients and rulebooks by chance with those of the exploration."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "exploration")]  # what stands beside the tests is in no package
