"""Earlier treatment: what a written entry names, and which facts it settles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

from mbc_options.errors import nearest_word
from mbc_options.patient.aliases import Refused, free_text, known_notice, refuse_too_long, shown, slip_of
from mbc_options.vocabulary.agents import Agent, Regimen, TreatmentGroup, is_initials
from mbc_options.vocabulary.spelling import (
    NEGATIONS,
    NEVER_WORDS,
    OTHER,
    UNKNOWN,
    UNKNOWN_WORDS,
    UNRELATED,
    folded,
    is_missing,
    normal,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mbc_options.vocabulary.agents import Agents
    from mbc_options.vocabulary.vocabulary import TreatmentForms, Vocabulary

__all__ = ["KEYS", "Named", "TreatmentEntry", "TreatmentReader"]

T = TypeVar("T")

KEYS = ("therapy", "outcome", "setting")
"""The keys of an entry that is written as a mapping."""


class Named(NamedTuple):
    """What the name of an earlier treatment stands for.

    Attributes:
        therapy: the name in its one written form: an id, ids joined by ` + `, `other:<text>` for one that nobody
            knows, or `unrelated:<text>` for one of which it is said that it is none of ours.
        label: how to print it.
        classes: the classes and members that it belongs to; empty for one that is none of ours.
    """

    therapy: str
    label: str
    classes: tuple[str, ...]


class TreatmentEntry(NamedTuple):
    """One earlier treatment as read: what was given, how it went, and when."""

    named: Named
    outcome: str
    setting: str


class TreatmentReader:
    """Reads the earlier treatments of a description.

    Args:
        vocabulary: whose classes, drugs and outcomes are meant.
        field: the id of the field.

    Attributes:
        notices: what a reader should know about what was read so far.
    """

    def __init__(self, vocabulary: Vocabulary, field: str) -> None:
        self.field = field
        self.agents: Agents = vocabulary.agents
        self.forms: TreatmentForms = vocabulary.treatments[field]
        self.universe = vocabulary.space.universe
        self.called = frozenset(name for name, id_ in vocabulary.field_names.items() if id_ == field)
        self.notices: list[str] = []

    def therapy(self, written: str) -> Named:
        """Return what the name of a treatment means; `Refused` where nobody knows it."""
        refuse_too_long(self.field, written)
        found = self.agents.find(written)
        if isinstance(found, (TreatmentGroup, Agent)) and "+" not in written:
            return self._together([found])
        text = " ".join(written.split())
        beginning = next((word for word in (OTHER, UNRELATED) if text.lower().startswith(word)), "")
        if beginning:
            return self._not_listed(beginning, text[len(beginning) :])
        parts = text.split("+")
        if not all(part.strip() for part in parts):
            msg = f"{shown(text)} lacks the name of a treatment"
            raise Refused(msg)
        if found is None:
            return self._together([thing for part in parts for thing in self._one(part)])
        named = self._together(self._one(text))
        if isinstance(found, Regimen):
            return named._replace(therapy=found.id, label=f"{found.label} ({named.label})")
        return named

    def _not_listed(self, beginning: str, written: str) -> Named:
        """Return a treatment that stands behind `other:` or `unrelated:`; what is known is read as what it is."""
        rest = free_text(beginning[:-1], written)
        if not rest:
            msg = f"{beginning} needs a name behind it"
            raise Refused(msg)
        if normal(rest) in UNKNOWN_WORDS | NEVER_WORDS or is_missing(rest):
            msg = (
                f"{beginning}{rest} names no treatment; write {self.field}: [] where there was none, "
                f"or leave it out where that is not known"
            )
            raise Refused(msg)
        if all(self.agents.find(part) for part in rest.split("+")):
            named = self.therapy(rest)
            self.notices.append(known_notice(self.field, f"{beginning}{rest}", named.label))
            return named
        return Named(f"{beginning}{rest}", rest, ())

    def _one(self, text: str) -> list[TreatmentGroup | Agent]:
        found = self.agents.find(text)
        if found is None:
            name = text.strip()
            msg = (
                f"{self.field} does not know the treatment {shown(name)}; {self._meant(name) or 'name'} its class, "
                f"{OTHER}<text> where nobody knows what it was, or {UNRELATED}<text> where it belongs to none"
            )
            raise Refused(msg)
        return [self.agents.agents[id_] for id_ in found.agents] if isinstance(found, Regimen) else [found]

    def _meant(self, text: str) -> str:
        """Return what may have been meant by a name that nobody knows, and never another treatment."""
        words = normal(text).split()
        rest = [word for word in words if word not in NEGATIONS]
        if len(rest) < len(words):
            known = " ".join(rest[1:] if rest and folded(rest[0]) in self.called else rest)  # "no prior chemotherapy"
            known = known if len(rest) == len(words) - 1 and self.agents.find(known) else "name"
            return f"what was not given is written {{{known}: no}}; or name"
        several = self._several(text)
        if several:
            together, apart = " + ".join(several), "', '".join(several)
            return f"did you mean '{together}' (given together), or '{apart}' (one after the other)? Else name"
        said = self._with_outcome_or_setting(text.split())
        if is_initials(text):
            return "letters that a sign divides may be a regimen: name its drugs, joined by +; or name"
        near = f"'{said}'" if said else slip_of(text, (name for name, _ in self.agents.names()))
        return f"did you mean {near}? Else name" if near else ""

    def _several(self, text: str) -> list[str]:
        """Return the treatments that a text names, where all of it names one or another; none where not."""
        for parts in (parts_of(text), re.split(r"[\s,;/|]+", text.strip())):
            names = [part.strip("()[] ") for part in parts]
            if len(names) > 1 and all(map(self.agents.find, names)):
                return names
        return []

    def _with_outcome_or_setting(self, words: list[str]) -> str:
        """Return how a treatment is written that has its outcome behind it, or its setting before it, without signs."""
        for i in range(1, len(words)):
            before, behind = (" ".join(part).strip(" ,;-→()") for part in (words[:i], words[i:]))
            outcome, setting = self.forms.outcomes.get(normal(behind)), self.forms.settings.get(normal(before))
            if outcome and self.agents.find(before):
                return f"{before}: {outcome}"
            if setting and self.agents.find(behind):
                return f"{behind}: {UNKNOWN}: {setting}"
        return ""

    def _together(self, things: list[TreatmentGroup | Agent]) -> Named:
        """Join the parts of a combination; two agents of a class may make one of its members."""
        classes: dict[str, None] = {}
        agents: dict[str, set[str]] = {}
        for thing in things:
            class_ = thing.class_ if isinstance(thing, TreatmentGroup) else self.agents.class_of(thing)
            if not class_:
                continue
            classes[class_] = None
            if isinstance(thing, TreatmentGroup):
                classes[thing.id] = None
            else:
                agents.setdefault(class_, set()).add(thing.id)
                if thing.member:
                    classes[f"{class_}.{thing.member}"] = None
        for class_, ids in agents.items():
            if len(ids) > 1 and class_ in self.agents.together:
                classes[self.agents.together[class_].several] = None
        return Named(
            " + ".join(thing.id for thing in things), " + ".join(thing.label for thing in things), tuple(classes)
        )

    def entry(self, written: object) -> TreatmentEntry:
        """Return what one element of a list of earlier treatments means.

        Args:
            written: `"letrozole: progressed"`, `"FEC"`, `{"letrozole": "progressed"}` or
                `{"therapy": ..., "outcome": ..., "setting": ...}`.
        """
        if isinstance(written, str):
            return self._from_text(written)
        if isinstance(written, dict):
            if KEYS[0] in written:
                return self._from_keys(written)
            if len(written) == 1:
                ((name, rest),) = written.items()
                return self._from_pair(str(name), rest)
        words = self.example()
        keys = ", ".join(f"{key}: {word}" for key, word in zip(KEYS, words, strict=False))
        msg = f"an earlier treatment is written '{': '.join(words[:2])}' or {{{keys}}}, not {shown(written)}"
        raise Refused(msg)

    def example(self) -> list[str]:
        """Return a treatment, an outcome and a setting, as far as there are any, for messages."""
        said = next(iter(self.agents.agents), next(iter(self.agents.groups), "name"))
        settings = list(dict.fromkeys(self.forms.settings.values()))
        return [self.forms.example or said, *list(dict.fromkeys(self.forms.outcomes.values()))[:1], *settings[-1:]]

    def _from_keys(self, keys: Mapping[str, object]) -> TreatmentEntry:
        for key in keys:
            if key not in KEYS:
                near = nearest_word(str(key), KEYS)
                msg = f"an earlier treatment has therapy, outcome and setting, not {shown(key)}" + (
                    f"; did you mean {near}?" if near else ""
                )
                raise Refused(msg, (key,), at_key=True)
        therapy, outcome, setting = KEYS
        return TreatmentEntry(
            _part(keys, therapy, self.therapy),
            _part(keys, outcome, self._outcome),
            _part(keys, setting, self._setting),
        )

    def outcome(self, written: object) -> str:
        """Return the outcome that a value under the name of a treatment means; an empty one says nothing."""
        return _word("outcome", UNKNOWN if written is None else written, self._outcome)

    def setting(self, written: object) -> str:
        """Return the setting that a value means; an empty one says nothing."""
        return _word("setting", UNKNOWN if written is None else written, self._setting)

    @property
    def asked(self) -> tuple[str, ...]:
        """The outcomes that may be answered yes or no, one by one."""
        always = (self.forms.always,) if self.forms.always else ()
        return (*always, *dict.fromkeys(self.forms.outcomes.values()))

    def outcome_named(self, written: str) -> str:
        """Return the outcome that a key means, the one that every treatment has among them; empty where none."""
        word = normal(written)
        return self.forms.outcomes.get(word) or (word if word and word == self.forms.always else "")

    def setting_named(self, written: str) -> str:
        """Return the setting that a key means where it is no treatment; empty where it is none."""
        setting = self.forms.settings.get(normal(written), "")
        return "" if setting and self.agents.find(written) else setting

    def _outcome(self, written: str) -> str:
        return _found(self.forms.outcomes, written) or _refuse("outcome", written, self.forms.outcomes)

    def _setting(self, written: str) -> str:
        return _found(self.forms.settings, written) or _refuse("setting", written, self.forms.settings)

    def _from_text(self, written: str) -> TreatmentEntry:
        name, colon, rest = written.partition(":")
        if colon and f"{name.strip().lower()}:" in {OTHER, UNRELATED}:
            text, _, rest = rest.partition(":")
            name = f"{name.strip().lower()}:{text}"
        return TreatmentEntry(self.therapy(name), *(self._rest(rest) if colon else (UNKNOWN, UNKNOWN)))

    def _from_pair(self, name: str, rest: object) -> TreatmentEntry:
        """Read `letrozole: progressed` where YAML made a mapping of it; a refusal points at its half."""
        if f"{name.strip().lower()}:" in {OTHER, UNRELATED} and isinstance(rest, str):
            return self._from_text(f"{name}:{rest}")
        try:
            named = self.therapy(name)
        except Refused as refusal:
            raise Refused(str(refusal), (name,), at_key=True) from None
        try:
            return TreatmentEntry(
                named, *(self._rest(rest) if isinstance(rest, str) else (self.outcome(rest), UNKNOWN))
            )
        except Refused as refusal:
            raise Refused(str(refusal), (name,)) from None

    def _rest(self, written: str) -> tuple[str, str]:
        """Return the outcome and the setting that stand after the name of a treatment."""
        outcome, _, setting = (part.strip() for part in written.partition(":"))
        if ":" in setting:
            msg = (
                f"{shown(written.strip())} has too many colons; write 'therapy: outcome' or 'therapy: outcome: setting'"
            )
            raise Refused(msg)
        return self._outcome(outcome or UNKNOWN), self._setting(setting or UNKNOWN)

    def settled(self, entries: Iterable[TreatmentEntry], *, complete: bool) -> int:
        """Return the cube of what earlier treatments settle.

        Args:
            entries: the treatments.
            complete: whether there were no others, so that what is not named was not given.
        """
        yes, no, always = self.forms.yes, self.forms.no, self.forms.always
        entries = tuple(entries)
        forbidden, said, left_open = self._settings(entries, complete=complete), 0, 0
        for named, outcome, _ in entries:
            for group in self._perhaps(named):
                left_open |= self._open(group, outcome)
            for class_ in named.classes:
                facts = yes.get(class_)
                if facts is None:
                    continue
                for known in (always, outcome):
                    if known in facts:
                        forbidden |= no[class_][known]
                        said |= facts[known]
                if outcome == UNKNOWN:  # any outcome is possible
                    left_open |= sum(facts.values()) & ~facts.get(always, 0)
        if complete:
            forbidden |= self.forms.every_yes & ~said & ~left_open
        return self.universe & ~forbidden

    def _settings(self, entries: tuple[TreatmentEntry, ...], *, complete: bool) -> int:
        """Return what the settings of treatments rule out: a setting that is not told may be any."""
        told, forbidden = {entry.setting for entry in entries}, 0
        for setting, (given, not_given) in self.forms.given_in.items():
            if setting in told:
                forbidden |= not_given
            elif complete and UNKNOWN not in told:
                forbidden |= given
        return forbidden

    def _open(self, group: str, outcome: str) -> int:
        """Return what may be so of a class or member, where it is not said whether it had this outcome."""
        facts = self.forms.yes.get(group, {})
        return sum(facts.values()) if outcome == UNKNOWN else facts.get(outcome, 0) | facts.get(self.forms.always, 0)

    def _perhaps(self, named: Named) -> Iterator[str]:
        """Yield the classes and members that it may have been, where it is not said which."""
        if named.therapy.startswith(OTHER):
            yield from self.forms.yes
        for part in named.therapy.split(" + "):
            if part in self.agents.agents:
                yield from self.agents.agents[part].may_be
            yield from (group for group in self.forms.yes if group.startswith(f"{part}."))
        for class_ in named.classes:
            together = self.agents.together.get(class_)
            if together and together.several not in named.classes and together.alone not in named.classes:
                yield together.several  # one agent by itself proves nothing of several

    def never_given(self, class_: str) -> int:
        """Return the cube of "this class was never given", its members with it."""
        return self.universe & ~sum(bit for facts in self._within(class_) for bit in facts.values())

    def never_so(self, class_: str, outcome: str) -> int:
        """Return the cube of "this class never had this outcome", its members with it."""
        return self.universe & ~sum(facts.get(outcome, 0) for facts in self._within(class_))

    def _within(self, class_: str) -> list[dict[str, int]]:
        """Return the facts of a class and of its members, by outcome."""
        return [facts for group, facts in self.forms.yes.items() if f"{group}.".startswith(f"{class_}.")]


def _part(keys: Mapping[str, object], key: str, read: Callable[[str], T]) -> T:
    """Return what `read` makes of a part of an entry; a refusal points at that part."""
    value = keys.get(key)
    try:
        return _word(key, UNKNOWN if value is None and key != KEYS[0] else value, read)
    except Refused as refusal:
        raise Refused(str(refusal), (key,)) from None


def _word(what: str, written: object, read: Callable[[str], T]) -> T:
    """Return what `read` makes of a word."""
    if not isinstance(written, str):
        msg = f"{what} takes a word, not {shown(written)}"
        raise Refused(msg)
    return read(written)


def _found(known: Mapping[str, str], written: str) -> str | None:
    text = normal(written)
    return known.get(text) or (UNKNOWN if text in UNKNOWN_WORDS or is_missing(written) else None)


def _refuse(what: str, written: str, known: Mapping[str, str]) -> NoReturn:
    accepted = (*dict.fromkeys(known.values()), UNKNOWN)
    near = slip_of(written, (*accepted, *known))
    hint = f"; did you mean {near}?" if near else ""
    msg = f"{what} cannot be {shown(written.strip())}; it is {', '.join(accepted)}{hint}"
    raise Refused(msg)
