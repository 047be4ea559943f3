"""What a case is about and how long it takes, as far as its file tells: no question is answered for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.cases.questions.kinds import KINDS
from mbc_options.cases.stages import patients_of
from mbc_options.cases.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.cases.case_file import CaseFile
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["MINUTES_GRADED", "MINUTES_READING", "MINUTES_TALK", "minutes_of", "subtypes_of", "topics_of"]

MINUTES_READING, MINUTES_GRADED, MINUTES_TALK = 2, 3, 5
"""What a class takes to read a stage; to choose, commit and look at an answer; to talk about what nobody grades."""
ROUNDED_TO = 5


def minutes_of(file: CaseFile) -> int:
    """Return about how many minutes a class takes, rounded up to five.

    The rule: two to read each stage, three for each question that is graded, five for each to think about. Of a
    fork every arm counts, as for a class that comes back for the others.
    """
    every = [placed.written for placed in file.every_stage]
    asked = [question for stage in every for question in stage.questions]
    graded = sum(KINDS[question.ask].is_graded for question in asked)
    minutes = MINUTES_READING * len(every) + MINUTES_GRADED * graded + MINUTES_TALK * (len(asked) - graded)
    return -(-minutes // ROUNDED_TO) * ROUNDED_TO


def topics_of(file: CaseFile, rulebook: CompiledRulebook) -> tuple[Topic, ...]:
    """Return what a case asks about, in the order of the rulebook.

    These are the classes of the options that its questions name, the disagreements that they name, and the classes
    that these are about. What a rulebook does not know is left out; `case check` tells it.
    """
    asked = [question for placed in file.every_stage for question in placed.written.questions]
    named = {question.disagreement for question in asked if question.disagreement}
    classes = {id_.partition(".")[0] for question in asked for id_ in (question.option, question.of) if id_}
    disagreements = [one.authored for one in rulebook.disagreements if one.authored.id in named]
    for one in disagreements:
        classes |= {option.partition(".")[0] for option in one.options}
    return (
        *(Topic(id=one.id, label=one.authored.label) for one in rulebook.options if one.id in classes),
        *(Topic(id=one.id, label=one.subject) for one in disagreements),
    )


def subtypes_of(file: CaseFile, rulebook: CompiledRulebook) -> tuple[str, ...]:
    """Return the subtypes that the patient is known to have at some stage, by id, in the order of the rulebook."""

    def found() -> Iterator[str]:
        for patient in patients_of(file.every_stage, rulebook)[0]:
            if patient is not None:
                yield from (one.subtype.id for one in rulebook.subtypes if one.function.entailed_by(patient.knowledge))

    known = set(found())
    return tuple(one.subtype.id for one in rulebook.subtypes if one.subtype.id in known)
