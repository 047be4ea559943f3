"""What a report owes its reader: each line of the list, in every form of the report, for very different patients.

The list: intended use and users; date and kind of each document and its limits; the rulebook's version and
digest; what was known, what was not, and what would settle it; every class with its status and why, in equal
detail and in a fixed, explained order; each statement with its passage; stated, implied and ours told apart;
both sides of disagreements; that there are no figures on benefit and harm; cautions and urgent signs; questions
for the care team; room for the reader's own values and notes; statuses in words and by shape, not by color
alone; one file without network.
"""

from __future__ import annotations

import html
import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from mbc_options import Patient, explore, load_rulebook, render
from mbc_options.rendering.cards import card

if TYPE_CHECKING:
    from mbc_options.exploration.assessment import Assessment

PATIENTS = {
    "hormone receptor-positive": Patient(
        er="+", pr="-", her2="1+", menopause="post", sites=["bone"], findings=[], prior=["letrozole: progressed"]
    ),
    "HER2-positive": Patient(er="-", pr="-", her2="3+", sites=["liver", "brain"], findings=["headache"], prior=[]),
    "triple-negative": Patient(er="-", pr="-", her2="-", sites=["lung"], immunotherapy_biomarker="positive"),
    "a man with high calcium": Patient(sex="male", er="+", sites=["bone"], findings=["hypercalcemia", "fracture"]),
    "nothing known": Patient(label="Nobody yet"),
}
FORMATS = ("text", "markdown", "html")


@cache
def whole(assessment: Assessment, format_: str) -> str:
    """The whole report in a form; as text somebody has to ask for it."""
    return str(render(assessment, format_, parts=["full"] if format_ == "text" else []))


class _Text(HTMLParser):
    """What a reader meets of a page, in its order; a space where something begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag == "style"
        if tag in {"p", "li", "div", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"}:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


@cache
def read(page: str, format_: str) -> str:
    """The words of a page on one line, without marks and without what abbreviations stand for."""
    if format_ == "html":
        parser = _Text()
        parser.feed(page)
        page = "".join(parser.pieces)
    elif format_ == "markdown":
        page = html.unescape(re.sub(r"\\(.)", r"\1", page)).replace("**", "")
    return " ".join(page.split())


@pytest.fixture(params=PATIENTS)
def assessment(request: pytest.FixtureRequest) -> Assessment:
    return of(request.param)


@cache
def of(name: str) -> Assessment:
    return explore(PATIENTS[name])


@pytest.fixture(params=FORMATS)
def page(request: pytest.FixtureRequest, assessment: Assessment) -> str:
    return read(whole(assessment, request.param), request.param)


@cache
def without_expansions(text: str) -> str:
    for entry in load_rulebook().glossary:
        if entry.stands_for:
            for told in (f"{entry.term}: {entry.stands_for}", entry.stands_for):
                text = text.replace(f" ({told})", "")
    return " ".join(text.split())


def holds(page: str, text: str) -> bool:
    return without_expansions(text) in without_expansions(page)


def test_intended_use_and_users(page: str, assessment: Assessment) -> None:
    for text in (assessment.rulebook.intended_for, assessment.rulebook.not_for, assessment.rulebook.users):
        assert holds(page, text)
    assert "For learning and teaching" in page
    assert "does not advise" in page


def test_every_document_with_date_kind_and_limits(page: str, assessment: Assessment) -> None:
    assert len(assessment.documents) == 5
    for document in assessment.documents:
        for text in (document.short, document.date, document.kind, document.publisher, *document.limits):
            assert holds(page, text), text


def test_the_rulebook_with_version_and_digest(page: str, assessment: Assessment) -> None:
    assert f"{assessment.rulebook.name} {assessment.rulebook.version}" in page
    assert assessment.rulebook.sha256 in page


def test_what_is_known_and_what_is_not(page: str, assessment: Assessment) -> None:
    for fact in assessment.known:
        if not fact.is_absent and fact.fact not in {"metastatic", "metastasis_confirmed"} and "prior" not in fact.fact:
            assert holds(page, fact.text if not fact.as_written else fact.as_written), fact.fact
    for fact in assessment.unknown:
        assert holds(page, fact.label), fact.fact
    for text in (*assessment.treatments, *assessment.assumptions, *assessment.notices):
        assert holds(page, text), text


def test_which_unknown_would_settle_what(page: str, assessment: Assessment) -> None:
    names = {unit.id: unit.label for option in assessment.options for unit in (option, *option.members)}
    for question in assessment.ask_next[:6]:
        assert holds(page, question.question)
        for settled in question.settles.values():
            assert all(names[id_] in page for id_ in settled)


def test_every_class_with_its_status_in_the_same_order(page: str, assessment: Assessment) -> None:
    words = {"not_described": "not described"}
    one_by_one = page[max(page.rfind("The classes one by one"), page.rfind("THE CLASSES ONE BY ONE")) :]
    places = []
    for option in assessment.options:
        status = words.get(option.status, option.status)
        match = re.search(rf"{re.escape(option.label)}(:? {status}\b)", one_by_one)
        assert match, option.id
        places.append(match.start())
    assert places == sorted(places)
    assert "in a fixed order, not in an order of merit" in page


def test_every_verdict_with_its_reasons_cautions_and_surroundings(page: str, assessment: Assessment) -> None:
    for option in assessment.options:
        for unit in (option, *option.members):
            for reason in unit.because:
                assert holds(page, reason.text), unit.id
                assert not reason.facts or "; ".join(reason.facts) in page, unit.id
                assert reason.note is None or holds(page, reason.note)
            for caution in unit.cautions:
                assert holds(page, caution.text), caution.id
            for dependency in unit.depends_on:
                assert all(fact in page for fact in dependency.facts), unit.id
            for change in unit.would_change:
                assert all(fact in page for fact in change.facts), unit.id
            for agent in unit.named:
                assert agent.label in page, agent.id
            assert unit.silence is None or holds(page, unit.silence)


def test_every_cited_passage_with_document_and_section(assessment: Assessment) -> None:
    for format_ in FORMATS:
        page = read(whole(assessment, format_), format_)
        cited = {
            claim
            for parts in (
                assessment.considerations,
                assessment.questions,
                *(side for side in ([d.sides for d in assessment.disagreements] or [()])),
                *(unit.because for option in assessment.options for unit in (option, *option.members)),
                *(unit.cautions for option in assessment.options for unit in (option, *option.members)),
                *(unit.named for option in assessment.options for unit in (option, *option.members)),
            )
            for part in parts
            for claim in part.claims
        }
        for id_ in cited:
            citation = assessment.claims[id_]
            assert id_ in page
            section = re.split(r" ¶| bullet |; repeated ", citation.where)[0]
            assert " ".join(section.split()) in page, id_
            assert " ".join(citation.key_terms[0].split()) in page, id_
            assert all(holds(page, notice) for notice in citation.notices)


def test_stated_implied_and_ours_are_told_apart(page: str) -> None:
    assert re.search(r"S\d{3}-\d+; stated\]", page)
    assert re.search(r"S\d{3}-\d+; implied", page)
    assert re.search(r"\[ours\b", page)
    assert "we say it, and it says so" in page


def test_disagreements_with_all_their_sides(page: str, assessment: Assessment) -> None:
    assert assessment.disagreements
    for disagreement in assessment.disagreements:
        assert disagreement.id in page
        assert len(disagreement.sides) >= 1
        for text in (disagreement.subject, disagreement.reading, *(side.says for side in disagreement.sides)):
            assert holds(page, text), disagreement.id


def test_the_limits_first_that_there_are_no_figures_on_benefit_and_harm(page: str, assessment: Assessment) -> None:
    first, *_ = assessment.rulebook.limits
    assert "no figures" in first
    assert "harm" in first
    for limit in assessment.rulebook.limits:
        assert holds(page, limit)


def test_urgent_signs_and_what_else_bears_on_the_choice(page: str, assessment: Assessment) -> None:
    assert any(part.kind == "urgent" for part in assessment.considerations)
    assert "urgent signs" in page.lower()
    for part in assessment.considerations:
        assert holds(page, part.title), part.id
        assert holds(page, part.text), part.id


def test_questions_for_the_care_team_and_room_for_values_and_notes(page: str, assessment: Assessment) -> None:
    assert len(assessment.questions) >= 5
    for question in assessment.questions:
        assert holds(page, question.ask), question.id
        assert question.why is None or holds(page, question.why)
    for value in assessment.values:
        assert holds(page, value.ask)
    assert "what matters to you" in page.lower()
    assert "Your notes" in page


def test_words_are_explained(page: str, assessment: Assessment) -> None:
    assert "words explained" in page.lower()
    explained = [entry for entry in assessment.glossary if holds(page, entry.means)]
    assert {"metastasis", "her2"} <= {entry.id for entry in explained}


def test_a_status_has_a_word_and_a_shape_in_every_form(assessment: Assessment) -> None:
    text, markdown, page = (whole(assessment, format_) for format_ in FORMATS)
    for option in assessment.options:
        mark = {"candidate": "+", "undetermined": "?", "unspecified": "~", "not_described": " "}[option.status]
        assert re.search(rf"^\[{re.escape(mark)}\] {re.escape(option.label)}:", text, re.MULTILINE)
        assert re.search(rf"^### `.` {re.escape(option.label)}: ", markdown, re.MULTILINE)
        heading = re.search(rf"<h3><i class=(\w+)></i> {re.escape(option.label)} <span", page)
        assert heading, option.id
        assert heading[1] == option.status


def test_silence_is_never_a_contraindication(page: str) -> None:
    assert "Not described by the documents never means contraindicated (ruled out because it would do harm)" in page
    page = page.lower()
    for harmless in ("the documents do not use it", "we do not use the figure"):
        page = page.replace(harmless, "")
    for words in ("do not use", "must not", "not recommended", "not indicated", "ineligible", "should not"):
        assert words not in page


def test_the_page_is_one_file_without_script_and_network(assessment: Assessment) -> None:
    page = whole(assessment, "html")
    assert "<script" not in page
    assert not re.search(r"(?:src|srcset|action|data)=", page)
    assert not re.search(r"@import|url\(", page)
    assert set(re.findall(r'href="?([^#">\s][^">\s]*)', page)) == set()
    assert not re.search(r"\son[a-z]+=", page)


def test_every_link_inside_a_page_leads_somewhere(assessment: Assessment) -> None:
    page = whole(assessment, "html")
    ids = re.findall(r'\sid="?([\w-]+)', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="?#([\w-]+)', page)) <= set(ids)


@pytest.mark.parametrize("patient", [Patient(sites=["regional_lymph_nodes"]), Patient(metastasis_confirmed="unknown")])
@pytest.mark.parametrize("format_", FORMATS)
def test_beyond_the_scope_a_report_says_so_and_lists_no_class(patient: Patient, format_: str) -> None:
    assessment = explore(patient)
    page = read(whole(assessment, format_), format_)
    assert assessment.scope in {"out", "open"}
    assert holds(page, assessment.scope_text)
    assert "classes one by one" not in page.lower()


def test_a_report_is_no_larger_than_190_kilobytes(assessment: Assessment) -> None:
    assert len(whole(assessment, "html").encode()) <= 190_000


def test_each_value_can_be_marked_by_itself(assessment: Assessment) -> None:
    groups = re.findall(r"<input type=radio name=(\w+)>", whole(assessment, "html"))
    assert len(set(groups)) == len(assessment.values)
    assert all(groups.count(group) == 4 for group in groups)


@pytest.mark.parametrize(
    ("format_", "parts"), [("text", []), ("text", ["full"]), ("markdown", []), ("html", []), ("html", ["handout"])]
)
def test_the_hazard_of_a_member_stands_in_every_form(format_: str, parts: list[str]) -> None:
    """High calcium and a supplement of calcium: no form of the report is too short for that."""
    page = read(str(render(of("a man with high calcium"), format_, parts=parts)), format_)
    assert "this supplement contains calcium" in page


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_mentioned_without_a_condition_is_told_in_sentences(format_: str, assessment: Assessment) -> None:
    page = read(whole(assessment, format_), format_)
    mentioned = [mention for option in assessment.options for mention in option.mentioned]
    assert bool(mentioned) == (assessment.scope == "in")
    for mention in mentioned:
        assert re.search(rf"{_as_read(mention.statement, format_)} \[{mention.claim}\]", page), mention


def _as_read(statement: str, format_: str) -> str:
    """Return how a statement reads; a page tells what abbreviations stand for where they come first."""
    words = map(re.escape, statement.split())
    return r"(?: \([^)]*\))? ".join(words) + r"(?: \([^)]*\))?" if format_ == "html" else " ".join(words)


def test_cards_tell_it_in_sentences_too(assessment: Assessment) -> None:
    whole_card = read(str(card(assessment)), "html")
    for option in (each for class_ in assessment.options for each in (class_, *class_.members)):
        told = read(str(card(option)), "html")
        for mention in option.mentioned:
            assert f"{mention.statement} [{mention.claim}]" in told
            assert f"{mention.statement} [{mention.claim}]" in whole_card or "." in option.id
