"""Working a case out: the patient at each stage, and every question with its answer."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from mbc_options.cases.case import Case, Stage
from mbc_options.cases.library import case_path, read_case
from mbc_options.cases.questions import Look, Unanswerable, check_names, question_of
from mbc_options.cases.stages import course_of
from mbc_options.errors import CaseError, Problem
from mbc_options.exploration.comparison import compare
from mbc_options.exploration.explore import explore
from mbc_options.exploration.words import words_of
from mbc_options.patient.words import plain
from mbc_options.rulebook.compiled import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbc_options.cases.case import Question
    from mbc_options.cases.case_file import CaseFile, StageWritten
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.source.yaml_positions import KeyPath as Trail
    from mbc_options.source.yaml_positions import Tree

__all__ = ["load_case"]


def load_case(name: str | Path, rulebook: CompiledRulebook | None = None, *, rules: str | Path | None = None) -> Case:
    """Read a teaching case and let the engine answer its questions.

    Args:
        name: a name out of the list of cases, or a file.
        rulebook: which rulebook answers; by default the one in `rules`.
        rules: the rulebook's directory; None for the one that comes with the package.

    Raises:
        CaseError: with file, line and column of everything that is wrong with it.
        RulebookError: where the rulebook cannot be used.
    """
    path = case_path(name, rules)
    rulebook = rulebook or load_rulebook(rules)
    file, tree = read_case(path)
    patients, complaints = course_of(file.stages)
    problems = [tree.problem(c.message, c.path, at_key=c.at_key) for c in complaints]
    for i, unread in enumerate(file.stages[len(patients) :], len(patients)):
        problems += _misnamed(unread, rulebook, tree, ("stages", i))
    stages: list[Stage] = []
    before: Patient | None = None
    for i, (written, patient) in enumerate(zip(file.stages, patients, strict=False)):
        comparison = None if before is None else compare(before, patient, rulebook)
        assessment = explore(patient, rulebook)
        look = Look(rulebook, assessment, comparison)
        questions: list[Question] = []
        for found in _questions(written, look, tree, ("stages", i)):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                questions.append(found)
        stages.append(_stage(written, assessment, comparison, tuple(questions)))
        before = patient
    if problems:
        raise CaseError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return _case(plain(path.stem), file, rulebook, tuple(stages))


def _misnamed(written: StageWritten, rulebook: CompiledRulebook, tree: Tree, here: Trail) -> Iterator[Problem]:
    """Yield what is wrong with the names in questions, where nobody knows the patient who they are about."""
    for j, asked in enumerate(written.questions):
        try:
            check_names(asked, rulebook)
        except Unanswerable as error:
            yield tree.problem(str(error), (*here, "questions", j, *filter(None, [error.field])))


def _questions(written: StageWritten, look: Look, tree: Tree, here: Trail) -> Iterator[Question | Problem]:
    reflections = 0
    for j, asked in enumerate(written.questions):
        name = f"{written.id}.{asked.id}"
        if asked.ask == "reflect":
            reflections += 1
            name += f"-{reflections}" if reflections > 1 else ""
        try:
            yield question_of(asked, name, look)
        except Unanswerable as error:
            yield tree.problem(str(error), (*here, "questions", j, *filter(None, [error.field])))


def _stage(
    written: StageWritten, assessment: Assessment, comparison: Comparison | None, questions: tuple[Question, ...]
) -> Stage:
    return Stage.model_construct(
        id=written.id,
        title=written.title,
        narrative=tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", written.narrative)),
        wish=written.wish,
        note=written.note,
        assessment=assessment,
        comparison=comparison,
        questions=questions,
    )


def _case(name: str, file: CaseFile, rulebook: CompiledRulebook, stages: tuple[Stage, ...]) -> Case:
    words = words_of(rulebook)
    cited: dict[str, None] = {}
    for stage in stages:
        cited.update(dict.fromkeys(stage.assessment.claims))
        for question in stage.questions:
            for one in question.choices:
                cited.update(dict.fromkeys(one.claims))
                cited.update(dict.fromkeys(claim for near in one.near for claim in near.claims))
    first = stages[0].assessment
    return Case.model_construct(
        name=name,
        title=file.title,
        level=file.level,
        summary=file.summary,
        goals=file.goals,
        sha256=sha256(file.model_dump_json().encode()).hexdigest(),
        rulebook=first.rulebook,
        stages=stages,
        glossary=first.glossary,
        claims=words.citations(cited),
        documents=first.documents,
    )
