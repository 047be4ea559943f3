"""What the tests of teaching cases ask again and again: cases written for the test, and what is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from mbc_options import Case, CaseError, Problem, load_case

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "benchmarks")]  # what stands beside the tests is in no package


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file, and return its path."""

    def written(content: str, name: str = "case.yaml") -> Path:
        path = tmp_path / name
        path.write_text(dedent(content), encoding="utf-8")
        return path

    return written


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[..., Case]:
    """The case that a file with this content describes."""
    return lambda content, name="case.yaml": load_case(write(content, name))


@pytest.fixture
def problems(write: Callable[..., Path]) -> Callable[..., tuple[Problem, ...]]:
    """Everything found wrong with a case that must be refused."""

    def found(content: str, name: str = "case.yaml") -> tuple[Problem, ...]:
        path = write(content, name)
        with pytest.raises(CaseError) as caught:
            load_case(path)
        assert all(problem.file == str(path) for problem in caught.value.problems)
        return caught.value.problems

    return found
