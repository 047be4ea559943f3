"""What a class knew: the models of it, without a word on who answered."""

# Annotations are not postponed here: pydantic would evaluate them from text at every start.

from mbc_options.cases.case import Choice, Question
from mbc_options.exploration.assessment import RulebookInfo
from mbc_options.parts import Part

__all__ = ["CaseResult", "QuestionResult", "Results", "Taken", "TakenRule", "Unused"]


class Taken(Part):
    """How often a choice was taken, or missed.

    Attributes:
        choice: the choice, with why it is right or wrong; its `near` names the rules that a wrong one may have
            been taken for.
        times: how often.
    """

    choice: Choice
    times: int


class QuestionResult(Part):
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
    wrong: tuple[Taken, ...]
    missed: tuple[Taken, ...]


class CaseResult(Part):
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


class TakenRule(Part):
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


class Unused(Part):
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
        return f"{self.file or _counted(self.files, 'file')}: {self.reason}"

    __repr__ = __str__


class Results(Part):
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
    rules: tuple[TakenRule, ...]
    unused: tuple[Unused, ...]

    @property
    def used(self) -> int:
        """How many files could be used."""
        return sum(case.learners for case in self.cases)

    def __str__(self) -> str:
        used = f"{self.used} of {_counted(self.files, 'file')}"
        lines = [f"{used} of answers (rulebook {self.rulebook.name} {self.rulebook.version})"]
        for case in self.cases:
            mean = "nothing graded" if case.mean is None else f"mean {case.mean:.0%}"
            lines.append(f"{case.title}: {_counted(case.learners, 'learner')}, {mean}")
            for one in case.questions:
                mean = "not graded" if one.mean is None else f"{one.mean:.0%}"
                lines.append(f"  {one.question.id}: {mean}, {one.answered} answered")
                lines += [f"    taken {wrong.times}x: {wrong.choice.label or wrong.choice.id}" for wrong in one.wrong]
        if self.rules:
            lines.append("Near-miss rules taken for the real ones:")
            lines += [f"  {one.label}: {one.when} ({one.times} of {one.of})" for one in self.rules]
        if self.older:
            lines.append(f"Left out: {_counted(self.older, 'answer')} to another version of a case")
        if self.unused:
            lines.append("Not used:")
            lines += [f"  {one}" for one in self.unused]
        return "\n".join(lines)

    __repr__ = __str__


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
