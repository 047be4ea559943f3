"""What a mapping tells of earlier treatments: by treatment its outcomes and its setting, and single answers.

A mapping says only what it says. So an outcome may be denied by itself (`letrozole: {progressed: no}`), which does not
say that the treatment was given; and a setting that is a fact may be answered (`metastatic: no`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import alternatives, nearest_word
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.aliases import Refused, plain, slip_of, yes_no
from mbc_options.patient.prior import KEYS, TreatmentEntry, TreatmentReader
from mbc_options.vocabulary.facts import Treatments
from mbc_options.vocabulary.spelling import NEVER_WORDS, UNKNOWN
from mbc_options.vocabulary.vocabulary import CLASS, in_a_sentence

if TYPE_CHECKING:
    from mbc_options.patient.draft import Draft
    from mbc_options.patient.prior import Named
    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["NOT_GIVEN", "answers_in_words", "read_some_treatments"]

NOT_GIVEN = "no"


class _Told(NamedTuple):
    """What a mapping tells of one treatment: outcomes (or just `no`), the setting, and what is denied by which word."""

    outcomes: list[str]
    setting: str = UNKNOWN
    denied: Mapping[str, str] = FrozenDict()


class _Gathered(NamedTuple):
    """What was told of one treatment so far, under any of its names; each with the text that says so."""

    named: Named
    setting: str
    stated: dict[str, str]
    denied: dict[str, str]


def read_some_treatments(
    reader: TreatmentReader, written: Mapping[Any, Any], draft: Draft
) -> tuple[tuple[TreatmentEntry, ...], FrozenDict[Any]]:
    """Read a mapping from treatments, or settings that are facts, to what is told of them.

    Args:
        reader: of the names, outcomes and settings of the field.
        written: the mapping.
        draft: is told what each entry allows, and what is wrong.

    Returns:
        The treatments that were given, and the mapping in its one written form.
    """
    field = reader.field
    treatments: dict[str, _Gathered] = {}
    settings: dict[str, str] = {}
    if KEYS[0] in written:
        draft.refuse(f"{field} takes a list of earlier treatments; write this one as an element of a list", (field,))
        return (), FrozenDict()
    for key, value in written.items():
        path = (field, key)
        setting = reader.setting_named(str(key))
        if setting:
            _read_setting(reader, setting, path, value, settings, draft)
            continue
        try:
            named = reader.therapy(str(key))
        except Refused as refusal:
            draft.refuse(str(refusal), path, at_key=True)
            continue
        told = _told(reader, path, value, draft)
        if told is not None:
            before = treatments.setdefault(named.therapy, _Gathered(named, told.setting, {}, {}))
            _gather(reader, before, told, path, value, draft)
    entries = tuple(
        TreatmentEntry(one.named, outcome, one.setting)
        for one in treatments.values()
        for outcome in one.stated
        if outcome != NOT_GIVEN
    )
    shown_as = {therapy: _shown_as(one) for therapy, one in treatments.items() if one.stated or one.denied}
    return entries, FrozenDict({**shown_as, **settings})


def _gather(
    reader: TreatmentReader, before: _Gathered, told: _Told, path: KeyPath, value: object, draft: Draft
) -> None:
    """Add what is told of a treatment to what was told before; refuse what contradicts it."""
    field, key = path
    text = f"{field}: {plain(key)}: {plain(value)}"
    named, setting, stated, denied = before
    if stated and told.outcomes and (NOT_GIVEN in stated) != (NOT_GIVEN in told.outcomes):
        draft.refuse(f"({next(iter(stated.values()))}) and ({text}) contradict each other", path)
        return
    if setting != told.setting:
        draft.refuse(f"{field}: {named.label} is told of two settings; write the treatments as a list", path)
        return
    denials = {outcome: f"{field}: {plain(key)}: {plain(word)}: {NOT_GIVEN}" for outcome, word in told.denied.items()}
    texts = dict.fromkeys(told.outcomes, text)
    for outcome in ({**stated, **texts}.keys() & {**denied, **denials}.keys()) - {NOT_GIVEN}:
        yes, no = {**stated, **texts}[outcome], {**denied, **denials}[outcome]
        draft.refuse(f"({yes}) and ({no}) contradict each other", path)
        return
    stated.update(texts)
    denied.update(denials)
    if NOT_GIVEN in told.outcomes:
        draft.say(reader.never_given(named.therapy), path, field, key, value)
    elif told.outcomes:
        entries = (TreatmentEntry(named, outcome, setting) for outcome in told.outcomes)
        draft.say(reader.settled(entries, complete=False), path, field, key, value)
    for outcome, word in told.denied.items():
        draft.say(reader.never_so(named.therapy, outcome), (*path, word), field, key, word, NOT_GIVEN)


def _shown_as(one: _Gathered) -> Any:
    """Return what was told of a treatment in its one written form."""
    stated: Any = tuple(one.stated) if len(one.stated) > 1 else "".join(one.stated)
    denied = {} if NOT_GIVEN in one.stated else dict.fromkeys(one.denied, NOT_GIVEN)
    if one.setting == UNKNOWN and not denied:
        return stated
    _, outcome, setting = KEYS
    told = {outcome: stated} if stated else {}
    return FrozenDict({**told, **({} if one.setting == UNKNOWN else {setting: one.setting}), **denied})


def _read_setting(
    reader: TreatmentReader, setting: str, path: KeyPath, written: object, settings: dict[str, str], draft: Draft
) -> None:
    """Note whether any treatment was given in a setting."""
    field, key = path
    if setting not in reader.forms.given_in:
        message = f"{field}: {plain(key)} is a setting, and it is no fact whether a treatment was given in it"
        draft.refuse(f"{message}; write it beside a treatment", path, at_key=True)
        return
    answer = draft.attempt(path, yes_no, f"{field}: {plain(key)}", written)
    if answer is None:
        return
    if settings.setdefault(setting, answer) != answer:
        draft.refuse(f"{field}: {setting} is said to be both yes and no", path)
        return
    given, not_given = reader.forms.given_in[setting]
    draft.say(reader.universe & ~(not_given if answer == "yes" else given), path, field, key, written)


def _told(reader: TreatmentReader, path: KeyPath, written: object, draft: Draft) -> _Told | None:
    """Return what a value in a mapping of treatments tells of one; None where it is refused."""
    if not isinstance(written, Mapping):
        return _Told(_outcomes(reader, path, written, draft))
    _, outcome, setting = KEYS
    answers = _answers(reader, path, written, draft)
    if answers is None:
        return None
    told = draft.attempt((*path, setting), reader.setting, written.get(setting)) or UNKNOWN
    affirmed = [asked for asked, (_, answer) in answers.items() if answer == "yes"]
    is_given = outcome in written or told != UNKNOWN or not answers or affirmed
    outcomes = _outcomes(reader, (*path, outcome), written.get(outcome), draft) if is_given else []
    said = [asked for asked in affirmed if asked != reader.forms.always]
    if said:
        outcomes = list(dict.fromkeys([*(one for one in outcomes if one != UNKNOWN), *said]))
    denied = {asked: word for asked, (word, answer) in answers.items() if answer == NOT_GIVEN}
    was_not_given = NOT_GIVEN in outcomes or reader.forms.always in denied
    if was_not_given and told != UNKNOWN:
        draft.refuse(f"{reader.field}: {plain(path[-1])} was not given, and so in no setting", (*path, setting))
        return None
    if was_not_given and (affirmed or not {NOT_GIVEN}.issuperset(outcomes)):
        draft.refuse(f"{reader.field}: {plain(path[-1])} was not given, and so has no outcome", path)
        return None
    return _Told([NOT_GIVEN]) if was_not_given else _Told(outcomes, told, denied)


def _answers(
    reader: TreatmentReader, path: KeyPath, written: Mapping[Any, Any], draft: Draft
) -> dict[str, tuple[str, str]] | None:
    """Return the outcomes that are answered one by one, with their words and answers; None where one is refused."""
    found: dict[str, tuple[str, str]] = {}
    for key, value in written.items():
        if key in KEYS[1:]:
            continue
        asked, here = reader.outcome_named(str(key)), (*path, key)
        if not asked:
            draft.refuse(_no_key(reader, path, key), here, at_key=True)
            return None
        what = f"{reader.field}: {plain(path[-1])}: {asked}"
        answer = draft.attempt(here, yes_no, what, value) or UNKNOWN
        if found.setdefault(asked, (str(key), answer))[1] != answer:
            draft.refuse(f"{what} is said to be both yes and no", here)
            return None
    return found


def _no_key(reader: TreatmentReader, path: KeyPath, key: object) -> str:
    """Return what to say of a key that a treatment in a mapping does not have."""
    near = slip_of(str(key), (*KEYS[1:], *reader.asked, *reader.forms.outcomes)) or nearest_word(str(key), KEYS[1:])
    hint = f"did you mean {near}?" if near else f"what may be answered yes or no is {', '.join(reader.asked)}"
    return f"{reader.field}: {plain(path[-1])} has outcome and setting, not {plain(key)}; {hint}"


def _outcomes(reader: TreatmentReader, path: KeyPath, written: object, draft: Draft) -> list[str]:
    """Return the outcomes that a value in a mapping of treatments gives, or just `no`."""
    if written is False or (isinstance(written, str) and written.strip().lower() in NEVER_WORDS):
        return [NOT_GIVEN]
    if not isinstance(written, (list, tuple)):
        found = draft.attempt(path, reader.outcome, written)
        return [] if found is None else [found]
    if not written:
        draft.refuse(f"{reader.field}: {plain(path[-1])} has no outcome; write no, unknown or an outcome", path)
    read = [draft.attempt((*path, i), reader.outcome, item) for i, item in enumerate(written)]
    return [outcome for outcome in read if outcome is not None]


def answers_in_words(vocabulary: Vocabulary, said: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a mapping of treatments denies, and what it says of settings, readable.

    Args:
        vocabulary: in whose words.
        said: the field of treatments in its one written form.
    """
    field = vocabulary.fields[vocabulary.history]
    assert isinstance(field, Treatments)
    reader = TreatmentReader(vocabulary, field.id)
    settings = {setting.id: setting.fact for setting in field.settings}
    denied: dict[str, list[str]] = {}
    shown = []
    for name, told in said.items():
        fact = settings.get(name) if reader.setting_named(name) else None
        if fact:
            shown.append(fact.yes if told == "yes" else fact.no)
            continue
        nots = [reader.forms.always] if told == NOT_GIVEN else [] if isinstance(told, (str, tuple)) else told
        for outcome in nots:
            if outcome not in KEYS:
                denied.setdefault(outcome, []).append(in_a_sentence(reader.therapy(name).label))
    words = {outcome.id: outcome.no for outcome in field.outcomes}
    nots_said = (words[outcome].replace(CLASS, alternatives(labels)) for outcome, labels in denied.items() if outcome)
    return (*nots_said, *shown)
