"""Whether the documents are the ones that were read, and whether each claim stands where it says, unchanged."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import InputError, Problem, nearest_word
from mbc_options.package_data import rules_dir
from mbc_options.rulebook.documents import Span, passage_digest, read_document, spans_of
from mbc_options.rulebook.models import source_of
from mbc_options.source import yaml_positions
from mbc_options.text import counted, plain
from mbc_options.tools.locate import candidates, counted_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.documents import Document, Place
    from mbc_options.rulebook.models import Claim, Source, Uncovered
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["Coverage", "Gap", "Sentence", "Verification", "verify_sources"]


class Sentence(NamedTuple):
    """A sentence that no claim covers.

    Attributes:
        line: where it stands.
        text: as it stands there.
        why: the reason why no claim covers it; empty where none is given.
    """

    line: int
    text: str
    why: str = ""


class Gap(NamedTuple):
    """Sentences, one after the other, that no claim covers and for which no reason is given."""

    span: Span
    sha256: str

    def __str__(self) -> str:
        """Return it as `sources.yaml` has it, without the reason, which has to be written."""
        return f"- {{span: {self.span}, sha256: {self.sha256}, why: }}"


class Coverage(NamedTuple):
    """How much of a document claims account for.

    Attributes:
        source: the id of the document.
        file: where it was read.
        sentences: how many sentences it has; headings are none, and items of lists are.
        uncovered: those that are in no passage of a claim.
        gaps: where of these stand for which no reason is given.
    """

    source: str
    file: str
    sentences: int
    uncovered: tuple[Sentence, ...]
    gaps: tuple[Gap, ...] = ()

    def __str__(self) -> str:
        covered = self.sentences - len(self.uncovered)
        reasoned = sum(bool(one.why) for one in self.uncovered)
        bare = len(self.uncovered) - reasoned
        said = f"{self.source}: {covered} of {self.sentences} sentences are in a claim"
        return (
            f"{said} ({share(covered, self.sentences)})"
            + (f", {reasoned} in none for a reason" if reasoned else "")
            + (f", {bare} in none and without a reason" if bare else "")
        )

    def listed(self) -> Iterator[str]:
        """Yield the sentences that no claim covers, each with its reason, and what to write where one has none."""
        for sentence in self.uncovered:
            yield f"{self.file}:{sentence.line}: {plain(sentence.text)}"
            if sentence.why:
                yield f"    {sentence.why}"
        if self.gaps:
            yield f"Write a claim, or under uncovered of {self.source} in sources.yaml, each with its reason:"
        for gap in self.gaps:
            yield f"      {gap}"


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
            span says which); where claims have spans, also `uncovered` (a sentence that no claim covers, without a
            reason), and for the reasons `covered-after-all`, `changed-sentence`, `moved-sentence`, `lost-sentence`.
        coverage: which sentences of each document claims account for, where claims have spans.
    """

    documents: int
    claims: int
    key_terms: int
    problems: tuple[Problem, ...]
    coverage: tuple[Coverage, ...] = ()

    def summary(self) -> str:
        """Return the figures, one line for all and one for each document whose claims have spans."""
        looked_up = (
            counted(self.documents, "document"),
            counted(self.claims, "claim"),
            counted(self.key_terms, "key term"),
        )
        said = f"{', '.join(looked_up)} looked up: {counted(len(self.problems), 'problem')}"
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
        except InputError as error:
            message = f"{path} {error.problems[0].message}"
            problems.append(files.problem(id_, message, "unreadable-document", ("file",)))
            continue
        if digest != source.sha256:
            message = f"{path} is not the document that was read: its sha256 is {digest}"
            problems.append(files.problem(id_, message, "changed-document", ("sha256",)))
        for name in documents[id_].missing_sections:
            message = f"the section {name!r} does not begin anywhere after the one before it"
            problems.append(files.problem(id_, message, "missing-section", ("sections",)))
    looked_up = [(id_, claim) for id_, claim in rulebook.claims.items() if source_of(id_) in documents]
    for id_, claim in looked_up:
        complaints = _complaints(documents[source_of(id_)], claim)
        problems += [files.problem(id_, message, code, key) for code, key, message in complaints]
    coverage: list[Coverage] = []
    for id_, document in documents.items():
        source = rulebook.sources[id_]
        claims = [claim for claim in rulebook.claims.values() if source_of(claim.id) == id_]
        if any(claim.span for claim in claims):
            covered, told = _accounted(document, source, claims, str(Path(directory) / source.file))
            coverage.append(covered)
            problems += [files.problem(id_, message, code, key) for code, key, message in told]
    return Verification(
        documents=len(documents),
        claims=len(looked_up),
        key_terms=sum(len(claim.key_terms) for _, claim in looked_up),
        problems=tuple(problems),
        coverage=tuple(coverage),
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
    if wrong is not None and not _moved(document, claim, spans, places):
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
    if moved := _moved(document, claim, spans, places):
        return "moved-passage", ("span",), f"its passage stands at {moved[0]} now, and no longer at {spans[0]}"
    lost = "".join(f"; the key term {claim.key_terms[i]!r} does not stand in the document any more" for i in fabricated)
    return "changed-passage", ("passage_sha256",), f"what stands at {spans[0]} is not the passage that was read{lost}"


def _moved(
    document: Document, claim: Claim, spans: tuple[Span, ...], places: Sequence[Place]
) -> tuple[Span, ...] | None:
    """Return where the passage of a claim stands that is no longer where it was; None where it is not to be found."""
    offsets = {run.begin - spans[0].begin for place in places for run in candidates(document, place, claim.key_terms)}
    for offset in sorted(offsets, key=abs):
        moved = tuple(Span(span.begin + offset, span.end + offset) for span in spans)
        if moved[0].begin >= 0 and passage_digest(document, moved) == claim.passage_sha256:
            return moved
    return None


def _spans_now(document: Document, claim: Claim) -> tuple[Span, ...]:
    """Return where the passage of a claim stands; where it is another by now, where its key terms stand."""
    spans = spans_of(claim)
    if not spans or claim.passage_sha256 in {None, passage_digest(document, spans)}:
        return spans
    places = document.places(claim.where)
    runs = tuple(run for place in places for run in candidates(document, place, claim.key_terms))
    return _moved(document, claim, spans, places) or runs or spans


def _accounted(document: Document, source: Source, claims: Sequence[Claim], file: str) -> tuple[Coverage, list[Told]]:
    """Return which sentences claims account for and reasons excuse, and what is wrong with that."""
    covering = [(claim.id, span) for claim in claims for span in _spans_now(document, claim)]
    stated = [one for one in document.sentences if one not in document.headings]
    uncovered = {one for one in stated if not any(one.meets(span) for _, span in covering)}
    whys: dict[Span, str] = {}
    told: dict[int, Told] = {}
    elsewhere: list[int] = []
    for i, reason in enumerate(source.uncovered):
        there = _place_of(document, stated, reason)
        if there is None:
            elsewhere.append(i)
            continue
        whys.update({one: reason.why for one in uncovered if there.holds(one)})
        if complaint := _misplaced_reason(stated, covering, there, Span(*reason.span)):
            told[i] = _told_of_reason(i, *complaint)
    for i in elsewhere:  # after those that are where they were read, so that no two reasons claim one sentence
        reason = source.uncovered[i]
        span = Span(*reason.span)
        met = [one for one in uncovered if one not in whys and one.meets(span)]
        whys.update(dict.fromkeys(met, reason.why))
        told[i] = (
            _told_of_reason(i, "changed-sentence", "sha256", f"what stands at {span} is not the sentence that was read")
            if met
            else _told_of_reason(i, "lost-sentence", "span", f"the sentence that was read at {span} is gone")
        )
    gaps = tuple(_gaps(document, stated, uncovered - whys.keys()))
    complaints = [told[i] for i in sorted(told)]
    for gap in gaps:
        words = shorten(document.at(gap.span), 60, placeholder=" ...")
        message = (
            f"no claim covers {gap.span}, and uncovered gives no reason why not: {words!r} "
            f"(line {document.line(gap.span)}); --uncovered prints what to write"
        )
        complaints.append(("uncovered", ("uncovered",) if source.uncovered else ("id",), message))
    sentences = tuple(
        Sentence(document.line(one), document.at(one), whys.get(one, "")) for one in stated if one in uncovered
    )
    return Coverage(source.id, file, len(stated), sentences, gaps), complaints


def _place_of(document: Document, stated: Iterable[Span], reason: Uncovered) -> Span | None:
    """Return where sentences stand that need no claim, also where they have moved; None where they are nowhere."""
    span = Span(*reason.span)
    begins = (span.begin, *(one.begin for one in stated))
    spans = (Span(begin, begin + span.end - span.begin) for begin in begins)
    return next((one for one in spans if passage_digest(document, [one]) == reason.sha256), None)


def _misplaced_reason(
    stated: Sequence[Span], covering: Sequence[tuple[str, Span]], there: Span, read: Span
) -> tuple[str, str, str] | None:
    """Return what is wrong with a reason whose sentences stand in the document: code, key and what to tell."""
    if there != read:
        return "moved-sentence", "span", f"the sentence that was read at {read} stands at {there} now"
    inside = [one for one in stated if there.meets(one)]
    if not inside or (inside[0].begin, inside[-1].end) != there:
        return "wrong-span", "span", f"{there} is no whole sentence, and no run of them"
    claims = dict.fromkeys(id_ for id_, span in covering if any(span.meets(one) for one in inside))
    if claims:
        return "covered-after-all", "span", f"{' and '.join(claims)} covers {there} after all"
    return None


def _told_of_reason(i: int, code: str, key: str, message: str) -> Told:
    return code, ("uncovered", i, key), message


def _gaps(document: Document, stated: Sequence[Span], bare: Iterable[Span]) -> Iterator[Gap]:
    """Yield the runs of sentences that nothing accounts for."""
    without = set(bare)
    for is_bare, run in groupby(stated, key=without.__contains__):
        if is_bare:
            sentences = list(run)
            span = Span(sentences[0].begin, sentences[-1].end)
            yield Gap(span, passage_digest(document, [span]))


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
            tree = yaml_positions.read(path, within=self._directory)
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
