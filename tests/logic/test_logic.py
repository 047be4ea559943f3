"""The algebra of cubes against enumeration: random facts of one to four values, covers, constraints.

Nothing here uses the code under test to say what is right, save `Space.points`, which has a test of its own.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_covers import Problem, all_cubes, covers, cubes, fields_apart, inside, points, problems, spaces

from mbc_options.logic import (
    PrimeFunction,
    Space,
    Theory,
    absorb,
    complement,
    intersect,
    meets,
    primes,
    sharp,
)


@given(st.data())
def test_points_of_a_cube_are_the_cases_inside_it(data: st.DataObject) -> None:
    space = data.draw(spaces())
    cube = data.draw(cubes(space))
    assert set(space.points(cube)) == inside(space, (cube,))


@given(st.data())
def test_set_operations_agree_with_sets(data: st.DataObject) -> None:
    space = data.draw(spaces())
    a, b = data.draw(covers(space)), data.draw(covers(space))
    cube = data.draw(cubes(space))
    assert inside(space, complement(space, a)) == points(space) - inside(space, a)
    assert inside(space, intersect(space, a, b)) == inside(space, a) & inside(space, b)
    assert inside(space, sharp(space, cube, a)) == inside(space, (cube,)) - inside(space, a)
    assert inside(space, absorb(a)) == inside(space, a)
    assert meets(space, a, cube) == bool(inside(space, a) & inside(space, (cube,)))
    for result in (complement(space, a), intersect(space, a, b), sharp(space, cube, a)):
        assert not any(space.is_empty(c) for c in result)


@given(st.data())
def test_distance_counts_fields_without_a_common_value(data: st.DataObject) -> None:
    space = data.draw(spaces())
    a, b = data.draw(cubes(space)), data.draw(cubes(space))
    assert space.distance(a, b) == fields_apart(space, a, b)
    assert space.is_empty(a & b) == (fields_apart(space, a, b) > 0)


@given(st.data())
def test_primes_are_exactly_the_maximal_implicants(data: st.DataObject) -> None:
    space = data.draw(spaces())
    assume(len(all_cubes(space)) <= 3000)
    cover = data.draw(covers(space))
    true = inside(space, cover)
    implicants = [c for c in all_cubes(space) if inside(space, (c,)) <= true]
    maximal = {c for c in implicants if not any(c != d and c & ~d == 0 for d in implicants)}
    assert set(primes(space, cover)) == maximal


@given(st.data())
def test_a_complement_is_all_primes_of_what_lies_outside(data: st.DataObject) -> None:
    """Nelson 1955, also where facts have more than two values."""
    space = data.draw(spaces())
    assume(len(all_cubes(space)) <= 3000)
    outside = points(space) - inside(space, cover := data.draw(covers(space)))
    implicants = [c for c in all_cubes(space) if inside(space, (c,)) <= outside]
    maximal = {c for c in implicants if not any(c != d and c & ~d == 0 for d in implicants)}
    assert set(complement(space, cover)) == maximal


def test_eight_pairs_of_facts_and_their_negation_have_all_their_primes() -> None:
    space = Space({f"f{i}": ("yes", "no") for i in range(16)})
    pairs = [space.cube({f"f{i}": ("yes",), f"f{i + 1}": ("yes",)}) for i in range(0, 16, 2)]
    function = Theory(space, ()).compile(pairs)
    assert isinstance(function, PrimeFunction)
    assert set(function.holds) == set(pairs)
    assert len(function.fails) == 2**8
    negated = Theory(space, ()).compile(function.fails)
    assert isinstance(negated, PrimeFunction)
    assert (negated.holds, negated.fails) == (function.fails, function.holds)


@given(st.data())
def test_primes_may_start_from_the_primes_of_a_part(data: st.DataObject) -> None:
    space = data.draw(spaces())
    a, b = data.draw(covers(space)), data.draw(covers(space))
    assert primes(space, a, primes(space, b)) == primes(space, (*a, *b))


@given(st.data())
def test_equal_conditions_have_equal_primes(data: st.DataObject) -> None:
    space = data.draw(spaces())
    cover = data.draw(covers(space))
    assert primes(space, cover) == primes(space, complement(space, complement(space, cover)))


@given(problems())
def test_all_that_suffices_is_every_largest_cube_around_the_knowledge_without_a_counterexample(
    problem: Problem,
) -> None:
    space, theory, cover, knowledge, possible = problem
    assume(len(all_cubes(space)) <= 3000)
    true = inside(space, cover)
    for decide in ("primes", "cover"):
        function = theory.compile(cover, decide=decide)
        for found, wanted in (
            (function.proofs(knowledge), true),
            (function.refutations(knowledge), possible - true),
        ):
            around = [c for c in all_cubes(space) if not knowledge & ~c]
            enough = [c for c in around if inside(space, (c,)) & possible <= wanted]
            largest = {c for c in enough if not any(c != d and not c & ~d for d in enough)}
            assert set(found) == largest if decide == "primes" else set(found) <= largest
            assert bool(found) == bool(largest)
            assert len(found) == len(set(found))


@given(problems())
def test_entailment_and_refutation_are_exact_over_possible_completions(problem: Problem) -> None:
    space, theory, condition, knowledge, possible = problem
    function = theory.compile(condition)
    completions = possible & inside(space, (knowledge,))
    true = inside(space, condition)
    assert function.entailed_by(knowledge) == (completions <= true)
    assert function.refuted_by(knowledge) == (not completions & true)
    assert function.possible_under(knowledge) == bool(completions & true)


@given(problems())
def test_a_reason_is_sufficient_minimal_and_possible(problem: Problem) -> None:
    space, theory, condition, knowledge, possible = problem
    function = theory.compile(condition)
    true = inside(space, condition)
    for proof, wanted in ((function.proof(knowledge), true), (function.refutation(knowledge), possible - true)):
        if proof is None:
            continue
        assert knowledge & ~proof == 0
        assert inside(space, (proof,)) & possible <= wanted
        assert inside(space, (proof,)) & possible
        for fact in space.support(proof):
            for bit in (1 << i for i in range(space.universe.bit_length())):
                if bit & space.mask(fact) & ~proof:
                    assert not inside(space, (proof | bit,)) & possible <= wanted


@given(problems())
def test_reasons_prefer_named_facts_then_few_facts_then_order(problem: Problem) -> None:
    space, theory, condition, _, _ = problem
    function = theory.compile(condition)
    for reasons in (function.holds, function.fails):
        keys = [
            (bool(space.universe & ~p & ~function.named), len(space.support(p)), list(space.restricted(p)))
            for p in reasons
        ]
        assert keys == sorted(keys)


@given(st.data())
def test_a_reason_tells_of_the_most_urgent_that_a_reason_can_tell_of(data: st.DataObject) -> None:
    """Among the reasons within the named facts: urgency, then the fewest facts, then the order of the space."""
    space, theory, condition, knowledge, possible = data.draw(problems())
    assume(len(all_cubes(space)) <= 3000)
    urgent = data.draw(st.lists(cubes(space), max_size=3))
    function = theory.compile(condition, urgent=[theory.compile((cube,)) for cube in urgent])
    true = inside(space, condition) & possible

    def told(cube: int) -> int:
        cases = inside(space, (cube,)) & possible
        return next((i for i, one in enumerate(urgent) if cases <= inside(space, (one,))), len(urgent))

    for proof, wanted in ((function.proof(knowledge), true), (function.refutation(knowledge), possible - true)):
        enough = [c for c in all_cubes(space) if not knowledge & ~c and inside(space, (c,)) & possible <= wanted]
        minimal = [c for c in enough if not any(c != d and not c & ~d for d in enough)]
        own = [c for c in minimal if not space.universe & ~c & ~function.named]
        if own:
            assert proof == min(own, key=lambda c: (told(c), len(space.support(c)), list(space.restricted(c)), c))


@given(problems())
def test_reasons_within_the_named_facts_cover_the_condition(problem: Problem) -> None:
    """What an open verdict depends on can be told in the author's own facts, without loss."""
    space, theory, condition, _, possible = problem
    function = theory.compile(condition)
    own = tuple(p for p in function.holds if not space.universe & ~p & ~function.named)
    assert inside(space, own) & possible == inside(space, condition) & possible


@given(problems())
def test_tighten_keeps_every_possible_case_and_no_idle_value(problem: Problem) -> None:
    space, theory, _, knowledge, possible = problem
    completions = possible & inside(space, (knowledge,))
    hull = 0
    for point in completions:
        hull |= point
    assert theory.tighten(knowledge) == hull
    assert theory.is_possible(knowledge)
    assert inside(space, theory.possible(knowledge)) == completions


@given(problems())
def test_nearest_distance_is_the_least_number_of_facts_between_possible_cases(problem: Problem) -> None:
    space, theory, condition, knowledge, possible = problem
    function = theory.compile(condition)
    true = possible & inside(space, condition)
    completions = possible & inside(space, (knowledge,))
    distance, changes, _ = theory.region(function).nearest(knowledge)
    expected = min((fields_apart(space, x, y) for x in completions for y in true), default=-1)
    assert distance == expected
    assert bool(changes) == (expected >= 0)
    for change in changes:
        moved = space.fields(space.universe & ~change.facts)
        assert len(space.support(change.facts)) == distance
        reached = ((knowledge & ~moved) | (change.facts & moved)) & change.given
        assert inside(space, (reached,)) & possible
        assert inside(space, (reached,)) & possible <= true


@given(problems())
def test_conditions_tell_exactly_what_would_have_to_be_learned(problem: Problem) -> None:
    space, theory, condition, knowledge, possible = problem
    function = theory.compile(condition)
    for wanted in (True, False):
        learned = theory.region(function, holds=wanted).conditions(knowledge).cubes
        for case in possible & inside(space, (knowledge,)):
            assert any(case & ~cube == 0 for cube in learned) == ((case in inside(space, condition)) is wanted)
        for cube in learned:
            for i in space.restricted(cube):
                assert knowledge & space.masks[i] & ~cube, "a fact that is known already"


@given(problems())
def test_assuming_more_is_compiling_under_both(problem: Problem) -> None:
    space, theory, condition, knowledge, possible = problem
    narrowed = theory.assuming(complement(space, (knowledge,)))
    function = narrowed.compile(condition)
    completions = possible & inside(space, (knowledge,))
    assert function.entailed_by(space.universe) == (completions <= inside(space, condition))


def test_a_three_valued_fact_needs_two_steps_of_consensus() -> None:
    space = Space({"color": ["red", "green", "blue"], "size": ["small", "large"]})
    cover = [space.cube({"color": [c], "size": ["small"]}) for c in ("red", "green", "blue")]
    assert primes(space, cover) == (space.cube({"size": ["small"]}),)


def test_either_way_is_known_though_neither_is() -> None:
    """The law that three-valued tables miss: "er positive, or er negative" holds while er is unknown."""
    space = Space({"er": ["positive", "negative"], "pr": ["positive", "negative"]})
    theory = Theory(space, ())
    positive, negative = space.cube({"er": ["positive"]}), space.cube({"er": ["negative"]})
    assert not theory.compile([positive]).entailed_by(space.universe)
    assert theory.compile([positive, negative]).entailed_by(space.universe)


def test_readings_name_facts_and_values() -> None:
    space = Space({"er": ["positive", "negative"], "menopause": ["pre", "post", "n/a"]})
    cube = space.cube({"menopause": ["pre", "n/a"]})
    assert space.reading(cube) == {"menopause": ("pre", "n/a")}
    assert space.support(space.universe) == ()
    assert repr(space) == "Space(2 facts, 5 bits)"


@pytest.mark.parametrize("domain", [[], ["yes", "yes"]])
def test_a_domain_without_values_or_with_one_twice_is_refused(domain: list[str]) -> None:
    with pytest.raises(ValueError, match="the domain of 'f'"):
        Space({"f": domain})


def test_a_cube_without_values_and_an_impossible_cube_are_refused() -> None:
    space = Space({"f": ["a", "b"]})
    with pytest.raises(ValueError, match="no value allowed for 'f'"):
        space.cube({"f": []})
    with pytest.raises(ValueError, match="no case"):
        Theory(space, [space.cube({"f": ["a"]})]).tighten(space.cube({"f": ["a"]}))
