"""Conditions decided on demand against enumeration, and against all their primes: both ways say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from random_covers import covers, cubes, fields_apart, inside, problems, spaces

from mbc_options.logic import Space, Theory, complement
from mbc_options.logic.cover_function import CoverFunction
from mbc_options.logic.function import how_urgent
from mbc_options.logic.search import Cubes

if TYPE_CHECKING:
    from mbc_options.logic import PrimeFunction


class Drawn(NamedTuple):
    """A condition, which is one cover save another and may be everything save one; and what is known.

    Attributes:
        by_primes, on_demand: the condition, compiled both ways.
        knowledge: a cube with a possible case.
        possible: the possible cases.
        true: those that satisfy the condition.
        completions: those inside the knowledge.
    """

    space: Space
    theory: Theory
    by_primes: PrimeFunction
    on_demand: CoverFunction
    knowledge: int
    possible: set[int]
    true: set[int]
    completions: set[int]


@st.composite
def differences(draw: st.DrawFn) -> Drawn:
    space, theory, cover, knowledge, possible = draw(problems())
    cover = draw(st.sampled_from([cover, cover, (space.universe,)]))
    but_not = draw(st.one_of(st.just(()), covers(space)))
    on_demand = theory.compile(cover, but_not=but_not, decide="cover")
    assert isinstance(on_demand, CoverFunction)
    return Drawn(
        space,
        theory,
        theory.compile(cover, but_not=but_not, decide="primes"),
        on_demand,
        knowledge,
        possible,
        (inside(space, cover) - inside(space, but_not)) & possible,
        possible & inside(space, (knowledge,)),
    )


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
def test_both_ways_decide_as_every_completion_does(drawn: Drawn) -> None:
    completions, true, knowledge = drawn.completions, drawn.true, drawn.knowledge
    for function in (drawn.by_primes, drawn.on_demand):
        assert function.entailed_by(knowledge) == (completions <= true)
        assert function.refuted_by(knowledge) == (not completions & true)
        assert function.possible_under(knowledge) == bool(completions & true)


@given(differences())
def test_a_grown_reason_is_one_of_the_primes(drawn: Drawn) -> None:
    function, by_primes, knowledge = drawn.on_demand, drawn.by_primes, drawn.knowledge
    proof, refutation = function.proof(knowledge), function.refutation(knowledge)
    assert (proof is None) == (not by_primes.entailed_by(knowledge))
    assert (refutation is None) == (not by_primes.refuted_by(knowledge))
    assert proof is None or (proof in by_primes.holds and not knowledge & ~proof)
    assert refutation is None or (refutation in by_primes.fails and not knowledge & ~refutation)
    if refutation is not None:
        assert not by_primes.refuting(drawn.space, knowledge) & ~function.refuting(drawn.space, knowledge)


@given(st.data())
def test_a_grown_reason_tells_of_the_most_urgent_that_an_authored_case_tells_of(data: st.DataObject) -> None:
    """Where that case is minimal; a larger one may do without what is urgent."""
    space, theory, cover, knowledge, _ = data.draw(problems())
    urgent = tuple(theory.compile((data.draw(cubes(space)),)) for _ in range(data.draw(st.integers(1, 3))))
    by_primes = theory.compile(cover, urgent=urgent, decide="primes")
    on_demand = theory.compile(cover, urgent=urgent, decide="cover")
    proof = on_demand.proof(knowledge)
    assert proof is None or proof in by_primes.holds
    around = [cube for cube in cover if not knowledge & ~cube]
    told = min((how_urgent(cube, urgent) for cube in around), default=len(urgent))
    first = [cube for cube in around if how_urgent(cube, urgent) == told]
    if all(cube in by_primes.holds for cube in first) and told < len(urgent):
        assert proof is not None
        assert how_urgent(proof, urgent) == told


@given(differences())
def test_cases_for_and_against_are_just_that(drawn: Drawn) -> None:
    space, completions, true = drawn.space, drawn.completions, drawn.true
    function, knowledge = drawn.on_demand, drawn.knowledge
    for found, wanted in ((function.case_for(knowledge), True), (function.case_against(knowledge), False)):
        expected = completions & true if wanted else completions - true
        assert (found is None) == (not expected)
        if found is not None:
            assert inside(space, (found,))
            assert inside(space, (found,)) <= expected


@given(differences())
def test_conditions_on_demand_are_true_and_as_exact_as_they_say(drawn: Drawn) -> None:
    space, knowledge, completions = drawn.space, drawn.knowledge, drawn.completions
    for holds in (True, False):
        target = drawn.true if holds else drawn.possible - drawn.true
        found = drawn.theory.region(drawn.on_demand, holds=holds).conditions(knowledge)
        assert found.are_all
        assert completions & inside(space, found.cubes) == completions & target
        for cube in found.cubes:
            for i in space.restricted(cube):
                assert knowledge & space.masks[i] & ~cube, "a fact that is known already"
                without = completions & inside(space, (cube | space.masks[i],))
                assert not without <= target, "a fact that need not be learned"


@given(differences())
def test_the_nearest_on_demand_are_as_near_as_those_by_primes(drawn: Drawn) -> None:
    space, knowledge, completions = drawn.space, drawn.knowledge, drawn.completions
    for holds in (True, False):
        target = drawn.true if holds else drawn.possible - drawn.true
        distance, ways, are_all = drawn.theory.region(drawn.on_demand, holds=holds).nearest(knowledge)
        assert are_all
        assert distance == min((fields_apart(space, x, y) for x in completions for y in target), default=-1)
        assert bool(ways) == (distance >= 0)
        for way in ways:
            moved = space.fields(space.universe & ~way.facts)
            assert len(space.support(way.facts)) == distance
            reached = ((knowledge & ~moved) | (way.facts & moved)) & way.given
            assert inside(space, (reached,)) & drawn.possible
            assert inside(space, (reached,)) & drawn.possible <= target


def test_an_unknown_fact_that_a_constraint_settles_counts_where_it_would_have_to_change() -> None:
    """What is known makes a `y`, though nobody said so: to come to c and not a, two facts are otherwise."""
    space = Space({"a": ["y", "n"], "b": ["y", "n"], "c": ["y", "n"]})
    theory = Theory(space, [space.cube({"a": ["n"], "c": ["n"]})])
    cover = (space.cube({"a": ["n"], "c": ["y"]}),)
    knowledge = space.cube({"c": ["n"]})
    for but_not, within in (((), cover), (complement(space, cover), (space.universe,))):
        function = theory.compile(within, but_not=but_not, decide="cover")
        assert theory.region(function).nearest(knowledge).distance == 2
