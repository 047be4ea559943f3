"""What a flag says that may be repeated: a complete list, or, by `=`, single answers that leave the rest open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.patient.aliases import Refused, yes_no
from mbc_options.patient.prior import KEYS
from mbc_options.vocabulary.spelling import NEVER_WORDS, OTHER, UNKNOWN_WORDS, UNRELATED, normal

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["said_by"]

_FREE = (OTHER, UNRELATED)


def said_by(values: tuple[str, ...], field: str, vocabulary: Vocabulary) -> Any:
    """Return what the values of a repeated flag say of a field, as a file would.

    Args:
        values: as they were given. `none` alone is the empty list, `unknown` alone is unknown; `bone=yes` and
            `letrozole=progressed:early` say only what they say, as a mapping does, and so does
            `letrozole:progressed=no`.
        field: the id of the field, which takes names or treatments.
        vocabulary: whose field it is.

    Raises:
        click.UsageError: for a list and single answers at once.
    """
    if len(values) == 1 and values[0].strip().lower() in {"none", "unknown"}:
        return [] if values[0].strip().lower() == "none" else "unknown"
    answers = [_answer(value, field, vocabulary) for value in values]
    if not any(answers):
        return list(values)
    if not all(answers):
        listed = next(value for value, answer in zip(values, answers, strict=True) if answer is None)
        single = next(value for value, answer in zip(values, answers, strict=True) if answer is not None)
        msg = f"{field} is a complete list ({listed}) or single answers that leave the rest open ({single}), not both"
        raise click.UsageError(msg)
    found: dict[str, Any] = {}
    for name, said in filter(None, answers):
        found[name] = said if name not in found else _both(name, found[name], said, field)
    return {name: _shortest(said) for name, said in found.items()}


def _answer(value: str, field: str, vocabulary: Vocabulary) -> tuple[str, Any] | None:
    """Return a name or treatment with what is said of it; None where the value is an element of a list."""
    name, sign, said = value.rpartition("=")
    name, said = name.strip(), said.strip()
    if not sign or not name or (said[:1].isdigit() and field not in vocabulary.names):  # "AUC=5" is part of a name
        return None
    if name.lower().startswith(_FREE) and not _is_answer(said, field, vocabulary):
        return None
    if field in vocabulary.names:
        return name, said
    beginning = next((word for word in _FREE if name.lower().startswith(word)), "")
    therapy, colon, asked = name[len(beginning) :].partition(":")
    if colon:
        return beginning + therapy.strip(), {asked.strip(): said}
    outcome, colon, setting = said.partition(":")
    _, outcome_key, setting_key = KEYS
    if colon:
        return name, {outcome_key: [outcome.strip()], setting_key: setting.strip()}
    return name, said if _is_setting(name, field, vocabulary) else {outcome_key: [said]}


def _is_setting(name: str, field: str, vocabulary: Vocabulary) -> bool:
    return normal(name) in vocabulary.treatments[field].settings and vocabulary.agents.find(name) is None


def _is_answer(said: str, field: str, vocabulary: Vocabulary) -> bool:
    """Tell whether what stands behind the sign answers something, and is no part of a text."""
    if field in vocabulary.treatments:
        word = normal(said.partition(":")[0])
        if word in {*vocabulary.treatments[field].outcomes, *NEVER_WORDS, *UNKNOWN_WORDS}:
            return True
    try:
        yes_no(field, said)
    except Refused:
        return False
    return True


def _both(name: str, one: Any, other: Any, field: str) -> Any:
    """Return two things that are said of one name; a later answer does not hide an earlier one."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        if one == other:
            return one
        msg = f"{field}: {name} is said to be both {one} and {other}"
        raise click.UsageError(msg)
    both = {**one}
    for key, said in other.items():
        if key == KEYS[1]:
            both[key] = [*both.get(key, []), *said]
        elif both.setdefault(key, said) != said:
            msg = f"{field}: {name}: {key} is said to be both {both[key]} and {said}"
            raise click.UsageError(msg)
    return both


def _shortest(said: Any) -> Any:
    """Return a single outcome by itself, as a file would have it."""
    outcome = KEYS[1]
    if not isinstance(said, dict) or outcome not in said:
        return said
    outcomes = said[outcome] if len(said[outcome]) > 1 else said[outcome][0]
    return {**said, outcome: outcomes} if len(said) > 1 else outcomes
