"""Filling in the templates of something to read: ours, or those that somebody puts before them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError

from mbc_options.errors import Problem, TemplateError
from mbc_options.rendering.environment import environment
from mbc_options.text import harmless, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbc_options.cases.case import Case
    from mbc_options.cases.class_results import Results
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.exploration.subtype_map import Matrix
    from mbc_options.exploration.why import Explanation
    from mbc_options.patient.description import Description
    from mbc_options.rendering.formats import Kind, Wishes
    from mbc_options.rulebook.documents import Documents, Passage
    from mbc_options.rulebook.models import Term

__all__ = ["page", "page_context"]


def page(shown: Any, kind: Kind, wishes: Wishes, ending: str, *, markdown: bool = False) -> str:
    """Return something explored as its template says it.

    Args:
        shown: what was explored.
        kind: which template it has.
        wishes: how it is to be rendered.
        ending: of the template.
        markdown: whether what is inserted is escaped for Markdown.

    Raises:
        TemplateError: with file and line, where a template cannot be used.
    """
    custom = None
    if wishes.templates is not None:
        from mbc_options.rendering.custom_templates import check_blocks, directory_of, problem_of

        custom = directory_of(Path(wishes.templates))
    env = environment(custom, markdown=markdown)
    date = None if wishes.date is None else plain(wishes.date)
    context = {kind.name: shown, "date": date, "parts": wishes.parts}
    context["evidence"] = _evidence(wishes.documents)
    context["explored"] = None if wishes.explorer is None else partial(_explored, wishes.explorer)
    if ending == "html":
        context |= page_context(shown)
    try:
        name = next((kind.pages[part] for part in wishes.parts if part in kind.pages), kind.page)
        template = env.get_template(f"{name}.{ending}.j2")
        if custom is not None:
            check_blocks(env, custom, ending)
        return template.render(context)
    except TemplateSyntaxError as error:
        raise TemplateError([Problem(f"{error.message}", error.filename or str(error.name), error.lineno, 1)]) from None
    except Exception as error:
        if custom is None:
            raise
        raise TemplateError([problem_of(error, custom, context)]) from error


def _evidence(documents: Documents | None) -> Callable[[str], list[Passage]]:
    """Return what gives a claim's passages as the documents have them; none where these are not at hand."""

    def evidence(claim: str) -> list[Passage]:
        found = documents.passages(claim) if documents is not None else ()
        return [type(passage)(*map(harmless, passage)) for passage in found]

    return evidence


def _explored(page: str, description: Description) -> str:
    """Return the address at which a patient is explored."""
    from mbc_options.rendering.explorer.link import explorer_link

    return explorer_link(page, description)


def page_context(shown: Assessment | Comparison | Explanation | Matrix | Case | Results) -> dict[str, Any]:
    """Return the names that the templates of pages know.

    They are `terms`, `passages`, `fact_lines`, `ladder` and `question_kinds`. The page of a case
    knows `code_prefix` as well: what the codes of its answers begin with.
    """
    from mbc_options.cases.answer_code import code_prefix
    from mbc_options.cases.case import Case
    from mbc_options.cases.questions.kinds import KINDS
    from mbc_options.rendering.citations import Passages
    from mbc_options.rendering.drawing import fact_lines
    from mbc_options.rendering.ladder import ladder
    from mbc_options.rendering.terms import Terms

    cites: Any = shown if hasattr(shown, "claims") else None  # what a class knew cites nothing
    names: dict[str, Any] = {
        "terms": Terms(_glossary(shown), tells=_is_for_beginners(shown)),
        "passages": None if cites is None else Passages(cites),
        "fact_lines": fact_lines,
        "ladder": ladder,
        "question_kinds": KINDS,
    }
    if isinstance(shown, Case):
        names["code_prefix"] = code_prefix(shown)
    return names


def _glossary(shown: Any) -> Sequence[Term]:
    """Return the words that a page explains; those of the package for what was read without a rulebook."""
    found: Sequence[Term] | None = getattr(shown, "glossary", None)
    if found is not None:
        return found
    from mbc_options.rulebook.compiled import load_rulebook

    return load_rulebook().glossary


def _is_for_beginners(shown: Assessment | Comparison | Explanation | Matrix | Case | Results) -> bool:
    """Tell whether readers may not know the abbreviations: patients, and whoever learns from a case."""
    rulebook = getattr(shown, "rulebook", None)  # a record is read without one
    return (rulebook is not None and rulebook.words == "plain") or hasattr(shown, "stages")
