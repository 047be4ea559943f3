"""Lines of text: one paragraph broken at 80 columns."""

from __future__ import annotations

from mbc_options.text import columns, is_narrow, lines_of

__all__ = ["WIDTH", "fill"]

WIDTH = 80


def fill(text: str, first: str = "", rest: str | None = None) -> str:
    """Break text into lines of at most 80 columns.

    Args:
        text: one paragraph; white space in it does not matter.
        first: what the first line begins with.
        rest: what the others begin with; by default as much white space.
    """
    text = " ".join(text.split())
    if not (text.isascii() or is_narrow(text)):
        return "\n".join(lines_of(text.split(" "), WIDTH, first, " " * columns(first) if rest is None else rest))
    indent = " " * len(first) if rest is None else rest
    begin, line, lines = 0, first, []
    while len(text) - begin > (room := WIDTH - len(line)):
        end = text.rfind(" ", begin, begin + room + 1)
        if end > begin:
            lines.append(line + text[begin:end])
            begin = end + 1
        else:
            lines.append(line + text[begin : begin + room])  # longer than any line: a digest, an address
            begin += room
        line = indent
    return "\n".join([*lines, line + text[begin:]])
