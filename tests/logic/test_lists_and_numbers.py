"""Sets of cases as the shortest list of primes, and how many cases there are, against enumeration."""

from __future__ import annotations

from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st
from random_covers import covers, inside, points, spaces

from mbc_options.logic import Space, Theory, primes
from mbc_options.logic import shortest as shortest_module
from mbc_options.logic.counting import count_outside, count_possible
from mbc_options.logic.shortest import shortest_list


@st.composite
def sets(draw: st.DrawFn) -> tuple[Space, Theory, tuple[int, ...], set[int]]:
    """A space, what cannot be, a cover, and the possible cases that it holds."""
    space = draw(spaces())
    broken = draw(covers(space, 2))
    possible = points(space) - inside(space, broken)
    assume(possible)
    cover = draw(covers(space))
    return space, Theory(space, broken), cover, inside(space, cover) & possible


@given(sets())
def test_numbers_are_those_of_the_cases(drawn: tuple[Space, Theory, tuple[int, ...], set[int]]) -> None:
    space, theory, cover, cases = drawn
    assert count_possible(theory, cover) == len(cases)
    assert count_outside(space, cover) == len(points(space) - inside(space, cover))


@given(sets(), st.booleans())
def test_a_list_holds_just_the_cases_and_has_nothing_without_need(
    drawn: tuple[Space, Theory, tuple[int, ...], set[int]],
    are_many: bool,  # noqa: FBT001
) -> None:
    space, theory, cover, cases = drawn
    broken = points(space) - set(points(space) - inside(space, theory.broken))
    most = shortest_module.MOST
    shortest_module.MOST = 0 if are_many else most
    try:
        found = shortest_list(theory, cover)
    finally:
        shortest_module.MOST = most
    assert inside(space, found) - broken == cases
    for cube in found:
        others = tuple(other for other in found if other != cube)
        assert inside(space, others) - broken != cases, "one could be left out"
        for fact in space.support(cube):
            wider = cube | space.mask(fact)
            assert not inside(space, (wider,)) <= cases | broken, "a fact could be left out"


@given(sets())
def test_no_list_of_primes_is_shorter(drawn: tuple[Space, Theory, tuple[int, ...], set[int]]) -> None:
    space, theory, cover, cases = drawn
    named = 0
    for cube in cover:
        if inside(space, (cube,)) & cases:
            named |= space.named(cube)
    broken = inside(space, theory.broken)
    every = [cube for cube in primes(space, (*cover, *theory.broken)) if not space.outside(cube) & ~named]
    assume(len(every) <= 9)
    found = shortest_list(theory, cover)
    for size in range(len(found)):
        for some in combinations(every, size):
            assert inside(space, some) - broken != cases
