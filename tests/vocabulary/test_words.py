"""Whatever a vocabulary lists as a way to write something means just that when it is read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options.package_data import rules_dir
from mbc_options.patient.description import of
from mbc_options.source import yaml_positions
from mbc_options.vocabulary.load import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbc_options.vocabulary.vocabulary import Vocabulary

TEXT = '{id: title, kind: text, help: "A title.", about: "A title."}'


def vocabulary_of(directory: Path, facts: str) -> Vocabulary:
    (directory / "facts.yaml").write_text(f"fields:\n  - {TEXT}\n{facts}", encoding="utf-8")
    return read_vocabulary(directory)


@pytest.fixture(scope="module")
def bundled() -> Vocabulary:
    return read_vocabulary(rules_dir())


def test_every_word_of_a_choice_is_read_as_its_value(bundled: Vocabulary) -> None:
    for id_ in bundled.choices:
        for value in bundled.fields[id_].values:  # type: ignore[union-attr]
            for word in (value.id, value.id.upper(), *value.also):
                assert bundled.space.values(of(bundled, {id_: word}).knowledge, id_) == (value.id,), word


def test_every_word_of_a_name_is_read_as_its_name(bundled: Vocabulary) -> None:
    for id_ in bundled.names:
        for name in bundled.fields[id_].names:  # type: ignore[union-attr]
            for word in (name.id, *name.also) if name.id != "other" else ():
                fact = f"{id_}.{name.id}"
                assert bundled.space.values(of(bundled, {id_: {word: "yes"}}).knowledge, fact) == ("yes",), word


@pytest.mark.parametrize("word", ["T2-mapping", "t2 Mapping", "T2_MAPPING", "Relaxometry"])
def test_a_name_may_have_capitals_and_hyphens(tmp_path: Path, word: str) -> None:
    facts = """
  - id: scans
    kind: names
    names:
      - {id: T2-mapping, label: a scan, question: A scan?, yes: a scan, no: no scan, also: [relaxometry]}
"""
    vocabulary = vocabulary_of(tmp_path, facts)
    assert of(vocabulary, {"scans": [word]}).known() == {"scans.T2-mapping": ("yes",)}


@pytest.mark.parametrize(
    ("word", "value"), [("\u2212", "none_left"), ("none  LEFT", "none_left"), ("left over", "some")]
)
def test_signs_and_spaces_of_a_value_are_read_as_a_person_writes_them(tmp_path: Path, word: str, value: str) -> None:
    facts = """
  - id: left
    kind: choice
    help: What is left.
    label: what is left
    question: What is left?
    prefixes: [left]
    values:
      - {id: none_left, text: nothing is left, also: ["\u2013"]}
      - {id: some, text: some is left, also: [left over]}
"""
    vocabulary = vocabulary_of(tmp_path, facts)
    assert of(vocabulary, {"left": word}).known() == {"left": (value,)}


def test_a_percentage_needs_no_low_group(tmp_path: Path) -> None:
    facts = """
  - id: share
    kind: choice
    help: A share.
    label: share
    question: Which share?
    values: [{id: small, text: a small share}, {id: large, text: a large share}]
    notations:
      percent: {of: days, positive: large, negative: small, positive_from: 50}
"""
    vocabulary = vocabulary_of(tmp_path, facts)
    for written, value in (("50%", "large"), ("49,9 %", "small"), ("> 50%", "large")):
        read = of(vocabulary, {"share": written})
        assert (read.known(), read.notices) == ({"share": (value,)}, ())


def test_facts_of_ones_own_know_no_drug_of_ours(tmp_path: Path) -> None:
    assert vocabulary_of(tmp_path, "").agents.find("tamoxifen") is None


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """Return `facts.yaml` and the classes of `agents.yaml` as they stand."""
    found = {name: yaml_positions.read(rules_dir() / f"{name}.yaml").data for name in ("facts", "agents")}
    return {**found["facts"], "classes": found["agents"]["classes"]}


def entries(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for key, value in part.items():
            yield from entries(value) if key != "plain" else ()
    elif isinstance(part, list):
        for item in part:
            yield from entries(item)


def test_a_question_asks_for_a_fact_and_not_for_an_action(written: dict[str, Any]) -> None:
    both = (words for entry in entries(written) for words in (entry, entry.get("plain", {})))
    asked = [words["question"] for words in both if "question" in words]
    assert len(asked) > 100
    asks = re.compile(r"(Is|Are|Has|Have|Do|Does|Did|Was|Were|What) .*\?")
    assert [question for question in asked if not asks.fullmatch(question)] == []


def test_plain_words_differ_from_those_that_they_stand_beside(written: dict[str, Any]) -> None:
    """Where one wording serves both registers, it stands once."""
    same = [
        (entry["id"], key)
        for entry in entries(written)
        for key, words in entry.get("plain", {}).items()
        if words == entry[key]
    ]
    assert same == []


def test_words_of_an_outcome_name_the_treatment_in_both_registers(written: dict[str, Any]) -> None:
    (treatments,) = (field for field in written["fields"] if field["kind"] == "treatments")
    for outcome in treatments["outcomes"]:
        for words in (outcome, outcome.get("plain", {})):
            said = {key: words[key] for key in ("label", "question", "yes", "no") if key in words}
            assert [key for key, text in said.items() if "{class}" not in text] == [], outcome["id"]


def test_the_words_of_facts_are_the_terms_of_the_field(bundled: Vocabulary) -> None:
    """Those for patients stand beside them."""
    said = {text for words in bundled.facts.values() for text in words.values.values()}
    assert {
        *("progressed on hormone (endocrine) therapy", "no progression on hormone (endocrine) therapy"),
        *("stable disease on combination chemotherapy", "no prior treatment of metastatic disease"),
        *("spinal cord compression", "hypercalcemia", "bone fracture", "no prior removal of the ovaries"),
    } <= said
    assert bundled.facts["findings.liver_blockage"].question == "Is there liver (biliary) obstruction?"
    assert bundled.facts["situation.salvage"].question == "Is this treatment after others have failed (salvage)?"


EXTENSION = """
extends: bundled
fields:
  - id: er
    kind: choice
    also: [hormone receptor A]
    help: Estrogen receptor.
    label: estrogen receptor (ER)
    question: What is the ER status?
    values: VALUES
    notations:
      scores:
        - {name: Remmele, also: [IRS], to: 12, positive_from: 2, negative_to: 1, positive: positive, negative: negative}
  - id: sites
    kind: names
    also: [where]
    beside: [deposits]
    free_text: {name: other, one: a site, example: choroid, also: [tongue]}
    names: []
not_asked:
  - {id: height, also: [tall], notice: The height was given; no document asks for it.}
"""


def test_words_are_added_to_ours(tmp_path: Path, written: dict[str, Any]) -> None:
    (er,) = (field for field in written["fields"] if field["id"] == "er")
    (tmp_path / "facts.yaml").write_text(EXTENSION.replace("VALUES", json.dumps(er["values"])), encoding="utf-8")
    (tmp_path / "agents.yaml").write_text("extends: bundled\nbeside: [chewable]\n", encoding="utf-8")
    vocabulary = read_vocabulary(tmp_path)
    said = {"Hormone receptor A": "IRS 6", "where": ["bony deposits", "tongue"], "tall": 170}
    read = of(vocabulary, {**said, "prior": ["chewable letrozole tablets"]})
    assert read.said()["er"] == "Remmele 6"
    assert read.fields["sites"] == ("bone", "other:tongue")
    assert read.fields["prior"][0].named.therapy == "letrozole"
    assert read.notices == ("The height was given; no document asks for it.",)
    ours = {"er": "Allred 6", "sites": ["osseous lesions", "pleura"], "Ki-67": "9%", "prior": ["letrozole tablets"]}
    assert of(vocabulary, ours).knowledge == read.knowledge
