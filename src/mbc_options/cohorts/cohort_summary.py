"""What is told of a whole table: counts of verdicts, of what they lack, and of the rules. No row of it is in here."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

from mbc_options.exploration.assessment import OPTION, REMINDER, RulebookInfo, line_of, option_cells
from mbc_options.frames import Kind, frame
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import Term
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

__all__ = [
    "Assumed",
    "CohortSummary",
    "DependsOn",
    "FactCount",
    "Filled",
    "OptionSummary",
    "RuleSummary",
    "StatusCounts",
    "Step",
    "SubtypeCount",
    "SubtypeKind",
    "Sufficiency",
]

SubtypeKind: TypeAlias = Literal["known", "open", "none"]


class StatusCounts(Result):
    """How many rows in scope have each status."""

    candidate: int = 0
    undetermined: int = 0
    unspecified: int = 0
    not_described: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.candidate + self.undetermined + self.unspecified + self.not_described

    @property
    def settled(self) -> int:
        """Those whose data settle the verdict."""
        return self.rows - self.undetermined


class SubtypeCount(Result):
    """A kind of the disease, and how many rows in scope have it.

    Attributes:
        kind: `known` for a subtype of the rulebook; `open` for rows that may have one or another; `none` for rows that
            have none that the rulebook names.
        id: its id; empty unless it is known.
        label: its name; likewise.
        rows: how many rows.
    """

    kind: SubtypeKind
    id: str
    label: str
    rows: int


class Assumed(Result):
    """What was assumed, in the rulebook's words, and in how many rows that do not say it."""

    text: str
    rows: int


class FactCount(Result):
    """A fact that some verdict rests on, and in how many rows the table says it.

    Attributes:
        fact: its id.
        label: its name.
        has_column: whether a column of the table says anything of it.
        said: in how many rows.
    """

    fact: str
    label: str
    has_column: bool
    said: int


class DependsOn(Result):
    """A fact that undetermined verdicts depend on.

    Attributes:
        fact: its id.
        label: its name.
        rows: in how many rows the verdict depends on it, alone or with others, as `explore` says it (`depends_on`).
    """

    fact: str
    label: str
    rows: int


class Filled(Result):
    """How many undetermined verdicts a fact would settle, if it were known in every row.

    Attributes:
        fact: its id.
        label: its name.
        always: in how many rows every value that it can have there settles the verdict.
        sometimes: in how many rows some value does; those of `always` are among them.
    """

    fact: str
    label: str
    always: int
    sometimes: int


class Sufficiency(Result):
    """How far the data of a table suffice for an option.

    Hendriks and others counted by hand, for 394 patients and four decisions, for whom all the data were there that the
    decision tree of a guideline asks for (Breast Cancer Res Treat 2020;183:355-363, doi:10.1007/s10549-020-05769-1).
    This is the same share, save that data which would change nothing are not asked for.

    Attributes:
        of: the rows that may be in scope and do not contradict themselves.
        settled: those in which the verdict is settled.
        looked_at: for how many undetermined rows in scope it was worked out what they lack: all, unless these are of
            more different kinds than `summarize` looks at; then those of the most frequent.
        depends_on: the facts that these depend on; first those of the most rows.
        filled: what would settle them; first the fact that settles most whatever it turns out to be, then the one that
            may settle most.
        lists_all: whether `depends_on` is complete for the rows that were looked at; where the ways to settle a verdict
            are too many to be listed, some are left out.
    """

    of: int
    settled: int
    looked_at: int
    depends_on: tuple[DependsOn, ...]
    filled: tuple[Filled, ...]
    lists_all: bool = True

    @property
    def share(self) -> float | None:
        """The share of the rows whose data settle the verdict; None where there is no row."""
        return self.settled / self.of if self.of else None


class OptionSummary(Result):
    """A class or member over the whole table.

    Attributes:
        id: `chemotherapy`, or `chemotherapy.combination`.
        label: its name.
        within: the class of a member; None for a class.
        counts: the rows in scope, by status.
        by_subtype: the same for each of the subtypes of the summary, in their order.
        sufficiency: how far the data suffice for its verdict.
    """

    id: str
    label: str
    within: str | None
    counts: StatusCounts
    by_subtype: tuple[StatusCounts, ...]
    sufficiency: Sufficiency


class Step(Result):
    """The conditions of a rule up to one of them.

    Attributes:
        reads: how the condition that comes in here reads.
        holds: the rows in scope for which it and all before it hold.
        open: those for which that depends on something not known.
        fails: those for which it does not hold.
    """

    reads: str
    holds: int
    open: int
    fails: int


class RuleSummary(Result):
    """A rule over the whole table, condition by condition.

    Attributes:
        id: its id.
        option: the class or member that has it.
        label: the name of that.
        status: what it makes of it, `candidate` or `unspecified`.
        reads: how its condition reads as a whole.
        steps: one condition coming in after the other, in the order of the author. There is one step where these are
            alternatives.
    """

    id: str
    option: str
    label: str
    status: Literal["candidate", "unspecified"]
    reads: str
    steps: tuple[Step, ...]

    @property
    def fires(self) -> int:
        """In how many rows in scope it holds."""
        return self.steps[-1].holds

    @property
    def may_fire(self) -> int:
        """In how many more it may hold, depending on something not known."""
        return self.steps[-1].open


class CohortSummary(Result):
    """What a rulebook says of a table of patients: counts alone. `summarize` makes one.

    Attributes:
        rulebook: which rulebook spoke.
        rows: how many rows the table has.
        contradictory: those whose facts contradict each other; they have no verdict.
        in_scope: those whom the documents concern.
        scope_open: those of whom that is not known; nothing is settled for them.
        out_of_scope: those whom the documents do not concern.
        assumptions: what was assumed where a row does not say it.
        scope_facts: what tells whether the documents concern a row: the names of the facts.
        subtypes: those of the rulebook, and the rows in scope that have none or may have several.
        facts: what verdicts rest on, and in how many rows the table says it.
        options: classes and members, each class before its members, in the order of the rulebook; never a ranking.
        rules: in the order of the options.
        glossary: every special word that the rulebook explains.
    """

    rulebook: RulebookInfo
    rows: int
    contradictory: int
    in_scope: int
    scope_open: int
    out_of_scope: int
    assumptions: tuple[Assumed, ...]
    scope_facts: tuple[str, ...]
    subtypes: tuple[SubtypeCount, ...]
    facts: tuple[FactCount, ...]
    options: tuple[OptionSummary, ...]
    rules: tuple[RuleSummary, ...]
    glossary: tuple[Annotated[Term, Authored()], ...] = ()

    @property
    def classes(self) -> tuple[OptionSummary, ...]:
        """The classes, without their members."""
        return tuple(option for option in self.options if option.within is None)

    @property
    def never_fired(self) -> tuple[RuleSummary, ...]:
        """The rules that hold in no row."""
        return tuple(rule for rule in self.rules if not rule.fires)

    def __getitem__(self, id_: str) -> OptionSummary:
        """Return the class or member (`chemotherapy`, `chemotherapy.combination`) with this id.

        Raises:
            UnknownOptionError: with the nearest id, where there is none.
        """
        return line_of(self.options, id_)

    def to_frame(self) -> pl.DataFrame:
        """Return the counts as a data frame: a row for each class or member, kind of the disease, and status.

        Columns:
            option (String): the id of the class or member.
            class (String): the id of its class; for a class its own.
            label (String): its name.
            kind (Enum): whether the rows have a `known` subtype, may have several (`open`), or have `none`.
            subtype (String): the id of the subtype; empty unless it is known.
            status (Enum): the status.
            rows (Int64): how many rows in scope have it.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        statuses = tuple(field.name for field in fields(StatusCounts))
        columns: dict[str, Kind] = {
            **OPTION,
            "kind": get_args(SubtypeKind),
            "subtype": str,
            "status": statuses,
            "rows": int,
        }
        return frame(
            columns,
            [
                (*option_cells(one.id, one.label), kind.kind, kind.id, status, getattr(counts, status))
                for one in self.options
                for kind, counts in zip(self.subtypes, one.by_subtype, strict=True)
                for status in statuses
            ],
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        yield f"{counted(self.rows, 'row')} (rulebook {self.rulebook.name} {self.rulebook.version})"
        where = {
            "in scope": self.in_scope,
            "scope open": self.scope_open,
            "out of scope": self.out_of_scope,
            "contradictory": self.contradictory,
        }
        yield f"  {_counts(where)}"
        for option in self.classes:
            yield f"  {option.label}: {_counts(vars(option.counts))}"
        yield REMINDER


def _counts(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{said.replace('_', ' ')} {number}" for said, number in rows.items())
