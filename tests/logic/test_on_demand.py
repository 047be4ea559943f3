"""Conditions decided on demand against enumeration, and against all their primes: both ways say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from random_covers import Problem, covers, cubes, fields_apart, inside, problems, spaces

from mbc_options.logic import PrimeFunction, Theory
from mbc_options.logic.cover_function import CoverFunction
from mbc_options.logic.search import Cubes


def on_demand(theory: Theory, cover: tuple[int, ...], but_not: tuple[int, ...] = ()) -> CoverFunction:
    """The condition as if its primes were too many."""
    function = theory.compile(cover, but_not=but_not, decide="cover")
    assert isinstance(function, CoverFunction)
    return function


@st.composite
def differences(draw: st.DrawFn) -> tuple[Problem, tuple[int, ...]]:
    """A problem whose condition is its cover save another one; it may be everything save another one."""
    space, theory, cover, knowledge, possible = draw(problems())
    cover = draw(st.sampled_from([cover, cover, (space.universe,)]))
    return (space, theory, cover, knowledge, possible), draw(st.one_of(st.just(()), covers(space)))


def true_of(problem: Problem, but_not: tuple[int, ...]) -> set[int]:
    space, _, cover, _, possible = problem
    return (inside(space, cover) - inside(space, but_not)) & possible


@given(st.data())
def test_a_way_out_of_a_cover_is_found_where_there_is_one(data: st.DataObject) -> None:
    space = data.draw(spaces())
    cover, cube = data.draw(covers(space)), data.draw(cubes(space))
    outside = inside(space, (cube,)) - inside(space, cover)
    found = Cubes(space, cover).way_out(cube)
    assert (found is None) == (not outside)
    if found is not None:
        assert inside(space, (found,))
        assert inside(space, (found,)) <= outside


@given(differences())
def test_both_ways_decide_as_every_completion_does(drawn: tuple[Problem, tuple[int, ...]]) -> None:
    problem, but_not = drawn
    space, theory, cover, knowledge, possible = problem
    true, completions = true_of(problem, but_not), possible & inside(space, (knowledge,))
    by_primes = theory.compile(cover, but_not=but_not)
    assert isinstance(by_primes, PrimeFunction)
    for function in (by_primes, on_demand(theory, cover, but_not)):
        assert function.entailed_by(knowledge) == (completions <= true)
        assert function.refuted_by(knowledge) == (not completions & true)
        assert function.possible_under(knowledge) == bool(completions & true)


@given(differences())
def test_a_grown_reason_is_one_of_the_primes(drawn: tuple[Problem, tuple[int, ...]]) -> None:
    problem, but_not = drawn
    space, theory, cover, knowledge, _ = problem
    function, by_primes = on_demand(theory, cover, but_not), theory.compile(cover, but_not=but_not)
    assert isinstance(by_primes, PrimeFunction)
    proof, refutation = function.proof(knowledge), function.refutation(knowledge)
    assert (proof is None) == (not by_primes.entailed_by(knowledge))
    assert (refutation is None) == (not by_primes.refuted_by(knowledge))
    assert proof is None or (proof in by_primes.holds and not knowledge & ~proof)
    assert refutation is None or (refutation in by_primes.fails and not knowledge & ~refutation)
    if refutation is not None:
        assert not by_primes.refuting(space, knowledge) & ~function.refuting(space, knowledge)


@given(differences())
def test_cases_for_and_against_are_just_that(drawn: tuple[Problem, tuple[int, ...]]) -> None:
    problem, but_not = drawn
    space, theory, cover, knowledge, possible = problem
    true, completions = true_of(problem, but_not), possible & inside(space, (knowledge,))
    function = on_demand(theory, cover, but_not)
    for found, wanted in ((function.case_for(knowledge), True), (function.case_against(knowledge), False)):
        expected = completions & true if wanted else completions - true
        assert (found is None) == (not expected)
        if found is not None:
            assert inside(space, (found,))
            assert inside(space, (found,)) <= expected


@given(differences())
def test_conditions_on_demand_are_true_and_as_exact_as_they_say(drawn: tuple[Problem, tuple[int, ...]]) -> None:
    problem, but_not = drawn
    space, theory, cover, knowledge, possible = problem
    true, completions = true_of(problem, but_not), possible & inside(space, (knowledge,))
    function = on_demand(theory, cover, but_not)
    for holds in (True, False):
        target = true if holds else possible - true
        found = theory.region(function, holds=holds).conditions(knowledge)
        assert found.are_all
        assert completions & inside(space, found.cubes) == completions & target
        for cube in found.cubes:
            for i in space.restricted(cube):
                assert knowledge & space.masks[i] & ~cube, "a fact that is known already"
                without = completions & inside(space, (cube | space.masks[i],))
                assert not without <= target, "a fact that need not be learned"


@given(differences())
def test_the_nearest_on_demand_are_as_near_as_those_by_primes(drawn: tuple[Problem, tuple[int, ...]]) -> None:
    problem, but_not = drawn
    space, theory, cover, knowledge, possible = problem
    true, completions = true_of(problem, but_not), possible & inside(space, (knowledge,))
    function = on_demand(theory, cover, but_not)
    for holds in (True, False):
        target = true if holds else possible - true
        distance, ways, are_all = theory.region(function, holds=holds).nearest(knowledge)
        assert are_all
        assert distance == min((fields_apart(space, x, y) for x in completions for y in target), default=-1)
        assert bool(ways) == (distance >= 0)
        for way in ways:
            moved = space.fields(space.universe & ~way.facts)
            assert len(space.support(way.facts)) == distance
            reached = ((knowledge & ~moved) | (way.facts & moved)) & way.given
            assert inside(space, (reached,)) & possible
            assert inside(space, (reached,)) & possible <= target
