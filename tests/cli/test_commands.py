"""The command line through its real entry point: what it prints, where, and with which exit code."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import jsonschema
import pytest

import mbc_options
from mbc_options import InputError, explore, load_patient, load_rulebook
from mbc_options.cli.main import cli
from mbc_options.cli.output_options import write
from mbc_options.source import yaml_positions
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from conftest import Run


NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}
PATIENTS = Path(__file__).parents[1] / "patients"
FLAGS = ("--er", "+", "--pr", "+", "--her2", "-", "--menopause", "post", "--site", "bone")


def report(run: Run, *arguments: str, **options: Any) -> dict[str, Any]:
    done = run("report", *arguments, "--format", "json", **options)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def status(found: dict[str, Any]) -> dict[str, str]:
    return {option["id"]: option["status"] for option in found["options"]}


def test_the_main_job_from_flags_alone(run: Run) -> None:
    found = report(run, *FLAGS, "--prior", "none")
    assert found["subtype"]["is"] == "HR+/HER2-"
    assert status(found)["hormone_therapy"] == "candidate"
    assert status(found)["anti_her2"] == "not_described"


def test_earlier_treatment_that_nobody_speaks_of_is_unknown(run: Run) -> None:
    silent = report(run, *FLAGS)
    assert status(silent)["hormone_therapy"] == "undetermined"
    assert silent == report(run, *FLAGS, "--prior", "unknown")
    assert status(report(run, *FLAGS, "--prior", "none"))["hormone_therapy"] == "candidate"


def test_a_flag_replaces_the_field_of_the_file(run: Run) -> None:
    patient = str(PATIENTS / "after-letrozole.yaml")
    assert status(report(run, patient))["hormone_therapy"] == "undetermined"
    assert status(report(run, patient, "--prior", "none"))["hormone_therapy"] == "candidate"
    assert status(report(run, patient, "--her2", "3+"))["anti_her2"] == "candidate"


@pytest.mark.parametrize("text", ["er: +\nher2: negative\n", '{"er": "+", "her2": "negative"}'])
def test_a_description_from_the_standard_input(text: str, run: Run) -> None:
    assert report(run, "-", stdin=text)["subtype"]["is"] == "HR+/HER2-"


def test_the_json_report_keeps_its_schema_and_its_contract(run: Run) -> None:
    found = report(run, str(PATIENTS / "her2-brain.yaml"))
    schema = json.loads(run("schema", "assessment").stdout)
    jsonschema.Draft202012Validator(schema).validate(found)
    assert {"rulebook", "patient", "subtype", "scope", "options", "considerations", "ask_next"} <= set(found)
    assert set(found["rulebook"]) >= {"name", "version", "sha256"}
    option = {"id", "status", "because", "depends_on", "would_change", "cautions", "disagreements", "agents", "members"}
    for one in found["options"]:
        assert option <= set(one)
        for reason in one["because"]:
            assert {"rule", "facts", "text", "claims", "basis"} <= set(reason)
    assert found["patient"]["prior"] == [
        {"therapy": "docetaxel + trastuzumab + pertuzumab", "outcome": "progressed", "setting": "unknown"}
    ]


def test_the_register_of_claims_comes_with_the_whole_report_only(run: Run) -> None:
    patient = str(PATIENTS / "her2-brain.yaml")
    short, whole = report(run, patient), report(run, patient, "--full")
    assert set(whole) - set(short) == {"claims", "glossary"}
    assert short == {key: value for key, value in whole.items() if key in short}
    assert whole == explore(load_patient(patient)).model_dump(mode="json")
    cited = {claim for one in whole["options"] for reason in one["because"] for claim in reason["claims"]}
    assert cited <= set(whole["claims"])


@pytest.mark.parametrize("full", [(), ("--full",)])
def test_the_schema_accepts_a_report_with_and_without_the_register(full: tuple[str, ...], run: Run) -> None:
    schema = jsonschema.Draft202012Validator(json.loads(run("schema", "assessment").stdout))
    schema.validate(report(run, *FLAGS, *full))


def test_every_cited_claim_is_among_the_passages_of_the_text(run: Run) -> None:
    for patient in sorted(PATIENTS.iterdir()):
        text = run("report", str(patient), "--full").stdout
        body, _, passages = text.partition("THE PASSAGES")
        inside = {word.strip("[];,.") for word in body.split() if word.strip("[];,.")[:2] == "S0"}
        for claim in inside:
            assert f"\n    {claim} " in passages, claim


def test_text_fits_eighty_columns_and_has_no_control_characters(run: Run) -> None:
    for patient in sorted(PATIENTS.iterdir()):
        text = run("report", str(patient), "--full").stdout
        assert max(map(len, text.splitlines())) <= 80
        assert all(character == "\n" or character.isprintable() for character in text)


def test_equal_input_gives_equal_bytes(run: Run) -> None:
    first = run("report", *FLAGS, env={"PYTHONHASHSEED": "1"})
    assert first.stdout == run("report", *FLAGS, env={"PYTHONHASHSEED": "2"}).stdout


def test_the_date_is_an_argument(run: Run) -> None:
    assert "2031-02-03" in run("report", *FLAGS, "--date", "2031-02-03").stdout
    assert "Date of this report" not in run("report", *FLAGS).stdout


def test_hostile_text_in_a_label_is_harmless(run: Run) -> None:
    label = "\x1b[31m{{ 7 * 7 }}{% for %}<script>alert(1)</script>\n\nAT A GLANCE"
    done = run("report", *FLAGS, "--label", label, "--full")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "{{ 7 * 7 }}" in done.stdout
    assert done.stdout.count("\nAT A GLANCE\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report",), "describe a patient"),
        (("report", "--er", "maybe"), "--er: er cannot be 'maybe'"),
        (("report", "--site", "livre"), "did you mean liver?"),
        (("report", "--site", "bone", "--metastasis-confirmed", "no"), "contradict each other"),
        (("report", "--prior", "letrazole:progressed"), "did you mean letrozole?"),
        (("report", "missing.yaml"), "missing.yaml: cannot be read"),
        (("report", *FLAGS, "--rules", "nowhere"), "nowhere: is no directory of a rulebook"),
        (("why", "chemotherappy", *FLAGS), "did you mean chemotherapy?"),
        (("report", *FLAGS, "--format", "rtf"), "rtf"),
        (("report", *FLAGS, "--format", "json", "--handout"), "--handout is a page, not json"),
        (("report", *FLAGS, "--handout", "--full"), "choose one"),
        (("reprot",), "reprot"),
        (("report", "--age", "60"), "no option --age; a patient is described by --label, --sex, --menopause, --er"),
        (("report", "--menopaus", "post"), "no option --menopaus; did you mean --menopause?"),
        (("report", "--outputs", "x"), "no option --outputs; did you mean --output?"),
        (("compare", "a.yaml", "b.yaml", "--age", "60"), "no option --age\n"),
        (("report", *FLAGS, "-o", ""), "-o names no file"),
        (("report", *FLAGS, "--templates", ""), "--templates names no directory"),
        (("report", *FLAGS, "--rules", ""), "--rules: is no directory of a rulebook"),
        (("report", ""), "PATIENT_FILE names no file"),
        (("why", "chemotherapy", ""), "PATIENT_FILE names no file"),
        (("verify", "--rules", ""), "--rules: is no directory of a rulebook"),
        (("report", *FLAGS, "-o", "nowhere/report.txt"), "nowhere/report.txt: cannot be written"),
    ],
)
def test_bad_input_is_told_plainly_on_standard_error_with_exit_code_2(
    arguments: tuple[str, ...], message: str, run: Run
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_problem_in_a_file_is_told_at_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("er: +\nsitse: [bone]\nprior:\n  - letrozole: progresed\n", encoding="utf-8")
    done = run("report", "p.yaml")
    assert done.returncode == 2
    assert "p.yaml:2:1: unknown field 'sitse'; did you mean sites?" in done.stderr
    assert "p.yaml:4:16: outcome cannot be 'progresed'" in done.stderr


def test_a_failure_leaves_the_output_file_as_it_was(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("before", encoding="utf-8")
    assert run("report", "--er", "maybe", "-o", "report.txt").returncode == 2
    assert target.read_text(encoding="utf-8") == "before"
    assert run("report", *FLAGS, "-o", "report.txt").returncode == 0
    assert target.read_text(encoding="utf-8") == run("report", *FLAGS).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.txt"]


def test_a_patient_file_is_not_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("er: +\n", encoding="utf-8")
    done = run("report", "p.yaml", "--format", "text", "-o", "p.yaml")
    assert done.returncode == 2
    assert "p.yaml is the file that was read" in done.stderr
    assert (tmp_path / "p.yaml").read_text(encoding="utf-8") == "er: +\n"


def test_standard_input_and_output_are_not_one_file(run: Run) -> None:
    done = run("report", "-", "-o", "-", stdin="er: +\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("report", "-", stdin="er: +\n").stdout


def test_an_interrupt_right_after_a_file_was_written_is_an_interrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.txt"
    replace = os.replace

    def replace_and_be_interrupted(source: str, to: Path) -> None:
        replace(source, to)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", replace_and_be_interrupted)
    with pytest.raises(KeyboardInterrupt):
        write("whole", str(target))
    assert target.read_text(encoding="utf-8") == "whole\n"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupt_while_the_command_line_is_loaded_ends_it_without_a_word() -> None:
    interrupted_at_click = """
import sys
class Interrupted:
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from mbc_options.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", interrupted_at_click], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_an_output_that_no_file_can_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written: .*embedded null"):
        write("x", str(tmp_path / "a\0b"))


@pytest.mark.parametrize("content", [b"\x00\r\n\xff", b"no line feed"])
def test_bytes_are_written_as_they_are(
    content: bytes, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(content, str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == content
    write(content, None)
    assert capsysbinary.readouterr().out == content


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_plainly() -> None:
    command = f"'{Path(sys.executable).parent}/mbc-options' report {' '.join(FLAGS)} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)  # noqa: S607
    assert done.returncode != 0
    assert b"Traceback" not in done.stderr
    assert b"cannot write" in done.stderr


def test_the_schema_accepts_the_shipped_patients(run: Run) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(run("schema", "patient").stdout))
    for patient in PATIENTS.iterdir():
        validator.validate(yaml_positions.read(patient).data)


def test_an_output_keeps_the_mode_of_the_file_that_it_replaces(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("before", encoding="utf-8")
    target.chmod(0o640)
    run("report", *FLAGS, "-o", "report.txt")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_reader_that_stops_early_is_no_error_of_ours() -> None:
    command = f"'{Path(sys.executable).parent}/mbc-options' report {' '.join(FLAGS)} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)  # noqa: S607
    assert done.stderr == b""


def test_a_terminal_without_unicode_gets_a_report(run: Run) -> None:
    done = run("report", *FLAGS, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_left_on_disk(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    run("report", *FLAGS, env={"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")})
    assert [path for path in tmp_path.rglob("*") if path != home] == []


def test_version_names_package_and_rulebook(run: Run) -> None:
    rulebook = load_rulebook()
    assert run("--version").stdout.splitlines() == [
        f"mbc-options {importlib.metadata.version('mbc-options')}",
        f"rulebook {rulebook.name} {rulebook.version} sha256 {rulebook.sha256}",
    ]
    assert importlib.metadata.version("mbc-options") == mbc_options.__version__


@pytest.mark.parametrize(
    "what", ["patient", "rulebook", "assessment", "explanation", "care-questions", "matrix", "comparison"]
)
def test_schemas_are_schemas(what: str, run: Run) -> None:
    schema = json.loads(run("schema", what).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("what", "arguments"),
    [
        ("explanation", ("why", "surgery", *FLAGS)),
        ("care-questions", ("care-questions", *FLAGS)),
        ("matrix", ("matrix", "--site", "bone")),
        ("comparison", ("compare", str(PATIENTS / "man.yaml"), str(PATIENTS / "her2-brain.yaml"))),
    ],
)
def test_what_commands_give_as_json_keeps_its_schema(what: str, arguments: tuple[str, ...], run: Run) -> None:
    given = json.loads(run(*arguments, "--format", "json").stdout)
    jsonschema.Draft202012Validator(json.loads(run("schema", what).stdout)).validate(given)


def test_python_dash_m_is_the_same_command(run: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mbc_options", "report", *FLAGS], capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode("utf-8") == run("report", *FLAGS).stdout


HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"


def commands() -> dict[str, click.Command]:
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


@pytest.mark.parametrize("name", [None, *commands()])
def test_every_command_and_every_flag_has_help(name: str | None, run: Run) -> None:
    done = run(*([name] if name else []), "--help")
    assert done.returncode == 0
    command = commands()[name] if name else cli
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in done.stdout


def test_help_names_every_site_extent_and_situation(run: Run) -> None:
    text = run("report", "--help").stdout
    for field in ("sites", "extent", "situation"):
        for name in NAMED_FIELDS[field]:
            assert (f"{name}:" if name == "other" else name) in text


def test_the_readme_names_every_command() -> None:
    readme = Path(__file__).parents[2] / "README.md"
    text = readme.read_text(encoding="utf-8")
    for name in commands():
        assert f"mbc-options {name}" in text, name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["report", "--site", "distant_"], "distant_lymph_nodes"),
        (["report", "--prior", "letro"], "letrozole"),
        (["why", "chemotherapy."], "chemotherapy.combination"),
        (["report", "--er", "pos"], "positive"),
    ],
)
def test_shell_completion_knows_the_vocabulary(words: list[str], expected: str, run: Run) -> None:
    done = run(
        env={
            "_MBC_OPTIONS_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["mbc-options", *words]),
            "COMP_CWORD": str(len(words)),
        }
    )
    assert expected in re.split(r"[\s,]", done.stdout)


def test_verify_without_documents_accounts_for_every_claim(run: Run) -> None:
    done = run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 unaccounted for" in done.stdout


def test_verify_fails_where_a_document_is_missing(run: Run, tmp_path: Path) -> None:
    done = run("verify", str(tmp_path))
    assert done.returncode == 1
    assert "cannot be read" in done.stderr


def test_verify_takes_the_documents_from_the_environment_for_our_own_rulebook(run: Run, tmp_path: Path) -> None:
    assert "cannot be read" in run("verify", env={"MBC_OPTIONS_DOCUMENTS": str(tmp_path)}).stderr
    done = run("verify", "--rules", str(HAY_FEVER), env={"MBC_OPTIONS_DOCUMENTS": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    assert run("verify", "--uncovered").returncode == 2


def test_verify_finds_every_key_term_in_the_documents(run: Run, documents: Path) -> None:
    done = run("verify", str(documents))
    assert (done.returncode, done.stderr) == (0, "")
