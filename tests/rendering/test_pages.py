"""What a page keeps account of: the words that it has explained, the passages that it has told, what it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import Patient, explore
from mbc_options.rendering.citations import Passages
from mbc_options.rendering.drawing import SHOWN, fact_lines
from mbc_options.rendering.filters import in_short, option_labels, ways_settled
from mbc_options.rendering.terms import Terms
from mbc_options.rulebook.models import Term

if TYPE_CHECKING:
    from mbc_options.exploration.assessment import Assessment


def term(id_: str, *forms: str, stands_for: str | None = None) -> Term:
    return Term(
        id=id_, term=forms[0], forms=forms[1:], stands_for=stands_for, means="...", claims=(), basis="editorial"
    )


GLOSSARY = (
    term("metastasis", "metastasis", "metastases"),
    term("bone_metastasis", "bone metastasis", "bone metastases"),
    term("er", "ER", stands_for="estrogen receptor"),
    term("hr", "HR", "HR+", stands_for="hormone receptor"),
    term("cdk", "CDK4/6", stands_for="two kinases"),
)


def linked(terms: Terms, text: str) -> list[tuple[str, str]]:
    return [(part.text, part.term.id) for part in terms.pieces(text) if part.term]


@given(st.lists(st.sampled_from(["metastases", "ER", "er", "HR+", "bone", " ", "CDK4/6", "-positive", ".", "x", "é"])))
def test_no_character_of_a_text_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(part.text + part.tail for part in Terms(GLOSSARY).pieces(text)) == text


def test_the_longest_form_is_found_whatever_its_case() -> None:
    assert linked(Terms(GLOSSARY), "Bone metastases, metastasis") == [
        ("Bone metastases", "bone_metastasis"),
        ("metastasis", "metastasis"),
    ]


def test_a_form_with_a_late_capital_is_found_only_as_it_stands() -> None:
    assert linked(Terms(GLOSSARY), "her er and ERs, then ER.") == [("ER", "er")]


def test_a_form_with_signs_is_found_whole() -> None:
    assert linked(Terms(GLOSSARY), "a CDK4/6 inhibitor in HR+ disease") == [("CDK4/6", "cdk"), ("HR+", "hr")]


def test_a_term_is_linked_once_a_section() -> None:
    terms = Terms(GLOSSARY)
    assert linked(terms, "metastasis and metastases") == [("metastasis", "metastasis")]
    assert linked(terms, "metastases") == []
    terms.section()
    assert linked(terms, "metastases") == [("metastases", "metastasis")]


@pytest.mark.parametrize(
    ("text", "expansions"),
    [
        ("ER is", ["estrogen receptor"]),
        ("ER-positive and ER", ["ER: estrogen receptor"]),
        ("the estrogen receptor (ER)", [None]),
        ("HR+ disease", ["HR: hormone receptor"]),
        ("HR+/ER- or ER", ["HR: hormone receptor; ER: estrogen receptor", None]),
    ],
)
def test_an_abbreviation_is_told_where_it_stands_first(text: str, expansions: list[str | None]) -> None:
    terms = Terms(GLOSSARY)
    assert [part.expansion for part in terms.pieces(text) if part.term] == expansions
    terms.section()
    assert all(part.expansion is None for part in terms.pieces(text))  # never again on this page


def test_in_the_terms_of_the_field_the_short_form_stands_and_the_glossary_has_the_long_one() -> None:
    terms = Terms(GLOSSARY, tells=False)
    assert [part.expansion for part in terms.pieces("ER and HR+ disease")] == [None] * 4
    assert terms.explained("CDK4/6 inhibitors") == "CDK4/6 inhibitors"
    assert [used.id for used in terms.used] == ["cdk", "er", "hr"]


def test_what_follows_a_word_directly_stays_with_it() -> None:
    assert [(part.text, part.tail) for part in Terms(GLOSSARY).pieces("(bone metastases), and more")] == [
        ("(", ""),
        ("bone metastases", "),"),
        (" and more", ""),
    ]


def test_the_terms_used_are_listed_in_alphabetical_order() -> None:
    terms = Terms(GLOSSARY)
    for text in ("metastases in ER", "and bone metastases"):
        list(terms.pieces(text))
    assert [used.id for used in terms.used] == ["bone_metastasis", "er", "metastasis"]


@pytest.fixture
def assessment() -> Assessment:
    return explore(Patient(er="+", pr="-", her2="-", menopause="post", sites=["bone"], prior=[]))


def test_every_passage_is_told_once_and_named_wherever_it_belongs(assessment: Assessment) -> None:
    passages = Passages(assessment)
    told: list[str] = []
    for option in assessment.options:
        cited, units = set(option.mentions), (option, *option.members)
        for unit in units:
            cited |= {claim for part in (*unit.because, *unit.cautions, *unit.named) for claim in part.claims}
            cited |= set(unit.mentions)
        found = passages.of(option)
        new = [passage.id for group in found for part in group.new.values() for passage in part]
        linked = {claim for unit in units for part in (*unit.because, *unit.cautions) for claim in part.claims}
        further_up = {id_ for group in found for id_ in group.earlier}
        assert not further_up & set(new)
        assert cited - linked - set(option.mentions) <= set(new) | further_up <= cited  # what is linked is not listed
        assert cited <= set(new) | set(told)
        told += new
    assert len(told) == len(set(told))
    passages.cite(["S003-104", *told])
    assert [passage.id for group in passages.rest() for part in group.new.values() for passage in part] == ["S003-104"]


def test_claims_of_one_document_are_cited_by_their_numbers(assessment: Assessment) -> None:
    cited = Passages(assessment).cite(["S003-49", "S003-50", "S000-01", "S003-95"])
    assert cited == [("S003-49", "S003-49"), ("S003-50", "50"), ("S000-01", "S000-01"), ("S003-95", "S003-95")]


def test_a_remark_of_ours_is_made_once(assessment: Assessment) -> None:
    passages = Passages(assessment)
    passages.cite(assessment.claims)
    found = [passage for group in passages.rest() for part in group.new.values() for passage in part]
    remarks = [notice for passage in found for notice in passage.notices]
    assert len(remarks) == len(set(remarks)) > 0
    for passage in found:
        assert len(passage.claim.notices) == 0 or passage.notices or passage.as_at


def test_the_drawing_leads_from_each_deciding_fact_to_its_classes(assessment: Assessment) -> None:
    drawing = fact_lines(assessment)
    at = {node.y: node.option for node in drawing.options}
    assert [node.option for node in drawing.options] == list(assessment.options)
    for fact in drawing.facts:
        ends = [at[line.end] for line in drawing.lines if line.start == fact.y]
        assert ends
        for option in ends:
            if fact.known and option.proof:
                assert set(option.proof) & set(fact.texts)
            assert (option.status == "undetermined") is not fact.known
    reached = {at[line.end].id for line in drawing.lines}
    assert reached == {option.id for option in assessment.options}


def test_many_facts_that_decide_the_same_are_counted(assessment: Assessment) -> None:
    surgery = next(option for option in assessment.options if option.id == "surgery")
    needed = {fact for dependency in surgery.depends_on for fact in dependency.if_}
    node = next(node for node in fact_lines(assessment).facts if node.texts[-1].startswith("and "))
    assert len(needed) > SHOWN + 1
    assert node.texts[-1] == f"and {len(needed) - SHOWN} more"


def test_each_answer_says_which_way_it_settles() -> None:
    patient = Patient(er="+", pr="+", menopause="post", sites=["bone"], prior=[])
    assessment = explore(patient)
    (question,) = [question for question in assessment.ask_next if question.fact == "her2"]
    ways = dict(ways_settled(question, option_labels(assessment)))
    assert ways.keys() == {"positive", "negative"}
    for answer, by_status in ways.items():
        answered = explore(patient.with_(her2=answer))
        told = {label: status for status, labels in by_status for label in labels}
        assert told
        assert told == {one.label: one.status for id_ in question.settles[answer] for one in [answered[id_]]}


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["a"], ["a"]),
        (["a", "b", "c", "d"], ["a", "b", "c", "d"]),
        (["a", "b", "c", "d", "e"], ["a", "b", "c", "2 more"]),
    ],
)
def test_of_many_facts_the_first_are_told_and_the_others_counted(items: list[str], told: list[str]) -> None:
    assert in_short(items) == told
