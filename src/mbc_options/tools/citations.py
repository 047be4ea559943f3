"""Whether the documents are the ones that were read, and whether each claim stands where it says, unchanged."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import Problem, nearest_word
from mbc_options.package_data import rules_dir
from mbc_options.rulebook.documents import Span, passage_digest, read_document, spans_of
from mbc_options.source import yaml_positions
from mbc_options.tools.locate import candidates, counted_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.documents import Document, Place
    from mbc_options.rulebook.models import Claim
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["Coverage", "Verification", "verify_sources"]


class Coverage(NamedTuple):
    """How much of a document claims account for.

    Attributes:
        source: the id of the document.
        file: where it was read.
        sentences: how many sentences it has; headings are none, and items of lists are.
        uncovered: those that are in no passage of a claim, by line and words.
    """

    source: str
    file: str
    sentences: int
    uncovered: tuple[tuple[int, str], ...]

    def __str__(self) -> str:
        covered = self.sentences - len(self.uncovered)
        return (
            f"{self.source}: {covered} of {self.sentences} sentences are in a claim ({share(covered, self.sentences)})"
        )


def share(part: int, whole: int) -> str:
    """Return a share in percent; 100 % and 0 % only where it is all or nothing."""
    if part in {0, whole}:
        return "100 %" if part else "0 %"
    return f"{min(99, max(1, round(100 * part / whole)))} %"


class Verification(NamedTuple):
    """What was looked up, and what was not found.

    Attributes:
        documents: how many documents were read.
        claims: how many claims were looked up.
        key_terms: how many key terms were looked for.
        problems: what is wrong, each with its place and a `code`: `unreadable-document`, `changed-document`,
            `missing-section`; for a claim `invented-place` (`where` names no section), `fabricated` (key terms stand
            nowhere in the document), `misplaced` (not where `where` says), `changed-passage`, `moved-passage`,
            `outside-span` (key terms stand beside the passage), `wrong-span`, `ambiguous` (several passages, and no
            span says which).
        coverage: which sentences of each document claims account for, where claims have spans.
    """

    documents: int
    claims: int
    key_terms: int
    problems: tuple[Problem, ...]
    coverage: tuple[Coverage, ...] = ()

    def summary(self) -> str:
        """Return the figures, one line for all and one for each document whose claims have spans."""
        said = (
            f"{self.documents} documents, {self.claims} claims, {self.key_terms} key terms looked up: "
            f"{len(self.problems)} problems"
        )
        return "\n".join([said, *(f"  {one}" for one in self.coverage)])


def verify_sources(rulebook: CompiledRulebook, directory: str | Path, rules: str | Path | None = None) -> Verification:
    """Look up every claim of a rulebook in the documents.

    A claim has to name a section that its document has. With a span, what stands there has to be what was read, inside
    that section, and to hold the key terms. Without one, they have to stand in the section, in one place only.

    Args:
        rulebook: with its sources and claims.
        directory: holds the documents.
        rules: where the files of the rulebook are, to tell problems at their places; default: those of the package.
    """
    files = _Files(Path(rules) if rules is not None else rules_dir())
    problems: list[Problem] = []
    documents: dict[str, Document] = {}
    for id_, source in rulebook.sources.items():
        path = Path(directory) / source.file
        try:
            documents[id_], digest = read_document(source, Path(directory))
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror or error}"
            problems.append(files.problem(id_, message, "unreadable-document", ("file",)))
            continue
        if digest != source.sha256:
            message = f"{path} is not the document that was read: its sha256 is {digest}"
            problems.append(files.problem(id_, message, "changed-document", ("sha256",)))
        for name in documents[id_].missing_sections:
            message = f"the section {name!r} does not begin anywhere after the one before it"
            problems.append(files.problem(id_, message, "missing-section", ("sections",)))
    looked_up = [(id_, claim) for id_, claim in rulebook.claims.items() if id_.partition("-")[0] in documents]
    for id_, claim in looked_up:
        complaints = _complaints(documents[id_.partition("-")[0]], claim)
        problems += [files.problem(id_, message, code, key) for code, key, message in complaints]
    return Verification(
        documents=len(documents),
        claims=len(looked_up),
        key_terms=sum(len(claim.key_terms) for _, claim in looked_up),
        problems=tuple(problems),
        coverage=tuple(_coverage(rulebook, Path(directory), documents)),
    )


Told = tuple[str, "KeyPath", str]
"""A code, the keys inside the claim that lead to what is wrong, and what to tell."""


def _complaints(document: Document, claim: Claim) -> Iterator[Told]:
    """Yield what is wrong with a claim."""
    places = document.places(claim.where)
    invented = [place for place in places if place.stretch is None]
    for place in invented:
        near = nearest_word(place.text, [stretch.name for stretch in document.sections])
        hint = f"; did you mean {near!r}?" if near else ""
        yield "invented-place", ("where",), f"the document has no section {place.text!r}{hint}"
    fabricated = [i for i, term in enumerate(claim.key_terms) if not any(document.finds(term))]
    if claim.span is not None:
        yield from _at_span(document, claim, places, fabricated)
        return
    for i in fabricated:
        yield _fabricated(claim, i)
    if not invented and not fabricated:
        yield from _without_span(document, claim, places)


def _fabricated(claim: Claim, i: int) -> Told:
    return "fabricated", ("key_terms", i), f"the key term {claim.key_terms[i]!r} does not stand in its document"


def _without_span(document: Document, claim: Claim, places: list[Place]) -> Iterator[Told]:
    """Yield what is wrong with a claim that says no more than a section and key terms."""
    found = [run for place in places for run in candidates(document, place, claim.key_terms)]
    if not found:
        for i, term in enumerate(claim.key_terms):
            if not any(place.stretch and any(document.finds(term, place.stretch.span)) for place in places):
                yield "misplaced", ("key_terms", i), _misplaced(document, term, places)
        return
    in_one = [candidates(document, place, claim.key_terms) for place in places]
    if any(len(runs) > 1 for runs in in_one):
        count = max(map(len, in_one))
        message = (
            f"its key terms stand in {count} passages of {places[0].text!r}, and no span says which; "
            "mbc-options claims locate writes it"
        )
        yield "ambiguous", ("key_terms",), message


def _misplaced(document: Document, term: str, places: list[Place]) -> str:
    at = next(document.finds(term))
    named = " or ".join(repr(place.text) for place in places)
    return f"the key term {term!r} does not stand in {named}, but in {document.section_at(at)!r}"


def _at_span(document: Document, claim: Claim, places: list[Place], fabricated: list[int]) -> Iterator[Told]:
    """Yield what is wrong with a claim that says where its passage stands."""
    spans = spans_of(claim)
    wrong = next((span for span in spans if span.end > len(document.text)), None)
    if wrong is not None:
        length = len(document.text)
        yield "wrong-span", ("span",), f"its span ends at {wrong.end}, and the document has {length} characters"
        return
    if claim.passage_sha256 is None:
        yield "wrong-span", ("span",), "has a span and no passage_sha256; mbc-options claims locate writes it"
    elif passage_digest(document, spans) != claim.passage_sha256:
        yield _changed(document, claim, spans, places, fabricated)
        return
    for i, term in enumerate(claim.key_terms):
        if i in fabricated:
            yield _fabricated(claim, i)
        elif not any(document.finds(term, spans[0])):
            yield "outside-span", ("key_terms", i), f"the key term {term!r} does not stand in its passage, {spans[0]}"
    yield from _in_sections(document, spans, places)


def _in_sections(document: Document, spans: tuple[Span, ...], places: list[Place]) -> Iterator[Told]:
    """Yield which span is in no section that `where` names, and which of these has none."""
    stretches = [place.stretch.span for place in places if place.stretch]
    if len(stretches) < len(places):
        return  # told already
    astray = [i for i, span in enumerate(spans) if not any(stretch.holds(span) for stretch in stretches)]
    for i in astray:
        named = " or ".join(repr(place.text) for place in places)
        at = document.section_at(spans[i])
        yield (
            "misplaced",
            ("repeats", i - 1) if i else ("span",),
            f"its passage {spans[i]} is not in {named}, but in {at!r}",
        )
    for place in () if astray else places:
        there = [span for span in spans if place.stretch and place.stretch.span.holds(span)]
        counted = counted_at(document, place)
        if not there:
            yield "misplaced", ("where",), f"none of its passages is in {place.text!r}"
        elif counted and not any(counted.holds(span) or span.holds(counted) for span in there):
            yield "misplaced", ("where",), f"what {place.text!r} counts is {counted}, and its passage is {there[0]}"


def _changed(
    document: Document, claim: Claim, spans: tuple[Span, ...], places: list[Place], fabricated: list[int]
) -> Told:
    """Return how the passage of a claim is another: moved, or changed."""
    offsets = {run.begin - spans[0].begin for place in places for run in candidates(document, place, claim.key_terms)}
    for offset in sorted(offsets, key=abs):
        moved = tuple(Span(span.begin + offset, span.end + offset) for span in spans)
        if moved[0].begin >= 0 and passage_digest(document, moved) == claim.passage_sha256:
            message = f"its passage stands at {moved[0]} now, and no longer at {spans[0]}"
            return "moved-passage", ("span",), message
    lost = "".join(f"; the key term {claim.key_terms[i]!r} does not stand in the document any more" for i in fabricated)
    return "changed-passage", ("passage_sha256",), f"what stands at {spans[0]} is not the passage that was read{lost}"


def _coverage(rulebook: CompiledRulebook, directory: Path, documents: Mapping[str, Document]) -> Iterator[Coverage]:
    for id_, document in documents.items():
        claims = [claim for claim in rulebook.claims.values() if claim.id.partition("-")[0] == id_]
        spans = [span for claim in claims for span in spans_of(claim)]
        if spans:
            stated = [one for one in document.sentences if one not in document.headings]
            uncovered = [one for one in stated if not any(one.meets(span) for span in spans)]
            lines = tuple((document.text.count("\n", 0, one.begin) + 1, document.at(one)) for one in uncovered)
            yield Coverage(id_, str(directory / rulebook.sources[id_].file), len(stated), lines)


class _Files:
    """The files of a rulebook, read where there is a problem to be told at its place."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def _places(self) -> dict[str, tuple[Tree, KeyPath]]:
        found: dict[str, tuple[Tree, KeyPath]] = {}
        for path in [self._directory / "sources.yaml", *sorted(self._directory.glob("claims/[!.]*.yaml"))]:
            if not path.exists():
                continue
            tree = yaml_positions.read(path)
            data: Any = tree.data
            for key in ("sources", "claims"):
                for i, entry in enumerate(data.get(key) or ()):
                    found[entry["id"]] = (tree, (key, i))
        return found

    def problem(self, id_: str, message: str, code: str, key: KeyPath) -> Problem:
        """Return a problem with a document or claim, at a key of it."""
        message = f"{id_}: {message}"
        if id_ not in self._places:
            return Problem(message, code=code)
        tree, path = self._places[id_]
        return tree.problem(message, (*path, *key), code=code)
