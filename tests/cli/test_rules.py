"""The commands for rulebooks: beginning one, listing what is in it, and showing one thing whole."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mbc_options import load_rulebook
from mbc_options.cli.main import cli
from mbc_options.package_data import templates_dir
from mbc_options.rulebook.conditions import Names
from mbc_options.source import yaml_positions
from mbc_options.source.validation import check
from mbc_options.tools.contents import as_authored, contents, find, uses

if TYPE_CHECKING:
    from conftest import Run

    from mbc_options.rulebook.compiled import CompiledRulebook

HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"


@pytest.fixture(scope="module", params=["bundled", "hay-fever"])
def rulebook(request: pytest.FixtureRequest) -> CompiledRulebook:
    return load_rulebook(HAY_FEVER if request.param == "hay-fever" else None)


def shown(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["rules", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


# A new rulebook


def test_a_new_rulebook_is_sound_as_it_stands(run: Run) -> None:
    done = run("rules", "new", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("case check", "verify mine/documents", "report --duration long --age adult", "rules list"):
        done = run(*command.split(), "--rules", "mine")
        assert (done.returncode, done.stderr) == (0, ""), command
    assert "0 problems" in run("verify", "mine/documents", "--rules", "mine").stdout
    report = json.loads(
        run("report", "--duration", "long", "--age", "adult", "--rules", "mine", "--format", "json").stdout
    )
    assert {option["id"]: option["status"] for option in report["options"]} == {
        "breathing": "not_described",
        "drops": "candidate",
        "vinegar": "unspecified",
    }


def test_a_new_rulebook_runs_as_it_says_itself(run: Run) -> None:
    said = run("rules", "new", "its own").stdout
    commands = [shlex.split(line)[1:] for line in said.splitlines() if "mbc-options " in line]
    assert [command[:2] for command in commands] == [
        ["rules", "list"],
        ["report", "--duration"],
        ["rules", "test"],
        ["case", "check"],
        ["verify", "its own/documents"],
    ]
    for command in commands:
        done = run(*command)
        assert (done.returncode, done.stderr) == (0, ""), command


@pytest.mark.parametrize("name", ["mine", 'O\'Hara: a "test"', "#1", "été"])
def test_a_new_rulebook_has_the_name_of_its_folder(name: str, tmp_path: Path) -> None:
    shown("new", str(tmp_path / name))
    assert load_rulebook(tmp_path / name).name == name


def test_every_kind_of_file_of_a_new_rulebook_explains_itself() -> None:
    folder = templates_dir() / "rules" / "new"
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.y*ml*")}
    explained = {name for name, text in texts.items() if text.startswith("#")}
    assert set(texts) - explained == {"therapies/drops.yaml", "therapies/vinegar.yaml"}  # as breathing.yaml explains
    assert max(len(line) for text in texts.values() for line in text.splitlines()) <= 96


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_nothing_is_written_over(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "mine"
    {"folder": path.mkdir, "file": path.touch, "link": lambda: path.symlink_to(tmp_path / "nowhere")}[kind]()
    done = CliRunner().invoke(cli, ["rules", "new", str(path)])
    assert done.exit_code == 2
    assert "mine" in done.output
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
    assert kind != "folder" or not list(path.iterdir())


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(cli, ["rules", "new", str(tmp_path / "nowhere" / "mine")])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert done.output == f"{tmp_path / 'nowhere' / 'mine'}: cannot be written: No such file or directory\n"

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fail)
    done = CliRunner().invoke(cli, ["rules", "new", str(tmp_path / "mine")])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert done.output.endswith("cannot be written: No space left on device\n")


# What is in one


def test_the_list_names_what_there_is(rulebook: CompiledRulebook) -> None:
    listed = shown("list", *(["--rules", str(HAY_FEVER)] if rulebook.name == "hay-fever" else []))
    words = set(listed.replace(":", " ").replace(",", " ").split())
    kinds = {"class", "member", "rule", "caution", "definition", "subtype", "consideration", "disagreement"}
    assert {entry.id for entry in contents(rulebook) if entry.kind in kinds} <= words
    assert {name.id for field in rulebook.vocabulary.file.fields for name in getattr(field, "names", ())} <= words


def test_the_list_as_data_has_everything() -> None:
    said = json.loads(shown("list", "--format", "json", "--rules", str(HAY_FEVER)))
    assert (said["name"], said["version"]) == ("hay-fever", "1")
    by_kind: dict[str, list[str]] = {}
    for entry in said["entries"]:
        by_kind.setdefault(entry["kind"], []).append(entry.get("id", ""))
    assert by_kind["class"] == ["antihistamine", "nose_spray", "salt_water", "desensitization"]
    assert by_kind["member"] == ["antihistamine.tablets", "antihistamine.eye_drops"]
    assert len(by_kind["claim"]) == 16
    assert by_kind["drug"] == ["fexolan", "lidofen", "mometrin", "nettle_tea"]
    rule = next(entry for entry in said["entries"] if entry.get("id") == "rinsing-is-mentioned")
    assert (rule["owner"], rule["reads"]) == ("salt_water", "not (wheezing)")
    pollen = next(entry for entry in said["entries"] if entry["kind"] == "fact" and entry["id"] == "pollen")
    assert pollen["values"] == ["grass", "birch", "neither"]


def test_what_is_shown_as_authored_reads_as_the_same(rulebook: CompiledRulebook) -> None:
    vocabulary = rulebook.vocabulary
    for entry in contents(rulebook):
        text = as_authored(entry)
        again, problems = check(type(entry.authored), yaml_positions.parse(text, entry.id), Names(vocabulary))
        assert (again, problems) == (entry.authored, []), text


def test_everything_with_an_id_can_be_shown(rulebook: CompiledRulebook) -> None:
    entries = contents(rulebook)
    for entry in entries:
        if entry.id:
            assert find(entries, f"{entry.kind}:{entry.id}") == (entry,)
            assert entry in find(entries, entry.id.upper())


def test_a_rule_is_shown_whole() -> None:
    text = shown("show", "desensitization-for-grass", "--rules", str(HAY_FEVER))
    assert text.splitlines()[0] == "rule desensitization-for-grass, of desensitization"
    assert "How its condition reads: grass pollen and antihistamine tablets failed\n" in text
    assert "  * L1-11, Village leaflet, section 3: Desensitization is for grass pollen after" in text
    assert text.endswith("Nothing uses it.\n")


@pytest.mark.parametrize(
    ("wanted", "users"),
    [
        ("L1-04", {"rule tablets-for-sneezing-adults", "rule tablets", "definition sneezing_adult"}),
        ("sneezing_adult", {"rule tablets-for-sneezing-adults", "rule tablets", "claim L1-04"}),
        (
            "fact:pollen",
            {
                "rule desensitization-for-grass",
                "claim L1-11",
                "subtype grass",
                "subtype birch",
                "consideration find-the-pollen",
                "question which_pollen",
            },
        ),
        ("tight_chest", {"constraint "}),
        ("class:desensitization", {"consideration find-the-pollen", "disagreement D1", "question how_long"}),
        ("mometrin", {"class nose_spray", "regimen summer_pair"}),
        ("D1", set()),
    ],
)
def test_what_uses_a_thing_is_told(wanted: str, users: set[str]) -> None:
    entries = contents(load_rulebook(HAY_FEVER))
    (entry,) = find(entries, wanted)
    assert {f"{one.kind} {one.id}" for one in uses(entries, entry)} == users


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("polen", "nothing in this rulebook has the id 'polen'; did you mean pollen?"),
        (
            "quite another",
            "nothing in this rulebook has the id 'quite another'; mbc-options rules list shows what there is",
        ),
        ("pollen", "'pollen' is the id of several things; write one of term:pollen, fact:pollen"),
        ("grass", None),
    ],
)
def test_an_id_of_nothing_or_of_several_things_is_told(wanted: str, message: str | None) -> None:
    done = CliRunner().invoke(cli, ["rules", "show", wanted, "--rules", str(HAY_FEVER)])
    assert (done.exit_code, done.output.strip()) == (2, message) if message else done.exit_code == 0
