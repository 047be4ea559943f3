"""The public truth tables of three values, over facts that have nothing to do with each other.

They are those of CQL's logical operators, as `CqlLogicalOperatorsTest` of cqframework's `cql-tests` has them (and, or,
xor, implies, not), and of DMN's ternary logic, which `0106-feel-ternary-logic` and `0107-feel-ternary-logic-not` of its
TCK test (and, or, not). Null is here what is not known. What does not apply is a null that stands for no truth value,
as a text does in FEEL: such a condition cannot be written.
"""

from __future__ import annotations

from typing import Any

import pytest
from builders import SPACE, _valid, empty_rulebook

from mbc_options.rulebook.compile import Compiler
from mbc_options.rulebook.models import CareQuestion

TERNARY = {
    # The rows are true, false, null, as the columns are.
    "and": ("TFN", "FFF", "NFN"),
    "or": ("TTT", "TFN", "TNN"),
    "xor": ("FTN", "TFN", "NNN"),
    "implies": ("TFN", "TTT", "TNN"),
}
A, B = {"er": "positive"}, {"her2": "positive"}
WRITTEN = {
    "and": {"all": [A, B]},
    "or": {"any": [A, B]},
    "xor": {"any": [{"all": [A, {"not": B}]}, {"all": [{"not": A}, B]}]},
    "implies": {"any": [{"not": A}, B]},
}
VALUES = {"T": ["positive"], "F": ["negative"], "N": ["positive", "negative"]}


def ternary(when: Any, known: int) -> str:
    question = _valid(CareQuestion, {"id": "q", "ask": "a", "basis": "stated", "when": when})
    function = Compiler(empty_rulebook(), None).knowing(question).function
    assert function is not None
    return "T" if function.entailed_by(known) else "F" if function.refuted_by(known) else "N"


@pytest.mark.parametrize("operator", TERNARY)
def test_over_facts_apart_the_public_tables_of_three_values_hold(operator: str) -> None:
    rows = tuple(
        "".join(ternary(WRITTEN[operator], SPACE.cube({"er": VALUES[a], "her2": VALUES[b]})) for b in "TFN")
        for a in "TFN"
    )
    assert rows == TERNARY[operator]


def test_so_does_that_of_not() -> None:
    assert "".join(ternary({"not": A}, SPACE.cube({"er": VALUES[a]})) for a in "TFN") == "FTN"


def test_over_one_fact_more_is_known_than_a_table_can_say() -> None:
    """Where both sides rest on the same unknown fact, tables say null; every patient says yes, or none does."""
    assert ternary({"any": [A, {"not": A}]}, SPACE.universe) == "T"
    assert ternary({"all": [A, {"not": A}]}, SPACE.universe) == "F"
