"""What is told of the difference between two rulebooks: plain results, to be rendered."""

from __future__ import annotations

from typing import Any, Literal

from mbc_options.exploration.status import Status
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Result
from mbc_options.vocabulary.words import Words

__all__ = [
    "CaseMoved",
    "ChangedRemark",
    "ChangedSet",
    "CohortMoved",
    "ExpectationMoved",
    "Mover",
    "OneSided",
    "OptionChanged",
    "OptionMoved",
    "PatientsMoved",
    "PatientsTold",
    "RulebookDifference",
    "SideTold",
]

Answer = Status | Literal["in", "out", "told", "not_told", "possible", "impossible", "absent", "contradictory"]
"""What a rulebook says of a patient; `absent` where it does not have the option or remark at all."""


class SideTold(Result):
    """One of the two rulebooks.

    Attributes:
        given: what was asked for: a directory, a file or a revision.
        name, version, title, sha256: which rulebook it is.
        decides_only: whether only what decides is known of it: it was given in its compiled form.
        words: the register in which it speaks.
    """

    given: str
    name: str
    version: str
    title: str
    sha256: str
    decides_only: bool
    words: Words


class PatientsTold(Result):
    """Patients who have some facts in common.

    Attributes:
        text: how the facts read.
        values: the values that each of the facts may have.
        example: one of them as a file describes a patient; None where no description can say it.
    """

    text: str
    values: FrozenDict[tuple[str, ...]]
    example: dict[str, Any] | None


class ChangedSet(Result):
    """All patients for whom an answer changes in one way.

    Attributes:
        old, new: the answers.
        patients: who they are; a patient may fit several of the descriptions.
        count: how many they are.
        among: how many patients are compared.
    """

    old: Answer
    new: Answer
    patients: tuple[PatientsTold, ...]
    count: int
    among: int

    @property
    def share(self) -> float:
        """Which part they are of all who are compared."""
        return self.count / self.among


class OptionChanged(Result):
    """A class or member whose status changes, for patients in scope by both.

    Attributes:
        id: its id.
        label: its name.
        changes: who gets which other status; where only one side has it, who gets which at all.
        too_many: whether the patients of one of its statuses cannot be listed, so that nothing is told of it.
    """

    id: str
    label: str
    changes: tuple[ChangedSet, ...]
    too_many: bool = False


class ChangedRemark(Result):
    """Something said beside the options that other patients are told.

    Attributes:
        kind: `caution`, `drug`, `consideration`, `disagreement`, `background` or `question`.
        id: its id; with that of its option before it, where it belongs to one.
        label: what it is called, or says.
        changes: who is told it no longer, and who is now.
        while_unknown: facts whose being unknown brings it by one of the rulebooks and not by the other.
        too_many: as for an option.
    """

    kind: str
    id: str
    label: str
    changes: tuple[ChangedSet, ...]
    while_unknown: tuple[str, ...] = ()
    too_many: bool = False


class OneSided(Result):
    """A fact, a value of one, or something else that only one of the rulebooks has.

    Attributes:
        side: which.
        kind: `fact`, `value` or `option`.
        id: what it is; of a value, with its fact before it.
        label: how it is called.
        used: for a fact, whether an answer that changes rests on it.
    """

    side: Literal["old", "new"]
    kind: Literal["fact", "value", "option"]
    id: str
    label: str
    used: bool = False


class CaseMoved(Result):
    """A status that is another for the patient of a teaching case.

    Attributes:
        case, stage: where; a case that one side cannot read has no stage.
        option: the id of the option.
        label: its name.
        old, new: the statuses; both empty for what cannot be read.
        problem: why one side cannot read it; else empty.
    """

    case: str
    stage: str = ""
    option: str = ""
    label: str = ""
    old: str = ""
    new: str = ""
    problem: str = ""


class ExpectationMoved(Result):
    """Something expected of a patient that comes out otherwise.

    Attributes:
        expectation: the file and id of the expectation; of a file that cannot be read, its name.
        why: where the expectation comes from.
        subject: what it is about.
        expected: what is expected of it.
        old, new: what is found instead; empty where it is as expected.
        problem: why one side cannot be asked; else empty.
    """

    expectation: str
    why: str = ""
    subject: str = ""
    expected: str = ""
    old: str = ""
    new: str = ""
    problem: str = ""


class Mover(Result):
    """What moves patients of a table to another status.

    Attributes:
        kind: `rule`, or `scope` where the documents concern them by one of the rulebooks only.
        how: of a rule, `added` or `removed` where one rulebook has it, `changed` where its condition or status is
            another, and `same` where it is as it was and something about the patients is read otherwise. Empty for the
            scope.
        option: the id of the class or member whose rule it is; empty for the scope.
        id: the id of the rule; empty for the scope.
    """

    kind: Literal["rule", "scope"]
    how: Literal["added", "removed", "changed", "same", ""] = ""
    option: str = ""
    id: str = ""


class PatientsMoved(Result):
    """Patients of a table who get another status in one way and by the same rules.

    Attributes:
        old, new: the statuses; `contradictory` where the facts of the patients cannot be together by a rulebook.
        by: what moves them; empty where it is what can be at all.
        count: how many they are.
        first: which the first ones are, in the order of the table: what stands in the column of ids, or the number of
            the patient.
    """

    old: Answer
    new: Answer
    by: tuple[Mover, ...]
    count: int
    first: tuple[str, ...]


class OptionMoved(Result):
    """A class or member of which patients of a table get another status.

    Attributes:
        id: its id.
        label: its name.
        count: how many patients.
        moves: who they are, the most first.
    """

    id: str
    label: str
    count: int
    moves: tuple[PatientsMoved, ...]


class CohortMoved(Result):
    """Which patients of a table get another status.

    Attributes:
        table: what was read.
        id_column: the column of ids; None where patients are told by their number.
        patients: how many it has.
        moved: how many of them get another status of an option that both rulebooks have.
        scope_open: of how many it is open by both rulebooks whether the documents concern them, so that nothing is
            settled by either.
        options: the options, in the order of the new rulebook. Of an option that only one has, everybody's.
        read_by_one: facts of which the table says something by one of the rulebooks only.
    """

    table: str
    id_column: str | None
    patients: int
    moved: int
    scope_open: int
    options: tuple[OptionMoved, ...]
    read_by_one: tuple[OneSided, ...]


class RulebookDifference(Result):
    """Which patients get another answer by one rulebook than by another.

    Attributes:
        old, new: the rulebooks.
        one_sided: what only one of them has.
        possible: patients who can be by one of them only, whatever the facts are that only one of them has; they are
            compared in nothing else.
        scope: patients whom the documents concern by one of them only; for these no option is compared.
        options: the options with another status, in the order of the new rulebook.
        remarks: what is said beside the options, likewise.
        reworded: what decides alike and reads otherwise, by kind and id.
        cases: what changes for the patients of teaching cases.
        expectations: which expectations come out otherwise.
        cohort: what changes for the patients of a table; None where none was given.
        compared: how many patients are compared, by all facts of both.
    """

    old: SideTold
    new: SideTold
    one_sided: tuple[OneSided, ...]
    possible: tuple[ChangedSet, ...]
    scope: tuple[ChangedSet, ...]
    options: tuple[OptionChanged, ...]
    remarks: tuple[ChangedRemark, ...]
    reworded: tuple[str, ...]
    cases: tuple[CaseMoved, ...]
    expectations: tuple[ExpectationMoved, ...]
    cohort: CohortMoved | None = None
    compared: int

    @property
    def rulebook(self) -> SideTold:
        """The rulebook in whose words it is told: the new one."""
        return self.new

    @property
    def glossary(self) -> tuple[()]:
        """No word is explained."""
        return ()

    @property
    def is_same(self) -> bool:
        """Whether no patient gets another answer."""
        return not (self.possible or self.scope or self.options or self.remarks)
