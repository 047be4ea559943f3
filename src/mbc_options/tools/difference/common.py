"""The patients whom two rulebooks are asked about: those described by all facts of both.

A rulebook looks at its own facts only. So nothing has to be guessed of a fact that one of them alone knows: where an
answer rests on it, it stands in the description of the patients. A value that one of them does not know is another
matter, for that rulebook cannot be asked: patients with it are not compared, and that is told.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mbc_options.errors import DescriptionError
from mbc_options.logic import Space, Theory
from mbc_options.patient.description import of
from mbc_options.tools.patient_sets import PatientSets, description_of_cube, example_cubes, is_known_inside
from mbc_options.vocabulary.vocabulary import FactWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbc_options.logic import Cover
    from mbc_options.tools.difference.answers import Answers
    from mbc_options.tools.difference.sides import Side
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Common"]


class Common:
    """The facts of two rulebooks.

    Args:
        old, new: what they answer.
        sides: the rulebooks.

    Attributes:
        space: the facts of both, the new rulebook's first.
        theory: what cannot be by either, or cannot be asked of both.
        inside: the same for patients in scope by both.
    """

    def __init__(self, old: Answers, new: Answers, sides: tuple[Side, Side]) -> None:
        self.old, self.new, self._sides = old, new, sides
        self.words = dict(_words(old, new))
        self.space = Space({fact: tuple(words.values) for fact, words in self.words.items()})
        self.unasked = [self.space.cube({fact: [value]}) for _, fact, value in self.values_of_one()]
        impossible = (*self.of(old, old.broken), *self.of(new, new.broken))
        self.theory = Theory(self.space, (*impossible, *self.unasked))
        self.inside = self.theory.assuming((*self.of(old, old.outside), *self.of(new, new.outside)))
        self.everybody, self.in_scope = self._sets(self.theory), self._sets(self.inside)

    def of(self, answers: Answers, cubes: Iterable[int]) -> Cover:
        """Return cubes of one of the rulebooks as cubes over the facts of both."""
        if answers.space.domains == self.space.domains and answers.space.facts == self.space.facts:
            return tuple(cubes)
        return tuple(self.space.cube(answers.space.reading(cube)) for cube in cubes)

    def possible_by(self, answers: Answers) -> PatientSets:
        """Return what tells of the patients who can be by one of the rulebooks, whatever the other says."""
        return self._sets(Theory(self.space, (*self.of(answers, answers.broken), *self.unasked)))

    def impossible_by(self, answers: Answers) -> Cover:
        """Return the patients who cannot be by one of the rulebooks, whatever the facts are that it alone knows.

        A rulebook says nothing of a patient's other facts, so that no constraint on these takes a patient from it. All
        primes of what cannot be are at hand: those that name none of these facts are just the ones that hold for each
        of their values.
        """
        mine = {fact for _, fact in self.facts_of_one()}
        return self.of(answers, (cube for cube in answers.broken if mine.isdisjoint(answers.space.support(cube))))

    def facts_of_one(self) -> Iterator[tuple[bool, str]]:
        """Yield the facts that only one rulebook knows, each with whether it is the new one."""
        for is_new, answers, other in ((False, self.old, self.new), (True, self.new, self.old)):
            yield from ((is_new, fact) for fact in answers.space.facts if fact not in other.space.domains)

    def values_of_one(self) -> Iterator[tuple[bool, str, str]]:
        """Yield the values that only one rulebook knows of a fact that both know, likewise."""
        for is_new, answers, other in ((False, self.old, self.new), (True, self.new, self.old)):
            for fact, values in answers.space.domains.items():
                known = other.space.domains.get(fact, values)
                yield from ((is_new, fact, value) for value in values if value not in known)

    def _sets(self, theory: Theory) -> PatientSets:
        return PatientSets(theory, self.words, self.words, partial(self._example, theory))

    def _example(self, theory: Theory, cube: int) -> Mapping[str, Any] | None:
        """Return a patient of a cube as a file describes one, or by facts where no file is known for one rulebook."""
        rulebooks = [side.rulebook for side in self._sides if side.rulebook is not None]
        if len(rulebooks) < len(self._sides):
            return {fact: values[0] for fact, values in self.space.reading(cube).items()}
        vocabularies = tuple(dict.fromkeys(rulebook.vocabulary for rulebook in rulebooks))
        for chosen in example_cubes(theory, cube):
            said: dict[str, Any] = {}
            for vocabulary in vocabularies:
                said = _joined(said, description_of_cube(vocabulary, self._part(vocabulary, chosen)))
            known = self._known(vocabularies, said)
            if known is not None and is_known_inside(known, cube, theory, self.theory):
                return said
        return None

    def _part(self, vocabulary: Vocabulary, cube: int) -> int:
        """Return what a cube says of the facts of one of the rulebooks."""
        space = vocabulary.space
        if space.domains == self.space.domains and space.facts == self.space.facts:
            return cube
        return space.cube({fact: own for fact, own in self.space.reading(cube).items() if fact in space.domains})

    def _known(self, vocabularies: Iterable[Vocabulary], said: Mapping[str, Any]) -> int | None:
        """Return what a description says by both rulebooks, each of the fields that it has; None where it cannot be."""
        known = self.space.universe
        for vocabulary in vocabularies:
            own = {field: told for field, told in said.items() if field in vocabulary.fields}
            try:
                known &= self.space.cube(vocabulary.space.reading(of(vocabulary, own).knowledge))
            except DescriptionError:
                return None
        return known if self.theory.is_possible(known) and not self.space.is_empty(known) else None


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return two descriptions as one; where both say something, the second has the word."""
    joined = dict(first)
    for key, value in second.items():
        inner = joined.get(key)
        joined[key] = _joined(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return joined


def _words(old: Answers, new: Answers) -> Iterator[tuple[str, FactWords]]:
    """Yield every fact with how it reads, in the words of the new rulebook where it has it."""
    for fact, words in new.words.items():
        others = old.words[fact].values if fact in old.words else {}
        values = words.values | {value: text for value, text in others.items() if value not in words.values}
        yield (
            fact,
            words
            if values == words.values
            else FactWords(label=words.label, question=words.question, values=values, negations=words.negations),
        )
    yield from ((fact, words) for fact, words in old.words.items() if fact not in new.words)
