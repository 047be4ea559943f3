"""What a class knew: its answers, graded anew and summed up, without a word on who answered."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from mbc_options.cases.answer_code import read_code
from mbc_options.cases.catalog import case_names
from mbc_options.cases.class_results import (
    ArmResult,
    CaseResult,
    ChoiceCount,
    MistakenRule,
    QuestionResult,
    Results,
    UnusedAnswers,
    VoteResult,
)
from mbc_options.cases.handed_in import MOST_PROBLEMS, codes_in, handed_in, in_short, nothing_handed_in
from mbc_options.cases.item_analysis import FEWEST_RANKED, discrimination, interval, mean
from mbc_options.cases.load import load_case
from mbc_options.cases.matching import match_answers
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.cases.votes import Votes, match_votes, read_handed_in
from mbc_options.errors import CaseError, Problem, nearest_word
from mbc_options.exploration.presenter import presenter_of
from mbc_options.misuse import path_named, refuse_kind
from mbc_options.patient.aliases import plain
from mbc_options.rulebook.compiled import load_rulebook
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mbc_options.cases.answers import Answers
    from mbc_options.cases.case import AnswerChoice, Case, Question
    from mbc_options.cases.grading import Graded
    from mbc_options.cases.handed_in import HandedIn, TypedCode
    from mbc_options.cases.votes import Vote
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["MOST_UNREADABLE", "summarize_answers"]

MOST_UNREADABLE = 20
"""How many files that cannot be read are named; the rest is counted."""
LONGEST_NAME = 100
"""How many characters of what a file calls a question are told."""


def summarize_answers(
    directory: str | Path, cases: Iterable[str | Path] = (), rules: str | Path | None = None
) -> Results:
    """Grade the answers of a class anew, and sum them up.

    Args:
        directory: where the files lie: answers, as `Walk.save` and the page of a case write them, and votes
            (`.json`); and codes, one a line (`.txt`). Hidden files are none, and symbolic links are not followed.
        cases: files of cases that do not come with the rulebook, or names of those that do; all of the latter
            are known anyway. So is a case whose file (`.yaml`) stands beside the answers, where it asks what they
            answer.
        rules: the rulebook's directory; None for the one that comes with the package.

    Returns:
        The results. Answers to a question that is another by now are counted in `older`; what else could not
        be used is told in `unused`: a file that holds no answers, or answers to a case that is not known.

    Raises:
        CaseError: where the directory cannot be read or holds no such file, and where a case cannot be used.
        RulebookError: where the rulebook cannot be used.
        TypeError: where something else is given than names of files.
    """
    folder = path_named(directory, "the directory of the answers")
    if isinstance(cases, (str, Path)):
        refuse_kind("a list of cases", cases, f"cases=[{str(cases)!r}]")
    found = handed_in(folder)
    rulebook = load_rulebook(rules)
    known = _KnownCases(rulebook, rules, cases, found.cases)
    unreadable = [_unreadable(link, "is a symbolic link, which is not followed") for link in found.links]
    reasons: Counter[str] = Counter()
    by_case: dict[str, _CaseAnswers] = {}
    number = len(found.links)
    for file, read in _readers(found, known):
        number += 1
        try:
            answers = read()
            case = known.case_of(answers)
        except CaseError as error:
            unreadable.append(_unreadable(file, in_short(error)))
        except _NotUsable as error:
            reasons[str(error)] += 1
        else:
            reasons.update(dict.fromkeys(by_case.setdefault(case.name, _CaseAnswers(case)).add(answers), 1))
    if not number:
        raise nothing_handed_in(folder)
    counted = [by_case[key] for key in sorted(by_case)]
    return Results(
        rulebook=presenter_of(rulebook).info,
        files=number,
        older=sum(answers_to.older for answers_to in counted),
        cases=tuple(answers_to.result() for answers_to in counted if answers_to.learners or answers_to.votes),
        rules=tuple(_mistaken_rules(counted, rulebook)),
        unused=(
            *(UnusedAnswers(reason=why, files=count, file="") for why, count in reasons.items()),
            *_told(unreadable),
        ),
        glossary=rulebook.glossary,
    )


def _readers(found: HandedIn, known: _KnownCases) -> Iterator[tuple[Path, Callable[[], Answers | Votes]]]:
    """Yield what reads each file, and each code of a file of codes."""
    for file in found.files:
        yield file, partial(_read, file)
    for text in found.texts:
        for typed in codes_in(text, known.names):
            yield text, partial(_decoded, typed, known)


def _read(file: Path) -> Answers | Votes:
    """Read a file that a class handed in; a pipe, which might never end, is none."""
    if not file.is_file():
        raise CaseError([Problem("is no file of answers: cannot be read: no regular file", str(file))])
    try:
        return read_handed_in(file)
    except CaseError as error:
        raise CaseError([Problem(f"is no file of answers: {in_short(error)}", str(file))]) from None


def _decoded(typed: TypedCode, known: _KnownCases) -> Answers:
    """Return the answers of a code; `CaseError` names its line."""
    if typed.case is None:
        raise CaseError([Problem(f"line {typed.line}: this is no code of a case that is known")])
    try:
        return read_code(known.case(typed.case), typed.code)
    except CaseError as error:
        raise CaseError([Problem(f"line {typed.line}: {in_short(error)}")]) from None


def _unreadable(file: Path, reason: str) -> UnusedAnswers:
    return UnusedAnswers(reason=reason, files=1, file=plain(file.name))


def _told(unreadable: list[UnusedAnswers]) -> list[UnusedAnswers]:
    """Return files that cannot be read as they are told: the first by name, the rest by their number."""
    told = sorted(unreadable, key=lambda one: one.file)[:MOST_UNREADABLE]
    if rest := len(unreadable) - len(told):
        told.append(UnusedAnswers(reason="cannot be read either", files=rest, file=""))
    return told


class _NotUsable(ValueError):  # noqa: N818 - an outcome of reading, not an error of the package
    """Answers that belong to no case that there is."""


class _KnownCases:
    """The cases that answers may belong to; those of the rulebook are worked out when one is asked for.

    A file of answers names its case, but never a file to be opened: only the names of those beside it are compared.
    """

    def __init__(
        self, rulebook: CompiledRulebook, rules: str | Path | None, given: Iterable[str | Path], beside: Iterable[Path]
    ) -> None:
        self.rulebook, self.rules = rulebook, rules
        self.given = [load_case(name, rulebook, rules=rules) for name in given]
        self.bundled: dict[str, Case | None] = dict.fromkeys(case_names(rules))
        self.beside = {plain(path.stem): path for path in beside}
        self.loaded: dict[str, Case] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all of them."""
        return (*(case.name for case in self.given), *self.bundled, *self.beside)

    def case_of(self, answers: Answers | Votes) -> Case:
        """Return the case of a file; one that only stands beside it must ask something that the file answers."""
        case = self.case(answers.case)
        if case is not self.loaded.get(case.name):
            return case
        given = answers.votes if isinstance(answers, Votes) else answers.answers
        if given and not {one.sha256 for one in given} & {question.sha256 for question in case.questions}:
            path = self.beside[case.name]
            msg = f"answers to a case {quoted(case.name)}, but {plain(path.name)} here asks nothing that they answer"
            raise _NotUsable(msg)
        return case

    def case(self, name: str) -> Case:
        """Return a case by the name that a file of answers has for it; `_NotUsable` where it is not known."""
        for case in self.given:
            if case.name == name:
                return case
        if name in self.bundled:
            found = self.bundled[name] = self.bundled[name] or load_case(name, self.rulebook, rules=self.rules)
            return found
        if name in self.beside:
            return self._beside(name)
        near = nearest_word(name, self.names)
        msg = f"answers to a case {quoted(name)}, which is not known; give its file, too (--case FILE)"
        msg += f", or did you mean {near}?" if near else ""
        raise _NotUsable(msg)

    def _beside(self, name: str) -> Case:
        if name not in self.loaded:
            path = self.beside[name]
            try:
                self.loaded[name] = load_case(path, self.rulebook, rules=self.rules)
            except CaseError as error:
                msg = f"answers to a case {quoted(name)}, but {plain(path.name)} here cannot be used: {in_short(error)}"
                raise _NotUsable(msg) from None
        return self.loaded[name]


class _CaseAnswers:
    """All answers to a case, and all votes on it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.learners = 0
        self.votes = 0
        self.older = 0
        self.stages = {question.id: stage for stage in case.stages for question in stage.questions}
        self.graded: list[dict[str, Graded]] = []
        self.hints: Counter[str] = Counter()
        self.voted: dict[str, list[tuple[Vote, int]]] = {question.id: [] for question in case.questions}

    def add(self, handed_in: Answers | Votes) -> list[str]:
        """Take a file; return why some of it could not be used, apart from what is older."""
        return self._add_votes(handed_in) if isinstance(handed_in, Votes) else self._add_answers(handed_in)

    def _add_answers(self, answers: Answers) -> list[str]:
        if not answers.answers:
            return ["it holds no answer"]
        found = match_answers(self.case, answers)
        for answer in found.matched:
            self.hints[answer.question.id] += answer.answer.hints
        if found.matched:
            self.learners += 1
            self.graded.append({answer.question.id: answer.graded for answer in found.matched})
        return self._unmatched((one.answer.question, one.why, one.is_older) for one in found.unmatched)

    def _add_votes(self, votes: Votes) -> list[str]:
        if not votes.votes:
            return ["it holds no vote"]
        found = match_votes(self.case, votes)
        for voted in found.matched:
            self.voted[voted.question.id].append((voted.vote, votes.voters))
        self.votes += bool(found.matched)
        return self._unmatched((one.vote.question, one.why, one.is_older) for one in found.unmatched)

    def _unmatched(self, found: Iterable[tuple[str, str, bool]]) -> list[str]:
        """Count what is older, and return what else is wrong with the answers to questions."""
        wrong = []
        for question, why, is_older in found:
            self.older += is_older
            if not is_older:
                wrong.append(f"{shorten(plain(question), LONGEST_NAME)}: {why}")
        rest = len(wrong) - MOST_PROBLEMS
        return [*wrong[:MOST_PROBLEMS], *([f"and {rest:,} more answers of one file"] if rest > 0 else [])]

    def answers_to(self, question: Question) -> list[Graded]:
        """Return all answers to a question."""
        return [learner[question.id] for learner in self.graded if question.id in learner]

    def result(self) -> CaseResult:
        questions = [self._question(question) for question in self.case.questions]
        return CaseResult(
            name=self.case.name,
            title=self.case.title,
            sha256=self.case.sha256,
            learners=self.learners,
            votes=self.votes,
            mean=mean(score for learner in self.graded for score in _scores(learner.values())),
            questions=tuple(sorted(questions, key=_ease)),
            arms=tuple(self._arms()),
        )

    def _arms(self) -> Iterator[ArmResult]:
        """Yield for each arm of the fork, if there is one, how many answered something on it."""
        for arm in self.case.fork.arms if self.case.fork else ():
            ids = {question.id for stage in self.case.stages_of(arm.id) for question in stage.questions}
            yield ArmResult(arm=arm, learners=sum(bool(ids & learner.keys()) for learner in self.graded))

    def _question(self, question: Question) -> QuestionResult:
        answers, stage = self.answers_to(question), self.stages[question.id]
        scores = _scores(answers)
        low, high = interval(scores) if scores else (None, None)
        told = discrimination(self._here_and_elsewhere(question))
        return QuestionResult(
            question=question,
            stage=stage.title,
            arm=self.case.arm_of(stage),
            answered=len(answers),
            mean=mean(scores),
            low=low,
            high=high,
            all_right=sum(graded.is_right for graded in answers),
            discrimination=told.value,
            discrimination_of=told.learners,
            no_discrimination=told.why_not,
            hints=self.hints[question.id],
            taken=tuple(sum(choice.id in graded.chosen for graded in answers) for choice in question.choices),
            wrong=self._most_often(question, lambda graded: graded.wrong),
            missed=self._most_often(question, lambda graded: graded.missed),
            votes=_votes(question, self.voted[question.id]),
        )

    def _here_and_elsewhere(self, question: Question) -> list[tuple[float, float]]:
        """Return the score on a question and the mean score on the others, for each learner who has both."""
        found = []
        for learner in self.graded:
            graded = learner.get(question.id)
            elsewhere = _elsewhere(learner, question)
            if graded is not None and graded.score is not None and elsewhere is not None:
                found.append((graded.score, elsewhere))
        return found

    def _most_often(
        self, question: Question, chosen: Callable[[Graded], Sequence[AnswerChoice]]
    ) -> tuple[ChoiceCount, ...]:
        """Return choices with how often they occur, most often first, in the order of the question among equals."""
        by: dict[str, list[dict[str, Graded]]] = {choice.id: [] for choice in question.choices}
        for learner in self.graded:
            for choice in chosen(learner[question.id]) if question.id in learner else ():
                by[choice.id].append(learner)
        found = [
            ChoiceCount(choice=choice, times=len(learners), elsewhere=_mean_elsewhere(learners, question))
            for choice in question.choices
            if (learners := by[choice.id])
        ]
        return tuple(sorted(found, key=lambda one: -one.times))


def _elsewhere(learner: dict[str, Graded], question: Question) -> float | None:
    """Return the mean score of a learner on all questions but one."""
    return mean(_scores(graded for id_, graded in learner.items() if id_ != question.id))


def _mean_elsewhere(learners: Iterable[dict[str, Graded]], question: Question) -> float | None:
    """Return the mean score of some learners on all questions but one, where they are enough to tell nobody apart."""
    scores = [score for learner in learners if (score := _elsewhere(learner, question)) is not None]
    return mean(scores) if len(scores) >= FEWEST_RANKED else None


def _votes(question: Question, voted: list[tuple[Vote, int]]) -> VoteResult | None:
    """Return the hands for each choice, of all files together."""
    if not voted:
        return None

    def hands(of: Callable[[Vote], dict[str, int]]) -> tuple[int, ...]:
        return tuple(sum(of(vote).get(choice.id, 0) for vote, _ in voted) for choice in question.choices)

    return VoteResult(
        files=len(voted),
        voters=sum(voters for _, voters in voted),
        first=hands(lambda vote: vote.first),
        second=hands(lambda vote: vote.second) if any(vote.second for vote, _ in voted) else (),
    )


def _scores(answers: Iterable[Graded]) -> list[float]:
    return [graded.score for graded in answers if graded.score is not None]


def _ease(result: QuestionResult) -> tuple[bool, bool, bool, float]:
    """Return what questions are ordered by: first what enough of the class answered, and of that the hardest."""
    hard = result.high if result.is_ranked else 0  # too few answers say nothing: such questions stand as they are asked
    return not result.question.is_graded, result.mean is None, not result.is_ranked, hard or 0


def _mistaken_rules(by_case: Iterable[_CaseAnswers], rulebook: CompiledRulebook) -> list[MistakenRule]:
    """Return the near-miss rules behind options that were chosen as candidates and are none, most often first."""
    found: dict[tuple[str, str], MistakenRule] = {}
    for answers_to in by_case:
        for question in answers_to.case.questions:
            answers = answers_to.answers_to(question)
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
