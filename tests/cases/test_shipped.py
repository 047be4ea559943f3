"""The cases that come with the package: sound, varied, true to the rulebook, and together they touch all of it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest
from case_laws import CASES, authored, rules_of
from thoroughness import SOME_CASES

from mbc_options import Case, load_case, load_rulebook
from mbc_options.cases.catalog import case_names
from mbc_options.cases.coverage import Coverage, coverage
from mbc_options.cases.grading import grade
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.rendering.environment import environment
from mbc_options.rulebook.conditions import Always
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.cases.case import Question, Stage

NAMES = case_names()


@cache
def case(name: str) -> Case:
    return load_case(name)


def stages() -> list[tuple[Case, Stage]]:
    return [(case(name), stage) for name in NAMES for stage in case(name).stages]


def questions() -> list[tuple[Case, Stage, Question]]:
    return [(found, stage, question) for found, stage in stages() for question in stage.questions]


@cache
def covered() -> Coverage:
    return coverage([case(name) for name in NAMES], load_rulebook())


# Each of them.


def test_there_are_at_least_twelve_and_every_file_is_one() -> None:
    assert len(NAMES) >= 12
    assert {path.name for path in CASES.iterdir()} == {f"{name}.yaml" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_sound(name: str) -> None:
    found = case(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(found.stages) >= 2
    assert found.goals
    assert sum(question.is_graded for question in found.questions) >= 4
    assert any(question.kind == "reflect" for question in found.questions)
    assert any(stage.note for stage in found.stages), "something for the teacher"
    for claim in (claim for question in found.questions for choice in question.choices for claim in choice.claims):
        assert claim in found.claims


@pytest.mark.parametrize("name", NAMES)
def test_the_right_answers_are_graded_as_such_and_none_of_them_is_everything(name: str) -> None:
    for question in case(name).questions:
        if question.is_graded:
            right = [choice.id for choice in question.right]
            assert grade(question, right if question.many else right[:1]).score == 1
            assert len(right) < len(question.choices), question.id


@pytest.mark.parametrize("name", NAMES)
def test_every_later_stage_brings_something_new(name: str) -> None:
    for stage in case(name).stages[1:]:
        assert stage.comparison is not None
        assert stage.comparison.a.patient != stage.comparison.b.patient or stage.wish, stage.id


@pytest.mark.parametrize("name", NAMES)
def test_a_case_begins_with_a_comment_on_what_it_teaches(name: str) -> None:
    first = (CASES / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert len(first) > 20


VERDICT = re.compile(
    r"\b(candidates?|undetermined|unspecified|not described|out of scope|contraindicated|indicated|recommended)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_learner_reads_first_gives_no_verdict_away(name: str) -> None:
    found = case(name)
    for text in (found.title, found.summary, *(stage.title for stage in found.stages)):
        assert not VERDICT.search(text)
        for option in load_rulebook().options:
            assert option.authored.label.lower() not in text.lower()
    for stage in found.stages:
        for text in (*stage.narrative, stage.wish or ""):
            assert not VERDICT.search(text), text


@pytest.mark.parametrize("name", NAMES)
def test_every_drug_that_a_patient_was_given_stands_in_the_story(name: str) -> None:
    told = ""
    for stage in case(name).stages:
        told += " ".join((*stage.narrative, stage.wish or "")).lower()
        for entry in stage.assessment.patient.entries:
            for part in entry.named.therapy.split(" + "):
                agent = bundled_vocabulary().agents.agents.get(part)
                if agent is not None and agent.class_ not in {"surgery", "radiation_therapy"}:
                    names = {agent.label.lower(), *(brand.lower() for brand in agent.brands)}
                    assert any(word in told for word in names), f"{stage.id}: {part} is not told"


@pytest.mark.parametrize("name", NAMES)
def test_no_hint_and_no_prompt_of_an_author_names_a_right_answer(name: str) -> None:
    for question in case(name).questions:
        hints = [text for hint in question.hints if hint.kind == "author" for text in hint.texts]
        said = " ".join([question.prompt or "", *hints]).lower()
        for choice in question.right:
            if choice.label and choice.id != question.about:
                assert choice.label.lower() not in said, question.id


# All of them together.


@pytest.mark.parametrize("kind", [kind.kind for kind in coverage([], load_rulebook()).kinds])
def test_together_they_touch_everything(kind: str) -> None:
    (found,) = (one for one in covered().kinds if one.kind == kind)
    assert found.items
    assert not found.uncovered, f"no case touches {', '.join(item.id for item in found.uncovered)}"


def test_every_trigger_of_chemotherapy_makes_it_a_candidate_in_some_case() -> None:
    triggers = covered().triggers("chemotherapy")
    assert {item.id for item in triggers.items} == set(rules_of("chemotherapy"))
    assert not triggers.uncovered


def values(stage: Stage, fact: str) -> tuple[str, ...]:
    known = stage.assessment.patient.known()
    return known.get(fact, ())


def receptors(stage: Stage) -> tuple[tuple[str, ...], ...]:
    return tuple(values(stage, fact) for fact in ("er", "pr", "her2"))


def is_triple_negative(stage: Stage) -> bool:
    return stage.assessment.subtype.is_ == "triple-negative"


def changes_at_rebiopsy(stage: Stage) -> bool:
    """A receptor that is known has another value than before, and was now tested on a metastasis."""
    if stage.comparison is None or values(stage, "receptors_tested_on") != ("metastasis",):
        return False
    return any(
        difference.fact in {"er", "pr", "her2"} and not difference.a.is_unknown and not difference.b.is_unknown
        for difference in stage.comparison.facts
    )


def is_urgent(stage: Stage) -> bool:
    """An urgent consideration applies that is not for everyone."""
    conditional = {one.id for one in authored().considerations if one.kind == "urgent" and one.when != Always()}
    assert conditional
    return any(one.id in conditional for one in stage.assessment.considerations)


def biomarker(value: tuple[str, ...]) -> Callable[[Stage], bool]:
    return lambda stage: is_triple_negative(stage) and values(stage, "immunotherapy_biomarker") == value


SUBJECTS: dict[str, Callable[[Stage], bool]] = {
    "unknown receptors": lambda stage: () in receptors(stage),
    "one hormone receptor with the other missing": lambda stage: (
        {values(stage, "er"), values(stage, "pr")} == {("positive",), ("negative",)}
    ),
    "receptors that changed at re-biopsy": changes_at_rebiopsy,
    "a break of a bone": lambda stage: values(stage, "findings.fracture") == ("yes",),
    "pressure on the spinal cord": lambda stage: values(stage, "findings.spinal_cord_compression") == ("yes",),
    "too much calcium": lambda stage: values(stage, "findings.hypercalcemia") == ("yes",),
    "the brain": lambda stage: values(stage, "sites.brain") == ("yes",),
    "an emergency": is_urgent,
    "a man": lambda stage: values(stage, "sex") == ("male",),
    "a woman before menopause": lambda stage: values(stage, "menopause") == ("premenopausal",),
    "triple-negative, with the marker": biomarker(("positive",)),
    "triple-negative, without the marker": biomarker(("negative",)),
    "triple-negative, and the marker not known": biomarker(()),
    "out of scope": lambda stage: stage.assessment.scope == "out",
    "a wish": lambda stage: bool(stage.wish),
    **{
        f"the subtype {subtype.id}": lambda stage, id_=subtype.id: stage.assessment.subtype.is_ == id_
        for subtype in authored().about.subtypes
    },
    **{
        f"the site {site.id}": lambda stage, fact=f"sites.{site.id}": values(stage, fact) == ("yes",)
        for site in coverage([], load_rulebook()).sites.items
    },
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_case_is_about(subject: str) -> None:
    assert [found.name for found, stage in stages() if SUBJECTS[subject](stage)], f"no case is about {subject}"


def test_a_case_asks_on_which_side_of_a_disagreement_a_document_stands() -> None:
    asked = [question for *_, question in questions() if question.kind == "says_who" and question.says]
    assert len({question.about for question in asked}) >= 3


def test_a_case_asks_what_the_documents_do_not_say() -> None:
    """Its right answer is silence: that nothing is described, or that none of the choices is a candidate."""
    silent = [question for *_, question in questions() if question.kind == "why_not"]
    none = [
        question
        for *_, question in questions()
        if question.kind == "candidates" and [choice.id for choice in question.right] == ["none"]
    ]
    assert silent
    assert none


def test_every_kind_of_question_is_asked_at_every_length_of_answer() -> None:
    kinds = Counter(question.kind for *_, question in questions())
    assert set(kinds) == {*KINDS}
    assert min(kinds.values()) >= 2, kinds
    rights = {len(question.right) for *_, question in questions() if question.kind == "candidates"}
    assert len(rights) >= 4, "how many are right is no pattern"


def has(name: str) -> set[str]:
    """What an output may have to show of a case."""
    found = case(name)
    graded = [question for question in found.questions if question.is_graded]
    return {
        *(question.kind for question in found.questions),
        *(f"asks for many: {question.many}" for question in graded),
        *("none of these" for question in graded for choice in question.choices if choice.id == "none"),
        *("a hint" for question in found.questions if question.hints),
        *("a note" for stage in found.stages if stage.note),
        *("a wish" for stage in found.stages if stage.wish),
        *(["a fork"] if found.fork else []),
    }


def test_the_cases_of_every_run_have_all_that_cases_have() -> None:
    assert set().union(*map(has, SOME_CASES)) == set().union(*map(has, NAMES))


def shares_and_chances(kinds: set[str]) -> list[tuple[float, float]]:
    """For each question: which share of its longest choices is right, and which of all of them."""
    words: Any = environment().get_template("case/words.j2").module
    found = []
    for *_, question in questions():
        if question.kind in kinds:
            lengths = {choice: len(words.label(choice)) for choice in question.choices}
            longest = [choice for choice, length in lengths.items() if length == max(lengths.values())]
            share = sum(choice.right for choice in longest) / len(longest)
            found.append((share, len(question.right) / len(question.choices)))
    return found


def at_least(hits: float, chances: list[float]) -> float:
    """How probable it is that blind choices, one of each question, are right this often or more often."""
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[n] * (1 - chance) if n < len(exactly) else 0) + (exactly[n - 1] * chance if n else 0)
            for n in range(len(exactly) + 1)
        ]
    return sum(exactly[ceil(hits) :])


def test_blind_choices_are_right_as_often_as_a_coin_falls() -> None:
    assert at_least(0, [0.5] * 4) == 1
    assert at_least(2.5, [0.5] * 4) == 5 / 16
    assert at_least(2, [0.5, 1, 0]) == 0.5


def test_the_longest_choice_is_right_no_more_often_than_by_chance() -> None:
    composed = {kind.name for kind in KINDS.values() if kind.is_shuffled}
    graded = {kind.name for kind in KINDS.values() if kind.is_graded}
    for kinds in (composed, graded):
        shares, chances = zip(*shares_and_chances(kinds), strict=True)
        assert sum(shares) <= sum(chances), f"{sum(shares):.1f} where chance gives {sum(chances):.1f}"


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS.values() if kind.is_graded])
def test_of_no_kind_the_longest_choice_is_right_more_often_than_chance_allows(kind: str) -> None:
    shares, chances = zip(*shares_and_chances({kind}), strict=True)
    assert at_least(sum(shares), list(chances)) >= 0.05, f"{sum(shares):.1f} where chance gives {sum(chances):.1f}"


def test_no_choice_speaks_of_conditions_that_are_not_named() -> None:
    words: Any = environment().get_template("case/words.j2").module
    for *_, question in questions():
        for choice in question.choices:
            assert not re.search(r"none of the \d", words.label(choice))
            assert all(name in words.prompt(question) for name in choice.others)


def test_questions_vary_from_case_to_case() -> None:
    patterns = Counter(tuple(question.kind for question in case(name).questions) for name in NAMES)
    assert max(patterns.values()) <= 2, patterns
    assert len({kind for name in NAMES for kind in [case(name).questions[0].kind]}) >= 2, "they begin alike"


def test_there_is_a_case_for_every_level_and_no_title_twice() -> None:
    assert {case(name).level for name in NAMES} == {"introductory", "intermediate", "advanced"}
    assert len({case(name).title for name in NAMES}) == len(NAMES)
    assert len({case(name).stages[0].narrative for name in NAMES}) == len(NAMES)


# What some of them teach, by the rulings.


def stage_of(name: str, stage: str) -> Stage:
    return next(one for one in case(name).stages if one.id == stage)


def cautions_of(stage: Stage, class_: str) -> set[str]:
    return {caution.id for caution in stage.assessment[class_].cautions}


def test_a_visceral_crisis_is_named_as_ours_and_its_urgent_signs_are_told() -> None:
    stage = stage_of("short-of-breath", "crisis")
    assert "visceral crisis" in " ".join(stage.narrative)
    assert "Visceral crisis is ours" in stage.note
    told = {one.id for one in stage.assessment.considerations}
    assert {"urgent_airway", "urgent_shortness_of_breath", "urgent_liver_blockage", "urgent_jaundice"} <= told


def test_trastuzumab_brings_chemotherapy_and_growth_on_the_pair_counts_for_both_halves() -> None:
    """Rulings 18, 19, 21 and 23."""
    first, later = stage_of("two-targets", "one-week").assessment, stage_of("two-targets", "new-nodes")
    assert [reason.rule for reason in first["chemotherapy"].because] == ["chemotherapy-her2-positive-with-trastuzumab"]
    assert len(first["chemotherapy"].agents) == 6
    assert "chemotherapy-after-hormone-therapy" in {one.rule for one in later.assessment["chemotherapy"].because}
    assert later.assessment["anti_her2"].status == "candidate"
    assert "anti-her2-progressed" in cautions_of(later, "anti_her2")


def test_strontium_is_no_candidate_without_a_word_where_marrow_and_a_fracture_are() -> None:
    """Ruling 26: whoever is asked about it meets the warning, too, and not the teacher alone."""
    stage = stage_of("bones-everywhere", "the-broken-hip")
    assert stage.assessment["radioisotope"].status == "candidate"
    assert "radioisotope-marrow-cord-or-fracture" in cautions_of(stage, "radioisotope")
    assert [one for one in stage.questions if one.kind == "reflect" and "warning of ours" in one.prompt]


def test_chemotherapy_stays_a_candidate_in_triple_negative_disease_that_nobody_calls_aggressive() -> None:
    """Rulings 9 and 15."""
    stage = stage_of("no-marker-found", "four-cycles")
    assert "chemotherapy-triple-negative" in {one.rule for one in stage.assessment["chemotherapy"].because}
    single = next(one for one in stage.assessment["chemotherapy"].members if one.id == "chemotherapy.single_agent")
    assert [(one.rule, one.basis) for one in single.because] == [("single-agent-after-response", "implied")]
    assert "the premise is about the kind" in " ".join(stage.note.split())
