"""With the documents at hand, each passage is opened to its sentence within its paragraph.

All documents are invented.
"""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import explore, load_rulebook, read_documents, render
from mbc_options.errors import InputError, RulebookError
from mbc_options.exploration.why import explain
from mbc_options.rendering.filters import at_words
from mbc_options.tools.locate import locate_all

if TYPE_CHECKING:
    from conftest import Run

    from mbc_options.exploration.assessment import Assessment
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.documents import Documents

HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"
SENTENCE = "Antihistamine tablets help people who sneeze."
TRICKY = "Antihistamine tablets help people who sneeze <script>alert('1')</script> & *sniff* \x1b[31m \u202e."


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a rulebook that knows its passages, with its documents; one of them has signs that a page obeys."""
    folder = tmp_path_factory.mktemp("own") / "rules"
    shutil.copytree(HAY_FEVER, folder)
    leaflet = folder / "leaflet.txt"
    text = leaflet.read_text(encoding="utf-8")
    assert SENTENCE in text
    leaflet.write_text(text.replace(SENTENCE, TRICKY), encoding="utf-8")
    assert locate_all(folder, folder, {}).problems == ()
    return folder


@pytest.fixture(scope="module")
def rulebook(own: Path) -> CompiledRulebook:
    return load_rulebook(own)


@pytest.fixture(scope="module")
def documents(own: Path, rulebook: CompiledRulebook) -> Documents:
    return read_documents(own, rulebook)


@pytest.fixture(scope="module")
def assessment(rulebook: CompiledRulebook) -> Assessment:
    return explore(rulebook.patient(age="adult", months=["june"], signs=["sneezing"]), rulebook)


def test_a_citation_gives_its_passage(assessment: Assessment, documents: Documents) -> None:
    found = assessment.claims["L1-13"].passage(documents)
    assert found is not None
    assert found.marked.startswith("Tablets can make people drowsy. Whoever works outdoors")
    whole = found.before + found.marked + found.after
    assert "\n" not in whole
    assert whole in " ".join((HAY_FEVER / "leaflet.txt").read_text(encoding="utf-8").split())


def test_a_passage_that_changed_is_not_shown(own: Path, rulebook: CompiledRulebook, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(own, tmp_path / "changed"))
    text = (changed / "leaflet.txt").read_text(encoding="utf-8")
    (changed / "leaflet.txt").write_text(text.replace("itching eyes at any age", "sore eyes at any age!!"), "utf-8")
    (changed / "note.txt").unlink()
    documents = read_documents(changed, rulebook)
    assert documents.passages("L1-06") == documents.passages("L2-01") == documents.passages("L9-01") == ()
    assert documents.passages("L1-05")
    assert [re.sub(r"/\S*/", "", problem) for problem in documents.problems] == [
        "L1: leaflet.txt is not the document that was read",
        "L2: note.txt cannot be read: No such file or directory",
    ]


def test_there_has_to_be_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no directory of documents"):
        read_documents(tmp_path / "nowhere")


@pytest.mark.parametrize("format_", ["text", "html", "markdown"])
def test_without_documents_nothing_of_them_is_there(format_: str, assessment: Assessment, documents: Documents) -> None:
    parts = ["full"] if format_ == "text" else []
    without = render(assessment, format_, parts=parts)
    opened = render(assessment, format_, parts=parts, documents=documents)
    assert "In the document" not in without
    assert "In the document" in opened
    assert render(assessment, format_, parts=parts, documents=None) == without
    if format_ != "html":  # nothing else changes: what is opened stands on lines of its own
        lines = opened.splitlines()
        assert [line for line in without.splitlines() if line not in lines] == []


def test_a_page_marks_the_sentence_and_escapes_the_rest(assessment: Assessment, documents: Documents) -> None:
    page = str(render(assessment, "html", documents=documents))
    assert "<mark>Antihistamine tablets help people who sneeze &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_text_has_no_signs_that_a_terminal_obeys(assessment: Assessment, documents: Documents) -> None:
    text = str(render(assessment, parts=["full"], documents=documents))
    assert ">>Antihistamine tablets help people who sneeze <script>" in " ".join(text.split())
    assert "\x1b" not in text


def test_markdown_makes_no_markup_of_a_document(assessment: Assessment, documents: Documents) -> None:
    text = str(render(assessment, "markdown", documents=documents))
    assert "<script>" not in text
    assert "*sniff*" not in text.replace("\\*", "")


@pytest.mark.parametrize("format_", ["text", "html", "markdown"])
def test_the_reasons_for_a_verdict_open_their_passages(
    format_: str, rulebook: CompiledRulebook, documents: Documents
) -> None:
    patient = rulebook.patient(age="adult", months=["june"], signs=["sneezing"])
    explanation = explain(patient, "antihistamine", rulebook)
    assert "Antihistamine tablets help people who sneeze" in str(render(explanation, format_, documents=documents))


def test_the_command_takes_the_directory_as_a_flag_or_from_the_environment(own: Path, run: Run) -> None:
    said = ("--rules", str(own), "--age", "adult")
    whole = ("report", *said, "--full")
    without, flag = run(*whole), run(*whole, "--documents", str(own))
    from_environment = run(*whole, env={"MBC_OPTIONS_DOCUMENTS": str(own)})
    assert "In the document" not in without.stdout
    assert "In the document" in flag.stdout
    assert from_environment.stdout == flag.stdout
    assert flag.stderr.endswith(
        "leaflet.txt is not the document that was read; passages that are not there as they were read stay closed\n"
    )
    assert run("report", *said, "--documents", str(own / "nowhere")).returncode == 2
    assert "In the document" in run("why", "antihistamine", *said, "--documents", str(own)).stdout
    handout = run("report", *said, "--handout", "--format", "html", "--documents", str(own))
    assert (handout.returncode, handout.stderr) == (0, "")


def test_the_variable_says_nothing_of_a_rulebook_whose_documents_are_elsewhere(
    own: Path, tmp_path: Path, run: Run
) -> None:
    """Whoever has set it for the rulebook of the package is not told that other documents are not there."""
    said = ("report", "--rules", str(own), "--age", "adult")
    (tmp_path / "other.txt").write_text("Another document.", encoding="utf-8")
    of_others = {"MBC_OPTIONS_DOCUMENTS": str(tmp_path)}
    assert run(*said, env=of_others).stderr == ""
    assert run("why", "antihistamine", *said[1:], env=of_others).stderr == ""
    assert run(*said, env=of_others).stdout == run(*said).stdout
    assert "leaflet.txt cannot be read" in run(*said, "--documents", str(tmp_path)).stderr
    assert "cannot be read" in run("report", "--er", "+", env=of_others).stderr  # the variable is meant for this one
    shutil.copy(own / "note.txt", tmp_path)
    assert "leaflet.txt cannot be read" in run(*said, env=of_others).stderr  # one of them is there


# The address of a document.

ADDRESS = "https://upper-marsh.example/hay'fever?part=1&print=yes#top"


@pytest.fixture(scope="module")
def with_address(own: Path, tmp_path_factory: pytest.TempPathFactory) -> CompiledRulebook:
    """Return the same rulebook, where the leaflet has an address, and a claim key terms with signs of all kinds."""
    folder = Path(shutil.copytree(own, tmp_path_factory.mktemp("address") / "rules"))
    for name, old, new in (
        ("sources.yaml", "    file: leaflet.txt\n", f'    file: leaflet.txt\n    url: "{ADDRESS}"\n'),
        (
            "claims/L1.yaml",
            "key_terms: [Antihistamine tablets help people who sneeze, They are for adults]",
            f"key_terms: [{ODD!r}, it helps]",
        ),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return load_rulebook(folder)


ODD = 'well-known, "50 %" & <b>ünïcode</b> #1'
FRAGMENT = "well%2Dknown%2C%20%2250%20%25%22%20%26%20%3Cb%3E%C3%BCn%C3%AFcode%3C%2Fb%3E%20%231"


@pytest.mark.parametrize("shown", [explore, lambda patient, rulebook: explain(patient, "antihistamine", rulebook)])
def test_a_page_links_to_the_words_at_the_address_of_their_document(shown: Any, with_address: CompiledRulebook) -> None:
    patient = with_address.patient(age="adult", months=["june"], signs=["sneezing"])
    page = str(render(shown(patient, with_address), "html"))
    links = dict(re.findall(r'<a href="(https:[^"]*)" rel="noopener noreferrer">([^<]*)</a>', page))
    links = {unescape(link): unescape(said) for link, said in links.items()}
    assert all(said.endswith(" on the publisher's page") or said == ADDRESS for said in links.values())
    expected = f"https://upper-marsh.example/hay'fever?part=1&print=yes#top:~:text={FRAGMENT}&text=it%20helps"
    assert links[expected] == "L1-04 on the publisher's page"
    assert page.count('href="http') == page.count('" rel="noopener noreferrer">')
    assert not re.search(r"(?:src|action)=", page)


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_what_is_no_page_tells_the_address_once(format_: str, with_address: CompiledRulebook) -> None:
    patient = with_address.patient(age="adult", months=["june"], signs=["sneezing"])
    parts = ["full"] if format_ == "text" else []
    assert str(render(explore(patient, with_address), format_, parts=parts)).count(ADDRESS) == 1


def test_a_document_without_an_address_has_no_link(assessment: Assessment) -> None:
    assert "publisher's page" not in unescape(str(render(assessment, "html")))


@pytest.mark.parametrize(
    "address", ["http://a.example", "javascript:alert(1)", "https://a.example/ b", "https://a.example/<b>", "a.example"]
)
def test_what_is_no_address_to_link_to_is_refused_at_its_place(address: str, own: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(own, tmp_path / "rules"))
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    text = text.replace("    file: leaflet.txt\n", f'    file: leaflet.txt\n    url: "{address}"\n')
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"sources\.yaml:4:10: url begins with https://"):
        load_rulebook(folder)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://a.example/b", "https://a.example/b#:~:text=c%20d"),
        ("https://a.example/b#e", "https://a.example/b#e:~:text=c%20d"),
        ("https://a.example/b#e:~:text=f", "https://a.example/b#e:~:text=c%20d"),
    ],
)
def test_the_words_are_added_to_what_an_address_has_already(address: str, said: str) -> None:
    assert at_words(address, ["c  d"]) == said
