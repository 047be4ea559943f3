"""What is likely wrong with text that is no YAML, told to whoever wrote it.

It is read off the text and the places that PyYAML points to, never off PyYAML's own words, which differ from
version to version, and with libyaml or without.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import Mark, MarkedYAMLError

    from mbc_options.source.yaml_positions import Position

__all__ = ["deep_mark", "diagnose"]

FARTHEST = 2048
"""How many characters are looked at ahead; PyYAML gives up the colon of a key after 1024."""

_QUOTES = {'"', "'"}
_SIGNS = {"*", "&", "!"}
"""What begins something that is refused anyhow: an alias, an anchor, a tag."""
_MEANT_OTHERWISE = {*_SIGNS, "|", ">"}
"""What text begins with that was to be no key."""
_FORBIDDEN = {"%", "@", "`"}
"""What no plain text begins with."""
_COLON = re.compile(r":\s")
_NO_SPACE = re.compile(r"[ \t]*(?:- +)?([A-Za-z_][\w.]*):(?=[^\s:/])(\S[^#\n]*)")
_NO_BREAK = re.compile("^[ \t]*(?:- +)?[^\"'#\n]*?([\u00a0\u2000-\u200b\u202f\u3000\ufeff])", re.MULTILINE)
"""Signs that look like a space in what is not quoted, and are none."""
_DASH = re.compile(r"-(?:\s|\Z)")
_END = re.compile(r"\s*\Z|---|\.\.\.")
_BEGUN_BY_SIGN = re.compile(r"[|>](?:\d+ *)?$")  # `>90%`, but `> text` was meant as a block
_ESCAPE = re.compile(r"\\[xuU]?[0-9a-fA-F]*\Z")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""", re.DOTALL)


def deep_mark(text: str, begin: Any, end: Any, most: int) -> Mark | None:
    """Return the place of the bracket with which what PyYAML has read ahead is too deep; None where it is not.

    It reads ahead for the colon of a key, and libyaml refuses a depth that it meets there on its own.

    Args:
        text: the whole text.
        begin: where what it has handed over ends.
        end: where it stumbles.
        most: how many more levels are not too deep.
    """
    import yaml

    ahead = text[begin.index : min(end.index, begin.index + FARTHEST)]
    depth = -1  # without the bracket that is put before, because indentation means nothing within one
    with suppress(yaml.YAMLError):  # it is cut off, and broken besides
        for token in yaml.scan(f"[{ahead}", Loader=yaml.SafeLoader):
            if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
                depth += 1
            elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)):
                depth -= 1
            if depth > most:
                index = begin.index + token.start_mark.index - 1
                line_begin = text.rfind("\n", 0, index) + 1
                return yaml.Mark("", index, text.count("\n", 0, index), index - line_begin, None, 0)
    return None


def diagnose(  # noqa: PLR0911 - a line for each kind of mistake
    error: MarkedYAMLError,
    text: str,
    scalars: tuple[Any, Any],
    *,
    is_flow: bool | None,
) -> tuple[str, Position | None]:
    """Return what is likely wrong, and where; None for where PyYAML stumbles, which may be lines behind it.

    Args:
        error: what PyYAML raises.
        text: the whole text.
        scalars: PyYAML's events of the last two before that, or None.
        is_flow: whether the error stands within brackets; None where it stands within nothing.
    """
    from yaml.scanner import ScannerError

    mark = error.problem_mark or error.context_mark
    if mark is None:
        return "not YAML", None
    before, rest = text[mark.index - mark.column : mark.index], next(iter(text[mark.index :].splitlines()), "")
    last = scalars[1]
    if last is not None and not last.value and last.style not in _QUOTES:
        last = scalars[0]  # the grammar puts an empty one where a value lacks
    if likely := _after_quotes(last, mark.line, before, rest, is_flow=is_flow is True):
        return f"not YAML: {likely}", None
    begun = error.context_mark if isinstance(error, ScannerError) else None  # where what is being read has begun
    if missing := _without_space(text, last.start_mark if last else begun or mark, mark):
        likely, place = missing
        return f"not YAML: {likely}", place
    sign = text[begun.index : begun.index + 1] if begun else ""
    if begun and sign in _QUOTES and _END.match(text, mark.index) and not _QUOTED.match(text, begun.index):
        return f"not YAML: a quote in line {begun.line + 1}, or one further up, is not closed", None
    if begun and begun.line < mark.line and sign not in _MEANT_OTHERWISE and not before.strip() and rest[:1] != "\t":
        return f"not YAML: likely line {begun.line + 1} lacks a colon", (begun.line + 1, begun.column + 1)
    if misread := _misread(sign, before, rest, last, is_scanned=isinstance(error, ScannerError)):
        return misread, None
    return f"not YAML: {_out_of_place(begun, sign, before, rest, is_flow=is_flow)}", None


def _without_space(text: str, begin: Any, end: Any) -> tuple[str, Position] | None:
    """Say in which of the lines between two places a space is missing, or is another sign; None where in none."""
    lines = text.splitlines()
    for number in range(begin.line, min(end.line + 1, len(lines))):
        line = lines[number]
        if found := _NO_BREAK.match(line):
            name = "a no-break space" if found[1] == "\u00a0" else "no plain space"
            column = found.end()
            sign = f"{name} (U+{ord(found[1]):04X})"
            return f"line {number + 1} has {sign} in column {column}; write a space", (number + 1, column)
        if found := _NO_SPACE.match(line):
            likely = f"line {number + 1} lacks a space after its colon; write {found[1]}: {found[2].strip()}"
            return likely, (number + 1, found.end(1) + 2)
    return None


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


def _misread(sign: str, before: str, rest: str, last: Any, *, is_scanned: bool) -> str:
    """Say what is likely meant by something that means something else in YAML; nothing where nobody knows."""
    if is_scanned and _DASH.match(rest):
        return "a bare - starts a list in YAML; for a minus sign write negative, or '-' in quotes"
    if rest.startswith("\t"):
        return "a tab cannot stand here in YAML; use spaces"
    if is_scanned and rest.startswith(":"):
        if last is None or last.start_mark.line == last.end_mark.line or _COLON.search(before):
            return "a second colon in one line; put text that holds a colon in quotes, and a dash before a list entry"
        return _read_on(last, before)
    if sign in _SIGNS or rest[:1] in _FORBIDDEN:
        return f"text that begins with {sign if sign in _SIGNS else rest[0]} must stand in quotes"
    return ""


def _read_on(above: Any, before: str) -> str:
    """Say why a line is taken as more of the text above it."""
    line = above.start_mark.line + 1
    if above.start_mark.column == len(before) - len(before.lstrip()):
        return (
            f"this line is read as more of the text in line {line}; likely that one lacks a colon, this one lacks "
            "a dash, or it is text with a colon, which must stand in quotes"
        )
    return (
        f"this line stands too far in, so that it is read as more of the text in line {line}; indent it like its "
        "neighbors, with spaces, or put text that holds a colon in quotes"
    )


def _out_of_place(begun: Any, sign: str, before: str, rest: str, *, is_flow: bool | None) -> str:
    """Say what is likely wrong where something is met that cannot stand there."""
    if sign and sign in "|>":
        likely = (
            f"text that begins with {sign} must stand in quotes"
            if rest[:1].isdigit() or _BEGUN_BY_SIGN.search(before)
            else "text after | or > begins in the next line, further in"
        )
    elif sign == '"' and (rest.startswith("\\") or _ESCAPE.search(before)):
        likely = "no escape that YAML has; write \\\\ for a backslash, or put the text in single quotes"
    elif begun:
        likely = f"likely line {begun.line + 1} lacks a colon"
    elif is_flow:
        likely = "a bracket is not closed, or text within brackets holds a colon or a comma and must stand in quotes"
    elif rest[:1] in {"]", "}"}:
        likely = "this closes a bracket that nothing has opened; text that begins with one must stand in quotes"
    elif is_flow is None:
        likely = "the only value of the file has ended before this"
    else:
        likely = "this line stands too far in, or not far enough; indent it like its neighbors, with spaces"
    return likely
