"""Smallest patients: what is known of them as a cube, and the description that says so and hardly more."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

from mbc_options.errors import DescriptionError
from mbc_options.logic import MOST_PRIMES, PrimeFunction, TooManyCubesError, absorb, bounded
from mbc_options.logic.cover_function import smallest_part
from mbc_options.logic.search import Cubes
from mbc_options.patient.description import of
from mbc_options.patient.treatments import NOT_GIVEN
from mbc_options.tools.patient_sets import patients_of, said_of
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mbc_options.logic import Cover, Function, Theory
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.vocabulary import TreatmentForms, Vocabulary

__all__ = ["case_apart", "cases_apart", "described", "grown", "largest", "smallest_of"]

YES = "yes"
MOST_WAYS = 64
"""How many ways to choose among the values of a cube are tried before its description is given up."""


def largest(function: Function, theory: Theory, *, holds: bool = True) -> Cover:
    """Return the largest knowledge for which a condition surely holds, or surely fails: the least that must be known.

    Every knowledge for which it does lies inside one of these cubes. Of a condition that is decided on demand they are
    parts of such knowledge, which only together hold all of its cases; or, where they are too many, one of them.
    """
    try:
        cubes = bounded(patients_of(function, holds=holds), MOST_PRIMES)
    except TooManyCubesError:
        cubes = _some_part(function, theory, holds=holds)
    return absorb(theory.tighten(cube) for cube in cubes if theory.is_possible(cube))


def _some_part(function: Function, theory: Theory, *, holds: bool) -> Cover:
    assert not isinstance(function, PrimeFunction)
    universe = theory.space.universe
    case = function.case_for(universe) if holds else function.case_against(universe)
    return () if case is None else (grown(case, theory, function.entailed_by if holds else function.refuted_by),)


def grown(case: int, theory: Theory, is_enough: Callable[[int], bool]) -> int:
    """Return a largest cube around a case that is still enough."""
    space = theory.space
    return smallest_part(case, (space.masks[i] for i in space.restricted(case)), is_enough)


def case_apart(a: Function, b: Function, theory: Theory) -> int | None:
    """Return the largest knowledge for which the one condition surely holds and the other does not surely.

    There is one exactly where some possible case satisfies the one and not the other; else None is returned. Both
    conditions were compiled with this theory.
    """
    if isinstance(a, PrimeFunction):
        apart = (theory.tighten(cube) for cube in a.holds if theory.is_possible(cube) and not b.entailed_by(cube))
        return min(apart, key=lambda cube: len(theory.space.support(cube)), default=None)
    case = next(cases_apart(a, b, theory), None)
    if case is None:
        return None
    return theory.tighten(grown(case, theory, lambda cube: a.entailed_by(cube) and not b.entailed_by(cube)))


def cases_apart(a: Function, b: Function, theory: Theory) -> Iterator[int]:
    """Yield cubes of possible cases that satisfy the one condition and not the other."""
    space = theory.space
    (within, without), (other, but_not) = _covers(a), _covers(b)
    outside = Cubes(space, (*without, *theory.broken, *other))
    excluded = Cubes(space, (*without, *theory.broken))
    for cube in within:
        case = outside.way_out(cube)
        if case is not None:
            yield case
        for limit in but_not:
            both = cube & limit
            case = None if space.is_empty(both) else excluded.way_out(both)
            if case is not None:
                yield case


def _covers(function: Function) -> tuple[Cover, Cover]:
    if isinstance(function, PrimeFunction):
        return function.holds, ()
    return function.within.cover, function.but_not.cover


def smallest_of(
    cubes: Iterable[int], rulebook: CompiledRulebook, is_meant: Callable[[int], bool]
) -> dict[str, Any] | None:
    """Return the description of a patient inside one of these cubes, of as few facts as can be.

    Args:
        cubes: what must be known at least.
        rulebook: by whose facts the patient is described.
        is_meant: whether knowledge is what is asked for; a description often says a little more than the cube.

    Returns:
        The description, or None where no field says any of it.
    """
    space = rulebook.space
    for cube in sorted(cubes, key=lambda cube: (len(space.support(cube)), space.support(cube), cube)):
        found = described(cube, rulebook, is_meant)
        if found is not None:
            return found
    return None


def described(cube: int, rulebook: CompiledRulebook, is_meant: Callable[[int], bool]) -> dict[str, Any] | None:
    """Return the shortest description, made from a cube, of knowledge that is what is asked for; None where none is.

    A value of several that the cube allows is chosen, where no description leaves just these open.
    """
    space, vocabulary = rulebook.space, rulebook.vocabulary
    read = space.reading(cube)
    facts = [fact for fact, values in read.items() if len(values) < len(space.domains[fact])]
    for values in islice(product(*(read[fact] for fact in facts)), MOST_WAYS):
        chosen = cube
        for fact, value in zip(facts, values, strict=True):
            chosen = space.assign(chosen, fact, value)
        whole = _as_people_write(said_of(vocabulary, chosen), vocabulary)
        for said in (whole, *_in_doubt(whole, vocabulary)):
            if _means(said, rulebook, is_meant):
                return _shortened(said, rulebook, is_meant)
    return None


def _means(said: dict[str, Any], rulebook: CompiledRulebook, is_meant: Callable[[int], bool]) -> bool:
    try:
        knowledge = of(rulebook.vocabulary, said).knowledge
    except DescriptionError:
        return False
    return is_meant(knowledge)


def _shortened(said: dict[str, Any], rulebook: CompiledRulebook, is_meant: Callable[[int], bool]) -> dict[str, Any]:
    """Return a description without what follows from the rest of it."""
    for field, value in list(said.items()):
        for name in (None, *(value if isinstance(value, dict) else ())):
            if field not in said:
                break
            less = {**said}
            if name is None:
                del less[field]
            else:
                less[field] = {key: one for key, one in said[field].items() if key != name}
            if less.get(field) != {} and _means(less, rulebook, is_meant):
                said = less
    return said


def _in_doubt(said: dict[str, Any], vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """Yield the description with what withdraws an assumption."""
    for assumption in vocabulary.file.assumptions:
        if assumption.unless_said and assumption.unless_said not in said:
            yield {**said, assumption.unless_said: UNKNOWN}


def _as_people_write(said: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    for field in vocabulary.treatments.keys() & said.keys():
        said[field] = _treated(said[field], vocabulary.treatments[field])
    return said


def _treated(field: dict[str, Any], forms: TreatmentForms) -> dict[str, Any]:
    """Return what is answered of each treatment, written as people do: the outcome alone, or that it was not given."""
    told: dict[str, Any] = {}
    for therapy, answers in field.items():
        if therapy in forms.given_in:
            told[therapy] = answers
            continue
        if answers.get(forms.always) == NOT_GIVEN:
            told[therapy] = NOT_GIVEN
            continue
        positive = [outcome for outcome, answer in answers.items() if answer == YES]
        said = {outcome: answer for outcome, answer in answers.items() if outcome != forms.always or len(positive) < 2}
        ((outcome, answer), *others) = said.items()
        if others or answer != YES:
            told[therapy] = said
        else:
            told[therapy] = UNKNOWN if outcome == forms.always else outcome
    return told
