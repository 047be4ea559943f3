"""What one spelling of a column means: read by the door of a description, like everything else said of a patient."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from mbc_options.cohorts.mapping import CELL
from mbc_options.patient.aliases import CONFLICT, NO_WORDS, YES_WORDS, is_unknown
from mbc_options.patient.description import NONE_WORDS, read
from mbc_options.patient.prior import KEYS
from mbc_options.vocabulary.facts import Choice, Names, Treatments
from mbc_options.vocabulary.spelling import (
    BORDERLINE_WORDS,
    NEVER_WORDS,
    NOT_TESTED_WORDS,
    OTHER,
    UNKNOWN,
    UNRELATED,
    is_missing,
    normal,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mbc_options.cohorts.mapping import Column, Target
    from mbc_options.errors import Complaint
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["KINDS", "UNREAD", "Kind", "Spelling", "SpellingReader"]

Kind: TypeAlias = Literal[
    "read", "partly", "nothing", "borderline", "not_tested", "not_recorded", "conflicting", "refused"
]
"""What became of a spelling: all of it, or parts of it, say something of a fact; it was understood and proves nothing;
who looked could not tell; nobody looked; it is not known; it contradicts itself; or nobody knows what it means."""

KINDS: tuple[Kind, ...] = (
    *("read", "partly", "nothing", "borderline", "not_tested", "not_recorded", "conflicting", "refused"),
)
UNREAD: frozenset[Kind] = frozenset({"partly", "conflicting", "refused"})
"""What was not understood, or not all of it."""

LONGEST_NAME = 4
"""How many words a name has at most that is looked for in what is not understood."""

_WHOLE = re.compile(r"^(\d+)\.0+$")  # a whole number, as who writes CSV spells it where cells are empty
_MARK = re.compile(r"^\s*(?:\d{1,2}[.)]\s+|•\s*)")  # what a thing of a list begins with: its number, or a bullet


class Spelling(NamedTuple):
    """What a spelling means.

    Attributes:
        kind: what became of it.
        cube: the knowledge that it is.
        reason: why it was refused, or parts of it were.
        notices: what a reader should know about the reading.
        never_with: facts and values that it contradicts, though it says nothing of them by itself.
    """

    kind: Kind
    cube: int
    reason: str = ""
    notices: tuple[str, ...] = ()
    never_with: tuple[tuple[str, str], ...] = ()


class SpellingReader:
    """Reads the cells of one column, or of the columns that are read with it.

    Args:
        vocabulary: whose fields are meant.
        target: what the column says something of.
        column: how its cells are to be read.
        missing: words for what is not there, beside the usual ones.
    """

    def __init__(self, vocabulary: Vocabulary, target: Target, column: Column, missing: tuple[str, ...] = ()) -> None:
        self.vocabulary = vocabulary
        self.field = vocabulary.fields[target.field]
        self.target = target
        self.column = column
        self.missing = frozenset(map(normal, missing))
        self.values = {normal(word): meaning for word, meaning in column.values.items()}
        self.universe = vocabulary.space.universe
        self._parts: dict[tuple[str, ...], Spelling] = {}
        self._known: dict[str, bool] = {}

    def read(self, cells: tuple[str, ...]) -> Spelling:
        """Return what the cells mean: that of the column, and those read with it (outcome, setting)."""
        words = tuple(self._word(cell) for cell in cells)
        cell, *beside = words
        if (
            self.column.write is not None
            and cell
            and normal(_plain(cells[0])) not in self.values
            and not self._is_missing(cell)
        ):
            cell = self.column.write.replace(CELL, cell)
        if isinstance(self.field, Choice):
            return self._choice(cell)
        if self._is_missing(cell):
            return self._nothing(cell)
        if self.target.name:
            return self._answer(cell)
        if normal(cell) in NONE_WORDS | NEVER_WORDS:
            return Spelling("nothing", self.universe)  # it denies what it does not name, which a table never does
        if cell == _plain(cells[0]):
            cell = cells[0]  # in which lines may stand, each with a thing
        return self._listed(cell, tuple(beside))

    def _word(self, cell: str) -> str:
        word = _plain(cell)
        return self.values.get(normal(word), UNKNOWN if normal(word) in self.missing else word)

    def _is_missing(self, word: str) -> bool:
        return is_unknown(word) or is_missing(word)

    def _nothing(self, word: str) -> Spelling:
        """Return what a marker for something that is not there means."""
        bare = normal(word).strip("[](){}<> ")
        kind: Kind = "not_recorded"
        if bare in NOT_TESTED_WORDS:
            kind = "not_tested"
        elif bare in BORDERLINE_WORDS:
            kind = "borderline"
        return Spelling(kind, self.universe)

    def _by_door(self, said: Any) -> Spelling:
        """Return what a description of this field alone means."""
        description, complaints = read({self.field.id: said}, self.vocabulary, proves_only=True)
        if description is None:
            return Spelling(_kind_of(complaints), self.universe, "; ".join(one.message for one in complaints))
        kind: Kind = "nothing" if description.knowledge == self.universe else "read"
        forms = self.vocabulary.choices.get(self.field.id)
        word = forms.open_values.get(str(description.fields[self.field.id])) if forms else None
        denied = tuple((word.never_with or {}).items()) if word else ()
        return Spelling(kind, description.knowledge, notices=description.notices, never_with=denied)

    def _choice(self, cell: str) -> Spelling:
        found = self._by_door(cell)
        if found.kind != "nothing":
            return found
        # A word that the field knows and that settles nothing is borderline, whatever it is called.
        if self._is_missing(cell) and not found.never_with:
            return self._nothing(cell)
        return found._replace(kind="borderline")

    def _answer(self, cell: str) -> Spelling:
        name, outcome = self.target.name, self.target.outcome
        if isinstance(self.field, Names) or outcome:
            return self._by_door({name: {outcome: cell} if outcome else cell})
        assert isinstance(self.field, Treatments)
        word = normal(cell)
        forms = self.vocabulary.treatments[self.field.id]
        if normal(name) in forms.settings and name in forms.given_in:
            return self._by_door({name: cell})
        if word in YES_WORDS:
            return self._by_door({name: {forms.always: "yes"}} if forms.always else {name: UNKNOWN})
        if word in NO_WORDS | NEVER_WORDS:
            return self._by_door({name: "no"})
        return self._by_door({name: cell})

    def _listed(self, cell: str, beside: tuple[str, ...]) -> Spelling:
        """Return what a cell means that names one thing or several: what each of them proves."""
        parts = list(self._divided(cell, beside))
        cube = self.universe
        for part in parts:
            cube &= part.cube
        reasons = tuple(dict.fromkeys(part.reason for part in parts if part.reason))
        notices = tuple(dict.fromkeys(notice for part in parts for notice in part.notices))
        space, theory = self.vocabulary.space, self.vocabulary.theory
        if len(parts) > 1 and (space.is_empty(cube) or not theory.is_possible(cube)):
            return Spelling("conflicting", self.universe, "; ".join(reasons), notices)
        if not reasons:
            return Spelling("nothing" if cube == self.universe else "read", cube, notices=notices)
        kind: Kind = "partly" if cube != self.universe or len(parts) > len(reasons) else "refused"
        if len(parts) == 1:
            kind = parts[0].kind
        return Spelling(kind, cube, "; ".join(reasons), notices)

    def _divided(self, cell: str, beside: tuple[str, ...]) -> Iterator[Spelling]:
        if self.column.separator is not None:
            for part in cell.split(self.column.separator):
                yield from self._things(part.strip(), beside, _BY_WORDS) if part.strip() else ()
        else:
            yield from self._things(cell, beside, _DIVISIONS)

    def _things(
        self, written: str, beside: tuple[str, ...], divisions: tuple[Callable[[str], list[str]], ...]
    ) -> Iterator[Spelling]:
        """Yield what is named, divided as little as can be: by the strongest of signs that lets it be read."""
        found = self._thing(written, beside)
        if found.kind not in {"refused", "conflicting"}:
            yield found
            return
        for i, divide in enumerate(divisions):
            divided = divide(written)
            if len(divided) == 1:
                continue
            parts = [part for part in divided if not self._is_missing(part)]
            each = [list(self._things(part, beside, divisions[i:])) for part in parts]
            inside = [one for some in each for one in some]
            if all(one.kind in {"refused", "conflicting"} for one in inside):
                continue
            if divide is _APART or not any(map(self._may_go_on, parts, each)):
                yield from inside
                return
        yield found

    def _may_go_on(self, written: str, found: list[Spelling]) -> bool:
        """Return whether what a part says may be meant of the parts beside it, too: "declined tamoxifen, letrozole".

        That is so where it is not understood and names something known; what names nothing known says nothing of it.
        """
        if [one.kind for one in found] != ["refused"]:
            return False
        words = written.split()
        spans = ((i, j) for i in range(len(words)) for j in range(i + 1, min(i + LONGEST_NAME, len(words)) + 1))
        return any(self._is_known(" ".join(words[i:j]).strip("()[]?.,:")) for i, j in spans)

    def _is_known(self, words: str) -> bool:
        if words not in self._known:
            self._known[words] = bool(words) and self._by_door([words]).cube != self.universe
        return self._known[words]

    def _thing(self, written: str, beside: tuple[str, ...]) -> Spelling:
        key = (written, *beside)
        if key not in self._parts:
            word = self._word(_MARK.sub("", written))
            self._parts[key] = (
                self._treatment(word, beside) if isinstance(self.field, Treatments) else self._by_door([word])
            )
        return self._parts[key]

    def _treatment(self, written: str, beside: tuple[str, ...]) -> Spelling:
        """Return what a treatment means, with what stands beside it; what of that is not understood is left out."""
        therapy, *keys = KEYS
        told = {key: getattr(self.column, key) for key in keys if getattr(self.column, key)}
        from_columns = [key for key in keys if getattr(self.column, f"{key}_from")]
        told |= {key: word for key, word in zip(from_columns, beside, strict=True) if not self._is_missing(word)}
        is_entry = ":" in written and not written.lower().startswith((OTHER, UNRELATED))
        if is_entry or not told:
            return self._by_door([written])
        found = self._by_door([{therapy: written, **told}])
        if found.kind != "refused":
            return found
        alone = self._by_door([{therapy: written}])
        if alone.kind == "refused":
            return alone
        for key in keys:  # each by itself, so that one that is not understood takes nothing from the other
            if key in told:
                one = self._by_door([{therapy: written, key: told[key]}])
                alone = alone._replace(cube=alone.cube & one.cube)
        return alone._replace(kind="partly", reason=found.reason)


def _plain(cell: str) -> str:
    return _WHOLE.sub(r"\1", " ".join(cell.split()))


def _kind_of(complaints: tuple[Complaint, ...]) -> Kind:
    return "conflicting" if any(one.code == CONFLICT for one in complaints) else "refused"


def _by(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    return lambda written: [part.strip() for part in pattern.split(written) if part.strip()]


_APART = _by(re.compile(r"[;|\n]"))
"""Divides what has nothing to do with each other; behind the other signs a sentence may go on."""
_BY_WORDS = (parts_of,)
_DIVISIONS = (_APART, _by(re.compile(r"[,;|\n]")), parts_of)
