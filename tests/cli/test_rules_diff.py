"""Two rulebooks compared through the real entry point: directories, compiled files and revisions."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from mbc_options import load_rulebook, portable
from mbc_options.cli.main import cli
from mbc_options.package_data import rules_dir
from mbc_options.tools.difference import RulebookDifference

if TYPE_CHECKING:
    from conftest import Run

HERE = Path(__file__).parent
HAY_FEVER = HERE.parent / "rulebooks" / "hay-fever"
GOLDEN = HERE / "golden"
GIT = shutil.which("git") or "git"
SAME = "No patient gets another answer."


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Hay fever with drops for adults alone, no warning of tablets, and another word for sneezing."""
    rules = shutil.copytree(HAY_FEVER, tmp_path / "changed")
    path = rules / "therapies" / "antihistamine.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("when: {signs.itching_eyes: yes}", "when: {all: [{signs.itching_eyes: yes}, {age: adult}]}"),
        ("when: {outdoor_work: yes}", "when: {outdoor_work: no}"),
        ("Tablets help adults who sneeze.", "Tablets help grown-ups who sneeze."),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return rules


@pytest.fixture
def repository(tmp_path: Path, changed: Path) -> Path:
    """A repository with hay fever as it was, tagged `before`, and as it is."""
    folder = tmp_path / "repository"
    shutil.copytree(HAY_FEVER, folder / "rules")

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        subprocess.run([GIT, *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "as it was")
    git("tag", "before")
    shutil.rmtree(folder / "rules")
    shutil.copytree(changed, folder / "rules")
    git("add", ".")
    git("commit", "-m", "as it is")
    return folder


def diff(*arguments: str) -> str:
    """What the command says, run in this process, which is quicker."""
    done = CliRunner().invoke(cli, ["rules", "diff", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def found_by(*arguments: str) -> RulebookDifference:
    return RulebookDifference.model_validate_json(diff(*arguments, "--format", "json"))


def without_names(found: RulebookDifference) -> dict[str, Any]:
    return {key: value for key, value in vars(found).items() if key not in {"old", "new"}}


def test_as_text_and_markdown(changed: Path, run: Run, pytestconfig: pytest.Config) -> None:
    shutil.copytree(HAY_FEVER, changed.parent / "hay-fever")
    for format_, ending in (("text", "txt"), ("markdown", "md")):
        done = run("rules", "diff", "hay-fever", changed.name, "--format", format_)
        assert (done.returncode, done.stderr) == (0, "")
        found = [line for line in done.stdout.splitlines() if "sha256" not in line and "hay-fever 1" not in line]
        path = GOLDEN / f"rules-diff.{ending}"
        if pytestconfig.getoption("--update-golden"):
            path.write_text("\n".join(found) + "\n", encoding="utf-8")
        assert found == path.read_text(encoding="utf-8").splitlines()


def test_as_json_and_as_a_page(changed: Path, tmp_path: Path) -> None:
    found = found_by(str(HAY_FEVER), str(changed))
    assert [option.id for option in found.options] == ["antihistamine", "antihistamine.eye_drops"]
    assert not found.is_same
    assert found.reworded == ("option antihistamine",)
    page = tmp_path / "difference.html"
    assert diff(str(HAY_FEVER), str(changed), "-o", str(page)) == ""
    html = page.read_text(encoding="utf-8")
    assert "<h1>Which patients get another answer</h1>" in html
    assert html.count("for example <code>") == sum(
        len(change.patients) for one in (*found.options, *found.remarks) for change in one.changes
    )


def test_revisions_are_those_of_the_rulebook(repository: Path, changed: Path) -> None:
    rules = ("--rules", str(repository / "rules"))
    expected = without_names(found_by(str(HAY_FEVER), str(changed)))
    for revisions in (
        ["before..HEAD"],
        ["before", "main"],
        ["before"],
        ["before.."],
        [str(HAY_FEVER), "HEAD"],
    ):
        assert without_names(found_by(*revisions, *rules)) == expected
    assert SAME in diff("..HEAD", *rules)


def test_what_git_keeps_is_not_touched(repository: Path) -> None:
    path = repository / "rules" / "rulebook.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# a note\n", encoding="utf-8")
    diff("before", "--rules", str(repository / "rules"))
    status = subprocess.run([GIT, "status", "--porcelain"], cwd=repository, check=True, capture_output=True, text=True)
    assert status.stdout == " M rules/rulebook.yaml\n"


def test_compiled_files_are_compared_by_what_decides(changed: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    for rules, path in ((HAY_FEVER, old), (changed, new)):
        path.write_text(portable(load_rulebook(rules)).as_json(), encoding="utf-8")
    compiled, full = found_by(str(old), str(new)), found_by(str(HAY_FEVER), str(changed))
    assert compiled.old.decides_only
    assert [option.id for option in compiled.options] == [option.id for option in full.options]
    assert [change.share for one in compiled.options for change in one.changes] == pytest.approx(
        [change.share for one in full.options for change in one.changes]
    )


def test_the_same_meaning_is_said_to_be_the_same(tmp_path: Path) -> None:
    rules = shutil.copytree(HAY_FEVER, tmp_path / "same")
    path = rules / "therapies" / "antihistamine.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{signs.itching_eyes: yes}", "{not: {signs.itching_eyes: no}}"), encoding="utf-8")
    assert SAME in diff(str(HAY_FEVER), str(rules))


def test_a_rulebook_and_its_compiled_form_say_the_same(tmp_path: Path) -> None:
    """Though the compiled form leaves out the facts that decide nothing, and what cannot be among them."""
    path = tmp_path / "rulebook.json"
    path.write_text(portable(load_rulebook()).as_json(), encoding="utf-8")
    found = found_by(str(path), str(rules_dir()))
    assert found.old.sha256 == found.new.sha256
    assert found.is_same


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_form_says_that_not_described_is_silence(changed: Path, format_: str) -> None:
    said = diff(str(HAY_FEVER), str(changed), "--format", format_)
    flat = " ".join(said.split())
    assert "is silence" in flat
    assert "never means contraindicated" in flat
    assert "any patient" not in flat
    assert format_ != "html" or ("->" not in said.replace("-->", "") and "-&gt;" not in said)


def test_teaching_cases_tell_where_they_move(changed: Path) -> None:
    found = found_by(str(HAY_FEVER), str(changed))
    assert [(case.case, case.stage, case.option, case.old, case.new) for case in found.cases] == [
        ("small-ann", stage, option, "candidate", "not_described")
        for stage in ("school", "wheezing")
        for option in ("antihistamine", "antihistamine.eye_drops")
    ]


EXPECTED = """\
cases:
  - id: itching-child
    why: The leaflet names no age.
    patient: {age: child, signs: {itching_eyes: yes}}
    expect: {antihistamine: candidate, antihistamine.eye_drops: not_described}
  - id: itching-adult
    why: The leaflet names no age.
    patient: {age: adult, signs: {itching_eyes: yes}}
    expect: {antihistamine: candidate}
"""


def test_expectations_tell_which_come_out_otherwise(changed: Path, tmp_path: Path) -> None:
    """Each in what is another by the two: also where it was not met before, and is now."""
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "eyes.yaml").write_text(EXPECTED, encoding="utf-8")
    found = found_by(str(HAY_FEVER), str(changed), "--cases", str(cases))
    assert [(one.expectation, one.subject, one.old, one.new) for one in found.expectations] == [
        ("eyes::itching-child", "antihistamine.eye_drops", "candidate", ""),
        ("eyes::itching-child", "antihistamine", "", "not_described"),
    ]
    shutil.copytree(cases, changed / "tests")
    assert found_by(str(HAY_FEVER), str(changed)).expectations == found.expectations
    assert found_by(str(HAY_FEVER), str(changed), "--words", "plain").expectations == found.expectations
    assert [(one.old, one.new) for one in found_by(str(changed), str(HAY_FEVER)).expectations] == [
        ("not_described", ""),
        ("", "candidate"),
    ]
    for format_ in ("text", "markdown", "html"):
        said = " ".join(diff(str(HAY_FEVER), str(changed), "--format", format_).split())
        assert "antihistamine, expected candidate: was so, now not described" in said
        assert "The leaflet names no age." in said
    assert found_by(str(changed), str(changed)).expectations == ()


def test_an_expectation_of_which_one_side_cannot_be_asked_is_told(changed: Path) -> None:
    (changed / "tests").mkdir()
    text = "cases:\n  - {id: a, why: To see it., patient: {}, silent: [antihistamine-itch]}\n"
    (changed / "tests" / "names.yaml").write_text(text, encoding="utf-8")
    path = changed / "therapies" / "antihistamine.yaml"
    rules = load_rulebook(HAY_FEVER).option("antihistamine.eye_drops").rules
    old = rules[0].rule.id
    path.write_text(path.read_text(encoding="utf-8").replace(f"id: {old}", "id: antihistamine-itch"), encoding="utf-8")
    (changed / "tests" / "broken.yaml").write_text("cases: 5\n", encoding="utf-8")
    broken, unknown = found_by(str(HAY_FEVER), str(changed)).expectations
    assert broken.expectation == "broken"
    assert broken.problem
    assert (unknown.expectation, unknown.subject) == ("names::a", "")
    assert unknown.problem.startswith("by the old one, unknown rule 'antihistamine-itch'")


def test_errors_name_what_is_missing(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = ("--rules", str(repository / "rules"))

    def refused(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["rules", "diff", *arguments])
        assert done.exit_code == 2
        return done.output

    assert "'nowhere' is no directory, no file and no revision that the repository" in refused("nowhere", *rules)
    assert "with two points between them, before..HEAD, not as before...HEAD" in refused("before...HEAD", *rules)
    assert "say it with --rules DIR" in refused("before")
    assert "is in no repository of git" in refused("before", "--rules", str(shutil.copytree(HAY_FEVER, tmp_path / "x")))
    (tmp_path / "text.json").write_text("{}", encoding="utf-8")
    assert "text.json: no compiled rulebook" in refused("text.json", *rules)
    broken = repository / "rules" / "therapies" / "antihistamine.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("status: candidate", "status: good"), encoding="utf-8")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run([GIT, *who, "commit", "-am", "broken"], cwd=repository, check=True, capture_output=True)
    assert refused("before..HEAD", *rules).startswith(f"HEAD:{broken}:")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "revisions are read with git, which is not installed" in refused("before", *rules)


# The patients of a table.

TABLE = """\
who,age,sneezing,itching_eyes,outdoor_work
A-1,adult,yes,yes,no
A-2,child,no,yes,no
A-3,child,no,no,
A-4,,no,yes,yes
A-5,child,yes,yes,no
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "patients.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_the_patients_of_a_table_are_told_who_move_and_by_which_rule(changed: Path, table: str) -> None:
    both = str(HAY_FEVER), str(changed), "--cohort", table, "--assume"
    moved = found_by(*both, "--id", "who").cohort
    assert moved is not None
    assert (moved.patients, moved.moved, moved.scope_open, moved.id_column) == (5, 2, 0, "who")
    assert [(option.id, option.count) for option in moved.options] == [
        ("antihistamine", 2),
        ("antihistamine.eye_drops", 2),
    ]
    (one,) = moved.options[0].moves
    assert (one.old, one.new, one.first) == ("candidate", "not_described", ("A-2", "A-5"))
    assert [(by.kind, by.how, by.id) for by in one.by] == [("rule", "changed", "drops-for-itching-eyes")]
    text = " ".join(diff(*both, "--id", "who").split())
    assert "2 of 5 patients get another status" in text
    assert "by rule drops-for-itching-eyes of antihistamine" in text
    assert "who: A-2, A-5" in text
    assert "| by number in the table: 2, 5 |" in diff(*both, "--format", "markdown")
    page = diff(*both, "--format", "html")
    assert f"<h2 id=h-cohort>Patients of {table}</h2>" in page


def test_where_the_scope_is_open_nothing_is_settled_and_that_is_told(changed: Path, table: str) -> None:
    both = str(HAY_FEVER), str(changed), "--cohort", table
    moved = found_by(*both).cohort
    assert moved is not None
    assert (moved.moved, moved.scope_open, moved.options) == (0, 5, ())
    assert "Of 5 patients both leave open whether the documents concern them" in " ".join(diff(*both).split())


def test_a_field_of_one_rulebook_is_read_by_that_one(changed: Path, table: str, tmp_path: Path) -> None:
    path = changed / "facts.yaml"
    text = path.read_text(encoding="utf-8")
    old = "  - id: season_certain\n"
    assert old in text
    field = "  - {id: cat, kind: choice, help: yes or no., label: a cat, question: Is there a cat?, values: VALUES}\n"
    values = "[{id: yes, text: a cat}, {id: no, text: no cat}]"
    path.write_text(text.replace(old, field.replace("VALUES", values) + old), encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns: {age: age, sneezing: cat}\n", encoding="utf-8")
    for sides, side in (((HAY_FEVER, changed), "new"), ((changed, HAY_FEVER), "old")):
        moved = found_by(*map(str, sides), "--cohort", table, "--mapping", str(mapping)).cohort
        assert moved is not None
        assert [(one.side, one.id) for one in moved.read_by_one] == [(side, "cat")]


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["rules", "diff", *arguments])
    assert done.exit_code == 2
    return " ".join(done.output.split())


def test_what_is_wrong_with_a_table_is_told(changed: Path, table: str, tmp_path: Path) -> None:
    both = str(HAY_FEVER), str(changed)
    assert "has no column 'woh'; did you mean who?" in refused(*both, "--cohort", table, "--id", "woh")
    assert "name it with --cohort" in refused(*both, "--id", "who")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns: {age: aeg}\n", encoding="utf-8")
    told = refused(*both, "--cohort", table, "--mapping", str(mapping))
    assert "mapping.yaml:1:16: there is no field 'aeg'" in told
    compiled = tmp_path / "old.json"
    compiled.write_text(portable(load_rulebook(HAY_FEVER)).as_json(), encoding="utf-8")
    told = refused(str(compiled), str(changed), "--cohort", table)
    assert "old.json is a compiled rulebook, which has no words to read a table with; give its files" in told
