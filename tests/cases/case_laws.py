"""Random patients, and what their facts come to by brute force: the measure for the questions of a case.

A choice is judged by the words that a learner reads: its phrases are looked up and turned back into facts, the
patient is changed by just these, and the status is taken anew. For patients of whom all is known, the status is a
plain reading of the rules as authored, which shares no code with the engine.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any, Final

from random_patients import complete, described, partly_known

from mbc_options import Patient, load_rulebook
from mbc_options.cases.case_file import QuestionWritten
from mbc_options.cases.questions.context import StageContext, Unanswerable
from mbc_options.cases.questions.question import question_of
from mbc_options.exploration.comparison import compare
from mbc_options.exploration.explore import explore
from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.package_data import rules_dir
from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, NoneOf
from mbc_options.rulebook.load import read_rulebook
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.cases.case import AnswerChoice, NearMiss, Question
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import Rulebook


OUTCOMES = tuple(bundled_vocabulary().treatments["prior"].yes["chemotherapy"])
SPACE, THEORY = bundled_vocabulary().space, bundled_vocabulary().theory
RULEBOOK = load_rulebook()
CASES: Final = rules_dir() / "cases"
UNITS: Final = tuple(RULEBOOK.by_id)
CLASSES: Final = tuple(option.id for option in RULEBOOK.options)
WITH_MEMBERS: Final = tuple(option.id for option in RULEBOOK.options if option.members)

Point = dict[str, str]


# What is known.


def status(option: str, knowledge: int) -> str:
    return verdicts_of(RULEBOOK).status(option, knowledge)


def is_possible(knowledge: int) -> bool:
    """Whether there is such a patient."""
    return not SPACE.is_empty(knowledge) and THEORY.is_possible(knowledge)


def in_scope(knowledge: int) -> bool:
    """Whether every completion has distant metastasis."""
    return not is_possible(knowledge & SPACE.cube({"metastatic": ["no"]}))


def _phrases() -> dict[str, tuple[str, tuple[str, ...]]]:
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for fact in SPACE.facts:
        for number in range(1, len(SPACE.domains[fact])):
            for values in combinations(SPACE.domains[fact], number):
                text = RULEBOOK.vocabulary.phrase(fact, values)
                assert text not in found, f"two facts read alike: {text}"
                assert ";" not in text, "which divides phrases"
                found[text] = fact, values
    return found


PHRASES: Final = _phrases()
"""Every phrase, with the fact that it is about and the values that it allows."""


def cube(facts: Iterable[str]) -> int:
    """All patients of whom these phrases are true."""
    found = SPACE.universe
    for text in facts:
        fact, values = PHRASES[text]
        found &= SPACE.cube({fact: values})
    return found


def exchanged(knowledge: int, facts: Iterable[str]) -> int:
    """The patient with these phrases true instead of what is known; what is unknown turns out so."""
    for text in facts:
        fact, values = PHRASES[text]
        mask, allowed = SPACE.mask(fact), SPACE.cube({fact: values})
        knowledge = knowledge & allowed if knowledge & mask & allowed else knowledge & ~mask | mask & allowed
    return knowledge


def one_fact_away(knowledge: int) -> Iterator[int]:
    """Every possible patient who differs in the value of one fact, or of whom one fact more is known."""
    for fact, mask in zip(SPACE.facts, SPACE.masks, strict=True):
        for value in SPACE.domains[fact]:
            other = knowledge & ~mask | SPACE.bit(fact, value)
            if other != knowledge and is_possible(other):
                yield other


# Complete patients, by a plain reading of the rules.


@cache
def authored() -> Rulebook:
    return read_rulebook(rules_dir()).rulebook


def completions(knowledge: int, chance: Random, count: int) -> list[Point]:
    """Some possible patients of whom all is known, and who fit."""
    found = []
    for _ in range(count):
        point = knowledge
        for fact in chance.sample(SPACE.facts, len(SPACE.facts)):
            values = list(SPACE.values(point, fact))
            chance.shuffle(values)
            point = next(
                tried for tried in (point & SPACE.cube({fact: [value]}) for value in values) if is_possible(tried)
            )
        found.append({fact: SPACE.values(point, fact)[0] for fact in SPACE.facts})
    for point in found:
        assert not any(
            all(point[fact] in values for fact, values in case.items())
            for c in bundled_vocabulary().impossible
            for case in c.cases
        )
    return found


def holds(node: Node, point: Point) -> bool:
    match node:
        case Always():
            return True
        case Defined(name):
            return holds(next(one.when for one in authored().definitions if one.id == name), point)
        case Fact(fact, values):
            return point[fact] in values
        case AllOf(parts):
            return all(holds(part, point) for part in parts)
        case AnyOf(parts):
            return any(holds(part, point) for part in parts)
        case NoneOf(part):
            return not holds(part, point)


@cache
def rules_of(unit: str) -> dict[str, Any]:
    """The rules of a class or member, as authored, by id."""
    class_, _, member = unit.partition(".")
    therapy = next(therapy for therapy in authored().therapies if therapy.id == class_)
    owner = next(one for one in therapy.members if one.id == member) if member else therapy
    return {rule.id: rule for rule in owner.rules}


def plain_status(unit: str, point: Point) -> str:
    """The best rule that holds; of a member within its class."""
    if point["metastatic"] != "yes":
        return "out_of_scope"
    ranks = ("not_described", "unspecified", "candidate")
    best = max((ranks.index(rule.status) for rule in rules_of(unit).values() if holds(rule.when, point)), default=0)
    if "." in unit:
        best = min(best, ranks.index(plain_status(unit.partition(".")[0], point)))
    return ranks[best]


# Earlier and later.

MEANS: Final = (
    *((fact, f"{fact.rpartition('.')[0]}.given") for fact in SPACE.facts if fact.startswith("prior.")),
    *(
        (f"prior.{group}.{outcome}", f"prior.{group.partition('.')[0]}.{outcome}")
        for group in bundled_vocabulary().agents.tracked
        if "." in group
        for outcome in OUTCOMES
    ),
)
"""Facts of earlier treatment and what they mean: where the first is `yes`, the second is."""


def carried(before: int, now: int, facts: Iterable[str]) -> int:
    """The patient of before with these facts as they are now, and with the treatments that those mean."""
    moved = set(facts)
    while True:
        mixed = before
        for fact in moved:
            mixed = mixed & ~SPACE.mask(fact) | now & SPACE.mask(fact)
        along = {
            fact
            for cause, effect in MEANS
            if (cause in moved) != (effect in moved)
            and (SPACE.values(mixed, cause) == ("yes",) != SPACE.values(mixed, effect))
            for fact in (cause, effect)
        }
        if along <= moved:
            return mixed
        moved |= along


# Random patients.


def random_patient(seed: int) -> Patient:
    """Someone of whom much or little is known, mostly with distant metastasis."""
    chance = Random(seed)
    kind = chance.random()
    if kind < 0.45:
        return described(chance)
    if kind < 0.9:
        return partly_known(chance, complete(chance))
    if kind < 0.95:
        return described(chance).with_(sites=["regional_lymph_nodes"], extent=None, metastasis_confirmed=None)
    return described(chance).with_(sites=None, extent=None, metastasis_confirmed="unknown")


def random_pair(seed: int) -> tuple[Patient, Patient]:
    """A patient, and the same with some fields as another patient has them."""
    chance = Random(seed)
    before, other = described(chance), random_patient(seed + 1)
    fields = [field for field in type(before).model_fields if field not in {"label", "sex", "menopause"}]
    changes = {field: getattr(other, field) for field in chance.sample(fields, chance.randint(1, 4))}
    try:
        return before, before.with_(**changes)
    except ValueError:  # what is said of the two contradicts each other
        return before, other


def asked(ask: dict[str, Any], now: Patient, before: Patient | None = None, name: str = "stage.q") -> Question | None:
    """A question about a patient; None where it has no answer."""
    comparison = None if before is None else compare(before, now)
    try:
        return question_of(QuestionWritten.model_validate(ask), name, StageContext(RULEBOOK, explore(now), comparison))
    except Unanswerable:
        return None


def wrong(question: Question) -> list[AnswerChoice]:
    return [choice for choice in question.choices if not choice.right and choice.id != "none"]


def near_misses(question: Question) -> Iterator[tuple[AnswerChoice, NearMiss]]:
    for choice in wrong(question):
        for near in choice.near:
            yield choice, near
