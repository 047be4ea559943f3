"""`rules handbook` and `rules card`: a rulebook as a document, and on one page what it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

GOLDEN = Path(__file__).parent / "golden"
HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"


@pytest.fixture
def mine(run: Run, tmp_path: Path) -> Path:
    """A new rulebook, which brings its expectations."""
    assert run("rules", "new", "mine").returncode == 0
    return tmp_path / "mine"


@pytest.mark.parametrize("command", ["handbook", "card"])
def test_of_a_new_rulebook_as_a_person_has_read_it(
    command: str,
    mine: Path,  # noqa: ARG001 - it is there
    run: Run,
    pytestconfig: pytest.Config,
) -> None:
    done = run("rules", command, "mine")
    assert (done.returncode, done.stderr) == (0, "")
    text = re.sub(r"[0-9a-f]{64}", "(the digest)", done.stdout)
    path = GOLDEN / f"rules-{command}-new.md"
    if pytestconfig.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} is not what was read"


def test_it_is_the_same_each_time(run: Run) -> None:
    args = ("rules", "handbook", str(HAY_FEVER), "--format", "html")
    one, other = (run(*args, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2"))
    assert one == other
    assert one.startswith("<!doctype html>")
    assert "<script" not in one


def test_the_ending_says_the_format_and_json_has_everything(run: Run, tmp_path: Path) -> None:
    assert run("rules", "handbook", str(HAY_FEVER), "-o", "book.json").returncode == 0
    said = json.loads((tmp_path / "book.json").read_text(encoding="utf-8"))
    assert next(option["id"] for option in said["options"]) == "antihistamine"
    assert said["claims"]["L1-04"]["uses"]
    assert run("rules", "card", str(HAY_FEVER), "-o", "card.json").returncode == 0
    said = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert said["tested"]["expectations"] is None
    assert said["tested"]["cases"] == 2
    assert said["funding"] == {"L1": "not stated", "L2": "not stated"}


def test_there_is_no_plain_text_of_it(run: Run) -> None:
    done = run("rules", "handbook", "-o", "book.txt")
    assert done.returncode == 2
    assert ".md" in done.stderr


def test_expectations_may_stand_elsewhere_and_a_date_is_printed_where_it_is_given(mine: Path, run: Run) -> None:
    (mine / "tests").rename(mine.parent / "elsewhere")
    assert "No expectations were at hand" in run("rules", "card", "mine").stdout
    done = run("rules", "card", "mine", "--cases", "elsewhere", "--date", "2026-01-01")
    assert done.returncode == 0
    assert "Date of this card: 2026-01-01" in done.stdout
    assert "9 of 9" in done.stdout


def test_a_rulebook_on_top_of_ours(run: Run, tmp_path: Path) -> None:
    """One that takes our facts and drugs, and whose class has a name that means harm."""
    write = {
        "facts.yaml": "extends: bundled\n",
        "agents.yaml": "extends: bundled\n",
        "rulebook.yaml": 'name: mine\nversion: "1"\ntitle: "<b>Mine</b>"\ndescription: Of a test.\n'
        "scope: {when: always, text: All., outside: None., open: Open.}\n",
        "sources.yaml": "sources: []\n",
        "therapies/surgery.yaml": "id: surgery\norder: 1\nlabel: '<img src=x onerror=alert(1)>'\ngloss: Cutting\n"
        "summary: Cutting.\nrules:\n  - {id: it, when: {er: positive}, status: candidate, because: So it is., "
        "claims: [], basis: editorial}\n",
    }
    for name, text in write.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = run("rules", "handbook", "rules", "--format", "html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "<img" not in done.stdout
    assert "ER-positive" in done.stdout


def test_what_is_wrong_with_an_expectation_is_told_at_its_place(mine: Path, run: Run) -> None:
    file = mine / "tests" / "leaflet.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("fires: [vinegar-", "fires: [vinegr-", 1), encoding="utf-8"
    )
    done = run("rules", "handbook", "mine", "-o", "book.html")
    assert done.returncode == 2
    assert done.stderr.startswith("mine/tests/leaflet.yaml:")
    assert "did you mean vinegar-is-mentioned?" in done.stderr
    assert not (mine.parent / "book.html").exists()
