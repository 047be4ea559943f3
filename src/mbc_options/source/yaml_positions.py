"""YAML and JSON read as text, with the position of every value.

Every scalar stays the text that stands in the file, so that `no`, `1+`, `1e3` and `2024-01-01` mean
what their author saw; the models convert. What could surprise (tags, anchors, aliases, duplicate keys, a bare
minus sign, several documents, deep nesting) is an error with a position, never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Union

from mbc_options.errors import InputError, Problem

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Data", "Trail", "Tree", "decode", "parse", "read"]

Data: TypeAlias = Union[str, "list[Data]", "dict[str, Data]", None]
Position: TypeAlias = tuple[int, int]
Trail: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 40
MAX_BYTES = 8_000_000

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_COLON = re.compile(r":\s")
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
    """

    data: Data
    values: dict[Trail, Position]
    keys: dict[Trail, Position]
    file: str

    def problem(self, message: str, path: Trail = (), *, at_key: bool = False) -> Problem:
        """Return a problem at the value (or key) that `path` leads to, or at the nearest thing above it."""
        for end in range(len(path), -1, -1):
            trail = path[:end]
            if at_key and trail in self.keys:
                return Problem(message, self.file, *self.keys[trail], path)
            if trail in self.values:
                return Problem(message, self.file, *self.values[trail], path)
        return Problem(message, self.file, 1, 1, path)


def read(path: Path, *, max_bytes: int = MAX_BYTES) -> Tree:
    """Read a YAML or JSON file.

    Args:
        path: the file; a name that ends in `.json` is read as JSON.
        max_bytes: the size beyond which a file is refused unread.

    Raises:
        InputError: where it cannot be read, or is not what `parse` accepts.
    """
    name = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(max_bytes + 1)
    except OSError as error:
        raise InputError([Problem(f"cannot be read: {error.strerror or error}", name)]) from None
    except ValueError as error:  # a name that no file can have
        raise InputError([Problem(f"cannot be read: {error}", name)]) from None
    return parse(decode(raw, name, max_bytes=max_bytes), name, json=path.suffix.lower() == ".json")


def decode(raw: bytes, file: str, *, max_bytes: int = MAX_BYTES) -> str:
    """Return bytes as text, without a byte-order mark; InputError where they are too many or not UTF-8."""
    if len(raw) > max_bytes:
        raise InputError([Problem(f"is larger than {max_bytes:,} bytes; that is no file of this kind", file)])
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw[:4]:
        raise InputError([Problem("is not UTF-8 text (it looks like UTF-16 or binary); save it as UTF-8", file)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rest, start = error.object, error.start  # without the byte-order mark
        before = rest[:start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        message = f"is not UTF-8 text (byte 0x{rest[start]:02x}); save it as UTF-8"
        raise InputError([Problem(message, file, line, column)]) from None


def parse(text: str, file: str, *, json: bool = False) -> Tree:
    """Parse one YAML document.

    Args:
        text: the document; JSON is accepted as the part of YAML that it is.
        file: the name to print with a problem.
        json: allow what JSON allows and YAML does not (tabs between values, escaped surrogate pairs).

    Raises:
        InputError: with file, line and column.
    """
    import yaml  # here, because a run that reads no file need not wait for it

    if bad := _CONTROL.search(text):
        before = text[: bad.start()]
        line, column = before.count("\n") + 1, bad.start() - (before.rfind("\n") + 1) + 1
        message = f"control character U+{ord(bad.group()):04X}; remove it"
        raise InputError([Problem(message, file, line, column)])
    pair_ends: dict[int, list[int]] = {}
    if json:
        text = text.replace("\t", " ")
        pair_ends = _pair_ends(text)
        text = _SURROGATES.sub(_joined, text)
    builder = _Builder(file, text, pair_ends)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = _plainly(error, text, _scalars(text, loader), *((mark.line, mark.column) if mark else (0, 0)))
        raise InputError([Problem(message, file, *builder.position(mark))]) from None
    except InputError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise InputError([Problem(f"cannot be read as YAML: {error}", file, 1, 1)]) from None
    if builder.problems:
        raise InputError(builder.problems)
    return Tree(builder.data, builder.values, builder.keys, file)


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


def _scalars(text: str, loader: Any) -> tuple[Any, Any]:
    """Return the last two scalars before the place where PyYAML stumbles.

    This reads a second time, because a sound file should not pay for what only a broken one needs.
    """
    import yaml

    before = last = None
    with suppress(yaml.YAMLError, ValueError, OverflowError):
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.ScalarEvent):
                before, last = last, event
    return before, last


def _plainly(error: object, text: str, scalars: tuple[Any, Any], line: int, column: int) -> str:
    """Say in plain words what PyYAML says in terms of its grammar."""
    problem = str(getattr(error, "problem", None) or "cannot be read as YAML")
    context = str(getattr(error, "context", None) or "")
    lines = text.splitlines()
    before, rest = (lines[line][:column], lines[line][column:]) if line < len(lines) else ("", "")
    last = scalars[1]
    if last is not None and not last.value and last.style not in _QUOTES:
        last = scalars[0]  # the grammar puts an empty one where a value lacks
    likely = _after_quotes(last, line, before, rest, is_flow="flow" in context)
    if not likely and "quoted scalar" in context and "found unexpected" in problem:
        opened = error.context_mark.line + 1  # type: ignore[attr-defined]
        likely = f"a quote in line {opened}, or one further up, is not closed"
    if not likely and (misread := _misread(problem, context, before, rest, last)):
        return misread
    if not likely and _EXPECTED.search(problem):
        likely = next((plainly for grammar, plainly in _OUT_OF_PLACE.items() if grammar in context), "")
    return f"not YAML: {likely or problem}" + (f" ({context})" if context and not likely else "")


def _after_quotes(last: Any, line: int, before: str, rest: str, *, is_flow: bool) -> str:
    """Say what is likely wrong where quoted text ends right before the place of an error; nothing elsewhere."""
    if last is None or last.style not in _QUOTES or not rest.strip() or (is_flow and rest[0] in "]}"):
        return ""
    start, end = last.start_mark.line, last.end_mark
    if end.line != line or before[end.column :].strip() or (start == line and rest[0] == ":"):
        return ""
    within = "a quote stands within it (write it as {})".format('\\"' if last.style == '"' else "''")
    comma = "a comma is missing, " if is_flow else ""
    if start == line:
        return f"the quoted text has ended before this; likely {comma}{within}, or one further up is not closed"
    start += 1
    return (
        f"the quoted text that begins in line {start} has ended before this; "
        f"likely {comma}its quote is not closed in line {start}, or {within}"
    )


def _misread(problem: str, context: str, before: str, rest: str, scalar: Any) -> str:
    """Say what is likely meant by something that means something else in YAML; nothing where nobody knows."""
    if "sequence entries are not allowed" in problem:
        return "a bare - starts a list in YAML; for a minus sign write negative, or '-' in quotes"
    if rest.startswith("\t"):
        return "a tab cannot stand here in YAML; use spaces"
    if "mapping values are not allowed" in problem:
        if scalar is None or scalar.start_mark.line == scalar.end_mark.line or _COLON.search(before):
            return "a second colon in one line; put text that holds a colon in quotes, and a dash before a list entry"
        return _read_on(scalar, before)
    is_sign = "scanning an a" in context
    if is_sign or rest[:1] in {"%", "@", "`"}:
        sign = ("*" if "alias" in context else "&") if is_sign else rest[0]
        return f"text that begins with {sign} must stand in quotes"
    return ""


def _read_on(scalar: Any, before: str) -> str:
    """Say why a line is taken as more of the text above it."""
    above = scalar.start_mark.line + 1
    if scalar.start_mark.column == len(before) - len(before.lstrip()):
        return (
            f"this line is read as more of the text in line {above}; likely that one lacks a colon, this one lacks "
            "a dash, or it is text with a colon, which must stand in quotes"
        )
    return (
        f"this line stands too far in, so that it is read as more of the text in line {above}; indent it like its "
        "neighbors, with spaces, or put text that holds a colon in quotes"
    )


_QUOTES = {'"', "'"}
_EXPECTED = re.compile(r"\bexpected\b.*\bbut\b|did not find expected")  # without libyaml, or with it

_OUT_OF_PLACE = {
    "block scalar": "text after | or > begins in the next line, further in",
    "flow": "a bracket is not closed, or text within brackets holds a colon or a comma and must stand in quotes",
    "block": "this line stands too far in, or not far enough; indent it like its neighbors, with spaces",
}
"""By a word of PyYAML's about where it was reading, what is likely wrong when it meets something else."""


class _Builder:
    """Turns PyYAML's events into data and positions; iterative, so that depth costs no stack."""

    def __init__(self, file: str, text: str, pair_ends: dict[int, list[int]]) -> None:
        self.file = file
        self.data: Data = None
        self.values: dict[Trail, Position] = {}
        self.keys: dict[Trail, Position] = {}
        self.problems: list[Problem] = []
        self._text = text
        self._pair_ends = pair_ends
        self._stack: list[tuple[Trail, dict[str, Data] | list[Data]]] = []
        self._key: list[str | None] = []
        self._documents = 0

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, which few files need."""
        return self._text.splitlines()

    def take(self, event: object) -> None:
        kind = type(event).__name__
        handler = getattr(self, f"_on_{kind}", None)
        if handler is not None:
            handler(event)

    def _on_DocumentStartEvent(self, event: object) -> None:  # noqa: N802 - named after PyYAML's event
        self._documents += 1
        if self._documents > 1:
            raise InputError([self._problem(event, "a second document (---) begins; a file holds one")])

    def _on_AliasEvent(self, event: object) -> None:  # noqa: N802
        raise InputError([self._problem(event, "an alias (*name) is not accepted; write the value out, or quote it")])

    def _on_ScalarEvent(self, event: object) -> None:  # noqa: N802
        self._check_plain(event)
        text: str = event.value  # type: ignore[attr-defined]
        if _LONE.search(text):
            raise InputError([self._problem(event, "an escaped surrogate without its other half; remove it")])
        if "- " in text and not event.style:  # type: ignore[attr-defined]
            self._refuse_dashes(event)
        if self._expects_key():
            self._take_key(event, text)
            return
        plain = event.implicit[0]  # type: ignore[attr-defined]
        self._place(event, None if plain and text in {"", "~", "null"} else text)

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
                self.problems.append(Problem(message, self.file, line + 1, match[0].index("-") + 1))

    def _on_SequenceStartEvent(self, event: object) -> None:  # noqa: N802
        self._open(event, [])

    def _on_MappingStartEvent(self, event: object) -> None:  # noqa: N802
        self._open(event, {})

    def _on_SequenceEndEvent(self, _: object) -> None:  # noqa: N802
        self._stack.pop()
        self._key.pop()

    _on_MappingEndEvent = _on_SequenceEndEvent  # noqa: N815

    def _expects_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1][1], dict) and self._key[-1] is None

    def _take_key(self, event: object, text: str) -> None:
        trail, mapping = self._stack[-1]
        here = (*trail, text)
        if text in mapping:
            line, column = self.keys[here]
            self.problems.append(self._problem(event, f"{text!r} is given twice; first at {line}:{column}"))
        self.keys[here] = self.position(event.start_mark)  # type: ignore[attr-defined]
        self._key[-1] = text

    def _open(self, event: object, container: dict[str, Data] | list[Data]) -> None:
        self._check_plain(event)
        if self._expects_key():
            raise InputError([self._problem(event, "a list or mapping cannot be a key")])
        if len(self._stack) >= MAX_DEPTH:
            raise InputError([self._problem(event, f"nested more than {MAX_DEPTH} levels deep")])
        trail = self._place(event, container)
        self._stack.append((trail, container))
        self._key.append(None)

    def _place(self, event: object, value: Data) -> Trail:
        if not self._stack:
            self.data = value
            trail: Trail = ()
        else:
            above, container = self._stack[-1]
            if isinstance(container, dict):
                key = self._key[-1]
                assert key is not None
                container[key] = value
                self._key[-1] = None
                trail = (*above, key)
            else:
                container.append(value)
                trail = (*above, len(container) - 1)
        self.values[trail] = self.position(event.start_mark)  # type: ignore[attr-defined]
        return trail

    def _check_plain(self, event: object) -> None:
        if event.anchor is not None:  # type: ignore[attr-defined]
            raise InputError([self._problem(event, "an anchor (&name) is not accepted; put text with & in quotes")])
        tag = event.tag  # type: ignore[attr-defined]
        if tag is not None:
            raise InputError([self._problem(event, f"the tag {tag} is not accepted; write a plain value")])

    def _problem(self, event: object, message: str) -> Problem:
        return Problem(message, self.file, *self.position(event.start_mark))  # type: ignore[attr-defined]

    def position(self, mark: Any) -> Position:
        """Return line and column, from 1, of one of PyYAML's marks; the beginning where there is none."""
        if mark is None:
            return 1, 1
        joined = bisect_right(self._pair_ends.get(mark.line, ()), mark.column)
        return mark.line + 1, mark.column + 2 * joined + 1
