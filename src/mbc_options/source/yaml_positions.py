"""YAML and JSON read as text, with the position of every value.

Every scalar stays the text that stands in the file, so that `no`, `1+`, `1e3` and `2024-01-01` mean
what their author saw; the models convert. What could surprise (tags, anchors, aliases, duplicate keys, a bare
minus sign, several documents, deep nesting) is an error with a position, never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Union

from mbc_options.errors import InputError, Problem, first_of
from mbc_options.text import quoted, unseen

if TYPE_CHECKING:
    from pathlib import Path

    from yaml import MarkedYAMLError

    from mbc_options.text import Unseen

__all__ = ["UNSEEN", "Data", "KeyPath", "Tree", "decode", "parse", "read", "read_regular"]

Data: TypeAlias = Union[str, "list[Data]", "dict[str, Data]", None]
Position: TypeAlias = tuple[int, int]
KeyPath: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value, outermost first."""

UNSEEN = "unseen-sign"
"""The code of a problem with a sign that no text may hold."""

_LEGIBLE = {UNSEEN, "duplicate-key"}
"""The codes of problems beside which it is clear what else a file says."""

MAX_DEPTH = 40
MAX_BYTES = 8_000_000
"""How large a file of a rulebook may be."""
FEWEST_BYTES = 50
"""How many bytes a value takes at least in a file of the largest size. Ours take twenty, and are far from it."""

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML cannot hold as it is, or only at the beginning. What a file may not hold is said by `text.unseen`."""
_CUT_OFF = re.compile(r" #(?:\S+| \d+)")
_DASH = re.compile(r"\s*-(?:\s|$)")
_LONE = re.compile("[\ud800-\udfff]")
_SURROGATES = re.compile(r"\\(?:u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|.)", re.IGNORECASE | re.DOTALL)


class Tree(NamedTuple):
    """What a file says, and where.

    Attributes:
        data: dictionaries, lists, text, and None for a value left empty.
        values: the position of every value, by the keys and indices that lead to it.
        keys: the position of every key, likewise.
        file: the name to print.
        doubts: what can be read, and was likely meant otherwise; only who asks for them is told.
    """

    data: Data
    values: dict[KeyPath, Position]
    keys: dict[KeyPath, Position]
    file: str
    doubts: tuple[Problem, ...] = ()

    def problem(self, message: str, path: KeyPath = (), *, at_key: bool = False, code: str = "") -> Problem:
        """Return a problem at the value (or key) that `path` leads to, or at the nearest thing above it."""
        line, column = 1, 1
        for end in range(len(path), -1, -1):
            place = (self.keys.get(path[:end]) if at_key else None) or self.values.get(path[:end])
            if place:
                line, column = place
                break
        return Problem(message, self.file, line, column, path, code)

    def where(self, path: KeyPath) -> str:
        """Return where a value stands, as text: its line and column."""
        problem = self.problem("", path)
        return f"{problem.line}:{problem.column}"


def read(path: Path, *, within: Path | None = None, max_bytes: int = MAX_BYTES, reads_on: bool = False) -> Tree:
    """Read a YAML or JSON file.

    Args:
        path: the file; a name that ends in `.json` is read as JSON.
        within: the folder that it must lie in, as a regular file (`read_regular`); None for anything that can be read.
        max_bytes: the size beyond which a file is refused unread.
        reads_on: as for `parse`.

    Raises:
        InputError: where it cannot be read, or is not what `parse` accepts.
    """
    name = str(path)
    raw = _read(path, max_bytes) if within is None else read_regular(path, within=within, max_bytes=max_bytes)
    text = decode(raw, name, max_bytes=max_bytes)
    return parse(text, name, json=path.suffix.lower() == ".json", max_bytes=max_bytes, reads_on=reads_on)


def read_regular(path: Path, *, within: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """Return what a regular file of a folder holds.

    Args:
        path: the file. A device or a pipe, which might never end, is refused unread.
        within: the folder that it must lie in, wherever a link or `..` leads.
        max_bytes: the size beyond which it is refused unread.

    Raises:
        InputError: where it cannot be read, is none, lies elsewhere or is too large.
    """
    name = str(path)
    try:
        is_inside = path.resolve().is_relative_to(within.resolve())
        is_regular = path.is_file() or not path.exists()  # what is not there is told when it is opened
    except (OSError, ValueError, RuntimeError) as error:  # a name that no file can have, a circle of links
        raise _unreadable(error, name) from None
    if not is_inside:
        message = f"lies outside {within}, and only what lies in it is read"
        raise InputError([Problem(message, name, code="outside")])
    if not is_regular:
        raise InputError([Problem("cannot be read: it is no regular file", name, code="unreadable")])
    raw = _read(path, max_bytes)
    if len(raw) > max_bytes:
        raise _too_large(max_bytes, name)
    return raw


def _read(path: Path, max_bytes: int) -> bytes:
    """Return what can be read, at most a byte more than is accepted."""
    try:
        with path.open("rb") as stream:
            return stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise _unreadable(error, str(path)) from None


def _unreadable(error: Exception, file: str) -> InputError:
    reason = getattr(error, "strerror", None) or error
    return InputError([Problem(f"cannot be read: {reason}", file, code="unreadable")])


def _too_large(max_bytes: int, file: str) -> InputError:
    message = f"is larger than {max_bytes:,} bytes; that is no file of this kind"
    return InputError([Problem(message, file, code="too-large")])


def decode(raw: bytes, file: str, *, max_bytes: int = MAX_BYTES) -> str:
    """Return bytes as text, without a byte-order mark; InputError where they are too many or not UTF-8."""
    if len(raw) > max_bytes:
        raise _too_large(max_bytes, file)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw[:4]:
        message = "is not UTF-8 text (it looks like UTF-16 or binary); save it as UTF-8"
        raise InputError([Problem(message, file, code="not-utf-8")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rest, start = error.object, error.start  # without the byte-order mark
        before = rest[:start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        message = f"is not UTF-8 text (byte 0x{rest[start]:02x}); save it as UTF-8"
        raise InputError([Problem(message, file, line, column, code="not-utf-8")]) from None


def parse(text: str, file: str, *, json: bool = False, max_bytes: int = MAX_BYTES, reads_on: bool = False) -> Tree:
    """Parse one YAML document.

    Args:
        text: the document; JSON is accepted as the part of YAML that it is.
        file: the name to print with a problem.
        json: allow what JSON allows and YAML does not (tabs between values, escaped surrogate pairs).
        max_bytes: how large a file of this kind may be, and so how many values it may hold (`FEWEST_BYTES`).
        reads_on: whether keys given twice and signs that are not seen are told among the doubts of what could be read,
            as errors, for whoever has more to tell of the file. The last of such keys counts.

    Raises:
        InputError: with file, line and column.
    """
    import yaml  # here, because a run that reads no file need not wait for it

    if (bad := _UNREADABLE.search(text)) and (found := unseen(bad[0])):
        raise InputError([Problem(found.told, file, *_place_of(bad.start(), text), code=UNSEEN)])
    written = text
    pair_ends: dict[int, list[int]] = {}
    if json:
        text = text.replace("\t", " ")
        pair_ends = _pair_ends(text)
        text = _SURROGATES.sub(_joined, text)
    builder = _Builder(file, text, pair_ends, max_bytes // FEWEST_BYTES)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise InputError([builder.problem_of(error)]) from None
    except InputError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError):
        raise InputError([builder.problem_of_escape()]) from None
    builder.refuse_unseen_beside(written)
    problems = first_of(builder.problems) if builder.problems else []
    if problems and not (reads_on and all(problem.code in _LEGIBLE for problem in builder.problems)):
        raise InputError(problems)
    return Tree(builder.data, builder.values, builder.keys, file, (*problems, *builder.doubts))


def _place_of(index: int, text: str) -> Position:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _pair_ends(text: str) -> dict[int, list[int]]:
    """Return, by line, where each escaped surrogate pair will end once it is joined: two columns earlier."""
    ends: dict[int, list[int]] = {}
    line = begin = seen = 0
    for match in _SURROGATES.finditer(text):
        line += text.count("\n", seen, match.start())
        begin = max(begin, text.rfind("\n", seen, match.start()) + 1)
        seen = match.start()
        if match[1]:
            before = ends.setdefault(line, [])
            before.append(match.end() - begin - 2 * (len(before) + 1))
    return ends


def _joined(match: re.Match[str]) -> str:
    if not match[1]:
        return match[0]
    high, low = int(match[1], 16), int(match[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


class _Builder:
    """Turns PyYAML's events into data and positions; iterative, so that depth costs no stack."""

    def __init__(self, file: str, text: str, pair_ends: dict[int, list[int]], max_values: int) -> None:
        self.file = file
        self.max_values = max_values
        self.data: Data = None
        self.values: dict[KeyPath, Position] = {}
        self.keys: dict[KeyPath, Position] = {}
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self._text = text
        self._pair_ends = pair_ends
        self._stack: list[tuple[KeyPath, dict[str, Data] | list[Data]]] = []
        self._key: list[str | None] = []
        self._is_flow: list[bool] = []
        self._documents = 0
        self._last: Any = None
        self._scalars: tuple[Any, Any] = (None, None)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, which few files need."""
        return self._text.splitlines()

    def take(self, event: object) -> None:
        self._last = event
        kind = type(event).__name__
        handler = getattr(self, f"_on_{kind}", None)
        if handler is not None:
            handler(event)

    def _on_DocumentStartEvent(self, event: object) -> None:  # noqa: N802 - named after PyYAML's event
        self._documents += 1
        if self._documents > 1:
            raise InputError(
                [self._problem(event, "second-document", "a second document (---) begins; a file holds one")]
            )

    def _on_AliasEvent(self, event: object) -> None:  # noqa: N802
        raise InputError(
            [self._problem(event, "alias", "an alias (*name) is not accepted; write the value out, or quote it")]
        )

    def _on_ScalarEvent(self, event: Any) -> None:  # noqa: N802
        self._scalars = (self._scalars[1], event)
        self._check_plain(event)
        text: str = event.value
        if _LONE.search(text):
            raise InputError(
                [self._problem(event, "lone-surrogate", "an escaped surrogate without its other half; remove it")]
            )
        if found := unseen(text):
            self._refuse_unseen(event, found)
        if "- " in text and not event.style:
            self._refuse_dashes(event)
        if " " in text and not event.style:
            self._doubt_end(event)
        if self._expects_key():
            self._take_key(event, text)
            return
        plain = event.implicit[0]
        self._place(event, None if plain and text in {"", "~", "null"} else text)

    def _refuse_unseen(self, event: Any, found: Unseen) -> None:
        """Refuse a text with a sign that is not seen: where it stands, or, where an escape makes it, at the text."""
        line, column = self.position(event.start_mark)
        begin = event.start_mark.index
        here = unseen(self._text[begin : event.end_mark.index].replace("\r", " "))
        if here is not None and not self._pair_ends:
            line, column = _place_of(begin + here.at, self._text)
        self.problems.append(Problem(found.told, self.file, line, column, code=UNSEEN))

    def refuse_unseen_beside(self, written: str) -> None:
        """Refuse signs that are not seen also beside the values: in a comment they can turn what its reader sees."""
        if written.isascii():  # what is ASCII and not seen no YAML holds
            return
        told = {problem.line for problem in self.problems}
        for number, line in enumerate(written.split("\n"), 1):
            if number not in told and (found := unseen(line.replace("\r", " "))):
                self.problems.append(Problem(found.told, self.file, number, found.at + 1, code=UNSEEN))
        self.problems.sort(key=lambda problem: (problem.line, problem.column))

    def _refuse_dashes(self, event: Any) -> None:
        """Refuse plain text of which a further line begins with a dash: it was meant as an entry of a list."""
        start, end = event.start_mark, event.end_mark
        for line in range(start.line + 1, end.line + 1):
            whole = self.lines[line][: end.column if line == end.line else None]
            if match := _DASH.match(whole):
                message = (
                    f"this dash stands too far in to begin an entry of a list, so that it is read as more of the text "
                    f"in line {start.line + 1}; where it is text, put the text in quotes or after |"
                )
                column = match[0].index("-") + 1
                self.problems.append(Problem(message, self.file, line + 1, column, code="misplaced-dash"))

    def _doubt_end(self, event: Any) -> None:
        """Doubt that plain text was to end before a sign for a number: `see item #3`, or `# 3`."""
        end = event.end_mark
        if match := _CUT_OFF.match(self._text, end.index):
            message = f"the text ends before {match[0].strip()!r}, which is read as a comment"
            hint = "put text with # in quotes; before a comment, write two spaces"
            self.doubts.append(
                Problem(message, self.file, end.line + 1, end.column + 2, code="cut-off", severity="warning", hint=hint)
            )

    def _on_SequenceStartEvent(self, event: object) -> None:  # noqa: N802
        self._open(event, [])

    def _on_MappingStartEvent(self, event: object) -> None:  # noqa: N802
        self._open(event, {})

    def _on_SequenceEndEvent(self, _: object) -> None:  # noqa: N802
        self._stack.pop()
        self._key.pop()
        self._is_flow.pop()

    _on_MappingEndEvent = _on_SequenceEndEvent  # noqa: N815

    def _expects_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1][1], dict) and self._key[-1] is None

    def _take_key(self, event: object, text: str) -> None:
        path, mapping = self._stack[-1]
        here = (*path, text)
        if text in mapping:
            line, column = self.keys[here]
            message = f"{quoted(text)} is given twice; first at {line}:{column}"
            self.problems.append(self._problem(event, "duplicate-key", message))
        self.keys[here] = self.position(event.start_mark)  # type: ignore[attr-defined]
        self._key[-1] = text

    def _open(self, event: Any, container: dict[str, Data] | list[Data]) -> None:
        self._check_plain(event)
        if self._expects_key():
            raise InputError([self._problem(event, "key-type", "a list or mapping cannot be a key")])
        if len(self._stack) >= MAX_DEPTH:
            raise InputError([self._too_deep(event.start_mark)])
        path = self._place(event, container)
        self._stack.append((path, container))
        self._key.append(None)
        self._is_flow.append(event.flow_style)

    def _place(self, event: object, value: Data) -> KeyPath:
        if not self._stack:
            self.data = value
            path: KeyPath = ()
        else:
            above, container = self._stack[-1]
            if isinstance(container, dict):
                key = self._key[-1]
                assert key is not None
                container[key] = value
                self._key[-1] = None
                path = (*above, key)
            else:
                container.append(value)
                path = (*above, len(container) - 1)
        self.values[path] = self.position(event.start_mark)  # type: ignore[attr-defined]
        if len(self.values) > self.max_values:
            message = f"holds more than {self.max_values:,} values; that is no file of this kind"
            raise InputError([self._problem(event, "too-large", message)])
        return path

    def _check_plain(self, event: object) -> None:
        if event.anchor is not None:  # type: ignore[attr-defined]
            raise InputError(
                [self._problem(event, "anchor", "an anchor (&name) is not accepted; put text with & in quotes")]
            )
        tag = event.tag  # type: ignore[attr-defined]
        if tag is not None:
            raise InputError([self._problem(event, "tag", f"the tag {tag} is not accepted; write a plain value")])

    def _problem(self, event: Any, code: str, message: str) -> Problem:
        return Problem(message, self.file, *self.position(event.start_mark), code=code)

    def _too_deep(self, mark: Any) -> Problem:
        message = f"nested more than {MAX_DEPTH} levels deep"
        return Problem(message, self.file, *self.position(mark), code="nested-too-deep")

    def problem_of(self, error: MarkedYAMLError) -> Problem:
        """Return what is wrong where PyYAML cannot read on."""
        from mbc_options.source.yaml_diagnosis import deep_mark, diagnose  # here: most files are sound

        mark: Any = error.problem_mark or error.context_mark
        if mark is not None and (
            deep := deep_mark(self._text, self._last.end_mark, mark, MAX_DEPTH - len(self._stack))
        ):
            return self._too_deep(deep)
        is_flow = self._is_flow[-1] if self._is_flow else None
        message, place = diagnose(error, self._text, self._scalars, is_flow=is_flow)
        return Problem(message, self.file, *(place or self.position(mark)), code="yaml-syntax")

    def problem_of_escape(self) -> Problem:
        """Return what is wrong where PyYAML without libyaml makes a character of an escape, and there is none."""
        message = "not YAML: an escape (\\U...) of no character; write the character itself"
        return Problem(message, self.file, *self.position(self._last and self._last.end_mark), code="yaml-syntax")

    def position(self, mark: Any) -> Position:
        """Return line and column, from 1, of one of PyYAML's marks; the beginning where there is none."""
        if mark is None:
            return 1, 1
        joined = bisect_right(self._pair_ends.get(mark.line, ()), mark.column)
        return mark.line + 1, mark.column + 2 * joined + 1
