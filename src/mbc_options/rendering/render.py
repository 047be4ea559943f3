"""From something explored to a page of it: one function for every kind of thing and every format."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import TYPE_CHECKING, Literal, TypeAlias, overload

from mbc_options.errors import UnknownFormatError
from mbc_options.misuse import path_named, refuse_kind
from mbc_options.rendering.formats import FORMATS, KINDS, Wishes, formats_of

if TYPE_CHECKING:
    import os

    from mbc_options.cases.case import Case
    from mbc_options.cases.class_results import Results
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.exploration.document_map import DocumentMap
    from mbc_options.exploration.subtype_map import Matrix
    from mbc_options.exploration.why import Explanation
    from mbc_options.records.receipt import RecordReceipt, RecordReceipts
    from mbc_options.rulebook.documents import Documents

    Rendered: TypeAlias = (
        Assessment | Comparison | DocumentMap | Explanation | Matrix | Case | Results | RecordReceipt | RecordReceipts
    )

__all__ = ["render"]


@overload
def render(shown: Case, format: Literal["qti", "qti3", "qti12", "scorm"]) -> bytes: ...  # type: ignore[overload-overlap]  # the one that is no text
@overload
def render(  # type: ignore[overload-overlap]  # likewise
    shown: Rendered,
    format: Literal["pdf"],
    *,
    date: str | None = ...,
    parts: Iterable[str] = ...,
    templates: str | os.PathLike[str] | None = ...,
    documents: Documents | None = ...,
    explorer: str | None = ...,
) -> bytes: ...
@overload
def render(
    shown: Rendered,
    format: str = ...,
    *,
    date: str | None = ...,
    parts: Iterable[str] = ...,
    templates: str | os.PathLike[str] | None = ...,
    documents: Documents | None = ...,
    explorer: str | None = ...,
) -> str: ...
def render(
    shown: Rendered,
    format: str = "text",  # noqa: A002 - what every reader of the call expects it to be called
    *,
    date: str | None = None,
    parts: Iterable[str] = (),
    templates: str | os.PathLike[str] | None = None,
    documents: Documents | None = None,
    explorer: str | None = None,
) -> str | bytes:
    """Return something explored as a page to read.

    Args:
        shown: what `explore`, `matrix`, `document_map`, `compare`, `explain`, `care_questions`, `load_case` or
            `summarize_answers` returned, or what else is shown (`mbc_options.rendering.formats.KINDS`).
        format: `text` (80 columns), `html` (one file that needs nothing else), `markdown`, `json` or `pdf` (bytes: the
            page as it is printed, tagged; with the extra `pdf`); a teaching case also `moodle` (XML) or `qti` (bytes
            of a ZIP file), for the tools of schools; what a class knew also `csv`.
        date: a date to print; nothing is printed by default, so that equal input gives equal output.
        parts: of a report as text, `full`: the whole, where otherwise one screen answers (a page and Markdown are
            always whole), and as JSON the register of claims and the glossary, too; as a page or a PDF, `handout`: what
            a patient takes home.
            Of a map by subtype what else to print: `depends`, `members` (text and Markdown; a page has both); of one by
            document `members`, likewise.
            Of a teaching case its form: `handout` (the questions without any answer, and room to write) or
            `solutions` (every answer with its reasons, and the teacher's notes). Without either, the page lets
            a reader choose, commit and see the answer, and text and Markdown have the answers at the end.
        templates: a directory with templates of your own. A file there that has the name of one of ours
            takes its place, and may begin with `{% extends "bundled/NAME" %}` to change single blocks.
            A template is a program: use only those that you trust.
        documents: the documents at hand (`read_documents`), with which a report and the reasons for a verdict open
            each passage within its paragraph, in text, HTML and Markdown. Without them nothing of these is there.
        explorer: the address of the explorer's page (`explorer.html`, where it lies beside), to which the page of a
            case links with the patient of each stage. Without it, it does not.

    Raises:
        TypeError: where `shown` is something else, or what is wished for is of another kind.
        ValueError: where there is no such part, or these do not go together.
        UnknownFormatError: where there is no such format of it.
        TemplateError: with file and line, where a template cannot be used.
        MissingExtraError: where what makes a PDF is not installed.
    """
    kind = type(shown).__name__
    parts = _checked(parts, date, templates, documents, explorer)
    _check(kind, format, parts)
    return FORMATS[format].render(shown, Wishes(date, parts, templates, documents, explorer))


def _checked(parts: object, date: object, templates: object, documents: object, explorer: object) -> tuple[str, ...]:
    """Refuse wishes of another kind, before anything is made of them; return the parts."""
    if not isinstance(date, (str, NoneType)):
        refuse_kind("a date as it is to be printed, as text", date, f"date={str(date)!r}")
    if isinstance(parts, str):
        refuse_kind("a list of parts", parts, f"parts=[{parts!r}]")
    words = tuple(parts) if isinstance(parts, Iterable) else (parts,)
    if unknown := [word for word in words if not isinstance(word, str)]:
        refuse_kind("a list of parts, which are words", unknown[0])
    if templates is not None:
        path_named(templates, "the name of a directory of templates")
    if documents is not None and not hasattr(documents, "passages"):
        refuse_kind("documents, as read_documents(DIR) returns them", documents)
    if not isinstance(explorer, (str, NoneType)):
        refuse_kind("the address of the explorer's page, as text", explorer)
    return words


def _check(kind: str, format_: str, parts: tuple[str, ...]) -> None:
    """Refuse what cannot be rendered, or not so."""
    if kind not in KINDS:
        *makers, last = (one.made_by for one in KINDS.values())
        msg = f"render takes what {', '.join(makers)} or {last} returned, not a {kind}"
        raise TypeError(msg)
    if format_ not in formats_of(kind):
        raise UnknownFormatError(format_, formats_of(kind))
    known = KINDS[kind].parts
    if unknown := set(parts) - known:
        msg = f"unknown parts {sorted(unknown)}; known of a {kind} are {sorted(known) or 'none'}"
        raise ValueError(msg)
    if {"handout", "solutions"} <= set(parts):
        msg = "a case is printed as a handout or with its solutions, not as both at once"
        raise ValueError(msg)
    if kind == "Assessment" and "handout" in parts and FORMATS[format_].template != "html":
        msg = f"what a patient takes home is a page (html or pdf), not {format_}"
        raise ValueError(msg)
    if kind == "Case" and format_ == "pdf" and not parts:
        msg = "a page to click through is no PDF; choose the part handout or solutions"
        raise ValueError(msg)
    if "handout" in parts and not FORMATS[format_].template:
        read = " or ".join(name for name, one in formats_of(kind).items() if one.template)
        msg = f"a handout gives no answer away, and {format_} has them all; choose {read}"
        raise ValueError(msg)
