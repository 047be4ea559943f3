"""Pages as PDF: tagged, titled, the same for the same input, and told plainly where the extra is missing."""

from __future__ import annotations

import importlib
import io
import os
import sys
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import (
    MissingExtraError,
    Patient,
    compare,
    explain,
    explore,
    load_case,
    load_rulebook,
    matrix,
    render,
)
from mbc_options.rendering import pdf as pdf_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pypdf import PdfReader

REQUIRED = "MBC_OPTIONS_REQUIRE_PDF"
"""Set where these tests must run: a missing extra is a failure then."""


def missing() -> str | None:
    """What is missing to make a PDF and how to get it, or None where nothing is."""
    if find_spec("weasyprint") is None:
        return "no PDF: weasyprint is not installed; pip install -e '.[pdf,test]'"
    try:
        importlib.import_module("weasyprint")
    except OSError as error:
        return f"no PDF: {error}; apt-get install {pdf_module.SYSTEM_LIBRARIES}"
    return None


@pytest.fixture(scope="session")
def extra() -> None:
    if (reason := missing()) is not None:
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


URGENT = Patient(
    label="Cord and calcium",
    er="+",
    her2="-",
    menopause="post",
    sites=["bone"],
    findings=["spinal_cord_compression", "hypercalcemia"],
    prior=["letrozole: progressed: metastatic"],
)
PAGES: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "handout": (lambda: explore(URGENT, load_rulebook(words="plain")), ("handout",)),
    "report": (lambda: explore(URGENT), ()),
    "why": (lambda: explain(URGENT, "chemotherapy"), ()),
    "matrix": (lambda: matrix(URGENT), ()),
    "comparison": (lambda: compare(URGENT, URGENT.with_(her2="3+")), ()),
    "case, handout": (lambda: load_case("only-the-armpit"), ("handout",)),
    "case, solutions": (lambda: load_case("only-the-armpit"), ("solutions",)),
}


@cache
def bytes_of(name: str) -> bytes:
    shown, parts = PAGES[name]
    return render(shown(), "pdf", parts=parts)


@pytest.fixture(params=PAGES, scope="session")
def name(request: pytest.FixtureRequest, extra: None) -> str:  # noqa: ARG001 - without it nothing is made
    page: str = request.param
    return page


@pytest.fixture
def made(name: str) -> PdfReader:
    return document_of(name)


def read(content: bytes) -> PdfReader:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(content))


@cache
def document_of(name: str) -> PdfReader:
    return read(bytes_of(name))


@cache
def sheets_of(name: str) -> tuple[str, ...]:
    """The text of each sheet, in one line."""
    return tuple(" ".join(page.extract_text().split()) for page in document_of(name).pages)


def text_of(name: str) -> str:
    return " ".join(sheets_of(name))


def tags(element: Any) -> Iterator[str]:
    """The structure of a document, as someone meets it who listens: each kind of element, in order."""
    element = element.get_object()
    if isinstance(element, list):
        for part in element:
            yield from tags(part)
    elif hasattr(element, "get"):
        if "/S" in element:
            yield str(element["/S"])
        if "/K" in element:
            yield from tags(element["/K"])


def test_it_is_marked_as_a_document_that_can_be_listened_to(made: PdfReader) -> None:
    """PDF/UA-1: tags, a language, a title that the window shows, and the mark that says so."""
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_data() or b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    assert made.metadata is not None
    assert made.metadata.title


def test_its_headings_lists_and_paragraphs_are_tagged(made: PdfReader) -> None:
    found = set(tags(made.trailer["/Root"]["/StructTreeRoot"]["/K"]))
    assert {"/H1", "/H2", "/P", "/L", "/LI"} <= found


def test_its_bookmarks_begin_with_its_title(name: str, made: PdfReader) -> None:
    assert made.outline
    first = made.outline[0]
    assert not isinstance(first, list)
    assert str(first.title) in text_of(name)


def test_it_has_no_date_and_no_name_of_a_machine(made: PdfReader) -> None:
    assert made.metadata is not None
    assert set(made.metadata) <= {"/Producer", "/Title"}


def test_every_sheet_has_its_number(name: str) -> None:
    sheets = sheets_of(name)
    for number, text in enumerate(sheets, 1):
        assert f"{number} / {len(sheets)}" in text


@pytest.mark.usefixtures("extra")
def test_equal_input_gives_equal_bytes() -> None:
    shown, parts = PAGES["handout"]
    assert render(shown(), "pdf", parts=parts) == bytes_of("handout")


@pytest.mark.usefixtures("extra")
def test_the_handout_has_two_sheets_and_one_of_questions_and_says_what_is_urgent_first() -> None:
    sheets, text = sheets_of("handout"), text_of("handout")
    assert len(sheets) == 3
    places = [
        text.index(words)
        for words in (
            "Urgent signs here",
            "The patient, in short",
            "What the documents describe",
            "What is not known",
            "Symptoms that cannot wait",
            "Who says so",
            "Questions to bring to the care team",
        )
    ]
    assert places == sorted(places)
    assert "Questions to bring to the care team" in sheets[-1]
    assert "Your own questions and notes" in sheets[-1]


@pytest.mark.usefixtures("extra")
def test_the_report_is_whole_and_answers_first() -> None:
    text = text_of("report")
    for option in explore(URGENT).options:
        assert option.label in text
        assert text.index("At a glance") < text.index(option.label)


@pytest.mark.usefixtures("extra")
def test_the_map_by_subtype_is_a_table() -> None:
    document = document_of("matrix")
    assert {"/Table", "/TR", "/TH", "/TD"} <= set(tags(document.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def test_the_first_sheet_is_filled(name: str) -> None:
    """What cannot be broken across sheets would leave the first one nearly empty."""
    first, *rest = map(len, sheets_of(name))
    assert first > 0.3 * max(rest)


@pytest.mark.usefixtures("extra")
def test_templates_of_ones_own_change_it_and_it_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">secret</text></svg>', encoding="utf-8")
    page = f'{{% extends "bundled/page.html.j2" %}}{{% block letterhead %}}<p>Ward 7</p><img src="{secret.as_uri()}">'
    tmp_path.joinpath("page.html.j2").write_text(page + "{% endblock %}", encoding="utf-8")
    tmp_path.joinpath("pdf.css.j2").write_text("@page { size: Letter }", encoding="utf-8")
    document = read(render(explain(URGENT, "surgery"), "pdf", templates=tmp_path))
    text = " ".join(page.extract_text() for page in document.pages)
    assert text.startswith("Ward 7")
    assert "secret" not in text
    assert tuple(document.pages[0].mediabox[2:]) == (612, 792)


def test_a_case_to_click_through_is_no_pdf() -> None:
    with pytest.raises(ValueError, match="a page to click through is no PDF; choose the part handout or solutions"):
        render(load_case("only-the-armpit"), "pdf")


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingExtraError) as error:
        render(explore(URGENT), "pdf", parts=["handout"])
    assert str(error.value) == "pdf needs an extra that is not installed: pip install 'mbc_options[pdf]'"


def test_without_the_libraries_of_the_system_it_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_loaded(name: str) -> None:
        msg = f"cannot load library {name}"
        raise OSError(msg)

    monkeypatch.setattr(pdf_module, "import_module", not_loaded)
    with pytest.raises(MissingExtraError, match="on Debian: apt install libpango"):
        render(explore(URGENT), "pdf", parts=["handout"])


def test_a_missing_extra_survives_pickling() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(MissingExtraError("pdf", "a library")))  # noqa: S301 - our own
    assert (error.extra, str(error)) == ("pdf", "pdf needs a library")
