"""What the reports of one patient to a registry prove."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.records.drugs import Drugs, Given
from mbc_options.records.findings import Proof, Proofs, is_after
from mbc_options.records.receipt import Source
from mbc_options.vocabulary.codes import LONGEST, Coding
from mbc_options.vocabulary.spelling import OTHER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.records.receipt import RecordPatient, RecordReceipt
    from mbc_options.records.xml import Node
    from mbc_options.vocabulary.codes import CodedAnswer, CodedTest, Codes
    from mbc_options.vocabulary.registry import RegistryForm, ReportKind

__all__ = ["ReportsReader"]

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:\d\d)?|(\d\d)\.(\d\d)\.(\d{4})|(\d{4})")
_UNREAD = "no field is read from it"
_NO_CLASS = "no treatment of a class that the rulebook knows"


class _Row(NamedTuple):
    """What is reported in one place, by the number of the place."""

    place: Node
    number: int
    node: Node
    parts: list[Node]
    of_several: int


class _Report(NamedTuple):
    """A report with what stands in it: of which kind, where, when, of which side; and why it counts for nothing.

    Its cancer is told by the side, and by the year of diagnosis where every report of a side has one.
    """

    node: Node
    kind: ReportKind
    parts: tuple[Node, ...]
    id: str
    date: str
    side: str
    cancer: str
    why: str


class _Statement(NamedTuple):
    """Something that a report says: by a test with its answer, or a site; or why it says nothing."""

    node: Node
    date: str
    code: str
    test: CodedTest | None = None
    value: str = ""
    answer: CodedAnswer | None = None
    site: str = ""
    why: str = ""


class ReportsReader:
    """Reads one patient after the other.

    Args:
        codes: what elements and letters mean.
        registry: how the elements hold together.
        today: the last date that there can be; empty for any.
        file: in which the patients stand.
        version: what is told of the file's version; empty where there is nothing to tell.
    """

    def __init__(self, codes: Codes, registry: RegistryForm, today: str, file: str, version: str) -> None:
        self.codes, self.registry = codes, registry
        self.today, self.file, self.version = today, file, version
        self.drugs = Drugs(codes)
        self.kinds = {kind.element: kind for kind in registry.reported}
        self.unread = {name: one.why for one in registry.unread for name in one.elements}
        self.confirmed_by = codes.places.confirmed_by if codes.places else ""
        self.system = registry.system
        self.tests = {code: test for test in codes.tests.entries for code in (test.codes or {}).get(self.system, ())}

    def read(self, id_: str, people: Sequence[Node]) -> RecordPatient | RecordReceipt:
        """Return the patient; the receipt alone where no report is of the illness."""
        self.proofs = Proofs(self.codes.vocabulary, self.codes.lasting, self.codes.begun_after)
        if self.version:
            self.proofs.tell(self.version)
        reports = self._reports(people)
        mine = [report for report in reports if not report.why]
        if not reports:
            self.proofs.ignore(Source(file=self.file, type=self.registry.patient, id=id_), "it has no report")
        if not mine:
            for report in reports:
                self.proofs.ignore(self._source(report, report.node), report.why)
            return self.proofs.receipt(id_)
        said = {id(report.node): self._statements(report) for report in mine}
        self.spread = [
            (report, one.date) for report in mine for one in said[id(report.node)] if self._is_of_spread(one)
        ]
        self.other_cancers = self._other_cancers(mine)
        self.differing = self._differing(mine, said)
        self.newest = self._newest_nearby(mine, said)
        for person in people:
            self._person(id_, person)
        for report in reports:
            if report.kind.told:  # of the person, whatever the report is of
                when = f" ({report.date})" if report.date else ""
                self.proofs.tell(report.kind.told.replace("{date}", when))
            if report.why:
                self.proofs.ignore(self._source(report, report.node), report.why)
            else:
                self._report(report, said[id(report.node)])
        for person in people:
            self._beside(id_, person)
        return self.proofs.patient(id_)

    # Which reports there are, and which are of the illness

    def _reports(self, people: Sequence[Node]) -> list[_Report]:
        """Return the reports of a patient, in the order of the file."""
        registry = self.registry
        told = [place for person in people for place in _outermost(person, registry.report)]
        rows = [_Row(place, number, *row) for number, place in enumerate(told, 1) for row in self._reported(place)]
        of = [(row, self._key(row), self._illness(row), self._side(row)) for row in rows]
        kinds: dict[str, set[str]] = {}
        sides: dict[str, set[str]] = {}
        years: dict[str, set[str]] = {}
        for row, key, illness, side in of:
            years.setdefault(key, set()).update({self._year(row)} - {""})
            kinds.setdefault(key, set()).update({illness} - {""})
            sides.setdefault(key, set()).update({side} & {*registry.sides})
        every = {kind for told_by_key in kinds.values() for kind in told_by_key}
        reports = []
        for row, key, illness, told_side in of:
            by_key = kinds[key] if key else every
            why = self._why_not(illness or (next(iter(by_key)) if len(by_key) == 1 else ""))
            side = told_side if told_side in registry.sides else next(iter(sides[key])) if len(sides[key]) == 1 else ""
            id_ = row.place.attribute(registry.report_id) or f"{row.number}"
            if row.of_several:
                id_ = f"{id_}/{row.node.attribute(f'{row.node.tag}_ID') or row.of_several}"
            kind = self.kinds[row.node.name]
            parts = () if kind.ignored else tuple(row.parts)
            year = next(iter(years[key])) if len(years[key]) == 1 else ""
            reports.append(_Report(row.node, kind, parts, id_, self._date_of(row), side, year, why))
        has_years = all(report.cancer for report in reports if report.side and not report.why)
        return [
            one._replace(cancer=f"{one.side} {one.cancer}" if one.side and has_years else one.side) for one in reports
        ]

    def _reported(self, place: Node) -> list[tuple[Node, list[Node], int]]:
        """Return each report of a place, its parts, and its number where there are several of a kind."""
        found: list[tuple[Node, list[Node]]] = []
        waiting: list[tuple[Node, list[Node] | None]] = [(node, None) for node in reversed(place.children)]
        while waiting:
            node, parts = waiting.pop()
            if node.name in self.kinds:
                parts = []
                found.append((node, parts))
            elif parts is not None:
                parts.append(node)
            waiting += [(child, parts) for child in reversed(node.children)]
        names = [node.name for node, _ in found]
        return [
            (node, parts, names[: i + 1].count(node.name) if names.count(node.name) > 1 else 0)
            for i, (node, parts) in enumerate(found)
        ]

    def _key(self, row: _Row) -> str:
        belongs = row.place.first(self.registry.belongs)
        key = belongs.attribute(self.registry.belongs_id) if belongs is not None else ""
        return key or row.node.attribute(self.registry.belongs_id)

    def _side(self, row: _Row) -> str:
        belongs = row.place.first(self.registry.belongs)
        told = belongs.said(self.registry.side) if belongs is not None else ""
        return told or row.node.said(self.registry.side)

    def _year(self, row: _Row) -> str:
        belongs = row.place.first(self.registry.belongs)
        return self._date(belongs.first(self.registry.since))[:4] if belongs is not None else ""

    def _illness(self, row: _Row) -> str:
        """Return the kind of condition that a report says it is of; empty where it says none."""
        node = row.node
        for one in filter(None, (row.place.first(self.registry.belongs), node)):
            code = one.said(*self.registry.illness)
            if code:
                entry = self.codes.conditions.coded([Coding(self.registry.illness_system, code)])
                return entry[0].kind if entry is not None else _OTHER_KIND
        text = node.said(self.registry.illness_text)
        found = self.codes.conditions.find((), text) if text else None
        return found.kind if found is not None else ""

    def _why_not(self, kind: str) -> str:
        if not kind:
            return "it does not say to which illness of the record it belongs"
        if kind == "illness":
            return ""
        label = next((one.label for one in self.codes.conditions.entries if one.kind == kind and one.label), None)
        return f"it is of another condition{f' ({label})' if label and kind == 'past' else ''}"

    # When

    def _date(self, node: Node | None) -> str:
        """Return a date as exactly as it was known; one that cannot be is told, and left out."""
        if node is None or not node.text:
            return ""
        match = _DATE.fullmatch(node.text)
        if match is None:
            self.proofs.tell(f"{node.tag}: {node.text[:40]!r} is no date; it is read as undated.")
            return ""
        one, two, three, day, month, year, alone = match.groups()
        parts = [one, two, three] if one else [year, month, day] if year else [alone]
        parts = parts[: next((i for i, part in enumerate(parts) if part == "00"), len(parts))]
        if not all(1 <= int(part) <= most for part, most in zip(parts[1:], _MOST, strict=False)):
            self.proofs.tell(f"{node.tag}: {node.text[:40]!r} is no date; it is read as undated.")
            return ""
        precise = self.registry.precise
        known = {precise.month: 2, precise.year: 1, precise.no: 0}.get(node.attribute(precise.attribute), len(parts))
        date = "-".join(parts[:known])
        if self.today and date > self.today:
            self.proofs.tell(f"{node.tag}: {date} lies in the future; it is read as undated.")
            return ""
        return date

    def _date_of(self, row: _Row) -> str:
        kind, belongs = self.kinds[row.node.name], row.place.first(self.registry.belongs)
        date = self._date(row.node.first(*kind.begins) if kind.begins else None)
        if not date and kind.of_diagnosis and belongs is not None:
            date = self._date(belongs.first(self.registry.since))
        return date

    def _own_date(self, node: Node, report: _Report) -> str:
        """Return when a part of a report was so: as the part says, or else the report."""
        one = node.parent
        while one is not None and one is not report.node:
            for name in self.registry.dated_by:
                found = one.first(name)
                if found is not None and (date := self._date(found)):
                    return date
            one = one.parent
        return report.date

    # What a report says

    def _statements(self, report: _Report) -> list[_Statement]:
        return [one for node in report.parts for one in self._said(report, node)]

    def _said(self, report: _Report, node: Node) -> Iterator[_Statement]:
        registry = self.registry
        if node.name == registry.site.element:
            yield self._site(report, node)
        elif node.name == registry.variant.element:
            yield self._variant(report, node)
        elif node.name == registry.classified.element:
            yield from self._classified(report, node)
        elif node.name in self.tests and node.text:
            test, letter = self.tests[node.name], node.text
            date = self._ended(report) if node.name == registry.ended else self._own_date(node, report)
            answer = self.codes.own_answers[id(test)].find([Coding(self.system, letter)], letter)
            if answer is not None:
                yield _Statement(node, date, f"{self.system} {letter[:40]}", test, answer.value or "", answer)
            elif node.name not in self.unread and node.name != registry.ended:
                why = f"{letter[:40]!r} is no letter of it that is known"
                yield _Statement(node, date, f"{self.system} {letter[:40]}", test, why=why)
        if node.name in registry.nearby and (name := self._near(node)):
            yield _Statement(node, self._own_date(node, report), f"{self.system} {node.text[:40]}", site=name)

    def _near(self, node: Node) -> str:
        found = self.codes.conditions.coded([Coding(self.system, f"{node.name} {node.text}")])
        return found[0].name or "" if found is not None else ""

    def _ended(self, report: _Report) -> str:
        return self._date(report.node.first(*report.kind.ends)) if report.kind.ends else ""

    def _site(self, report: _Report, node: Node) -> _Statement:
        at = node.first(self.registry.site.at)
        letter = at.text if at is not None else ""
        where = at if at is not None and letter else node
        date = self._own_date(at if at is not None else node, report)
        if not letter and node.first(*self.registry.dated_by) is None:
            return _Statement(where, date, "", why="it says neither where nor when")
        found = self.codes.conditions.coded([Coding(self.system, letter)])
        name = found[0].name if found is not None else ""
        return _Statement(where, date, f"{self.system} {letter[:40]}".strip(), site=name or _SOMEWHERE)

    def _variant(self, report: _Report, node: Node) -> _Statement:
        variant = self.registry.variant
        name = node.said(variant.name)[:LONGEST]
        letter = node.said(variant.letters)
        said = variant.meaning.get(letter, "") if letter else node.said(variant.answer)
        inner = node.first(variant.letters, variant.answer)
        date = self._own_date(inner if inner is not None else node, report)
        found = (one for one in self.codes.tests.entries if one.field in variant.fields and one.pattern)
        test = next((one for one in found if re.search(one.pattern or "", name, re.IGNORECASE)), None)
        if test is None:
            return _Statement(node, date, name[:80], why="no field is read from a variant of this name")
        answer = self.codes.own_answers[id(test)].find((), said)
        value = (answer.value if answer is not None else said) or ""
        if not value or (test.only and value not in test.only):
            only = " or ".join(test.only)
            why = f"{(value or letter)[:40]!r} proves nothing{f': only {only} does' if only else ''}"
            return _Statement(node, date, name[:80], test, why=why)
        return _Statement(node, date, name[:80], test, value, answer)

    def _classified(self, report: _Report, node: Node) -> Iterator[_Statement]:
        form = self.registry.classified
        name, said = node.said(form.name)[:LONGEST], node.said(form.answer)
        inner = node.first(form.answer)
        test = next(
            (one for one in self.tests.values() if one.pattern and re.search(one.pattern, name, re.IGNORECASE)), None
        )
        answer = self.codes.own_answers[id(test)].find((), said) if test is not None else None
        if answer is not None and inner is not None:
            yield _Statement(
                node, self._own_date(inner, report), f"{name} {said}"[:80], test, answer.value or "", answer
            )

    # What follows from all of them together

    def _is_of_spread(self, one: _Statement) -> bool:
        if one.site:
            return one.node.name not in self.registry.nearby
        lasting = self.codes.lasting.get(self.confirmed_by)
        return one.test is not None and one.test.field == self.confirmed_by and bool(lasting) and one.value == lasting

    def _other_cancers(self, mine: list[_Report]) -> set[str]:
        """Return the cancers of which no spread is told, where there is spread of another alone."""
        cancers = {report.cancer for report in mine} - {""}
        spread = {report.cancer for report, _ in self.spread}
        return cancers - spread if len(spread) == 1 and "" not in spread else set()

    def _differing(self, mine: list[_Report], said: dict[int, list[_Statement]]) -> set[str]:
        """Return the fields that differ between two cancers, of which either may be the one that spread."""
        told: dict[str, dict[str, set[str]]] = {}
        for report in mine:
            for one in said[id(report.node)] if report.cancer and report.cancer not in self.other_cancers else ():
                if one.value and one.test is not None and one.test.field and self._is_of_one_cancer(one.test):
                    told.setdefault(one.test.field, {}).setdefault(report.cancer, set()).add(one.value)
        return {field for field, values in told.items() if len({frozenset(some) for some in values.values()}) > 1}

    def _is_of_one_cancer(self, test: CodedTest) -> bool:
        return not test.of_person and test.field != self.confirmed_by

    def _newest_nearby(self, mine: list[_Report], said: dict[int, list[_Statement]]) -> dict[tuple[str, str], str]:
        """Return the newest date of each element of which only the newest counts, by the side that it is of."""
        newest: dict[tuple[str, str], str] = {}
        for report in mine:
            for one in said[id(report.node)]:
                if one.node.name in self.registry.nearby:
                    key = (one.node.name, report.side)
                    newest[key] = max(newest.get(key, ""), one.date)
        return newest

    # The proofs

    def _source(self, report: _Report, node: Node, date: str | None = None, code: str = "") -> Source:
        return Source(
            file=self.file,
            type=report.node.tag,
            id=report.id,
            date=report.date if date is None else date,
            code=code,
            element=node.within(report.node),
        )

    def _person(self, id_: str, person: Node) -> None:
        """Read what stands of the person: nothing else of it is kept."""
        for stand in person.all(self.registry.person):
            for name in self.registry.of_person:
                for node in stand.all(name):
                    test = self.tests.get(name)
                    source = Source(
                        file=self.file,
                        type=person.tag,
                        id=id_,
                        code=f"{self.system} {node.text[:40]}",
                        element=node.within(person),
                    )
                    if test is None or test.field is None:
                        continue
                    answer = self.codes.own_answers[id(test)].find([Coding(self.system, node.text)], node.text)
                    if answer is not None and answer.value:
                        self.proofs.prove(Proof(source, test.field, answer.value))
                    else:
                        why = answer.unused if answer is not None else None
                        self.proofs.ignore(source, why or f"{node.text[:40]!r} is no letter of it that is known")

    def _report(self, report: _Report, said: list[_Statement]) -> None:
        before = self.proofs.size
        if report.kind.of_diagnosis:
            self.proofs.use(self._source(report, report.node), "the condition that the rulebook is about")
        if report.kind.is_treatment:
            self._treatment(report)
        for one in said:
            one.node.use()
            self._statement(report, one, said)
        why = report.kind.ignored or (report.kind.told and "it is told, and no field is about it")
        if why:
            self.proofs.ignore(self._source(report, report.node), why)
        else:
            self._unread(report, report.node)
        if self.proofs.size == before:
            self.proofs.ignore(self._source(report, report.node), "it says nothing that a field is about")

    def _statement(self, report: _Report, one: _Statement, said: list[_Statement]) -> None:
        source = self._source(report, one.node, one.date, one.code)
        if one.why:
            self.proofs.ignore(source, one.why, what=(one.test.field if one.test else "") or "")
        elif one.site:
            self._prove_site(report, source, one)
        elif one.test is not None and one.test.field and one.answer is None:
            self.proofs.prove(Proof(source, one.test.field, one.value))
        elif one.test is not None and one.test.field and one.answer is not None:
            self._prove(report, source, one.test.field, one.test, one.answer, said)

    def _prove_site(self, report: _Report, source: Source, one: _Statement) -> None:
        places = self.codes.places
        if places is None:
            self.proofs.ignore(source, "the rulebook has no field of sites")
        elif one.node.name in self.registry.nearby and one.date != self.newest[one.node.name, report.side]:
            self.proofs.ignore(source, "a later report speaks of it, too", what=f"{places.field}.{one.site}")
        elif one.site == _SOMEWHERE:
            self.proofs.prove(Proof(source, places.confirmed_by, "yes"))
        else:
            self.proofs.prove(Proof(source, places.field, "yes", name=one.site))

    def _prove(
        self, report: _Report, source: Source, field: str, test: CodedTest, answer: CodedAnswer, said: list[_Statement]
    ) -> None:
        if answer.unused:
            self.proofs.ignore(source, answer.unused, what=field)
        elif answer.voids:
            if any(one.test is not None and one.test.field == field and one.value == answer.voids for one in said):
                self.proofs.ignore(source, f"the report says itself what is so now of {field}", what=field)
                return
            self.proofs.void(source, field, answer.voids)
            self.proofs.use(source, field, why=f"{answer.voids} that was found before says nothing any more")
        elif answer.value:
            if report.cancer and self._is_of_one_cancer(test):
                if report.cancer in self.other_cancers:
                    self.proofs.ignore(source, self.registry.other_cancer, what=field)
                    return
                if field in self.differing:
                    why = self.registry.either_cancer
                    self.proofs.tell(f"{self.codes.vocabulary.labels[field]}: {why}.")
                    self.proofs.ignore(source, why, what=field)
                    return
            if answer.notice:
                when = f" ({source.date})" if source.date else ""
                self.proofs.tell(answer.notice.replace("{date}", when))
            self.proofs.prove(Proof(source, field, answer.value))

    # Treatments

    def _treatment(self, report: _Report) -> None:
        field = self.codes.vocabulary.history
        if not field:
            return
        why = self._no_treatment(report)
        if why:
            self.proofs.ignore(self._source(report, report.node), why)
            return
        given = self._given(report)
        outcome = self._outcome(report, given)
        by, setting, needs = self._setting(report)
        for treatment, source in given:
            self.proofs.prove(Proof(source, field, outcome, name=treatment.name, setting=setting, needs=needs))
        if given:
            self._account(report, self.registry.ended, "" if outcome == UNKNOWN else outcome, "how it went")
        for name in self.registry.settings:
            if given and (name == by or name not in self.unread):
                self._account(report, name, setting if name == by else "", "in which setting it was", needs)
        if not given:
            code = f"{self.system} {letters}" if (letters := " ".join(self._letters(report))) else ""
            self.proofs.ignore(self._source(report, report.node, code=code), _NO_CLASS)

    def _no_treatment(self, report: _Report) -> str:
        """Say why something that was done was no treatment; nothing where it was, and note what says so."""
        states = [(one, one.element) for one in self.codes.states if one.element and report.kind.element in one.types]
        intents = [intent for name in {name for _, name in states} for intent in report.node.all(name)]
        for intent in intents:
            intent.use()
        for state, name in states:
            if (report.node.said(name) or _NOT_SAID) in state.codes:
                return state.ignored or state.told or ""
        for intent in intents:
            source = self._source(report, intent, code=f"{self.system} {intent.text[:40]}")
            self.proofs.use(source, self.codes.vocabulary.history or "")
        return ""

    def _account(self, report: _Report, name: str, value: str, what: str, needs: str = "") -> None:
        """Note what became of an element that says something of a treatment, and the fact without which it does not."""
        for one in report.node.all(name):
            if not one.text:
                continue
            one.use()
            source = self._source(report, one, code=f"{self.system} {one.text[:40]}")
            if value:
                why = f"it counts where the record proves {needs}" if needs else ""
                self.proofs.use(source, self.codes.vocabulary.history or "", value, why)
            else:
                self.proofs.ignore(source, f"it does not say {what}")

    def _letters(self, report: _Report) -> list[str]:
        names = {*report.kind.by}
        return [one.text[:40] for one in report.parts if one.name in names and one.text]

    def _given(self, report: _Report) -> list[tuple[Given, Source]]:
        """Return the treatments that a report names, each with where it does."""
        kind, node = report.kind, report.node
        found: list[tuple[Given, Source]] = []
        for one in (one for one in report.parts if one.name in kind.drugs):
            code = one.said(self.registry.drug_code)
            text = one.text or " ".join(child.text for child in one.children if not child.children)
            codings = [Coding(self.registry.drug_code_system, code)] if code else []
            said = f"{self.registry.drug_code_system} {code[:40]}" if code else text[:80]
            source = self._source(report, one, code=said)
            named = self.drugs.named(codings, [text] if text and not code else [])
            for part in _all_in(one):
                part.use()
            found += [(drug, source) for drug in named.given]
            if not named.given:
                self.proofs.ignore(source, named.why or "no drug of a class that the rulebook knows")
        protocol = node.first(kind.protocol) if kind.protocol else None
        if protocol is not None and protocol.text:
            source = self._source(report, protocol, code=protocol.text[:80])
            others = [
                one for one in self.drugs.named((), [protocol.text]).given if one not in {drug for drug, _ in found}
            ]
            protocol.use()
            found += [(drug, source) for drug in others]
            if not others:
                self.proofs.ignore(source, "the protocol names no drug beside those that are told")
        return [*found, *self._by_letters(report, {name for drug, _ in found for name in drug.classes})]

    def _by_letters(self, report: _Report, classes: set[str]) -> Iterator[tuple[Given, Source]]:
        """Yield the classes that letters name, of which no drug is named, or what the kind of report is by itself."""
        kind, node = report.kind, report.node
        for unit in (node.all(kind.each) if kind.each else []) or [node]:
            parts = report.parts if unit is node else _all_in(unit)
            said = {name for one in parts for name in (one.name, f"{one.name} {one.text}")}
            if kind.by and (not kind.unless or said & {*kind.unless}):
                yield from self._letters_in(report, parts, classes)
                continue
            found = self._procedure(kind.element)
            if found is not None:
                if unit is not node:
                    unit.use()
                yield found, self._source(report, unit, code=f"{self.system} {kind.element}")

    def _letters_in(self, report: _Report, parts: Sequence[Node], classes: set[str]) -> Iterator[tuple[Given, Source]]:
        for one in parts:
            if one.name in report.kind.by and one.text:
                found = self._procedure(one.text)
                source = self._source(report, one, code=f"{self.system} {one.text[:40]}")
                one.use()
                if found is None:
                    self.proofs.ignore(source, "it names no class of treatment that the rulebook knows")
                elif classes & {*found.classes}:
                    self.proofs.use(source, f"{self.codes.vocabulary.history}.{found.name}")
                else:
                    yield found, source

    def _procedure(self, code: str) -> Given | None:
        found = self.codes.procedures.coded([Coding(self.system, code)])
        return self.drugs.given(found[0].treatment) if found is not None and found[0].treatment else None

    def _outcome(self, report: _Report, given: list[tuple[Given, Source]]) -> str:
        """Return how a treatment went, as far as why it ended says so."""
        letter = report.node.said(self.registry.ended)
        found = self.codes.outcomes.coded([Coding(self.system, letter)]) if letter else None
        if found is None:
            return UNKNOWN
        classes = {name for one, _ in given for name in one.classes}
        if found[0].of_one and len(classes) > 1:
            names = ", ".join(dict.fromkeys(one.name for one, _ in given))
            outcome = found[0].outcome.replace("_", " ")
            self.proofs.tell(
                f"A treatment of several kinds ({names}) is said to be {outcome}: it is not said which of "
                f"them, so it is read of none."
            )
            return UNKNOWN
        return found[0].outcome

    def _setting(self, report: _Report) -> tuple[str, str, str]:
        """Return the element that says the setting of a treatment, the setting, and the fact without which it does not.

        Without such an element it follows from the day on which it began, as with every record.
        """
        for name in self.registry.settings:
            entry = self.codes.settings.coded([Coding(self.system, f"{name} {report.node.said(name)}")])
            if entry is not None:
                setting, needs = entry[0].setting, entry[0].needs or ""
                if needs or all(is_after(date, report.date) for _, date in self.spread):
                    return name, setting, needs
        return "", "", ""

    # What nothing is read from

    def _unread(self, report: _Report, top: Node) -> None:
        """Note what was not read, each part as a whole, and parts that stand together at once."""
        together: dict[str, list[Node]] = {}
        for node in top.children:
            if node.name in self.kinds or node.name in self.registry.administrative:
                continue
            if node.used or (node.name not in self.unread and any(one.name in self.unread for one in _all_in(node))):
                self._unread(report, node)
            elif (node.text or node.children) and not self._holds_reports(node):
                together.setdefault(self.unread.get(node.name, _UNREAD), []).append(node)
        for why, nodes in together.items():
            above = top.within(report.node)
            tags = ", ".join(dict.fromkeys(node.tag for node in nodes))
            source = self._source(report, top)
            element = f"{above}/{tags}" if above else tags
            self.proofs.ignore(type(source)(**{**source.__dict__, "element": element}), why)

    def _holds_reports(self, node: Node) -> bool:
        return any(one.name in self.kinds for one in node.children)

    def _beside(self, id_: str, person: Node) -> None:
        """Note what stands beside the reports, as remarks do."""
        for top in (person, *_outermost(person, self.registry.report)):
            for node in top.children:
                why = self.unread.get(node.name, "" if top is person or self._is_accounted_for(node) else _UNREAD)
                if why and (node.text or node.children):
                    name = id_ if top is person else top.attribute(self.registry.report_id)
                    source = Source(file=self.file, type=top.tag, id=name, element=node.tag)
                    self.proofs.ignore(source, why)

    def _is_accounted_for(self, node: Node) -> bool:
        """Tell whether what stands beside reports is of administration, or has reports in it."""
        return node.name in self.registry.administrative or any(one.name in self.kinds for one in _all_in(node))


_OTHER_KIND = "another"
_SOMEWHERE = OTHER
_NOT_SAID = "none"
_MOST = (12, 31)
"""The last month and the last day that there can be."""


def _all_in(top: Node) -> list[Node]:
    """Return an element and what stands in it, at any depth."""
    found = [top]
    for node in found:
        found += node.children
    return found


def _outermost(top: Node, name: str) -> list[Node]:
    """Return the elements of a name that stand in another, but in none of the same name."""
    found, waiting = [], [*reversed(top.children)]
    while waiting:
        node = waiting.pop()
        if node.name == name:
            found.append(node)
        else:
            waiting += reversed(node.children)
    return found
