"""From something explored to a page of it: one function for every kind of thing and every format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from mbc_options.bundled import templates_dir
from mbc_options.errors import Problem, TemplateError, UnknownFormatError, nearest_word
from mbc_options.rendering.environment import environment

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from types import TracebackType

    from mbc_options.exploration import Assessment, Comparison, Explanation, Matrix

__all__ = ["FORMATS", "render"]

FORMATS = {"text": "txt", "html": "html", "markdown": "md", "json": ""}
"""The formats, with the ending that their templates have."""

_PAGES = {
    "Assessment": ("report", "assessment"),
    "Comparison": ("compare", "comparison"),
    "Explanation": ("why", "explanation"),
    "Matrix": ("matrix", "matrix"),
}
"""For each kind of thing its template, and its name there."""


def render(
    shown: Assessment | Comparison | Explanation | Matrix,
    format: str = "text",  # noqa: A002 - what every reader of the call expects it to be called
    *,
    date: str | None = None,
    brief: bool = False,
    parts: Iterable[str] = (),
    templates: str | os.PathLike[str] | None = None,
) -> str:
    """Return something explored as a page to read.

    Args:
        shown: what `explore`, `matrix` or `compare` returned.
        format: `text` (80 columns), `html` (one file that needs nothing else), `markdown` or `json`.
        date: a date to print; nothing is printed by default, so that equal input gives equal output.
        brief: leave out members, what else bears on the choice, background, passages and documents
            (text and Markdown).
        parts: what else to print of a map by subtype: `depends`, `members` (text and Markdown; a page has both).
        templates: a directory with templates of your own. A file there that has the name of one of ours
            takes its place, and may begin with `{% extends "bundled/NAME" %}` to change single blocks.
            A template is a program: use only those that you trust.

    Raises:
        UnknownFormatError: where there is no such format.
        TemplateError: with file and line, where a template cannot be used.
    """
    if format not in FORMATS:
        raise UnknownFormatError(format, FORMATS)
    if format == "json":
        return shown.model_dump_json(indent=2) + "\n"
    page, name = _PAGES[type(shown).__name__]
    own = None if templates is None else _directory(Path(templates))
    env = environment(own, markdown=format == "markdown")
    context = {name: shown, "date": date, "brief": brief, "parts": tuple(parts)}
    if format == "html":
        from mbc_options.rendering.pages import context_of_page

        context |= context_of_page(shown)
    try:
        return env.get_template(f"{page}.{FORMATS[format]}.j2").render(context)
    except TemplateSyntaxError as error:
        raise TemplateError([Problem(f"{error.message}", error.filename or str(error.name), error.lineno, 1)]) from None
    except Exception as error:
        if own is None:
            raise
        raise TemplateError([_problem(error, own, context)]) from error


def _directory(own: Path) -> Path:
    """Return a directory of templates of one's own, if it holds any that we use."""
    if not own.is_dir():
        raise TemplateError([Problem("is no directory of templates", str(own))])
    ours = sorted(path.name for path in templates_dir().glob("*.j2"))
    found = sorted(path.name for path in own.glob("*.j2"))
    if not set(found) & set(ours):
        near = next((near for name in found if (near := nearest_word(name, ours))), None)
        what = f"has none of the names of ours ({', '.join(ours)})" if near is None else f"did you mean {near}?"
        raise TemplateError([Problem(f"{', '.join(found) or 'no *.j2'}: {what}", str(own))])
    return own


def _problem(error: Exception, own: Path, context: dict[str, Any]) -> Problem:
    """Return an error at its place in the innermost template that it passed through."""
    message = str(error)
    if isinstance(error, TemplateNotFound):
        message = f"there is no template {error.name!r}"
    elif isinstance(error, UndefinedError) and message.endswith("is undefined"):
        message += f"; known here are {', '.join(sorted(context))}"
    elif not isinstance(error, UndefinedError):
        message = f"{type(error).__name__}: {message}"
    file, line = str(own), 0
    step: TracebackType | None = error.__traceback__
    while step is not None:
        if "__jinja_exception__" in step.tb_frame.f_globals:  # a frame that Jinja has set up for a line of a template
            file, line = step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    return Problem(message, file, line, 1 if line else 0)
