"""What the README shows is run, so that it cannot go out of date."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mbc_options import Patient
from mbc_options.marked import parse
from mbc_options.rulebook.models import Rule

if TYPE_CHECKING:
    from conftest import Run

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")


def block(language: str, containing: str) -> str:
    found = [text for text in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if containing in text]
    assert len(found) == 1
    return str(found[0])


def shown_commands() -> list[str]:
    section = README.split("## On the command line")[1].split("\n## ")[0]
    return re.findall(r"^    (mbc-options .*)$", section, re.MULTILINE)


@pytest.mark.parametrize("command", shown_commands())
def test_the_commands_work(command: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(TOP / "tests")
    (tmp_path / "patient.yaml").write_text(block("yaml", "After letrozole"), encoding="utf-8")
    documents = "../documents" in command
    (tmp_path.parent / "documents").mkdir(exist_ok=True)
    done = run(*shlex.split(command)[1:])
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if documents else 0), done.stderr


def test_there_are_exactly_two_one_line_commands_to_start_with() -> None:
    section = README.split("## Quick start")[1].split("\n## ")[0]
    commands = re.findall(r"^    (.*)$", section, re.MULTILINE)
    assert len(commands) == 2
    assert (TOP / commands[0].split()[-1]).exists()


def test_the_python_lines_say_what_they_give() -> None:
    names: dict[str, Any] = {}
    for line in block("python", "explore(patient)").splitlines():
        code, _, comment = line.partition("#")
        if code.strip().startswith("load_rulebook"):
            code = f"load_rulebook({str(TOP / 'rules')!r})" if (TOP / "rules").is_dir() else "load_rulebook()"
        if shown := re.match(r"\s*('[^']*'|\([^)]*\))", comment):
            assert repr(eval(code, names)) == shown[1]  # noqa: S307 - the README's own code
        else:
            exec(code, names)  # noqa: S102 - the README's own code


def test_the_patient_file_is_one() -> None:
    patient = Patient.model_validate(parse(block("yaml", "After letrozole"), "README.md").data)
    assert (patient.er, patient.her2, patient.menopause) == ("positive", "negative", "postmenopausal")


def test_the_rule_is_one() -> None:
    (rule,) = yaml.load(block("yaml", "postmenopausal-hormone"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    assert Rule.model_validate(rule).claims == ("S001-57",)


def test_the_worked_example_is_true() -> None:
    """The table under "How the verdicts are exact"."""
    from mbc_options.logic import Region, Space, Theory, intersect

    space = Space({"er": ["positive", "negative"], "her2": ["positive", "negative"]})
    theory = Theory(space, ())
    positive, negative = space.cube({"er": ["positive"]}), space.cube({"er": ["negative"]})
    her2_negative = space.cube({"her2": ["negative"]})
    function = theory.compile([positive, *intersect(space, [negative], [her2_negative])])
    assert set(function.holds) == {positive, her2_negative}
    assert not function.entailed_by(space.universe)
    assert function.possible_under(space.universe)
    assert function.entailed_by(her2_negative)
    open_ = Region(theory, function.holds, function.named).conditions(space.cube({"her2": ["positive"]}))
    assert open_ == (positive,)
