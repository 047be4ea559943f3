"""Which unknown fact to find out next, by what its answers would settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.exploration.assessment import NextQuestion
from mbc_options.frozendict import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbc_options.exploration.hypothetical import Verdicts
    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

__all__ = ["ask_next", "open_options"]


def open_options(rulebook: CompiledRulebook, status: Callable[[str], Status]) -> list[CompiledOption]:
    """Return the classes that are undetermined, and the undetermined members of those that are not.

    Args:
        rulebook: whose options are meant.
        status: tells the status of an option by id.
    """
    found = []
    for class_ in rulebook.options:
        if status(class_.id) == "undetermined":
            found.append(class_)
        else:
            found += [member for member in class_.members if status(member.id) == "undetermined"]
    return found


def ask_next(verdicts: Verdicts, knowledge: int, options: Iterable[CompiledOption]) -> tuple[NextQuestion, ...]:
    """Return the unknown facts that would settle something, those that settle most first.

    Ranked by how many classes are settled whatever the answer, then by how many some answer settles, then by the same
    of members, then in the order of the vocabulary.

    Args:
        verdicts: of the rulebook.
        knowledge: what is known.
        options: what is undetermined: classes, and members of classes that are not.
    """
    ids = tuple(option.id for option in options)
    if verdicts.scope(knowledge) != "in":
        return _ask_for_the_scope(verdicts, knowledge, ids) if ids else ()
    found: list[tuple[tuple[int, ...], NextQuestion]] = []
    status = verdicts.status_in_scope
    for fact, concerned in verdicts.unknown(knowledge, ids):
        settles = {
            value: _settled(concerned, answered, status) for value, answered in verdicts.answers(fact, knowledge)
        }
        if any(settles.values()):
            question = _question(verdicts, fact, settles)
            members = {id_ for some in settles.values() for id_ in some if "." in id_}
            always = sum(all(id_ in some for some in settles.values()) for id_ in members)
            found.append(((-question.always, -question.sometimes, -always, -len(members)), question))
    found.sort(key=lambda one: one[0])
    return tuple(question for _, question in found)


def _ask_for_the_scope(verdicts: Verdicts, knowledge: int, ids: tuple[str, ...]) -> tuple[NextQuestion, ...]:
    """Ask for the facts that the scope rests on: while it is open, nothing else can settle anything."""
    return tuple(
        _question(
            verdicts,
            fact,
            {
                value: _settled(ids, answered, verdicts.status)
                for value, answered in verdicts.answers(fact, knowledge)
                if verdicts.scope(answered) != "open"
            },
        )
        for fact in verdicts.scope_facts()
    )


def _settled(ids: Iterable[str], answered: int, status: Callable[[str, int], Status]) -> dict[str, Status]:
    """Return those of the options that are settled once a question is answered, each with its status then."""
    found = ((id_, status(id_, answered)) for id_ in ids)
    return {id_: then for id_, then in found if then != "undetermined"}


def _question(verdicts: Verdicts, fact: str, settles: dict[str, dict[str, Status]]) -> NextQuestion:
    """Return a question, with the classes (not the members) that it settles counted."""
    classes = {id_ for ids in settles.values() for id_ in ids if "." not in id_}
    return NextQuestion(
        fact=fact,
        question=verdicts.rulebook.vocabulary.facts[fact].question,
        settles=FrozenDict({value: tuple(ids) for value, ids in settles.items()}),
        then=FrozenDict({value: tuple(ids.values()) for value, ids in settles.items()}),
        always=sum(all(id_ in ids for ids in settles.values()) for id_ in classes),
        sometimes=len(classes),
    )
