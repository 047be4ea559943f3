"""Rules beside the passages that they cite: who is in the one and not in the other, against enumeration."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import FACTS, SETTLED, SPACE, THEORY, WORDS, conditions, empty_rulebook, holds, real_rulebook, with_class
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import RulebookError, load_rulebook
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.conditions import Condition, Names
from mbc_options.rulebook.models import Claim, Consideration, Rulebook, support_of
from mbc_options.source.validation import adapter
from mbc_options.tools.passages import _Reader, passages
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Point
    from conftest import Run

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.passages import RuleRead

HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"


def claim(id_: str, when: Any, condition: str | None = None, **more: Any) -> Claim:
    said = {"id": id_, "where": "w", "topic": "t", "statement": "s", "key_terms": ["k"], "certainty": "stated"}
    said |= {"when": when, **more} if when else more
    said |= {"condition": condition} if condition else {}
    found: Claim = adapter(Claim).validate_python(said, context=Names(bundled_vocabulary()))
    return found


def rule(when: Any, claims: list[str], status: str = "candidate", **more: Any) -> dict[str, Any]:
    return {"id": f"r-{len(claims)}", "when": when, "status": status, "because": "b", "claims": claims, **more}


def read(
    rules: list[dict[str, Any]], claims: list[Claim], members: list[dict[str, Any]] | None = None
) -> list[RuleRead]:
    """What is found of a class with these rules."""
    return list(passages(compiled(rules, claims, members)).rules)


def compiled(
    rules: list[dict[str, Any]],
    claims: list[Claim],
    members: list[dict[str, Any]] | None = None,
    cautions: list[dict[str, Any]] | None = None,
) -> CompiledRulebook:
    therapy = {
        "id": "therapy",
        "order": 1,
        **WORDS,
        "rules": rules,
        "members": members or [],
        "cautions": cautions or [],
    }
    rulebook = with_class(empty_rulebook(), therapy)
    rulebook = Rulebook(**{**vars(rulebook), "claims": tuple(claims)})
    return compile_rulebook(rulebook)


def told(found: RuleRead) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.kind, one.claims, one.patients) for one in found.differences]


def test_a_rule_for_exactly_the_patients_of_its_passages_agrees() -> None:
    both = {"any": [{"er": "positive"}, {"her2": "positive"}]}
    (found,) = read(
        [rule(both, ["S1-1", "S1-2"], basis="stated")],
        [claim("S1-1", {"er": "positive"}), claim("S1-2", {"her2": "positive"})],
    )
    assert (found.verdict, found.compared, list(found.problems())) == ("agrees", ("S1-1", "S1-2"), [])


def test_a_rule_is_wider_and_narrower_at_once() -> None:
    (found,) = read([rule({"er": "positive"}, ["S1-1"], basis="stated")], [claim("S1-1", {"her2": "positive"})])
    assert told(found) == [
        ("wider", (), ("ER-positive; HER2-negative",)),
        ("narrower", ("S1-1",), ("ER-negative; HER2-positive",)),
    ]
    assert list(found.problems()) == ["therapy: r-1: is stated, and narrower and wider than what it cites"]


def test_what_another_rule_of_the_class_reaches_is_not_missed() -> None:
    one = rule({"er": "positive"}, ["S1-1"], basis="implied", rulings=[1])
    other = {**rule({"er": "negative"}, ["S1-1"], basis="implied", rulings=[1]), "id": "other"}
    found = read([one, other], [claim("S1-1", {"sex": ["female", "male"]})])
    assert [told(one) for one in found] == [[], []]
    assert [list(one.problems()) for one in found] == [
        ["therapy: r-1: agrees with what it cites; its rulings explain nothing"],
        ["therapy: other: agrees with what it cites; its rulings explain nothing"],
    ]


def test_an_unspecified_rule_is_reached_by_a_candidate_one() -> None:
    candidate = rule({"er": "positive"}, [], basis="editorial")
    named = rule({"er": "negative"}, ["S1-1"], "unspecified", basis="stated")
    found = read([candidate, named], [claim("S1-1", {"metastatic": "yes"})])
    assert [one.verdict for one in found] == ["open", "agrees"]


def test_what_facts_carry_in_part_can_be_exceeded_and_never_missed() -> None:
    lytic = claim("S1-1", {"sites.bone": "yes"}, "the lesion is lytic")
    (inside,) = read([rule({"all": [{"sites.bone": "yes"}, {"er": "positive"}]}, ["S1-1"], basis="stated")], [lytic])
    assert (inside.verdict, inside.in_part) == ("agrees", ("S1-1",))
    (outside,) = read([rule({"er": "positive"}, ["S1-1"], basis="stated")], [lytic])
    assert told(outside) == [("wider", (), ("ER-positive; no bone metastases",))]


def test_a_passage_that_names_no_patients_proves_nothing() -> None:
    (found,) = read([rule("always", ["S1-1", "S1-2"], basis="stated")], [claim("S1-1", None), claim("S1-2", None, "c")])
    assert (found.verdict, found.not_comparable, list(found.problems())) == ("open", ("S1-1", "S1-2"), [])


def test_a_member_is_read_within_its_class_and_its_scope() -> None:
    member = {"id": "m", **WORDS, "rules": [{**rule("always", ["S1-1"], basis="stated"), "id": "in"}]}
    (_, within) = read([rule({"er": "positive"}, [], basis="editorial")], [claim("S1-1", {"er": "positive"})], [member])
    assert within.verdict == "agrees"


def test_a_claim_that_limits_a_rule_neither_widens_nor_narrows_it() -> None:
    claims = [claim("S1-1", {"er": "positive"}), claim("S1-2", {"her2": "positive"})]
    limited = rule({"er": "positive"}, ["S1-1", "S1-2"], basis="stated", supports={"S1-2": "limits"})
    (found,) = read([limited], claims)
    assert (found.verdict, found.compared, found.limits, list(found.problems())) == ("agrees", ("S1-1",), ("S1-2",), [])


def test_a_rule_that_every_claim_limits_is_wider_than_what_speaks_for_it() -> None:
    limited = rule({"er": "positive"}, ["S1-1"], basis="stated", supports={"S1-1": "contradicts"})
    (found,) = read([limited], [claim("S1-1", {"er": "positive"})])
    assert told(found) == [("wider", (), ("ER-positive",))]
    assert found.contradicts == ("S1-1",)


def test_a_claim_that_limits_nobody_is_told() -> None:
    limited = rule({"er": "positive"}, ["S1-1", "S1-2"], basis="stated", supports={"S1-2": "limits"})
    (found,) = read([limited], [claim("S1-1", {"er": "positive"}), claim("S1-2", {"er": "negative"})])
    assert list(found.problems()) == ["therapy: r-2: S1-2 speaks of none of its patients, and limits it for nobody"]


def test_a_claim_about_an_option_that_is_not_described_is_told() -> None:
    named = claim("S1-2", {"her2": "positive"}, about=["therapy"])
    ruled = claim("S1-3", {"her2": "positive"}, about=["therapy"], rulings=[1])
    idle = claim("S1-4", {"er": "positive"}, about=["therapy"], rulings=[1])
    rules = [rule({"er": "positive"}, ["S1-1"], basis="stated")]
    found = passages(compiled(rules, [claim("S1-1", {"er": "positive"}), named, ruled, idle]))
    assert [(one.claim, one.patients, one.rulings) for one in found.unmet] == [
        ("S1-2", ("ER-negative; HER2-positive",), ()),
        ("S1-3", ("ER-negative; HER2-positive",), (1,)),
    ]
    assert list(found.problems()) == [
        "S1-2: therapy is not described for some of whom it speaks, and no ruling explains it (rulings)",
        "S1-4: what it is about is described for all of whom it speaks; its rulings explain nothing",
    ]


def caution(when: Any, claims: list[str], **more: Any) -> dict[str, Any]:
    return {"id": "c", "when": when, "text": "t", "claims": claims, "basis": "stated", **more}


def test_what_stands_beside_a_rule_is_cited_for_somebody() -> None:
    claims = [claim("S1-1", {"er": "positive"}), claim("S1-2", {"er": "negative"}), claim("S1-3", None)]
    said = caution({"er": "positive"}, ["S1-1", "S1-2", "S1-3"])
    found = passages(compiled([rule("always", [], basis="editorial")], claims, cautions=[said]))
    (entry,) = found.entries
    assert (entry.kind, entry.id, entry.compared) == ("caution", "therapy: c", ("S1-1", "S1-2"))
    assert list(found.problems()) == [
        "caution therapy: c: S1-2 speaks of none of its patients, and states it for nobody"
    ]


def test_what_only_implies_may_speak_of_others() -> None:
    said = caution({"er": "positive"}, ["S1-1"], basis="editorial")
    found = passages(compiled([], [claim("S1-1", {"er": "negative"})], cautions=[said]))
    assert [(entry.compared, entry.for_nobody) for entry in found.entries] == [((), ())]


@pytest.mark.parametrize(
    ("more", "for_nobody"),
    [
        ({"when": {"er": "positive"}}, 0),
        ({"when": "always", "unless": {"er": "positive"}}, 1),
        ({"when": {"er": "negative"}}, 1),
        ({"when": {"er": "negative"}, "when_unknown": ["er"]}, 0),
        ({"when": {"all": [{"er": "positive"}, {"metastatic": "no"}]}}, 1),
        ({"when": {"all": [{"er": "positive"}, {"metastatic": "no"}]}, "beyond_scope": "yes"}, 0),
    ],
)
def test_a_consideration_cites_claims_on_those_whom_it_reaches(more: dict[str, Any], for_nobody: int) -> None:
    words = {"id": "k", "kind": "testing", "title": "t", "text": "t", "claims": ["S1-1"], "basis": "stated"}
    one = adapter(Consideration).validate_python({**words, **more}, context=Names(bundled_vocabulary()))
    rulebook = empty_rulebook()
    parts = {"claims": (claim("S1-1", {"er": "positive"}),), "considerations": (one,)}
    (entry,) = passages(compile_rulebook(Rulebook(**{**vars(rulebook), **parts}))).entries
    assert len(entry.for_nobody) == for_nobody


@settings(deadline=None, max_examples=examples(60))
@given(conditions(), conditions())
def test_whom_a_claim_beside_a_rule_speaks_of_is_decided_as_by_enumeration(when: Any, spoken: Any) -> None:
    (entry,) = passages(compiled([], [claim("S1-1", spoken)], cautions=[caution(when, ["S1-1"])])).entries
    assert bool(entry.for_nobody) == (not set(patients(when)) & set(patients(spoken)))


def test_constraints_leave_no_difference_of_patients_that_there_are_none_of() -> None:
    men = {"sex": "male"}
    (found,) = read([rule({"menopause": "not_applicable"}, ["S1-1"], basis="stated")], [claim("S1-1", men)])
    assert found.verdict == "agrees"


@settings(deadline=None, max_examples=examples(60))
@given(conditions(), conditions(), st.sampled_from(["limits", "contradicts"]))
def test_limits_and_the_other_way_round_are_decided_as_by_enumeration(when: Any, spoken: Any, how: str) -> None:
    limited = rule(when, ["S1-1"], basis="implied", rulings=[1], supports={"S1-1": how})
    found = passages(compiled([limited], [claim("S1-1", spoken, about=["therapy"])]))
    holds, speaks = set(patients(when)), set(patients(spoken))
    (one,) = found.rules
    assert ("wider" in {difference.kind for difference in one.differences}) == bool(holds)
    assert bool(one.for_nobody) == (not holds & speaks)
    assert bool(found.unmet) == bool(speaks - holds)


@settings(deadline=None, max_examples=examples(60))
@given(conditions(), st.lists(conditions(), min_size=1, max_size=3))
def test_differences_are_there_exactly_where_some_patient_differs(when: Any, spoken: list[Any]) -> None:
    claims = [claim(f"S1-{i}", one) for i, one in enumerate(spoken)]
    (found,) = read([rule(when, [one.id for one in claims], basis="implied", rulings=[1])], claims)
    holds = set(patients(when))
    speak = [set(patients(one)) for one in spoken]
    assert ("wider" in {one.kind for one in found.differences}) == bool(holds - set().union(*speak))
    narrower = {id_ for one in found.differences if one.kind == "narrower" for id_ in one.claims}
    assert narrower == {one.id for one, reached in zip(claims, speak, strict=True) if reached - holds}


def patients(when: Any) -> Iterator[int]:
    """Every possible patient in scope, as a cube of single values, for whom a condition is true."""
    node = adapter(Condition).validate_python(when, context=Names(bundled_vocabulary()))
    for point, patient in everybody().items():
        if holds(node, patient, {}):
            yield point


@cache
def everybody() -> dict[int, Point]:
    known = SPACE.cube({"metastatic": ["yes"], **{fact: ["no"] for fact in SETTLED}, "sites.bone": ["yes"]})
    return {
        point: {fact: SPACE.values(point, fact)[0] for fact in FACTS}
        for point in filter(THEORY.is_possible, SPACE.points(known, FACTS))
    }


# our rulebook, and another one


def test_every_difference_of_ours_is_explained() -> None:
    found = passages(load_rulebook())
    assert list(found.problems()) == []
    assert {number for one in found.rules for number in one.rulings} <= {one.number for one in real_rulebook().rulings}


def test_the_page_of_passages_is_what_the_command_writes(run: Run) -> None:
    page = Path(__file__).parents[2] / "docs" / "passages.md"
    done = run("rules", "passages", "--format", "markdown")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == page.read_text(encoding="utf-8")


def test_the_command_tells_what_is_not_explained(run: Run, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(HAY_FEVER, tmp_path / "rules"))
    assert run("rules", "passages", "--rules", str(directory)).returncode == 0
    file = directory / "therapies" / "nose_spray.yaml"
    file.write_text(file.read_text("utf-8").replace("    rulings: [1]\n", ""), encoding="utf-8")
    done = run("rules", "passages", "--rules", str(directory))
    assert done.returncode == 1
    assert re.search(r"Beside the rules \d+ of \d+ entries rest on claims", " ".join(done.stdout.split()))
    assert "wider; no passage that it cites speaks of: bad days seldom; antihistamine" in done.stdout
    assert done.stderr == (
        "nose_spray: spray-for-stubborn-hay-fever: is wider than what it cites, and no ruling explains it (rulings)\n"
    )


OF_TREATMENT = {"therapy_class", "agent", "indication", "combination", "local_therapy"}


def test_each_of_our_claims_on_a_treatment_is_about_an_option() -> None:
    rulebook = load_rulebook()
    reader = _Reader(rulebook)
    about = reader.about()
    assert [id_ for id_ in about if rulebook.claims[id_].topic in OF_TREATMENT and not about[id_]] == []


@pytest.mark.parametrize(
    ("supports", "at", "complaint"),
    [
        ("{D1-99: limits}", "D1-99", "'D1-99' is not among the claims of 'spray-for-stubborn-hay-fever'"),
        (
            "{CLAIM: limit}",
            "limit}",
            "cannot be 'limit'; it is 'states', 'implies', 'limits' or 'contradicts'; did you mean limits?",
        ),
        ("{CLAIM: DEFAULT}", "DEFAULT}", "it, if nothing else is said; leave it out"),
    ],
)
def test_what_supports_cannot_say_is_told_at_its_place(supports: str, at: str, complaint: str, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(HAY_FEVER, tmp_path / "rules"))
    (rule_,) = [
        one.rule
        for option in load_rulebook(directory).options
        for one in option.rules
        if one.rule.id == "spray-for-stubborn-hay-fever"
    ]
    supports = supports.replace("CLAIM", rule_.claims[0])
    default = support_of(rule_.basis, rule_.supports, "")
    supports = supports.replace("DEFAULT", default)
    file = directory / "therapies" / "nose_spray.yaml"
    said = file.read_text("utf-8").replace("    rulings: [1]\n", f"    rulings: [1]\n    supports: {supports}\n")
    file.write_text(said, encoding="utf-8")
    with pytest.raises(RulebookError, match=re.escape(complaint)) as refused:
        load_rulebook(directory)
    (problem,) = refused.value.problems
    lines = said.splitlines()
    line = lines.index(f"    supports: {supports}")
    assert (problem.line, problem.column) == (line + 1, lines[line].index(at.replace("DEFAULT", default)) + 1)


def test_a_ruling_that_is_not_there_is_refused_at_its_place(tmp_path: Path) -> None:
    directory = Path(shutil.copytree(HAY_FEVER, tmp_path / "rules"))
    file = directory / "therapies" / "nose_spray.yaml"
    file.write_text(file.read_text("utf-8").replace("rulings: [1]", "rulings: [7]"), encoding="utf-8")
    with pytest.raises(RulebookError, match=r"nose_spray.yaml:\d+:15: unknown ruling '7'"):
        load_rulebook(directory)
