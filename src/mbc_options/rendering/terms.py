"""Finding the words of the glossary in a text, so that a page can open them where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.rulebook.models import Term

__all__ = ["TermText", "Terms"]

_WORD = re.compile(r"[^\W_]+[+-]?(?![^\W_])|[^\W_]+")
_TAIL = re.compile(r"[.,;:!?)\]]*")
_REST_OF_WORD = re.compile(r"[^\s,;:.()\[\]]*")


class TermText(NamedTuple):
    """A piece of a text.

    Attributes:
        text: as written.
        term: the word of the glossary that it is, where it is one that has not been linked since the
            last heading; None otherwise.
        expansion: what an abbreviation is short for, where it stands on the page for the first time.
        tail: the punctuation that follows a linked word and must not begin a line without it.
    """

    text: str
    term: Term | None = None
    expansion: str | None = None
    tail: str = ""


class Terms:
    """The words of a glossary, and which of them a page has explained so far.

    Make a new one for every page. Words are found whole, whatever their case, the longest first; a
    written form with a capital beyond its first letter (`ER`) is found only as it stands.

    Args:
        glossary: the terms.
        tells: whether abbreviations are told where they stand first, for readers to whom they are new. For others
            the short form stands, and the glossary has what it is short for.
    """

    def __init__(self, glossary: Sequence[Term], *, tells: bool = True) -> None:
        self._tells = tells
        self._by_first: dict[str, list[tuple[str, bool, Term]]] = {}
        for term in glossary:
            for form in (term.term, *term.forms):
                exact = form[1:] != form[1:].lower()
                first = _WORD.search(form)
                if first is not None:
                    self._by_first.setdefault(first[0].lower(), []).append((form, exact, term))
        for forms in self._by_first.values():
            forms.sort(key=lambda form: -len(form[0]))
        self._untold = {
            form: term.id for term in glossary if term.stands_for is not None for form in (term.term, *term.forms)
        }
        self._linked: set[str] = set()
        self._expanded: set[str] = set()
        self._used: dict[str, Term] = {}

    @property
    def used(self) -> list[Term]:
        """The terms that the page has used so far, in alphabetical order."""
        return sorted(self._used.values(), key=lambda term: term.term.lower())

    def section(self) -> str:
        """Begin a section: in it, each term is linked once more. Returns nothing to print."""
        self._linked.clear()
        return ""

    def pieces(self, text: str, *, link: bool = True) -> Iterator[TermText]:
        """Yield a text in pieces, with the terms in it.

        Args:
            text: what is to be shown.
            link: whether terms are linked; where not, abbreviations are told all the same.
        """
        if not link and not any(form in text for form in self._untold):
            yield TermText(text)  # nothing to link, and nothing that was not told before
            return
        begin = at = 0
        firsts = self._by_first
        while (word := _WORD.search(text, at)) is not None:
            key = word[0].lower()
            found = self._found(text, word) if key in firsts or key[-1] in "+-" else None
            if found is None:
                at = word.end()
                continue
            end, term = found
            at = end
            expansion = self._expansion(term, text)
            self._used[term.id] = term
            linked = link and term.id not in self._linked
            if expansion is None and not linked:
                continue
            if expansion is not None:
                at, others = self._rest_of_word(text, end)
                if text[word.start() : at] != term.term:
                    expansion = "; ".join([f"{term.term}: {expansion}", *others])
            if word.start() > begin:
                yield TermText(text[begin : word.start()])
            if linked:
                self._linked.add(term.id)
            found_tail = _TAIL.match(text, at) if linked else None
            tail = found_tail[0] if found_tail is not None else ""
            yield TermText(text[word.start() : at], term if linked else None, expansion, tail)
            begin = at = at + len(tail)
        if begin < len(text):
            yield TermText(text[begin:])

    def explained(self, text: str) -> str:
        """Return a text that links nothing, in which abbreviations are told where they stand first."""
        return "".join(
            part.text if part.expansion is None else f"{part.text} ({part.expansion})"
            for part in self.pieces(text, link=False)
        )

    def _found(self, text: str, word: re.Match[str]) -> tuple[int, Term] | None:
        start, signed = word.start(), word[0].lower()
        for first in dict.fromkeys((signed, signed.rstrip("+-"))):
            for form, exact, term in self._by_first.get(first, ()):
                end = start + len(form)
                here = text[start:end]
                if (here == form if exact else here.lower() == form.lower()) and not text[end : end + 1].isalnum():
                    return end, term
        return None

    def _rest_of_word(self, text: str, begin: int) -> tuple[int, list[str]]:
        """Return where a compound (`ER-positive`, `HR+/HER2-`) ends, and what abbreviations in its rest stand for."""
        whole = _REST_OF_WORD.match(text, begin)
        end = whole.end() if whole is not None else begin
        others = []
        at = begin
        while (word := _WORD.search(text, at, end)) is not None:
            found = self._found(text, word)
            at = word.end()
            if found is not None and (expansion := self._expansion(found[1], text)) is not None:
                self._used[found[1].id] = found[1]
                others.append(f"{found[1].term}: {expansion}")
        return end, others

    def _expansion(self, term: Term, text: str) -> str | None:
        if term.stands_for is None or term.id in self._expanded:
            return None
        self._expanded.add(term.id)
        self._untold = {form: id_ for form, id_ in self._untold.items() if id_ != term.id}
        return None if not self._tells or term.stands_for.lower() in text.lower() else term.stands_for
