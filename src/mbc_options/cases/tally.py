"""Summing up the answers of a class: each is graded anew, and nobody is told apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from mbc_options.cases.answers import ENDING, Answers, read_answers
from mbc_options.cases.library import case_names
from mbc_options.cases.load import load_case
from mbc_options.cases.matching import matched
from mbc_options.cases.results import CaseResult, QuestionResult, Results, Taken, TakenRule, Unused
from mbc_options.errors import CaseError, Problem, nearest_word
from mbc_options.exploration.words import words_of
from mbc_options.patient.words import plain
from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.case import Case, Choice, Question
    from mbc_options.cases.grading import Graded

__all__ = ["summed_up"]


def summed_up(directory: str | Path, cases: Iterable[str | Path] = (), rules: str | Path | None = None) -> Results:
    """Grade the answers of a class anew, and sum them up.

    Args:
        directory: where the files of answers lie, as `Walk.save` writes them: everything that ends in `.json`.
        cases: files of cases that do not come with the rulebook, or names of those that do; all of the latter
            are known anyway.
        rules: the rulebook's directory; None for the one that comes with the package.

    Returns:
        The results. Answers to a question that is another by now are counted in `older`; what else could not
        be used is told in `unused`: a file that holds no answers, or answers to a case that is not known.

    Raises:
        CaseError: where the directory cannot be read or holds no such file, and where a case cannot be used.
        RulebookError: where the rulebook cannot be used.
    """
    files = _files(Path(directory))
    rulebook = load_rulebook(rules)
    known = _Known(rulebook, rules, cases)
    unreadable: list[Unused] = []
    reasons: Counter[str] = Counter()
    tallies: dict[str, _Tally] = {}
    for file in files:
        try:
            answers = _read(file)
        except CaseError as error:
            reason = f"is no file of answers: {'; '.join(map(_at, error.problems))}"
            unreadable.append(Unused(reason=reason, files=1, file=plain(file.name)))
            continue
        try:
            case = known.case(answers)
        except _NotUsable as error:
            reasons[str(error)] += 1
            continue
        reasons.update(dict.fromkeys(tallies.setdefault(case.name, _Tally(case)).add(answers), 1))
    found = [tallies[key] for key in sorted(tallies)]
    return Results(
        rulebook=words_of(rulebook).info(),
        files=len(files),
        older=sum(tally.older for tally in found),
        cases=tuple(tally.result() for tally in found if tally.learners),
        rules=tuple(_taken_rules(found, rulebook)),
        unused=(*(Unused(reason=why, files=count, file="") for why, count in reasons.items()), *unreadable),
    )


def _files(directory: Path) -> list[Path]:
    try:
        files = sorted(path for path in directory.iterdir() if path.name.endswith(ENDING))
    except OSError as error:
        raise CaseError([Problem(f"cannot be read: {error.strerror or error}", str(directory))]) from None
    if not files:
        message = f"there are no answers here; a file of answers ends in {ENDING}"
        raise CaseError([Problem(message, str(directory))])
    return files


def _read(file: Path) -> Answers:
    """Read a file of answers; a pipe, which might never end, is none."""
    if file.exists() and not file.is_file():
        raise CaseError([Problem("cannot be read: no regular file", str(file))])
    return read_answers(file)


def _at(problem: Problem) -> str:
    """Return what is wrong with a file, and where in it."""
    return f"line {problem.line}, column {problem.column}: {problem.message}" if problem.line else problem.message


class _NotUsable(ValueError):  # noqa: N818 - an outcome of reading, not an error of the package
    """Answers that belong to no case that there is."""


class _Known:
    """The cases that answers may belong to; those of the rulebook are worked out when one is asked for.

    A file of answers names its case, but never a file to be opened.
    """

    def __init__(self, rulebook: CompiledRulebook, rules: str | Path | None, given: Iterable[str | Path]) -> None:
        self.rulebook, self.rules = rulebook, rules
        self.given = [load_case(name, rulebook, rules=rules) for name in given]
        self.shelf: dict[str, Case | None] = dict.fromkeys(case_names(rules))

    def case(self, answers: Answers) -> Case:
        """Return the case that was answered; `_NotUsable` where it is not known, or is another by now."""
        name = answers.case
        for case in self.given:
            if case.name == name:
                return case
        if name in self.shelf:
            found = self.shelf[name] = self.shelf[name] or load_case(name, self.rulebook, rules=self.rules)
            return found
        near = nearest_word(name, (*(case.name for case in self.given), *self.shelf))
        msg = f"answers to a case {name!r}, which is not known; give its file, too (--case FILE)"
        msg += f", or did you mean {near}?" if near else ""
        raise _NotUsable(msg)


class _Tally:
    """All answers to a case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.learners = 0
        self.older = 0
        self.stages = {question.id: stage.title for stage in case.stages for question in stage.questions}
        self.graded: dict[str, list[Graded]] = {question.id: [] for question in case.questions}
        self.hints: dict[str, int] = dict.fromkeys(self.graded, 0)

    def add(self, answers: Answers) -> list[str]:
        """Take the answers of one learner; return why some could not be used, apart from those that are older."""
        found = matched(self.case, answers)
        for fit in found.fits:
            self.graded[fit.question.id].append(fit.graded)
            self.hints[fit.question.id] += fit.answer.hints
        self.learners += bool(found.fits)
        self.older += sum(one.is_older for one in found.aside)
        return [f"{plain(one.answer.question)}: {one.why}" for one in found.aside if not one.is_older]

    def result(self) -> CaseResult:
        questions = [self._question(question) for question in self.case.questions]
        scores = _scores(graded for all_ in self.graded.values() for graded in all_)
        return CaseResult(
            name=self.case.name,
            title=self.case.title,
            sha256=self.case.sha256,
            learners=self.learners,
            mean=_mean(scores),
            questions=tuple(sorted(questions, key=_ease)),
        )

    def _question(self, question: Question) -> QuestionResult:
        answers = self.graded[question.id]
        return QuestionResult(
            question=question,
            stage=self.stages[question.id],
            answered=len(answers),
            mean=_mean(_scores(answers)),
            hints=self.hints[question.id],
            wrong=_most_often(question, [choice for graded in answers for choice in graded.wrong]),
            missed=_most_often(question, [choice for graded in answers for choice in graded.missed]),
        )


def _scores(answers: Iterable[Graded]) -> list[float]:
    return [graded.score for graded in answers if graded.score is not None]


def _mean(scores: list[float]) -> float | None:
    return sum(sorted(scores)) / len(scores) if scores else None  # sorted: whoever is read first changes no digit


def _ease(result: QuestionResult) -> tuple[bool, bool, float]:
    """Return what questions are ordered by: first what was graded, and of that the hardest."""
    return not result.question.is_graded, result.mean is None, result.mean or 0


def _most_often(question: Question, choices: list[Choice]) -> tuple[Taken, ...]:
    """Return choices with how often they occur, most often first, in the order of the question among equals."""
    times = {choice.id: 0 for choice in question.choices}
    for choice in choices:
        times[choice.id] += 1
    found = [Taken(choice=choice, times=times[choice.id]) for choice in question.choices if times[choice.id]]
    return tuple(sorted(found, key=lambda taken: -taken.times))


def _taken_rules(tallies: Iterable[_Tally], rulebook: CompiledRulebook) -> list[TakenRule]:
    """Return the near-miss rules behind options that were chosen as candidates and are none, most often first."""
    found: dict[tuple[str, str], TakenRule] = {}
    for tally in tallies:
        for question in tally.case.questions:
            answers = tally.graded[question.id]
            for choice in question.choices if question.kind == "candidates" else ():
                near = {rule for way in choice.near for rule in way.rules}
                if choice.right or not near:
                    continue
                times = sum(choice.id in graded.chosen for graded in answers)
                by_condition: dict[str, list[str]] = {}
                for unit in dict.fromkeys((choice.id, choice.id.partition(".")[0])):
                    for rule in rulebook.unit(unit).rules:
                        if rule.id in near:
                            by_condition.setdefault(rule.words["reads"], []).append(rule.id)
                for when, rules in by_condition.items():
                    before = found.get((choice.id, when))
                    found[choice.id, when] = TakenRule(
                        rules=tuple(dict.fromkeys((*(before.rules if before else ()), *rules))),
                        when=when,
                        option=choice.id,
                        label=choice.label,
                        times=times + (before.times if before else 0),
                        of=len(answers) + (before.of if before else 0),
                    )
    return sorted((one for one in found.values() if one.times), key=lambda one: (-one.times, one.of))
