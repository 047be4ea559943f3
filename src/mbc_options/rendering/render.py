"""From something explored to a page of it: one function for every kind of thing and every format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError

from mbc_options.errors import Problem, TemplateError, UnknownFormatError
from mbc_options.rendering.environment import environment

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from mbc_options.cases.case import Case
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.exploration.subtype_map import Matrix
    from mbc_options.exploration.why import Explanation

__all__ = ["FORMATS", "render"]

FORMATS = {"text": "txt", "html": "html", "markdown": "md", "json": ""}
"""The formats, with the ending that their templates have."""

_PAGES = {
    "Assessment": ("report", "assessment"),
    "Comparison": ("compare", "comparison"),
    "Explanation": ("why", "explanation"),
    "Matrix": ("matrix", "matrix"),
    "Case": ("case", "case"),
}
"""For each kind of thing its template, and its name there."""

PARTS: dict[str, set[str]] = {"Matrix": {"depends", "members"}, "Case": {"handout", "solutions"}}
"""What is printed only where it is asked for: more of a map by subtype, another form of a teaching case."""


def render(
    shown: Assessment | Comparison | Explanation | Matrix | Case,
    format: str = "text",  # noqa: A002 - what every reader of the call expects it to be called
    *,
    date: str | None = None,
    brief: bool = False,
    parts: Iterable[str] = (),
    templates: str | os.PathLike[str] | None = None,
) -> str:
    """Return something explored as a page to read.

    Args:
        shown: what `explore`, `matrix`, `compare`, `explain` or `load_case` returned.
        format: `text` (80 columns), `html` (one file that needs nothing else), `markdown` or `json`.
        date: a date to print; nothing is printed by default, so that equal input gives equal output.
        brief: a report for a handout. Text and Markdown leave out members, what else bears on the choice,
            background, passages and documents; a page leaves out the classes one by one, too.
        parts: of a map by subtype what else to print: `depends`, `members` (text and Markdown; a page has both).
            Of a teaching case its form: `handout` (the questions without any answer, and room to write) or
            `solutions` (every answer with its reasons, and the teacher's notes). Without either, the page lets
            a reader choose, commit and see the answer, and text and Markdown have the answers at the end.
        templates: a directory with templates of your own. A file there that has the name of one of ours
            takes its place, and may begin with `{% extends "bundled/NAME" %}` to change single blocks.
            A template is a program: use only those that you trust.

    Raises:
        TypeError: where `shown` is something else.
        ValueError: where there is no such part, or these do not go together.
        UnknownFormatError: where there is no such format.
        TemplateError: with file and line, where a template cannot be used.
    """
    kind = type(shown).__name__
    _check(kind, format, parts := tuple(parts))
    if format == "json":
        return shown.model_dump_json(indent=2) + "\n"
    page, name = _PAGES[kind]
    own = None
    if templates is not None:
        from mbc_options.rendering.custom_templates import check_blocks, directory_of, problem_of

        own = directory_of(Path(templates))
    env = environment(own, markdown=format == "markdown")
    context = {name: shown, "date": None if date is None else _printable(date), "brief": brief, "parts": parts}
    if format == "html":
        from mbc_options.rendering.page import context_of_page

        context |= context_of_page(shown)
    try:
        template = env.get_template(f"{page}.{FORMATS[format]}.j2")
        if own is not None:
            check_blocks(env, own, FORMATS[format])
        return template.render(context)
    except TemplateSyntaxError as error:
        raise TemplateError([Problem(f"{error.message}", error.filename or str(error.name), error.lineno, 1)]) from None
    except Exception as error:
        if own is None:
            raise
        raise TemplateError([problem_of(error, own, context)]) from error


def _check(kind: str, format_: str, parts: tuple[str, ...]) -> None:
    """Refuse what cannot be rendered, or not so."""
    if format_ not in FORMATS:
        raise UnknownFormatError(format_, FORMATS)
    if kind not in _PAGES:
        msg = f"render takes what explore, matrix, compare, explain or load_case returned, not a {kind}"
        raise TypeError(msg)
    known = PARTS.get(kind, set())
    if unknown := set(parts) - known:
        msg = f"unknown parts {sorted(unknown)}; known of a {kind} are {sorted(known) or 'none'}"
        raise ValueError(msg)
    if {"handout", "solutions"} <= set(parts):
        msg = "a case is printed as a handout or with its solutions, not as both at once"
        raise ValueError(msg)
    if "handout" in parts and format_ == "json":
        msg = "a handout gives no answer away, and JSON has them all; choose text, html or markdown"
        raise ValueError(msg)


def _printable(text: str) -> str:
    """Return a text in one line, without what a terminal would obey instead of print."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
