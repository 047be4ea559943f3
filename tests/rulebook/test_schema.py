"""The JSON Schema that editors use while one writes a rulebook."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mbc_options.package_data import rules_dir
from mbc_options.rulebook.schema import FILES, rulebook_schema
from mbc_options.source import yaml_positions
from mbc_options.vocabulary.bundled import bundled_vocabulary

POSITIVE = Path(__file__).parent / "rulebooks" / "positive"


@cache
def validator() -> Draft202012Validator:
    schema = rulebook_schema(bundled_vocabulary())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def files() -> list[Path]:
    """The files of rulebooks; teaching cases and mappings of tables have schemas of their own."""
    own = [file for file in rules_dir().rglob("*.yaml") if file.parent.name not in {"cases", "mappings"}]
    return sorted([*own, *POSITIVE.rglob("*.yaml")])


def name(file: Path) -> str:
    base = rules_dir() if file.is_relative_to(rules_dir()) else POSITIVE
    return str(file.relative_to(base))


@pytest.mark.parametrize("file", files(), ids=name)
def test_every_file_is_accepted(file: Path) -> None:
    assert [error.message for error in validator().iter_errors(yaml_positions.read(file).data)] == []


@pytest.mark.parametrize("pattern", FILES)
def test_an_unknown_key_is_refused_in_every_kind_of_file(pattern: str) -> None:
    data: Any = yaml_positions.read(min(rules_dir().glob(pattern))).data
    data["extra"] = "x"
    assert not validator().is_valid(data)


def _surgery() -> Any:
    return deepcopy(yaml_positions.read(rules_dir() / "therapies" / "surgery.yaml").data)


@pytest.mark.parametrize("part", ["rules", "cautions"])
@pytest.mark.parametrize("said", ["states", "implies", "limits", "contradicts"])
def test_a_claim_may_support_an_entry_in_four_ways(part: str, said: str) -> None:
    data = _surgery()
    data[part][0]["supports"] = {"S003-81": said}
    assert validator().is_valid(data)


@pytest.mark.parametrize("supports", [{"S003-81": "limit"}, {"S003-81": None}, ["limits"], "limits"])
def test_no_other_support_is_accepted(supports: Any) -> None:
    data = _surgery()
    data["rules"][0]["supports"] = supports
    assert not validator().is_valid(data)


@pytest.mark.parametrize(
    "when",
    [
        {"er": "positive", "pr": "positive"},
        {},
        {"all": []},
        {"all": "always"},
        {"err": "positive"},
        {"er": "postive"},
        {"er": ["positive", "positive"]},
        {"not": {"any": [{"findings.pain": "maybe"}]}},
        ["always"],
    ],
)
def test_a_condition_is_checked_to_its_leaves(when: Any) -> None:
    therapy = _surgery()
    assert validator().is_valid(therapy)
    therapy["rules"][0]["when"] = when
    assert not validator().is_valid(therapy)


@pytest.mark.parametrize(
    "when",
    [
        "always",
        "painful",
        {"er": ["positive"]},
        {
            "not": {
                "all": ["painful", {"any": [{"sites.bone": "yes"}, {"menopause": ["premenopausal", "not_applicable"]}]}]
            }
        },
    ],
)
def test_every_form_of_a_condition_is_accepted(when: Any) -> None:
    therapy = _surgery()
    therapy["rules"][0]["when"] = when
    assert validator().is_valid(therapy)


def test_an_unknown_key_inside_a_rule_a_wrong_status_and_a_missing_key_are_refused() -> None:
    for change in ({"becuase": "x"}, {"status": "candidat"}, {"because": None}):
        therapy = _surgery()
        therapy["rules"][0].update(change)
        if change == {"because": None}:
            del therapy["rules"][0]["because"]
        assert not validator().is_valid(therapy), change


def test_a_number_may_be_written_as_a_number() -> None:
    """Rulebooks are read as text; an editor reads the same file as YAML does."""
    therapy = _surgery()
    assert therapy["order"] == "10"
    therapy["order"] = 10
    assert validator().is_valid(therapy)
    therapy["order"] = "tenth"
    assert not validator().is_valid(therapy)
