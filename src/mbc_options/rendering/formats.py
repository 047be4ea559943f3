"""What is rendered, and to which formats: the one table of both.

A format is added with its line in `FORMATS`, and the templates or the function that make it. Nothing is imported
here before something is rendered, because the command line asks for names and endings on every run.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from mbc_options.rulebook.documents import Documents

__all__ = ["FORMATS", "KINDS", "Format", "Kind", "Wishes", "formats_of"]


class Wishes(NamedTuple):
    """How something is to be rendered; see `render`."""

    date: str | None = None
    parts: tuple[str, ...] = ()
    templates: str | os.PathLike[str] | None = None
    documents: Documents | None = None
    explorer: str | None = None


class Kind(NamedTuple):
    """A kind of thing that is rendered.

    Attributes:
        page: the name of its templates, without an ending.
        name: what the templates call it.
        made_by: the function that returns it.
        parts: what is printed only where it is asked for: more of a map, another form of a report or a teaching case.
        register: fields that are much alike for everybody, which its JSON has with the part `full` only.
        pages: for a part that has templates of its own, their name, which takes the place of `page`.
        formats: the formats that it is rendered to, the one for a screen first; empty for all that everything is.
    """

    page: str
    name: str
    made_by: str
    parts: frozenset[str] = frozenset()
    register: frozenset[str] = frozenset()
    pages: Mapping[str, str] = MappingProxyType({})
    formats: tuple[str, ...] = ()


class Format(NamedTuple):
    """A format.

    Attributes:
        endings: those of its files; the first is the usual one. An ending that several have says the first of these,
            where nothing else does.
        render: makes it of a thing.
        template: the ending of its templates, which a reader may replace; empty where there are none. A PDF is made of
            those of a page.
        kinds: what can be rendered to it; empty for everything.
        is_bytes: whether it is no text.
    """

    endings: tuple[str, ...]
    render: Callable[[Any, Wishes], str | bytes]
    template: str = ""
    kinds: frozenset[str] = frozenset()
    is_bytes: bool = False


KINDS = {
    "Assessment": Kind(
        "report",
        "assessment",
        "explore",
        frozenset({"full", "handout"}),
        register=frozenset({"claims", "glossary"}),
        pages={"handout": "handout"},
    ),
    "CareQuestions": Kind("care-questions", "questions", "care_questions"),
    "Comparison": Kind("compare", "comparison", "compare"),
    "DocumentMap": Kind("by-document", "map", "document_map", frozenset({"members"})),
    "Explanation": Kind("why", "explanation", "explain"),
    "Matrix": Kind("matrix", "matrix", "matrix", frozenset({"depends", "members"})),
    "CohortSummary": Kind(
        "cohort-summary", "summary", "summarize", frozenset({"full"}), register=frozenset({"glossary"})
    ),
    "Case": Kind("case", "case", "load_case", frozenset({"handout", "solutions"})),
    "Results": Kind("results", "results", "summarize_answers", register=frozenset({"glossary"})),
    "RulebookDifference": Kind("rules-diff", "difference", "difference"),
    "Handbook": Kind("rules-handbook", "handbook", "handbook", formats=("markdown", "html", "json", "pdf")),
    "Proposal": Kind("cohort-map", "proposal", "propose", formats=("yaml", "json")),
    "RecordReceipt": Kind("records", "records", "receipt", formats=("text", "html", "json", "pdf")),
    "RecordReceipts": Kind(
        "records",
        "records",
        "record_receipts",
        formats=("text", "html", "json", "pdf"),
        register=frozenset({"glossary"}),
    ),
    "TableReceipt": Kind(
        "cohort-receipt", "receipt", "receipt", formats=("text", "html", "json"), register=frozenset({"glossary"})
    ),
    "TransparencyCard": Kind("rules-card", "card", "transparency_card", formats=("markdown", "html", "json", "pdf")),
}
"""The kinds of things, by the names of their classes."""


def _page(ending: str, *, markdown: bool = False) -> Callable[[Any, Wishes], str]:
    """Return what fills in the templates with an ending, which escape as HTML or as Markdown what they insert."""

    def render(shown: Any, wishes: Wishes) -> str:
        from mbc_options.rendering.page import page

        return page(shown, KINDS[type(shown).__name__], wishes, ending, markdown=markdown)

    return render


def _json(shown: Any, wishes: Wishes) -> str:
    register = KINDS[type(shown).__name__].register
    if not register or "full" in wishes.parts:
        return str(shown.model_dump_json(indent=2)) + "\n"
    return str(shown.model_dump_json(indent=2, exclude=register)) + "\n"


def _pdf(shown: Any, wishes: Wishes) -> bytes:
    from mbc_options.rendering.pdf import pdf

    return pdf(str(FORMATS["html"].render(shown, wishes)), wishes.templates)


def _moodle(case: Any, _: Wishes) -> str:
    from mbc_options.rendering.quiz import moodle

    return moodle(case)


def _qti(case: Any, _: Wishes) -> bytes:
    from mbc_options.rendering.quiz import qti

    return qti(case)


def _qti12(case: Any, _: Wishes) -> bytes:
    from mbc_options.rendering.quiz import qti12

    return qti12(case)


def _qti3(case: Any, _: Wishes) -> bytes:
    from mbc_options.rendering.qti3 import qti3

    return qti3(case)


def _scorm(case: Any, _: Wishes) -> bytes:
    from mbc_options.rendering.scorm import scorm

    return scorm(case)


def _anki(case: Any, _: Wishes) -> str:
    from mbc_options.rendering.quiz import anki

    return anki(case)


def _csv(results: Any, _: Wishes) -> str:
    from mbc_options.rendering.table import as_csv

    return as_csv(results.rows())


FORMATS = {
    "text": Format((".txt",), _page("txt"), "txt"),
    "html": Format((".html", ".htm"), _page("html"), "html"),
    "markdown": Format((".md", ".markdown"), _page("md", markdown=True), "md"),
    "json": Format((".json",), _json),
    "yaml": Format((".yaml", ".yml"), _page("yaml"), "yaml", kinds=frozenset({"Proposal"})),
    "pdf": Format((".pdf",), _pdf, "html", is_bytes=True),
    "csv": Format((".csv",), _csv, kinds=frozenset({"Results"})),
    "moodle": Format((".xml",), _moodle, kinds=frozenset({"Case"})),
    "qti": Format((".zip",), _qti, kinds=frozenset({"Case"}), is_bytes=True),
    "qti3": Format((".zip",), _qti3, kinds=frozenset({"Case"}), is_bytes=True),
    "qti12": Format((".zip",), _qti12, kinds=frozenset({"Case"}), is_bytes=True),
    "scorm": Format((".zip",), _scorm, kinds=frozenset({"Case"}), is_bytes=True),
    "anki": Format((".csv",), _anki, kinds=frozenset({"Case"})),
}
"""The formats by name. What is inserted into text is not escaped, but has had its control characters taken out."""


def formats_of(kind: str) -> dict[str, Format]:
    """Return the formats that a kind of thing is rendered to, by name; first the one for a screen."""
    if KINDS[kind].formats:
        return {name: FORMATS[name] for name in KINDS[kind].formats}
    return {name: format_ for name, format_ in FORMATS.items() if not format_.kinds or kind in format_.kinds}
