"""One document at a time, through the real entry point: the report, and the map by document."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from re import findall
from typing import TYPE_CHECKING

import jsonschema
import pytest
from click.testing import CliRunner

from mbc_options import DocumentMap, Patient, document_map, load_rulebook, render
from mbc_options.cli.main import cli

if TYPE_CHECKING:
    from conftest import Run

HERE = Path(__file__).parent
FLAGS = ("--er", "+", "--pr", "-", "--her2", "1+", "--menopause", "post", "--site", "bone", "--site", "liver")
PRIOR = ("--prior", "letrozole:progressed")


def said(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_map_as_text(run: Run, pytestconfig: pytest.Config) -> None:
    done = run("matrix", "--by", "document", *FLAGS, *PRIOR)
    assert (done.returncode, done.stderr) == (0, "")
    path, text = HERE / "golden" / "by-document.txt", done.stdout.replace(load_rulebook().sha256, "(the digest)")
    if pytestconfig.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", ["clinical", "plain"])
@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_no_form_lets_silence_read_as_against(format_: str, words: str) -> None:
    text = said("matrix", "--by", "document", *FLAGS, *PRIOR, "--format", format_, "--words", words)
    flat = " ".join(text.split())
    assert "neither for it nor against it" in flat
    assert "conflicting" in flat
    assert "single-sourced" in flat
    assert "with limits" in flat
    assert all(source.short in flat for source in load_rulebook().sources.values())
    alone = " ".join(
        said("report", "--document", "S003", *FLAGS, *PRIOR, "--format", format_, "--words", words).split()
    )
    assert "Only S003 (" in alone
    assert "S001-" not in alone


def test_the_page_has_every_cell_and_no_id_twice() -> None:
    found = document_map(Patient(er="+", her2="-", menopause="post", sites=["bone"]))
    page = render(found, "html")
    ids = Counter(findall(r'\bid="?([^" >]+)', page))
    assert [id_ for id_, times in ids.items() if times > 1] == []
    roles = findall(r"aria-hidden=true>S00\d</span>([a-z]+)", page)
    assert Counter(roles) == Counter(cell.role for line in found.lines for cell in line.cells.values())
    links = set(findall(r'href="?#([^" >]+)', page))
    assert links <= set(ids)


def test_a_document_with_limits_is_marked_in_each_form() -> None:
    """Chemotherapy of a HER2-positive patient, of which the article for patients also takes something back."""
    arguments = ("matrix", "--by", "document", "--er", "-", "--her2", "+", "--site", "liver", "--finding", "none")
    found = document_map(Patient(er="-", her2="+", sites=["liver"], findings=()))
    limited = [cell for row in found.rows for cell in row.cells.values() if cell.limits and cell.role != "limiting"]
    assert limited
    text = said(*arguments)
    table = text.partition("all S000")[2].partition("(supporting)")[0]
    assert table.count("*") == len(limited)
    assert max(map(len, text.splitlines())) <= 80
    assert "\n- with limits: " in said(*arguments, "--format", "markdown")
    assert "<dt>with limits" in said(*arguments, "--format", "html")


def test_its_json_fits_its_schema() -> None:
    data = json.loads(said("matrix", "--by", "document", *FLAGS, "--format", "json"))
    jsonschema.Draft202012Validator(json.loads(said("schema", "document-map"))).validate(data)
    assert DocumentMap.model_validate(data).model_dump(mode="json") == data


def test_members_have_lines_of_their_own_where_asked_for() -> None:
    for format_, line in (("text", "\n  Tamoxifen "), ("markdown", "within it: Tamoxifen")):
        arguments = ("matrix", "--by", "document", *FLAGS, "--format", format_)
        assert line not in said(*arguments)
        assert line in said(*arguments, "--members")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report", "--document", "S3", *FLAGS), "there is no document 'S3'"),
        (("matrix", "--by", "document", "--depends", *FLAGS), "--depends is of the map by subtype"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], message: str) -> None:
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_the_screen_by_documents_tells_of_silence_and_how_to_see_more() -> None:
    text = " ".join(said("report", "--document", "S003", "--document", "S001", *FLAGS, *PRIOR).split())
    assert "Only S001 and S003 are read here, as if no other existed. Silence is nothing against a class." in text
    assert " --document S001 --document S003 ..." in text


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_why_by_a_document_says_that_what_it_says_is_not_enough_alone(format_: str) -> None:
    arguments = ("why", "hormone_therapy", "--document", "S003", *FLAGS, "--site", "bone", *PRIOR)
    more = said(*arguments, "--format", format_)
    assert "Only S003 (Article for patients) is read here" in " ".join(more.split())
    assert "not enough alone" in " ".join(more.split())
    assert "S002-" not in more


def test_several_documents_are_read_together() -> None:
    data = json.loads(said("report", "--document", "S003", "--document", "S001", *FLAGS, "--format", "json"))
    assert [document["id"] for document in data["documents"]] == ["S001", "S003"]
