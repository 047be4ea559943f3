"""What can go wrong, as a hierarchy that callers may catch.

::

    MbcOptionsError
    ├── InputError            something that a person wrote is wrong; carries Problems
    │   ├── CaseError         a teaching case, or an answer to one
    │   ├── DescriptionError  a patient description
    │   ├── RecordError       a record of a hospital or registry
    │   ├── RulebookError     a file of a rulebook
    │   ├── TableError        a table of patients, or what maps its columns
    │   └── TemplateError     a template
    ├── UnknownFormatError    a format that nothing is rendered to
    └── UnknownOptionError    a therapy class or member that the rulebook does not have

Positions are data (`Problem.line`, `Problem.column`, both counted from 1), not only text, so that an
editor or a web page can put the message where it belongs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mbc_options.text import harmless, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

__all__ = [
    "CaseError",
    "Complaint",
    "DescriptionError",
    "InputError",
    "MbcOptionsError",
    "MissingExtraError",
    "Problem",
    "RecordError",
    "RulebookError",
    "Severity",
    "TableError",
    "TemplateError",
    "UnknownFormatError",
    "UnknownOptionError",
    "alternatives",
    "first_of",
    "nearest_word",
    "nearest_words",
    "unknown_name",
]


Severity: TypeAlias = Literal["error", "warning", "info"]

LONGEST_TOLD = 4000
"""How many characters of a message are told: what it quotes may be as long as a file."""

MOST_TOLD = 100
"""How many problems of a file are told; a file of another kind has as many as it has lines."""


class Problem(NamedTuple):
    """One thing that is wrong, and where.

    Attributes:
        message: what was found, what was expected and, where there is one, the nearest right word.
        file: the file, flag or argument that it stands in; empty where there is none.
        line: line in the file, from 1; 0 where there is no file.
        column: column in the line, from 1; 0 where there is no file.
        path: keys and indices that lead to the value, outermost first.
        code: what kind of problem it is, in a word or two that stay the same: `unknown-key`; empty where there is none.
        severity: `error` where it must be mended, `warning` where it may stay, `info` where it only tells.
        hint: what likely mends it; `str` puts it behind the message.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: tuple[str | int, ...] = ()
    code: str = ""
    severity: Severity = "error"
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.message}; {self.hint}" if self.hint else self.message
        said = said if len(said) <= LONGEST_TOLD else f"{said[: LONGEST_TOLD - 3]}..."
        message = "\n".join(map(harmless, said.split("\n")))  # it may name a file, too
        file = harmless(self.file)
        if self.line:
            return f"{file or '<text>'}:{self.line}:{self.column}: {message}"
        return f"{file}: {message}" if file else message


def first_of(problems: Sequence[Problem], besides: int = 0) -> list[Problem]:
    """Return the first problems of a file, and one that says how many more there are.

    Args:
        problems: some of the problems of one file, in their order.
        besides: how many there are beside these.
    """
    told = list(problems[:MOST_TOLD])
    rest = len(problems) - len(told) + besides
    if rest:
        told.append(told[-1]._replace(message=f"and {rest:,} more", path=(), code="more", hint=""))
    return told


class Complaint(NamedTuple):
    """What is wrong with a part of something, before it is known where that stands.

    Attributes:
        message: what to tell its author.
        path: keys and indices that lead to it, outermost first.
        at_key: whether the last of the keys is what is wrong, and not what stands under it.
        code: what kind of problem it is.
        hint: what likely mends it.
    """

    message: str
    path: tuple[str | int, ...] = ()
    at_key: bool = False
    code: str = ""
    hint: str = ""


class MbcOptionsError(Exception):
    """The base of every error that this package raises on purpose."""


class InputError(MbcOptionsError, ValueError):
    """Something that a person wrote cannot be used; `problems` tells every place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class CaseError(InputError):
    """A teaching case, or an answer to one, cannot be used."""


class DescriptionError(InputError):
    """A patient description has an unknown name, an unusable value or facts that contradict each other."""


class RecordError(InputError):
    """A record is none, or cannot be read."""


class RulebookError(InputError):
    """A file of a rulebook cannot be read, or refers to something that is not there."""


class TableError(InputError):
    """A table of patients, or the mapping of its columns, cannot be used."""


class TemplateError(InputError):
    """A template of one's own names something that is not there, or is no Jinja."""


class UnknownFormatError(MbcOptionsError, ValueError):
    """Something was to be rendered to a format that it has none of."""

    def __init__(self, wanted: object, known: Iterable[str]) -> None:
        self.wanted = wanted
        self.known = tuple(known)
        super().__init__(wanted)

    def __str__(self) -> str:
        near = nearest_word(str(self.wanted), self.known)
        return f"unknown format {quoted(self.wanted)}; known are {', '.join(self.known)}" + (
            f"; did you mean {near}?" if near else ""
        )

    def __reduce__(self) -> tuple[type[UnknownFormatError], tuple[object, tuple[str, ...]]]:
        return type(self), (self.wanted, self.known)


class MissingExtraError(MbcOptionsError, ImportError):
    """Something was asked for that needs an extra of this package, which is not installed, or not whole."""

    def __init__(self, extra: str, needed: str | None = None) -> None:
        self.extra = extra
        self.needed = needed
        super().__init__(extra)

    def __str__(self) -> str:
        if self.needed is not None:
            return f"{self.extra} needs {self.needed}"
        return f"{self.extra} needs an extra that is not installed: pip install 'mbc_options[{self.extra}]'"

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str | None]]:
        return type(self), (self.extra, self.needed)


class UnknownOptionError(MbcOptionsError, KeyError):
    """A therapy class or member was asked for that the rulebook does not have."""

    def __init__(self, wanted: str, known: Iterable[str]) -> None:
        self.wanted = wanted
        self.known = tuple(known)
        super().__init__(wanted)

    def __str__(self) -> str:
        wanted = str(self.wanted).lower()
        near = next((id_ for id_ in self.known if wanted in {id_, id_.rpartition(".")[2]}), None)
        near = near or (len(wanted) >= MIN_BEGINNING and next(self._beginning_with(wanted), None)) or None
        near = near or nearest_word(wanted, self.known)
        near = near or next((id_ for id_ in self.known if wanted and wanted in id_), None)
        hint = f"; did you mean {near}?" if near else f"; known are {', '.join(self.known)}"
        return f"unknown option {quoted(self.wanted)}{hint}"

    def _beginning_with(self, wanted: str) -> Iterator[str]:
        return (id_ for id_ in self.known if id_.startswith(wanted) or id_.rpartition(".")[2].startswith(wanted))

    def __reduce__(self) -> tuple[type[UnknownOptionError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.wanted, self.known)


MIN_BEGINNING = 3
"""How much of an id is enough to be taken for its beginning."""
LONGEST_WORD = 200
"""How long a word may be to be looked for at all."""
MIN_WHOLE, MAX_HOLDING = 5, 4
"""How long a word must be to be looked for within the known ones, and how many of these a message names."""
_FEW = 20
"""How many known names a message lists where none is near."""


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """Return what to print after "did you mean": a known word or several joined by or; None where none is near."""
    return alternatives(nearest_words(word, known)) or None


def alternatives(words: Sequence[str]) -> str:
    """Return words as what there is to choose from: `a, b or c`; empty where there are none."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def nearest_words(word: str, known: Iterable[str]) -> list[str]:
    """Return the known word that is most like `word`, or the few that hold it whole.

    That premenopausal is more like menopausal than postmenopausal is says nothing about which of them is meant.
    """
    from difflib import get_close_matches  # here, because most runs find nothing wrong

    if len(word) > LONGEST_WORD:
        return []
    by_lower = {name.lower(): name for name in known}
    lower = word.lower()
    holding: dict[str, str] = {}  # by its letters, so that another spelling or a longer form is not named as well
    for name in sorted(by_lower, key=len) if len(lower) >= MIN_WHOLE else ():
        letters = re.sub(r"[\W_]", "", name)
        if lower in name and len(holding) <= MAX_HOLDING and not any(held in letters for held in holding):
            holding[letters] = name
    near = list(holding.values())
    if not 1 < len(near) <= MAX_HOLDING:
        near = get_close_matches(lower, by_lower, n=1, cutoff=0.6)
    return [by_lower[name] for name in near]


def unknown_name(kind: str, name: str, known: Collection[str]) -> str:
    """Return the complaint about a name that nothing of its kind has, with the nearest one, or else the few there are.

    Args:
        kind: what the name was to be of, as a reader calls it.
        name: the name.
        known: the names that there are.
    """
    near = nearest_word(name, known)
    few = f"; known are {', '.join(known)}" if known else "; there is none"
    hint = f"; did you mean {near}?" if near else few if len(known) <= _FEW else ""
    return f"unknown {kind} {name!r}{hint}"
