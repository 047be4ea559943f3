"""A patient for whom something nearly holds, and the one change by which it does: what a new case may begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mbc_options.errors import CaseError, DescriptionError, Problem, nearest_word
from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.patient.description import of
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["Taught", "check_taught", "near_miss"]

Fields = dict[str, Any]
NOT_SO: tuple[Status, ...] = ("not_described", "unspecified")


class Taught(NamedTuple):
    """What a new case teaches, and the two patients who teach it.

    Attributes:
        id: the id of an option, a rule or a disagreement.
        label: what it is called; of a rule, its option and its condition.
        option: the class or member that it is about; empty where it is about none.
        disagreement: its id, where it is one; else empty.
        patient: the description of the first.
        known: what is known of the first, readable.
        change: what makes the second of the first, as a stage of a case has it.
        learned: the same, readable.
        comes: whether it holds for the second; else it holds for the first, and the change ends it.
    """

    id: str
    label: str
    option: str
    disagreement: str
    patient: Fields
    known: tuple[str, ...]
    change: Mapping[str, Any]
    learned: tuple[str, ...]
    comes: bool


class _Way(Protocol):
    """A way to another patient: cubes of the facts that change, and of the unknown ones that it takes besides."""

    @property
    def facts(self) -> int:
        """Facts that change, at their new values."""

    @property
    def given(self) -> int:
        """Facts that have to turn out so."""


class _Aim(NamedTuple):
    """What is to hold.

    Attributes:
        label, option, disagreement: as those of `Taught`.
        holds, fails: whether it does for knowledge, for every patient who fits.
        towards, away: the shortest ways to where it holds, and to where it fails.
    """

    label: str
    option: str
    disagreement: str
    holds: Callable[[int], bool]
    fails: Callable[[int], bool]
    towards: Callable[[int], Iterable[_Way]]
    away: Callable[[int], Iterable[_Way]]


def near_miss(teach: str, rulebook: CompiledRulebook) -> Taught:
    """Return a patient whom the change of as few facts as can be, mostly one, makes one for whom something holds.

    Args:
        teach: the id of an option, which is to be a candidate; of a rule, or of a disagreement, whose condition is to
            be met.
        rulebook: whose engine finds the patient, from the rulebook's example on.

    Raises:
        CaseError: where the rulebook has nothing of this id, or no such two patients can be described.
    """
    aim = _aim(teach, rulebook)
    example = rulebook.about.example
    said = example.patient if example is not None else {}
    begun: Fields = {field: list(value) if isinstance(value, tuple) else value for field, value in said.items()}
    ending: Taught | None = None
    for start in (begun, {}):
        for there in _reaching(start, aim.towards, aim.holds, rulebook):
            knowledge = _knowledge(there, rulebook)
            assert knowledge is not None
            for edit in aim.away(knowledge):
                near = _edited(there, edit, rulebook)
                known = None if near is None else _knowledge(near, rulebook)
                if near is None or known is None or not aim.fails(known):
                    continue
                if (change := _change(near, there, rulebook)) is not None:
                    return _taught(teach, aim, near, there, change, rulebook, comes=True)
                if ending is None and (change := _change(there, near, rulebook)) is not None:
                    ending = _taught(teach, aim, there, near, change, rulebook, comes=False)
    if ending is None:
        message = (
            f"for {teach!r} there is no near miss to begin with: it holds for everybody in scope, or a change of it "
            "cannot be written; leave it out, and write the patient"
        )
        raise CaseError([Problem(message, "--teach")])
    return ending


def _aim(teach: str, rulebook: CompiledRulebook) -> _Aim:
    """Return what is to hold; CaseError where the rulebook has nothing of this id."""
    verdicts, region = verdicts_of(rulebook), rulebook.theory.region
    if teach in rulebook.by_id:
        option = rulebook.by_id[teach]
        return _Aim(
            option.authored.label,
            teach,
            "",
            lambda known: verdicts.status(teach, known) == "candidate",
            lambda known: verdicts.status(teach, known) in NOT_SO,
            lambda known: [edit for edit, _ in verdicts.nearest(option, ("candidate",), known).ways],
            lambda known: [edit for status in NOT_SO for edit, _ in verdicts.nearest(option, (status,), known).ways],
        )
    for option in rulebook.by_id.values():
        for rule in option.rules:
            if rule.rule.id == teach:
                function, label, about = rule.function, f"{option.authored.label}, where {rule.reads}", option.id
                break
        else:
            continue
        break
    else:
        for one in rulebook.disagreements:
            if one.authored.id == teach and one.function is not None:
                function, label, about = one.function, one.authored.subject, ""
                break
        else:
            raise CaseError([_unknown(teach, rulebook)])
    return _Aim(
        label,
        about,
        "" if about else teach,
        lambda known: verdicts.scope(known) == "in" and function.entailed_by(known),
        function.refuted_by,
        lambda known: region(function).nearest(known).ways,
        lambda known: region(function, holds=False).nearest(known).ways,
    )


def check_taught(teach: str, rulebook: CompiledRulebook) -> None:
    """Refuse what no case can teach.

    Args:
        teach: what a case should teach: the id of a class, a member, a rule or a disagreement.
        rulebook: the rulebook.

    Raises:
        CaseError: where nothing that can be taught has that id; it names the nearest that there is.
    """
    if teach not in _ids(rulebook):
        raise CaseError([_unknown(teach, rulebook)])


def _ids(rulebook: CompiledRulebook) -> list[str]:
    return [
        *rulebook.by_id,
        *(rule.rule.id for option in rulebook.by_id.values() for rule in option.rules),
        *(one.authored.id for one in rulebook.disagreements if one.function is not None),
    ]


def _unknown(teach: str, rulebook: CompiledRulebook) -> Problem:
    every = _ids(rulebook)
    near = nearest_word(teach, every)
    hint = f"did you mean {near}?" if near else "it is the id of a class, a member, a rule or a disagreement"
    return Problem(f"nothing to teach is called {teach!r}; {hint}", "--teach")


def _reaching(
    start: Fields, towards: Callable[[int], Iterable[_Way]], holds: Callable[[int], bool], rulebook: CompiledRulebook
) -> Iterator[Fields]:
    """Yield descriptions of patients as near as can be for whom it holds."""
    known = _knowledge(start, rulebook)
    if known is None:
        return
    if holds(known):
        yield start
        return
    for edit in towards(known):
        there = _edited(start, edit, rulebook)
        reached = None if there is None else _knowledge(there, rulebook)
        if there is not None and reached is not None and holds(reached):
            yield there


def _knowledge(fields: Fields, rulebook: CompiledRulebook) -> int | None:
    """Return what a description says; None where it contradicts itself."""
    try:
        return of(rulebook.vocabulary, fields).knowledge
    except DescriptionError:
        return None


def _edited(fields: Fields, edit: _Way, rulebook: CompiledRulebook) -> Fields | None:
    """Return a description with facts as an edit has them; None where no field says one of them."""
    space = rulebook.space
    edited: Fields | None = dict(fields)
    wanted = {fact: space.values(cube, fact)[0] for cube in (edit.facts, edit.given) for fact in space.reading(cube)}
    for fact in sorted(wanted, key=lambda fact: -fact.count(".")):  # a drug brings its class along
        known = None if edited is None else _knowledge(edited, rulebook)
        if known is not None and space.values(known, fact) == (wanted[fact],):
            continue
        if edited is not None:
            edited = _with(edited, fact, wanted[fact], rulebook)
    return edited


def _with(fields: Fields, fact: str, value: str, rulebook: CompiledRulebook) -> Fields | None:
    vocabulary = rulebook.vocabulary
    field = vocabulary.field_of(fact)
    if field == fact and field in vocabulary.choices:
        return {**fields, field: value}
    name = fact.partition(".")[2]
    if field in vocabulary.names and name in vocabulary.names[field].yes:
        held = fields.get(field)
        if isinstance(held, list):
            rest = [one for one in held if one != name]
            return {**fields, field: [*rest, name] if value == "yes" else rest}
        return {**fields, field: {**(held if isinstance(held, dict) else {}), name: value}}
    return _treated(fields, field, name, value, rulebook)


def _treated(fields: Fields, field: str, name: str, value: str, rulebook: CompiledRulebook) -> Fields | None:
    """Return a description with a treatment that had an outcome, or without those of its kind."""
    forms = rulebook.vocabulary.treatments.get(field)
    therapy, _, outcome = name.rpartition(".")
    held = fields.get(field) or []
    if forms is None or therapy not in forms.yes or not isinstance(held, list):
        return None
    if value == "yes":
        return {**fields, field: [*held, f"{therapy}: {UNKNOWN if outcome == forms.always else outcome}"]}
    rest = [entry for entry in held if not _is_of(entry, therapy, rulebook)]
    return {**fields, field: rest} if len(rest) < len(held) or not held else None


def _is_of(entry: Any, therapy: str, rulebook: CompiledRulebook) -> bool:
    """Tell whether an entry of the history is a treatment of a class or member."""
    vocabulary = rulebook.vocabulary
    read = of(vocabulary, {vocabulary.history: [entry]}).entries
    return any(therapy in one.named.classes or therapy == one.named.therapy for one in read)


def _change(before: Fields, after: Fields, rulebook: CompiledRulebook) -> dict[str, Any] | None:
    """Return what a stage says that makes one description of another; None where it cannot, or nothing changes."""
    change: dict[str, dict[str, Any]] = {"set": {}, "add": {}, "remove": {}}
    for field in dict.fromkeys((*before, *after)):
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        if field not in after:
            return None
        if isinstance(old, list) and isinstance(new, list):
            gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
            if gone and field == rulebook.vocabulary.history:
                return None
            for word, names in (("add", come), ("remove", gone)):
                if names:
                    change[word][field] = names
        elif field == rulebook.vocabulary.history:
            return None
        else:
            change["set"][field] = new
    return {word: fields for word, fields in change.items() if fields} or None


def _taught(
    teach: str,
    aim: _Aim,
    first: Fields,
    second: Fields,
    change: Mapping[str, Any],
    rulebook: CompiledRulebook,
    *,
    comes: bool,
) -> Taught:
    before, after = (of(rulebook.vocabulary, fields).known() for fields in (first, second))
    phrase = rulebook.vocabulary.phrase
    derived = {*rulebook.vocabulary.derived_ids, *rulebook.vocabulary.applicability}
    known = [phrase(fact, values) for fact, values in before.items() if values != ("no",) and fact not in derived]
    different = [fact for fact, values in after.items() if before.get(fact) != values and fact not in derived]
    told = [fact for fact in different if after[fact] != ("no",) or before.get(fact) == ("yes",)] or different
    learned = [phrase(fact, after[fact]) for fact in told]
    return Taught(teach, aim.label, aim.option, aim.disagreement, first, tuple(known), change, tuple(learned), comes)
