"""What a description says is the same in the page and in Python, and one answer changes nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from javascript import run
from random_descriptions import written

from mbc_options import load_case, load_rulebook
from mbc_options.cases.catalog import case_names
from mbc_options.patient.description import of, read
from mbc_options.patient.file import load_description
from mbc_options.rendering.explorer.descriptions import descriptions
from mbc_options.rulebook.registers import in_plain_words
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.load import read_vocabulary

if TYPE_CHECKING:
    from mbc_options.patient.description import Description
    from mbc_options.vocabulary.vocabulary import Vocabulary

ROOT = Path(__file__).parents[2]
HAY_FEVER = read_vocabulary(ROOT / "tests" / "rulebooks" / "hay-fever")
OURS = bundled_vocabulary()
RULEBOOKS = pytest.mark.parametrize("vocabulary", [OURS, HAY_FEVER], ids=["ours", "hay fever"])
SCRIPTS = ("cubes.js", "regions.js", "describe.js", "answer.js")
MANY = 1000
SEED = 15

_DESCRIBE = "const v = readVocabulary(given.vocabulary); return given.these.map((one) => describe(v, one));"
_ANSWER = """
const v = readVocabulary(given.vocabulary);
return given.these.map(([description, fact, value]) => {
  const before = JSON.stringify(description);
  const changed = answer(v, description, fact, value);
  if (JSON.stringify(description) !== before) throw new Error("the description was changed in place");
  const why_not = value === null ? null : canBe(v, description, fact, value);
  return {changed, described: describe(v, changed), why_not};
});
"""


def in_page(vocabulary: Vocabulary, statements: str, these: Any) -> Any:
    return run(SCRIPTS, statements, {"vocabulary": descriptions(vocabulary), "these": these})


def described(vocabulary: Vocabulary, these: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = in_page(vocabulary, _DESCRIBE, these)
    return found


def known(description: Description) -> dict[str, list[str]]:
    return {fact: list(values) for fact, values in description.known().items()}


@cache
def by_chance(vocabulary: Vocabulary, count: int = MANY, seed: int = SEED) -> tuple[tuple[dict[str, Any], Any], ...]:
    """Descriptions as somebody may write them, and what Python reads: a description, or None and complaints."""
    rng = Random(seed)
    these = [written(rng, vocabulary) for _ in range(count)]
    return tuple((one, read(one, vocabulary)) for one in these)


@RULEBOOKS
def test_a_description_says_in_the_page_what_it_says_in_python(vocabulary: Vocabulary) -> None:
    sound = [description for _, (description, _) in by_chance(vocabulary) if description is not None]
    assert len(sound) > MANY / 2
    again = [of(vocabulary, one.as_data()) for one in sound]
    for description, found in zip(again, described(vocabulary, [one.as_data() for one in sound]), strict=True):
        assert found["problem"] is None, description
        assert found["knowledge"] == known(description), description
        assert found["assumptions"] == list(description.assumptions)
        assert found["notices"] == list(description.notices)


@RULEBOOKS
def test_what_contradicts_itself_is_refused_with_both_sides_and_the_same_sentence(vocabulary: Vocabulary) -> None:
    """In the same words as Python's, save that a mapping within them is quoted as YAML."""
    wrong = [
        (one, complaints)
        for one, (description, complaints) in by_chance(vocabulary)
        if description is None and not any(word in str(one) for word in ("1+", "2+", "3+", "'0'"))
    ]
    assert len(wrong) > MANY / 20
    same = 0
    for (one, complaints), found in zip(wrong, described(vocabulary, [one for one, _ in wrong]), strict=True):
        assert found["problem"] is not None, one
        messages = [complaint.message for complaint in complaints]
        same += found["problem"]["text"] in messages
        assert found["problem"]["text"] in messages or any("{'" in text or "['" in text for text in messages), one
        assert set(found["problem"]["fields"]) <= set(vocabulary.fields)
    assert same > len(wrong) * 0.8


def test_every_patient_of_ours_is_known_alike() -> None:
    patients = [load_description(path, OURS) for path in sorted((ROOT / "tests" / "patients").iterdir())]
    cases = [stage.assessment.patient.description for name in case_names() for stage in load_case(name).stages]
    assert patients
    assert cases
    everyone = [*patients, *cases]
    found = described(OURS, [one.as_data() for one in everyone])
    assert [one["knowledge"] for one in found] == [known(one) for one in everyone]


def test_assumptions_and_notices_are_told_in_the_register_that_is_asked_for() -> None:
    plain = in_plain_words(load_rulebook()).vocabulary
    one = {"menopause": "perimenopausal"}
    given = {"vocabulary": descriptions(OURS, plain), "these": one}
    found = run(SCRIPTS, "return describe(readVocabulary(given.vocabulary), given.these, 'plain');", given)
    expected = of(plain, one)
    assert found["assumptions"] == list(expected.assumptions) != list(of(OURS, one).assumptions)
    assert found["notices"] == list(expected.notices) != list(of(OURS, one).notices)


NO_DESCRIPTIONS: list[Any] = [
    [],
    None,
    7,
    "er: positive",
    {"er": 7},
    {"er": ["positive"]},
    {"er": "Positive"},
    {"er": "__proto__"},
    {"erx": "positive"},
    {"__proto__": "positive"},
    {"constructor": {}},
    {"sites": 7},
    {"sites": [["bone"]]},
    {"sites": {"bone": 1}},
    {"sites": {"__proto__": "yes"}},
    {"sites": ["other:"]},
    {"sites": ["other"]},
    {"sites": ["other:" + "x" * 501]},
    {"sites": ["bone"] * 201},
    {"prior": "letrozole"},
    {"prior": ["letrozole: progressed"]},
    {"prior": [{"therapy": "__proto__"}]},
    {"prior": [{"therapy": "letrozole", "dose": "1"}]},
    {"prior": [{"therapy": "letrozole", "outcome": "toString"}]},
    {"prior": {"letrozole": []}},
    {"prior": {"letrozole": ["no"]}, "er": None},
    {"prior": {"letrozole": {"__proto__": "yes"}}},
    {"prior": {"letrozole": {"outcome": "no", "setting": "early"}}},
    {"prior": {"early": "no"}},
    {"prior": {"metastatic": "perhaps"}},
    {"label": 7},
    {"label": "x" * 501},
]


def test_what_is_no_description_is_a_problem_and_never_an_error_of_the_page() -> None:
    for one, found in zip(NO_DESCRIPTIONS, described(OURS, NO_DESCRIPTIONS), strict=True):
        assert found["problem"]["text"], one
        assert found["knowledge"] == {}


# Answers


def some_answers(vocabulary: Vocabulary, count: int) -> list[tuple[Description, str, str | None]]:
    rng = Random(SEED)
    sound = [description for _, (description, _) in by_chance(vocabulary) if description is not None]
    facts = list(vocabulary.facts)
    found = []
    for _ in range(count):
        description = rng.choice(sound)
        fact = rng.choice(facts if rng.random() < 1 / 2 else [*description.known()] or facts)
        found.append((description, fact, rng.choice([*vocabulary.facts[fact].values, None])))
    return found


@RULEBOOKS
def test_an_answer_sets_its_fact_or_says_why_it_cannot(vocabulary: Vocabulary) -> None:
    """Where the fact was open, all that changes is what the answer says and what follows from it."""
    space, theory = vocabulary.space, vocabulary.theory
    asked = some_answers(vocabulary, MANY)
    exact = 0
    found = in_page(vocabulary, _ANSWER, [[one.as_data(), fact, value] for one, fact, value in asked])
    for (before, fact, value), page in zip(asked, found, strict=True):
        after, complaints = read(page["changed"], vocabulary)
        if after is None:
            assert value is not None, (before, fact)
            assert page["why_not"]["text"] == page["described"]["problem"]["text"], complaints
            continue
        assert page["described"]["problem"] is None
        assert page["described"]["knowledge"] == known(after), (before, fact, value)
        assert after.as_data() == page["changed"], "in its one written form"
        mask = space.mask(fact)
        if value is None:
            if not after.assumptions:
                assert not before.knowledge & ~after.knowledge, "nothing is known that was not"
            continue
        assert (page["why_not"] is None) == (after.knowledge & mask == space.bit(fact, value))
        if before.knowledge & mask == mask and "." in fact and after.assumptions == before.assumptions:
            exact += 1
            assert after.knowledge == theory.tighten(before.knowledge & ~mask | space.bit(fact, value))
    assert exact > MANY / 10


@RULEBOOKS
def test_every_fact_can_be_answered_and_taken_back(vocabulary: Vocabulary) -> None:
    """The law of the door: what a page sets fact by fact, a description can say."""
    answers = [(fact, value) for fact, words in vocabulary.facts.items() for value in words.values]
    mask_of = vocabulary.space.mask
    found = in_page(vocabulary, _ANSWER, [[{}, fact, value] for fact, value in answers])
    again = in_page(
        vocabulary, _ANSWER, [[one["changed"], fact, None] for one, (fact, _) in zip(found, answers, strict=True)]
    )
    for (fact, value), page, back in zip(answers, found, again, strict=True):
        assert page["why_not"] is None
        after = of(vocabulary, page["changed"])
        assert vocabulary.space.values(after.knowledge, fact) == (value,)
        taken = of(vocabulary, back["changed"])
        assert not mask_of(fact) & ~taken.knowledge or fact in vocabulary.applicability, (fact, back)


@pytest.mark.parametrize(
    ("before", "fact", "value", "after"),
    [
        ({}, "er", "positive", {"er": "positive"}),
        ({"er": "90%", "pr": "negative"}, "er", None, {"pr": "negative"}),
        ({}, "metastatic", "no", {"metastasis_confirmed": "no"}),
        ({"metastasis_confirmed": "no"}, "metastatic", "yes", {}),
        ({"sites": []}, "metastatic", "yes", {"metastasis_confirmed": "yes", "sites": []}),
        ({}, "metastatic", None, {"metastasis_confirmed": "unknown"}),
        ({"sites": ["bone"]}, "sites.liver", "yes", {"sites": ["bone", "liver"]}),
        ({"sites": ["bone", "liver"]}, "sites.liver", "no", {"sites": ["bone"]}),
        ({"extent": ["limited"]}, "extent.diffuse_bone", None,
         {"extent": {"limited": "yes", "oligometastatic": "no", "extensive_visceral": "no"}}),
        ({"situation": {"aggressive": "no", "salvage": "no", "financial_stress": "yes"}},
         "situation.rapid_control_needed", "no", {"situation": ["financial_stress"]}),
        ({"sites": {"bone": "yes"}}, "sites.other", "no", {"sites": {"bone": "yes", "other": "no"}}),
        ({"prior": {"hormone_therapy": "progressed"}}, "prior.hormone_therapy.stable", "no",
         {"prior": {"hormone_therapy": {"outcome": "progressed", "stable": "no"}}}),
        ({}, "prior.hormone_therapy.progressed", "no", {"prior": {"hormone_therapy": {"progressed": "no"}}}),
        ({"prior": {"hormone_therapy": {"progressed": "no"}}}, "prior.hormone_therapy.progressed", "yes",
         {"prior": {"hormone_therapy": "progressed"}}),
        ({"prior": {"letrozole": "progressed"}}, "prior.hormone_therapy.progressed", None,
         {"prior": {"letrozole": "unknown"}}),
        ({"prior": {"letrozole": "progressed"}}, "prior.hormone_therapy.given", None, {}),
        ({}, "prior.metastatic.given", "no", {"prior": {"metastatic": "no"}}),
        ({"prior": []}, "prior.chemotherapy.given", "yes",
         {"prior": [{"therapy": "chemotherapy", "outcome": "unknown", "setting": "unknown"}]}),
    ],
)  # fmt: skip
def test_the_description_after_an_answer(before: Any, fact: str, value: str | None, after: Any) -> None:
    (found,) = in_page(OURS, _ANSWER, [[before, fact, value]])
    assert found["changed"] == after


def test_why_an_answer_cannot_be_names_both_sides_and_the_constraint() -> None:
    (found,) = in_page(OURS, _ANSWER, [[{"sex": "male"}, "menopause", "premenopausal"]])
    assert found["why_not"] == {
        "text": "(sex: male) and (menopause: premenopausal) contradict each other: "
        "menopause does not apply to men, and only to men",
        "fields": ["sex", "menopause"],
    }
