"""Patients of whom just anything may be known, and rulebooks made of plain data; both also by chance."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from hypothesis import assume
from hypothesis import strategies as st

from mbc_options.frozendict import FrozenDict
from mbc_options.package_data import rules_dir
from mbc_options.patient.description import _made
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, Names, NoneOf
from mbc_options.rulebook.load import read_rulebook
from mbc_options.rulebook.models import Rulebook, RulebookFile, Subtype, Therapy
from mbc_options.source.validation import adapter
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.patient.description import Description
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.conditions import Node

ABOUT = {
    "name": "random",
    "version": "1",
    "title": "t",
    "description": "d",
    "scope": {"when": {"metastatic": "yes"}, "text": "t", "outside": "o", "open": "q"},
}
WORDS = {"label": "l", "gloss": "p", "summary": "s"}


def knowing(knowledge: int) -> Description:
    """A patient of whom this cube is known, though no description could say it."""
    vocabulary = bundled_vocabulary()
    return _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), knowledge, (), vocabulary)


@cache
def real_rulebook() -> Rulebook:
    return read_rulebook(rules_dir()).rulebook


@cache
def real_rulebook_on_demand() -> CompiledRulebook:
    """Ours, with everything decided on demand; by another name, for what is kept of equal rulebooks is kept once."""
    said = real_rulebook()
    about = RulebookFile(**{**vars(said.about), "name": "on demand"})
    return compile_rulebook(Rulebook(**{**vars(said), "about": about}), decide="cover")


def _valid(form: Any, data: Any) -> Any:
    return adapter(form).validate_python(data, context=Names(bundled_vocabulary()))


def with_class(rulebook: Rulebook, therapy: dict[str, Any], subtypes: list[Any] | None = None) -> Rulebook:
    """A rulebook that knows this class alone, and that says nothing beside it."""
    beside = ("considerations", "disagreements", "background", "glossary", "questions", "values")
    about = rulebook.about
    if subtypes is not None:
        about = RulebookFile(**{**vars(about), "subtypes": tuple(_valid(Subtype, one) for one in subtypes)})
    return Rulebook(
        **{**vars(rulebook), **dict.fromkeys(beside, ()), "about": about, "therapies": (_valid(Therapy, therapy),)}
    )


@cache
def empty_rulebook() -> Rulebook:
    """Our facts, and nothing said of anything."""
    lists = ("definitions", "therapies", "considerations", "disagreements", "background", "glossary")
    more = ("questions", "values", "sources", "claims")
    about = _valid(RulebookFile, ABOUT)
    return Rulebook(about=about, vocabulary=bundled_vocabulary(), **dict.fromkeys((*lists, *more), ()))


SPACE, THEORY = bundled_vocabulary().space, bundled_vocabulary().theory

FACTS = (
    "sex",
    "menopause",
    "er",
    "her2",
    "findings.pain",
    "findings.bone_pain",
    "extent.limited",
    "extent.oligometastatic",
    "extent.extensive_visceral",
    "sites.liver",
)
"""Few enough to enumerate, and tied to one another by most of the constraints."""

SETTLED = tuple(
    fact
    for fact in SPACE.facts
    if (fact.startswith("sites.") and fact != "sites.liver") or fact == "extent.diffuse_bone"
)
"""Facts that constraints tie to the former; the tests settle them, or the enumeration would explode."""


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> Any:
    kind = draw(st.sampled_from(["fact", "fact", "always"] if depth == 0 else ["fact", "fact", "all", "any", "not"]))
    if kind == "always":
        return "always"
    if kind == "fact":
        fact = draw(st.sampled_from(FACTS))
        values = draw(st.lists(st.sampled_from(SPACE.domains[fact]), min_size=1, unique=True))
        return {fact: values}
    if kind == "not":
        return {"not": draw(conditions(depth - 1))}
    return {kind: draw(st.lists(conditions(depth - 1), min_size=1, max_size=3))}


@st.composite
def rules(draw: st.DrawFn, prefix: str) -> list[dict[str, Any]]:
    drawn = draw(st.lists(st.tuples(conditions(), st.sampled_from(["candidate", "unspecified"])), max_size=3))
    return [
        {"id": f"{prefix}-{i}", "when": when, "status": status, "because": "b", "claims": [], "basis": "stated"}
        for i, (when, status) in enumerate(drawn)
    ]


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    members = [{"id": f"m{i}", **WORDS, "rules": draw(rules(f"m{i}"))} for i in range(draw(st.integers(0, 2)))]
    therapy = {"id": "therapy", "order": 1, **WORDS, "rules": draw(rules("t")), "members": members}
    return with_class(empty_rulebook(), therapy)


@st.composite
def knowledge(draw: st.DrawFn, metastatic: str = "yes") -> int:
    """Knowledge about FACTS, partial to any degree, also of two values out of three; the rest settled."""
    cube = SPACE.universe
    for fact in FACTS:
        if fact == "sites.liver" and metastatic == "no":
            cube &= SPACE.cube({fact: ["no"]})
            continue
        allowed = draw(
            st.one_of(
                st.just(SPACE.domains[fact]),
                st.lists(st.sampled_from(SPACE.domains[fact]), min_size=1, unique=True),
            )
        )
        cube &= SPACE.cube({fact: allowed})
    for fact in SETTLED:
        cube &= SPACE.cube({fact: ["yes" if fact == "sites.bone" and metastatic == "yes" else "no"]})
    cube &= SPACE.cube({"metastatic": [metastatic]})
    assume(THEORY.is_possible(cube))
    return cube


REAL_FACTS = tuple(
    fact for fact in SPACE.facts if not fact.startswith("prior.") or fact.split(".")[-1] in {"progressed", "stable"}
)


@st.composite
def real_knowledge(draw: st.DrawFn) -> int:
    """A possible complete patient in scope, of whom any number of facts is forgotten."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    cube = SPACE.cube({"metastatic": ["yes"]})
    for fact in chance.sample(REAL_FACTS, len(REAL_FACTS)):
        value = chance.choice(SPACE.values(cube, fact))
        tried = cube & SPACE.cube({fact: [value]})
        cube = tried if THEORY.is_possible(tried) else cube
        cube = THEORY.tighten(cube)
    share = draw(st.sampled_from([0.0, 0.1, 0.3, 0.6, 0.9]))
    for fact in REAL_FACTS:
        if fact != "metastatic" and chance.random() < share:
            cube |= SPACE.mask(fact)
    return THEORY.tighten(cube)


Point = dict[str, str]
"""A patient of whom everything is known."""


def holds(node: Node, point: Point, definitions: Mapping[str, Node]) -> bool:
    """Tell whether a condition is true of a patient, by its definition."""
    match node:
        case Always():
            return True
        case Defined(name):
            return holds(definitions[name], point, definitions)
        case Fact(fact, values):
            return point[fact] in values
        case AllOf(parts):
            return all(holds(part, point, definitions) for part in parts)
        case AnyOf(parts):
            return any(holds(part, point, definitions) for part in parts)
        case NoneOf(part):
            return not holds(part, point, definitions)


WAYS = st.sampled_from([None, "cover"])
"""How conditions are decided; whatever is said of the one holds for the other."""


def decided_by(rulebook: Rulebook, decide: Literal["cover"] | None) -> CompiledRulebook:
    """A rulebook that is decided so, with a version of its own: equal ones share what was prepared of them."""
    about = RulebookFile(**{**vars(rulebook.about), "version": decide or "primes"})
    return compile_rulebook(Rulebook(**{**vars(rulebook), "about": about}), decide=decide)
