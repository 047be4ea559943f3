"""From what a description says to what is known: one cube, with the notices that go with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from mbc_options.errors import Problem, nearest_word
from mbc_options.frozen import FrozenDict
from mbc_options.patient import prior, words
from mbc_options.patient.words import Refused
from mbc_options.vocabulary import CONSTRAINTS, NAMED_FIELDS, vocabulary

if TYPE_CHECKING:
    from mbc_options.patient.prior import Entry

__all__ = ["FIELDS", "Reading", "read"]

T = TypeVar("T")
Trail: TypeAlias = tuple[str | int, ...]

SINGLE_FIELDS = (
    "sex",
    "menopause",
    "er",
    "pr",
    "her2",
    "receptors_tested_on",
    "metastasis_confirmed",
    "immunotherapy_biomarker",
)

FIELDS = (
    "label",
    "sex",
    "menopause",
    "er",
    "pr",
    "her2",
    "receptors_tested_on",
    "metastasis_confirmed",
    "sites",
    "extent",
    "findings",
    "situation",
    "immunotherapy_biomarker",
    "prior",
)
"""The names that a description may use, in the order in which they are printed."""

ASSUMED_METASTATIC = (
    "distant metastasis, because the description does not say otherwise; "
    "write metastasis_confirmed: unknown to leave it open."
)
ASSUMED_UNTREATED = (
    "no earlier treatment, because the flags name none; write --prior unknown to leave the history open."
)

_IMPLIED = {"oligometastatic": "limited", "bone_pain": "pain"}
MAX_LABEL = 500
MAX_NAMES = 200


class Reading(NamedTuple):
    """A description, read.

    Attributes:
        fields: the description in its one written form.
        knowledge: every completion that it leaves possible, as the smallest cube around them.
        entries: the earlier treatments.
        details: for a fact, a written form that says more than its value.
        notices: what the reader should know about how it was read.
        assumptions: what was assumed.
    """

    fields: dict[str, Any]
    knowledge: int
    entries: tuple[Entry, ...]
    details: dict[str, str]
    notices: tuple[str, ...]
    assumptions: tuple[str, ...]


class _Draft:
    """A description while it is read: what it says, with the place that says it, and what is wrong with it."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.facts: dict[str, str] = {}
        self.origins: dict[str, tuple[Trail, str]] = {}
        self.details: dict[str, str] = {}
        self.notices: list[str] = []
        self.assumptions: list[str] = []
        self.problems: list[Problem] = []

    def say(self, fact: str, value: str, path: Trail, text: str) -> None:
        """Note a fact, with the text that says it, so that a conflict can name both sides."""
        if self.facts.get(fact, value) != value:
            _, before = self.origins[fact]
            self.refuse(f"({before}) and ({text}) contradict each other about {fact}", path)
        self.facts[fact] = value
        self.origins[fact] = (path, text)

    def refuse(self, message: str, path: Trail) -> None:
        """Note that something is wrong."""
        self.problems.append(Problem(message, path=path))

    def attempt(self, path: Trail, reader: Callable[..., T], *arguments: Any) -> T | None:
        """Return what `reader` makes of a value; None where it refuses, with its reason noted."""
        try:
            return reader(*arguments)
        except Refused as refusal:
            self.refuse(str(refusal), path)
            return None


def read(
    description: Mapping[str, Any], *, assume_untreated: bool = False
) -> tuple[Reading | None, tuple[Problem, ...]]:
    """Read a description.

    Args:
        description: values by field, as a file, a caller or the flags give them.
        assume_untreated: take silence about earlier treatment as "none", and say so.

    Returns:
        The reading and no problems, or None and every problem found, each with its path.
    """
    draft = _Draft()
    _refuse_unknown_fields(description, draft)
    draft.fields["label"] = draft.attempt(("label",), _label, description.get("label"))
    for field in SINGLE_FIELDS:
        draft.fields[field] = _read_single(field, description.get(field), draft)
    for field in NAMED_FIELDS:
        draft.fields[field] = _read_named(field, description.get(field), draft)
    if assume_untreated:
        draft.assumptions.append(ASSUMED_UNTREATED)
    entries, draft.fields["prior"] = _read_prior([] if assume_untreated else description.get("prior"), draft)
    if draft.problems:
        return None, tuple(draft.problems)
    return _know(draft, entries)


def _refuse_unknown_fields(description: Mapping[str, Any], draft: _Draft) -> None:
    for name in description:
        if name not in FIELDS:
            near = nearest_word(str(name), FIELDS)
            hint = f"; did you mean {near}?" if near else f"; the fields are {', '.join(FIELDS)}"
            draft.refuse(f"unknown field {name!r}{hint}", (name,))


def _read_single(field: str, written: object, draft: _Draft) -> str | None:
    if written is None:
        return None
    meaning = draft.attempt((field,), words.single, field, written)
    if meaning is None:
        return None
    if meaning.notice:
        draft.notices.append(meaning.notice)
    if meaning.as_written and meaning.as_written != meaning.value:
        draft.details[field] = meaning.as_written
    if meaning.value is not None:
        draft.say(field, meaning.value, (field,), f"{field}: {written}")
        return meaning.value
    if field == "metastasis_confirmed":
        return "unknown"  # said to be unknown, which withdraws the assumption
    return meaning.as_written.removeprefix("IHC ") or None


def _label(written: object) -> str | None:
    if written is None:
        return None
    if not isinstance(written, str):
        msg = f"label is free text, not {written!r}"
        raise Refused(msg)
    text = " ".join("".join(c if c.isprintable() else " " for c in written).split())
    if len(text) > MAX_LABEL:
        msg = f"label has {len(text)} characters; at most {MAX_LABEL}"
        raise Refused(msg)
    return text or None


def _is_unknown(written: object) -> bool:
    return written is None or (isinstance(written, str) and written.strip().lower() in words.UNKNOWN)


def _listed(field: str, written: object, draft: _Draft, expected: str) -> list[Any] | None:
    """Return the elements of a complete list; None, with the problem noted, for what is no list."""
    if isinstance(written, str):
        return [] if written.strip().lower() == "none" else [written]
    if isinstance(written, (set, frozenset)):
        written = sorted(written, key=str)
    if not isinstance(written, Sequence):
        draft.refuse(f"{field} takes {expected}, not {written!r}", (field,))
        return None
    if len(written) > MAX_NAMES:
        draft.refuse(f"{field} has {len(written)} entries; at most {MAX_NAMES}", (field,))
        return None
    return list(written)


def _read_named(field: str, written: object, draft: _Draft) -> tuple[str, ...] | FrozenDict[str] | None:
    if _is_unknown(written):
        return None
    if isinstance(written, Mapping):
        return _read_partial(field, written, draft)
    expected = "a list of names (complete) or a mapping from names to yes, no or unknown"
    names = _listed(field, written, draft, expected)
    if names is None:
        return None
    found: dict[str, tuple[Trail, str]] = {}
    for i, item in enumerate(names):
        name = draft.attempt((field, i), words.named, field, item)
        if name is not None:
            found[name] = ((field, i), f"{field}: {item}")
    for name, (path, text) in found.items():
        draft.say(f"{field}.{_known_as(name)}", "yes", path, text)
        if name in _IMPLIED:
            draft.say(f"{field}.{_IMPLIED[name]}", "yes", path, text)
    shown = f"{field}: [{', '.join(found)}]"
    for name in NAMED_FIELDS[field]:
        if f"{field}.{name}" not in draft.facts:
            draft.say(f"{field}.{name}", "no", (field,), shown)
    return tuple(found)


def _known_as(name: str) -> str:
    return "other" if name.startswith("other:") else name


def _read_partial(field: str, written: Mapping[Any, Any], draft: _Draft) -> FrozenDict[str]:
    found: dict[str, str] = {}
    for key, value in written.items():
        path = (field, key)
        try:
            name = words.named(field, key)
            answer = words.yes_no(f"{field}: {key}", value)
        except Refused as refusal:
            draft.refuse(str(refusal), path)
            continue
        if found.get(name, answer) != answer:
            draft.refuse(f"{field}: {name} is said to be both yes and no", path)
            continue
        if answer is None or (name.startswith("other:") and answer == "no"):
            continue
        found[name] = answer
        draft.say(f"{field}.{_known_as(name)}", answer, path, f"{field}: {key}: {value}")
    return FrozenDict(found)


def _read_prior(written: object, draft: _Draft) -> tuple[tuple[Entry, ...], tuple[Entry, ...] | FrozenDict[str] | None]:
    if _is_unknown(written):
        return (), None
    if isinstance(written, Mapping):
        return _read_partial_prior(written, draft)
    expected = "a list of treatments (complete) or a mapping from treatments to outcomes"
    treatments = _listed("prior", written, draft, expected)
    if treatments is None:
        return (), None
    read = [draft.attempt(("prior", i), prior.read_entry, item) for i, item in enumerate(treatments)]
    entries = tuple(entry for entry in read if entry is not None)
    for fact, value in prior.settle(entries, complete=True).items():
        draft.say(fact, value, ("prior",), "prior")
    return entries, entries


def _read_partial_prior(written: Mapping[Any, Any], draft: _Draft) -> tuple[tuple[Entry, ...], FrozenDict[str]]:
    entries: list[Entry] = []
    stated: dict[str, str] = {}
    for key, value in written.items():
        path = ("prior", key)
        answers = value if isinstance(value, (list, tuple)) else [value]
        try:
            named = prior.read_therapy(str(key))
            if [str(answer).strip().lower() for answer in answers] in (["no"], ["none"], ["never"], ["false"]):
                stated[named.therapy] = "no"
                for class_ in named.classes:
                    if class_ == named.therapy:
                        for fact, no in prior.never_given(class_).items():
                            draft.say(fact, no, path, f"prior: {key}: {value}")
                continue
            read = [prior.read_entry({"therapy": key, "outcome": answer}) for answer in answers]
        except Refused as refusal:
            draft.refuse(str(refusal), path)
            continue
        stated[named.therapy] = ", ".join(entry.outcome for entry in read)
        entries += read
        for fact, yes in prior.settle(read, complete=False).items():
            draft.say(fact, yes, path, f"prior: {key}: {value}")
    return tuple(entries), FrozenDict(stated)


def _know(draft: _Draft, entries: tuple[Entry, ...]) -> tuple[Reading | None, tuple[Problem, ...]]:
    space, theory = vocabulary()
    said = dict(draft.facts)
    confirmed = draft.fields["metastasis_confirmed"]
    if confirmed in {"yes", "no"}:
        said["metastatic"] = confirmed
        draft.origins["metastatic"] = draft.origins["metastasis_confirmed"]
    cube = space.universe
    for fact, value in said.items():
        cube &= ~space.mask(fact) | space.bit(fact, value)
    if not theory.is_possible(cube):
        return None, (_contradiction(cube, draft),)
    cube = theory.tighten(cube)
    if confirmed is None and len(space.values(cube, "metastatic")) > 1:
        cube = theory.tighten(cube & ~space.mask("metastatic") | space.bit("metastatic", "yes"))
        draft.assumptions.insert(0, ASSUMED_METASTATIC)
    return Reading(draft.fields, cube, entries, draft.details, tuple(draft.notices), tuple(draft.assumptions)), ()


def _contradiction(cube: int, draft: _Draft) -> Problem:
    """Name both sides of a contradiction, and why they cannot both be."""
    space, theory = vocabulary()
    broken = min((prime for prime in theory.broken if cube & ~prime == 0), key=lambda prime: len(space.support(prime)))
    involved = [fact for fact in space.support(broken) if fact in draft.origins]
    sides: dict[str, tuple[str | int, ...]] = {}
    for fact in involved:
        path, text = draft.origins[fact]
        sides.setdefault(text, path)
    support = set(space.support(broken))
    direct = [c.sentence for c in CONSTRAINTS if any(set(case) <= support for case in c.broken)]
    reasons = direct or [c.sentence for c in CONSTRAINTS if any(set(case) & support for case in c.broken)]
    hint = (
        "; metastasis_confirmed: unknown may have been meant"
        if "metastatic" in involved and space.values(cube, "metastatic") == ("no",)
        else ""
    )
    message = f"{' and '.join(f'({text})' for text in sides)} contradict each other: {'; '.join(reasons)}{hint}"
    return Problem(message, path=next(reversed(sides.values()), ()))
