"""XML read element by element, so that only one of many is held; no entities, no document type, nothing fetched."""

from __future__ import annotations

import io
import os
import re
from collections import deque
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, cast
from xml.etree import ElementTree as ET
from xml.parsers import expat

from mbc_options.errors import Problem, RecordError
from mbc_options.misuse import refuse_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Node", "Root", "XmlSource", "local"]

_CHUNK = 1 << 16
_LONGEST_PROLOG = 1 << 20
_DECLARED = re.compile(r"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")


class Root(NamedTuple):
    """The first element of a file: its name and namespace, and where it stands."""

    name: str
    namespace: str
    attributes: dict[str, str]
    line: int
    column: int


class Node:
    """An element with what it stands in, and whether it was used.

    Attributes:
        name: as the tables of codes have it: without namespace, and without a prefix of an older form.
        tag: as the file has it, without namespace.
        parent: what it stands in; None at the top.
        used: whether it, or something in it, was read.
    """

    __slots__ = ("_children", "_element", "_shorten", "name", "parent", "tag", "used")

    def __init__(self, element: ET.Element, shorten: Callable[[str], str], parent: Node | None = None) -> None:
        self.tag = local(element.tag)
        self.name = shorten(self.tag)
        self.parent, self.used = parent, False
        self._element, self._shorten = element, shorten
        self._children: list[Node] | None = None

    @property
    def children(self) -> list[Node]:
        """What stands in it."""
        if self._children is None:
            self._children = [Node(one, self._shorten, self) for one in self._element]
        return self._children

    @property
    def text(self) -> str:
        """Its text, with spaces and line breaks as single spaces."""
        return " ".join((self._element.text or "").split())

    def attribute(self, name: str) -> str:
        """Return an attribute; empty where it has none of the name."""
        return " ".join((self._element.get(name) or "").split())

    def all(self, path: str) -> list[Node]:
        """Return what stands at a path of names (`A/B`)."""
        found = [self]
        for name in path.split("/"):
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def first(self, *paths: str) -> Node | None:
        """Return the first that stands at one of several paths; None where there is none."""
        return next((found for path in paths for found in self.all(path)), None)

    def said(self, *paths: str) -> str:
        """Return the text of the first at one of several paths that has any; empty where none has."""
        return next((one.text for path in paths for one in self.all(path) if one.text), "")

    def outermost(self, name: str) -> list[Node]:
        """Return what has a name and stands in it at any depth, but not in another of the same name."""
        found, waiting = [], [*reversed(self.children)]
        while waiting:
            node = waiting.pop()
            if node.name == name:
                found.append(node)
            else:
                waiting += reversed(node.children)
        return found

    def with_all_in(self) -> list[Node]:
        """Return it and what stands in it, at any depth."""
        found = [self]
        for node in found:
            found += node.children
        return found

    def within(self, top: Node) -> str:
        """Return the path of tags that leads from another element to it."""
        tags, one = [], self
        while one is not top and one.parent is not None:
            tags.append(one.tag)
            one = one.parent
        return "/".join(reversed(tags))

    def use(self) -> None:
        """Note that it was read."""
        one: Node | None = self
        while one is not None and not one.used:
            one.used = True
            one = one.parent


@cache
def local(tag: object) -> str:
    """Return a tag without its namespace; a comment or instruction has none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class XmlSource:
    """A source of XML.

    Args:
        source: the name of a file, or XML as text or bytes.

    Raises:
        TypeError: for something else.
    """

    def __init__(self, source: object) -> None:
        self.file = ""
        self._text: bytes | None = None
        if isinstance(source, (bytes, bytearray)):
            self._text = bytes(source)
        elif isinstance(source, str) and source.lstrip("\ufeff \t\r\n")[:1] == "<":
            self._text = _DECLARED.sub(r"\1", source.lstrip("\ufeff"), count=1).encode("utf-8", "replace")
        elif isinstance(source, (str, os.PathLike)):
            self.file = str(Path(source))
        else:
            refuse_kind("the name of a file, or XML", source)

    def refuse(self, message: str, line: int = 0, column: int = 0, hint: str = "") -> NoReturn:
        """Refuse the source for what stands at a place."""
        raise RecordError([Problem(message, self.file, line, column, hint=hint)])

    def root(self) -> Root:
        """Return the first element.

        Raises:
            RecordError: where the source cannot be read, is no XML, or has a document type.
        """
        found: list[Root] = []
        parser = expat.ParserCreate(None, "}")

        def doctype(*_: object) -> None:
            self.refuse(
                "has a document type (DTD), which could bring entities: it is not read",
                parser.CurrentLineNumber,
                parser.CurrentColumnNumber + 1,
                "take out <!DOCTYPE ...>; records need none",
            )

        def start(tag: str, attributes: dict[str, str]) -> None:
            if not found:
                namespace, _, name = tag.rpartition("}")
                place = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
                found.append(Root(name, namespace, dict(attributes), *place))

        parser.StartDoctypeDeclHandler = doctype
        parser.StartElementHandler = start
        with self._open() as stream:
            size = 0
            while not found:
                chunk = stream.read(_CHUNK)
                size += len(chunk)
                try:
                    parser.Parse(chunk, not chunk)
                except expat.ExpatError as error:
                    if not found:  # what is wrong behind it is told where it is read
                        self.broken(error.code, error.lineno, error.offset)
                except RecordError:
                    raise
                except (LookupError, ValueError) as error:
                    self.refuse(f"is no XML that can be read: {error}", 1, 1)
                if size > _LONGEST_PROLOG and not found:
                    self.refuse(f"has no element in its first {_LONGEST_PROLOG:,} bytes", 1, 1)
        return found[0]

    def broken(self, code: int, line: int, offset: int, before: str = "") -> NoReturn:
        """Refuse the source for what a parser says of it."""
        self.refuse(f"is no XML: {expat.ErrorString(code) or 'it cannot be parsed'}{before}", line, offset + 1)

    def _open(self) -> IO[bytes]:
        if self._text is not None:
            return io.BytesIO(self._text)
        try:
            return Path(self.file).open("rb")
        except OSError as error:
            self.refuse(f"cannot be read: {error.strerror or error}")

    def elements(self, tag: str, broken: Callable[[str, str], None]) -> Iterator[ET.Element]:
        """Yield the elements of a name, one after the other; each is given up when the next is asked for.

        Args:
            tag: the name.
            broken: is told, with the place and what is wrong, of an element that is broken; the next one is read again.

        Raises:
            RecordError: where the rest cannot be read, with the place; what stands before was yielded.
        """
        count = 0
        start = _Start(0, 1)
        head = b""
        with self._open() as stream:
            while True:
                part = _Part(stream, tag, start, head)
                try:
                    for element in part.elements():
                        count += 1
                        yield element
                except ET.ParseError as error:
                    line, column = part.place(error)
                    head, is_within = head or part.head, part.is_within
                    following = part.following() if head else None
                    if following is None and not (is_within and self._is_closed(stream)):
                        before = f"; {count} before it {'was' if count == 1 else 'were'} read" if count else ""
                        self.broken(error.code, line, column - 1, before)
                    broken(f"line {line}", f"is no XML: {expat.ErrorString(error.code)}")
                    if following is None:
                        return
                    start = following
                except (LookupError, ValueError) as error:
                    self.refuse(f"is no XML that can be read: {error}")
                except OSError as error:
                    self.refuse(f"cannot be read: {error.strerror or error}")
                else:
                    return

    def _is_closed(self, stream: IO[bytes]) -> bool:
        """Tell whether the file ends as it should, with the end of its first element."""
        end = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, end - _CHUNK))
        return re.search(rb"</(?:[\w.-]+:)?" + self.root().name.encode() + rb"\s*>\s*$", stream.read()) is not None


class _Start(NamedTuple):
    """Where an element begins: its byte, from 0, and its line, from 1."""

    offset: int
    line: int


class _Part:
    """The rest of a stream, read by one parser.

    Args:
        stream: of bytes.
        tag: the name of the elements that are asked for.
        start: where to begin.
        head: what is read instead of what stands before: the beginning of the file up to the first of the elements.
    """

    def __init__(self, stream: IO[bytes], tag: str, start: _Start, head: bytes) -> None:
        self._stream, self._tag, self._start, self._given = stream, tag, start, head
        self._pattern = re.compile(rb"<(?:[\w.-]+:)?" + re.escape(tag).encode() + rb"(?=[\s/>])")
        self._begun: deque[_Start] = deque()
        self._offset, self._line, self._tail = start.offset, start.line, b""
        self._last = -1
        self.head = b""

    @property
    def is_within(self) -> bool:
        """Whether one of the elements has begun and not ended."""
        return bool(self._begun)

    def elements(self) -> Iterator[ET.Element]:
        """Yield the elements; nothing of the rest is kept."""
        parser: ET.XMLPullParser[Any] = ET.XMLPullParser(("start", "end"))
        parents: list[ET.Element] = []
        inside = 0
        self._stream.seek(self._start.offset)
        if self._given:
            parser.feed(self._given)
        ended = False
        while not ended:
            chunk = self._stream.read(_CHUNK)
            if chunk:
                self._look(chunk)
                parser.feed(chunk)
            else:
                parser.close()
                ended = True
            for event, element in cast("Iterator[tuple[str, ET.Element]]", parser.read_events()):
                is_one = local(element.tag) == self._tag
                if event == "start":
                    parents.append(element)
                    inside += is_one
                    continue
                parents.pop()
                inside -= is_one
                if inside:
                    continue
                if is_one:
                    if self._begun:
                        self._begun.popleft()
                    yield element
                if parents:  # nothing outside is needed any more
                    parents[-1].remove(element)

    def _look(self, chunk: bytes) -> None:
        """Note where elements begin; what begins at the end of a chunk is found with the next."""
        text = self._tail + chunk
        before = self._offset - len(self._tail)
        line, counted = self._line - self._tail.count(b"\n"), 0
        if self._last < 0 and len(self.head) <= _LONGEST_PROLOG:
            self.head += chunk
        for match in self._pattern.finditer(text):
            at = before + match.start()
            if at <= self._last:
                continue
            if self._last < 0:
                self.head = self.head[: at - self._start.offset]
            line, counted = line + text.count(b"\n", counted, match.start()), match.start()
            self._last = at
            self._begun.append(_Start(at, line))
        self._offset += len(chunk)
        self._line += chunk.count(b"\n")
        self._tail = text[-_OVERLAP:]

    def following(self) -> _Start | None:
        """Return where the element behind a broken one begins; None where there is none."""
        if self._begun:
            self._begun.popleft()
        while not self._begun:
            chunk = self._stream.read(_CHUNK)
            if not chunk:
                return None
            self._look(chunk)
        return self._begun[0]

    def place(self, error: ET.ParseError) -> tuple[int, int]:
        """Return the line and column of the file at which something is wrong."""
        line, column = error.position
        return (line - self._given.count(b"\n") - 1 + self._start.line, column + 1)


_OVERLAP = 256
"""How much of a chunk is looked at again with the next: longer than the beginning of a tag."""
