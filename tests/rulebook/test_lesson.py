"""A teacher's rulebook of two rules and a member: exact verdicts, in the words that every rulebook shares."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from mbc_options import CompiledRulebook, Patient, UnknownOptionError, explore, load_rulebook, statuses
from mbc_options.package_data import rules_dir

LESSON = Path(__file__).parent / "rulebooks" / "positive" / "lesson"

CLASS = "hormone_therapy"
MEMBER = "hormone_therapy.after_menopause"


@pytest.fixture(scope="module")
def lesson() -> CompiledRulebook:
    return load_rulebook(LESSON)


@pytest.mark.parametrize(
    ("patient", "of_class", "of_member"),
    [
        ({"er": "+"}, "candidate", "undetermined"),
        ({"er": "+", "menopause": "post"}, "candidate", "candidate"),
        ({"er": "+", "menopause": "pre"}, "candidate", "not_described"),
        ({"er": "+", "sex": "male"}, "candidate", "not_described"),
        ({"er": "-", "pr": "+"}, "unspecified", "undetermined"),
        ({"er": "-", "pr": "+", "menopause": "post"}, "unspecified", "unspecified"),
        ({"er": "-", "pr": "-"}, "not_described", "not_described"),
        ({"pr": "-", "menopause": "pre"}, "undetermined", "not_described"),
        # With PR positive the class is a candidate or unspecified, and which of the two is not known.
        ({"pr": "+"}, "undetermined", "undetermined"),
        ({}, "undetermined", "undetermined"),
        ({"er": "+", "sites": []}, "out_of_scope", "out_of_scope"),
        ({"er": "+", "metastasis_confirmed": "unknown"}, "undetermined", "undetermined"),
    ],
)
def test_exact_verdicts(lesson: CompiledRulebook, patient: dict[str, object], of_class: str, of_member: str) -> None:
    described = Patient.model_validate(patient)
    assert statuses(described, lesson) == {CLASS: of_class, MEMBER: of_member}
    assessment = explore(described, lesson)
    assert (assessment[CLASS].status, assessment[MEMBER].status) == (of_class, of_member)


def test_a_reason_is_told_in_the_shared_words(lesson: CompiledRulebook) -> None:
    reason = explore(Patient(er="+", pr="+"), lesson)[CLASS].because[0]
    assert (reason.rule, reason.when, reason.facts) == ("estrogen-receptors", "ER-positive", ("ER-positive",))
    assert reason.text == "The tumor has docking places for estrogen."


def test_a_member_that_its_class_holds_back_tells_its_own_reason_and_that_of_its_class(
    lesson: CompiledRulebook,
) -> None:
    member = explore(Patient(er="-", pr="+", menopause="post"), lesson)[MEMBER]
    assert [reason.rule for reason in member.because] == ["after-menopause"]
    assert [reason.rule for reason in member.because_of_class] == ["progesterone-receptors-only"]
    assert set(member.proof) == {"ER-negative", "PR-positive", "postmenopausal"}


def test_what_it_depends_on_is_told_value_by_value(lesson: CompiledRulebook) -> None:
    depends_on = explore(Patient(pr="+"), lesson)[CLASS].depends_on
    assert {(tuple(d.if_.items()), d.then) for d in depends_on} == {
        ((("er", ("positive",)),), "candidate"),
        ((("er", ("negative",)),), "unspecified"),
    }


def test_it_says_who_it_is(lesson: CompiledRulebook) -> None:
    shown = explore(Patient(), lesson).rulebook
    assert (shown.name, shown.version, shown.sha256) == ("lesson", "1", lesson.sha256)
    assert repr(lesson) == "<CompiledRulebook lesson 1: 1 classes>"
    with pytest.raises(UnknownOptionError, match=r"did you mean hormone_therapy\?"):
        lesson.option("hormone_terapy")


def test_comments_layout_and_file_names_leave_the_digest_alone(lesson: CompiledRulebook) -> None:
    again = load_rulebook(LESSON.parent / "same-knowledge-other-layout")
    assert again.sha256 == lesson.sha256
    assert again == lesson
    assert hash(again) == hash(lesson)


@pytest.mark.parametrize(
    ("file", "word", "other"),
    [
        ("rulebook.yaml", 'version: "1"', 'version: "2"'),
        ("rulebook.yaml", "Only spread", "Just spread"),
        ("therapies/hormone_therapy.yaml", "docking places", "landing places"),
        ("therapies/hormone_therapy.yaml", "{er: positive}", "{pr: positive}"),
        ("therapies/hormone_therapy.yaml", "status: unspecified", "status: candidate"),
        ("therapies/hormone_therapy.yaml", "order: 1", "order: 2"),
        ("therapies/hormone_therapy.yaml", "postmenopausal", "premenopausal"),
    ],
)
def test_a_changed_word_changes_the_digest(
    lesson: CompiledRulebook, tmp_path: Path, file: str, word: str, other: str
) -> None:
    changed = Path(shutil.copytree(LESSON, tmp_path / "changed"))
    text = (changed / file).read_text(encoding="utf-8")
    assert word in text
    (changed / file).write_text(text.replace(word, other, 1), encoding="utf-8")
    rulebook = load_rulebook(changed)
    assert rulebook.sha256 != lesson.sha256
    assert rulebook != lesson


def test_shared_words_are_part_of_the_knowledge(lesson: CompiledRulebook, tmp_path: Path) -> None:
    """A rulebook may bring words of its own for facts; a reader sees them, so they count."""
    own = Path(shutil.copytree(LESSON, tmp_path / "own"))
    words = (rules_dir() / "facts.yaml").read_text(encoding="utf-8")
    (own / "facts.yaml").write_text(words, encoding="utf-8")
    (own / "agents.yaml").write_text("extends: bundled\n", encoding="utf-8")
    assert load_rulebook(own) == lesson
    (own / "facts.yaml").write_text(words.replace("text: ER-positive", "text: ER+"), encoding="utf-8")
    rulebook = load_rulebook(own)
    assert rulebook != lesson
    assert explore(Patient(er="+"), rulebook)[CLASS].because[0].facts == ("ER+",)


def test_a_class_without_rules_is_described_for_nobody(tmp_path: Path) -> None:
    directory = Path(shutil.copytree(LESSON, tmp_path / "bare"))
    file = directory / "therapies" / "hormone_therapy.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("rules:")], encoding="utf-8")
    rulebook = load_rulebook(directory)
    assert statuses(Patient(), rulebook) == {CLASS: "not_described"}
    assert explore(Patient(), rulebook)[CLASS].because[0].facts == ()


@pytest.mark.parametrize("directory", [LESSON, None], ids=["lesson", "bundled"])
def test_a_rulebook_survives_pickling(directory: Path | None) -> None:
    rulebook = load_rulebook(directory)
    again = pickle.loads(pickle.dumps(rulebook))  # noqa: S301 - of our own making
    assert again == rulebook
    patient = Patient(er="-", pr="+", her2="+", sites=["bone", "brain"])
    assert statuses(patient, again) == statuses(patient, rulebook)
    assert explore(patient, again) == explore(patient, rulebook)


def test_every_kind_of_file_reaches_the_reader() -> None:
    rulebook = load_rulebook(LESSON.parent / "every-kind-of-file")
    patient = Patient(er="+", pr="-", metastasis_confirmed="yes")
    assessment = explore(patient, rulebook)
    assert [option.id for option in assessment.options] == ["hormone_therapy", "surgery"]
    assert statuses(patient, rulebook) == {"hormone_therapy": "not_described", "surgery": "not_described"}
    assert [c.id for c in assessment.considerations] == ["ask"]
    assert [d.id for d in assessment.disagreements] == ["D1"]
    assert [n.id for n in assessment.background] == ["n1"]
    assert assessment["surgery"].cautions[0].text == "Rarely used."
    assert assessment.claims["T1-1"].notices == ("This document is made up.",)
    assert explore(Patient(er="+", pr="+"), rulebook).subtype.is_ == "two-sided"


def test_a_condition_and_an_unknown_fact_are_each_enough_for_a_consideration() -> None:
    rulebook = load_rulebook(LESSON.parent / "every-kind-of-file")

    def shown(**said: str) -> bool:
        return bool(explore(Patient.model_validate(said), rulebook).considerations)

    assert shown(er="+", pr="-"), "the condition holds"
    assert shown(pr="+"), "ER is unknown"
    assert not shown(er="+", pr="+"), "neither"
