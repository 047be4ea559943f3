"""From what a description says to what is known: one cube, with the notices that go with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from mbc_options.errors import nearest_word
from mbc_options.frozendict import FrozenDict
from mbc_options.patient import prior, words
from mbc_options.patient.words import Refused, Trail, plain, shown
from mbc_options.vocabulary.facts import CONSTRAINTS, NAMED_FIELDS, vocabulary

if TYPE_CHECKING:
    from mbc_options.patient.prior import Entry, Named

    Outcomes: TypeAlias = FrozenDict[str | tuple[str, ...]]

__all__ = ["FIELDS", "Complaint", "Reading", "read"]

T = TypeVar("T")

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
NEVER = "no"
_NEVER = {NEVER, "none", "never", "false"}
MAX_NAMES = 200

_PERCENT = re.compile(r"9|[1-9][0-9]|100")  # up to 8 may be an Allred score, of which 8 is the highest
_BARE = {"er": _PERCENT, "pr": _PERCENT, "her2": re.compile(r"[123]")}
"""Bare numbers that are likely a percentage of stained cells, or an IHC score."""


class Complaint(NamedTuple):
    """One thing that is wrong with a description.

    Attributes:
        message: what to tell its author.
        path: keys and indices that lead to it, outermost first.
        at_key: whether the last of the keys is what is wrong, and not what stands under it.
    """

    message: str
    path: Trail
    at_key: bool = False


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
    details: FrozenDict[str]
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
        self.complaints: dict[Complaint, None] = {}

    def say(self, fact: str, value: str, path: Trail, text: str) -> None:
        """Note a fact, with the text that says it, so that a conflict can name both sides."""
        if self.facts.get(fact, value) != value:
            _, before = self.origins[fact]
            self.refuse(f"({before}) and ({text}) contradict each other", path)
        self.facts[fact] = value
        self.origins[fact] = (path, text)

    def refuse(self, message: str, path: Trail, *, at_key: bool = False) -> None:
        """Note that something is wrong; once, however many facts show it."""
        self.complaints[Complaint(message, path, at_key)] = None

    def attempt(self, path: Trail, reader: Callable[..., T], *arguments: Any) -> T | None:
        """Return what `reader` makes of a value; None where it refuses, with its reason noted."""
        try:
            return reader(*arguments)
        except Refused as refusal:
            self.refuse(str(refusal), (*path, *refusal.below), at_key=refusal.at_key)
            return None


def read(
    description: Mapping[str, Any], *, assume_untreated: bool = False
) -> tuple[Reading | None, tuple[Complaint, ...]]:
    """Read a description.

    Args:
        description: values by field, as a file, a caller or the flags give them.
        assume_untreated: take silence about earlier treatment as "none", and say so.

    Returns:
        The reading and no complaints, or None and everything found wrong.
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
    if draft.complaints:
        return None, tuple(draft.complaints)
    return _know(draft, entries)


def _refuse_unknown_fields(description: Mapping[str, Any], draft: _Draft) -> None:
    if len(description) > MAX_NAMES:
        draft.refuse(f"a description has {len(description)} fields; the fields are {', '.join(FIELDS)}", ())
        return
    for name in description:
        if name not in FIELDS:
            near = nearest_word(str(name), FIELDS)
            hint = f"; did you mean {near}?" if near else f"; the fields are {', '.join(FIELDS)}"
            draft.refuse(f"unknown field {shown(name)}{hint}", (name,), at_key=True)


def _read_single(field: str, written: object, draft: _Draft) -> str | None:
    if written is None:
        return None
    meaning = draft.attempt((field,), _single, field, written)
    if meaning is None:
        return None
    if meaning.notice:
        draft.notices.append(meaning.notice)
    if meaning.as_written and meaning.as_written != meaning.value:
        draft.details[field] = meaning.as_written
    if meaning.value is not None:
        draft.say(field, meaning.value, (field,), f"{field}: {plain(written)}")
        return meaning.value
    if field == "metastasis_confirmed":
        return "unknown"  # said to be unknown, which withdraws the assumption
    return meaning.as_written.removeprefix("IHC ") or None


def _single(field: str, written: object) -> words.Meaning:
    """Return what a value means; a refusal tells which sign a bare number may lack."""
    try:
        return words.single(field, written)
    except Refused as refusal:
        bare = written.strip() if isinstance(written, str) and field in _BARE else ""
        if not bare or not _BARE[field].fullmatch(bare):
            raise
        msg = f"{refusal}; did you mean {bare}{'+' if field == 'her2' else '%'}?"
        raise Refused(msg) from None


def _label(written: object) -> str | None:
    if written is None:
        return None
    if not isinstance(written, str):
        msg = f"label is free text, not {shown(written)}"
        raise Refused(msg)
    return words.free_text("label", written) or None


def _is_unknown(written: object) -> bool:
    return written is None or (isinstance(written, str) and written.strip().lower() in words.UNKNOWN)


def _listed(field: str, written: object, draft: _Draft, expected: str) -> list[Any] | None:
    """Return the elements of a complete list; None, with the problem noted, for what is no list."""
    if isinstance(written, str):
        return [] if written.strip().lower() == "none" else [written]
    if isinstance(written, (set, frozenset)):
        written = sorted(written, key=str)
    if not isinstance(written, Sequence) or isinstance(written, (bytes, bytearray)):
        draft.refuse(f"{field} takes {expected}, not {shown(written)}", (field,))
        return None
    return None if _has_too_many(field, written, draft) else list(written)


def _has_too_many(field: str, written: Sequence[Any] | Mapping[Any, Any], draft: _Draft) -> bool:
    if len(written) <= MAX_NAMES:
        return False
    draft.refuse(f"{field} has {len(written)} entries; at most {MAX_NAMES}", (field,))
    return True


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
            found[name] = ((field, i), f"{field}: {plain(item)}")
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
    if _has_too_many(field, written, draft):
        return FrozenDict(found)
    for key, value in written.items():
        path = (field, key)
        try:
            name = words.named(field, key)
        except Refused as refusal:
            draft.refuse(str(refusal), path, at_key=True)
            continue
        answer = draft.attempt(path, words.yes_no, f"{field}: {name}", value)
        if answer is None:
            continue
        if found.get(name, answer) != answer:
            draft.refuse(f"{field}: {name} is said to be both yes and no", path)
            continue
        if name.startswith("other:") and answer == "no":
            continue
        found[name] = answer
        draft.say(f"{field}.{_known_as(name)}", answer, path, f"{field}: {plain(key)}: {plain(value)}")
    return FrozenDict(found)


def _read_prior(written: object, draft: _Draft) -> tuple[tuple[Entry, ...], tuple[Entry, ...] | Outcomes | None]:
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


def _read_partial_prior(written: Mapping[Any, Any], draft: _Draft) -> tuple[tuple[Entry, ...], Outcomes]:
    treatments: dict[str, Named] = {}
    stated: dict[str, dict[str, str]] = {}  # by treatment: its outcomes, or "no", each with the text that says so
    if "therapy" in written:
        draft.refuse("prior takes a list of earlier treatments; write this one as an element of a list", ("prior",))
        return (), FrozenDict()
    if _has_too_many("prior", written, draft):
        return (), FrozenDict()
    for key, value in written.items():
        path = ("prior", key)
        try:
            named = prior.read_therapy(str(key))
        except Refused as refusal:
            draft.refuse(str(refusal), path, at_key=True)
            continue
        outcomes = _outcomes(path, value, draft)
        text = f"prior: {plain(key)}: {plain(value)}"
        said = stated.setdefault(named.therapy, {})
        if said and (NEVER in said) != (NEVER in outcomes):
            draft.refuse(f"({next(iter(said.values()))}) and ({text}) contradict each other", path)
            continue
        said.update(dict.fromkeys(outcomes, text))
        treatments[named.therapy] = named
        if NEVER in outcomes:
            facts = prior.never_given(named.therapy)
        else:
            facts = prior.settle((prior.Entry(named, outcome, "unknown") for outcome in outcomes), complete=False)
        for fact, answer in facts.items():
            draft.say(fact, answer, path, text)
    entries = (
        prior.Entry(named, outcome, "unknown")
        for therapy, named in treatments.items()
        for outcome in stated[therapy]
        if outcome != NEVER
    )
    shown_as = {therapy: tuple(said) if len(said) > 1 else "".join(said) for therapy, said in stated.items()}
    return tuple(entries), FrozenDict(shown_as)


def _outcomes(path: Trail, written: object, draft: _Draft) -> list[str]:
    """Return the outcomes that a value in a mapping of treatments gives, or just `no`."""
    if written is False or (isinstance(written, str) and written.strip().lower() in _NEVER):
        return [NEVER]
    if not isinstance(written, (list, tuple)):
        found = draft.attempt(path, prior.read_outcome, written)
        return [] if found is None else [found]
    if not written:
        draft.refuse(f"prior: {plain(path[-1])} has no outcome; write no, unknown or an outcome", path)
    read = [draft.attempt((*path, i), prior.read_outcome, item) for i, item in enumerate(written)]
    return [outcome for outcome in read if outcome is not None]


def _know(draft: _Draft, entries: tuple[Entry, ...]) -> tuple[Reading | None, tuple[Complaint, ...]]:
    space, theory = vocabulary()
    said = dict(draft.facts)
    confirmed = draft.fields["metastasis_confirmed"]
    if confirmed in {"yes", "no"}:
        said["metastatic"] = confirmed
        draft.origins["metastatic"] = draft.origins["metastasis_confirmed"]
    if said.get("sex") == "male" and draft.fields["menopause"] == "perimenopausal":
        message = "(sex: male) and (menopause: perimenopausal) contradict each other: menopause does not apply to men"
        return None, (Complaint(message, ("menopause",)),)
    cube = space.universe
    for fact, value in said.items():
        cube &= ~space.mask(fact) | space.bit(fact, value)
    if not theory.is_possible(cube):
        return None, (_contradiction(cube, draft),)
    cube = theory.tighten(cube)
    if confirmed is None and len(space.values(cube, "metastatic")) > 1:
        cube = theory.tighten(cube & ~space.mask("metastatic") | space.bit("metastatic", "yes"))
        draft.assumptions.insert(0, ASSUMED_METASTATIC)
    details, notices, assumptions = FrozenDict(draft.details), tuple(draft.notices), tuple(draft.assumptions)
    return Reading(draft.fields, cube, entries, details, notices, assumptions), ()


def _contradiction(cube: int, draft: _Draft) -> Complaint:
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
    return Complaint(message, next(reversed(sides.values()), ()))
