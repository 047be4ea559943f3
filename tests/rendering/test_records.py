"""The receipts of records as a reader meets them: the answer first, each fact with what it rests on, all told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import get_args

import pytest

from mbc_options import read_fhir, record_receipts, render
from mbc_options.records.receipt import Entry, Outcome, RecordReceipt, RecordReceipts, Source
from mbc_options.rendering.cards import card
from mbc_options.rendering.receipts import overview, receipt_shown

GOLDEN = Path(__file__).parent / "golden"
RECORDS = Path(__file__).parents[1] / "records" / "fhir" / "cases.json"
CASES = json.loads(RECORDS.read_text(encoding="utf-8"))
RECEIPTS = [patient.receipt for case in CASES for patient in read_fhir(case["bundle"])]
CHANGED = next(receipt for receipt in RECEIPTS if any(entry.outcome == "conflicting" for entry in receipt.entries))
HOSTILE = '<b id=x>"&amp;\x1b[31m\u202e'


def entry(id_: str, outcome: Outcome = "ignored", **more: str) -> Entry:
    source = Source(type=more.pop("type", "Observation"), id=id_, code=more.pop("code", ""), date=more.pop("date", ""))
    return Entry(source=source, outcome=outcome, **more)  # type: ignore[arg-type]


def many(number: int) -> RecordReceipts:
    """As many receipts as wanted, of patients called 1, 2, ..."""
    receipts = tuple(replace(RECEIPTS[i % len(RECEIPTS)], patient=str(i + 1)) for i in range(number))
    return RecordReceipts(receipts=receipts)


def headings(page: str) -> list[str]:
    return [unescape(re.sub(r"<[^>]+>", "", found)) for found in re.findall(r"<h2[^>]*>(.*?)</h2>", page)]


def broken_links(page: str) -> set[str]:
    ids = re.findall(r"\bid=\"?([\w-]+)", page)
    assert len(ids) == len(set(ids))
    return set(re.findall(r'href="?#([\w-]+)', page)) - set(ids)


def test_the_answer_comes_first_then_conflicts_then_what_was_ignored_then_everything() -> None:
    page = str(render(CHANGED, "html"))
    assert headings(page) == [
        "What is known, and what it rests on",
        "Not known",
        "What to know about how it was read",
        "What stands against each other, and how it was settled",
        "What was ignored, and why",
        "Every resource",
        "Words explained",
    ]


@pytest.mark.parametrize("receipt", RECEIPTS)
def test_each_fact_leads_to_the_lines_that_it_rests_on_and_these_lead_back(receipt: RecordReceipt) -> None:
    page = str(render(receipt, "html"))
    assert not broken_links(page)
    listed = page[page.index("<h2 id=p1-h-all") :]
    for number, fact in enumerate(receipt.facts):
        for line in fact.rests_on:
            assert f"#p1-e{line}" in page
            assert re.search(rf'id="?p1-e{line}\b', listed)
        if fact.rests_on:
            assert f"#p1-f{number}" in listed
    for one in receipt.entries:
        assert one.source.id in listed
        assert one.source.code in listed


def test_what_is_not_known_is_told_as_that_and_never_as_denied() -> None:
    for format_ in ("text", "html"):
        told = str(render(CHANGED, format_))
        said = " ".join(unescape(re.sub(r"<[^>]+>", "", told)).split())
        assert "Not known is not denied. Nothing was read of: menopause; PR; HER2;" in said
        assert "It does not advise" in said


def test_a_known_fact_with_another_result_against_it_says_so_where_it_stands() -> None:
    page = str(render(CHANGED, "html"))
    (known,) = re.findall(r"<div id=p1-f\d+><dt>(?:(?!</div>).)*ER-negative.*?</div>", page, re.DOTALL)
    assert "another result stands against it" in known
    (conflict,) = re.findall(r'href="?#(p1-c\d+)', known)
    assert f"id={conflict}" in page


@pytest.mark.parametrize("receipt", RECEIPTS)
def test_every_line_is_counted_once(receipt: RecordReceipt) -> None:
    shown = receipt_shown(receipt)
    assert shown.used + shown.conflicting + shown.ignored == shown.resources
    assert shown.resources == len({(one.source.type, one.source.id) for one in receipt.entries})
    listed = [line.number for type_ in shown.types for alike in type_.alike for line in alike.lines]
    assert sorted(listed) == list(range(len(receipt.entries)))
    ignored = [line.number for reason in shown.reasons for line in reason.lines]
    assert sorted(ignored) == [i for i, one in enumerate(receipt.entries) if one.outcome == "ignored"]
    assert all(sum(n for _, n, _ in reason.types) == len(reason.lines) for reason in shown.reasons)


def test_reasons_are_told_with_the_most_frequent_first_and_what_is_without_an_id_counts_by_itself() -> None:
    without_id = [entry("", why="so") for _ in range(4)]
    receipt = RecordReceipt(entries=(*without_id[1:], entry("1", why="rare"), without_id[0]))
    shown = receipt_shown(receipt)
    assert [(reason.why, len(reason.lines)) for reason in shown.reasons] == [("so", 4), ("rare", 1)]
    assert (shown.resources, shown.ignored) == (5, 5)
    assert "a patient without an id" in str(render(receipt, "html"))


@pytest.mark.parametrize("format_", ["text", "html"])
def test_what_a_record_holds_is_shown_as_it_is_written_and_does_nothing(format_: str) -> None:
    source = Source(file=HOSTILE, type=HOSTILE, id=HOSTILE, date=HOSTILE, code=HOSTILE, element=HOSTILE)
    entries = tuple(
        Entry(source=source, outcome=outcome, what=HOSTILE, value=HOSTILE, why=HOSTILE) for outcome in get_args(Outcome)
    )
    receipt = replace(CHANGED, patient=HOSTILE, entries=(*CHANGED.entries, *entries), notices=(HOSTILE,))
    passed_over = RecordReceipt(patient=HOSTILE, entries=entries[1:2], notices=(HOSTILE,))
    for shown in (receipt, RecordReceipts(receipts=(receipt, receipt), passed_over=(passed_over,))):
        told = str(render(shown, format_))
        assert "\x1b" not in told
        assert "\u202e" not in told
        assert format_ == "text" or "<b id=x>" not in told
    assert "<b id=x>" not in str(card(receipt))


def test_a_page_of_few_patients_tells_all_of_each_and_one_of_many_tells_them_in_brief() -> None:
    few, lots = str(render(many(5), "html")), str(render(many(30), "html"))
    assert not broken_links(few)
    assert not broken_links(lots)
    first = ["What is known of how many", "Each patient in brief"]
    assert headings(few)[:7] == [*first, *(f"Patient {i + 1}" for i in range(5))]
    assert headings(lots)[:2] == first
    assert "Patient 1" not in headings(lots)
    for i in range(30):
        assert f"<th scope=row>{i + 1}</th>" in lots


def test_each_fact_of_many_patients_leads_to_its_resources_folded_under_the_patient() -> None:
    records = many(30)
    rows = str(render(records, "html")).split("<th scope=row>")[-30:]
    for receipt, row in zip(records.receipts, rows, strict=True):
        (folded,) = re.findall(r"<details><summary>What it rests on</summary>(.*?)</details>", row, re.DOTALL)
        told = unescape(folded)
        for fact in receipt.facts:
            for line in fact.rests_on[:3] if fact.says else ():
                source = receipt.entries[line].source
                assert f"{source.type} {source.id}" in told
                assert source.date in told
                assert source.code in told


def test_an_overview_adds_up() -> None:
    records = many(30)
    found = overview(records, [receipt_shown(receipt) for receipt in records.receipts])
    assert found.patients == 30
    for field, known, contested in found.fields:
        assert known == sum(any(f.field == field and f.says for f in receipt.facts) for receipt in records.receipts)
        assert known + contested <= 30
    assert found.resources == found.used + found.conflicting + found.ignored


def test_what_was_passed_over_is_told_with_the_reason_and_which() -> None:
    passed_over: list[RecordReceipt] = []
    bundles = [*(case["bundle"] for case in CASES), {"resourceType": "Patient", "id": "well"}]
    text = json.dumps([*bundles, "no resource"])
    found = list(read_fhir(text, passed_over=passed_over.append))
    for format_ in ("text", "html"):
        told = " ".join(str(render(record_receipts(found, passed_over), format_)).split())
        assert "the record has no condition that the rulebook is about" in told
        assert "well" in told
        assert f"element {len(bundles) + 1}" in told


def test_a_long_receipt_stays_small_and_names_each_resource() -> None:
    lines = [entry(f"o-{i:05}", why="no field", code=f"loinc {i % 7}", date="2020-05-17") for i in range(10_000)]
    lines[::2500] = [entry(f"o-{i:05}", "used", what="er", value="positive") for i in range(0, 10_000, 2500)]
    receipt = replace(RECEIPTS[0], entries=tuple(lines), facts=())
    page = str(render(receipt, "html"))
    assert len(page.encode()) < 350_000
    assert all(one.source.id in page for one in lines)
    assert len(str(render(receipt, "text"))) < 20_000


def test_a_list_too_long_for_any_page_is_cut_and_says_where_the_rest_is() -> None:
    receipt = RecordReceipt(entries=tuple(entry(f"o-{i:05}", why="no field") for i in range(2_500)))
    page = str(render(receipt, "html"))
    assert "o-01999" in page
    assert "o-02000" not in page
    assert "and 500 more lines, which the JSON has" in page
    assert "o-02499" in str(render(receipt, "json"))


def test_as_text(pytestconfig: pytest.Config) -> None:
    told = str(render(CHANGED, "text"))
    path = GOLDEN / "record.txt"
    if pytestconfig.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


def test_a_card_tells_what_is_known_and_what_is_not() -> None:
    told = str(card(CHANGED))
    assert "ER-negative (another result stands against it)" in told
    assert "Nothing was read of:" in told
    assert "18 patients" in str(card(many(18)))


def test_a_page_of_nobody_says_so() -> None:
    page = str(render(RecordReceipts(receipts=()), "html"))
    assert "0 patients" in page
    assert not broken_links(page)
