"""Patients of whom just anything may be known, and rulebooks made of plain data."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mbc_options.frozendict import FrozenDict
from mbc_options.package_data import rules_dir
from mbc_options.patient.description import _made
from mbc_options.rulebook.load import read_rulebook
from mbc_options.rulebook.models import Rulebook, RulebookFile, Subtype, Therapy
from mbc_options.source.validation import adapter
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from mbc_options.patient.description import Description

ABOUT = {
    "name": "random",
    "version": "1",
    "title": "t",
    "description": "d",
    "scope": {"when": {"metastatic": "yes"}, "text": "t", "outside": "o", "open": "q"},
}
WORDS = {"label": "l", "plain": "p", "summary": "s"}


def knowing(knowledge: int) -> Description:
    """A patient of whom this cube is known, though no description could say it."""
    vocabulary = bundled_vocabulary()
    return _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), knowledge, (), vocabulary)


@cache
def real_rulebook() -> Rulebook:
    return read_rulebook(rules_dir()).rulebook


def _valid(form: Any, data: Any) -> Any:
    return adapter(form).validate_python(data, context=bundled_vocabulary().space.domains)


def with_class(rulebook: Rulebook, therapy: dict[str, Any], subtypes: list[Any] | None = None) -> Rulebook:
    """A rulebook that knows this class alone, and that says nothing beside it."""
    beside = ("considerations", "disagreements", "background", "glossary", "questions", "values")
    about = rulebook.about
    if subtypes is not None:
        about = RulebookFile(**{**vars(about), "subtypes": tuple(_valid(Subtype, one) for one in subtypes)})
    return Rulebook(
        **{**vars(rulebook), **dict.fromkeys(beside, ()), "about": about, "therapies": (_valid(Therapy, therapy),)}
    )


@cache
def empty_rulebook() -> Rulebook:
    """Our facts, and nothing said of anything."""
    lists = ("definitions", "therapies", "considerations", "disagreements", "background", "glossary")
    more = ("questions", "values", "sources", "claims")
    about = _valid(RulebookFile, ABOUT)
    return Rulebook(about=about, vocabulary=bundled_vocabulary(), **dict.fromkeys((*lists, *more), ()))
