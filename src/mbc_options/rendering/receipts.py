"""The receipts of records as they are laid out: what is known, then conflicts, then what was ignored, then everything.

What a record holds is data of somebody else: here it loses every sign that a terminal or a page would obey.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.records.receipt import by_resource
from mbc_options.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options.records.receipt import Entry, Outcome, RecordFact, RecordReceipt, RecordReceipts

__all__ = ["FactShown", "Line", "Overview", "ReceiptShown", "overview", "receipt_shown"]


class Line(NamedTuple):
    """A line of a receipt.

    Attributes:
        number: its position in the receipt.
        entry: the line, without signs that are obeyed instead of printed.
        fact: what it is about, where that is a fact or field; None otherwise.
        says: what it says of that, in words; empty where it says nothing more than the name of the fact.
        also: facts that rest on it beside.
    """

    number: int
    entry: Entry
    fact: FactShown | None
    says: str
    also: list[FactShown]


class FactShown(NamedTuple):
    """What a record speaks of, with the lines that say it.

    Attributes:
        number: its position among the facts.
        fact: the fact.
        name: what it is called, with its field where that tells more.
        rests_on: the lines that it rests on.
        follows_from: the facts that it follows from.
        lines: all lines that are about it.
    """

    number: int
    fact: RecordFact
    name: str
    rests_on: list[Line]
    follows_from: list[FactShown]
    lines: list[Line]

    @property
    def is_contested(self) -> bool:
        """Whether any of its lines stands against another."""
        return any(line.entry.outcome == "conflicting" for line in self.lines)


class Alike(NamedTuple):
    """Lines of one type that have one code, and of which the same was made: their code, what became of them, which."""

    code: str
    outcome: Outcome
    lines: list[Line]


class OfType(NamedTuple):
    """The resources of a type: how many there are, and the lines of them."""

    type: str
    resources: int
    alike: list[Alike]


class Reason(NamedTuple):
    """Why something was ignored.

    Attributes:
        why: the reason.
        lines: which were.
        types: of which types they are, each with how many and its position among all types.
        facts: what they were about, where that is a fact or field.
    """

    why: str
    lines: list[Line]
    types: list[tuple[str, int, int]]
    facts: list[FactShown]


class ReceiptShown(NamedTuple):
    """A receipt, laid out.

    Attributes:
        patient: the id of the patient; empty where it has none.
        files: the files that it came from.
        resources: how many resources there are.
        used, conflicting, ignored: of how many of these anything was used, or else contested, or nothing at all.
        known: what is known.
        left_unknown: what the record speaks of, and yet leaves unknown.
        unknown: what the record says nothing of.
        beside: lines used for what is no fact.
        conflicts: the facts of which lines stand against each other.
        reasons: why the others were ignored, the most frequent first.
        types: every resource, by type.
        notices: what to know about how it was read.
    """

    patient: str
    files: list[str]
    resources: int
    used: int
    conflicting: int
    ignored: int
    known: list[FactShown]
    left_unknown: list[FactShown]
    unknown: list[str]
    beside: list[Line]
    conflicts: list[FactShown]
    reasons: list[Reason]
    types: list[OfType]
    notices: list[str]


def receipt_shown(receipt: RecordReceipt) -> ReceiptShown:
    """Return a receipt, laid out."""
    facts = [_fact_shown(number, fact) for number, fact in enumerate(receipt.facts)]
    by_what = {one.fact.what: one for one in facts}
    lines = [_line(number, entry, by_what) for number, entry in enumerate(receipt.entries)]
    for line in lines:
        if line.fact is not None:
            line.fact.lines.append(line)
    for one, fact in zip(facts, receipt.facts, strict=True):
        one.rests_on.extend(lines[number] for number in fact.rests_on)
        for line in one.rests_on:
            if line.fact is not one:
                line.also.append(one)
        one.follows_from.extend(by_what[what] for what in fact.follows_from if what in by_what)
    became = Counter(_became(lines).values())
    return ReceiptShown(
        patient=plain(receipt.patient),
        files=[plain(file) for file in dict.fromkeys(entry.source.file for entry in receipt.entries) if file],
        resources=became.total(),
        used=became["used"],
        conflicting=became["conflicting"],
        ignored=became["ignored"],
        known=[one for one in facts if one.fact.says],
        left_unknown=[one for one in facts if not one.fact.says],
        unknown=list(receipt.unknown),
        beside=[line for line in lines if line.entry.outcome == "used" and line.fact is None],
        conflicts=[one for one in facts if one.is_contested],
        reasons=_reasons(lines),
        types=_types(lines),
        notices=[plain(notice) for notice in receipt.notices],
    )


def _fact_shown(number: int, fact: RecordFact) -> FactShown:
    label = plain(fact.label)
    name = label if fact.field in (fact.label, "") else f"{fact.field}: {label}"
    safe = replace(fact, label=label, says=plain(fact.says))
    return FactShown(number, safe, name, [], [], [])


def _line(number: int, entry: Entry, facts: dict[str, FactShown]) -> Line:
    source = entry.source
    if not all(map(str.isprintable, (*source.__dict__.values(), entry.what, entry.value, entry.why))):
        source = replace(source, **{name: plain(value) for name, value in source.__dict__.items()})
        entry = replace(entry, source=source, what=plain(entry.what), value=plain(entry.value), why=plain(entry.why))
    fact = facts.get(entry.what)
    says = entry.value.replace("_", " ") if fact is None else fact.fact.values.get(entry.value, entry.value)
    says = plain(says)
    return Line(number, entry, fact, "" if fact is not None and says == fact.fact.label else says, [])


def _became(lines: Iterable[Line]) -> dict[tuple[str, ...], Outcome]:
    return by_resource((line.number, line.entry) for line in lines)


def _reasons(lines: Sequence[Line]) -> list[Reason]:
    by_why: dict[str, list[Line]] = {}
    places = {type_: i for i, type_ in enumerate(dict.fromkeys(line.entry.source.type for line in lines))}
    for line in lines:
        if line.entry.outcome == "ignored":
            by_why.setdefault(line.entry.why, []).append(line)
    found = []
    for why, of_it in sorted(by_why.items(), key=lambda one: -len(one[1])):
        facts = {line.fact.number: line.fact for line in of_it if line.fact is not None}
        types = Counter(line.entry.source.type for line in of_it).most_common()
        placed = [(type_, n, places[type_]) for type_, n in types]
        found.append(Reason(why, of_it, placed, list(facts.values())))
    return found


def _types(lines: Sequence[Line]) -> list[OfType]:
    by_type: dict[str, list[Line]] = {}
    for line in lines:
        by_type.setdefault(line.entry.source.type, []).append(line)
    return [OfType(type_, len(_became(of_it)), _alike(of_it)) for type_, of_it in by_type.items()]


def _alike(lines: Iterable[Line]) -> list[Alike]:
    groups: dict[tuple[str, ...], Alike] = {}
    for line in lines:
        entry = line.entry
        also = " ".join(one.fact.what for one in line.also)
        key = (entry.outcome, entry.source.code, entry.why, entry.what, entry.value, also)
        groups.setdefault(key, Alike(entry.source.code, entry.outcome, [])).lines.append(line)
    return sorted(groups.values(), key=lambda one: one.outcome == "ignored")


class Overview(NamedTuple):
    """What many receipts say together.

    Attributes:
        patients: how many patients there are.
        resources, used, conflicting, ignored: how many resources, and what became of them.
        fields: for each field or fact that follows, how many patients it is known of, and left unknown by a conflict.
        reasons: why lines were ignored, with how many.
        passed_over: why patients or lines were passed over, with which.
    """

    patients: int
    resources: int
    used: int
    conflicting: int
    ignored: int
    fields: list[tuple[str, int, int]]
    reasons: list[tuple[str, int]]
    passed_over: list[tuple[str, list[str]]]


def overview(records: RecordReceipt | RecordReceipts, shown: Sequence[ReceiptShown]) -> Overview:
    """Return what many receipts say together.

    Args:
        records: the receipts.
        shown: each of them, laid out.
    """
    known: Counter[str] = Counter()
    contested: Counter[str] = Counter()
    order: dict[str, None] = {}
    for one in shown:
        order.update(dict.fromkeys((*(fact.fact.field for fact in (*one.known, *one.left_unknown)), *one.unknown)))
        known.update({fact.fact.field for fact in one.known})
        contested.update({fact.fact.field for fact in one.left_unknown if fact.is_contested})
    why: Counter[str] = Counter()
    for one in shown:
        why.update({reason.why: len(reason.lines) for reason in one.reasons})
    return Overview(
        patients=len(shown),
        resources=sum(one.resources for one in shown),
        used=sum(one.used for one in shown),
        conflicting=sum(one.conflicting for one in shown),
        ignored=sum(one.ignored for one in shown),
        fields=[(field, known[field], contested[field]) for field in order],
        reasons=why.most_common(),
        passed_over=_passed_over(records.passed_over),
    )


def _passed_over(receipts: Iterable[RecordReceipt]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for receipt in receipts:
        first = next(iter(receipt.entries), None)
        why = plain(first.why) if first is not None else "; ".join(map(plain, receipt.notices)) or "it is empty"
        named = [] if first is None else [first.source.file, first.source.element if not receipt.patient else ""]
        found.setdefault(why, []).append(" ".join(filter(None, map(plain, (receipt.patient, *named)))) or "no id")
    return sorted(found.items(), key=lambda one: -len(one[1]))
