"""What the README shows is run, so that it cannot go out of date."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mbc_options import Patient, explore, load_case, load_rulebook, walk
from mbc_options.cases.catalog import case_names
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.rendering.formats import FORMATS
from mbc_options.rulebook.conditions import Names
from mbc_options.rulebook.models import Rule
from mbc_options.source.validation import adapter
from mbc_options.source.yaml_positions import parse

if TYPE_CHECKING:
    from conftest import Run

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")


def block(language: str, containing: str) -> str:
    found = [text for text in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if containing in text]
    assert len(found) == 1
    return str(found[0])


def shown_commands(heading: str) -> list[str]:
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^    (mbc-options .*)$", section, re.MULTILINE)


@pytest.mark.parametrize("command", shown_commands("On the command line"))
def test_the_commands_work(command: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(TOP / "tests")
    (tmp_path / "patient.yaml").write_text(block("yaml", "After letrozole"), encoding="utf-8")
    documents = "../documents" in command
    (tmp_path.parent / "documents").mkdir(exist_ok=True)
    done = run(*shlex.split(command)[1:])
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if documents else 0), done.stderr
    for name in re.findall(r" -o (\S+)", command):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.startswith({"html": "<!doctype html>\n", "json": "{\n"}[name.rpartition(".")[2]])


def test_the_commands_of_a_lesson_work_one_after_another(run: Run, tmp_path: Path) -> None:
    commands = shown_commands("Teaching with cases")
    assert len(commands) > 9
    for command in commands:
        if "answers/" in command:
            assert "\n    mkdir answers\n" + f"    {command}\n" in README
            (tmp_path / "answers").mkdir()
        done = run(*shlex.split(command)[1:], stdin="\n\na\nq\n" if " walk " in command else "")
        assert (done.returncode, done.stderr) == (0, ""), command
    named = {word for command in commands for word in re.findall(r"^mbc-options case (\w+)", command)}
    assert named == set(re.findall(r"`mbc-options case (\w+)[ `]", README))


def test_the_case_is_one_and_asks_every_kind_of_question(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(block("yaml", "The hip that was not worn out"), encoding="utf-8")
    case = load_case(tmp_path / "case.yaml")
    assert {question.kind for question in case.questions} == set(KINDS)


def test_the_case_may_fork_as_is_told(tmp_path: Path) -> None:
    case = block("yaml", "The hip that was not worn out") + block("yaml", "fork:")
    (tmp_path / "case.yaml").write_text(case, encoding="utf-8")
    assert len(load_case(tmp_path / "case.yaml").ways) == 2


def test_the_number_of_cases_is_told() -> None:
    numbers = {17: "Seventeen"}
    assert f"{numbers[len(case_names())]}\ncases come with the package" in README


def test_the_lesson_in_python_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "answers").mkdir()
    handed_in = walk("bone-after-menopause")
    handed_in.next()
    handed_in.answer("a")
    handed_in.save(tmp_path / "answers" / "one.json")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(block("python", "lesson = walk"), names)  # noqa: S102 - the README's own code
    assert names["lesson"].question.id == "first-visit.candidates"
    assert "The hip that was not worn out" in names["page"]
    assert {row["case"] for row in names["knew"].rows()} == {"bone-after-menopause"}


@pytest.fixture
def records(tmp_path: Path) -> None:
    """Put the records that the README speaks of where it is run."""
    cases = json.loads((TOP / "tests/records/fhir/cases.json").read_text(encoding="utf-8"))
    (tmp_path / "bundles").mkdir()
    lines = []
    for number, case in enumerate(cases, 10):
        text = json.dumps(case["bundle"]).replace('"id": "a"', f'"id": "p-{number}"')
        lines.append(text.replace('Patient/a"', f'Patient/p-{number}"'))
        (tmp_path / "bundles" / f"{number}.json").write_text(lines[-1], encoding="utf-8")
    (tmp_path / "bundle.json").write_text(lines[0], encoding="utf-8")
    (tmp_path / "export.ndjson").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.usefixtures("records")
def test_the_commands_for_records_work_one_after_another(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("polars")
    commands = shown_commands("Patients from records")
    assert len(commands) == 5
    for command in commands:
        done = run(*shlex.split(command)[1:])
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
        assert all((tmp_path / name).stat().st_size for name in re.findall(r"(?:-o|--receipt) (\S+)", command))


@pytest.mark.usefixtures("records")
def test_the_lines_on_records_lead_to_a_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("polars")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"explore": explore}
    exec(block("python", "records_frame("), names)  # noqa: S102 - the README's own code
    assert names["decided"].height == names["patients"].height > 20
    assert "contradiction" in names["decided"].columns


def test_there_are_exactly_two_one_line_commands_to_start_with() -> None:
    section = README.split("## Quick start")[1].split("\n## ")[0]
    commands = re.findall(r"^    (.*)$", section, re.MULTILINE)
    assert len(commands) == 2
    assert (TOP / commands[0].split()[-1]).exists()


def test_the_python_lines_say_what_they_give() -> None:
    names: dict[str, Any] = {}
    for line in block("python", "explore(patient)").splitlines():
        code, _, comment = line.partition("#")
        here = repr(str(TOP / "rules")) if (TOP / "rules").is_dir() else ""  # a wheel has no directory of rules
        code = code.replace('load_rulebook("rules")', f"load_rulebook({here})")
        if shown := re.match(r"\s*('[^']*'|\(.*\))", comment):
            assert repr(eval(code, names)) == shown[1]  # noqa: S307 - the README's own code
        else:
            exec(code, names)  # noqa: S102 - the README's own code


def test_the_endings_are_told() -> None:
    told = " ".join(README.split("Without `--format`, the ending of `FILE` says")[1].split(" any other")[0].split())
    usual = [(format_.endings[0], name) for name, format_ in FORMATS.items() if not format_.kinds]
    of_cases: dict[str, str] = {}
    for name, format_ in FORMATS.items():
        if "Case" in format_.kinds:
            of_cases.setdefault(format_.endings[0], name)
    *others, last = (f"`{ending}`" for ending, _ in usual)
    *more, end = (f"`{ending}`, {name}" for ending, name in of_cases.items())
    schools = f"{', '.join(more)}, and {end}"
    assert told == f"it: {', '.join(others)} or {last} (for a case also {schools});"


def test_the_patient_file_is_one() -> None:
    patient = Patient.model_validate(parse(block("yaml", "After letrozole"), "README.md").data)
    assert (patient.er, patient.her2, patient.menopause) == ("positive", "negative", "postmenopausal")


def test_the_rule_is_one() -> None:
    (rule,) = yaml.load(block("yaml", "postmenopausal-hormone"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    vocabulary = load_rulebook().vocabulary
    assert adapter(Rule).validate_python(rule, context=Names(vocabulary)).claims == ("S001-57",)


def test_the_worked_example_is_true() -> None:
    """The table under "How the verdicts are exact"."""
    from mbc_options.logic import Space, Theory, intersect

    space = Space({"er": ["positive", "negative"], "her2": ["positive", "negative"]})
    theory = Theory(space, ())
    positive, negative = space.cube({"er": ["positive"]}), space.cube({"er": ["negative"]})
    her2_negative = space.cube({"her2": ["negative"]})
    function = theory.compile([positive, *intersect(space, [negative], [her2_negative])])
    assert set(function.holds) == {positive, her2_negative}
    assert not function.entailed_by(space.universe)
    assert function.possible_under(space.universe)
    assert function.entailed_by(her2_negative)
    open_ = theory.region(function).conditions(space.cube({"her2": ["positive"]}))
    assert open_.cubes == (positive,)
