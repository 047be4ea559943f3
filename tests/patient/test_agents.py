"""The names in `rules/agents.yaml`, read here with nothing of ours: each means the one thing that it names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mbc_options import Patient, RulebookError
from mbc_options.package_data import rules_dir
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.load import read_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

FILE = rules_dir() / "agents.yaml"
DATA: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CLASSES = {entry["id"]: entry for entry in DATA["classes"]}
AGENTS = {entry["id"]: entry for entry in DATA["agents"]}
REGIMENS = {entry["id"]: entry for entry in DATA["regimens"]}
MEMBERS = {f"{c['id']}.{m['id']}": m for c in DATA["classes"] for m in c.get("members", ())}


def names_of(entry: dict[str, Any]) -> list[str]:
    return [entry["id"], entry["label"], *entry.get("brands", ()), *entry.get("also", ())]


def folded(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def means(name: str) -> str:
    found = bundled_vocabulary().agents.find(name)
    assert found is not None, name
    return found.id


@pytest.mark.parametrize("id_", [*CLASSES, *AGENTS, *REGIMENS])
def test_every_name_of_an_entry_means_that_entry(id_: str) -> None:
    entry = CLASSES.get(id_) or AGENTS.get(id_) or REGIMENS[id_]
    for name in names_of(entry):
        assert means(name) == id_
        assert means(name.upper()) == id_
        assert means(f"  {name.replace('-', ' ').replace(' ', '')} ") == id_


@pytest.mark.parametrize("id_", MEMBERS)
def test_every_name_of_a_member_means_the_member(id_: str) -> None:
    for name in (id_, *MEMBERS[id_].get("also", ())):
        assert means(name) == id_


@pytest.mark.parametrize("id_", MEMBERS)
def test_the_bare_name_of_a_member_means_the_member_or_the_drug_that_it_consists_of(id_: str) -> None:
    class_, bare = id_.split(".")
    if bare in AGENTS:
        assert means(bare) == bare
        assert (AGENTS[bare]["class"], AGENTS[bare]["member"]) == (class_, bare)
    else:
        assert means(bare) == id_


def test_no_name_means_two_things_but_for_members_that_are_a_drug() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for id_, entry in {**CLASSES, **AGENTS, **REGIMENS}.items():
        for name in names_of(entry):
            owners[folded(name)].add(id_)
    for id_, member in MEMBERS.items():
        for name in (id_, id_.split(".")[1], *member.get("also", ())):
            owners[folded(name)].add(id_)
    assert "" not in owners
    for name, ids in owners.items():
        if len(ids) > 1:
            drug = min(ids, key=len)
            assert ids == {drug, f"{AGENTS[drug]['class']}.{AGENTS[drug]['member']}"}, name


@pytest.mark.parametrize("id_", AGENTS)
def test_a_drug_counts_for_its_class_and_for_nothing_else(id_: str) -> None:
    entry = AGENTS[id_]
    known = Patient(prior={entry["label"] if "+" not in entry["label"] else id_: "stable"}).known()
    given = {fact.split(".")[1] for fact in known if fact.startswith("prior.")}
    assert given == ({entry["class"]} if entry["class"] != "none" else set())


@pytest.mark.parametrize("id_", REGIMENS)
def test_a_regimen_counts_for_the_classes_of_its_parts(id_: str) -> None:
    parts = [AGENTS[part] for part in REGIMENS[id_]["agents"]]
    expected = {f"prior.{part['class']}.{fact}" for part in parts for fact in ("given", "stable")}
    if sum(part["class"] == "chemotherapy" for part in parts) > 1:
        expected |= {"prior.chemotherapy.combination.given", "prior.chemotherapy.combination.stable"}
    known = Patient(prior={REGIMENS[id_]["label"]: "stable"}).known()
    assert set(known) - {"metastatic"} == {fact for fact in expected if not fact.startswith("prior.none.")}


def test_classes_that_a_description_may_name_are_the_options_of_the_rulebook() -> None:
    options = {path.stem for path in (rules_dir() / "therapies").glob("*.yaml")}
    assert set(CLASSES) == options


# Reading the file


def changed(tmp_path: Path, old: str, new: str) -> list[str]:
    text = FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1, "the test must change one place"
    path = tmp_path / "agents.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        read_vocabulary(tmp_path)
    return [problem.message for problem in caught.value.problems]


def test_the_file_itself_has_no_problem() -> None:
    assert list(read_vocabulary(rules_dir()).agents.agents) == list(AGENTS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("brands: [Femara]", "brands: [Femara, Arimidex]", "'Arimidex' belongs to anastrozole and to letrozole"),
        ("brands: [Femara]", "brands: [fem-ara, chemo]", "belongs to chemotherapy and to letrozole"),
        ("also: [CEF, FEC100]", "also: [CEF, Taxol]", "'Taxol' belongs to paclitaxel and to fec"),
        (
            "also: [nursing care]",
            "also: [nursing care, nutritional support]",
            "belongs to supportive_care.nutrition and to supportive_care.nursing",
        ),
        (
            "  - id: regional\n",
            "  - id: nutrition\n",
            "belongs to chemotherapy.nutrition and to supportive_care.nutrition",
        ),
        (
            "id: ovarian_removal\n",
            "id: letrozole\n",
            "belongs to letrozole and to hormone_therapy.letrozole",
        ),
        ("agents: [trastuzumab, pertuzumab]", "agents: [trastuzumab, pertuzumib]", "unknown agent 'pertuzumib'"),
        (
            "class: cdk46_inhibitor\n    kind: CDK4/6 inhibitor\n    brands: [Ibrance]",
            "class: cdk4\n    kind: x",
            "unknown class 'cdk4'",
        ),
        ("member: pertuzumab", "member: pertuzumib", "anti_her2 has no member 'pertuzumib'"),
        ("brands: [Femara]", "brand: [Femara]", "unknown key 'brand'; did you mean brands?"),
    ],
)
def test_a_name_that_means_two_things_or_nothing_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(message in found for found in changed(tmp_path, old, new))
