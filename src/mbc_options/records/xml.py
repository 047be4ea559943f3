"""XML read element by element, so that only one of many is held; no entities, no document type, nothing fetched."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from mbc_options.errors import Problem, RecordError
from mbc_options.misuse import refuse_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Node", "Root", "XmlSource", "local"]

_CHUNK = 1 << 16
_LONGEST_PROLOG = 1 << 20


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

    def __init__(self, element: ElementTree.Element, shorten: Callable[[str], str], parent: Node | None = None) -> None:
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
        self._text: bytes | str | None = None
        if isinstance(source, (bytes, bytearray)):
            self._text = bytes(source)
        elif isinstance(source, str) and source.lstrip("\ufeff \t\r\n")[:1] == "<":
            self._text = source.lstrip("\ufeff")
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
                except (LookupError, ValueError) as error:
                    self.refuse(f"is no XML that can be read: {error}", 1, 1)
                if size > _LONGEST_PROLOG and not found:
                    self.refuse(f"has no element in its first {_LONGEST_PROLOG:,} bytes", 1, 1)
        return found[0]

    def broken(self, code: int, line: int, offset: int, before: str = "") -> NoReturn:
        """Refuse the source for what a parser says of it."""
        self.refuse(f"is no XML: {expat.ErrorString(code) or 'it cannot be parsed'}{before}", line, offset + 1)

    def _open(self) -> IO[bytes] | IO[str]:
        if self._text is not None:
            return io.BytesIO(self._text) if isinstance(self._text, bytes) else io.StringIO(self._text)
        try:
            return Path(self.file).open("rb")
        except OSError as error:
            self.refuse(f"cannot be read: {error.strerror or error}")

    def elements(self, tag: str) -> Iterator[ElementTree.Element]:
        """Yield the elements of a name, one after the other; each is given up when the next is asked for.

        Raises:
            RecordError: where the XML is broken, with its place; what stands before was yielded.
        """
        count = 0
        try:
            for element in self._elements(tag):
                count += 1
                yield element
        except ElementTree.ParseError as error:
            before = f"; {count} before it {'was' if count == 1 else 'were'} read" if count else ""
            self.broken(error.code, *error.position, before)
        except (LookupError, ValueError) as error:
            self.refuse(f"is no XML that can be read: {error}")
        except OSError as error:
            self.refuse(f"cannot be read: {error.strerror or error}")

    def _elements(self, tag: str) -> Iterator[ElementTree.Element]:
        parser = ElementTree.XMLPullParser(("start", "end"))
        parents: list[ElementTree.Element] = []
        inside = 0
        with self._open() as stream:
            chunk = stream.read(_CHUNK)
            while chunk:
                parser.feed(chunk)
                chunk = stream.read(_CHUNK)
                if not chunk:
                    parser.close()
                for event, element in parser.read_events():
                    is_one = local(element.tag) == tag
                    if event == "start":
                        parents.append(element)
                        inside += is_one
                        continue
                    parents.pop()
                    inside -= is_one
                    if inside:
                        continue
                    if is_one:
                        yield element
                    if parents:  # nothing outside is needed any more
                        parents[-1].remove(element)
