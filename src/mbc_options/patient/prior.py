"""Earlier treatment: what a written entry names, and which facts it settles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

from mbc_options.errors import nearest_word
from mbc_options.patient import words
from mbc_options.patient.words import Refused, shown
from mbc_options.vocabulary.agents import COMBINATION, Agent, PriorClass, Regimen
from mbc_options.vocabulary.facts import OUTCOMES
from mbc_options.vocabulary.shared import agents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Entry", "Named", "read_entry", "read_outcome", "read_therapy", "settle"]

T = TypeVar("T")

CYTOTOXIC = COMBINATION.partition(".")[0]


class Named(NamedTuple):
    """What the name of an earlier treatment stands for.

    Attributes:
        therapy: the name in its one written form: an id, ids joined by ` + `, or `other:<text>`.
        label: how to print it.
        classes: the classes and members that it belongs to; empty for one that is none of ours.
    """

    therapy: str
    label: str
    classes: tuple[str, ...]


class Entry(NamedTuple):
    """One earlier treatment as read: what was given, how it went, and when."""

    named: Named
    outcome: str
    setting: str


def read_therapy(written: str) -> Named:
    """Return what the name of a treatment means; `Refused` where nobody knows it."""
    text = " ".join(written.split())
    if text.lower().startswith("other:"):
        rest = words.free_text("other", text[len("other:") :])
        if not rest:
            msg = "other: needs a name, e.g. other:trial drug"
            raise Refused(msg)
        return Named(f"other:{rest}", rest, ())
    parts = text.split("+")
    if not all(part.strip() for part in parts):
        msg = f"{shown(text)} lacks the name of a treatment"
        raise Refused(msg)
    found = agents().find(text)
    if found is None and len(parts) > 1:
        return _together([_one(part) for part in parts])
    named = _together([_one(text)])
    if isinstance(found, Regimen):
        return named._replace(therapy=found.id, label=f"{found.label} ({named.label})")
    return named


def _one(text: str) -> PriorClass | Agent | list[Agent]:
    known = agents()
    found = known.find(text)
    if found is None:
        near = nearest_word(text.strip(), (name for name, _ in known.names()))
        hint = f"did you mean {near}? For" if near else "for"
        msg = (
            f"prior does not know the treatment {shown(text.strip())}; {hint} one that is not listed write other:<text>"
        )
        raise Refused(msg)
    if isinstance(found, (PriorClass, Agent)):
        return found
    return [known.agents[id_] for id_ in found.agents]


def _together(parts: list[PriorClass | Agent | list[Agent]]) -> Named:
    """Join the parts of a combination; two cytotoxic drugs make combination chemotherapy."""
    flat = [thing for part in parts for thing in (part if isinstance(part, list) else [part])]
    classes: dict[str, None] = {}
    cytotoxics: set[str] = set()
    for thing in flat:
        if isinstance(thing, PriorClass):
            classes[thing.class_] = None
            classes[thing.id] = None
        elif thing.class_:
            classes[thing.class_] = None
            if thing.member:
                classes[f"{thing.class_}.{thing.member}"] = None
            if thing.class_ == CYTOTOXIC:
                cytotoxics.add(thing.id)
    if len(cytotoxics) > 1:
        classes[COMBINATION] = None
    return Named(" + ".join(thing.id for thing in flat), " + ".join(thing.label for thing in flat), tuple(classes))


def read_entry(written: object) -> Entry:
    """Return what one element of a list of earlier treatments means.

    Args:
        written: `"letrozole: progressed"`, `"FEC"`, `{"letrozole": "progressed"}` or
            `{"therapy": ..., "outcome": ..., "setting": ...}`.
    """
    if isinstance(written, str):
        return _read_text(written)
    if isinstance(written, dict):
        if "therapy" in written:
            return _read_fields(written)
        if len(written) == 1:
            ((name, rest),) = written.items()
            return _read_pair(str(name), rest)
    msg = (
        "an earlier treatment is written 'letrozole: progressed' or "
        f"{{therapy: letrozole, outcome: progressed, setting: metastatic}}, not {shown(written)}"
    )
    raise Refused(msg)


def _read_fields(fields: Mapping[str, object]) -> Entry:
    accepted = ("therapy", "outcome", "setting")
    for key in fields:
        if key not in accepted:
            near = nearest_word(str(key), accepted)
            msg = f"an earlier treatment has therapy, outcome and setting, not {shown(key)}" + (
                f"; did you mean {near}?" if near else ""
            )
            raise Refused(msg, (key,), at_key=True)
    return Entry(
        _part(fields, "therapy", read_therapy),
        _part(fields, "outcome", _outcome),
        _part(fields, "setting", _setting),
    )


def _part(fields: Mapping[str, object], key: str, read: Callable[[str], T]) -> T:
    """Return what `read` makes of a part of an entry; a refusal points at that part."""
    value = fields.get(key)
    if value is None and key != "therapy":
        value = "unknown"
    if not isinstance(value, str):
        msg = f"{key} takes a word, not {shown(value)}"
        raise Refused(msg, (key,))
    try:
        return read(value)
    except Refused as refusal:
        raise Refused(str(refusal), (key,)) from None


def read_outcome(written: object) -> str:
    """Return the outcome that a value under the name of a treatment means; an empty one says nothing."""
    if written is None:
        return "unknown"
    if not isinstance(written, str):
        msg = f"outcome takes a word, not {shown(written)}"
        raise Refused(msg)
    return _outcome(written)


def _outcome(written: str) -> str:
    return words.outcome(written) or _refuse("outcome", written, words.outcomes())


def _setting(written: str) -> str:
    return words.setting(written) or _refuse("setting", written, words.settings())


def _refuse(what: str, written: str, accepted: tuple[str, ...]) -> NoReturn:
    near = nearest_word(written, accepted)
    hint = f"; did you mean {near}?" if near else ""
    msg = f"{what} cannot be {shown(written.strip())}; it is {', '.join(accepted)}{hint}"
    raise Refused(msg)


def _read_text(written: str) -> Entry:
    name, colon, rest = written.partition(":")
    if name.strip().lower() == "other" and colon:
        text, _, rest = rest.partition(":")
        name = f"other:{text}"
    return Entry(read_therapy(name), *_read_rest(rest))


def _read_pair(name: str, rest: object) -> Entry:
    """Read `letrozole: progressed` where YAML made a mapping of it; a refusal points at its half."""
    if name.strip().lower() == "other" and isinstance(rest, str):
        return _read_text(f"{name}:{rest}")
    try:
        named = read_therapy(name)
    except Refused as refusal:
        raise Refused(str(refusal), (name,), at_key=True) from None
    try:
        return Entry(named, *(_read_rest(rest) if isinstance(rest, str) else (read_outcome(rest), "unknown")))
    except Refused as refusal:
        raise Refused(str(refusal), (name,)) from None


def _read_rest(written: str) -> tuple[str, str]:
    """Return the outcome and the setting that stand after the name of a treatment."""
    outcome, _, setting = (part.strip() for part in written.partition(":"))
    if ":" in setting:
        msg = f"{shown(written.strip())} has too many colons; write 'therapy: outcome' or 'therapy: outcome: setting'"
        raise Refused(msg)
    return _outcome(outcome or "unknown"), _setting(setting or "unknown")


def settle(entries: Iterable[Entry], *, complete: bool) -> dict[str, str]:
    """Return the facts that earlier treatments settle.

    Args:
        entries: the treatments.
        complete: whether there were no others, so that what is not named was not given.
    """
    facts: dict[str, str] = {}
    vague: set[str] = set()  # classes with a treatment whose outcome nobody told
    told: dict[str, set[str]] = {}  # outcomes of single cytotoxics, which prove nothing about combinations
    for entry in entries:
        for class_ in entry.named.classes:
            if f"prior.{class_}.given" not in _prior_facts():
                continue
            facts[f"prior.{class_}.given"] = "yes"
            if entry.outcome == "unknown":
                vague.add(class_)
            else:
                facts[f"prior.{class_}.{entry.outcome}"] = "yes"
        if CYTOTOXIC in entry.named.classes and not _tells_about_combination(entry.named):
            told.setdefault(COMBINATION, set()).update({"given", entry.outcome})
    if complete:
        open_outcomes = told.get(COMBINATION, set())
        for fact in _prior_facts():
            class_, _, name = fact.removeprefix("prior.").rpartition(".")
            if fact in facts or (class_ in vague and name != "given"):
                continue
            if class_ == COMBINATION and ("unknown" in open_outcomes or name in open_outcomes):
                continue
            facts[fact] = "no"
    return facts


def never_given(class_: str) -> dict[str, str]:
    """Return the facts that "this class was never given" settles."""
    return {fact: "no" for fact in _prior_facts() if fact.removeprefix("prior.").startswith(f"{class_}.")}


def _tells_about_combination(named: Named) -> bool:
    return COMBINATION in named.classes or f"{CYTOTOXIC}.single_agent" in named.classes


def _prior_facts() -> tuple[str, ...]:
    return tuple(f"prior.{class_}.{outcome}" for class_ in agents().prior_classes for outcome in OUTCOMES)
