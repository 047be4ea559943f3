"""What a class knew: counted by hand, and by laws over random classes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from case_laws import UNITS, rules_of

from mbc_options import CaseError, load_case, render, walk
from mbc_options.cases.answer_code import answer_code
from mbc_options.cases.answers import MAX_BYTES, Answer, Answers, read_answers, write_answers
from mbc_options.cases.catalog import case_names
from mbc_options.cases.class_results import QuestionResult, Results
from mbc_options.cases.handed_in import MOST_PROBLEMS
from mbc_options.cases.item_analysis import FEWEST_FOR_DISCRIMINATION, FEWEST_RANKED, interval
from mbc_options.cases.results import MOST_UNREADABLE, summarize_answers
from mbc_options.rendering.cards import card
from mbc_options.rendering.table import as_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Case

LESSON = """\
title: A sore hip
level: introductory
summary: A woman with a sore hip.
goals: [Name the facts.]
stages:
  - id: first
    title: The first visit
    narrative: Her hip hurts.
    patient:
      sex: female
      menopause: post
      er: positive
      pr: positive
      her2: negative
      immunotherapy_biomarker: negative
      sites: [bone]
      findings: []
      extent: []
      situation: []
      prior: []
    questions:
      - candidates
      - {ask: why_not, option: anti_her2}
      - {ask: reflect, prompt: What would you tell her?}
  - id: second
    title: A year later
    narrative: It has grown.
    change: {add: {prior: ["letrozole: progressed"]}}
    questions: [changed, {ask: candidates, of: chemotherapy}]
"""


@pytest.fixture
def lesson(write: Callable[..., Path]) -> Path:
    """A case of one's own, in a folder of its own."""
    return write(LESSON, "lesson.yaml")


@pytest.fixture
def case(lesson: Path) -> Case:
    return load_case(lesson)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a class leaves its answers."""
    found = tmp_path / "class"
    found.mkdir()
    return found


def rights(case: Case, question: str) -> tuple[str, ...]:
    (found,) = (one for one in case.questions if one.id == question)
    return tuple(choice.id for choice in found.right)


def hand_in(folder: Path, name: str, to: Case, *answers: Answer, case: str | None = None, old: bool = False) -> Path:
    path = folder / f"{name}.json"
    asked = {question.id: "0" if old else question.sha256 for question in to.questions}
    signed = (one.model_copy(update={"sha256": asked.get(one.question, "0")}) for one in answers)
    write_answers(Answers(case=to.name if case is None else case, answers=tuple(signed)), path)
    return path


def answer(question: str, *chosen: str, hints: int = 0, text: str = "") -> Answer:
    return Answer(question=question, sha256="", chosen=chosen, hints=hints, text=text)


CANDIDATES, WHY_NOT, REFLECT, CHANGED = "first.candidates", "first.why_not.anti_her2", "first.reflect", "second.changed"


REASON = "her2=negative"
"""The right choice of why anti-HER2 drugs are not described."""


@pytest.fixture
def results(case: Case, folder: Path, lesson: Path) -> Results:
    """Three learners: one knows all of the first stage, one takes two near misses, one hardly begins."""
    right = rights(case, CANDIDATES)
    assert len(right) == 7
    hand_in(folder, "rosa", case, answer(CANDIDATES, *right), answer(WHY_NOT, REASON), answer(REFLECT, text="Rosa!"))
    missed = [one for one in right if one not in {"hormone_therapy", "clinical_trial"}]
    hand_in(
        folder, "sam", case,
        answer(CANDIDATES, *missed, "anti_her2", "radioisotope", hints=2), answer(WHY_NOT, "warning", hints=1),
    )  # fmt: skip
    hand_in(folder, "kim", case, answer(CANDIDATES, "anti_her2", hints=1))
    return summarize_answers(folder, [lesson])


def test_the_figures_of_a_class_by_hand(results: Results, case: Case) -> None:
    assert results.files == 3
    (found,) = results.cases
    assert (found.name, found.title, found.sha256, found.learners) == ("lesson", "A sore hip", case.sha256, 3)
    by_id = {one.question.id: one for one in found.questions}
    asked = by_id[CANDIDATES]
    wrong_ones = sum(not choice.right and choice.id != "none" for choice in asked.question.choices)
    scores = [1, 5 / 7 - 2 / wrong_ones, 0]
    assert asked.stage == "The first visit"
    assert (asked.answered, asked.hints) == (3, 3)
    assert asked.mean == pytest.approx(sum(scores) / 3)
    assert [(taken.choice.id, taken.times) for taken in asked.wrong] == [("anti_her2", 2), ("radioisotope", 1)]
    assert {taken.choice.id: taken.times for taken in asked.missed} == {
        **dict.fromkeys(rights(case, CANDIDATES), 1),  # by Kim
        **dict.fromkeys(("hormone_therapy", "clinical_trial"), 2),  # and by Sam
    }
    why = by_id[WHY_NOT]
    assert (why.answered, why.mean, why.hints) == (2, 0.5, 1)
    assert [(taken.choice.id, taken.times) for taken in why.wrong] == [("warning", 1)]
    assert [(taken.choice.id, taken.times) for taken in why.missed] == [(REASON, 1)]
    assert (by_id[REFLECT].answered, by_id[REFLECT].mean) == (1, None)
    assert (by_id[CHANGED].answered, by_id[CHANGED].mean) == (0, None)
    assert found.mean == pytest.approx((sum(scores) + 1 + 0) / 5)
    assert not results.unused


def hardness(one: QuestionResult) -> tuple[int, float]:
    """First what enough answered, by the upper end of the interval; then, as asked, what few did; then the rest."""
    if not one.question.is_graded:
        return 3, 0
    if one.mean is None or one.high is None:
        return 2, 0
    return (1, 0) if one.answered < FEWEST_RANKED else (0, one.high)


def test_the_hardest_question_comes_first_then_what_nobody_answered_then_what_nobody_grades(results: Results) -> None:
    (found,) = results.cases
    assert [one.question.id for one in found.questions] == [
        *(CANDIDATES, WHY_NOT),
        *(CHANGED, "second.candidates.chemotherapy"),
        REFLECT,
    ]


def test_the_near_miss_rules_that_were_taken_for_the_real_ones(results: Results) -> None:
    """Two of three chose anti-HER2 drugs, for which HER2 would have to be positive; one chose strontium."""
    told = {(one.option, one.when): (one.times, one.of) for one in results.rules}
    assert told["anti_her2", "HER2-positive"] == (2, 3)
    assert told["radioisotope", "diffuse bone metastases"] == (1, 3)
    assert {option for option, _ in told} == {"anti_her2", "radioisotope"}
    first = results.rules[0]
    assert (first.option, first.times) == ("anti_her2", 2)
    assert set(first.rules) <= set(rules_of("anti_her2"))


def test_no_learner_can_be_told_from_the_results(results: Results) -> None:
    everything = results.model_dump_json() + str(results) + printed(results)
    for word in ("rosa", "Rosa", "sam.json", "kim"):
        assert word not in everything


def test_the_reason_is_what_it_is_taken_for(case: Case) -> None:
    assert rights(case, WHY_NOT) == (REASON,)


def test_names_and_order_of_the_files_change_nothing(
    results: Results, folder: Path, lesson: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name, file in zip(("z", "m", "a"), sorted(folder.iterdir()), strict=True):
        shutil.copy(file, other / f"{name}.json")
    assert summarize_answers(other, [lesson]) == results


# What cannot be used.


def only_reason(results: Results) -> tuple[str, str]:
    (unused,) = results.unused
    return unused.file, unused.reason


def test_answers_to_another_version_of_a_question_are_counted_and_left_out(
    case: Case, folder: Path, lesson: Path
) -> None:
    hand_in(folder, "old", case, answer(CANDIDATES, "surgery"), answer(WHY_NOT, REASON), old=True)
    results = summarize_answers(folder, [lesson])
    assert (results.files, results.used, results.older, results.cases, results.unused) == (1, 0, 2, (), ())
    assert "old" not in results.model_dump_json(exclude={"glossary"}).replace('"older"', "")


def test_answers_to_a_case_that_is_not_known_are_told(case: Case, folder: Path) -> None:
    hand_in(folder, "a", case, answer(CHANGED))
    hand_in(folder, "b", case, case=case_names()[0] + "x")
    unknown, near = summarize_answers(folder).unused
    assert unknown.reason == "answers to a case 'lesson', which is not known; give its file, too (--case FILE)"
    assert near.reason.endswith(f"did you mean {case_names()[0]}?")


def test_a_file_of_answers_names_a_case_and_opens_no_file(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "a", case, case=str(lesson))
    assert "which is not known" in only_reason(summarize_answers(folder))[1]


def test_a_case_that_stands_beside_its_answers_is_known(case: Case, folder: Path) -> None:
    (folder / "lesson.yaml").write_text(LESSON, encoding="utf-8")
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON))
    given = Answer(
        question=WHY_NOT, sha256={one.id: one.sha256 for one in case.questions}[WHY_NOT], chosen=("warning",)
    )
    code = answer_code(case, Answers(case=case.name, answers=(given,)))
    (folder / "typed.txt").write_text(code, encoding="utf-8")
    results = summarize_answers(folder)
    assert (results.files, results.used, results.unused) == (2, 2, ())
    assert asked_of(results, WHY_NOT).mean == 0.5


def test_a_case_beside_answers_that_asks_something_else_is_not_theirs(case: Case, folder: Path) -> None:
    (folder / "lesson.yaml").write_text(LESSON, encoding="utf-8")
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON), old=True)
    results = summarize_answers(folder)
    assert results.cases == ()
    assert "lesson.yaml here asks nothing that they answer" in only_reason(results)[1]


def test_a_link_to_a_case_beside_answers_is_not_followed(case: Case, folder: Path, lesson: Path) -> None:
    (folder / "lesson.yaml").symlink_to(lesson)
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON))
    assert "which is not known" in only_reason(summarize_answers(folder))[1]


def test_a_file_beside_answers_that_is_no_case_is_told_where_it_is_theirs(case: Case, folder: Path) -> None:
    for name in ("lesson.yaml", "notes.yaml"):
        (folder / name).write_text("title: nothing\n", encoding="utf-8")
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON))
    assert "lesson.yaml here cannot be used: " in only_reason(summarize_answers(folder))[1]


def test_a_question_or_choice_that_is_gone_is_told_and_the_rest_counts(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(
        folder, "a", case,
        answer("first.who", "surgery"), answer(CANDIDATES, "chemo"), answer(WHY_NOT, REASON, "warning"),
        answer(CHANGED),
    )  # fmt: skip
    results = summarize_answers(folder, [lesson])
    assert results.older == 1, "a question that is no longer asked"
    assert [(unused.file, unused.files) for unused in results.unused] == [("", 1)] * 2
    no_choice, too_many = (unused.reason for unused in results.unused)
    assert no_choice.startswith("first.candidates: there is no choice 'chemo'")
    assert too_many.startswith("first.why_not.anti_her2: one choice")
    (found,) = results.cases
    assert found.learners == 1
    assert {one.question.id: one.answered for one in found.questions if one.answered} == {CHANGED: 1}


def test_the_last_of_two_answers_to_a_question_counts_and_that_is_told(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "a", case, answer(WHY_NOT, "warning"), answer(WHY_NOT, REASON))
    results = summarize_answers(folder, [lesson])
    assert "answered twice" in only_reason(results)[1]
    assert results.cases[0].mean == 1


def test_no_more_hints_are_counted_than_there_are(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "a", case, answer(WHY_NOT, REASON, hints=10**9))
    (asked,) = (one for one in summarize_answers(folder, [lesson]).cases[0].questions if one.answered)
    assert asked.hints == len(asked.question.hints)


def test_a_pipe_is_told_and_not_waited_for(case: Case, folder: Path, lesson: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    hand_in(folder, "a", case, answer(WHY_NOT, REASON))
    results = summarize_answers(folder, [lesson])
    assert (only_reason(results), results.used) == (
        ("pipe.json", "is no file of answers: cannot be read: no regular file"),
        1,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("nonsense", "a mapping (key: value) is expected"),
        ('{"case": "lesson"}', "answers is missing"),
        ('{"cases": []}', "line 1, column 2: unknown key 'cases'"),
    ],
)
def test_what_is_no_file_of_answers_is_told_and_the_others_count(
    text: str, words: str, case: Case, folder: Path, lesson: Path
) -> None:
    hand_in(folder, "b", case, answer(WHY_NOT, REASON))
    (folder / "a.json").write_text(text, encoding="utf-8")
    results = summarize_answers(folder, [lesson])
    file, reason = only_reason(results)
    assert file == "a.json"
    assert reason.startswith("is no file of answers: ")
    assert words in reason
    assert (results.files, results.cases[0].learners) == (2, 1)


def test_a_folder_that_is_called_like_a_file_is_told(folder: Path) -> None:
    (folder / "a.json").mkdir()
    assert "cannot be read" in only_reason(summarize_answers(folder))[1]


def test_other_files_are_no_answers_and_no_problem(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "a", case)
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    assert summarize_answers(folder, [lesson]).files == 1


def test_a_folder_without_answers_is_an_error_and_says_so(folder: Path) -> None:
    with pytest.raises(CaseError, match=r"class: there are no answers here; a file of answers or votes ends in \.json"):
        summarize_answers(folder)


def test_a_folder_that_is_not_there_is_an_error(folder: Path) -> None:
    with pytest.raises(CaseError, match="nowhere: cannot be read: No such file"):
        summarize_answers(folder / "nowhere")


def test_a_case_that_cannot_be_used_is_an_error(case: Case, folder: Path, write: Callable[..., Path]) -> None:
    hand_in(folder, "a", case)
    with pytest.raises(CaseError, match=r"broken\.yaml:1:1"):
        summarize_answers(folder, [write("titel: t", "broken.yaml")])


def test_answers_to_two_wordings_of_a_case_are_summed_up_together(
    case: Case, folder: Path, lesson: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer" / "lesson.yaml"
    newer.parent.mkdir()
    newer.write_text(LESSON.replace("sore hip.", "bad hip."), encoding="utf-8")
    hand_in(folder, "a", case, answer(WHY_NOT, REASON))
    hand_in(folder, "b", load_case(newer), answer(WHY_NOT, "warning"))
    (found,) = summarize_answers(folder, [lesson]).cases
    assert (found.learners, found.mean) == (2, 0.5)


# A whole class, by chance.


def random_class(folder: Path, seed: int, names: tuple[str, ...]) -> list[Answers]:
    chance = Random(seed)
    found = []
    for i in range(12):
        lesson = walk(chance.choice(names))
        while not lesson.is_done:
            question = lesson.next().question
            if question is None or chance.random() < 0.1:
                continue
            for _ in range(chance.randint(0, len(question.hints))):
                lesson.hint()
            ids = [choice.id for choice in question.choices if choice.id != "none"]
            some = chance.sample(ids, min(len(ids), chance.randint(0, 3) if question.many else 1))
            lesson.answer(*some)
        lesson.save(folder / f"{i}.json")
        found.append(lesson.answers())
    return found


def scores_of(answers: Answers) -> list[float]:
    """The scores of a learner, as a walk gives them."""
    lesson = walk(answers.case)
    found = []
    for given in answers.answers:
        while lesson.question is None or lesson.question.id != given.question:
            lesson.next()
        score = lesson.answer(*given.chosen).score
        if score is not None:
            found.append(score)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_class_is_the_sum_of_its_learners(seed: int, folder: Path) -> None:
    names = case_names()[:3]
    handed_in = random_class(folder, seed, names)
    results = summarize_answers(folder)
    assert results == summarize_answers(folder)
    assert Counter(one.case for one in handed_in) == {found.name: found.learners for found in results.cases}
    for found in results.cases:
        answers = [one for one in handed_in if one.case == found.name]
        scores = [score for one in answers for score in scores_of(one)]
        assert found.mean == pytest.approx(sum(scores) / len(scores))
        given = [each for one in answers for each in one.answers]
        for asked in found.questions:
            mine = [each for each in given if each.question == asked.question.id]
            chosen = Counter(id_ for each in mine for id_ in each.chosen)
            right = {choice.id for choice in asked.question.right}
            assert asked.answered == len(mine)
            assert asked.hints == sum(each.hints for each in mine)
            assert {taken.choice.id: taken.times for taken in asked.wrong} == {
                id_: times for id_, times in chosen.items() if id_ not in right
            }
            if asked.question.many:
                missed = {id_: len(mine) - chosen[id_] for id_ in right if len(mine) > chosen[id_]}
                assert {taken.choice.id: taken.times for taken in asked.missed} == missed
            for group in (asked.wrong, asked.missed):
                assert [one.times for one in group] == sorted((one.times for one in group), reverse=True)
        assert [one.question.id for one in found.questions] == [
            one.question.id for one in sorted(found.questions, key=hardness)
        ]
    counted = Counter[str]()
    for found in results.cases:
        for asked in found.questions:
            if asked.question.kind == "candidates":
                counted.update({taken.choice.id: taken.times for taken in asked.wrong if taken.choice.near})
    assert {one.option for one in results.rules} == set(counted)
    for rule in results.rules:
        assert 0 < rule.times <= counted[rule.option]
        assert rule.times <= rule.of
        class_ = rule.option.partition(".")[0]
        assert rule.option in UNITS
        assert {*rule.rules} <= {*rules_of(rule.option), *rules_of(class_)}
    assert [rule.times for rule in results.rules] == sorted((rule.times for rule in results.rules), reverse=True)


# Shown.


def printed(results: Results) -> str:
    return render(results)


def test_the_results_are_a_value(results: Results) -> None:
    assert Results.model_validate_json(results.model_dump_json()) == results
    with pytest.raises(AttributeError, match="frozen"):
        results.files = 0  # type: ignore[misc]


def test_the_results_read_well(results: Results) -> None:
    text = str(results)
    assert text.startswith("3 of 3 files of answers (rulebook mbc_options")
    assert "A sore hip: 3 learners, mean " in text
    assert "taken 2x: Anti-HER2 drugs" in text
    assert "Anti-HER2 drugs: HER2-positive (2 of 3)" in text


def test_the_results_as_text_and_as_json(results: Results) -> None:
    text = printed(results)
    assert max(map(len, text.splitlines())) <= 80
    for words in ("A SORE HIP", "3 learners, mean score", "2 of 3: Anti-HER2 drugs", "NEAR-MISS RULES"):
        assert words in text
    assert "what could not be used" not in text.lower()
    data: dict[str, Any] = json.loads(results.model_dump_json())
    assert (data["files"], data["cases"][0]["learners"]) == (3, 3)


def test_what_was_not_used_is_printed_and_a_file_named_only_where_it_cannot_be_read(
    case: Case, folder: Path, lesson: Path
) -> None:
    """The name of a file may be that of a learner; one that cannot be read has to be found."""
    hand_in(folder, "rosa", case, case="unheard of")
    hand_in(folder, "sam", case, case="unheard of")
    (folder / "broken\x1b[31m.json").write_text("{}", encoding="utf-8")
    text = printed(summarize_answers(folder, [lesson]))
    assert "2 files: answers to a case 'unheard of', which is not known; give its file, too (--case FILE)." in " ".join(
        text.split()
    )
    assert "broken [31m.json: is no file of answers" in text
    assert not {word for word in ("rosa", "sam", "\x1b") if word in text}
    assert not {
        word
        for word in ("rosa", "sam")
        if word in summarize_answers(folder, [lesson]).model_dump_json(exclude={"glossary"})
    }


def test_what_was_saved_is_what_is_read(folder: Path) -> None:
    assert random_class(folder, 3, case_names()[:1]) == [read_answers(folder / f"{i}.json") for i in range(12)]


# How hard, and for whom.


def whole_class(folder: Path, case: Case, size: int, knows: Callable[[int], tuple[bool, bool]]) -> None:
    """Hand in for so many learners; each knows, or does not, the reason and what moved."""
    for i in range(size):
        reason, moved = knows(i)
        hand_in(
            folder, f"{i:02}", case,
            answer(WHY_NOT, REASON if reason else "warning"),
            answer(CHANGED, *(rights(case, CHANGED) if moved else ())),
        )  # fmt: skip


def asked_of(results: Results, question: str) -> QuestionResult:
    (case,) = results.cases
    return next(one for one in case.questions if one.question.id == question)


def test_two_answers_never_head_the_hardest_first(case: Case, folder: Path, lesson: Path) -> None:
    """Two learners who both fail tell less than twenty of whom a third fails."""
    whole_class(folder, case, 21, lambda i: (i % 3 > 0, True))
    for name in ("x", "y"):
        hand_in(folder, name, case, answer(CANDIDATES, "surgery"))
    results = summarize_answers(folder, [lesson])
    few = asked_of(results, CANDIDATES)
    assert (few.answered, few.mean, few.is_ranked) == (2, 0, False)
    assert [one.question.id for one in results.cases[0].questions][:3] == [WHY_NOT, CHANGED, CANDIDATES]
    assert "too few answers to call it hard or easy" in " ".join(render(results).split())


@pytest.mark.parametrize("learners", [2, 5])
def test_nothing_is_called_the_hardest_where_too_few_answered(
    learners: int, case: Case, folder: Path, lesson: Path
) -> None:
    """The second question went worse than the first; two learners do not show that it is the harder one."""
    for i in range(learners):
        hand_in(folder, f"{i}", case, answer(CANDIDATES, *rights(case, CANDIDATES)), answer(WHY_NOT, "warning"))
    results = summarize_answers(folder, [lesson])
    asked = [one.question.id for one in results.cases[0].questions][:2]
    assert asked == ([CANDIDATES, WHY_NOT] if learners == 2 else [WHY_NOT, CANDIDATES])
    for shown in (render(results), render(results, "html"), render(results, "markdown"), card(results) or ""):
        told = " ".join(shown.split())
        assert ("hardest" in told) is (learners == 5)
        assert ("as they are asked" in told) is (learners == 2)
    told = " ".join(render(results).split())
    assert ("a question with fewer than 5 answers comes after the others" in told) is (learners == 5)


def test_the_interval_is_that_of_wilson() -> None:
    """The figures of Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for right, of, low, high in (
        *((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)),
        *((0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)),
    ):
        assert interval([1.0] * right + [0.0] * (of - right)) == pytest.approx((low, high), abs=5e-5)
    assert interval([]) == (0, 1)


def test_discrimination_is_told_where_the_class_is_large_enough(case: Case, folder: Path, lesson: Path) -> None:
    """Of two questions each is correlated with the other: here by hand, as phi of a table of two by two."""
    both, neither, one, other = 9, 7, 3, 2
    table = [(True, True)] * both + [(False, False)] * neither + [(True, False)] * one + [(False, True)] * other
    whole_class(folder, case, len(table), lambda i: table[i])
    found = asked_of(summarize_answers(folder, [lesson]), WHY_NOT)
    phi = (both * neither - one * other) / (
        ((both + one) * (neither + other) * (both + other) * (neither + one)) ** 0.5
    )
    assert found.discrimination == pytest.approx(phi)
    assert (found.discrimination_of, found.no_discrimination, found.all_right) == (len(table), None, both + one)


@pytest.mark.parametrize(
    ("size", "knows", "why"),
    [
        (FEWEST_FOR_DISCRIMINATION - 1, lambda i: (i % 2 == 0, i % 3 == 0), "few"),
        (FEWEST_FOR_DISCRIMINATION, lambda i: (True, i % 3 == 0), "alike"),
    ],
)
def test_where_discrimination_cannot_be_told_it_is_said_why(
    size: int, knows: Callable[[int], tuple[bool, bool]], why: str, case: Case, folder: Path, lesson: Path
) -> None:
    whole_class(folder, case, size, knows)
    results = summarize_answers(folder, [lesson])
    found = asked_of(results, WHY_NOT)
    assert (found.discrimination, found.no_discrimination, found.discrimination_of) == (None, why, size)
    said = {"few": "no discrimination told: too few learners", "alike": "no discrimination: all scores are alike"}[why]
    assert said in " ".join(render(results).split())


def test_whom_a_wrong_choice_drew_is_told_of_groups_only(case: Case, folder: Path, lesson: Path) -> None:
    """Who took it does worse elsewhere; of fewer than five nobody is told, for that may be one learner."""
    whole_class(folder, case, 12, lambda i: (i >= FEWEST_RANKED, i > 0))
    (taken,) = asked_of(summarize_answers(folder, [lesson]), WHY_NOT).wrong
    assert (taken.times, taken.elsewhere) == (5, pytest.approx(4 / 5))
    (folder / "00.json").unlink()
    (taken,) = asked_of(summarize_answers(folder, [lesson]), WHY_NOT).wrong
    assert (taken.times, taken.elsewhere) == (4, None)


# What lies in the folder besides.


def test_hidden_files_are_nobodys_answers(case: Case, folder: Path, lesson: Path) -> None:
    """macOS puts one beside each file on a disk that is not its own."""
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON))
    (folder / "._rosa.json").write_bytes(b"\0\5\x16\7")
    results = summarize_answers(folder, [lesson])
    assert (results.files, results.unused) == (1, ())


def test_a_link_is_told_and_not_followed(case: Case, folder: Path, lesson: Path, tmp_path: Path) -> None:
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON))
    hand_in(tmp_path, "elsewhere", case, answer(WHY_NOT, "warning"))
    (folder / "sam.json").symlink_to(tmp_path / "elsewhere.json")
    results = summarize_answers(folder, [lesson])
    assert only_reason(results) == ("sam.json", "is a symbolic link, which is not followed")
    assert (results.files, results.used, results.cases[0].mean) == (2, 1, 1)


def test_a_file_without_an_answer_has_a_reason(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "rosa", case)
    results = summarize_answers(folder, [lesson])
    assert (only_reason(results), results.cases) == (("", "it holds no answer"), ())


def test_a_file_that_is_too_large_is_not_read(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "a", case, answer(WHY_NOT, REASON))
    (folder / "b.json").write_text('{"case": "' + "x" * MAX_BYTES + '", "answers": []}', encoding="utf-8")
    file, reason = only_reason(summarize_answers(folder, [lesson]))
    assert file == "b.json"
    assert reason.startswith("is no file of answers: ")
    assert len(reason) < 200


def test_of_many_problems_a_few_are_told_and_the_rest_counted(case: Case, folder: Path, lesson: Path) -> None:
    hand_in(folder, "a", case, answer(WHY_NOT, REASON))
    (folder / "b.json").write_text(json.dumps(dict.fromkeys("abcdefgh", 1)), encoding="utf-8")
    reason = only_reason(summarize_answers(folder, [lesson]))[1]
    assert reason.count("line 1") == MOST_PROBLEMS
    assert reason.endswith("; and 7 more")


def test_of_many_files_that_cannot_be_read_some_are_named_and_the_rest_counted(
    case: Case, folder: Path, lesson: Path
) -> None:
    for i in range(MOST_UNREADABLE + 30):
        (folder / f"{i:02}.json").write_text("[]", encoding="utf-8")
    hand_in(folder, "a", case, answer(WHY_NOT, REASON))
    *named, rest = summarize_answers(folder, [lesson]).unused
    assert [one.file for one in named] == [f"{i:02}.json" for i in range(MOST_UNREADABLE)]
    assert (rest.file, rest.files, rest.reason) == ("", 30, "cannot be read either")


# Codes and votes.


def test_codes_count_as_answers_a_line_each(case: Case, folder: Path, lesson: Path) -> None:
    signed = {one.id: one.sha256 for one in case.questions}

    def code(*chosen: str) -> str:
        given = Answer(question=WHY_NOT, sha256=signed[WHY_NOT], chosen=chosen)
        return answer_code(case, Answers(case=case.name, answers=(given,)))

    mistyped = code(REASON)[:-1] + ("0" if code(REASON)[-1] != "0" else "1")
    (folder / "typed.txt").write_text(
        f"{code(REASON)}\n\n{code('warning').lower()}\n{mistyped}\nRosa\n", encoding="utf-8"
    )
    hand_in(folder, "sam", case, answer(WHY_NOT, REASON))
    results = summarize_answers(folder, [lesson])
    assert (results.files, results.used) == (5, 3)
    assert asked_of(results, WHY_NOT).mean == pytest.approx(2 / 3)
    assert [(one.file, one.reason.partition(":")[0]) for one in results.unused] == [
        ("typed.txt", "line 4"),
        ("typed.txt", "line 5"),
    ]


def test_a_text_without_a_code_is_no_answer(folder: Path, lesson: Path) -> None:
    (folder / "notes.txt").write_text("Bring the projector.\n", encoding="utf-8")
    with pytest.raises(CaseError, match="there are no answers here"):
        summarize_answers(folder, [lesson])


def vote(case: Case, folder: Path, name: str, first: dict[str, int], second: dict[str, int], voters: int) -> None:
    (asked,) = (one for one in case.questions if one.id == WHY_NOT)
    given = {"question": WHY_NOT, "sha256": asked.sha256, "first": first, "second": second}
    text = json.dumps({"case": case.name, "voters": voters, "votes": [given]})
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_both_votes_stand_beside_the_answers(case: Case, folder: Path, lesson: Path) -> None:
    vote(case, folder, "monday", {"warning": 7, REASON: 2}, {REASON: 8}, 9)
    vote(case, folder, "friday", {"warning": 1}, {"warning": 1}, 0)
    hand_in(folder, "rosa", case, answer(WHY_NOT, REASON))
    results = summarize_answers(folder, [lesson])
    assert (results.files, results.used, results.cases[0].votes, results.cases[0].learners) == (3, 3, 2, 1)
    found = asked_of(results, WHY_NOT)
    assert found.votes is not None
    hands = zip(found.votes.first, found.votes.second, strict=True)
    by_choice = {choice.id: both for choice, both in zip(found.question.choices, hands, strict=True)}
    assert (by_choice["warning"], by_choice[REASON], found.votes.files, found.votes.voters) == ((8, 1), (2, 8), 2, 9)
    assert asked_of(results, CANDIDATES).votes is None
    text = " ".join(render(results).split())
    assert "Votes by a show of hands (2 classes, 9 voters), before and after the talk" in text
    assert "8, then 1: The documents warn against it" in text


def test_votes_alone_are_summed_up_too(case: Case, folder: Path, lesson: Path) -> None:
    vote(case, folder, "monday", {"warning": 7}, {}, 7)
    results = summarize_answers(folder, [lesson])
    assert (results.cases[0].learners, results.cases[0].votes) == (0, 1)
    for format_ in ("text", "html", "markdown", "csv"):
        assert "7" in render(results, format_)


# As a page, a table and a card.


def test_the_table_has_a_row_for_each_choice_and_says_what_it_was_taken_for(results: Results) -> None:
    rows = results.rows()
    graded = [one for one in results.cases[0].questions if one.question.is_graded]
    assert [(row["question"], row["choice"]) for row in rows] == [
        (one.question.id, choice.id) for one in graded for choice in one.question.choices
    ]
    row = next(row for row in rows if (row["question"], row["choice"]) == (CANDIDATES, "anti_her2"))
    assert (row["taken"], row["answered"], row["right"], row["taken_for"]) == (2, 3, False, "HER2-positive")
    assert {type(value) for row in rows for value in row.values()} <= {str, int, float, bool, type(None)}


def test_the_data_frame_is_the_table(results: Results) -> None:
    made = results.to_frame()
    assert made.to_dicts() == results.rows()
    assert made.columns == list(results.rows()[0])


def test_csv_is_the_table_and_nothing_that_a_spreadsheet_carries_out(results: Results) -> None:
    read = list(csv.DictReader(io.StringIO(render(results, "csv"))))
    rows = results.rows()
    assert len(read) == len(rows)
    for cells, row in zip(read, rows, strict=True):
        for key, value in row.items():
            told = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert cells[key] == told
    (line,) = csv.DictReader(io.StringIO(as_csv([{"label": "=1+1", "number": -1, "plain": "a-b"}])))
    assert line == {"label": "'=1+1", "number": "-1", "plain": "a-b"}
    assert as_csv([]) == ""


@pytest.mark.parametrize("format_", ["text", "html", "markdown"])
def test_every_form_to_read_has_the_figures_and_nobodys_name(format_: str, results: Results) -> None:
    shown = re.sub(r"<[^>]*>", " ", render(results, format_)).replace("\\", "")
    told = " ".join(shown.split()).replace("&#39;", "'")
    for words in (
        "answered by 3; mean score",
        "A sore hip",
        "Anti-HER2 drugs",
        "HER2-positive",
        "no discrimination told: too few learners with a score here and elsewhere",
        "No question has the 5 answers that it takes to call it hard or easy",
    ):
        assert words.lower() in told.lower()
    assert not {word for word in ("rosa", "Rosa", "sam", "kim") if re.search(rf"\b{word}\b", told)}


def test_what_a_case_says_is_escaped_in_every_form(folder: Path, write: Callable[..., Path]) -> None:
    """Also what comes through a template of plain text: a prompt."""
    hostile = LESSON.replace("A sore hip\n", "A <script>alert(1)</script> hip\n")
    hostile = hostile.replace("What would you tell her?", "<script>alert(2)</script>").replace(
        "{ask: why_not, option: anti_her2}", "{ask: why_not, option: anti_her2, prompt: <script>alert(3)</script>}"
    )
    lesson = write(hostile, "lesson.yaml")
    hand_in(folder, "a", load_case(lesson), answer(WHY_NOT, REASON), answer(REFLECT, text="x"))
    results = summarize_answers(folder, [lesson])
    for shown in (render(results, "html"), card(results) or "", render(results, "markdown")):
        assert "<script" not in shown
    assert render(results, "html").count("&lt;script&gt;") >= 3


def test_the_card_is_a_table_with_the_hardest_first(results: Results) -> None:
    shown = card(results) or ""
    first, second = shown.index("The first visit: Candidates"), shown.index("The first visit: Why not described")
    assert first < second
    assert "(too few to rank)" in shown
