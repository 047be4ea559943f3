"""Finding the passage of each claim in its document, so that nobody counts characters by hand."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.errors import InputError, Problem, nearest_word
from mbc_options.package_data import rules_dir
from mbc_options.rulebook.documents import Span, passage_digest, read_document, spans_of
from mbc_options.rulebook.load import read_rulebook
from mbc_options.rulebook.models import source_of
from mbc_options.source.atomic_write import write_whole
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbc_options.rulebook.documents import Document, Place, Stretch
    from mbc_options.rulebook.load import Read
    from mbc_options.rulebook.models import Claim, Source
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["Found", "Located", "Written", "candidates", "counted_at", "locate", "locate_all", "with_passages"]

_KEYS = {"span", "repeats", "passage_sha256"}

_PARAGRAPH, _SENTENCES = re.compile(r"¶ ?(\d+)"), re.compile(r"\bs(\d+)(?:-(\d+))?\b")
_ITEM, _CLOSING = re.compile(r"\b(?:bullet|item|step) (\d+)"), re.compile(r"\bclosing\b")


class Found(NamedTuple):
    """What was found for a claim.

    Attributes:
        spans: its passage, and where the document says it again; empty where that is not settled.
        several: passages to choose from, where it is not.
        unsaid: further places that `where` names and in which the key terms do not stand.
    """

    spans: tuple[Span, ...]
    several: tuple[Span, ...] = ()
    unsaid: tuple[str, ...] = ()


class Written(NamedTuple):
    """What a file says of the passage of a claim."""

    spans: tuple[Span, ...]
    sha256: str

    def as_yaml(self) -> Iterator[tuple[str, str]]:
        """Yield keys and values; an empty one where there is nothing to say."""
        first, *repeats = map(list, self.spans)
        yield "span", str(first)
        yield "repeats", str(repeats) if repeats else ""
        yield "passage_sha256", self.sha256


def locate(document: Document, claim: Claim, pick: int | None = None) -> Found:
    """Find the passage of a claim: the smallest run of sentences with all its key terms in the section it names.

    Of several such runs the one is taken that `where` counts (paragraph, sentence, bullet). A further place is found
    by its key terms or, where it says the same in other words, by that count.

    Args:
        document: which it is a claim of.
        claim: with `where` and its key terms.
        pick: which of several passages is meant, from 1.
    """
    places = [place for place in document.places(claim.where) if place.stretch]
    found = [(place, runs) for place in places if (runs := candidates(document, place, claim.key_terms))]
    if not found:
        return Found(())
    where, several = found[0]
    if len(several) > 1 and (pick is None or pick > len(several)):
        return Found((), several)
    first = several[(pick or 1) - 1 if len(several) > 1 else 0]
    spans, unsaid = [first], []
    for place in places:
        if place is where:
            continue
        again = _again(document, place, claim.key_terms)
        if again is None:
            unsaid.append(place.text)
        else:
            spans.append(again)
    return Found(tuple(dict.fromkeys(spans)), several, tuple(unsaid))


def _again(document: Document, place: Place, terms: Sequence[str]) -> Span | None:
    """Return the passage at a further place: what it counts where it says so, else the one with the key terms."""
    found, counted = candidates(document, place, terms), counted_at(document, place)
    if counted is not None and not any(counted.meets(one) for one in found):
        return counted
    return found[0] if len(found) == 1 else None


def candidates(document: Document, place: Place, terms: Sequence[str]) -> tuple[Span, ...]:
    """Return the smallest runs of sentences that hold all key terms at a place; one, where the place counts them."""
    if place.stretch is None:
        return ()
    runs = _runs(document, place.stretch, terms)
    counted = counted_at(document, place)
    if counted is None:
        return runs
    there = [run for run in runs if counted.meets(run)]
    if len(there) == 1:
        run = there[0]
        is_counted = _SENTENCES.search(place.text[len(place.stretch.name) :]) is not None
        return (counted if is_counted and counted.holds(run) else run,)
    return tuple(there) or runs


def _runs(document: Document, stretch: Stretch, terms: Sequence[str]) -> tuple[Span, ...]:
    """Return the runs of as few sentences as possible in a section that hold all key terms."""
    sentences = [one for one in document.sentences if stretch.span.holds(one)]
    for length in range(1, len(sentences) + 1):
        runs = (Span(sentences[i].begin, sentences[i + length - 1].end) for i in range(len(sentences) - length + 1))
        found = [run for run in runs if all(any(document.finds(term, run)) for term in terms)]
        if found:
            return tuple(found)
    return ()


def counted_at(document: Document, place: Place) -> Span | None:
    """Return the sentences that a place counts: `Lead ¶2 s1`, `step 3`; None where it does not."""
    if place.stretch is None:
        return None
    said = place.text[len(place.stretch.name) :]
    inside = [one for one in document.running if place.stretch.span.holds(one)]
    items = [one for one in inside if document.is_item(one)]
    if item := _ITEM.search(said):
        return _nth(items, int(item[1]))
    paragraph, sentences = _PARAGRAPH.search(said), _SENTENCES.search(said)
    if not paragraph and not sentences:
        return None
    after = items[-1].end if items and _CLOSING.search(said) else 0
    running = [one for one in inside if one not in items and one.begin >= after]
    whole = (
        _nth(running, int(paragraph[1]))
        if paragraph
        else Span(max(after, place.stretch.span.begin), place.stretch.span.end)
    )
    if whole is None or not sentences:
        return whole
    there = [one for one in document.sentences if whole.holds(one) and one not in document.headings]
    first, last = _nth(there, int(sentences[1])), _nth(there, int(sentences[2] or sentences[1]))
    return Span(first.begin, last.end) if first and last else None


def _nth(spans: Sequence[Span], number: int) -> Span | None:
    return spans[number - 1] if 1 <= number <= len(spans) else None


def with_passages(tree: Tree, text: str, passages: Mapping[str, Written]) -> str:
    """Return a file of claims with the passages of some, written after their `where`; all else stays as it is.

    Args:
        tree: the file as read.
        text: the same as text.
        passages: what to write, by claim.

    Raises:
        InputError: where a claim is laid out so that nothing can be written into it.
    """
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    edits: list[tuple[int, int, str]] = []
    claims = tree.data["claims"] if isinstance(tree.data, dict) else ()
    for i, claim in enumerate(claims or ()):
        if isinstance(claim, dict) and (written := passages.get(str(claim.get("id")))) is not None:
            edits += _edits(tree, text, starts, ("claims", i), written)
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _edits(tree: Tree, text: str, starts: list[int], path: KeyPath, written: Written) -> Iterator[tuple[int, int, str]]:
    """Yield what to replace in a claim: its keys of passages by nothing, and nothing after `where` by the new ones."""
    offsets = {
        str(key[-1]): starts[line - 1] + column - 1
        for key, (line, column) in tree.keys.items()
        if len(key) == len(path) + 1 and key[: len(path)] == path
    }
    order = sorted(offsets, key=offsets.__getitem__)
    after = {key: offsets[following] for key, following in pairwise(order)}
    line, column = tree.values[path]
    in_braces = text[starts[line - 1] + column - 1] == "{"
    for key in _KEYS & offsets.keys():
        if key not in after:
            if in_braces:
                message = f"{key} stands last between braces, where nothing can be written; move it before another key"
                raise InputError([tree.problem(message, (*path, key), at_key=True)])
            begin = _line(text, offsets[key])
            yield begin, text.index("\n", begin) + 1 if "\n" in text[begin:] else len(text), ""
        else:
            yield (
                (offsets[key], after[key], "")
                if in_braces
                else (_line(text, offsets[key]), _line(text, after[key]), "")
            )
    rest = [key for key in order[order.index("where") + 1 :] if key not in _KEYS]
    if not rest:
        message = "where stands last in this claim, and its passage is written after it; move it before another key"
        raise InputError([tree.problem(message, (*path, "where"), at_key=True)])
    news = [f"{key}: {value}" for key, value in written.as_yaml() if value]
    if in_braces:
        at = offsets[rest[0]]
        yield at, at, "".join(f"{new}, " for new in news)
        return
    at = _line(text, offsets[rest[0]])
    indent = " " * (offsets["where"] - _line(text, offsets["where"]))
    end = "\r\n" if text[starts[line - 1] : starts[line]].endswith("\r\n") else "\n"
    yield at, at, "".join(f"{indent}{new}{end}" for new in news)


def _line(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


class Located(NamedTuple):
    """What finding the passages of a rulebook came to.

    Attributes:
        written: how many passages were written.
        kept: how many claims have theirs already.
        problems: which claims have none, and why.
    """

    written: int
    kept: int
    problems: tuple[Problem, ...]

    def summary(self) -> str:
        """Return the figures in a line."""
        written = counted(self.written, "passage")
        return f"{written} written, {self.kept} kept, {len(self.problems)} not found or not unique"


def locate_all(rules: str | Path | None, directory: Path, picks: Mapping[str, int], *, again: bool = False) -> Located:
    """Write into each claim of a rulebook where its passage stands.

    Args:
        rules: the rulebook; None for the one that comes with the package.
        directory: holds its documents.
        picks: which passage is meant, from 1, where several fit, by claim.
        again: look for those, too, that are at hand and unchanged. A passage that holds the one that is found was
            chosen wider by its author, and stays as long as it is unchanged.

    Raises:
        RulebookError: where the rulebook cannot be read.
        InputError: where a document cannot be read, a pick names no claim, or a file cannot be written.
    """
    read = read_rulebook(Path(rules) if rules is not None else rules_dir())
    unknown = picks.keys() - {claim.id for claim in read.rulebook.claims}
    if unknown:
        raise InputError([Problem(f"no claim is called {id_!r}", "--pick") for id_ in sorted(unknown)])
    documents = {source.id: _document(read, source, directory) for source in read.rulebook.sources}
    passages: dict[str, Written] = {}
    problems: list[Problem] = []
    kept = 0
    for claim in read.rulebook.claims:
        document, pick = documents[source_of(claim.id)], picks.get(claim.id)
        chosen = spans_of(claim)
        is_sound = claim.passage_sha256 in {None, passage_digest(document, chosen)}
        if chosen and pick is None and not again and is_sound:
            if claim.passage_sha256 is None:
                passages[claim.id] = Written(chosen, passage_digest(document, chosen))
            else:
                kept += 1
            continue
        found = locate(document, claim, pick)
        if pick is None and is_sound:
            found = _as_chosen(found, chosen)
        if found.spans:
            passages[claim.id] = Written(found.spans, passage_digest(document, found.spans))
            lost = [
                f"{claim.id}: it is not to be found in {place!r}, which its where names, too" for place in found.unsaid
            ]
            problems += [read.problem(message, claim.id) for message in lost]
        else:
            problems.append(read.problem(_unfound(document, claim, found), claim.id))
    for tree in read.trees:
        mine = tree.data.get("claims") if isinstance(tree.data, dict) else None
        if isinstance(mine, list) and any(isinstance(one, dict) and one.get("id") in passages for one in mine):
            text = Path(tree.file).read_bytes().decode("utf-8-sig")
            write_whole(tree.file, with_passages(tree, text, passages))
    return Located(len(passages), kept, tuple(problems))


def _as_chosen(found: Found, chosen: tuple[Span, ...]) -> Found:
    """Return what was found, with each passage as an author chose it who took in more, or took one of several."""
    if not found.spans and any(one.holds(run) for one in chosen[:1] for run in found.several):
        return found._replace(spans=chosen)
    spans = (next((one for one in chosen if one.holds(span)), span) for span in found.spans)
    return found._replace(spans=tuple(dict.fromkeys(spans)))


def _document(read: Read, source: Source, directory: Path) -> Document:
    try:
        return read_document(source, directory)[0]
    except InputError as error:
        message = f"{directory / source.file} {error.problems[0].message}"
        raise InputError([read.problem(message, source.id)]) from None


def _unfound(document: Document, claim: Claim, found: Found) -> str:
    """Return why a claim has no passage, and what to do."""
    if found.several:
        listed = "".join(
            f"\n  --pick {claim.id}={i}  {span} {' '.join(document.at(span).split())}"
            for i, span in enumerate(found.several, 1)
        )
        return f"{claim.id}: {len(found.several)} passages hold its key terms; pick one:{listed}"
    if not any(place.stretch for place in document.places(claim.where)):
        near = nearest_word(claim.where, [stretch.name for stretch in document.sections])
        return f"{claim.id}: no section is called {claim.where!r}" + (f"; did you mean {near!r}?" if near else "")
    return f"{claim.id}: its key terms do not stand together in {claim.where!r}"
