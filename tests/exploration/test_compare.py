"""Two patients side by side, and the facts that make the difference, by brute force.

The reference reads the definition plainly: it tries every set of facts, smallest first, on knowledge written
as the values of each fact; it shares no search with what it checks.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from builders import WAYS, WORDS, decided_by, empty_rulebook, knowing, with_class
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import Patient, explore, load_rulebook, statuses
from mbc_options.exploration.comparison import Comparison, compare
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from mbc_options.exploration.comparison import MemberDifference
    from mbc_options.rulebook.compiled import CompiledRulebook


OUTCOMES = tuple(bundled_vocabulary().treatments["prior"].yes["chemotherapy"])
SPACE, THEORY = bundled_vocabulary().space, bundled_vocabulary().theory

Values = dict[str, frozenset[str]]

SECOND = "prior.chemotherapy.combination"
MEANS: tuple[tuple[str, str], ...] = (
    *((fact, f"{fact.rpartition('.')[0]}.given") for fact in SPACE.facts if fact.startswith("prior.")),
    *((f"{SECOND}.{outcome}", f"prior.chemotherapy.{outcome}") for outcome in OUTCOMES),
)
"""Facts of earlier treatment and what they mean: where the first is `yes`, the second is."""


def values_of(knowledge: int) -> Values:
    return {fact: frozenset(SPACE.values(knowledge, fact)) for fact in SPACE.facts}


@cache
def bits(fact: str, values: frozenset[str]) -> int:
    return SPACE.cube({fact: values}) & SPACE.mask(fact)


def cube_of(values: Values) -> int:
    return sum(bits(fact, allowed) for fact, allowed in values.items())


def clashes(values: Values, cause: str, effect: str) -> bool:
    return cause != effect and values[cause] == {"yes"} and values[effect] != {"yes"}


def mixture(a: Values, b: Values, facts: tuple[str, ...]) -> Values:
    """The first patient with these facts as the second has them, and with what moves along."""
    moved = set(facts)
    while True:
        mixed = {fact: (b if fact in moved else a)[fact] for fact in a}
        along = set()
        for cause, effect in MEANS:
            if clashes(mixed, cause, effect) and (cause in moved) != (effect in moved):
                along |= {cause, effect}
        if along <= moved:
            return mixed
        moved |= along


def tied(facts: set[str]) -> set[str]:
    """Facts with those that the closed list of constraints ties to them, directly or through others."""
    groups = [set(case) for constraint in bundled_vocabulary().impossible for case in constraint.cases]
    while any(group & facts and group - facts for group in groups):
        facts = facts.union(*(group for group in groups if group & facts))
    return facts


Mixed = Callable[[tuple[str, ...]], tuple[Values, int]]


def smallest(a: int, b: int, id_: str, facts: set[str], mixed_by: Mixed, rulebook: CompiledRulebook) -> list[Values]:
    """Every mixture by a set of the least size that has the status of the second patient; of two, what moves less."""
    goal = statuses(knowing(b), rulebook)[id_]
    first, second = values_of(a), values_of(b)
    different = [fact for fact in SPACE.facts if fact in facts and first[fact] != second[fact]]
    for size in range(len(different) + 1):
        found = []
        for chosen in combinations(different, size):
            mixed, cube = mixed_by(chosen)
            if THEORY.is_possible(cube) and statuses(knowing(cube), rulebook)[id_] == goal:
                found.append(mixed)
        moved = [{fact for fact in mixed if mixed[fact] != first[fact]} for mixed in found]
        if found:
            return [one for one, facts in zip(found, moved, strict=True) if not any(m < facts for m in moved)]
    return []


def check_switches(a: int, b: int, comparison: Comparison, rulebook: CompiledRulebook) -> None:
    first, second = values_of(a), values_of(b)

    @cache
    def mixed_by(facts: tuple[str, ...]) -> tuple[Values, int]:
        mixed = mixture(first, second, facts)
        return mixed, cube_of(mixed)

    inside = all(side.scope == "in" for side in (comparison.a, comparison.b))
    for unit in comparison.differences:
        named = set(SPACE.support(SPACE.universe & ~rulebook.option(unit.id).described.named))
        facts = tied(named if inside else named | {"metastatic"})
        expected = smallest(a, b, unit.id, facts, mixed_by, rulebook)
        got = [mixture(first, second, tuple(fact.fact for fact in switch.facts)) for switch in unit.switches]
        assert expected, "the second patient's facts have the second patient's status"
        assert {cube_of(mixed) for mixed in got} == {cube_of(mixed) for mixed in expected}
        assert len({cube_of(mixed) for mixed in got}) == len(got), "none twice"
        for mixed, switch in zip(got, unit.switches, strict=True):
            moved = {fact for fact in mixed if mixed[fact] != first[fact]}
            assert moved == {fact.fact for fact in switch.facts} | set(switch.along)


def check_statuses(a: Any, b: Any, comparison: Comparison, rulebook: CompiledRulebook) -> None:
    left, right = statuses(a, rulebook), statuses(b, rulebook)
    assert {unit.id: (unit.a.status, unit.b.status) for unit in comparison.differences} == {
        id_: (left[id_], right[id_]) for id_ in left if left[id_] != right[id_]
    }
    assert {same.id: same.status for same in comparison.same} == {
        id_: left[id_] for id_ in left if left[id_] == right[id_]
    }


FACTS = (
    "sex",
    "menopause",
    "er",
    "findings.pain",
    "findings.bone_pain",
    "extent.limited",
    "extent.oligometastatic",
    "extent.extensive_visceral",
    "prior.chemotherapy.given",
    "prior.chemotherapy.progressed",
    "prior.chemotherapy.stable",
    "prior.chemotherapy.combination.given",
    "prior.chemotherapy.combination.stable",
)
"""Few enough to try all sets, tied by constraints or by what earlier treatment means."""


@st.composite
def rulebooks(draw: st.DrawFn) -> CompiledRulebook:
    """One class with a member, and random conditions."""

    def rules(prefix: str) -> list[dict[str, Any]]:
        made = []
        for i, status in enumerate(draw(st.lists(st.sampled_from(["candidate", "unspecified"]), max_size=2))):
            leaf = st.sampled_from(FACTS).flatmap(
                lambda fact: st.sampled_from(SPACE.domains[fact]).map(lambda value: {fact: value})
            )
            cases = draw(st.lists(st.lists(leaf, min_size=1, max_size=3), min_size=1, max_size=3))
            when = {"any": [{"all": case} for case in cases]}
            made.append(
                {"id": f"{prefix}{i}", "when": when, "status": status, "because": "b", "claims": [], "basis": "stated"}
            )
        return made

    members = [{"id": "m", **WORDS, "rules": rules("m")}]
    therapy = {"id": "therapy", "order": 1, **WORDS, "rules": rules("t"), "members": members}
    return decided_by(with_class(empty_rulebook(), therapy), draw(WAYS))


@st.composite
def knowledge(draw: st.DrawFn) -> int:
    """Knowledge about FACTS, partial to any degree, and of an earlier treatment what goes together."""
    allowed = {
        fact: draw(
            st.one_of(
                st.just(SPACE.domains[fact]),
                st.lists(st.sampled_from(SPACE.domains[fact]), min_size=1, max_size=2, unique=True),
            )
        )
        for fact in FACTS
    }
    for cause, effect in (*MEANS, *MEANS):
        if cause != effect and cause in allowed and effect in allowed and list(allowed[cause]) == ["yes"]:
            allowed[effect] = ["yes"]
    cube = SPACE.cube({**allowed, "sites.bone": ["yes"], "extent.diffuse_bone": ["no"]})
    if not THEORY.is_possible(cube):
        for fact in ("extent.limited", "extent.oligometastatic", "menopause", "findings.pain"):
            cube |= SPACE.mask(fact)
    if not THEORY.is_possible(cube):
        cube |= SPACE.mask("extent.extensive_visceral") | SPACE.mask("sex")
    return THEORY.tighten(cube)


@settings(deadline=None)
@given(rulebooks(), knowledge(), knowledge())
def test_the_facts_that_make_the_difference_over_random_rulebooks(rulebook: CompiledRulebook, a: int, b: int) -> None:
    """Switching them gives the other's status, no smaller set does, and all of the least size are given."""
    comparison = compare(knowing(a), knowing(b), rulebook)
    check_statuses(knowing(a), knowing(b), comparison, rulebook)
    check_switches(a, b, comparison, rulebook)


SINGLES = {
    "sex": ["female", "male"],
    "menopause": ["pre", "post"],
    "er": ["+", "-"],
    "pr": ["+", "-"],
    "her2": ["+", "-", "2+"],
    "immunotherapy_biomarker": ["+", "-"],
    "metastasis_confirmed": ["yes", "unknown"],
}
LISTS: dict[str, list[Any]] = {
    "sites": [["bone"], ["liver"], ["bone", "lung"], ["brain"], {"bone": "yes"}, {"liver": "no"}, []],
    "extent": [[], ["limited"], ["oligometastatic"], {"diffuse_bone": "no"}, {"extensive_visceral": "yes"}],
    "findings": [{"pain": "yes"}, {"pain": "no"}, {"bone_pain": "yes", "nausea": "no"}, ["fracture"]],
    "situation": [[], ["rapid_control_needed"], {"salvage": "yes"}],
    "prior": [
        [],
        ["letrozole: progressed"],
        ["FEC: stable"],
        ["FEC: stable", "letrozole: stable"],
        ["capecitabine: stable"],
        {"chemotherapy": ["stable", "completed"]},
        {"hormone_therapy": "progressed", "chemotherapy": "no"},
    ],
}


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    said: dict[str, Any] = {}
    for field, values in {**SINGLES, **LISTS}.items():
        value = draw(st.one_of(st.none(), st.sampled_from(values)))
        try:
            Patient(**{**said, field: value})
        except ValueError:
            continue  # it contradicts what was said before, and stays unsaid
        said[field] = value
    return Patient(**said)


@settings(deadline=None, max_examples=examples(40))
@given(patients(), patients())
def test_the_facts_that_make_the_difference_in_the_real_rulebook(a: Patient, b: Patient) -> None:
    comparison = compare(a, b)
    check_statuses(a, b, comparison, load_rulebook())
    check_switches(a.knowledge, b.knowledge, comparison, load_rulebook())


@settings(deadline=None, max_examples=examples(40))
@given(patients(), patients())
def test_the_facts_that_differ_are_just_those_known_differently(a: Patient, b: Patient) -> None:
    left, right = values_of(a.knowledge), values_of(b.knowledge)
    for difference in compare(a, b).facts:
        assert set(difference.a.values) == left.pop(difference.fact)
        assert set(difference.b.values) == right.pop(difference.fact)
        assert difference.a.values != difference.b.values
        for reading in (difference.a, difference.b):
            assert reading.is_unknown == (reading.values == SPACE.domains[difference.fact])
    assert left == right


@settings(deadline=None, max_examples=examples(40))
@given(patients())
def test_a_patient_differs_from_nobody_alike(patient: Patient) -> None:
    comparison = compare(patient, patient)
    for field in ("facts", "options", "members", "nuances"):
        assert getattr(comparison, field) == (), field
    for side in ("a", "b"):
        assert getattr(comparison, f"considerations_{side}") == ()
        assert getattr(comparison, f"disagreements_{side}") == ()
    assert {same.id: same.status for same in comparison.same} == statuses(patient)
    assert comparison.a == comparison.b


@settings(deadline=None, max_examples=examples(40))
@given(patients(), patients())
def test_the_other_way_round_is_the_mirror(a: Patient, b: Patient) -> None:
    one, other = compare(a, b), compare(b, a)
    assert (one.a, one.b) == (other.b, other.a)
    assert [(fact.fact, fact.a, fact.b) for fact in one.facts] == [(fact.fact, fact.b, fact.a) for fact in other.facts]
    for left, right in zip(one.differences, other.differences, strict=True):
        assert (left.id, left.a, left.b) == (right.id, right.b, right.a)
    assert [(n.id, n.a, n.b) for n in one.nuances] == [(n.id, n.b, n.a) for n in other.nuances]
    assert (one.considerations_a, one.disagreements_a) == (other.considerations_b, other.disagreements_b)
    assert (one.same, one.claims) == (other.same, other.claims)


@settings(deadline=None, max_examples=examples(40))
@given(patients(), patients())
def test_what_stands_on_one_side_only_does_not_stand_on_the_other(a: Patient, b: Patient) -> None:
    comparison = compare(a, b)
    left, right = explore(a), explore(b)
    found = {nuance.id: nuance for nuance in comparison.nuances}
    for same in comparison.same:
        one, other = left[same.id], right[same.id]
        for field in ("because", "depends_on", "cautions"):
            ours, theirs = getattr(one, field), getattr(other, field)
            only = (tuple(x for x in ours if x not in theirs), tuple(x for x in theirs if x not in ours))
            nuance = found.get(same.id)
            assert only == ((getattr(nuance.a, field), getattr(nuance.b, field)) if nuance else ((), ()))
    assert {c.id for c in comparison.considerations_a} == {c.id for c in left.considerations} - {
        c.id for c in right.considerations
    }
    assert {d.id for d in comparison.disagreements_b} == {d.id for d in right.disagreements} - {
        d.id for d in left.disagreements
    }


PALBOCICLIB = "palbociclib: completed: metastatic"
BEFORE = Patient(
    label="before", er="+", her2="-", menopause="post", sites=["bone"], situation=[], extent=[], prior=[PALBOCICLIB]
)
AFTER = BEFORE.with_(label="after", prior=[PALBOCICLIB, "letrozole: progressed: metastatic"])


def switches(unit: MemberDifference) -> list[list[tuple[str, str]]]:
    return [[(fact.fact, fact.b.text) for fact in switch.facts] for switch in unit.switches]


def test_growth_during_hormone_therapy_makes_the_difference() -> None:
    comparison = compare(BEFORE, AFTER)
    growth = ("prior.hormone_therapy.progressed", "progressed on hormone (endocrine) therapy")
    (hormone_therapy, chemotherapy) = comparison.options
    assert (hormone_therapy.a.status, hormone_therapy.b.status) == ("candidate", "unspecified")
    assert (chemotherapy.a.status, chemotherapy.b.status) == ("unspecified", "candidate")
    assert switches(hormone_therapy) == switches(chemotherapy) == [[growth]]
    assert chemotherapy.switches[0].along == ("prior.hormone_therapy.given",)
    assert [fact.fact for fact in comparison.facts] == ["prior.hormone_therapy.given", growth[0]]


def test_a_mixture_that_breaks_a_constraint_is_no_patient() -> None:
    """For an aromatase inhibitor menopause decides; but a man who is after menopause is nobody."""
    man = Patient(sex="male", er="+", her2="-", sites=["bone"], prior=[])
    woman = man.with_(sex="female", menopause="post")
    member, other = compare(man, woman).members
    assert (member.id, other.id) == ("hormone_therapy.aromatase_inhibitor", "hormone_therapy.ovarian_suppression")
    assert switches(member) == [[("sex", "female"), ("menopause", "postmenopausal")]]


def test_not_to_know_can_make_the_difference() -> None:
    known = Patient(er="+", her2="-", sites=["bone"], prior=[])
    comparison = compare(known, known.with_(her2=None))
    (anti_her2,) = [option for option in comparison.options if option.id == "anti_her2"]
    assert (anti_her2.a.status, anti_her2.b.status) == ("not_described", "undetermined")
    assert switches(anti_her2) == [[("her2", "unknown")]]
    assert "anti_her2.trastuzumab" in {member.id for member in anti_her2.members}
    assert not comparison.members, "those of a class that differs stand with it"


def test_out_of_scope_it_is_the_scope_that_makes_the_difference() -> None:
    comparison = compare(Patient(er="+", sites=["bone"]), Patient(er="+", sites=["axillary_lymph_nodes"]))
    assert (comparison.a.scope, comparison.b.scope) == ("in", "out")
    for unit in comparison.differences:
        assert switches(unit) == [[("metastatic", "no distant metastasis"), ("sites.bone", "no bone metastases")]]


def test_silence_about_a_list_is_told_apart_from_a_finding() -> None:
    comparison = compare(Patient(er="+", findings=[]), Patient(er="-", findings={"pain": "yes"}))
    told = [fact.fact for fact in comparison.facts if not fact.is_silence]
    assert told == ["er", "findings.pain"]
    assert {fact.field for fact in comparison.facts if fact.is_silence} == {"findings"}


def test_the_same_verdict_for_another_reason_is_a_nuance() -> None:
    estrogen = Patient(er="+", pr="-", her2="-", menopause="post", sites=["bone"], prior=[])
    comparison = compare(estrogen, estrogen.with_(er="-", pr="+"))
    assert not comparison.differences
    (nuance,) = [nuance for nuance in comparison.nuances if nuance.id == "immunotherapy"]
    assert [reason.facts for reason in nuance.a.because] == [("ER-positive",)]
    assert [reason.facts for reason in nuance.b.because] == [("PR-positive",)]
    assert "every status is the same" in str(comparison)


def test_a_written_form_that_says_more_is_kept() -> None:
    (her2,) = compare(Patient(her2="3+"), Patient(her2="0")).facts
    assert (her2.a.text, her2.a.as_written, her2.b.as_written) == ("HER2-positive", "IHC 3+", "IHC 0")


@pytest.mark.parametrize("other", [AFTER, Patient(), Patient(sites=[])])
def test_every_claim_can_be_looked_up(other: Patient) -> None:
    comparison = compare(BEFORE, other)
    parts = [
        *(reason for unit in comparison.differences for side in (unit.a, unit.b) for reason in side.because),
        *(part for n in comparison.nuances for side in (n.a, n.b) for part in (*side.because, *side.cautions)),
        *comparison.considerations_a,
        *comparison.considerations_b,
        *(side for d in (*comparison.disagreements_a, *comparison.disagreements_b) for side in d.sides),
    ]
    scope = {*comparison.a.scope_claims, *comparison.b.scope_claims}
    explained = {claim for term in comparison.glossary for claim in term.claims}
    assert set(comparison.claims) == scope | explained | {claim for part in parts for claim in part.claims}


def test_the_comparison_is_a_value_and_reads_well() -> None:
    comparison = compare(BEFORE, AFTER)
    assert pickle.loads(pickle.dumps(comparison)) == comparison  # noqa: S301 - our own
    assert hash(comparison) == hash(compare(BEFORE, AFTER))
    assert Comparison.model_validate_json(comparison.model_dump_json()) == comparison
    with pytest.raises(AttributeError, match="frozen"):
        comparison.same = ()  # type: ignore[misc]
    text = str(comparison)
    assert text.startswith("before compared with after (rulebook mbc_options")
    assert "Chemotherapy: unspecified / candidate (with progression on hormone" in text
    dumped = comparison.model_dump(mode="json")
    assert dumped["options"][0]["switches"][0]["facts"][0]["b"]["values"] == ["yes"]
