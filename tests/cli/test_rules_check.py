"""Everything that is wrong with a rulebook, as the command tells it; `docs/checks` has a page for each kind."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import jsonschema
import pytest
from click.testing import CliRunner

import mbc_options
from mbc_options.cli.main import cli
from mbc_options.errors import Severity
from mbc_options.package_data import rules_dir
from mbc_options.rendering.terminal import new_rulebook, rendered
from mbc_options.rulebook.load import read_rulebook
from mbc_options.source import validation
from mbc_options.tools.checks.catalogue import Example, kinds
from mbc_options.tools.checks.check import Check, check_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

LESSON = Path(__file__).parents[1] / "rulebook" / "rulebooks" / "positive" / "lesson"
PAGES = Path(__file__).parents[2] / "docs" / "checks"
SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-profile.json"
PACKAGE = Path(mbc_options.__file__).parent


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return a new rulebook, to be changed."""
    for name, text in new_rulebook("mine").items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "mine"


def put(example: Example, directory: Path) -> None:
    """Put the file of an example into a rulebook."""
    path = directory / example.file
    if example.text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = example.text.replace("\N{SYMBOL FOR BELL}", "\a") * example.times
    path.write_text(text, encoding=example.encoding)


def checked(directory: Path) -> Check:
    return check_rulebook(directory, kinds())


def command(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["rules", "check", *arguments], catch_exceptions=False)
    return done.exit_code, done.output


# The kinds of problems


@pytest.mark.parametrize("code", [kind.code for kind in kinds().values() if kind.example])
def test_an_example_has_the_problem_of_its_page(code: str, mine: Path) -> None:
    kind = kinds()[code]
    assert kind.example is not None
    put(kind.example, mine)
    found = [problem for problem in checked(mine).problems if problem.code == code]
    assert str(found[0]).replace(f"{mine}/", "") == kind.example.finds
    assert {problem.severity for problem in found} == {kind.severity}


@pytest.mark.parametrize("code", [*kinds(), "README"])
def test_a_page_is_made_from_the_template(code: str, request: pytest.FixtureRequest) -> None:
    made = (
        rendered("rules/checks.md.j2", {"kinds": kinds().values()})
        if code == "README"
        else rendered("rules/check.md.j2", {"kind": kinds()[code]})
    )
    page = PAGES / f"{code}.md"
    if request.config.getoption("--update-golden"):
        page.parent.mkdir(exist_ok=True)
        page.write_text(made.rstrip("\n") + "\n", encoding="utf-8")
    assert page.read_text(encoding="utf-8") == made.rstrip("\n") + "\n"


def test_no_text_of_a_page_is_cut_off() -> None:
    texts = {f"{kind.code}: {text}" for kind in kinds().values() for text in (kind.title, kind.means, kind.fix)}
    assert [text for text in sorted(texts) if not text.endswith((".", ")"))] == []


def test_there_is_no_page_without_a_code() -> None:
    assert {page.stem for page in PAGES.iterdir()} == {*kinds(), "README"}


def test_every_code_that_a_rulebook_can_be_told_has_a_page_and_no_other() -> None:
    read = ("rulebook", "source", "vocabulary", "tools/checks")
    files = [path for folder in read for path in (PACKAGE / folder).rglob("*.py") if path.stem != "atomic_write"]
    said = {code for path in (*files, PACKAGE / "errors.py") for code in codes_said(path)}
    said |= {*validation._CODES.values()} - {"refused"}  # of what complains without a code: patients and cases
    assert said == {*kinds()}


def codes_said(path: Path) -> Iterator[str]:
    """Yield the codes that a module gives to problems; one that it hands on is another's."""
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        given = [word.value for word in node.keywords if word.arg == "code"]
        given += node.args[1:2] if called == "_problem" else node.args[:1] if called == "_coded" else ()
        given += node.args[5:6] if called == "Problem" else ()
        if called == "problem" and getattr(next(iter(node.args[1:2]), None), "value", None) in get_args(Severity):
            given += node.args[:1]
        for one in given:
            code = getattr(module, one.id, None) if isinstance(one, ast.Name) else getattr(one, "value", None)
            if isinstance(code, str):
                yield code
            else:
                assert "code" in {ast.unparse(one), *ast.unparse(one).split()}, (path, ast.unparse(one))


@pytest.mark.parametrize("sign", ["\x1b", "\u202e", "\u200b"])
def test_a_sign_that_is_not_seen_is_explained_in_every_form(sign: str, mine: Path, run: Run) -> None:
    (mine / "glossary.yaml").write_text(f"terms: [] # {sign}\n", encoding="utf-8")
    log = json.loads(command(str(mine), "--format", "sarif")[1])["runs"][0]
    assert [one["ruleId"] for one in log["results"]] == ["unseen-sign"]
    assert [one["id"] for one in log["tool"]["driver"]["rules"]] == ["unseen-sign"]
    assert run("rules", "check", "--explain", "unseen-sign").returncode == 0


# What is found


def test_a_new_rulebook_has_no_problem(mine: Path) -> None:
    assert checked(mine).problems == ()
    assert command(str(mine), "--strict")[0] == 0


def test_our_rulebook_passes_and_gives_a_reason_for_all_that_it_accepts(run: Run) -> None:
    done = run("rules", "check", "--strict", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["counts"]["error"] == said["counts"]["warning"] == 0
    assert {(one["code"], bool(one["reason"])) for one in said["accepted"]} == {("idle-part", True)}
    assert said["gaps"] == []


def test_what_is_said_of_patients_waits_for_sound_files(mine: Path) -> None:
    (mine / "glossary.yaml").write_text("terms: none\n", encoding="utf-8")
    (mine / "considerations.yaml").write_text("considerations: [{id: a, when: lasting}]\n", encoding="utf-8")
    code, output = command(str(mine))
    assert code == 1
    assert "glossary.yaml:1:8: error: terms: a list is expected, not text [wrong-type]" in output
    assert "unknown definition 'lasting' [unknown-name]" in output  # although the form is wrong as well
    assert output.splitlines()[-1] == "What the conditions mean is looked at when the files are without an error."


def test_doubts_fail_only_where_they_are_to(mine: Path) -> None:
    put(kinds()["idle-part"].example, mine)  # type: ignore[arg-type]
    assert (command(str(mine))[0], command(str(mine), "--strict")[0]) == (0, 1)


def test_what_is_accepted_is_told_with_its_reason_and_fails_nowhere(mine: Path) -> None:
    example = kinds()["idle-part"].example
    assert example is not None
    assert example.text is not None
    accepted = example.text.replace("- id: hurts\n", "- id: hurts\n    accept: {idle-part: It is plainer so.}\n")
    put(Example(file=example.file, text=accepted, times=1, encoding="utf-8", finds="x"), mine)
    found = checked(mine)
    assert [one.reason for one in found.accepted] == ["It is plainer so."]
    assert "idle-part" not in {problem.code for problem in found.problems}
    code, output = command(str(mine))
    assert code == 0
    assert "accepted: without this part" in output
    assert "  It is plainer so." in output


def test_the_smaller_condition_means_the_same_and_has_no_idle_part(mine: Path) -> None:
    text = kinds()["idle-part"].example.text or ""  # type: ignore[union-attr]
    (mine / "considerations.yaml").write_text(text, encoding="utf-8")
    (problem,) = [one for one in checked(mine).problems if one.code == "idle-part"]
    smaller = problem.hint.removeprefix("write when: ")
    (mine / "considerations.yaml").write_text(re.sub("when: .*", f"when: {smaller}", text), encoding="utf-8")
    assert [one for one in checked(mine).problems if one.code == "idle-part"] == []


def test_a_question_that_waits_for_a_status_that_none_of_its_patients_has(mine: Path) -> None:
    question = "{id: q, about: drops, status: [candidate], when: {age: child}, ask: Drops?, basis: editorial}"
    (mine / "questions.yaml").write_text(f"questions:\n  - {question}\n", encoding="utf-8")
    (problem,) = [one for one in checked(mine).problems if one.severity == "error"]
    assert problem.message == "the question 'q' can never show: drops has none of these statuses for its patients"


def test_what_is_taken_back_from_all_can_never_show(mine: Path) -> None:
    text = (
        "{id: c, kind: cost, title: C, when: {age: child}, unless: {age: [child, adult]}, text: C., basis: editorial}"
    )
    (mine / "considerations.yaml").write_text(f"considerations:\n  - {text}\n", encoding="utf-8")
    assert "never" in {problem.code for problem in checked(mine).problems}


def test_gaps_are_told_over_all_patients_and_by_subtype(mine: Path) -> None:
    (gap, lasting) = checked(mine).gaps
    assert (gap.kind, gap.subtype, [one.text for one in gap.patients.descriptions]) == (
        "particular",
        "",
        ["hiccups for two days or more and a child"],
    )
    assert lasting.subtype == "lasting"
    drops = mine / "therapies" / "drops.yaml"
    drops.write_text(drops.read_text(encoding="utf-8").replace("order: 2", "order: 2\nsystemic: yes"), encoding="utf-8")
    kinds_found = [(one.kind, one.subtype) for one in checked(mine).gaps]
    assert kinds_found[:3] == [("systemic", ""), ("systemic", "new"), ("systemic", "lasting")]


def said_of(directory: Path) -> list[str]:
    """What is told of a rulebook, each at its place in it."""
    return [str(problem).replace(f"{directory}/", "") for problem in checked(directory).problems]


def test_a_scope_that_can_never_hold_is_told_once_and_nothing_that_follows_from_it(mine: Path) -> None:
    file = mine / "rulebook.yaml"
    never = "{all: [{duration: short}, {duration: long}]}"
    text, count = re.subn(r"(scope:\n(?:.*\n)*?  when: ).*", rf"\1{never}", file.read_text(encoding="utf-8"), count=1)
    assert count == 1
    file.write_text(text, encoding="utf-8")
    (told,) = said_of(mine)
    assert re.fullmatch(r"rulebook.yaml:\d+:9: the scope can never hold: no patient fits this condition", told)
    assert "No gaps" not in command(str(mine))[1]


@pytest.mark.parametrize("name", ["facts", "agents"])
def test_nothing_stands_in_for_a_file_that_is_named_otherwise(name: str, mine: Path) -> None:
    (mine / "agents.yaml").write_text("classes: []\n", encoding="utf-8")
    (mine / f"{name}.yaml").rename(mine / f"{name}.yml")
    assert said_of(mine) == [f"{name}.yml: is not read; did you mean {name}.yaml?"]


@pytest.mark.parametrize(
    ("stray", "near"),
    [
        ("definition.yaml", "definitions.yaml"),
        ("facts2.yml", "facts.yaml"),
        ("therapy/a.yaml", "therapies/"),
        ("glossary.json", "glossary.yaml"),
    ],
)
def test_what_stands_unread_beside_its_like_is_told_and_refuses_nothing(stray: str, near: str, mine: Path) -> None:
    (mine / stray).parent.mkdir(exist_ok=True)
    (mine / stray).write_text("a: b\n", encoding="utf-8")
    (told,) = checked(mine).problems
    assert (told.severity, told.code, told.hint) == ("warning", "file-not-read", f"{near} is, which stands beside it")
    assert read_rulebook(mine) is not None


def test_drugs_that_the_facts_of_the_package_need_are_missed_in_the_file_that_has_none(mine: Path) -> None:
    (mine / "facts.yaml").unlink()
    (mine / "agents.yaml").write_text("classes: []\n", encoding="utf-8")
    (told,) = said_of(mine)
    assert told.startswith("agents.yaml:1:1: does not fit the facts.yaml of the package, which stands in for one: ")


@pytest.mark.parametrize(
    "agents", ["agents:\n  - {id: a, label: a, class: drops, kind: drops}\n", "clases: []\n", "classes: [\n"]
)
def test_conditions_are_held_against_sound_facts_also_where_the_drugs_are_wrong(agents: str, mine: Path) -> None:
    (mine / "agents.yaml").write_text(agents, encoding="utf-8")
    when = "when: {all: [{tried.drops.failed: yes}, {agee: child}]}, when_unknown: [tried.drops.failed]"
    rule = f"{{id: a, kind: cost, title: A, {when}, text: A., basis: editorial}}"
    (mine / "considerations.yaml").write_text(f"considerations:\n  - {rule}\n", encoding="utf-8")
    first, second = said_of(mine)
    assert first.startswith("agents.yaml:")
    assert "unknown fact 'agee'; did you mean age?" in second


def test_a_member_that_the_drugs_call_a_little_otherwise_is_told_and_a_new_one_is_not(mine: Path) -> None:
    agents, drops = mine / "agents.yaml", mine / "therapies" / "drops.yaml"
    drugs = agents.read_text(encoding="utf-8")
    said = re.search(r"- (\{id: drops, .*)\}\n", drugs)
    assert said is not None
    members = "members: [{id: strong, label: s}, {id: weak, label: w}]"
    agents.write_text(drugs.replace(f"{said[1]}}}", f"{said[1]}, {members}}}"), encoding="utf-8")
    text = drops.read_text(encoding="utf-8")
    like = "{id: stronk, label: S, gloss: G, summary: S., rules: []}"
    new = "{id: cherry, label: C, gloss: G, summary: C., rules: []}"
    drops.write_text(f"{text.rstrip()}\nmembers:\n  - {like}\n  - {new}\n", encoding="utf-8")
    (told,) = [one for one in checked(mine).problems if one.code == "class-without-names"]
    assert told.message.startswith("agents.yaml has no member of drops 'stronk'")
    assert (told.severity, told.hint) == ("warning", "did you mean strong?")


def test_codes_are_held_against_no_drugs_where_the_drugs_are_wrong(mine: Path) -> None:
    (mine / "agents.yaml").write_text("clases: []\n", encoding="utf-8")
    (mine / "codes").mkdir()
    drug = "{treatment: vinegar, codes: {atc: [A]}}"
    (mine / "codes" / "drugs.yaml").write_text(f"drugs:\n  - {drug}\n", encoding="utf-8")
    first, second = said_of(mine)
    assert first.startswith("agents.yaml:")
    assert second == "codes/drugs.yaml:2:39: unknown code system 'atc'; there is none"


@pytest.mark.parametrize(
    ("written", "hint"),
    [("{lasting: yes}", "lasting"), ("{lasting: false}", "{not: lasting}"), ("{lasting: []}", "lasting")],
)
def test_a_definition_that_is_used_like_a_fact_is_told_as_what_it_is(written: str, hint: str, mine: Path) -> None:
    definition = "{id: lasting, label: l, meaning: M., when: {duration: long}, basis: editorial}"
    (mine / "definitions.yaml").write_text(f"definitions:\n  - {definition}\n", encoding="utf-8")
    one = f"{{id: a, kind: cost, title: A, when: {written}, text: A., basis: editorial}}"
    (mine / "considerations.yaml").write_text(f"considerations:\n  - {one}\n", encoding="utf-8")
    told = [one for one in said_of(mine) if one.startswith("considerations")]
    assert told == [f"considerations.yaml:2:42: 'lasting' is a definition, and takes no value; write {hint}"]


# Its forms


def test_sarif_is_what_others_read(mine: Path) -> None:
    put(kinds()["idle-part"].example, mine)  # type: ignore[arg-type]
    code, output = command(str(mine), "--format", "sarif")
    log: dict[str, Any] = json.loads(output)
    jsonschema.validate(log, json.loads(SCHEMA.read_text(encoding="utf-8")))
    results = log["runs"][0]["results"]
    assert code == 0
    assert [(one["ruleId"], one["level"]) for one in results if one["ruleId"] == "idle-part"] == [
        ("idle-part", "warning")
    ]
    assert {one["ruleId"] for one in results} == {one["id"] for one in log["runs"][0]["tool"]["driver"]["rules"]}


def test_sarif_of_our_rulebook_suppresses_what_is_accepted() -> None:
    _, output = command(str(rules_dir()), "--format", "sarif")
    log = json.loads(output)
    jsonschema.validate(log, json.loads(SCHEMA.read_text(encoding="utf-8")))
    suppressed = [one for one in log["runs"][0]["results"] if "suppressions" in one]
    assert len(suppressed) == len(checked(rules_dir()).accepted)


def test_a_place_without_a_line_is_valid_too(mine: Path) -> None:
    shutil.rmtree(mine / "therapies")
    code, output = command(str(mine), "--format", "sarif")
    jsonschema.validate(json.loads(output), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert code == 1


@pytest.mark.parametrize(
    ("name", "first"), [("a.sarif", "$schema"), ("A.JSON", "counts"), ("a.txt", None), ("a", None)]
)
def test_the_ending_of_the_output_says_the_format(name: str, first: str | None, mine: Path, tmp_path: Path) -> None:
    assert command(str(mine), "-o", str(tmp_path / name)) == (0, "")
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert next(iter(json.loads(text))) == first if first else "No class is a candidate" in text


def test_a_format_that_the_name_of_the_output_contradicts_is_refused(mine: Path, tmp_path: Path) -> None:
    code, output = command(str(mine), "--format", "json", "-o", str(tmp_path / "a.sarif"))
    assert code == 2
    assert "is named like sarif, and --format says json" in output
    assert not (tmp_path / "a.sarif").exists()


def test_a_page_is_printed(run: Run) -> None:
    done = run("rules", "check", "--explain", "idle-part")
    assert (done.returncode, done.stdout) == (0, (PAGES / "idle-part.md").read_text(encoding="utf-8"))
    done = run("rules", "check", "--explain", "idle-prat")
    assert (done.returncode, done.stderr) == (2, "there is no code 'idle-prat'; did you mean idle-part?\n")


def test_no_directory(run: Run) -> None:
    done = run("rules", "check", "nowhere")
    assert (done.returncode, done.stderr) == (2, "nowhere: is no directory of a rulebook\n")


def test_a_case_is_told_of_beside_the_rulebook_that_it_belongs_to(mine: Path, run: Run) -> None:
    (mine / "glossary.yaml").write_text("terms: none\n", encoding="utf-8")
    (mine / "cases" / "second.yaml").write_text("titel: A second case\n", encoding="utf-8")
    done = run("case", "check", "--rules", str(mine))
    assert done.returncode == 2
    assert "glossary.yaml:1:8: terms: a list is expected" in done.stderr
    assert "second.yaml:1:1: unknown key 'titel'; did you mean title?" in done.stderr


def test_a_suggestion_is_a_hint_in_every_layer(mine: Path) -> None:
    (mine / "glossary.yaml").write_text("terms:\n  - {id: a, trem: a, means: A., basis: editorial}\n", encoding="utf-8")
    (problem,) = json.loads(command(str(mine), "--format", "json")[1])["problems"]
    assert (problem["message"], problem["hint"]) == ("unknown key 'trem'", "did you mean term?")


# What is too large to be looked at


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Return a rulebook with a class for whoever has one of fourteen pairs of facts, and one for one of each pair."""
    directory = Path(shutil.copytree(LESSON, tmp_path / "pairs"))
    domains = mbc_options.load_rulebook().space.domains
    facts = [fact for fact, values in domains.items() if values == ("yes", "no") and fact.startswith("findings.")][:28]
    assert len(facts) == 28
    both = [f"{{all: [{{{a}: yes}}, {{{b}: yes}}]}}" for a, b in zip(facts[::2], facts[1::2], strict=True)]
    for order, (name, when) in enumerate(
        {
            "one_pair": f"{{any: [{', '.join(both)}]}}",
            "one_of_each": f"{{all: [{', '.join(pair.replace('all', 'any') for pair in both)}]}}",
        }.items(),
        start=2,
    ):
        text = (
            f"id: {name}\norder: {order}\nlabel: {name}\ngloss: Pairs\nsummary: They are.\nrules:\n"
            f"  - id: rule_{name}\n    when: {when}\n    status: candidate\n    because: B.\n    claims: []\n"
            "    basis: editorial\n"
        )
        (directory / "therapies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    question = (
        "questions:\n  - id: asked\n    ask: Which?\n    basis: editorial\n    when: {er: positive}\n"
        "    about: one_of_each\n    status: [not_described]\n"
    )
    (directory / "questions.yaml").write_text(question, encoding="utf-8")
    return directory


def test_what_has_too_many_cases_to_be_looked_at_is_told(pairs: Path) -> None:
    found = checked(pairs)
    told = {str(one).replace(f"{pairs}/", "") for one in found.problems if one.code in {"on-demand", "not-looked-at"}}
    groups = "patients are too many groups to be listed"
    on_demand = "is decided on demand: the minimal reasons for it or against it are too many"
    assert told == {
        f"rulebook.yaml:6:1: whom no class is a candidate for is not looked at: these {groups}",
        f"therapies/one_pair.yaml:1:5: 'one_pair' {on_demand}",
        f"therapies/one_of_each.yaml:1:5: 'one_of_each' {on_demand}",
        f"therapies/one_of_each.yaml:8:11: what the rule 'rule_one_of_each' means is not looked at: its {groups}",
        f"questions.yaml:7:13: whether the question 'asked' can show is not looked at: its {groups}",
    }
    assert not found.gaps_are_whole
    status, text = command(str(pairs))
    assert status == 0
    assert "No gaps" not in text
