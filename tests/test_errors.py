"""Problems as they are printed: at their place, and with nothing in them that a terminal would obey."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
from pydantic import Field, StringConstraints

from mbc_options import load_case
from mbc_options.errors import CaseError, InputError, Problem, nearest_word
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


class Question(Strict):
    kind: Literal["why", "why_not"] = "why"
    sides: tuple[Annotated[int, Field(ge=1)], ...] = ()
    id: Annotated[str, StringConstraints(pattern="^[a-z]+$")] = "a"


class Questions(Strict):
    asked: tuple[Question, ...] = ()
    by_name: dict[str, Question | None] = Field({})
    title: str = ""


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("title: [\n", "yaml-syntax", ""),
        ("title: a\ntitle: b\n", "duplicate-key", "'title' is given twice; first at 1:1"),
        ("title: &a b\n", "anchor", ""),
        ("titel: a\n", "unknown-key", "unknown key 'titel'; did you mean title?"),
        ("title: [a]\n", "wrong-type", "title: text is expected, not a list"),
        ("asked: a\n", "wrong-type", "asked: a list is expected, not text"),
        ("asked: [{sides: [x]}]\n", "wrong-type", "sides: a whole number is expected, not 'x'"),
        ("asked: [{sides: ['0']}]\n", "wrong-value", "sides cannot be '0'; it is at least 1"),
        ("asked: [{id: A1}]\n", "wrong-value", "id cannot be 'A1'; it should match the pattern '^[a-z]+$'"),
        (
            "asked: [{kind: why_nto}]\n",
            "wrong-value",
            "kind cannot be 'why_nto'; it is 'why' or 'why_not'; did you mean why_not?",
        ),
        ("by_name: {a: {kind: how}}\n", "wrong-value", "kind cannot be 'how'; it is 'why' or 'why_not'"),
        ("by_name: {a: {kind: }}\n", "wrong-value", "kind is empty"),
    ],
)
def test_a_problem_has_a_code_and_words_of_our_own(text: str, code: str, message: str) -> None:
    problem = problem_of(text)
    assert problem.code == code
    assert message in {"", problem.message}
    assert problem.severity == "error"
    assert pickle.loads(pickle.dumps(CaseError([problem]))).problems == (problem,)  # noqa: S301 - our own


def problem_of(text: str) -> Problem:
    """The only problem of a file with questions."""
    try:
        model, (problem,) = check(Questions, yaml_positions.parse(text, "f"))
    except InputError as error:
        (problem,) = error.problems
    else:
        assert model is None
    return problem


def test_a_code_goes_into_no_text() -> None:
    assert str(Problem("a", "f", 1, 2, (), "wrong-type", "warning")) == "f:1:2: a"


def test_a_key_that_may_mean_several_hides_that_these_are_missing() -> None:
    model, problems = check(Nodes, yaml_positions.parse("nodes: x\n", "f"))
    assert model is None
    assert sorted(map(str, problems)) == [
        "f:1:1: bones is missing",
        "f:1:1: unknown key 'nodes'; did you mean far_nodes or near_nodes?",
    ]
