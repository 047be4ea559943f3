"""The difference between two rulebooks: not which lines changed, but which patients get another answer."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from mbc_options.frozendict import FrozenDict
from mbc_options.logic import TooManyCubesError, intersect
from mbc_options.tools.difference.answers import Answers, answers_of, answers_of_form
from mbc_options.tools.difference.cases import cases_moved
from mbc_options.tools.difference.common import Common
from mbc_options.tools.difference.expectations import expectations_moved
from mbc_options.tools.difference.found import (
    ChangedRemark,
    ChangedSet,
    OneSided,
    OptionChanged,
    PatientsTold,
    RulebookDifference,
    SideTold,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mbc_options.logic import Cover
    from mbc_options.tools.difference.answers import Option, Remark
    from mbc_options.tools.difference.found import Answer
    from mbc_options.tools.difference.sides import Side
    from mbc_options.tools.patient_sets import PatientSets
    from mbc_options.vocabulary.words import Words

__all__ = ["difference"]


def difference(old: Side, new: Side, *, cases: Path | None = None) -> RulebookDifference:
    """Return which patients get another answer by the new rulebook than by the old one.

    It is exact and whole: of every set of patients whose answer changes it has the shortest descriptions that hold all
    of them and nobody else, and how many they are. Patients are described by all facts of both rulebooks, and
    everything is known of them: the status of a patient of whom less is known is the one of all completions.

    Args:
        old: the one rulebook,
        new: and the other.
        cases: where the expectations of both stand. Default: in the folder `tests` of each.
    """
    return _Difference(old, new).found(cases)


def _answers(side: Side) -> Answers:
    if side.rulebook is not None:
        return answers_of(side.rulebook)
    assert side.form is not None
    return answers_of_form(side.form)


class _Difference:
    """One comparison."""

    def __init__(self, old: Side, new: Side) -> None:
        self.sides = old, new
        self.old, self.new = _answers(old), _answers(new)
        self.common = Common(self.old, self.new, self.sides)
        self.are_alike = (
            self.old.space.domains == self.new.space.domains
            and self.old.space.facts == self.new.space.facts
            and set(self.old.broken) == set(self.new.broken)
            and set(self.old.outside) == set(self.new.outside)
        )
        self.used: set[str] = set()
        self.reworded: list[str] = []

    def found(self, cases: Path | None) -> RulebookDifference:
        """Return all of it."""
        possible, scope = tuple(self._possible()), tuple(self._scope())
        options, remarks = tuple(self._options()), tuple(self._remarks())
        words: Words = self.sides[1].rulebook.words if self.sides[1].rulebook else "clinical"
        return RulebookDifference(
            old=_told(self.sides[0], words),
            new=_told(self.sides[1], words),
            one_sided=tuple(self._one_sided()),
            possible=possible,
            scope=scope,
            options=options,
            remarks=remarks,
            reworded=tuple(self.reworded),
            cases=tuple(cases_moved(*self.sides)),
            expectations=tuple(expectations_moved(*self.sides, cases)),
            compared=self.common.everybody.among,
        )

    def _changed(self, sets: PatientSets, cover: Iterable[int], old: Answer, new: Answer) -> Iterator[ChangedSet]:
        """Yield those of a cover as a set of patients whose answer changes, where there are any."""
        described = sets.described(cover)
        if not described:
            return
        for one in described.descriptions:
            self.used.update(one.values)
        yield ChangedSet(
            old=old,
            new=new,
            patients=tuple(
                PatientsTold(
                    text=one.text,
                    values=FrozenDict(one.values),
                    example=None if one.example is None else dict(one.example),
                )
                for one in described.descriptions
            ),
            count=described.count,
            among=described.among,
        )

    def _possible(self) -> Iterator[ChangedSet]:
        common, old, new = self.common, self.old, self.new
        yield from self._changed(common.possible_by(old), common.impossible_by(new), "possible", "impossible")
        yield from self._changed(common.possible_by(new), common.impossible_by(old), "impossible", "possible")

    def _scope(self) -> Iterator[ChangedSet]:
        common, old, new = self.common, self.old, self.new
        pairs: tuple[tuple[Cover, Cover, Answer, Answer], ...] = (
            (old.inside, new.outside, "in", "out"),
            (old.outside, new.inside, "out", "in"),
        )
        for before, after, was, is_ in pairs:
            both = intersect(common.space, common.of(old, before), common.of(new, after))
            yield from self._changed(common.everybody, both, was, is_)

    def _options(self) -> Iterator[OptionChanged]:
        for id_ in dict.fromkeys((*self.new.options, *self.old.options)):
            before, after = self.old.options.get(id_), self.new.options.get(id_)
            label = (after or before).label  # type: ignore[union-attr]  # one of them has it
            if before is not None and after is not None and before.said != after.said and self._both_said():
                self.reworded.append(f"option {id_}")
            if before is not None and after is not None and self.are_alike and before.decides == after.decides:
                continue
            try:
                changes = tuple(self._statuses(before, after))
            except TooManyCubesError:
                yield OptionChanged(id=id_, label=label, changes=(), too_many=True)
                continue
            if changes:
                yield OptionChanged(id=id_, label=label, changes=changes)

    def _statuses(self, before: Option | None, after: Option | None) -> Iterator[ChangedSet]:
        common = self.common
        old, new = self._listed(self.old, before), self._listed(self.new, after)
        for (was, here), (is_, there) in product(old.items(), new.items()):
            if was != is_:
                yield from self._changed(common.in_scope, intersect(common.space, here, there), was, is_)

    def _listed(self, answers: Answers, option: Option | None) -> dict[Any, Cover]:
        """Return the patients of each status by the facts of both; everybody's, where there is no such option."""
        if option is None:
            return {"absent": (self.common.space.universe,)}
        return {status: self.common.of(answers, cover) for status, cover in option.statuses().items()}

    def _both_said(self) -> bool:
        """Tell whether the words of both rulebooks are known."""
        return all(side.rulebook is not None for side in self.sides)

    def _remarks(self) -> Iterator[ChangedRemark]:
        if not self._both_said():
            return
        for key in dict.fromkeys((*self.new.remarks, *self.old.remarks)):
            before, after = self.old.remarks.get(key), self.new.remarks.get(key)
            one = after or before
            assert one is not None
            unknown: frozenset[str] = frozenset()
            if before is not None and after is not None:
                unknown = before.unknown ^ after.unknown
                if before.said != after.said:
                    self.reworded.append(" ".join(key))
                if self.are_alike and before.decides == after.decides and not unknown:
                    continue
            try:
                changes = tuple(self._telling(before, after))
            except TooManyCubesError:
                yield ChangedRemark(kind=one.kind, id=one.id, label=one.label, changes=(), too_many=True)
                continue
            labels = tuple(self.common.words[fact].label for fact in sorted(unknown))
            if changes or labels:
                yield ChangedRemark(kind=one.kind, id=one.id, label=one.label, changes=changes, while_unknown=labels)

    def _telling(self, before: Remark | None, after: Remark | None) -> Iterator[ChangedSet]:
        space, old, new = self.common.space, self.old, self.new
        everybody = (space.universe,)
        beyond = any(one is not None and one.beyond_scope for one in (before, after))
        sets = self.common.everybody if beyond else self.common.in_scope
        told = self.common.of(old, before.told()) if before else ()
        told_now = self.common.of(new, after.told()) if after else ()
        gone = intersect(space, told, self.common.of(new, after.not_told()) if after else everybody)
        come = intersect(space, self.common.of(old, before.not_told()) if before else everybody, told_now)
        yield from self._changed(sets, gone, "told", "not_told" if after else "absent")
        yield from self._changed(sets, come, "not_told" if before else "absent", "told")

    def _one_sided(self) -> Iterator[OneSided]:
        """Yield what only one rulebook has; of one in its compiled form, facts that decide nothing may be missing."""
        words, is_whole = self.common.words, self._both_said()
        for is_new, fact in self.common.facts_of_one():
            if is_whole or fact in self.used:
                label, used = words[fact].label, fact in self.used
                yield OneSided(side="new" if is_new else "old", kind="fact", id=fact, label=label, used=used)
        for is_new, fact, value in self.common.values_of_one():
            label = words[fact].values[value]
            yield OneSided(side="new" if is_new else "old", kind="value", id=f"{fact}: {value}", label=label)
        for is_new, here, other in ((False, self.old, self.new), (True, self.new, self.old)):
            for id_, option in here.options.items():
                if id_ not in other.options:
                    yield OneSided(side="new" if is_new else "old", kind="option", id=id_, label=option.label)


def _told(side: Side, words: Words) -> SideTold:
    if side.rulebook is not None:
        whole = side.rulebook
        name, version, title, sha256 = whole.name, whole.version, whole.about.title, whole.sha256
    else:
        assert side.form is not None
        name, version, sha256, title = (
            side.form.rulebook.name,
            side.form.rulebook.version,
            side.form.rulebook.sha256,
            side.form.rulebook.title,
        )
    return SideTold(
        given=side.given,
        name=name,
        version=version,
        title=title,
        sha256=sha256,
        decides_only=side.rulebook is None,
        words=words,
    )
