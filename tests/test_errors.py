"""Problems as they are printed: at their place, and with nothing in them that a terminal would obey."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_case
from mbc_options.errors import CaseError, Problem, nearest_word
from mbc_options.source import yaml_positions
from mbc_options.source.validation import Strict, check

if TYPE_CHECKING:
    from conftest import Run

EVIL = "x\x1b[31m\x07EVIL\x9b.yaml"


@pytest.mark.parametrize(
    ("problem", "printed"),
    [
        (Problem("is missing", EVIL), "x [31m EVIL .yaml: is missing"),
        (Problem("not YAML", EVIL, 2, 3), "x [31m EVIL .yaml:2:3: not YAML"),
        (Problem(f"did you mean {EVIL}?"), "did you mean x [31m EVIL .yaml?"),
        (Problem("line\x85one\nline\rtwo", "a\nb", 1, 1), "a b:1:1: line one\nline two"),
        (Problem("no text", "half\udc80.yaml"), "half .yaml: no text"),
    ],
)
def test_what_a_terminal_would_obey_is_printed_as_a_space(problem: Problem, printed: str) -> None:
    assert str(problem) == printed
    assert str(CaseError([problem])) == printed
    assert CaseError([problem]).problems == (problem,), "as data, it stays what it is"


def test_a_file_that_cannot_be_used_does_not_steer_the_terminal_by_its_name(tmp_path: Path, run: Run) -> None:
    (tmp_path / EVIL).write_text("title: [", encoding="utf-8")
    done = run("case", "check", EVIL)
    assert done.returncode == 1
    assert done.stderr.startswith("x [31m EVIL .yaml:")
    assert all(sign == "\n" or sign.isprintable() for sign in done.stderr)
    with pytest.raises(CaseError) as raised:
        load_case(tmp_path / EVIL)
    assert Path(raised.value.problems[0].file) == tmp_path / EVIL


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("menopausal", ["premenopausal", "postmenopausal", "unknown"], "premenopausal or postmenopausal"),
        ("Nodes", ["near_nodes", "far_nodes", "Other nodes"], "far_nodes, near_nodes or Other nodes"),
        ("menopausal", ["premenopausal", "pre-menopausal"], "premenopausal"),
        ("letrozol", ["letrozole with ribociclib", "letrozole"], "letrozole"),
        ("nodes", ["nodes_1", "the_nodes", "her_nodes", "his_nodes", "its_nodes"], "nodes_1"),
        ("bone", ["bone_pain", "bones_lost"], "bone_pain"),
        ("lver", ["bone", "liver"], "liver"),
        ("zzzzz", ["bone", "liver"], None),
        ("", ["bone"], None),
        ("liver", [], None),
    ],
)
def test_a_word_that_a_few_known_ones_hold_whole_may_mean_any_of_them(
    word: str, known: list[str], near: str | None
) -> None:
    assert nearest_word(word, known) == near


class Nodes(Strict):
    near_nodes: str
    far_nodes: str
    bones: str


def test_a_key_that_may_mean_several_hides_that_these_are_missing() -> None:
    model, problems = check(Nodes, yaml_positions.parse("nodes: x\n", "f"))
    assert model is None
    assert sorted(map(str, problems)) == [
        "f:1:1: bones is missing",
        "f:1:1: unknown key 'nodes'; did you mean far_nodes or near_nodes?",
    ]
