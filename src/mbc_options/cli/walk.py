"""Walking through a case at a terminal: lines in, lines out, and a clean end at any of them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbc_options.cases.answers import ENDING, LONGEST
from mbc_options.cases.case import NONE
from mbc_options.cases.labels import labels_of, letter
from mbc_options.cases.walk import walk
from mbc_options.cli.answers_file import AnswersFile
from mbc_options.cli.prompt import Mistake, chosen, is_interactive, read_line, short
from mbc_options.errors import CaseError, InputError, Problem
from mbc_options.rendering.terminal import TerminalTemplate, width_of_terminal
from mbc_options.rendering.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mbc_options.cases.case import AnswerChoice, Question, Stage
    from mbc_options.cases.grading import Graded
    from mbc_options.cases.walk import Walk

__all__ = ["walk_at_terminal"]

_WORDS = (
    ("h", "hint"),
    ("s", "skip"),
    ("b", "back"),
    ("r", "reread", "story"),
    ("f", "facts"),
    ("g", "glossary", "words"),
    ("w", "why"),
    ("p", "passages"),
    ("q", "quit", "exit"),
    ("?", "help"),
)
COMMANDS = {word: words[0] for words in _WORDS for word in words}
"""What can be typed at any prompt, and which command it is."""

INPUT_WIDTH = 8
"""How many columns a prompt leaves to what is typed at it."""

NOTHING = (False, False, 0)
"""What a prompt depends on, where it depends on nothing: whether there is a 0, whether many, how many to come."""


class _Ended(Exception):  # noqa: N818 - an outcome of asking, not an error
    """The learner has stopped, or there is nothing more to read."""


def walk_at_terminal(name: str, rules: str | None, file: str | None) -> None:
    """Walk through a case, from the first line to the last.

    Args:
        name: the name of a case, or its file.
        rules: the rulebook's directory; None for the one that comes with the package.
        file: where answers are kept and taken up again; None for nowhere.

    Raises:
        CaseError: where the case or the file cannot be used; once the walk has begun, nothing is raised.
    """
    answers = None if file is None else AnswersFile(Path(file))
    walking = walk(name, rules=rules, answers=file if answers is not None and answers.is_there else None)
    for stream in (sys.stdin, sys.stdout):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    command = ["mbc-options", "case", "walk", name, *(["--rules", rules] if rules else [])]
    _Session(walking, answers, shlex.join(command)).run()


class _Session:
    """One learner at one terminal.

    Args:
        walking: the case, where the learner is.
        answers: the file that answers are kept in, or None.
        command: what was typed to begin.
    """

    def __init__(self, walking: Walk, answers: AnswersFile | None, command: str) -> None:
        self.walk, self.answers, self.command = walking, answers, command
        self.case = walking.case
        self._template = TerminalTemplate("walk/walk.txt.j2")
        self._is_over = self._is_read_out = self._is_explained = False
        self._looking_at: Stage | None = None
        self._shown: list[str] = []

    def run(self) -> None:
        """Walk to the end, or to wherever the learner stops."""
        try:
            self._welcome()
            steps: dict[str, Callable[[], None]] = {
                "stage": self._stage,
                "question": self._question,
                "outcome": self._outcome,
                "fork": self._fork,
                "review": self._review,
            }
            while not self._is_over:
                self._shown.clear()
                steps[self.walk.step.kind]()
        except _Ended:
            self._stop()
        except KeyboardInterrupt:
            click.echo()
            self._stop()
        else:
            self._farewell()

    # What is said and asked.

    def _say(self, macro: str, *arguments: Any) -> None:
        text = self._template.render(macro, *arguments, width=width_of_terminal())
        self._shown.append(text)
        click.echo(text, nl=False)

    def _read(self, kind: str, *about: Any) -> str:
        """Ask, and return the line that is typed; `_Ended` where there is none."""
        prompt = self._template.render("ask", kind, *about, width=width_of_terminal() - INPUT_WIDTH)
        click.echo(f"\n{prompt.strip()} ", nl=False)
        line = read_line()
        if line is None:
            self._is_read_out = not is_interactive()
            click.echo()
            raise _Ended
        if not is_interactive():
            click.echo(short(line))
        return line

    def _wrong(self, what: str, entry: str = "", last: str | int = "", *, has_none: bool = False) -> None:
        self._say("told_wrong", what, short(entry), last, has_none)

    def _ask(self, kind: str, allowed: str, *about: Any) -> tuple[str, str]:
        """Ask until something can be done with what is typed; do what can be done anywhere.

        Args:
            kind: where: which prompt, and which help.
            allowed: the commands that are returned.
            about: what else the prompt and the help depend on.

        Returns:
            The command, or nothing, and the line.
        """
        about = (*about, *NOTHING[len(about) :])
        while True:
            line = self._read(kind, *about)
            entry = line.strip().lower()
            command = "" if _is_answer(kind, entry) else COMMANDS.get(entry, "")
            if command == "q":
                raise _Ended
            if command == "?":
                self._say("help", kind, *about)
            elif command == "r":
                self._tell_story()
            elif command == "f":
                self._say("facts", self._here.assessment)
            elif command == "g":
                self._explain()
            elif command and command not in allowed:
                self._wrong("elsewhere", line)
            else:
                return command, line

    def _pause(self, kind: str, allowed: str = "b", *about: Any) -> str:
        """Wait for Enter, or for a command of those that are allowed."""
        while True:
            command, line = self._ask(kind, allowed, *about)
            if command or not line.strip():
                return command
            self._wrong("go_on", line)

    @property
    def _here(self) -> Stage:
        """The stage that is spoken of."""
        return self._looking_at or self.walk.stage

    def _tell_story(self) -> None:
        self._say("story", self._here, self.case.stages.index(self._here) + 1, self.case)

    def _explain(self) -> None:
        """Explain the special words of what was said since the step began."""
        terms = Terms(self.case.glossary)
        for text in self._shown:
            for _ in terms.pieces(" ".join(text.split())):
                pass
        self._say("words", terms.used)
        self._shown.pop()  # or the explanations would be explained

    def _passages(self, claims: Iterable[str]) -> None:
        known = self.case.claims
        self._say("passages", {id_: known[id_] for id_ in dict.fromkeys(claims) if id_ in known})

    # The steps.

    def _welcome(self) -> None:
        file = str(self.answers.path) if self.answers else ""
        count = len(self.walk.counting)
        self._say("welcome", self.case, file, self.walk.answered, count, self.walk.notices, self.walk.is_done)
        if self.walk.step.kind == "question":
            self._tell_story()

    def _go(self, command: str) -> None:
        if command == "b":
            self.walk.back()
        else:
            self.walk.next()

    def _stage(self) -> None:
        self._tell_story()
        while (command := self._pause("stage")) == "b" and self.walk.position == 0:
            self._wrong("first")
        self._go(command)

    def _question(self) -> None:
        question = self.walk.question
        assert question is not None
        labels = labels_of(question)
        before = self.walk.graded(question.id)
        so_far = None if before is None else [labels[id_] for id_ in before.chosen]
        place, text = self.case.questions.index(question) + 1, self.walk.text(question.id)
        self._say("question", question, place, len(self.case.questions), labels, so_far, text, self.walk.hints)
        graded = self._graded(question, labels)
        if graded is not None:
            self._reveal(graded, labels)

    def _graded(self, question: Question, labels: dict[str, str]) -> Graded | None:
        """Ask until there is an answer; None where the learner goes elsewhere instead."""
        last, has_none = max(labels.values(), key=lambda one: (len(one), one), default=""), NONE in labels
        while True:
            command, line = self._ask("question" if labels else "text", "hsb", has_none, question.many)
            if command == "h":
                self._hint()
            elif command:
                if command == "s":
                    self._wrong("skipped")
                self._go(command)
                return None
            elif not line.strip():
                if self.walk.graded(question.id) is not None:
                    self.walk.next()
                    return None
                self._wrong("empty" if labels else "empty_text", "", last, has_none=has_none)
            elif not labels:
                return self._written(line)
            else:
                found = chosen(line, question)
                if not isinstance(found, Mistake):
                    return self._keep(self.walk.answer(*found))
                self._wrong(*found, last, has_none=has_none)

    def _hint(self) -> None:
        given = self.walk.hint()
        if given is None:
            self._say("no_more_hints", bool(self.walk.hints))
        else:
            self._say("hinted", given)

    def _written(self, first: str) -> Graded:
        """Read the rest of a text up to an empty line, and keep it. What was written is kept also where it ends."""
        lines = [first]
        try:
            self._read_on(lines)
        finally:
            graded = self._keep(self.walk.answer(text=self._fitting(lines)))
        return graded

    def _read_on(self, lines: list[str]) -> None:
        while (line := self._read("more", *NOTHING)).strip():
            if line.strip().lower() == "q":
                raise _Ended
            lines.append(line)

    def _fitting(self, lines: Iterable[str]) -> str:
        text = "\n".join(line.strip() for line in lines)
        if len(text) > LONGEST:
            self._wrong("shortened", last=LONGEST)
        return text[:LONGEST]

    def _keep(self, graded: Graded) -> Graded:
        if self.answers is not None:
            try:
                self.answers.keep(self.walk)
            except InputError as error:
                click.echo("\n".join(map(str, error.problems)), err=True)
                self.answers = None  # from here on as without a file: there is an offer at the end
        return graded

    def _reveal(self, graded: Graded, labels: dict[str, str]) -> None:
        self._say("reveal", graded, labels)
        choices = graded.question.choices
        while command := self._pause(*(("answer", "bwp") if choices else ("noted", "b"))):
            if command == "b":
                return  # the step is still the question
            if command == "w":
                has_others = any(not one.right and one not in graded.wrong and one.id != NONE for one in choices)
                self._say(*(("others", graded, labels) if has_others else ("nothing_left_out",)))
            else:
                self._passages(_claims(choices))
        self.walk.next()

    def _outcome(self) -> None:
        stage = self.walk.stage
        number = self.case.stages.index(stage) + 1
        self._say("outcome", stage, number, self.case.before(stage), not self._is_explained)
        self._is_explained = True
        reasons = [reason for option in stage.assessment.options for reason in option.because]
        while (command := self._pause("outcome", "bp")) == "p":
            self._passages(claim for reason in reasons for claim in reason.claims)
        self._go(command)

    def _fork(self) -> None:
        """Ask which arm, until one is named; Enter goes on once one was taken."""
        last = letter(len(self.walk.arms) - 1)
        self._say("fork", self.case, len(self.case.stages_of(None)), self.walk.taken)
        while True:
            command, line = self._ask("fork_again" if self.walk.taken else "fork", "b")
            if command == "b" or (self.walk.taken and not line.strip()):
                self._go(command)
                return
            try:
                self.walk.take(line.strip().strip(").") or " ")
            except CaseError:
                self._wrong("no_arm", line, last)
            else:
                return

    def _review(self) -> None:
        """Tell how it went, and then each question that was not all right, on its own."""
        reviewed = self.walk.review()
        again = [one for kind in reviewed for one in kind.graded if one[1] is None or not one[1].is_right]
        place = 0  # 0 is before the first of them
        while 0 <= place <= len(again):
            if place == 0:
                self._looking_at = None
                count = len(self.walk.counting)
                self._say("review", self.walk.score, self.walk.answered, count, reviewed, len(again))
            else:
                self._review_question(*again[place - 1], place, len(again))
            left = len(again) - place
            claims = _claims(again[place - 1][0].choices) if place else ()
            while (command := self._pause("again" if left else "review", "bp", *NOTHING[:2], left)) == "p":
                self._passages(claims)
            place += -1 if command == "b" else 1
        self._looking_at = None
        if place < 0:
            self.walk.back()
        else:
            self._is_over = True

    def _review_question(self, question: Question, graded: Graded | None, place: int, count: int) -> None:
        stage = next(stage for stage in self.case.stages if question in stage.questions)
        self._looking_at = stage
        at = self.case.questions.index(question) + 1
        self._say("look_again", question, graded, place, count, labels_of(question), stage, at)

    # The end.

    def _stop(self) -> None:
        """End before the end: sum up what was answered so far."""
        try:
            done = self.walk.is_done
            if not done:
                answered = [one for one in self.walk.review() if any(graded for _, graded in one.graded)]
                self._say("stopped", self.walk.score, self.walk.answered, len(self.walk.counting), answered)
            self._farewell()
        except KeyboardInterrupt:
            click.echo()

    def _farewell(self) -> None:
        """Say where the answers are, or offer to keep them."""
        try:
            if self.answers is None and self.walk.answered and not self._is_read_out:
                self._offer()
            if self.answers is not None and self.walk.answered:
                file = str(self.answers.path)
                self._say("kept", file, f"{self.command} {shlex.join(['--answers', file])}", self.walk.is_done)
        except (_Ended, KeyboardInterrupt):
            click.echo()
            self._say("not_kept")

    def _offer(self) -> None:
        while True:
            name = self._read("file", *NOTHING).strip()
            if COMMANDS.get(name.lower(), name.lower()) in {"", "q", "n", "no"}:
                self._say("not_kept")
                return
            if name.lower() in {*COMMANDS, "y", "yes"}:
                self._wrong("no_file", name)
                continue
            try:
                answers = AnswersFile(Path(name if name.endswith(ENDING) else name + ENDING))
                if answers.is_there:
                    raise CaseError([Problem("is there already; nothing is written over", str(answers.path))])
                answers.keep(self.walk)
            except (InputError, ValueError, OSError) as error:
                click.echo(str(error), err=True)
            else:
                self.answers = answers
                return


def _is_answer(kind: str, entry: str) -> bool:
    """Tell whether what is typed is an answer, though it would be a command elsewhere.

    Where choices are lettered, a letter alone is one of them, and commands are words; `q` ends the walk, for no
    question has so many choices.
    """
    if kind in {"question", "fork", "fork_again"}:
        return len(entry) == 1 and entry.isalpha() and entry != "q"
    return kind == "text" and len(entry) > 1


def _claims(choices: Iterable[AnswerChoice]) -> Iterator[str]:
    """Yield the passages that are cited with choices: their own, and those of what they nearly were."""
    for choice in choices:
        yield from choice.claims
        for near in choice.near:
            yield from near.claims
