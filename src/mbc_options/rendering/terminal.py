"""Single parts of a template as lines that fit a terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Any

from mbc_options.package_data import templates_dir
from mbc_options.rendering.environment import environment
from mbc_options.rendering.filters import NO_BREAK
from mbc_options.text import JOINERS, columns, harmless, is_narrow, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.cases.case import Case, Way

__all__ = ["TerminalTemplate", "fitted", "new_rulebook", "rendered", "status_tables", "width_of_terminal"]

NEW_RULEBOOK = "rules/new"
"""The folder of templates that a new rulebook is a copy of."""
WIDTH, NARROWEST = 80, 20
HANG = 14
"""The most columns that further lines of a paragraph are set in."""
KEPT = "\t" + NO_BREAK + JOINERS
"""Signs that mean something in a line, though none of them is printed."""
CELL = 14
"""The least that a column of a table takes, with the space before it."""
LABELS = 24
"""The most that the names of its lines take."""


class TerminalTemplate:
    """The macros of a template, each rendered on its own.

    Args:
        template: its name.
    """

    def __init__(self, template: str) -> None:
        self._macros = environment().get_template(template).module

    def render(self, macro: str, *arguments: Any, width: int = WIDTH, **named: Any) -> str:
        """Return what a macro says, in lines of at most so many columns.

        Args:
            macro: its name.
            arguments: what it takes.
            width: how many columns there are.
            named: what it takes by name.
        """
        return fitted(str(getattr(self._macros, macro)(*arguments, **named)), width)


def rendered(template: str, context: Mapping[str, Any]) -> str:
    """Return a whole template, filled in.

    Args:
        template: its name.
        context: what it tells of, by name.
    """
    return environment().get_template(template).render(context)


def new_rulebook(name: str) -> dict[str, str]:
    """Return the files of a new rulebook by their paths in its directory.

    Args:
        name: what it is called, as YAML.
    """
    folder = templates_dir() / NEW_RULEBOOK
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name_inside = path.relative_to(folder).as_posix()
        if path.suffix == ".j2":
            text = environment().get_template(f"{NEW_RULEBOOK}/{name_inside}").render(name=name)
        else:
            text = path.read_text(encoding="utf-8")
        files[name_inside.removesuffix(".j2")] = text
    return files


def width_of_terminal() -> int:
    """Return how many columns to use: those of the terminal, and 80 at most."""
    return max(NARROWEST, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def fitted(text: str, width: int = WIDTH) -> str:
    """Break the lines of a text that are too long between words, and take out what a terminal would obey.

    Args:
        text: a paragraph a line. A tab stands for a space, after which its further lines begin, too; without
            one, they begin where it does itself. What the filter `unbroken` has marked stays as it is.
        width: how many columns there are. A word that is longer stays whole.
    """
    return "\n".join(_broken(line, width) for line in text.split("\n")).replace(NO_BREAK, " ")


def _broken(line: str, width: int) -> str:
    line = harmless(line, KEPT)
    first, tab, rest = line.partition("\t")
    if not tab or columns(first) > HANG:
        if columns(line) <= width and not tab:
            return line.rstrip()
        rest = line.lstrip()
        first = line[: len(line) - len(rest)][:HANG].replace("\t", " ")
    else:
        first += " "
    if not rest.strip():
        return first.rstrip()
    words = " ".join(rest.split()).replace("[ ]", f"[{NO_BREAK}]").split()  # a mark is a word
    return "\n".join(lines_of(words, width, first, " " * columns(first), whole=True))


def status_tables(
    case: Case, words: Mapping[str, Mapping[str, str]], width: int = WIDTH, way: Way | None = None
) -> list[list[str]]:
    """Return the verdicts on the classes from stage to stage as tables of text.

    Args:
        case: the case.
        words: for each status its `mark` and `name`.
        width: how many columns there are.
        way: which way through the case; None for the first.

    Returns:
        The lines of each table. Nearly always there is one; a case of many stages needs more.
    """
    labels = min(LABELS, width - CELL)
    at_once = max(1, (width - labels) // CELL)
    tables = []
    way = way or case.ways[0]
    numbered = list(zip(way.numbers, way.stages, strict=True))
    for start in range(0, len(numbered), at_once):
        stages = numbered[start : start + at_once]
        room = min((width - labels) // len(stages) - 1, max(CELL * 2, width // 4))
        head = [_cell(f"{number}. {' '.join(stage.title.split())}", room) for number, stage in stages]
        lines = [*_row([], labels, head, room), "-" * (labels + (room + 1) * len(stages))]
        for row, option in enumerate(case.stages[0].assessment.options):
            cells = []
            for _, stage in stages:
                word = words[stage.assessment.options[row].status]
                whole = f"{word['mark']} {word['name']}"
                cells.append([whole] if columns(whole) <= room else [word["mark"], *_cell(word["name"], room)])
            lines += _row(_cell(option.label, labels, "  "), labels, cells, room)
        tables.append(lines)
    return tables


def _cell(text: str, room: int, rest: str = "") -> list[str]:
    """Return the lines of a cell; the further ones begin with `rest`."""
    if is_narrow(text):
        return textwrap.wrap(text, room, subsequent_indent=rest)
    return lines_of(text.split(), room, "", rest)


def _row(label: list[str], labels: int, cells: list[list[str]], room: int) -> list[str]:
    """Return a row of a table, of as many lines as its highest cell has."""
    row = [(label, labels), *((cell, room) for cell in cells)]
    return [
        " ".join(_padded(cell[i] if i < len(cell) else "", size) for cell, size in row).rstrip()
        for i in range(max(len(cell) for cell, _ in row))
    ]


def _padded(text: str, size: int) -> str:
    return text + " " * (size - columns(text))
