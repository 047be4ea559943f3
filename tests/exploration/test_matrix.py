"""The map by subtype: every cell is what all patients of that subtype share, by brute force over the receptors.

The reference reads the subtypes plainly and asks `statuses` for each combination of receptors on its own.
"""

from __future__ import annotations

import pickle
import random
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import pytest
from builders import WAYS, WORDS, decided_by, knowing, real_rulebook, with_class
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import Patient, UnknownOptionError, explore, load_rulebook, statuses
from mbc_options.exploration.subtype_map import Matrix, matrix
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from mbc_options.exploration.subtype_map import MatrixCell
    from mbc_options.rulebook.compiled import CompiledRulebook

SPACE, THEORY = bundled_vocabulary().space, bundled_vocabulary().theory

SIGNS = ("positive", "negative")
RECEPTORS = tuple({"er": er, "pr": pr, "her2": her2} for er, pr, her2 in product(SIGNS, repeat=3))
IDS = ("HR+/HER2-", "HR+/HER2+", "HR-/HER2+", "triple-negative")


def subtype_of(receptors: dict[str, str]) -> str:
    """Read the four subtypes plainly."""
    hormonal = "positive" in (receptors["er"], receptors["pr"])
    if receptors["her2"] == "positive":
        return "HR+/HER2+" if hormonal else "HR-/HER2+"
    return "HR+/HER2-" if hormonal else "triple-negative"


def combinations(subtype: str) -> list[dict[str, str]]:
    return [receptors for receptors in RECEPTORS if subtype_of(receptors) == subtype]


def yes_no(*names: str) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(names), st.sampled_from(["yes", "no"]), max_size=len(names))


SINGLES = {
    "sex": ["female", "male"],
    "menopause": ["premenopausal", "postmenopausal", "not_applicable"],
    "immunotherapy_biomarker": ["positive", "negative"],
}
LISTS: dict[str, st.SearchStrategy[Any]] = {
    "sites": st.one_of(
        st.lists(st.sampled_from(["bone", "liver", "lung", "brain"]), min_size=1, unique=True),
        yes_no("bone", "liver", "lung", "bone_marrow"),
    ),
    "extent": st.one_of(st.just([]), yes_no("limited", "extensive_visceral", "diffuse_bone")),
    "findings": st.one_of(st.just([]), yes_no("pain", "bone_pain", "nausea", "hypercalcemia")),
    "situation": st.one_of(st.just([]), yes_no("rapid_control_needed", "aggressive", "salvage")),
    "prior": st.one_of(
        st.just([]),
        st.sampled_from([["letrozole: progressed"], ["FEC: stable"], {"hormone_therapy": "progressed"}]),
        st.sampled_from([{"chemotherapy": "stable"}, {"hormone_therapy": "no"}]),
    ),
}


def described(said: dict[str, Any]) -> Patient | None:
    """Return the patient; None where the parts of the description contradict each other."""
    try:
        return Patient(**said)
    except ValueError:
        return None


def said_of(patient: Patient) -> dict[str, Any]:
    return {field: getattr(patient, field) for field in (*SINGLES, *LISTS)}


@st.composite
def rests(draw: st.DrawFn) -> Patient:
    """Any description that says nothing of the receptors, in scope."""
    said: dict[str, Any] = {}
    for field, values in SINGLES.items():
        said[field] = draw(st.one_of(st.none(), st.sampled_from(values)))
    for field, strategy in LISTS.items():
        said[field] = draw(st.one_of(st.none(), strategy))
    rest = described(said)
    assume(rest is not None)
    assert rest is not None
    return rest


def shared(found: list[str]) -> str:
    return found[0] if len(set(found)) == 1 else "undetermined"


@settings(deadline=None)
@given(rests())
def test_a_cell_is_what_all_patients_of_the_subtype_share(rest: Patient) -> None:
    check_statuses(rest, load_rulebook())


def check_statuses(rest: Patient, rulebook: CompiledRulebook) -> None:
    table = matrix(rest, rulebook)
    assert tuple(column.id for column in table.columns) == IDS
    for subtype in IDS:
        verdicts = [statuses(rest.with_(**receptors), rulebook) for receptors in combinations(subtype)]
        assert {line.id: line.statuses[subtype] for line in table.lines} == {
            id_: shared([verdict[id_] for verdict in verdicts]) for id_ in verdicts[0]
        }


@settings(deadline=None)
@given(rests(), st.data())
def test_learning_a_fact_never_turns_one_settled_cell_into_another(rest: Patient, data: st.DataObject) -> None:
    unsaid = [field for field in (*SINGLES, *LISTS) if getattr(rest, field) is None]
    assume(unsaid)
    field = data.draw(st.sampled_from(unsaid))
    value = data.draw(st.sampled_from(SINGLES[field]) if field in SINGLES else LISTS[field])
    learned = described({**said_of(rest), field: value})
    assume(learned is not None)
    assert learned is not None
    after = matrix(learned)
    for line in matrix(rest).lines:
        for subtype, status in line.statuses.items():
            assert status in {"undetermined", after[line.id].statuses[subtype]}


def complete(cube: int, chance: random.Random) -> int:
    """Some possible patient inside a cube of whom everything is known."""
    for fact in chance.sample(SPACE.facts, len(SPACE.facts)):
        values = list(SPACE.values(cube, fact))
        chance.shuffle(values)
        tried = (cube & SPACE.cube({fact: [value]}) for value in values)
        cube = next(one for one in tried if THEORY.is_possible(one))
    return cube


@settings(deadline=None, max_examples=examples(40))
@given(rests(), st.integers(0, 2**32))
def test_what_a_cell_depends_on_is_true_and_complete(rest: Patient, seed: int) -> None:
    """Where a dependency holds, every patient of the subtype has its status; and no patient is left out."""
    check_dependencies(rest, load_rulebook(), random.Random(seed))


def check_dependencies(rest: Patient, rulebook: CompiledRulebook, chance: random.Random) -> None:
    table = matrix(rest, rulebook)
    for subtype in IDS:
        cubes = [rest.with_(**receptors).knowledge for receptors in combinations(subtype)]
        patients = [complete(cube, chance) for cube in cubes for _ in range(3)]
        verdicts = [statuses(knowing(patient), rulebook) for patient in patients]
        for line in table.lines:
            cell = line.cells[subtype]
            assert bool(cell.depends_on) == (cell.status == "undetermined")
            conditions = [(SPACE.cube(dependency.if_), dependency.then) for dependency in cell.depends_on]
            for condition, then in conditions:
                inside = [cube & condition for cube in cubes if not SPACE.is_empty(cube & condition)]
                possible = [cube for cube in inside if THEORY.is_possible(cube)]
                assert possible, "nobody in the subtype can meet it"
                assert {statuses(knowing(cube), rulebook)[line.id] for cube in possible} == {then}
            for patient, verdict in zip(patients, verdicts, strict=True) if conditions else ():
                assert any(then == verdict[line.id] and not patient & ~condition for condition, then in conditions), (
                    "some patient is not told about"
                )


FACTS = ("er", "pr", "her2", "menopause", "findings.pain")


@st.composite
def rulebooks(draw: st.DrawFn) -> CompiledRulebook:
    """Our subtypes, and one class with random conditions on the receptors and on little else."""
    leaf = st.sampled_from(FACTS).flatmap(
        lambda fact: st.sampled_from(SPACE.domains[fact]).map(lambda value: {fact: value})
    )
    rules = []
    for i, status in enumerate(draw(st.lists(st.sampled_from(["candidate", "unspecified"]), min_size=1, max_size=2))):
        cases = draw(st.lists(st.lists(leaf, min_size=1, max_size=3), min_size=1, max_size=3))
        when = {"any": [{"all": case} for case in cases]}
        rules.append({"id": f"r{i}", "when": when, "status": status, "because": "b", "claims": [], "basis": "stated"})
    return one_class(rules, decide=draw(WAYS))


@settings(deadline=None)
@given(rulebooks(), rests(), st.integers(0, 2**32))
def test_the_map_is_exact_over_random_rulebooks(rulebook: CompiledRulebook, rest: Patient, seed: int) -> None:
    check_statuses(rest, rulebook)
    check_dependencies(rest, rulebook, random.Random(seed))


@settings(deadline=None, max_examples=examples(40))
@given(rests())
def test_no_dependency_asks_for_more_than_it_needs(rest: Patient) -> None:
    """Without any one of its facts, it would no longer settle the subtype."""
    table = matrix(rest)
    for subtype in IDS:
        cubes = [rest.with_(**receptors).knowledge for receptors in combinations(subtype)]
        for line in table.lines:
            for dependency in line.cells[subtype].depends_on:
                for fact in dependency.if_:
                    fewer = SPACE.cube({other: v for other, v in dependency.if_.items() if other != fact})
                    inside = [cube & fewer for cube in cubes if not SPACE.is_empty(cube & fewer)]
                    found = {statuses(knowing(cube))[line.id] for cube in inside}
                    assert found != {dependency.then}, (line.id, subtype, dependency, fact)


@settings(deadline=None, max_examples=examples(40))
@given(rests())
def test_the_reasons_of_a_settled_cell_reach_every_patient_of_the_subtype(rest: Patient) -> None:
    table = matrix(rest)
    for subtype in IDS:
        cubes = [rest.with_(**receptors).knowledge for receptors in combinations(subtype)]
        for line in table.lines:
            cell = line.cells[subtype]
            assert bool(cell.proofs) == (cell.status != "undetermined")
            if not cell.because or not all(reason.certain for reason in cell.because):
                continue
            proofs = [SPACE.cube(reason.proof) for reason in cell.because]
            assert all(any(not cube & ~proof for proof in proofs) for cube in cubes)


def test_the_reasons_are_given_by_case_only_where_the_cases_differ() -> None:
    rest = Patient(menopause="post", sites=["bone"], prior=[])
    table = matrix(rest)
    assert table["hormone_therapy"].cells["HR+/HER2-"].proofs == (
        ("ER-positive", "no progression on hormone (endocrine) therapy"),
        ("PR-positive", "no progression on hormone (endocrine) therapy"),
    )
    assert table["anti_her2"].cells["HR+/HER2-"].proofs == (("HER2-negative",),)
    assert table["anti_her2"].cells["HR+/HER2+"].because[0].facts == ("HER2-positive",)
    assert table["palliative_care"].cells["triple-negative"].proofs == ((),)


def test_inside_a_subtype_a_receptor_that_it_settles_is_not_asked_for() -> None:
    """HR+ leaves open which of the two receptors there is; hormone therapy does not depend on that."""
    cell = matrix(Patient(menopause="post"))["hormone_therapy"].cells["HR+/HER2-"]
    assert [(dict(d.if_), d.then) for d in cell.depends_on] == [
        ({"prior.hormone_therapy.progressed": ("no",)}, "candidate"),
        ({"prior.metastatic.given": ("no",)}, "candidate"),
        ({"prior.hormone_therapy.progressed": ("yes",), "prior.metastatic.given": ("yes",)}, "unspecified"),
    ]


def test_receptors_are_set_aside_and_it_is_said() -> None:
    said = {"menopause": "post", "sites": ["bone"], "prior": []}
    table = matrix(Patient(er="5%", her2="2+", **said))
    assert [line.statuses for line in table.lines] == [line.statuses for line in matrix(Patient(**said)).lines]
    assert table.notices == ("set aside, because the columns say it: estrogen receptor (ER) 5%, HER2 IHC 2+.",)
    assert [fact.fact for fact in table.set_aside] == ["er", "her2"]
    assert not {"er", "pr", "her2"} & {fact.fact for fact in table.known}
    assert table.patient == Patient(**said)
    assert matrix(Patient(**said)).notices == ()


def test_what_was_assumed_stays_said_when_receptors_are_set_aside() -> None:
    patient = Patient(er="+", menopause="post")
    assert len(patient.assumptions) == 1
    assert matrix(patient).assumptions == patient.assumptions


def test_what_the_map_says_of_the_rest_is_what_an_assessment_says() -> None:
    rest = Patient(label="Case", sites=["bone", "other:pleura"], prior=["letrozole: progressed"])
    table, assessment = matrix(rest), explore(rest)
    for field in ("known", "treatments", "assumptions", "scope", "scope_text", "rulebook", "glossary", "documents"):
        assert getattr(table, field) == getattr(assessment, field), field
    assert [row.id for row in table.rows] == [option.id for option in assessment.options]
    assert [[m.id for m in row.members] for row in table.rows] == [
        [m.id for m in o.members] for o in assessment.options
    ]


def test_what_bears_on_the_choice_whatever_the_subtype_is_said_of_the_rest() -> None:
    """What is asked because a receptor is unknown is not: the columns say the receptors."""
    rest = Patient(sites=["brain"], findings=["seizures"], prior=[])
    of_rest, anybody = ({one.id for one in matrix(patient).considerations} for patient in (rest, Patient()))
    assert "urgent_seizures" in of_rest - anybody
    assert "receptor_testing" in {one.id for one in explore(rest).considerations} - of_rest


def test_every_claim_of_a_cell_can_be_looked_up() -> None:
    table = matrix(Patient(menopause="post", sites=["bone"], prior=["letrozole: progressed"]))
    cited = {claim for line in table.lines for cell in line.cells.values() for claim in cell.claims}
    beside = {claim for one in table.considerations for claim in one.claims}
    explained = {claim for term in table.glossary for claim in term.claims}
    assert set(table.claims) == cited | beside | explained | set(table.scope_claims)
    assert table["chemotherapy"].cells["HR+/HER2-"].claims


@pytest.mark.parametrize(
    ("description", "scope"),
    [({"sites": []}, "out"), ({"metastasis_confirmed": "unknown"}, "open"), ({"metastasis_confirmed": "no"}, "out")],
)
def test_a_rest_out_of_scope_has_no_cells(description: dict[str, Any], scope: str) -> None:
    table = matrix(Patient(**description))
    assert (table.scope, table.rows) == (scope, ())
    assert table.scope_text == explore(Patient(**description)).scope_text
    assert table.scope_text in str(table)


def test_rows_with_one_status_in_all_columns_are_told_apart() -> None:
    table = matrix(Patient(sites=["bone"]))
    for line in table.lines:
        assert line.same == (len(set(line.statuses.values())) == 1)
    assert table["palliative_care"].same
    assert not table["anti_her2"].same


def test_an_unknown_line_names_the_nearest() -> None:
    table = matrix(Patient())
    assert table["hormone_therapy.tamoxifen"].label == "Tamoxifen"
    with pytest.raises(UnknownOptionError, match="did you mean surgery"):
        table["surgry"]


def test_the_map_is_a_value_and_reads_well() -> None:
    table = matrix(Patient(label="After letrozole", sites=["bone"], prior=["letrozole: progressed"]))
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301 - our own
    assert hash(table) == hash(matrix(table.patient))
    assert Matrix.model_validate_json(table.model_dump_json()) == table
    with pytest.raises(AttributeError, match="frozen"):
        table.scope = "out"  # type: ignore[misc]
    lines = str(table).splitlines()
    assert lines[0].startswith("After letrozole: by subtype (rulebook mbc_options")
    assert lines[1].split() == list(IDS)
    (anti_her2,) = [line for line in lines if "Anti-HER2" in line]
    assert anti_her2.split("  ")[1:2] == ["Anti-HER2 drugs"]
    assert [cell.strip() for cell in anti_her2.split("  ")[2:] if cell.strip()] == [
        "not described",
        "candidate",
        "candidate",
        "not described",
    ]


def test_the_json_is_by_class_and_subtype() -> None:
    dumped = matrix(Patient(sites=["bone"], prior=[])).model_dump(mode="json")
    (row,) = [row for row in dumped["rows"] if row["id"] == "anti_her2"]
    assert row["cells"]["triple-negative"]["status"] == "not_described"
    assert row["members"][0]["cells"]["HR+/HER2+"]["status"] == "candidate"
    assert dumped["columns"][0] == {
        "id": "HR+/HER2-",
        "label": "hormone receptor-positive, HER2-negative",
        "cases": [["ER-positive", "HER2-negative"], ["PR-positive", "HER2-negative"]],
        "possible": True,
    }


def one_class(
    rules: list[dict[str, Any]],
    subtypes: list[dict[str, Any]] | None = None,
    decide: Literal["cover"] | None = None,
) -> CompiledRulebook:
    """Return our rulebook with a single class that has these rules."""
    therapy = {"id": "therapy", "order": 1, **WORDS, "rules": rules, "members": []}
    return decided_by(with_class(real_rulebook(), therapy, subtypes), decide)


@cache
def with_other_subtypes() -> CompiledRulebook:
    """A rulebook with subtypes by menopause and by a site."""
    rule = {"because": "b", "claims": [], "basis": "stated", "status": "candidate"}
    rules = [
        {"id": "before", "when": {"menopause": "premenopausal"}, **rule},
        {"id": "liver", "when": {"sites.liver": "yes"}, **rule},
    ]
    subtypes = [
        {"id": "before", "label": "before menopause", "when": {"menopause": "premenopausal"}},
        {"id": "liver", "label": "liver", "when": {"sites.liver": "yes"}},
        {"id": "neither", "label": "neither", "when": {"not": {"any": [rule["when"] for rule in rules]}}},
    ]
    return one_class(rules, subtypes=subtypes)


def test_a_subtype_that_the_rest_rules_out_is_impossible_and_has_no_cells() -> None:
    table = matrix(Patient(sex="male", er="+"), with_other_subtypes())
    assert [(column.id, column.possible) for column in table.columns] == [
        ("before", False),
        ("liver", True),
        ("neither", True),
    ]
    assert table["therapy"].statuses == {"liver": "candidate", "neither": "not_described"}
    assert "impossible" in str(table)
    assert [column.id for column in table.possible] == ["liver", "neither"]
    assert not table.set_aside, "the columns do not say the receptors, and cannot say a man's menopause"


def test_a_fact_out_of_a_list_is_set_aside_as_well() -> None:
    table = matrix(Patient(sites=["liver", "bone"], menopause="pre"), with_other_subtypes())
    assert [fact.fact for fact in table.set_aside] == ["menopause", "sites.liver"]
    assert table["therapy"].statuses == {
        "before": "candidate",
        "liver": "candidate",
        "neither": "not_described",
    }


def test_a_rulebook_without_subtypes_has_a_map_without_columns() -> None:
    table = matrix(Patient(er="+"), one_class([], subtypes=[]))
    assert (table.columns, table.set_aside) == ((), ())
    assert table["therapy"].statuses == {}


def test_one_reason_serves_a_subtype_where_it_can() -> None:
    cell: MatrixCell = matrix(Patient())["immunotherapy"].cells["HR+/HER2+"]
    assert cell.proofs == (("HER2-positive",),)
    assert [reason.facts for reason in cell.because] == [("HER2-positive",)]
