"""Mutants of rulebooks: which mean the same, which are noticed, and by whom they can be.

What means the same is worked out a second time: by the diagrams of `oracle.py` over our rulebook, and by looking at
every patient, or at all that can be known, over random ones.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain, combinations, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from builders import FACTS, SETTLED, SPACE, THEORY, WAYS, _valid, decided_by, holds, real_rulebook, rulebooks
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle import Oracle
from thoroughness import examples, is_thorough

from mbc_options import load_rulebook
from mbc_options.package_data import rules_dir
from mbc_options.rulebook.compile import Compiler, compile_rulebook
from mbc_options.rulebook.models import CareQuestion
from mbc_options.source import yaml_positions
from mbc_options.tools.testing.expectations import Expectation, Placed, read_expectations
from mbc_options.tools.testing.judge import differences
from mbc_options.tools.testing.mutants import entries_of, mutants_of
from mbc_options.tools.testing.mutation import Mutation, authored_at
from mbc_options.tools.testing.places import place_of
from mbc_options.tools.testing.shown import remark_of, telling_apart
from mbc_options.vocabulary.facts import Constraint
from mbc_options.vocabulary.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Point

    from mbc_options import CompiledRulebook
    from mbc_options.rulebook.models import Rulebook
    from mbc_options.tools.testing.mutants import Mutant
    from mbc_options.tools.testing.mutation import Outcome

CASES = Path(__file__).parents[1] / "knowledge" / "cases"
SAMPLE = 16
"""Of our mutants, every so manieth is tried in every run; `.ci/run` tries all of them once, by the command."""
STEP = 1 if is_thorough() else 9
"""Likewise, where a thorough run tries all."""


@cache
def mutants() -> tuple[Mutant, ...]:
    return tuple(mutants_of(real_rulebook()))


@cache
def cases() -> tuple[Placed, ...]:
    return read_expectations(CASES, load_rulebook())


@cache
def without_cases() -> Mutation:
    return Mutation(real_rulebook(), load_rulebook(), ())


def test_a_sample_of_the_changes_of_our_rulebook_is_noticed() -> None:
    mutation = Mutation(real_rulebook(), load_rulebook(), cases())
    outcomes = [mutation.outcome(mutant) for mutant in mutants()[::SAMPLE]]
    assert [one for one in outcomes if one.fate == "survived"] == []
    assert len([one for one in outcomes if one.fate == "killed"]) > 80


def test_every_kind_of_change_is_among_the_mutants() -> None:
    assert {one.operator for one in mutants()} == {"flip", "drop", "widen", "narrow", "swap", "remove_not", "change"}
    kinds = {
        "scope",
        "subtype",
        "constraint",
        "drug",
        "definition",
        "rule",
        "caution",
        "consideration",
        "disagreement",
        "background",
        "question",
    }
    assert {one.kind for one in mutants()} == kinds
    assert {one.key for one in mutants()} == {"never", "when", "unless", "when_unknown", "status", "beyond_scope"}


def test_each_stands_at_what_it_changes() -> None:
    """At the line that names it; the scope has no name, and a constraint its sentence."""
    read, facts = authored_at(None), yaml_positions.read(rules_dir() / "facts.yaml")
    lines: dict[str, list[str]] = {}
    for mutant in mutants():
        place = place_of(mutant, read, facts)
        if place.file not in lines:
            lines[place.file] = Path(place.file).read_text(encoding="utf-8").splitlines()
        key = {"scope": "when", "constraint": "sentence", "drug": "agent"}.get(mutant.kind, "id")
        line = lines[place.file][place.line - 1]
        assert f"{key}: " in line, mutant
        assert mutant.kind == "scope" or mutant.id in line, mutant


BY_KNOWLEDGE = {"definition", "consideration", "question", "scope", "constraint"}
"""What is no condition of an entry, or may look at the knowledge beside it."""


def whole(mutant: Mutant) -> Rulebook:
    """The rulebook with the mutant in its place, as if its author had written so."""
    said = real_rulebook()
    entry = mutant.entry
    if entry is None:
        definition = mutant.definition
        assert definition is not None
        return replace(said, definitions=tuple(definition if one.id == mutant.id else one for one in said.definitions))

    def put(some: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(entry.authored if one.id == entry.id else one for one in some)

    key = "background" if mutant.kind == "background" else f"{mutant.kind}s"
    if not entry.option:
        return replace(said, **{key: put(getattr(said, key))})  # type: ignore[arg-type]
    class_id, _, member = entry.option.partition(".")

    def with_it(option: Any) -> Any:
        return replace(option, **{key: put(getattr(option, key))})

    therapies = []
    for class_ in said.therapies:
        if class_.id != class_id:
            therapies.append(class_)
        elif member:
            members = tuple(with_it(one) if one.id == member else one for one in class_.members)
            therapies.append(replace(class_, members=members))
        else:
            therapies.append(with_it(class_))
    return replace(said, therapies=tuple(therapies))


def test_what_is_found_of_a_change_is_so_where_the_whole_rulebook_is_compiled_with_it() -> None:
    """Killed by the expectation that is named; survived, by none of those that it was held against."""
    few = tuple(one for one in cases() if Path(one.file).stem in {"immunotherapy", "radioisotope"})
    by_name = {one.name: one for one in few}
    mutation = Mutation(real_rulebook(), load_rulebook(), few)
    about = [one for one in mutants() if one.id.startswith(("immunotherapy", "strontium", "radioisotope", "K1"))]
    outcomes = [mutation.outcome(mutant) for mutant in about]
    for fate, some in (("killed", 3), ("survived", 3)):
        found = [one for one in outcomes if one.fate == fate]
        for outcome in found[:: len(found) // some]:
            compiled = compile_rulebook(whole(outcome.mutant))
            held = [by_name[outcome.by]] if outcome.by else few
            assert any(list(differences(one.expectation, compiled)) for one in held) == (fate == "killed"), (
                outcome.mutant
            )


@pytest.mark.parametrize("start", [3, 40])
def test_who_is_offered_tells_a_change_from_what_is_written(start: int) -> None:
    """The expectation is met by the rulebook, and not by the mutant."""
    told = 0
    for mutant in mutants()[start :: STEP * SAMPLE // 2]:
        outcome = without_cases().outcome(mutant)
        if outcome.fate == "survived":
            told += 1
            placed = offered(outcome)
            assert list(differences(placed.expectation, load_rulebook())) == [], mutant
            again = Mutation(real_rulebook(), load_rulebook(), (placed,)).outcome(mutant)
            assert again.fate == "killed", mutant
    assert told > 15


def offered(outcome: Outcome) -> Placed:
    suggestion = outcome.suggestion
    assert suggestion is not None, outcome.mutant
    expected: Any = {suggestion.id: yaml.safe_load(suggestion.value)} if suggestion.value else [suggestion.id]
    said = {"id": "a", "why": "b", "patient": suggestion.patient, "scope": suggestion.scope}
    if suggestion.key:
        said[suggestion.key] = expected if suggestion.id else suggestion.value
    return Placed(Expectation.model_validate(said), "offered.yaml", 1)


def test_the_diagrams_agree_on_which_changes_of_our_conditions_mean_the_same() -> None:
    """Two sets of patients are the same where their diagrams have one number."""
    oracle = Oracle(rules_dir())
    inside = oracle.scope[0]
    written = {(one.kind, one.id): one.authored for one in entries_of(real_rulebook())}
    compared = 0
    conditions = [one for one in mutants() if one.key == "when" and one.kind not in BY_KNOWLEDGE]
    for mutant in conditions[::STEP]:
        assert mutant.entry is not None
        before = oracle.meant(written[mutant.entry.kind, mutant.id].when.as_written())
        after = oracle.meant(mutant.entry.authored.when.as_written())
        same = oracle.diagrams.both(before, inside) == oracle.diagrams.both(after, inside)
        assert (without_cases().outcome(mutant).fate == "same") == same, mutant
        compared += 1
    assert compared > 600 // STEP


def every_patient() -> Iterator[Point]:
    settled = {fact: "yes" if fact == "sites.bone" else "no" for fact in SETTLED} | {"metastatic": "yes"}
    for values in product(*(SPACE.domains[fact] for fact in FACTS)):
        point = dict(zip(FACTS, values, strict=True))
        if THEORY.is_possible(SPACE.cube({fact: [value] for fact, value in (point | settled).items()})):
            yield point


PATIENTS = tuple(every_patient())


def verdict(option: Any, class_: Any, point: Point) -> str:
    def rank(unit: Any) -> int:
        return max(
            (("unspecified", "candidate").index(rule.status) + 1 for rule in unit.rules if holds(rule.when, point, {})),
            default=0,
        )

    return ("not_described", "unspecified", "candidate")[min(rank(option), rank(class_))]


def brute(rulebook: Rulebook, mutant: Mutant) -> bool:
    """Whether a mutant of a rule means the same for every patient: it holds alike, or brings no other verdict."""
    entry = mutant.entry
    assert entry is not None
    class_ = rulebook.therapies[0]
    options = {class_.id: class_} | {f"{class_.id}.{member.id}": member for member in class_.members}
    written = next(rule for option in options.values() for rule in option.rules if rule.id == mutant.id)
    if mutant.key == "when":
        return all(holds(written.when, one, {}) == holds(entry.authored.when, one, {}) for one in PATIENTS)

    def changed(option: Any) -> Any:
        return replace(option, rules=tuple(entry.authored if rule.id == mutant.id else rule for rule in option.rules))

    new_class = changed(class_) if entry.option == class_.id else class_
    for one in PATIENTS:
        for id_, option in options.items():
            new = new_class if id_ == class_.id else changed(option)
            if verdict(option, class_, one) != verdict(new, new_class, one):
                return False
        is_reason = verdict(options[entry.option], class_, one) == "candidate" and holds(written.when, one, {})
        if written.status == "candidate" and is_reason:
            return False
    return True


@settings(deadline=None, max_examples=examples(40))
@given(rulebooks(), st.randoms(use_true_random=False), WAYS)
def test_a_change_means_the_same_where_no_patient_brings_another_answer(
    rulebook: Rulebook, chance: Any, decide: Any
) -> None:
    mutation = Mutation(rulebook, decided_by(rulebook, decide), (), decide=decide)
    every = [one for one in mutants_of(rulebook) if one.kind == "rule"]
    for mutant in chance.sample(every, min(len(every), 6)):
        assert (mutation.outcome(mutant).fate == "same") == brute(rulebook, mutant), mutant


FEW = ("er", "pr", "her2", "menopause")


@cache
def all_that_can_be_known() -> tuple[int, ...]:
    def some(fact: str) -> list[tuple[str, ...]]:
        domain = SPACE.domains[fact]
        return list(chain.from_iterable(combinations(domain, size) for size in range(1, len(domain) + 1)))

    found = []
    for values in product(*map(some, (*FEW, "metastatic"))):
        found.append(THEORY.tighten(SPACE.cube(dict(zip((*FEW, "metastatic"), values, strict=True)))))
    return tuple(dict.fromkeys(found))


@st.composite
def few_conditions(draw: st.DrawFn, depth: int = 1) -> Any:
    kind = draw(st.sampled_from(["fact", "all", "any", "not"] if depth else ["fact"]))
    if kind == "fact":
        fact = draw(st.sampled_from(FEW))
        return {fact: draw(st.lists(st.sampled_from(SPACE.domains[fact]), min_size=1, unique=True))}
    if kind == "not":
        return {"not": draw(few_conditions(depth - 1))}
    return {kind: draw(st.lists(few_conditions(depth - 1), min_size=1, max_size=3))}


@st.composite
def care_questions(draw: st.DrawFn) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": "q",
        "ask": "a",
        "basis": "stated",
        "beyond_scope": draw(st.sampled_from(["yes", "no"])),
    }
    for key in ("when", "unless"):
        if draw(st.booleans()):
            said[key] = draw(few_conditions())
    said["when_unknown"] = draw(st.lists(st.sampled_from(FEW), max_size=2, unique=True))
    if draw(st.booleans()):
        said["about"] = "therapy"
        settled = ["candidate", "undetermined", "unspecified", "not_described"]
        said["status"] = draw(st.lists(st.sampled_from(settled), min_size=1, unique=True))
    return said


@cache
def about_few_facts() -> tuple[Rulebook, CompiledRulebook]:
    from builders import WORDS, empty_rulebook, with_class

    rest = {"because": "b", "claims": [], "basis": "stated"}
    rules = [
        {"id": "r1", "when": {"any": [{"er": "positive"}, {"pr": "positive"}]}, "status": "candidate", **rest},
        {"id": "r2", "when": {"her2": "negative"}, "status": "unspecified", **rest},
    ]
    rulebook = with_class(empty_rulebook(), {"id": "therapy", "order": 1, **WORDS, "rules": rules, "members": []})
    return rulebook, compile_rulebook(rulebook)


@settings(deadline=None, max_examples=examples(150))
@given(care_questions(), care_questions())
def test_remarks_are_told_apart_by_knowledge_where_any_does(one: dict[str, Any], other: dict[str, Any]) -> None:
    rulebook, compiled = about_few_facts()
    compiler = Compiler(rulebook, None)
    a, b = (remark_of("question", compiler.knowing(_valid(CareQuestion, said)), compiled) for said in (one, other))
    apart = [*telling_apart(a, b), *telling_apart(b, a)]
    assert all(a.is_shown(known) != b.is_shown(known) for known in apart)
    assert bool(apart) == any(a.is_shown(known) != b.is_shown(known) for known in all_that_can_be_known())


@settings(deadline=None, max_examples=examples(100))
@given(few_conditions(), few_conditions())
def test_so_are_conditions_that_are_decided_on_demand(one: Any, other: Any) -> None:
    rulebook, compiled = about_few_facts()
    compiler = Compiler(rulebook, "cover")
    forms = [_valid(CareQuestion, {"id": "q", "ask": "a", "basis": "stated", "when": when}) for when in (one, other)]
    a, b = (remark_of("question", compiler.knowing(form), compiled) for form in forms)
    apart = list(telling_apart(a, b))
    assert all(a.is_shown(known) and not b.is_shown(known) for known in apart)
    assert bool(apart) == any(a.is_shown(known) and not b.is_shown(known) for known in all_that_can_be_known())


POINTS = tuple(
    dict(zip(FEW, values, strict=True))
    for values in product(*(SPACE.domains[fact] for fact in FEW))
    if THEORY.is_possible(SPACE.cube({fact: [value] for fact, value in zip(FEW, values, strict=True)}))
)
"""Every patient, as far as these facts tell one from another."""

CASES_OF_FEW = st.lists(
    st.dictionaries(st.sampled_from(FEW), st.integers(0, 2), min_size=1, max_size=3).map(
        lambda chosen: {fact: (SPACE.domains[fact][i % len(SPACE.domains[fact])],) for fact, i in chosen.items()}
    ),
    min_size=1,
    max_size=2,
)


def with_few(scope: Any, subtype: Any, drug: Any, never: Any) -> Rulebook:
    """A rulebook with a scope, a subtype, a drug and a constraint of its own, and nothing else that decides."""
    from builders import WORDS, empty_rulebook, with_class

    agents = [{"agent": "letrozole", "when": drug, "claims": []}]
    therapy = {"id": "therapy", "order": 1, **WORDS, "rules": [], "members": [], "agents": agents}
    said = with_class(empty_rulebook(), therapy, [{"id": "own", "label": "own", "when": subtype}])
    old = said.vocabulary
    own = Constraint(sentence="own", never=tuple(never))
    file = replace(old.file, constraints=(*old.file.constraints, own))
    about = replace(said.about, scope=replace(said.about.scope, when=condition(scope)))
    return replace(said, about=about, vocabulary=Vocabulary(file, old.agents, f"own {never}", old.words))


def condition(said: Any) -> Any:
    return _valid(CareQuestion, {"id": "q", "ask": "a", "basis": "stated", "when": said}).when


def can_be(never: Any, point: Point) -> bool:
    return not any(all(point[fact] in values for fact, values in case.items()) for case in never)


@settings(deadline=None, max_examples=examples(60))
@given(few_conditions(), few_conditions(), few_conditions(), CASES_OF_FEW, st.randoms(use_true_random=False))
def test_a_scope_subtype_drug_or_constraint_means_the_same_where_it_does_for_every_patient(
    scope: Any, subtype: Any, drug: Any, never: Any, chance: Any
) -> None:
    rulebook = with_few(scope, subtype, drug, never)
    left = [point for point in POINTS if can_be(never, point)]
    assume(any(holds(rulebook.about.scope.when, point, {}) for point in left))
    mutation = Mutation(rulebook, compile_rulebook(rulebook), ())
    every = list(mutants_of(rulebook, {"own"}))
    written = {(one.kind, one.id): one.authored for one in entries_of(rulebook)}
    for mutant in chance.sample(every, min(len(every), 8)):
        if mutant.facts is not None:
            changed = mutant.facts.constraints[-1].never
            same = left == [point for point in POINTS if can_be(as_lists(changed), point)]
        else:
            assert mutant.entry is not None
            before, after = written[mutant.kind, mutant.id].when, mutant.entry.authored.when
            same = all(holds(before, point, {}) == holds(after, point, {}) for point in left)
        assert (mutation.outcome(mutant).fate == "same") == same, mutant


def as_lists(never: Any) -> list[dict[str, tuple[str, ...]]]:
    return [{fact: (said,) if isinstance(said, str) else said for fact, said in case.items()} for case in never]
