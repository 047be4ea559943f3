"""What a class knew: its answers, graded anew and summed up, without a word on who answered."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from mbc_options.cases.answers import ENDING, Answers, read_answers
from mbc_options.cases.case import AnswerChoice, Case, Question
from mbc_options.cases.library import case_names
from mbc_options.cases.load import load_case
from mbc_options.cases.matching import match_answers
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.errors import CaseError, Problem, nearest_word
from mbc_options.exploration.assessment import RulebookInfo
from mbc_options.exploration.presenter import presenter_of
from mbc_options.patient.aliases import plain
from mbc_options.result import Result
from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.grading import Graded

__all__ = [
    "CaseResult",
    "ChoiceCount",
    "MistakenRule",
    "QuestionResult",
    "Results",
    "UnusedAnswers",
    "summarize_answers",
]


class ChoiceCount(Result):
    """How often a choice was taken, or missed.

    Attributes:
        choice: the choice, with why it is right or wrong; its `near` names the rules that a wrong one may have
            been taken for.
        times: how often.
    """

    choice: AnswerChoice
    times: int


class QuestionResult(Result):
    """How a class answered a question.

    Attributes:
        question: what was asked.
        stage: the title of its stage.
        answered: how many answered it; to choose nothing is an answer, too.
        mean: the mean score, from 0 to 1; None where nobody grades, or nobody answered.
        hints: how many hints they took together.
        wrong: the wrong choices that were taken, those first that were taken most often.
        missed: the right ones that were not chosen, likewise.
    """

    question: Question
    stage: str
    answered: int
    mean: float | None
    hints: int
    wrong: tuple[ChoiceCount, ...]
    missed: tuple[ChoiceCount, ...]


class CaseResult(Result):
    """How a class fared with a case.

    Attributes:
        name: the case's name.
        title: what it is called.
        sha256: the digest of the case.
        learners: how many files of answers there are to it.
        mean: the mean score of all graded answers; None where there is none.
        questions: the hardest first; then those that nobody answered, and those that nobody grades.
    """

    name: str
    title: str
    sha256: str
    learners: int
    mean: float | None
    questions: tuple[QuestionResult, ...]


class MistakenRule(Result):
    """A near-miss rule, and how often it was taken for the real one.

    It is the rule of an option that was chosen as a candidate and is none; it would hold for a patient as near
    as can be.

    Attributes:
        rules: its id; more than one where rules have the same condition.
        when: the condition, readable.
        option: the id of the class or member that was chosen; the rule is its own, or that of a member's class.
        label: the name of that.
        times: how often the option was chosen where this rule did not hold.
        of: how often it stood there to be chosen in an answered question.
    """

    rules: tuple[str, ...]
    when: str
    option: str
    label: str
    times: int
    of: int


class UnusedAnswers(Result):
    """Answers that could not be used as they are.

    Attributes:
        reason: why.
        files: in how many files.
        file: the name of the file where it cannot be read, so that it can be put right; otherwise empty, for it
            may be the name of a learner.
    """

    reason: str
    files: int
    file: str

    def __str__(self) -> str:
        return f"{self.file or counted(self.files, 'file')}: {self.reason}"

    __repr__ = __str__


class Results(Result):
    """What a class knew. No learner is told apart from another.

    Attributes:
        rulebook: which rulebook graded.
        files: how many files there were.
        cases: by their names.
        rules: near-miss rules that were taken for the real ones, over all questions, most often first.
        older: how many answers are to a question that is another by now, or no longer asked. They are left
            out, and counted without the names of their files, which may be those of learners.
        unused: what else could not be used, and why.
    """

    rulebook: RulebookInfo
    files: int
    older: int
    cases: tuple[CaseResult, ...]
    rules: tuple[MistakenRule, ...]
    unused: tuple[UnusedAnswers, ...]

    @property
    def used(self) -> int:
        """How many files could be used."""
        return sum(case.learners for case in self.cases)

    def __str__(self) -> str:
        used = f"{self.used} of {counted(self.files, 'file')}"
        lines = [f"{used} of answers (rulebook {self.rulebook.name} {self.rulebook.version})"]
        for case in self.cases:
            mean = "nothing graded" if case.mean is None else f"mean {case.mean:.0%}"
            lines.append(f"{case.title}: {counted(case.learners, 'learner')}, {mean}")
            for one in case.questions:
                mean = "not graded" if one.mean is None else f"{one.mean:.0%}"
                lines.append(f"  {one.question.id}: {mean}, {one.answered} answered")
                lines += [f"    taken {wrong.times}x: {wrong.choice.label or wrong.choice.id}" for wrong in one.wrong]
        if self.rules:
            lines.append("Near-miss rules taken for the real ones:")
            lines += [f"  {one.label}: {one.when} ({one.times} of {one.of})" for one in self.rules]
        if self.older:
            lines.append(f"Left out: {counted(self.older, 'answer')} to another version of a case")
        if self.unused:
            lines.append("Not used:")
            lines += [f"  {one}" for one in self.unused]
        return "\n".join(lines)

    __repr__ = __str__


def summarize_answers(
    directory: str | Path, cases: Iterable[str | Path] = (), rules: str | Path | None = None
) -> Results:
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
    known = _KnownCases(rulebook, rules, cases)
    unreadable: list[UnusedAnswers] = []
    reasons: Counter[str] = Counter()
    by_case: dict[str, _CaseAnswers] = {}
    for file in files:
        try:
            answers = _read(file)
        except CaseError as error:
            reason = f"is no file of answers: {'; '.join(map(_at, error.problems))}"
            unreadable.append(UnusedAnswers(reason=reason, files=1, file=plain(file.name)))
            continue
        try:
            case = known.case(answers)
        except _NotUsable as error:
            reasons[str(error)] += 1
            continue
        reasons.update(dict.fromkeys(by_case.setdefault(case.name, _CaseAnswers(case)).add(answers), 1))
    found = [by_case[key] for key in sorted(by_case)]
    return Results(
        rulebook=presenter_of(rulebook).info,
        files=len(files),
        older=sum(answers_to.older for answers_to in found),
        cases=tuple(answers_to.result() for answers_to in found if answers_to.learners),
        rules=tuple(_mistaken_rules(found, rulebook)),
        unused=(*(UnusedAnswers(reason=why, files=count, file="") for why, count in reasons.items()), *unreadable),
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


class _KnownCases:
    """The cases that answers may belong to; those of the rulebook are worked out when one is asked for.

    A file of answers names its case, but never a file to be opened.
    """

    def __init__(self, rulebook: CompiledRulebook, rules: str | Path | None, given: Iterable[str | Path]) -> None:
        self.rulebook, self.rules = rulebook, rules
        self.given = [load_case(name, rulebook, rules=rules) for name in given]
        self.bundled: dict[str, Case | None] = dict.fromkeys(case_names(rules))

    def case(self, answers: Answers) -> Case:
        """Return the case that was answered; `_NotUsable` where it is not known, or is another by now."""
        name = answers.case
        for case in self.given:
            if case.name == name:
                return case
        if name in self.bundled:
            found = self.bundled[name] = self.bundled[name] or load_case(name, self.rulebook, rules=self.rules)
            return found
        near = nearest_word(name, (*(case.name for case in self.given), *self.bundled))
        msg = f"answers to a case {name!r}, which is not known; give its file, too (--case FILE)"
        msg += f", or did you mean {near}?" if near else ""
        raise _NotUsable(msg)


class _CaseAnswers:
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
        found = match_answers(self.case, answers)
        for answer in found.matched:
            self.graded[answer.question.id].append(answer.graded)
            self.hints[answer.question.id] += answer.answer.hints
        self.learners += bool(found.matched)
        self.older += sum(one.is_older for one in found.unmatched)
        return [f"{plain(one.answer.question)}: {one.why}" for one in found.unmatched if not one.is_older]

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


def _most_often(question: Question, choices: list[AnswerChoice]) -> tuple[ChoiceCount, ...]:
    """Return choices with how often they occur, most often first, in the order of the question among equals."""
    times = {choice.id: 0 for choice in question.choices}
    for choice in choices:
        times[choice.id] += 1
    found = [ChoiceCount(choice=choice, times=times[choice.id]) for choice in question.choices if times[choice.id]]
    return tuple(sorted(found, key=lambda one: -one.times))


def _mistaken_rules(by_case: Iterable[_CaseAnswers], rulebook: CompiledRulebook) -> list[MistakenRule]:
    """Return the near-miss rules behind options that were chosen as candidates and are none, most often first."""
    found: dict[tuple[str, str], MistakenRule] = {}
    for answers_to in by_case:
        for question in answers_to.case.questions:
            answers = answers_to.graded[question.id]
            for choice in question.choices if KINDS[question.kind].claims_status == "candidate" else ():
                near = {rule for way in choice.near for rule in way.rules}
                if choice.right or not near:
                    continue
                times = sum(choice.id in graded.chosen for graded in answers)
                by_condition: dict[str, list[str]] = {}
                for option in dict.fromkeys((choice.id, choice.id.partition(".")[0])):
                    for rule in rulebook.option(option).rules:
                        if rule.rule.id in near:
                            by_condition.setdefault(rule.reads, []).append(rule.rule.id)
                for when, rules in by_condition.items():
                    before = found.get((choice.id, when))
                    found[choice.id, when] = MistakenRule(
                        rules=tuple(dict.fromkeys((*(before.rules if before else ()), *rules))),
                        when=when,
                        option=choice.id,
                        label=choice.label,
                        times=times + (before.times if before else 0),
                        of=len(answers) + (before.of if before else 0),
                    )
    return sorted((one for one in found.values() if one.times), key=lambda one: (-one.times, one.of))
