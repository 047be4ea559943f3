"""Notices of ours: each speaks of every passage that it stands beside, and of no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mbc_options.package_data import rules_dir
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from collections.abc import Iterator


def words_beside(claim: str) -> Iterator[str]:
    """Yield what the notices on a claim say, in either register."""
    about: Any = yaml_positions.read(rules_dir() / "rulebook.yaml").data
    for notice in about["notices"]:
        if claim in notice["claims"]:
            yield notice["text"].lower()
            yield from (words.lower() for words in notice.get("plain", {}).values())


@pytest.mark.parametrize(
    ("claim", "its_own", "of_another"),
    [
        ("S000-36", "6 percent", "survival"),
        ("S000-51", "number", "first word"),
        ("S000-58", "triple-negative", "her2"),
        ("S000-59", "her2", "percent"),
        ("S000-61", "brain", "percent"),
        ("S000-66", "breast", "node"),
        ("S000-68", "node", "mammogra"),
        ("S001-48", "strontium", "mitoxantrone"),
        ("S001-61", "percent", "brain"),
        ("S001-67", "pain", "heading"),
        ("S001-77", "mitoxantrone", "strontium"),
        ("S001-83", "methotrexate", "strontium"),
        ("S001-86", "mitomycin", "strontium"),
        ("S001-97", "32 percent", "6 percent"),
        ("S002-63", "t-dm1", "pertuzumab"),
        ("S003-71", "pik3ca", "mtor"),
        ("S003-72", "mtor", "pik3ca"),
    ],
)
def test_a_notice_speaks_of_its_passage_alone(claim: str, its_own: str, of_another: str) -> None:
    beside = list(words_beside(claim))
    assert any(its_own in words for words in beside)
    assert [words for words in beside if of_another in words] == []
