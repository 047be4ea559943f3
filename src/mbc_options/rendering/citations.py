"""The passages that a page rests on, each told in full once, where it is cited first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.case import Case
    from mbc_options.exploration.assessment import Assessment, Citation, OptionAssessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.exploration.subtype_map import Matrix
    from mbc_options.exploration.why import Explanation
    from mbc_options.rulebook.models import Source

__all__ = ["Passage", "Passages", "PassagesOf"]


class Passage(NamedTuple):
    """A passage as a page tells it.

    Attributes:
        id: the claim.
        place: where in its section.
        claim: what is known of it.
        notices: remarks of ours on it that the page has not made before.
        as_at: claims at which the page has made the others.
    """

    id: str
    place: str
    claim: Citation
    notices: tuple[str, ...]
    as_at: tuple[str, ...]


class PassagesOf(NamedTuple):
    """Passages of one document.

    Attributes:
        document: which.
        new: those that the page has not told before, by section.
        earlier: the claims of those that it has, where nothing else on the page links them here.
    """

    document: Source
    new: dict[str, list[Passage]]
    earlier: tuple[str, ...]


class Passages:
    """Keeps account of what a page has cited and of what it has told. Make a new one for every page.

    Args:
        shown: what the page is about; it has every passage and every document.
    """

    def __init__(self, shown: Assessment | Comparison | Explanation | Matrix | Case) -> None:
        self._claims = dict(shown.claims)
        self._order = {id_: i for i, id_ in enumerate(self._claims)}
        self._documents = shown.documents
        self._cited: set[str] = set()
        self._shown: set[str] = set()
        self._noticed: dict[str, str] = {}

    def cite(self, claims: Iterable[str]) -> list[tuple[str, str]]:
        """Return claims, which the page now owes its reader, each with its short form.

        As books cite verses, a claim of the same document as the one before is told by its number alone:
        `S003-49, 50`.
        """
        found = []
        before = ""
        for id_ in claims:
            source, _, number = id_.partition("-")
            found.append((id_, number if source == before else id_))
            before = source
            self._cited.add(id_)
        return found

    def of(self, class_: OptionAssessment) -> list[PassagesOf]:
        """Return the passages of a class and its members, document by document."""
        options = (class_, *class_.members)
        linked = {claim for option in options for reason in option.because for claim in reason.claims}
        linked.update(claim for option in options for caution in option.cautions for claim in caution.claims)
        linked.update(class_.mentions)
        listed = {
            claim
            for option in options
            for claims in (option.mentions, *(named.claims for named in option.named))
            for claim in claims
        }
        return self._tell(linked | listed, linked)

    def places(self, claims: Iterable[str]) -> list[tuple[Source, list[tuple[str, list[str]]]]]:
        """Return where claims stand: by document, by section, without telling them."""
        found: dict[str, dict[str, list[str]]] = {}
        for id_ in claims:
            claim = self._claims[id_]
            found.setdefault(claim.source, {}).setdefault(_section(claim.where)[0], []).append(id_)
        return [(document, list(found[document.id].items())) for document in self._documents if document.id in found]

    def rest(self) -> list[PassagesOf]:
        """Return what was cited on the page and not told so far, document by document."""
        return self._tell(self._cited - self._shown, set())

    def _tell(self, cited: set[str], linked: set[str]) -> list[PassagesOf]:
        """Return passages that were not told so far, and which others are linked nowhere near."""
        found = []
        by_document: dict[str, dict[str, Citation]] = {}
        for id_ in sorted(cited & self._order.keys(), key=self._order.__getitem__):
            claim = self._claims[id_]
            by_document.setdefault(claim.source, {})[id_] = claim
        for document in self._documents:
            here = by_document.get(document.id)
            if here:
                new: dict[str, list[Passage]] = {}
                for id_, claim in here.items():
                    if id_ not in self._shown:
                        section, place = _section(claim.where)
                        new.setdefault(section, []).append(self._passage(id_, place, claim))
                earlier = tuple(id_ for id_ in here if id_ in self._shown and id_ not in linked)
                found.append(PassagesOf(document, new, earlier))
        self._shown.update(cited)
        return found

    def _passage(self, id_: str, place: str, claim: Citation) -> Passage:
        new = tuple(notice for notice in claim.notices if notice not in self._noticed)
        as_at = tuple(dict.fromkeys(self._noticed[notice] for notice in claim.notices if notice not in new))
        self._noticed.update(dict.fromkeys(new, id_))
        return Passage(id_, place, claim, new, as_at)


def _section(where: str) -> tuple[str, str]:
    """Return the section of a document that a passage stands in first, and the place in it."""
    first = where.partition("; repeated ")[0]
    for sign in (" ¶", " bullet "):
        section, found, place = first.partition(sign)
        if found:
            return section, f"{found}{place}".strip()
    return first, ""
