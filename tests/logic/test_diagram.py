"""Decision diagrams, walked case by case against enumeration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st
from random_covers import covers, inside, points, spaces

from mbc_options.logic import Space, Theory
from mbc_options.logic import diagram as diagram_module
from mbc_options.logic.diagram import Step, decision_diagram

if TYPE_CHECKING:
    import pytest

Drawn = tuple[Space, Theory, set[int], set[int]]


@st.composite
def classifications(draw: st.DrawFn) -> Drawn:
    """A space, what cannot be, the possible cases, and those of them that are "in"."""
    space = draw(spaces())
    broken = draw(covers(space, 2))
    possible = points(space) - inside(space, broken)
    assume(possible)
    return space, Theory(space, broken), possible, inside(space, draw(covers(space))) & possible


def diagram_of(drawn: Drawn, most: int = 1000) -> tuple[Step, ...] | None:
    space, theory, possible, within = drawn

    def answer_of(cube: int) -> str | None:
        answers = {"in" if case in within else "out" for case in possible if not case & ~cube}
        return answers.pop() if len(answers) == 1 else None

    return decision_diagram(theory, space.facts, answer_of, most=most)


def walked(space: Space, steps: tuple[Step, ...], case: int) -> tuple[str, list[str]]:
    """The answer for a case, and the facts that were asked."""
    asked, at = [], 0
    while True:
        step = steps[at]
        asked.append(step.fact)
        (value,) = space.values(case, step.fact)
        (branch,) = [branch for branch in step.branches if value in branch.values]
        if branch.to is None:
            return branch.answer, asked
        assert branch.to > at, "each step stands before those that it leads to"
        at = branch.to


@given(classifications())
def test_every_possible_case_is_led_to_its_answer_and_asked_each_fact_once_at_most(drawn: Drawn) -> None:
    space, _, possible, within = drawn
    steps = diagram_of(drawn)
    assert steps is not None
    if not steps:
        assert within in (set(), possible)
        return
    orders = set()
    for case in possible:
        answer, asked = walked(space, steps, case)
        assert answer == ("in" if case in within else "out")
        assert len(set(asked)) == len(asked)
        orders |= {(a, b) for i, a in enumerate(asked) for b in asked[i + 1 :]}
    assert not any((b, a) in orders for a, b in orders), "the facts stand in one order on all ways"


@given(classifications())
def test_no_step_is_without_need(drawn: Drawn) -> None:
    steps = diagram_of(drawn) or ()
    for step in steps:
        assert len(step.branches) > 1
        assert len({(branch.to, branch.answer) for branch in step.branches}) == len(step.branches)
    assert len({(step.fact, step.branches) for step in steps}) == len(steps)
    assert {0} | {branch.to for step in steps for branch in step.branches if branch.to} == set(range(len(steps) or 1))


def parity(facts: int) -> Drawn:
    """The cases in which an odd number of facts is so: the order of the facts changes nothing."""
    space = Space({f"f{i}": ["no", "yes"] for i in range(facts)})
    every = points(space)
    within = {case for case in every if sum(space.values(case, fact) == ("yes",) for fact in space.facts) % 2}
    return space, Theory(space, ()), every, within


def test_the_order_is_chosen_that_takes_the_fewest_steps() -> None:
    space = Space({name: ["no", "yes"] for name in ("a1", "a2", "b1", "b2")})
    every = points(space)

    def so(case: int, fact: str) -> bool:
        return space.values(case, fact) == ("yes",)

    within = {case for case in every if (so(case, "a1") and so(case, "b1")) or (so(case, "a2") and so(case, "b2"))}
    steps = diagram_of((space, Theory(space, ()), every, within))
    assert steps is not None
    assert [step.fact[1] for step in steps] in (["1", "1", "2", "2"], ["2", "2", "1", "1"])  # each pair together


def test_one_that_would_be_too_large_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(diagram_of(parity(4)) or ()) == 7
    assert diagram_of(parity(4), most=6) is None
    monkeypatch.setattr(diagram_module, "MOST_CALLS", 10)
    assert diagram_of(parity(4)) is None
