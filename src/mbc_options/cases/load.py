"""Working a case out: the patient at each stage, and every question with its answer."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING

from mbc_options.cases.about import minutes_of, topics_of
from mbc_options.cases.case import Arm, Case, Fork, Stage
from mbc_options.cases.catalog import case_path, case_tree
from mbc_options.cases.questions.context import StageContext, Unanswerable
from mbc_options.cases.questions.question import check_subject, question_of
from mbc_options.cases.stages import patients_of
from mbc_options.cases.stand_ins import read_through
from mbc_options.errors import CaseError, Complaint, Problem
from mbc_options.exploration.comparison import compare
from mbc_options.exploration.explore import explore
from mbc_options.exploration.presenter import presenter_of
from mbc_options.patient.aliases import plain
from mbc_options.rulebook.compiled import load_rulebook, rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mbc_options.cases.case import Question
    from mbc_options.cases.case_file import CaseFile, PlacedStage
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.patient.description import Description
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.source.yaml_positions import Tree

__all__ = ["load_case"]


def load_case(name: str | Path, rulebook: CompiledRulebook | None = None, *, rules: str | Path | None = None) -> Case:
    """Read a teaching case and let the engine answer its questions.

    Args:
        name: a name out of the list of cases, or a file.
        rulebook: which rulebook answers; by default the one in `rules`.
        rules: the rulebook's directory; None for the one that comes with the package.

    Raises:
        CaseError: with file, line and column of everything that is wrong with it, from its form to its questions.
        RulebookError: where the rulebook cannot be used.
    """
    path = case_path(name, rules)
    rulebook = load_rulebook(rules) if rulebook is None else rulebook_of(rulebook)
    tree = case_tree(path)
    file, found, unsure = read_through(tree)
    problems = list(found)
    if file is None:
        raise CaseError(problems)
    every = file.every_stage
    patients, complaints = patients_of(every, rulebook, unsure)
    complaints += _not_told_apart(every, patients, rulebook)
    problems += [tree.problem(c.message, c.path, at_key=c.at_key) for c in complaints]
    stages: list[Stage] = []
    for placed, patient in zip(every, patients, strict=True):
        if patient is None:
            problems += _misnamed(placed, rulebook, tree)
            continue
        before = None if placed.before is None else patients[placed.before]
        comparison = None if before is None else compare(before, patient, rulebook)
        assessment = explore(patient, rulebook)
        context = StageContext(rulebook, assessment, comparison)
        questions: list[Question] = []
        for asked in _questions(placed, context, tree):
            if isinstance(asked, Problem):
                problems.append(asked)
            else:
                questions.append(asked)
        stages.append(_stage(placed, assessment, comparison, tuple(questions)))
    if problems:
        raise CaseError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return _case(plain(path.stem), file, rulebook, tuple(stages))


def _not_told_apart(
    every: Sequence[PlacedStage], patients: Sequence[Description | None], rulebook: CompiledRulebook
) -> Iterator[Complaint]:
    """Complain of arms of which one patient may fit two: what is found there does not contradict."""
    begins: dict[str, tuple[PlacedStage, Description | None]] = {}
    for placed, patient in zip(every, patients, strict=True):
        if placed.arm is not None:
            begins.setdefault(placed.arm.id, (placed, patient))
    for (one, a), (other, b) in combinations(begins.values(), 2):
        assert one.arm is not None
        assert other.arm is not None
        if a is None or b is None:
            continue
        both = a.knowledge & b.knowledge
        if rulebook.space.is_empty(both) or not rulebook.theory.is_possible(both):
            continue
        how = "is the same patient as" if a.knowledge == b.knowledge else "may be the same patient as"
        message = (
            f"{other.arm.title!r} {how} {one.arm.title!r}: what the arms of a fork find contradicts, as positive and "
            "negative do"
        )
        change = ("change",) if other.written.change is not None else ()
        yield Complaint(message, (*other.path, *change), at_key=bool(change))


def _misnamed(placed: PlacedStage, rulebook: CompiledRulebook, tree: Tree) -> Iterator[Problem]:
    """Yield what is wrong with the names in questions, where nobody knows the patient who they are about."""
    for j, asked in enumerate(placed.written.questions):
        try:
            check_subject(asked.subject, rulebook)
        except Unanswerable as error:
            yield tree.problem(str(error), (*placed.path, "questions", j, *filter(None, [error.field])))


def _questions(placed: PlacedStage, context: StageContext, tree: Tree) -> Iterator[Question | Problem]:
    written = placed.written
    times: Counter[str] = Counter()
    for j, asked in enumerate(written.questions):
        times[asked.id] += 1
        name = f"{written.id}.{asked.id}" + (f"-{times[asked.id]}" if times[asked.id] > 1 else "")
        try:
            yield question_of(asked, name, context)
        except Unanswerable as error:
            yield tree.problem(str(error), (*placed.path, "questions", j, *filter(None, [error.field])))


def _stage(
    placed: PlacedStage, assessment: Assessment, comparison: Comparison | None, questions: tuple[Question, ...]
) -> Stage:
    written = placed.written
    return Stage(
        id=written.id,
        title=written.title,
        narrative=tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", written.narrative)),
        wish=written.wish,
        note=written.note,
        assessment=assessment,
        comparison=comparison,
        questions=questions,
        arm=None if placed.arm is None else placed.arm.id,
    )


def _fork(file: CaseFile) -> Fork | None:
    if file.fork is None:
        return None
    return Fork(asks=file.fork.asks, arms=tuple(Arm(id=arm.id, title=arm.title) for arm in file.fork.arms))


def _case(name: str, file: CaseFile, rulebook: CompiledRulebook, stages: tuple[Stage, ...]) -> Case:
    cited: set[str] = set()
    for stage in stages:
        cited.update(stage.assessment.claims)
        for question in stage.questions:
            for one in question.choices:
                cited.update(one.claims)
                cited.update(*(near.claims for near in one.near))
    first = stages[0].assessment
    return Case(
        name=name,
        title=file.title,
        level=file.level,
        summary=file.summary,
        goals=file.goals,
        minutes=minutes_of(file),
        topics=topics_of(file, rulebook),
        sha256=sha256(file.model_dump_json(exclude=None if file.fork else {"fork"}).encode()).hexdigest(),
        rulebook=first.rulebook,
        stages=stages,
        fork=_fork(file),
        glossary=first.glossary,
        claims=presenter_of(rulebook).citations(cited),
        documents=first.documents,
    )
