"""Expectations of a rulebook: how their files are read, what is missing, and how they are collected by pytest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from mbc_options import load_rulebook
from mbc_options.errors import RulebookError
from mbc_options.rendering.terminal import TerminalTemplate
from mbc_options.tools.testing.expectations import read_expectations
from mbc_options.tools.testing.judge import differences
from mbc_options.tools.testing.missing import missing

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options import CompiledRulebook
    from mbc_options.tools.testing.expectations import Placed


def read(tmp_path: Path, text: str, rulebook: CompiledRulebook | None = None) -> tuple[Placed, ...]:
    (tmp_path / "some.yaml").write_text(text, encoding="utf-8")
    return read_expectations(tmp_path, rulebook or load_rulebook())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("expct: {surgery: candidate}", "5:5: unknown key 'expct'; did you mean expect?"),
        ("fires: [surgery-lungs]", "5:13: unknown rule 'surgery-lungs'; did you mean surgery-lung?"),
        ("expect: {surgry: candidate}", "5:14: unknown class or member 'surgry'; did you mean surgery?"),
        ("no_cautions: [surgery-rarely]", "unknown caution 'surgery-rarely'; did you mean surgery-rarely-used?"),
        ("not_cited: [S009-01]", "5:17: unknown claim 'S009-01'"),
        ("expect: {surgery: candidat}", "cannot be 'candidat'; it is 'candidate'"),
    ],
)
def test_a_mistake_in_an_expectation_is_told_at_its_place(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read(tmp_path, f"cases:\n  - id: a\n    why: To see it.\n    patient: {{}}\n    {line}\n")
    assert problem in str(caught.value)


def test_a_wrong_form_hides_no_unknown_name_of_another_expectation(tmp_path: Path) -> None:
    wrong = "  - {id: a, wy: To see it., patient: {}}\n"
    unknown = "  - {id: b, why: To see it., patient: {}, fires: [surgery-lungs]}\n"
    with pytest.raises(RulebookError) as caught:
        read(tmp_path, f"cases:\n{wrong}{unknown}")
    assert [problem.line for problem in caught.value.problems] == [2, 3]
    assert "unknown rule 'surgery-lungs'" in str(caught.value)


def test_two_expectations_of_a_file_do_not_share_an_id(tmp_path: Path) -> None:
    one = "  - {id: a, why: To see it., patient: {}}\n"
    with pytest.raises(RulebookError, match=r"some\.yaml:3:10: the expectation 'a' is there already, in line 2"):
        read(tmp_path, f"cases:\n{one}{one}")


def test_a_difference_tells_what_was_expected_what_was_found_and_why(tmp_path: Path) -> None:
    patient = "{er: negative, pr: negative, her2: positive}"
    expected = "expect: {cdk46_inhibitor: candidate}\n    cautions: [surgery-progressed]"
    (placed,) = read(tmp_path, f"cases:\n  - id: a\n    why: To see it.\n    patient: {patient}\n    {expected}\n")
    found = list(differences(placed.expectation, load_rulebook()))
    assert [one[:3] for one in found] == [
        ("cdk46_inhibitor", "candidate", "not_described"),
        ("the caution surgery-progressed", "shown", "not shown"),
    ]
    assert found[0].reason == "ER-negative, PR-negative"
    assert found[1].reason == "it depends on prior.surgery.progressed"


def test_what_cannot_be_described_is_a_difference(tmp_path: Path) -> None:
    (placed,) = read(tmp_path, "cases:\n  - {id: a, why: To see it., patient: {sex: male, menopause: pre}}\n")
    (found,) = differences(placed.expectation, load_rulebook())
    assert found.subject == "patient"
    assert "men" in found.found


def pasted(rulebook: CompiledRulebook) -> str:
    """What the command offers for a rulebook without any expectations."""
    return TerminalTemplate("rules/test.txt.j2").render("pasted", list(missing(rulebook, ())))


def test_what_is_offered_for_what_is_missing_is_met_when_it_is_pasted_and_leaves_nothing_missing(
    tmp_path: Path,
) -> None:
    rulebook = load_rulebook()
    offered = pasted(rulebook)
    expectations = read(tmp_path, offered)
    assert len(expectations) == len(yaml.safe_load(offered)["cases"]) > 600
    assert list(missing(rulebook, expectations)) == []
    for placed in expectations[::7]:
        assert list(differences(placed.expectation, rulebook)) == [], placed.name


def own_rulebook(folder: Path) -> Path:
    from mbc_options.rendering.terminal import new_rulebook

    for name, text in new_rulebook("hiccups").items():
        if name.startswith("tests/"):
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_pytest_collects_the_same_files(tmp_path: Path) -> None:
    """In a process of its own, as a project would have it; without the line in conftest.py nothing is collected."""
    rules = own_rulebook(tmp_path / "project" / "my-rules")
    (rules / "tests").mkdir()
    said = (
        "cases:\n"
        "  - {id: drops, why: They last., patient: {duration: long, age: adult}, expect: {drops: candidate}}\n"
        "  - {id: child, why: Not for children., patient: {age: child}, expect: {drops: candidate}}\n"
    )
    (rules / "tests" / "drops.yaml").write_text(said, encoding="utf-8")
    (tmp_path / "project" / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    shutil.copytree(tmp_path / "project", tmp_path / "without")
    (tmp_path / "project" / "conftest.py").write_text('pytest_plugins = ["mbc_options.pytest_plugin"]\n')

    def run(folder: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        return subprocess.run(command, cwd=tmp_path / folder, capture_output=True, text=True, check=False)

    done = run("project")
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "drops: expected candidate, found not_described" in done.stdout
    assert "drops.yaml:3: child" in done.stdout or "drops.yaml:3:\n" in done.stdout
    assert "no tests ran" in run("without").stdout
