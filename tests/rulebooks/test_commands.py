"""Every command that takes a rulebook works on one of another illness, and says nothing of ours."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import explore, load_case, load_rulebook
from mbc_options.rendering.cards import card
from mbc_options.source.forms import as_data
from mbc_options.tools.citations import verify_sources
from mbc_options.tools.claims import account
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

HAY_FEVER = Path(__file__).parent / "hay-fever"
RULES = ("--rules", str(HAY_FEVER))

TOM = (
    "--age",
    "adult",
    "--month",
    "june",
    "--sign",
    "sneezing",
    "--bad-days",
    "52%",
    "--tried",
    "Sneezol:no use:this year",
)
ANN = "age: child\nmonths: [april]\nsigns: [itching_eyes, wheezing]\npollen: birch\ntried: []\n"

COMMANDS: dict[str, tuple[str, ...]] = {
    "report": ("report", *TOM, *RULES),
    "report as page": ("report", *TOM, *RULES, "--format", "html"),
    "report as markdown": ("report", *TOM, *RULES, "--format", "markdown"),
    "report as data": ("report", *TOM, *RULES, "--format", "json"),
    "whole report": ("report", *TOM, *RULES, "--full"),
    "handout": ("report", *TOM, *RULES, "--handout", "--format", "html"),
    "report out of scope": ("report", "--month", "december", "--season-certain", "no", *RULES),
    "report with the scope open": ("report", "--season-certain", "unknown", *RULES),
    "report of a file": ("report", "-", *RULES),
    "why": ("why", "desensitization", *TOM, *RULES),
    "why of a member": ("why", "antihistamine.tablets", *TOM, *RULES, "--format", "html"),
    "care questions": ("care-questions", *TOM, *RULES),
    "care questions as page": ("care-questions", "-", *RULES, "--format", "html"),
    "care questions as markdown": ("care-questions", *TOM, *RULES, "--format", "markdown", "--words", "clinical"),
    "glossary": ("glossary", *RULES),
    "matrix": ("matrix", *TOM, *RULES),
    "matrix as page": ("matrix", *TOM, *RULES, "--format", "html"),
    "matrix as markdown": ("matrix", *RULES, "--format", "markdown"),
    "case list": ("case", "list", *RULES),
    "case show": ("case", "show", "the-mower", *RULES),
    "case check": ("case", "check", *RULES),
    "case export": ("case", "export", "the-mower", *RULES),
    "case page": ("case", "export", "small-ann", *RULES, "--format", "html"),
    "case handout": ("case", "export", "the-mower", *RULES, "--handout"),
    "case solutions": ("case", "export", "small-ann", *RULES, "--solutions", "--format", "markdown"),
    "case quiz": ("case", "export", "the-mower", *RULES, "--format", "moodle"),
    "case data": ("case", "export", "the-mower", *RULES, "--format", "json"),
    "schema of a patient": ("schema", "patient", *RULES),
    "schema of a case": ("schema", "case", *RULES),
    "verify": ("verify", str(HAY_FEVER), *RULES),
    "help": ("report", *RULES, "--help"),
}

OURS = re.compile(r"breast|cancer|tumou?r|metasta|oncolog|HER2|receptor|five documents|\bsites?\b", re.IGNORECASE)

SPOKEN_EVERYWHERE = {
    "earlier treatment",
    *("yes", "no", "none", "true", "false", "present", "absent", "label", "other", "text", "female", "male"),
    *(
        "current",
        "response",
        "done",
        "finished",
        "given",
        "primary",
        "advanced",
        "ci",
        "dose",
        "rest",
        "ai",
        "et",
        "pd",
    ),
    *(
        "failed",
        "as",
        "ac",
        "tc",
        "te",
        "response",
        "pre",
        "post",
        "pos",
        "neg",
        "cr",
        "sd",
        "iv",
        "early",
        "man",
        "woman",
    ),
}
"""Words of our facts and drugs that mean something else, too."""


def words_of_ours() -> Iterator[str]:
    """Every id, label and alias of our facts, values, drugs and classes that a reader could take for ours."""
    vocabulary = bundled_vocabulary()
    yield from (name for name, _ in vocabulary.agents.names())
    for field in (*vocabulary.file.fields, *vocabulary.file.derived):
        data = as_data(field)
        entries = (
            data,
            *(one for key in ("values", "open_values", "names", "outcomes", "settings") for one in data.get(key) or ()),
        )
        for entry in entries:
            yield from (entry[key] for key in ("id", "label", "text", "yes", "no") if entry.get(key))
            yield from entry.get("also") or ()
    yield from (words.label for words in vocabulary.facts.values())


@cache
def only_ours() -> frozenset[str]:
    """Those of which the other rulebook says nothing."""
    theirs = " ".join(path.read_text(encoding="utf-8") for path in HAY_FEVER.rglob("*.yaml")).lower()
    ours = {word.lower() for word in words_of_ours() if len(word) > 1}
    return frozenset(ours - SPOKEN_EVERYWHERE - set(re.findall(r"[a-z0-9_/.+-]+", theirs)))


def said_of_ours(output: str) -> set[str]:
    lower = output.lower()
    within = {word for word in only_ours() if word in lower}
    words = {word for word in within if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", lower)}
    return words | {match[0].lower() for match in OURS.finditer(output)}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_works_on_another_illness_and_says_nothing_of_ours(name: str, run: Run) -> None:
    done = run(*COMMANDS[name], stdin=ANN)
    assert (done.returncode, done.stderr) == (0, "")
    output = re.sub(r"<(style|script)\b.*?</\1>", "", done.stdout, flags=re.DOTALL)
    examples = "mbc-options "  # those of the help are the same for every rulebook
    assert said_of_ours("\n".join(line for line in output.splitlines() if examples not in line)) == set()


def test_two_people_are_compared(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ann.yaml").write_text(ANN, encoding="utf-8")
    (tmp_path / "tom.yaml").write_text("age: adult\nmonths: [june]\nsigns: [sneezing]\n", encoding="utf-8")
    done = run("compare", "ann.yaml", "tom.yaml", *RULES)
    assert (done.returncode, done.stderr) == (0, "")
    assert "an adult" in done.stdout
    assert said_of_ours(done.stdout) == set()


def test_cards_say_nothing_of_another_illness() -> None:
    rulebook = load_rulebook(HAY_FEVER)
    tom = rulebook.patient(age="adult", months=["june"], signs=["sneezing"], tried=["Sneezol: no use"])
    assessment, case = explore(tom, rulebook), load_case(HAY_FEVER / "cases" / "the-mower.yaml", rulebook)
    shown = (tom, assessment, assessment["antihistamine"], case.stages[1], case.questions[0])
    for one in shown:
        assert said_of_ours(re.sub(r"<style\b.*?</style>", "", card(one) or "", flags=re.DOTALL)) == set()
    assert "<dd>an adult</dd>" in str(card(tom))
    assert "<dd>sneezing; nothing else" in str(card(tom))


def test_the_citations_stand_in_the_documents() -> None:
    found = verify_sources(load_rulebook(HAY_FEVER), HAY_FEVER)
    assert (found.documents, found.claims, found.problems) == (2, 16, ())
    assert list(account(load_rulebook(HAY_FEVER)).problems()) == []


def test_the_search_finds_words_of_ours() -> None:
    assert said_of_ours("Letrozole, for bone metastases of breast cancer; er-positive") >= {
        *("letrozole", "bone metastases", "breast", "cancer", "er-positive"),
    }


def test_true_and_false_in_conditions_change_no_digest(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(HAY_FEVER, own)
    file = own / "therapies" / "antihistamine.yaml"
    file.write_text(file.read_text("utf-8").replace("{signs.itching_eyes: yes}", "{signs.itching_eyes: true}"), "utf-8")
    assert "true" in file.read_text("utf-8")
    assert load_rulebook(own).sha256 == load_rulebook(HAY_FEVER).sha256
