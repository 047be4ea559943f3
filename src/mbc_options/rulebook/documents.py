"""The documents themselves: their text, sections and sentences, so that a claim can be shown at its passage.

Nothing of a document is kept in a rulebook. A claim has offsets into the text that `normalized` makes of a file, and
the digest of what stands there; with the documents at hand both can be looked up.
"""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.rulebook.models import source_of
from mbc_options.source.yaml_positions import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.models import Claim, Section, Source

__all__ = [
    "Document",
    "Documents",
    "Passage",
    "Place",
    "Span",
    "Stretch",
    "normalized",
    "passage_digest",
    "read_document",
    "read_documents",
    "spans_of",
]


MAX_BYTES = 20_000_000
"""How large the file of a document may be."""


def normalized(raw: bytes) -> str:
    """Return the text of a document, in which spans count characters.

    UTF-8 without a byte-order mark (a byte that is none becomes U+FFFD); line ends of any kind become a line feed; in
    each line runs of white space become one space, and none stands at its ends. No line is joined or left out, so
    that lines keep their numbers. The rule is told in `rules/sources.yaml`, and must not change: every span rests on
    it.
    """
    text = raw.decode("utf-8-sig", errors="replace")
    return "\n".join(" ".join(line.split()) for line in re.split(r"\r\n|[\r\n]", text))


class Span(NamedTuple):
    """Offsets in the text of a document: the first character, and the one after the last."""

    begin: int
    end: int

    def holds(self, other: Span) -> bool:
        """Tell whether another span lies inside."""
        return self.begin <= other.begin and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Tell whether they share a character."""
        return self.begin < other.end and other.begin < self.end

    def __str__(self) -> str:
        return f"[{self.begin}, {self.end}]"


class Stretch(NamedTuple):
    """A section of a document.

    Attributes:
        name: what `where` calls it.
        span: from its heading, or its first words, to its end, with the sections inside it.
        heading: where its heading stands; empty where it has none.
    """

    name: str
    span: Span
    heading: Span


class Place(NamedTuple):
    """A place that `where` names.

    Attributes:
        text: as it is named.
        stretch: the section; None where there is no such section.
    """

    text: str
    stretch: Stretch | None


class Passage(NamedTuple):
    """A passage within its paragraph, to be shown: `before`, `marked` and `after` joined are the whole paragraph."""

    before: str
    marked: str
    after: str


_MARK = re.compile(r"(?:[•‣◦·*\-\u2013]|\d{1,2}[.)]) ")
"""What an item of a list begins with."""
_STOP = re.compile(r"""(?:[.?!]["'\u2019\u201d)\]]*(?:(?= )|(?<=[a-z0-9)%][.?!])(?=[A-Z]))|(?<=\)\.)(?=[A-Z]))""")
"""Where a sentence may end: at a mark before a space, or glued to the next word by a page that lost its breaks."""
_NO_STOP = re.compile(r"(?:\b(?:e\.g|i\.e|vs|Dr|Mr|Mrs|Fig|al|cf|approx|No)\.|\b[A-Z]\.)$")
"""What ends in a mark and no sentence: an abbreviation, an initial."""
_OPEN = re.compile(r"[.?!:;][\"'\u2019\u201d)\]]*$")
"""What a line ends in that goes on in no other."""
_LINE = re.compile(r"lines? (\d+)(?:(?: ?[-\u2013] ?| to | and )(\d+))?\b", re.IGNORECASE)
_NUMBERED = re.compile(r"section (\d+)\b", re.IGNORECASE)
_LEFT_OUT = r"[^\n]{1,80}?"
_GOES_ON = re.compile(r"\n+[a-z]")
HEADING = 80
"""How long a line may be that is taken for a heading in a document whose sections are not listed."""


class Document:
    """A document: its text, where its sections begin, and its sentences.

    Args:
        text: as `normalized` made it.
        sections: as `sources.yaml` lists them. Without them, lines that look like headings are taken for such.
    """

    def __init__(self, text: str, sections: Sequence[Section] = ()) -> None:
        self.text = text
        self.listed = tuple(sections)

    @cached_property
    def _begins(self) -> tuple[list[tuple[str, Span]], list[str]]:
        """Each section with its heading, and the names of those that are not where they are listed."""
        found: list[tuple[str, Span]] = []
        missing: list[str] = []
        after = 0
        for section in self.listed:
            words = section.begins or section.heading or section.name
            there = next(self._beginnings(words, after), None)
            if there is None:
                missing.append(section.name)
                continue
            at, end = there.begin, there.begin if section.begins else there.end
            found.append((section.name, Span(at, end)))
            after = max(end, at + 1)
        if not self.listed:
            found = list(self._heading_lines())
        return found, missing

    def _beginnings(self, words: str, after: int) -> Iterator[Span]:
        """Yield where words stand at the beginning of a line or sentence, also where a page lost its breaks.

        Three points in them stand for what is left out of a long heading.
        """
        pattern = re.compile(_LEFT_OUT.join(map(re.escape, words.split("..."))))
        for match in pattern.finditer(self.text, after):
            at = match.start()
            before = self.text[max(0, at - 2) : at]
            glued = before[-1:].islower() and words[:1].isupper()
            begins = not before or before[-1] in "\n.?!:)" or glued or re.match(r"[.?!:)\]\u2019] ", before)
            if begins or _MARK.fullmatch(self.text, self.text.rfind("\n", 0, at) + 1, at):
                yield Span(*match.span())

    def _heading_lines(self) -> Iterator[tuple[str, Span]]:
        """Yield short lines that end like no sentence, each whole and where it stands without a number before it."""
        begin = 0
        for line in self.text.split("\n"):
            span = Span(begin, begin + len(line))
            begin = span.end + 1
            if line and len(line) <= HEADING and not re.search(r"[.?!:;,]$", line) and line[:1] not in "•‣◦·*-":
                goes_on = _GOES_ON.match(self.text, span.end)
                if (line[:1].isupper() or line[:1].isdigit()) and not goes_on:
                    mark = _MARK.match(line)
                    yield line, Span(span.begin + (mark.end() if mark else 0), span.end)

    @property
    def missing_sections(self) -> list[str]:
        """The listed sections that the document does not have where they are listed."""
        return self._begins[1]

    @cached_property
    def sections(self) -> tuple[Stretch, ...]:
        """The sections, in order. One whose name begins with another's name is inside it."""
        found = self._begins[0]
        stretches = []
        for i, (name, heading) in enumerate(found):
            ahead = (span.begin for other, span in found[i + 1 :] if not self.listed or not _is_inside(other, name))
            stretches.append(Stretch(name, Span(heading.begin, next(ahead, len(self.text))), heading))
        return tuple(stretches)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs and items: lines, joined where a sentence goes on over them, and divided by sections."""
        lines: list[Span] = []
        for match in re.finditer(r"[^\n]+", self.text):
            line, span = match.group(), Span(*match.span())
            before = self.text[lines[-1].begin : lines[-1].end] if lines else "."
            if line[:1].islower() and not _OPEN.search(before):
                lines[-1] = Span(lines[-1].begin, span.end)
            else:
                mark = _MARK.match(line)
                lines.append(Span(span.begin + (mark.end() if mark else 0), span.end))
        edges = sorted({edge for _, heading in self._begins[0] for edge in heading})
        return tuple(part for line in lines for part in self._cut(line, edges))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences; a heading and an item of a list count as such."""
        headings = {heading for _, heading in self._begins[0]}
        found: list[Span] = []
        for paragraph in self.paragraphs:
            if paragraph in headings:
                found.append(paragraph)
                continue
            text = self.text[paragraph.begin : paragraph.end]
            stops = (
                paragraph.begin + stop.end()
                for stop in _STOP.finditer(text)
                if not _NO_STOP.search(text[: stop.end()]) and not text[stop.end() : stop.end() + 2].strip().islower()
            )
            found += self._cut(paragraph, stops)
        return tuple(found)

    def _cut(self, span: Span, edges: Iterable[int]) -> Iterator[Span]:
        """Yield the parts of a span between edges, without the white space around them."""
        for begin, end in pairwise([span.begin, *(edge for edge in edges if span.begin < edge < span.end), span.end]):
            part = self.text[begin:end]
            if part.strip():
                yield Span(begin + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip()))

    @cached_property
    def headings(self) -> frozenset[Span]:
        """Where headings stand, which state nothing by themselves."""
        return frozenset(heading for _, heading in self._begins[0])

    @cached_property
    def running(self) -> tuple[Span, ...]:
        """The paragraphs and items as one counts them: without headings and what stands beside these on their line."""
        beside = {heading.end + 1 for heading in self.headings if self.text[heading.end : heading.end + 1] == " "}
        return tuple(one for one in self.paragraphs if one not in self.headings and one.begin not in beside)

    def is_item(self, paragraph: Span) -> bool:
        """Tell whether a paragraph is an item of a list: whether its line begins with the mark of one."""
        line = self.text.rfind("\n", 0, paragraph.begin) + 1
        return _MARK.fullmatch(self.text, line, paragraph.begin) is not None

    def at(self, span: Span) -> str:
        """Return what stands at a span."""
        return self.text[span.begin : span.end]

    def line(self, span: Span) -> int:
        """Return the number of the line that a span begins in."""
        return self.text.count("\n", 0, span.begin) + 1

    def finds(self, term: str, within: Span | None = None) -> Iterator[Span]:
        """Yield where whole words stand in the document, whatever the white space between them."""
        inside = within or Span(0, len(self.text))
        for match in _pattern(term).finditer(self.text, inside.begin, inside.end):
            yield Span(*match.span())

    def section_at(self, span: Span) -> str:
        """Return the name of the innermost section that something stands in; what it stands before, where in none."""
        found = [stretch for stretch in self.sections if stretch.span.holds(Span(span.begin, span.begin))]
        return found[-1].name if found else "the lines above the first section"

    def places(self, where: str) -> list[Place]:
        """Return the places that a `where` names, each with its section: `Lead s1; repeated Conclusion s2`."""
        return [Place(text, self._extent(text)) for text in self._named(where)]

    def _named(self, where: str) -> Iterator[str]:
        """Yield what a `where` names, place by place; further ones follow `and` or a comma, if a section does."""
        for part in re.split(r"; (?:repeated |also )?", where):
            begin = 0
            for match in re.finditer(r", | and ", part):
                if self._named_section(part[match.end() :]) and not self._whole(part, match.end()):
                    yield part[begin : match.start()]
                    begin = match.end()
            yield part[begin:]

    def _whole(self, part: str, at: int) -> bool:
        """Tell whether the name of a section goes on over a place in the text that names it."""
        found = self._named_section(part)
        return found is not None and len(found.name) > at

    def _extent(self, text: str) -> Stretch | None:
        if lines := _LINE.match(text):
            return self._lines(text, int(lines[1]), int(lines[2] or lines[1]))
        return self._named_section(text)

    def _lines(self, text: str, first: int, last: int) -> Stretch | None:
        """Return some lines, from the paragraph that the first is of to the end of that of the last."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.text)), len(self.text) + 1]
        if not 1 <= first <= last < len(starts):
            return None
        begin, end = starts[first - 1], starts[last] - 1
        met = [span for span in self.paragraphs if span.meets(Span(begin, end))]
        return Stretch(text, Span(begin, max([end, *(span.end for span in met)])), Span(begin, begin))

    def _named_section(self, text: str) -> Stretch | None:
        """Return the section that a text begins with the name of: of several, the one with the longest name."""
        found = [stretch for stretch in self.sections if _is_inside(text, stretch.name)]
        if not found and (number := _NUMBERED.match(text)):
            found = [stretch for stretch in self.sections if re.match(rf"{number[1]}[.):]? ", stretch.name)]
        return max(found, key=lambda stretch: len(stretch.name), default=None)

    def passage(self, span: Span) -> Passage:
        """Return what stands at a span within the paragraphs that it meets."""
        met = [paragraph for paragraph in self.paragraphs if paragraph.meets(span)] or [span]
        begin, end = min(span.begin, met[0].begin), max(span.end, met[-1].end)
        parts = (Span(begin, span.begin), span, Span(span.end, end))
        return Passage(*(re.sub(r"\n+", " ", self.at(part)) for part in parts))


def _is_inside(name: str, outer: str) -> bool:
    """Tell whether a name is another one, or begins with it and goes on."""
    return name.casefold().startswith(outer.casefold()) and not name[len(outer) :][:1].isalnum()


def _pattern(term: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, term.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)")


def passage_digest(document: Document, spans: Iterable[Span]) -> str:
    """Return the sha256 of what stands at the spans of a claim, joined by line feeds."""
    return sha256("\n".join(map(document.at, spans)).encode()).hexdigest()


def spans_of(claim: Claim) -> tuple[Span, ...]:
    """Return where the passage of a claim stands, and after it where the document says it again."""
    return () if claim.span is None else tuple(Span(*span) for span in (claim.span, *claim.repeats))


def read_document(source: Source, directory: Path) -> tuple[Document, str]:
    """Return a document and the sha256 of its file; InputError where it cannot be read, or lies elsewhere."""
    raw = read_regular(directory / source.file, within=directory, max_bytes=MAX_BYTES)
    return Document(normalized(raw), source.sections), sha256(raw).hexdigest()


class Documents:
    """The documents of a rulebook at hand, to show claims at their passages. Make one with `read_documents`.

    Attributes:
        problems: which documents cannot be read or are not the ones that were read, a line each.
    """

    def __init__(self, claims: Mapping[str, Claim], found: Mapping[str, Document], problems: tuple[str, ...]) -> None:
        self.problems = problems
        self._found = found
        self._claims = claims
        self._told = {_words(claim): id_ for id_, claim in claims.items()}

    def __repr__(self) -> str:
        return f"<Documents {', '.join(self._found)}>"

    def passages(self, claim: str) -> tuple[Passage, ...]:
        """Return where a claim stands, each place within its paragraph; empty where its words are not there.

        Args:
            claim: its id.
        """
        document = self._found.get(source_of(claim))
        authored = self._claims.get(claim)
        if document is None or authored is None:
            return ()
        spans = spans_of(authored)
        if not spans or passage_digest(document, spans) != authored.passage_sha256:
            return ()
        return tuple(map(document.passage, spans))

    def id_of(self, cited: Any) -> str:
        """Return the id of the claim that a citation tells; empty where this rulebook has none like it."""
        return self._told.get(_words(cited), "")


def _words(claim: Any) -> tuple[str, str, tuple[str, ...]]:
    return claim.where, claim.statement, claim.key_terms


def read_documents(directory: str | Path, rulebook: CompiledRulebook | None = None) -> Documents:
    """Return the documents of a rulebook from a directory.

    What of them is shown stands only there: nothing of it is kept.

    Args:
        directory: holds them under the names in `sources.yaml`.
        rulebook: default: the one that comes with the package.

    Raises:
        InputError: where there is no such directory.
        TypeError: where `directory` is no name of one, or `rulebook` is no rulebook.
    """
    from mbc_options.errors import InputError, Problem
    from mbc_options.misuse import path_named
    from mbc_options.rulebook.compiled import rulebook_of

    directory = path_named(directory, "the name of the directory of the documents")
    if not directory.is_dir():
        raise InputError([Problem("is no directory of documents", str(directory), code="unreadable")])
    rulebook = rulebook_of(rulebook)
    found: dict[str, Document] = {}
    problems = []
    for id_, source in rulebook.sources.items():
        try:
            found[id_], digest = read_document(source, directory)
        except InputError as error:
            problems.append(f"{id_}: {Path(directory, source.file)} {error.problems[0].message}")
            continue
        if digest != source.sha256:
            problems.append(f"{id_}: {Path(directory, source.file)} is not the document that was read")
    return Documents(rulebook.claims, found, tuple(problems))
