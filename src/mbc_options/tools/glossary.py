"""Looking words up in the glossary of a rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.errors import InputError, Problem, alternatives, nearest_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.rulebook.models import Term

__all__ = ["look_up", "written"]


def written(term: Term) -> Iterator[str]:
    """Yield every way in which a term is written: as a reader meets it, its other forms, and what it stands for."""
    yield term.term
    yield from term.forms
    if term.stands_for is not None:
        yield term.stands_for


def look_up(glossary: Sequence[Term], wanted: Sequence[str]) -> tuple[Term, ...]:
    """Return the terms that are written so, in whatever case, in the order of the glossary; all where none is wanted.

    Raises:
        InputError: for each word that the glossary has not, with the nearest that it has.
    """
    if not wanted:
        return tuple(glossary)
    by_form: dict[str, list[Term]] = {}
    for term in glossary:
        for form in dict.fromkeys(form.casefold() for form in written(term)):
            by_form.setdefault(form, []).append(term)
    problems = [Problem(_unknown(word, glossary)) for word in wanted if word.strip().casefold() not in by_form]
    if problems:
        raise InputError(problems)
    found = {term.id for word in wanted for term in by_form[word.strip().casefold()]}
    return tuple(term for term in glossary if term.id in found)


def _unknown(word: str, glossary: Sequence[Term]) -> str:
    near = nearest_words(word, [form for term in glossary for form in written(term)])
    quoted = [f"'{form}'" if " " in form else form for form in near]
    hint = f"did you mean {alternatives(quoted)}?" if near else "without a term, all are told"
    return f"the glossary has no {word!r}; {hint}"
