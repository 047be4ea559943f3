"""A rulebook on top of ours: a fact, a finding and a class more, known wherever ours are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mbc_options import DescriptionError, RulebookError, explore, load_case, load_rulebook, statuses
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

    from mbc_options.rulebook.compiled import CompiledRulebook

FILES = {
    "facts.yaml": """
extends: bundled
fields:
  - id: pik3ca
    kind: choice
    help: mutated or wild_type.
    label: PIK3CA
    question: Is PIK3CA mutated?
    values:
      - {id: mutated, text: PIK3CA mutated, also: [mut]}
      - {id: wild_type, text: PIK3CA not mutated, also: [wild type]}
  - id: findings
    kind: names
    names:
      - {id: neuropathy, label: neuropathy, question: Is there neuropathy?, yes: neuropathy, no: no neuropathy}
constraints:
  - sentence: in men PIK3CA is never mutated, for this test
    never:
      - {sex: male, pik3ca: mutated}
fact_order: [pik3ca]
""",
    "agents.yaml": """
extends: bundled
classes:
  - {id: parp_inhibitor, label: PARP inhibitors, also: [PARPi]}
agents:
  - {id: olaparib, label: olaparib, class: parp_inhibitor, kind: PARP inhibitor, brands: [Lynparza]}
""",
    "rulebook.yaml": """
name: mine
version: "1"
title: Two classes on top
description: For a test.
scope:
  when: {metastatic: yes}
  text: t
  outside: o
  open: q
subtypes:
  - {id: mutated, label: PIK3CA-mutated, when: {pik3ca: mutated}}
  - {id: wild, label: PIK3CA not mutated, when: {pik3ca: wild_type}}
""",
    "therapies/pi3k_inhibitor.yaml": """
id: pi3k_inhibitor
order: 1
label: PI3K inhibitors
gloss: p
summary: They block PI3K.
rules:
  - id: mutated-after-parp
    when: {all: [{er: positive}, {pik3ca: mutated}, {prior.parp_inhibitor.progressed: no}]}
    status: candidate
    because: It is mutated.
    claims: []
    basis: editorial
cautions:
  - {id: numb, when: {findings.neuropathy: yes}, text: Mind the nerves., basis: editorial}
""",
    "cases/a-result.yaml": """
title: A result
level: introductory
summary: A result comes in.
goals: [See what it moves.]
stages:
  - id: before
    title: Before
    narrative: Nothing is known of PIK3CA.
    patient: {er: positive, sites: [bone], findings: [neuropathy], prior: []}
    questions: [undetermined, next_test]
  - id: after
    title: After
    narrative: It is mutated.
    change: {set: {pik3ca: mutated}}
    questions:
      - changed
      - {ask: moved_by, option: pi3k_inhibitor}
""",
}
MUTATED = {"er": "+", "pik3ca": "mutated", "findings": ["neuropathy"], "prior": ["Lynparza: stable"]}


def write(directory: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip(), encoding="utf-8")
    return directory


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write(tmp_path / "mine", FILES)


@pytest.fixture
def mine(directory: Path) -> CompiledRulebook:
    return load_rulebook(directory)


def test_all_that_is_ours_is_there_and_in_its_order(mine: CompiledRulebook) -> None:
    ours = bundled_vocabulary()
    facts = [fact for fact in mine.vocabulary.facts if fact in ours.facts]
    assert facts == list(ours.facts)
    assert set(mine.vocabulary.facts) - set(facts) == {
        *("pik3ca", "findings.neuropathy"),
        *(fact for fact in mine.vocabulary.facts if fact.startswith("prior.parp_inhibitor.")),
    }
    assert mine.vocabulary.agents.find("Femara") == ours.agents.find("Femara")


@pytest.mark.parametrize("name", ["PARPi", "parp inhibitor", "Olaparib", "lynparza"])
def test_a_drug_that_was_of_no_class_is_of_the_own_one(mine: CompiledRulebook, name: str) -> None:
    patient = mine.patient(prior=[f"{name}: progressed"])
    assert patient.known()["prior.parp_inhibitor.progressed"] == ("yes",)
    assert "prior.parp_inhibitor.progressed" not in bundled_vocabulary().facts


def test_a_patient_in_python(mine: CompiledRulebook) -> None:
    patient = mine.patient(**MUTATED)
    assert statuses(patient, mine) == {"pi3k_inhibitor": "candidate"}
    option = explore(patient, mine)["pi3k_inhibitor"]
    assert option.because[0].facts == (
        "ER-positive",
        "no progression on PARP inhibitors",
        "PIK3CA mutated",  # its place in the order is behind all of ours
    )
    assert [caution.text for caution in option.cautions] == ["Mind the nerves."]
    with pytest.raises(DescriptionError, match="contradict each other: in men PIK3CA is never mutated"):
        mine.patient(sex="male", pik3ca="mut")
    with pytest.raises(DescriptionError, match="did you mean neuropathy"):
        mine.patient(findings=["neuropaty"])


def test_a_patient_file_says_the_same(mine: CompiledRulebook, tmp_path: Path) -> None:
    file = tmp_path / "patient.yaml"
    file.write_text(json.dumps(MUTATED), encoding="utf-8")
    assert mine.load_patient(file) == mine.patient(**MUTATED)
    file.write_text("er: +\npik3ca: mutatd\n", encoding="utf-8")
    with pytest.raises(DescriptionError) as caught:
        mine.load_patient(file)
    assert str(caught.value) == (
        f"{file}:2:9: pik3ca cannot be 'mutatd'; it is mutated, wild_type or unknown; did you mean mutated?"
    )


FLAGS = ("--er", "+", "--finding", "neuropathy", "--prior", "Lynparza:stable", "--rules", "mine")


@pytest.mark.parametrize("said", [("--pik3ca", "mut"), ("--fact", "pik3ca=mutated")])
def test_flags_say_the_same(run: Run, mine: CompiledRulebook, said: tuple[str, ...]) -> None:
    report = json.loads(run("report", *FLAGS, *said, "--format", "json").stdout)
    assert report["patient"]["pik3ca"] == "mutated"
    assert report["options"][0]["status"] == "candidate"
    assert report["rulebook"]["sha256"] == mine.sha256


def test_the_schemas_know_it(run: Run, directory: Path) -> None:
    patient = jsonschema.Draft202012Validator(json.loads(run("schema", "patient", "--rules", "mine").stdout))
    assert patient.is_valid(MUTATED)
    assert not patient.is_valid({"pik3ca": "mutatd"})
    assert not patient.is_valid({"findings": ["neuropaty"]})
    rules: Any = json.loads(run("schema", "rulebook", "--rules", "mine").stdout)
    assert "prior.parp_inhibitor.progressed" in json.dumps(rules)
    assert directory.exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("report", *FLAGS), "PIK3CA"),
        (("report", *FLAGS, "--format", "html"), "PIK3CA"),
        (("why", "pi3k_inhibitor", *FLAGS), "PIK3CA mutated and no progression on PARP inhibitors"),
        (("matrix", "--er", "+", "--rules", "mine"), "mutated wild"),
        (("compare", "a.yaml", "b.yaml", "--rules", "mine"), "PIK3CA mutated"),
        (("case", "show", "a-result", "--rules", "mine"), "PIK3CA mutated, not known before"),
        (("case", "export", "a-result", "--solutions", "--rules", "mine"), "PIK3CA"),
        (("case", "export", "a-result", "--format", "moodle", "--rules", "mine"), "PIK3CA"),
        (("rules", "show", "pik3ca", "--rules", "mine"), "rule mutated-after-parp of pi3k_inhibitor"),
        (("report", "--rules", "mine", "--help"), "--pik3ca"),
    ],
)
def test_every_command_knows_it(run: Run, directory: Path, tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    write(tmp_path, {"a.yaml": "er: positive\n", "b.yaml": "er: positive\npik3ca: mutated\n"})
    done = run(*command)
    assert (done.returncode, done.stderr) == (0, "")
    assert said in " ".join(done.stdout.split())
    assert directory.exists()


def test_its_case_is_sound(mine: CompiledRulebook, directory: Path) -> None:
    case = load_case(directory / "cases" / "a-result.yaml", mine)
    assert [stage.assessment["pi3k_inhibitor"].status for stage in case.stages] == ["undetermined", "candidate"]


def test_ours_stays_as_it_is(mine: CompiledRulebook) -> None:
    ours = load_rulebook()
    assert mine.vocabulary != ours.vocabulary
    with pytest.raises(DescriptionError, match="unknown field 'pik3ca'"):
        ours.patient(pik3ca="mutated")


def test_a_mistake_in_what_is_added_is_told_at_its_own_line(directory: Path) -> None:
    file = directory / "therapies" / "pi3k_inhibitor.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("pik3ca: mutated", "pik3ca: mutatd"), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(directory)
    complaint = "8:43: pik3ca cannot be 'mutatd'; it is mutated or wild_type; did you mean mutated?"
    assert str(caught.value) == f"{file}:{complaint}"
