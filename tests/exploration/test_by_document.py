"""One document at a time: which rules it carries, and what the map by document makes of it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from builders import WORDS, empty_rulebook, knowing, real_knowledge, with_class
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import InputError, Patient, document_map, explain, explore, load_rulebook, render, statuses
from mbc_options.exploration.explore import left_out
from mbc_options.rulebook.by_document import limited_to, speaking
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.models import Claim, Rulebook, Source, source_of
from mbc_options.source.validation import adapter
from mbc_options.tools.document_conflicts import document_conflicts

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook

OURS = load_rulebook()
PATIENT = Patient(er="+", pr="-", her2="1+", menopause="post", sites=["bone", "liver"], prior=["letrozole: progressed"])
IDS = tuple(OURS.sources)


def book(*rules: dict[str, Any], cautions: tuple[dict[str, Any], ...] = ()) -> CompiledRulebook:
    """A rulebook of two documents, A and B, and one class."""
    therapy = {"id": "therapy", "order": 1, **WORDS, "rules": list(rules), "cautions": list(cautions)}
    claim = {"where": "w", "topic": "t", "statement": "s", "key_terms": ["k"], "certainty": "stated"}
    source = {**dict.fromkeys(("title", "short", "publisher", "date", "kind", "file"), "x"), "sha256": "0" * 64}
    claims = tuple(adapter(Claim).validate_python({"id": f"{id_}-{i}", **claim}) for id_ in "AB" for i in (1, 2))
    sources = tuple(adapter(Source).validate_python({"id": id_, **source}) for id_ in "AB")
    rulebook = with_class(empty_rulebook(), therapy)
    return compile_rulebook(Rulebook(**{**vars(rulebook), "claims": claims, "sources": sources}))


def rule(claims: list[str], basis: str = "stated", status: str = "candidate", when: Any = "always", **more: Any) -> Any:
    id_ = "-".join(["r", *claims, basis, status]).lower()
    return {"id": id_, "when": when, "status": status, "because": "b", "claims": claims, "basis": basis, **more}


@pytest.mark.parametrize(
    ("claims", "basis", "supports", "carried_by"),
    [
        (["A-1"], "stated", {}, ["A", "AB"]),
        (["A-1", "B-1"], "stated", {}, ["A", "B", "AB"]),
        (["A-1", "B-1"], "implied", {}, ["AB"]),
        (["A-1", "A-2"], "implied", {}, ["A", "AB"]),
        (["A-1", "B-1"], "implied", {"B-1": "limits"}, ["A", "AB"]),
        (["A-1", "B-1"], "stated", {"B-1": "implies"}, ["A", "AB"]),
        (["A-1", "B-1"], "stated", {"A-1": "implies", "B-1": "implies"}, ["AB"]),
        (["A-1"], "stated", {"A-1": "limits"}, []),
        (["A-1", "B-1"], "editorial", {}, []),
        ([], "stated", {}, []),
    ],
)
def test_which_documents_carry_a_rule(
    claims: list[str], basis: str, supports: dict[str, str], carried_by: list[str]
) -> None:
    rulebook = book(rule(claims, basis, supports=supports))
    for chosen in ("A", "B", "AB"):
        found = statuses(knowing(OURS.theory.tighten(OURS.scope.holds[0])), rulebook, documents=set(chosen))
        assert found == {"therapy": "candidate" if chosen in carried_by else "not_described"}, chosen


@given(real_knowledge(), st.sets(st.sampled_from(IDS), min_size=1))
@settings(max_examples=examples(60))
def test_a_report_by_documents_cites_no_other(knowledge: int, documents: set[str]) -> None:
    patient = knowing(knowledge)
    found = explore(patient, documents=documents)
    assert {option.id: option.status for class_ in found.options for option in (class_, *class_.members)} == (
        statuses(patient, documents=documents)
    )
    assert {source_of(claim) for claim in found.claims} <= documents
    assert {source.id for source in found.documents} == documents
    assert not any(reason.basis == "editorial" for option in found.options for reason in option.because)
    whole = {one.authored.id: one.authored for one in OURS.disagreements}
    for one in found.disagreements:
        assert one == whole[one.id]
        assert {source_of(claim) for side in one.sides for claim in side.claims} <= documents
    assert found.notices[0].startswith("Only ")
    assert set(found.only) == documents
    gone = {OURS.by_id[option.id.partition(".")[0]].authored.label for option, _ in left_out(OURS, knowledge)}
    assert all(label in found.notices[0] for label in gone)
    assert ("Left out" in found.notices[0]) == bool(gone)


@given(real_knowledge())
@settings(max_examples=examples(60))
def test_more_documents_describe_no_less(knowledge: int) -> None:
    ranks = {"not_described": 0, "unspecified": 1, "candidate": 2}
    patient = knowing(knowledge)
    alone = {id_: statuses(patient, documents={id_}) for id_ in IDS}
    for first, second in combinations(IDS, 2):
        together = statuses(patient, documents={first, second})
        for option, status in together.items():
            for by_one in (alone[first][option], alone[second][option]):
                assert "undetermined" in {status, by_one} or ranks[by_one] <= ranks[status]


@given(real_knowledge())
@settings(max_examples=examples(60))
def test_the_words_of_the_map_follow_from_the_statuses(knowledge: int) -> None:
    patient = knowing(knowledge)
    found, whole = document_map(patient), statuses(patient)
    alone = {id_: statuses(patient, documents={id_}) for id_ in IDS}
    for line in found.lines:
        assert line.status == whole[line.id]
        by_one = [alone[id_][line.id] for id_ in IDS]
        described = [status for status in by_one if status in {"candidate", "unspecified"}]
        for id_, cell in line.cells.items():
            assert cell.status == alone[id_][line.id]
            if cell.status == "not_described":
                speaks = line.status != "not_described" and speaking(OURS.by_id[line.id], {id_}, knowledge)
                assert cell.in_part == (speaks or ())
                assert cell.role == ("partial" if speaks else "limiting" if cell.limits else "silent")
                assert cell.because == ()
            elif cell.status == "undetermined":
                assert cell.role == "open"
            else:
                differs = line.status in {"candidate", "unspecified"} and line.status != cell.status
                assert cell.role == ("differing" if differs else "supporting")
                assert {source_of(claim) for one in cell.because for claim in one.claims} == {id_}
            assert {source_of(claim) for claim in cell.limits} <= {id_}
        if len(set(described)) > 1:
            assert line.agreement == "conflicting"
        elif len(described) > 1:
            assert line.agreement == "agreeing"
        elif "undetermined" in by_one:
            assert line.agreement == "open"
        elif described:
            partial = any(cell.role == "partial" for cell in line.cells.values())
            assert line.agreement == ("one-and-partial" if partial else "single-sourced")
        else:
            assert line.agreement == ("silent" if line.status == "not_described" else "joined")


@pytest.mark.parametrize("basis", ["implied", "editorial"])
@pytest.mark.parametrize("when", ["always", {"er": "positive"}])
def test_a_document_that_speaks_of_it_is_not_silent(basis: str, when: Any) -> None:
    """Neither where the rule takes two documents, nor where it is ours, nor where it only may hold."""
    line = document_map(PATIENT, book(rule(["A-1", "B-1"], basis, when=when)))["therapy"]
    assert (line.agreement, line.silent) == ("joined", ())
    assert [(cell.role, cell.in_part) for cell in line.cells.values()] == [
        ("partial", ("A-1",)),
        ("partial", ("B-1",)),
    ]
    other = document_map(PATIENT, book(rule(["A-1", "B-1"], basis, when={"er": "negative"})))["therapy"]
    assert other.silent == ("A", "B")


def test_one_that_describes_it_is_not_the_only_source_where_others_speak() -> None:
    line = document_map(PATIENT, book(rule(["A-1", "B-1"], "implied"), rule(["A-2"])))["therapy"]
    assert (line.agreement, line.cells["A"].role, line.cells["B"].role) == ("one-and-partial", "supporting", "partial")


def test_hormone_therapy_is_spoken_of_by_those_of_whom_none_is_enough() -> None:
    patient = Patient(er="+", pr="+", her2="-", menopause="post", sites=["bone"], findings=(), prior=())
    line = document_map(patient)["hormone_therapy"]
    assert {id_ for id_, cell in line.cells.items() if cell.role == "partial"} >= {"S002", "S003"}
    assert {"S003-64", "S003-54"} <= set(line.cells["S003"].in_part)
    assert line.agreement == "one-and-partial"


def test_a_document_that_denies_makes_a_conflict_and_silence_none() -> None:
    told = rule(["A-1"])
    assert document_map(PATIENT, book(told))["therapy"].agreement == "single-sourced"
    caution = {"id": "c", "when": "always", "text": "t", "claims": ["B-1"], "basis": "stated"}
    limited = document_map(PATIENT, book(told, cautions=({**caution, "kind": "limit"},)))["therapy"]
    assert (limited.agreement, limited.cells["B"].role, limited.cells["B"].limits) == (
        "single-sourced",
        "limiting",
        ("B-1",),
    )
    denied = document_map(PATIENT, book(told, cautions=({**caution, "supports": {"B-1": "contradicts"}},)))["therapy"]
    assert (denied.agreement, denied.cells["B"].role) == ("conflicting", "limiting")


def test_a_caution_of_ours_is_no_limit_of_a_document() -> None:
    caution = {"id": "c", "when": "always", "text": "t", "claims": ["B-1"], "basis": "editorial", "kind": "limit"}
    line = document_map(PATIENT, book(rule(["A-1"]), cautions=(caution,)))["therapy"]
    assert (line.cells["B"].role, line.cells["B"].limits) == ("silent", ())


def test_what_is_ours_is_told_with_its_class_and_in_words() -> None:
    """A member, too, whose rule is ours; an id of a rule says nothing to a reader."""
    (one,) = document_map(PATIENT, book(rule(["A-1"], "editorial"))).left_out
    assert (one.option, one.label, one.text) == ("therapy", WORDS["label"], "b")
    found = document_map(PATIENT)
    assert {"hormone_therapy.ovarian_suppression", "cdk46_inhibitor"} <= {one.option for one in found.left_out}
    for format_ in ("text", "markdown", "html"):
        page = " ".join(render(found, format_).split())
        assert all(" ".join(one.text.split())[:12] in page for one in found.left_out)
        assert not [one.rule for one in found.left_out if one.rule in page]


def test_out_of_scope_nothing_is_mapped() -> None:
    found = document_map(Patient(sites=[]))
    assert (found.scope, found.rows, found.left_out) == ("out", (), ())


@pytest.mark.parametrize("er", ["+", None])
def test_a_report_says_where_what_it_reads_is_not_enough_alone(er: str | None) -> None:
    rulebook = book(rule(["A-1", "B-1"], "implied", when={"er": "negative"}))
    patient = Patient(**{"her2": "1+", "sites": ["bone"], **({"er": er} if er else {})})
    (reason,) = explore(patient, rulebook, documents={"A"})["therapy"].because
    assert ("for a patient like this" in reason.text) == (er is None)
    assert "not enough alone" in reason.text
    assert reason.claims == ("A-1",)
    (silent,) = explore(patient, book(rule(["B-1"])), documents={"A"})["therapy"].because
    assert silent.text.startswith("No passage describes it")
    found = explore(PATIENT, documents={"S003"})
    assert "not enough alone" in found["hormone_therapy"].because[0].text
    assert set(found["hormone_therapy"].because[0].claims) <= set(found.claims)


def test_what_to_know_of_a_report_by_documents_tells_of_silence_first() -> None:
    one, two = (explore(PATIENT, documents=some).notices[0] for some in ({"S003"}, {"S001", "S003"}))
    assert one.startswith("Only S003 (Article for patients) is read here, as if no other existed. Silence is nothing")
    assert two.startswith("Only S001 and S003 are read here, as if no other existed. Silence is nothing against")


def test_why_is_told_by_the_same_documents() -> None:
    found = explain(PATIENT, "hormone_therapy", documents={"S003"})
    assert found.option == explore(PATIENT, documents={"S003"})["hormone_therapy"]
    assert found.notices[0].startswith("Only S003")
    assert {source_of(claim) for claim in found.claims} == {"S003"}


def test_documents_are_named_by_their_ids() -> None:
    with pytest.raises(InputError, match=r"^there is no document 'S03'; did you mean S003"):
        explore(PATIENT, documents={"S03"})
    with pytest.raises(InputError, match="no document is named"):
        statuses(PATIENT, documents=())
    with pytest.raises(TypeError, match="takes the ids"):
        explore(PATIENT, documents="S003")


def test_both_registers_are_limited() -> None:
    plain = load_rulebook(words="plain")
    limited = limited_to(plain, {"S003"})
    assert limited.words == "plain"
    assert limited.options[0].authored.label == plain.options[0].authored.label


def test_every_conflict_of_single_documents_is_settled() -> None:
    """Each is in the register of disagreements, or a ruling on the rule says why it is not (`rules/rulings.yaml`)."""
    found = list(document_conflicts(OURS))
    assert {one.option for one in found} == {"chemotherapy", "radiation_therapy", "surgery"}
    assert [(one.option, one.candidate, one.unspecified) for one in found if not one.is_settled] == []


def test_a_conflict_that_nobody_settled_is_found() -> None:
    rulebook = book(
        rule(["A-1"], when={"er": "positive"}), rule(["B-1"], status="unspecified", when={"her2": "positive"})
    )
    (one,) = document_conflicts(rulebook)
    assert [who.text for who in one.unregistered.descriptions] == ["ER-positive and HER2-positive"]
    assert (one.candidate, one.unspecified, one.registered, one.is_settled) == ("A", "B", (), False)
