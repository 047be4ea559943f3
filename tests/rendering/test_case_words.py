"""The words of questions: every kind, and each sentence of it, is told in every form of a case, or nothing is."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import UndefinedError

from mbc_options import Case, Walk, load_case, render
from mbc_options.cases.case import AnswerChoice, Hint, NearMiss, PossibleAnswer, Question
from mbc_options.cases.class_results import CaseResult, ChoiceCount, QuestionResult, Results
from mbc_options.cases.grading import grade
from mbc_options.cases.questions.context import AnswerKey
from mbc_options.cases.questions.kinds import KINDS, QuestionKind
from mbc_options.rendering.cards import card, piece
from mbc_options.rendering.environment import environment
from mbc_options.rendering.qti3 import qti3
from mbc_options.rendering.quiz import anki, moodle, qti, qti12
from mbc_options.rendering.scorm import scorm
from mbc_options.rendering.terminal import TerminalTemplate

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS: Any = environment().get_template("case/words.j2").module
TOLD = load_case("bone-after-menopause")
HINTS = (
    Hint(kind="author", texts=("Think of the rain.",)),
    Hint(kind="facts", texts=("rain",)),
    Hint(kind="rules", texts=("it rains",)),
    Hint(kind="count", number=2),
)


def question_of(kind: QuestionKind) -> Question:
    """A question of a kind, with a choice for each of its sentences."""
    choices = [
        AnswerChoice(
            id=f"c{i}",
            label=f"AnswerChoice number {i}",
            right=i == 0,
            tells=sentence,
            status="candidate",
            before="undetermined",
            facts=("the sun shines",),
            near=(NearMiss(facts=("it rains",), known=True, to="candidate", asks=()),),
            settles=(PossibleAnswer(value="wet", options=("Tea",)), PossibleAnswer(value="dry", options=())),
            text="Somebody says so.",
        )
        for i, sentence in enumerate(kind.sentences)
    ]
    return Question(
        id="first.asked",
        sha256="0" * 64,
        kind=kind.name,
        about="tea",
        label="Tea",
        prompt="What would you drink?" if "prompt" in kind.needs else None,
        says="",
        status="candidate",
        before="undetermined",
        many=kind.many,
        choices=tuple(choices),
        hints=HINTS if choices else (),
    )


def case_of(question: Question) -> Case:
    """A case of one stage at which just this is asked."""
    return replace(TOLD, stages=(replace(TOLD.stages[0], questions=(question,)),))


def walked(question: Question) -> str:
    """What a learner reads at a terminal who commits to the first choice, and looks at the others."""
    tell = TerminalTemplate("walk/walk.txt.j2").render
    numbers = {choice.id: i for i, choice in enumerate(question.choices, 1)}
    graded = grade(question, [choice.id for choice in question.choices[:1]])
    return "".join(
        [
            tell("question", question, 1, 1, numbers, None, "", question.hints),
            tell("reveal", graded, numbers),
            tell("others", graded, numbers) if question.choices else "",
        ]
    )


def carded(question: Question) -> str:
    """What a notebook without widgets shows, before and after an answer."""
    graded = grade(question, [choice.id for choice in question.choices[:1]])
    return "".join(str(card(shown)) for shown in (question, graded, *question.hints))


def clicked(question: Question) -> str:
    """What the panel of widgets shows, before and after an answer, beside the choices."""
    walk = Walk(case_of(question))
    walk.next()
    above = piece("panel", {"part": "above", "walk": walk})
    graded = walk.answer(*[choice.id for choice in question.choices[:1]])
    hints = piece("panel", {"part": "hints", "hints": question.hints})
    below = piece("panel", {"part": "below", "walk": walk, "graded": graded})
    return above + hints + below + " ".join(map(WORDS.label, question.choices))


def packed_by(write: Callable[[Case], bytes]) -> Callable[[Question], str]:
    def packed(question: Question) -> str:
        with zipfile.ZipFile(io.BytesIO(write(case_of(question)))) as package:
            files = [package.read(name).decode() for name in package.namelist()]
        return "".join([*files, *(title for file in files for title in re.findall(' title="([^"]*)"', file))])

    return packed


def summed_up(question: Question) -> Results:
    taken = tuple(ChoiceCount(choice=choice, times=1) for choice in question.choices)
    result = QuestionResult(
        question=question,
        stage="One",
        answered=1,
        mean=0.5,
        low=0.1,
        high=0.9,
        all_right=0,
        discrimination=None,
        discrimination_of=0,
        no_discrimination="few",
        hints=1,
        taken=(1,) * len(question.choices),
        wrong=taken[1:],
        missed=taken[:1],
    )
    case = CaseResult(name="one", title="One", sha256="0", learners=1, votes=0, mean=0.5, questions=(result,))
    return Results(rulebook=TOLD.rulebook, files=1, older=0, cases=(case,), rules=(), unused=())


def rendered_as(format_: str, *parts: str) -> Callable[[Question], str]:
    return lambda question: render(case_of(question), format_, parts=parts)


OUTPUTS: dict[str, Callable[[Question], str]] = {
    **{
        f"{format_}, {' '.join(form) or 'to choose'}": rendered_as(format_, *form)
        for format_ in ("text", "markdown", "html")
        for form in ((), ("handout",), ("solutions",))
    },
    "walk": walked,
    "cards": carded,
    "widgets": clicked,
    "moodle": lambda question: moodle(case_of(question)),
    "qti": packed_by(qti),
    "qti3": packed_by(qti3),
    "qti12": packed_by(qti12),
    "scorm": packed_by(scorm),
    "anki": lambda question: anki(case_of(question)),
    **{
        f"results, {format_}": lambda question, format_=format_: render(summed_up(question), format_)
        for format_ in ("text", "markdown", "html")
    },
}
OF_RESULTS = {"results, text", "results, markdown", "results, html"}
WITHOUT_HINTS = {*OF_RESULTS, "anki"}
ONLY_GRADED = {"anki"}


def flat(text: str) -> str:
    """What is to be read, without tags, escapes and spaces; what is escaped twice is HTML within XML."""
    for _ in range(2):
        text = re.sub(r"<style>.*?</style>|<script>.*?</script>|</?[a-z][^>]*>", " ", unescape(text), flags=re.DOTALL)
    return re.sub(r"[\W_]+", "", text)


@pytest.fixture(params=OUTPUTS)
def output(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_of_question_has_words_in_every_output(kind: QuestionKind, output: str) -> None:
    if output in ONLY_GRADED and not kind.sentences:
        pytest.skip("it has what is graded, and this is not")
    question = question_of(kind)
    told = flat(OUTPUTS[output](question))
    prompt = WORDS.prompt(question)
    assert len(prompt.split()) > 3
    assert flat(prompt) in told
    for choice in question.choices:
        assert flat(WORDS.label(choice)) in told
        sentence = WORDS.because(choice, question)
        assert len(sentence.split()) > 2
        assert (flat(sentence) in told) is ("handout" not in output), choice.tells
    for hint in question.hints if output not in WITHOUT_HINTS else ():
        assert (flat(WORDS.hint(hint)) in told) is ("handout" not in output), hint.kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "output", ["html, to choose", "walk", "cards", "widgets", "moodle", "qti", "qti3", "qti12", *sorted(OF_RESULTS)]
)
def test_every_kind_of_question_has_a_name_where_one_stands_above_it(kind: QuestionKind, output: str) -> None:
    assert flat(WORDS.KINDS[kind.name]).lower() in flat(OUTPUTS[output](question_of(kind))).lower()


def test_no_words_are_left_of_kinds_and_sentences_that_there_are_not() -> None:
    assert set(WORDS.KINDS) == set(KINDS)
    assert set(WORDS.PROMPTS) == {kind.name for kind in KINDS.values() if "prompt" not in kind.needs}
    assert set(WORDS.SENTENCES) == {sentence for kind in KINDS.values() for sentence in kind.sentences}
    assert set(WORDS.REMINDERS) <= set(KINDS)


def test_a_kind_without_words_prints_nothing(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question without a word would be worse than none."""
    guess = QuestionKind(name="guess", means="a guess", answer=lambda *_: AnswerKey(()), sentences=("settles",))
    monkeypatch.setitem(KINDS, "guess", guess)
    with pytest.raises(UndefinedError, match="guess"):
        OUTPUTS[output](question_of(guess))


def test_a_sentence_without_words_is_not_left_out(output: str) -> None:
    if "handout" in output:
        pytest.skip("a handout says nothing of its choices")
    question = question_of(replace(KINDS["next_test"], sentences=("guessed",)))
    with pytest.raises(UndefinedError, match="guessed"):
        OUTPUTS[output](question)


def test_a_choice_without_a_name_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="c0"):
        WORDS.label(replace(question_of(KINDS["next_test"]).choices[0], label=""))
