"""Sets of patients in words: who they are in as few descriptions as can be, an example of each, and how many they are.

A description is a prime of the set, given what cannot be: nothing in it could be left out. The list has none without
need. Numbers are exact: so many combinations of the values of all facts, among those that can be.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import DescriptionError
from mbc_options.logic import PrimeFunction
from mbc_options.logic.counting import count_outside, count_possible
from mbc_options.logic.shortest import shortest_list
from mbc_options.patient.description import of
from mbc_options.record import Record
from mbc_options.rulebook.conditions import Cases
from mbc_options.rulebook.registers import in_plain_words
from mbc_options.vocabulary.facts import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mbc_options.logic import Function, Theory
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.vocabulary import FactWords, Vocabulary

__all__ = [
    "PatientDescription",
    "PatientSetDescribed",
    "PatientSets",
    "description_of_cube",
    "example_cubes",
    "example_patient",
    "is_known_inside",
    "patients_of",
]

EVERYBODY = "every patient"
YES = "yes"


class PatientDescription(Record):
    """Patients who have some facts in common, whatever the others are.

    Attributes:
        cube: the patients.
        values: the values that each of the facts may have.
        facts: how each of the facts reads.
        text: how all of them read, in one phrase.
        plain_facts, plain_text: the same in plain words.
        example: a patient of the set as a file describes one, who says no more than the facts; None where no
            description can say just that.
    """

    cube: int
    values: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    text: str
    plain_facts: tuple[str, ...]
    plain_text: str
    example: Mapping[str, Any] | None


class PatientSetDescribed(Record):
    """Who the patients of a set are.

    Attributes:
        descriptions: descriptions that hold all of them and nobody else, those of the fewest facts first; a patient may
            fit several of them.
        count: how many there are.
        among: how many patients there can be at all.
    """

    descriptions: tuple[PatientDescription, ...]
    count: int
    among: int

    def __bool__(self) -> bool:
        """Tell whether there is anybody."""
        return bool(self.descriptions)

    @property
    def share(self) -> float:
        """Which part they are of all who can be."""
        return self.count / self.among if self.among else 0.0


class _Register(NamedTuple):
    """How facts read in one register."""

    facts: Mapping[str, FactWords]

    def phrases(self, values: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(self.facts[fact].phrase(some) for fact, some in values.items())

    def text(self, values: Mapping[str, tuple[str, ...]]) -> str:
        if not values:
            return EVERYBODY
        several = len(values) > 1
        return " and ".join(
            f"({phrase})" if several and self._is_list(fact, some) else phrase
            for (fact, some), phrase in zip(values.items(), self.phrases(values), strict=True)
        )

    def _is_list(self, fact: str, values: tuple[str, ...]) -> bool:
        """Tell whether values read as one or another, and not as "not" the one that is missing."""
        return len(values) > 1 and len(self.facts[fact].values) - len(values) != 1


class PatientSets:
    """Says who the patients of a set are.

    Args:
        theory: what cannot be; patients of whom it is true are in no set.
        facts: how the facts read.
        plain_facts: how they read in plain words.
        example: finds a patient of a cube, as a file describes one.

    Attributes:
        theory: what cannot be.
        space: the facts.
        among: how many patients there can be.
    """

    def __init__(
        self,
        theory: Theory,
        facts: Mapping[str, FactWords],
        plain_facts: Mapping[str, FactWords],
        example: Callable[[int], Mapping[str, Any] | None],
    ) -> None:
        self.theory, self.space = theory, theory.space
        self._clinical, self._plain, self._example = _Register(facts), _Register(plain_facts), example
        self.among = count_outside(self.space, theory.broken)

    @classmethod
    def of(cls, rulebook: CompiledRulebook, theory: Theory | None = None) -> PatientSets:
        """Return what says it in the words of a rulebook.

        Args:
            rulebook: whose facts and words are meant.
            theory: what cannot be. Default: what cannot be for a patient in scope.
        """
        within, vocabulary = theory or rulebook.inside, rulebook.vocabulary

        def example(cube: int) -> Mapping[str, Any] | None:
            return example_patient(vocabulary, within, cube)

        return cls(within, vocabulary.facts, _plain_vocabulary(rulebook).facts, example)

    def described(self, cover: Iterable[int]) -> PatientSetDescribed:
        """Return who the patients of a cover are."""
        cubes = shortest_list(self.theory, cover)
        return PatientSetDescribed(
            descriptions=tuple(map(self.description, cubes)),
            count=count_possible(self.theory, cubes),
            among=self.among,
        )

    def description(self, cube: int) -> PatientDescription:
        """Return who the patients of a cube are."""
        values = self.space.reading(cube)
        return PatientDescription(
            cube=cube,
            values=values,
            facts=self._clinical.phrases(values),
            text=self._clinical.text(values),
            plain_facts=self._plain.phrases(values),
            plain_text=self._plain.text(values),
            example=self._example(cube),
        )


@lru_cache(4)
def _plain_vocabulary(rulebook: CompiledRulebook) -> Vocabulary:
    return in_plain_words(rulebook).vocabulary


def patients_of(function: Function, *, holds: bool = True) -> tuple[int, ...]:
    """Return a cover of the patients for whom a compiled condition holds, or fails, beside what cannot be.

    Raises:
        TooManyCubesError: where they cannot be listed.
    """
    if isinstance(function, PrimeFunction):
        return function.holds if holds else function.fails
    space, cases = function.theory.space, Cases(function.within.cover, function.but_not.cover)
    return cases.holding(space) if holds else cases.failing(space)


def example_patient(vocabulary: Vocabulary, theory: Theory, cube: int) -> dict[str, Any] | None:
    """Return a patient of a cube as a file describes one; None where there is none, or no description can say it.

    It says little: the facts that the cube restricts, and of the others what the cube's being possible takes.

    Args:
        vocabulary: the fields of a description.
        theory: what cannot be: `vocabulary.theory`, or that for patients in scope.
        cube: the patients.
    """
    for chosen in example_cubes(theory, cube):
        said = description_of_cube(vocabulary, chosen)
        try:
            known = of(vocabulary, said).knowledge
        except DescriptionError:
            continue
        if is_known_inside(known, cube, theory, vocabulary.theory):
            return said
    return None


def example_cubes(theory: Theory, cube: int) -> Iterator[int]:
    """Yield knowledge of a patient of a cube, which says little first, and at last everything; none of nobody."""
    space = theory.space
    if space.is_empty(cube) or not theory.is_possible(cube):
        return
    few = _one_of(theory, cube, space.support(cube))
    yield from (few, theory.tighten(few), _one_of(theory, few, space.facts))


def is_known_inside(known: int, cube: int, theory: Theory, possible: Theory) -> bool:
    """Tell whether every patient of whom this is known, and who can be at all, is one of a cube and of a theory.

    Args:
        known: what is known.
        cube: the patients.
        theory: what cannot be of them, as that for patients in scope.
        possible: what cannot be at all.
    """
    if known & ~cube:
        return False
    met = (both for broken in theory.broken if not theory.space.is_empty(both := known & broken))
    return not any(map(possible.is_possible, met))


def _one_of(theory: Theory, cube: int, facts: Iterable[str]) -> int:
    """Return the cube with one value for each of these facts: the first that is possible, "no" before "yes"."""
    space = theory.space
    for fact in facts:
        for value in sorted(space.values(cube, fact), key=YES.__eq__):
            tried = space.assign(cube, fact, value)
            if theory.is_possible(tried):
                cube = tried
                break
    return cube


def description_of_cube(vocabulary: Vocabulary, cube: int) -> dict[str, Any]:
    """Return the description of a cube: the facts for which it allows one value, as far as fields say them."""
    settling = {
        field.settles: field.id for field in vocabulary.file.fields if isinstance(field, Choice) and field.settles
    }
    said: dict[str, Any] = {}
    for fact, values in vocabulary.space.reading(cube).items():
        if len(values) > 1:
            continue
        field, _, name = fact.partition(".")
        if not name:
            said.setdefault(settling.get(fact, fact), values[0])
        elif field in vocabulary.names:
            said.setdefault(field, {})[name] = values[0]
        else:
            treatment, _, outcome = name.rpartition(".")
            history = said.setdefault(field, {})
            if treatment in vocabulary.treatments[field].given_in:
                history[treatment] = values[0]
            else:
                history.setdefault(treatment, {})[outcome] = values[0]
    return {field: told for field, told in said.items() if field in vocabulary.fields}
