"""The public form of a rulebook decides as `statuses` does: in Python, in JavaScript and in two databases.

The readers are those of `docs/portable.md`, run as they stand there.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from builders import FACTS, SPACE, THEORY, knowing, knowledge, real_knowledge, rulebooks
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from thoroughness import examples

from mbc_options import RulebookError, load_rulebook, portable, read_portable, statuses
from mbc_options.cli.main import cli
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.description import _made
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.portable import ByCover, PortableCases, portable_over, portable_schema
from mbc_options.rulebook.portable_sql import portable_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conftest import Run

    from mbc_options import CompiledRulebook, PortableRulebook
    from mbc_options.rulebook.models import Rulebook

TESTS = Path(__file__).parents[1]
DOCUMENT = (TESTS.parent / "docs" / "portable.md").read_text(encoding="utf-8")

Known = dict[str, list[str]]


def block(language: str, containing: str) -> str:
    found = [text for text in re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL) if containing in text]
    assert len(found) == 1
    return str(found[0])


READER: dict[str, Any] = {}
exec(block("python", "def statuses"), READER)  # noqa: S102 - the reader that the document shows


def in_node(rulebook: str, patients: list[Known]) -> list[dict[str, str]]:
    """What the document's reader in JavaScript says of patients, in one process."""
    node = shutil.which("node")
    if node is None:
        assert "MBC_OPTIONS_REQUIRE_NODE" not in os.environ, "node is not installed"
        pytest.skip("node is not installed; the reader in JavaScript is not run")
    harness = """
const { rulebook, patients } = JSON.parse(require("fs").readFileSync(0, "utf8"));
try {
  console.log(JSON.stringify(patients.map((known) => statuses(rulebook, known))));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
"""
    done = subprocess.run(
        [node, "-e", block("js", "function statuses") + harness],
        input=f'{{"rulebook": {rulebook}, "patients": {json.dumps(patients)}}}'.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise ValueError(done.stderr.decode())
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


@cache
def hay_fever() -> CompiledRulebook:
    return load_rulebook(TESTS / "rulebooks" / "hay-fever")


@cache
def form_of(rulebook: CompiledRulebook) -> PortableRulebook:
    return portable(rulebook)


def expected(rulebook: CompiledRulebook, cube: int) -> dict[str, str]:
    vocabulary = rulebook.vocabulary
    described = _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), cube, (), vocabulary)
    return dict(statuses(described, rulebook))


def known_of(rulebook: CompiledRulebook, cube: int) -> Known:
    """What a cube says, as a client has it."""
    return {fact: list(values) for fact, values in rulebook.space.reading(cube).items()}


def someone(rulebook: CompiledRulebook, seed: int) -> int:
    """A possible patient of any rulebook, of whom facts are known, half known or unknown; the scope may be open."""
    space, theory = rulebook.space, rulebook.theory
    chance = random.Random(seed)
    cube = space.universe
    for fact in chance.sample(space.facts, len(space.facts)):
        for value in chance.sample(space.domains[fact], len(space.domains[fact])):
            if theory.is_possible(tried := space.assign(cube, fact, value)):
                cube = tried
                break
    share = chance.choice([0.0, 0.1, 0.3, 0.6, 0.9, 1.0])
    for fact in space.facts:
        if chance.random() < share:
            cube |= space.mask(fact)
        elif chance.random() < share / 3:
            cube |= space.bit(fact, chance.choice(space.domains[fact]))
    return carried(rulebook, cube)


def carried(rulebook: CompiledRulebook, cube: int) -> int:
    """What a cube says of the facts that the form carries; of the others nothing is known."""
    facts = {fact.id for fact in form_of(rulebook).facts}
    for fact in set(rulebook.space.facts) - facts:
        cube |= rulebook.space.mask(fact)
    return cube


def anyone(rulebook: CompiledRulebook) -> st.SearchStrategy[int]:
    return st.integers(0, 2**32).map(lambda seed: someone(rulebook, seed))


SHIPPED = {"ours": load_rulebook, "hay fever": hay_fever}


@pytest.mark.parametrize("which", SHIPPED)
def test_patients_by_chance_reach_every_status(which: str) -> None:
    rulebook = SHIPPED[which]()
    found = {status for seed in range(300) for status in expected(rulebook, someone(rulebook, seed)).values()}
    assert found == {"candidate", "undetermined", "unspecified", "not_described", "out_of_scope"}


def agrees_in_python(rulebook: CompiledRulebook, form: PortableRulebook, cubes: Iterable[int]) -> None:
    data = json.loads(form.as_json())
    for cube in cubes:
        known, wanted = known_of(rulebook, cube), expected(rulebook, cube)
        assert READER["statuses"](data, known) == wanted
        assert form.statuses(known) == wanted
        assert list(form.statuses(known)) == list(wanted)


@pytest.mark.parametrize("which", SHIPPED)
@settings(deadline=None)
@given(data=st.data())
def test_the_reader_in_python_decides_as_we_do(which: str, data: st.DataObject) -> None:
    rulebook = SHIPPED[which]()
    agrees_in_python(rulebook, form_of(rulebook), [data.draw(anyone(rulebook))])


@settings(deadline=None)
@given(real_knowledge())
def test_so_it_does_for_patients_in_scope(cube: int) -> None:
    agrees_in_python(load_rulebook(), form_of(load_rulebook()), [carried(load_rulebook(), cube)])


@settings(deadline=None)
@given(rulebooks(), st.lists(knowledge() | knowledge("no"), min_size=1, max_size=5))
def test_so_it_does_for_random_rulebooks(rulebook: Rulebook, cubes: list[int]) -> None:
    compiled = compile_rulebook(rulebook)
    agrees_in_python(compiled, portable(compiled), [*cubes, SPACE.universe])


@pytest.mark.parametrize("which", SHIPPED)
@settings(deadline=None, max_examples=examples(50))
@given(data=st.data())
def test_a_form_over_some_facts_decides_whatever_can_be_known_of_them(which: str, data: st.DataObject) -> None:
    rulebook = SHIPPED[which]()
    facts = data.draw(st.sets(st.sampled_from(rulebook.space.facts)))
    cube = someone(rulebook, data.draw(st.integers(0, 2**32)))
    for fact in set(rulebook.space.facts) - facts:
        cube |= rulebook.space.mask(fact)
    form = portable_over(rulebook, facts)
    assert form.statuses(known_of(rulebook, cube)) == expected(rulebook, cube)
    assert {fact.id for fact in form.facts} == facts
    with pytest.raises(KeyError):
        portable_over(rulebook, [*facts, "none"])


@pytest.mark.parametrize("which", SHIPPED)
@settings(deadline=None, max_examples=5)
@given(data=st.data())
def test_the_reader_in_javascript_decides_as_we_do(which: str, data: st.DataObject) -> None:
    rulebook = SHIPPED[which]()
    cubes = data.draw(st.lists(anyone(rulebook), min_size=20, max_size=60))
    found = in_node(form_of(rulebook).as_json(), [known_of(rulebook, cube) for cube in cubes])
    assert found == [expected(rulebook, cube) for cube in cubes]


@settings(deadline=None, max_examples=examples(15))
@given(rulebooks(), st.lists(knowledge() | knowledge("no"), min_size=5, max_size=20))
def test_so_it_does_for_random_rulebooks_in_javascript(rulebook: Rulebook, cubes: list[int]) -> None:
    compiled = compile_rulebook(rulebook)
    found = in_node(portable(compiled).as_json(), [known_of(compiled, cube) for cube in cubes])
    assert found == [expected(compiled, cube) for cube in cubes]


# what cannot be


@settings(deadline=None)
@given(st.lists(st.sampled_from([(f, v) for f in SPACE.facts for v in SPACE.domains[f]]), max_size=6))
def test_nobody_lies_inside_what_is_impossible_and_whoever_does_not_is_possible(said: list[tuple[str, str]]) -> None:
    rulebook, form = load_rulebook(), form_of(load_rulebook())
    carried = {fact.id for fact in form.facts}
    cube = SPACE.universe
    for fact, value in said:
        if fact in carried:
            cube &= SPACE.cube({fact: [value]}) if cube & SPACE.bit(fact, value) else SPACE.universe
    inside = READER["inside"](known_of(rulebook, cube), json.loads(form.as_json())["impossible"])
    assert inside is not THEORY.is_possible(cube)


# the form


@pytest.mark.parametrize("which", SHIPPED)
def test_it_satisfies_its_schema_and_is_read_back_as_it_was(which: str) -> None:
    form = form_of(SHIPPED[which]())
    Draft202012Validator.check_schema(portable_schema())
    Draft202012Validator(portable_schema()).validate(json.loads(form.as_json()))
    assert read_portable(form.as_json()) == form


@settings(deadline=None, max_examples=examples(20))
@given(rulebooks())
def test_equal_rulebooks_have_the_same_bytes(rulebook: Rulebook) -> None:
    first, second = portable(compile_rulebook(rulebook)), portable(compile_rulebook(rulebook))
    assert first.as_json() == second.as_json()
    assert read_portable(first.as_json()).as_json() == first.as_json()


def test_ours_is_tens_of_kilobytes() -> None:
    assert len(form_of(load_rulebook()).as_json().encode()) < 100_000


@pytest.mark.parametrize("which", SHIPPED)
def test_every_option_is_decided_once_by_facts_that_are_carried(which: str) -> None:
    form = form_of(SHIPPED[which]())
    assert sorted(id_ for one in form.decisions for id_ in one.options) == sorted(one.id for one in form.options)
    domains = {fact.id: {value.id for value in fact.values} for fact in form.facts}
    data = json.loads(form.as_json())
    lists = [data["impossible"], data["scope"]["holds"], data["scope"]["fails"]]
    lists += [cubes for one in data["decisions"] for key, cubes in one.items() if key not in {"options", "decide"}]
    cubes = [cube for some in lists for cube in some]
    assert all(set(values) < domains[fact] for cube in cubes for fact, values in cube.items())
    assert {fact for cube in cubes for fact in cube} == set(domains)


EXAMPLE = json.loads(block("json", "hiccups"))
TABLE = re.findall(r"^\| `(\{.*\})` \| `(\w+)` \|$", DOCUMENT, re.MULTILINE)


@pytest.mark.parametrize(("known", "status"), TABLE)
def test_the_example_is_one(known: str, status: str) -> None:
    assert len(TABLE) == 5
    assert read_portable(json.dumps(EXAMPLE)).statuses(json.loads(known)) == {"drops": status}
    assert READER["statuses"](EXAMPLE, json.loads(known)) == {"drops": status}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": "else"}, "its format is 'else', not 'mbc_options.portable'"),
        ({"version": 2}, "version 2 of the form is not known here; this reader knows version 1"),
        ({"facts": 3}, "facts: "),
        ({"more": 1}, "more: "),
    ],
)
def test_what_is_no_such_form_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(complaint)):
        read_portable(json.dumps({**EXAMPLE, **change}))
    with pytest.raises(RulebookError, match="line 1, column 1: no JSON"):
        read_portable("nothing")


# what has no primes

COVERED = {
    **EXAMPLE,
    "decisions": [
        {
            "options": ["drops"],
            "decide": "cover",
            "candidate": {"within": [{"duration": ["ever"]}], "but_not": []},
            "described": {"within": [{}], "but_not": [{"duration": ["short"]}]},
        }
    ],
}


def test_a_reader_refuses_what_only_a_cover_decides() -> None:
    Draft202012Validator(portable_schema()).validate(COVERED)
    form, known = read_portable(json.dumps(COVERED)), {"hiccups": ["yes"]}
    assert json.loads(form.as_json()) == COVERED
    for read in (form.statuses, lambda known: READER["statuses"](COVERED, known)):
        with pytest.raises(ValueError, match="drops: decided by a cover"):
            read(known)
    with pytest.raises(ValueError, match="drops: decided by a cover"):
        portable_sql(form)
    with pytest.raises(ValueError, match="drops: decided by a cover"):
        in_node(json.dumps(COVERED), [known])


# databases


def rows(connection: Any, form: PortableRulebook, patients: list[Known]) -> list[dict[str, str]]:
    """The statuses that a database gives to patients of whom one value or nothing is known of a fact."""
    columns = [fact.id for fact in form.facts]
    connection.execute("CREATE TABLE patients (" + ", ".join(f'"{one}" TEXT' for one in ["no.", *columns]) + ")")
    marks = ", ".join("?" for _ in ["no.", *columns])
    for number, known in enumerate(patients):
        values = [known[one][0] if one in known else None for one in columns]
        connection.execute(f"INSERT INTO patients VALUES ({marks})", [f"{number:04}", *values])  # noqa: S608 - marks
    found = sorted(connection.execute(portable_sql(form)).fetchall())
    ids = [option.id for option in form.options]
    return [dict(zip(ids, row[-len(ids) :], strict=True)) for row in found]


def single_values(rulebook: CompiledRulebook, cube: int) -> int:
    """The same knowledge without what is known in part only."""
    space = rulebook.space
    for mask in space.masks:
        if (cube & mask).bit_count() > 1:
            cube |= mask
    return cube


@pytest.mark.parametrize("connect", [sqlite3.connect, duckdb.connect], ids=["SQLite", "DuckDB"])
@pytest.mark.parametrize("which", SHIPPED)
@settings(deadline=None, max_examples=5)
@given(data=st.data())
def test_a_database_decides_as_we_do(which: str, connect: Any, data: st.DataObject) -> None:
    rulebook = SHIPPED[which]()
    drawn = data.draw(st.lists(anyone(rulebook), min_size=10, max_size=40))
    cubes = [single_values(rulebook, cube) for cube in drawn]
    connection = connect(":memory:")
    try:
        found = rows(connection, form_of(rulebook), [known_of(rulebook, cube) for cube in cubes])
    finally:
        connection.close()
    assert found == [expected(rulebook, cube) for cube in cubes]


@settings(deadline=None, max_examples=examples(30))
@given(rulebooks(), st.lists(knowledge() | knowledge("no"), min_size=1, max_size=10))
def test_so_it_does_for_random_rulebooks_in_a_database(rulebook: Rulebook, drawn: list[int]) -> None:
    compiled = compile_rulebook(rulebook)
    cubes = [single_values(compiled, cube) for cube in drawn]
    assume(cubes)
    connection = sqlite3.connect(":memory:")
    try:
        found = rows(connection, portable(compiled), [known_of(compiled, cube) for cube in cubes])
    finally:
        connection.close()
    assert found == [expected(compiled, cube) for cube in cubes]
    assert expected(compiled, SPACE.universe) == dict(statuses(knowing(SPACE.universe), compiled))


# the command


def test_the_command_writes_it(run: Run, tmp_path: Path) -> None:
    form = form_of(load_rulebook())
    assert run("rules", "compile", "-o", "rulebook.json").returncode == 0
    assert (tmp_path / "rulebook.json").read_text(encoding="utf-8") == form.as_json()
    assert run("rules", "compile").stdout == form.as_json()
    assert run("rules", "compile", "-o", "statuses.sql").returncode == 0
    assert (tmp_path / "statuses.sql").read_text(encoding="utf-8") == portable_sql(form)
    directory = str(TESTS / "rulebooks" / "hay-fever")
    assert run("rules", "compile", "--rules", directory, "--format", "sql").stdout == portable_sql(form_of(hay_fever()))
    assert json.loads(run("schema", "portable").stdout)["title"] == portable_schema()["title"]


def test_the_command_refuses_sql_for_what_only_a_cover_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = read_portable(json.dumps(COVERED))
    monkeypatch.setattr("mbc_options.rulebook.portable.portable", lambda _: form)
    output = tmp_path / "statuses.sql"
    done = CliRunner().invoke(cli, ["rules", "compile", "-o", str(output)])
    assert done.exit_code == 2
    assert "no SQL for drops: decided by a cover" in done.output
    assert not output.exists()


def test_a_name_that_contradicts_the_format_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("rules", "compile", "--format", "sql", "-o", "rulebook.json")
    assert done.returncode == 2
    assert "rulebook.json is named like json, and --format says sql" in done.stderr
    assert not list(tmp_path.iterdir())


@given(st.data())
def test_what_is_decided_on_demand_is_carried_as_covers_that_decide(data: st.DataObject) -> None:
    """By enumeration: all who fit what is known lie in the cover, and not in its exceptions, or none does."""
    rulebook = compile_rulebook(data.draw(rulebooks()), decide="cover")
    form = portable(rulebook)
    Draft202012Validator(portable_schema()).validate(json.loads(form.as_json()))
    assert read_portable(form.as_json()) == form
    known = data.draw(knowledge())
    found = expected(rulebook, known)
    points = filter(THEORY.is_possible, SPACE.points(known, FACTS))
    patients = [{fact: SPACE.values(point, fact)[0] for fact in SPACE.facts} for point in points]
    for one in form.decisions:
        assert isinstance(one, ByCover)
        for id_ in one.options:
            candidate = {_is_among(patient, one.candidate) for patient in patients}
            described = {_is_among(patient, one.described) for patient in patients}
            by_cover = {
                frozenset({True}): "candidate",
                frozenset({True, False}): "undetermined",
            }.get(frozenset(candidate)) or (
                {frozenset({True}): "unspecified", frozenset({False}): "not_described"}.get(
                    frozenset(described), "undetermined"
                )
            )
            assert by_cover == found[id_]


def _is_among(patient: Mapping[str, str], cases: PortableCases) -> bool:
    def is_in(cover: Iterable[Mapping[str, tuple[str, ...]]]) -> bool:
        return any(all(patient[fact] in values for fact, values in cube.items()) for cube in cover)

    return is_in(cases.within) and not is_in(cases.but_not)


@pytest.mark.parametrize("command", re.findall(r"^    mbc-options (.*)$", DOCUMENT, re.MULTILINE))
def test_the_commands_of_the_document_work(command: str, run: Run) -> None:
    done = run(*command.split())
    assert (done.returncode, done.stderr) == (0, "")


def test_the_first_lines_of_the_document_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(block("python", "again = read_portable"), {})  # noqa: S102 - the document's own code
    known = THEORY.tighten(SPACE.cube({"metastatic": ["yes"], "er": ["positive"]}))
    assert capsys.readouterr().out.strip() == statuses(knowing(known))["hormone_therapy"]
