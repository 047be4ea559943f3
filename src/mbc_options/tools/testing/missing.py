"""What has no expectation yet: rules and what is said beside the options, each with the smallest patient for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from mbc_options.exploration.status import scope_of
from mbc_options.patient.description import of
from mbc_options.rulebook.conditions import Always
from mbc_options.rulebook.models import KindOfConsideration
from mbc_options.tools.testing.expectations import BESIDE, RULE_ANSWERS, beside_of, rules_of
from mbc_options.tools.testing.judge import answer_of
from mbc_options.tools.testing.patients import largest, smallest_of
from mbc_options.tools.testing.shown import remarks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.testing.expectations import Beside, Placed
    from mbc_options.tools.testing.shown import Remark

__all__ = ["Missing", "Suggestion", "beside_suggested", "missing"]


class Suggestion(NamedTuple):
    """An expectation to paste.

    Attributes:
        patient: the smallest that there is.
        key, id: what is expected, and of what: `fires` and the id of a rule.
        scope: whether the documents concern the patient.
        value: what is expected of it, where the key is a mapping by id.
    """

    patient: Mapping[str, Any]
    key: str
    id: str
    scope: str = "in"
    value: str = ""


class Missing(NamedTuple):
    """Something that no expectation holds.

    Attributes:
        kind, id: what it is of: `rule`, `caution` ..., and its id.
        answer: what no patient is expected to bring out: `fires`, `silent`, `open`, `shown` or `not shown`.
        suggestion: an expectation that would; None where no description brings it out.
    """

    kind: str
    id: str
    answer: str
    suggestion: Suggestion | None


def missing(rulebook: CompiledRulebook, expectations: Sequence[Placed]) -> Iterator[Missing]:
    """Yield what no expectation holds.

    Every rule that is not `always` has one patient for whom it fires, one for whom it is silent, and one for whom it is
    open, where its facts allow that; everything beside the options has one to whom it is shown and, where it is not for
    everybody in scope, one to whom it is not.
    """
    named = {
        answer: {id_ for one in expectations for id_ in getattr(one.expectation, answer)} for answer in RULE_ANSWERS
    }
    for id_, (_, rule) in rules_of(rulebook).items():
        for answer in RULE_ANSWERS:
            if id_ not in named[answer] and (answer == "fires" or not isinstance(rule.rule.when, Always)):
                yield from _of_rule(id_, answer, rule.function, rulebook)
    yield from _beside(rulebook, expectations)


def _of_rule(id_: str, answer: str, function: Function, rulebook: CompiledRulebook) -> Iterator[Missing]:
    inside = rulebook.inside
    if answer == "open":
        cubes: Iterable[int] = largest(rulebook.scope, rulebook.theory)
    else:
        cubes = largest(function, inside, holds=answer == "fires")

    def is_meant(knowledge: int) -> bool:
        return rulebook.scope.entailed_by(knowledge) and answer_of(function, knowledge) == answer

    if any(map(is_meant, cubes)):
        patient = smallest_of(cubes, rulebook, is_meant)
        yield Missing("rule", id_, answer, None if patient is None else Suggestion(patient, answer, id_))


def _beside(rulebook: CompiledRulebook, expectations: Sequence[Placed]) -> Iterator[Missing]:
    kinds = {one.authored.id: one.authored.kind for one in rulebook.considerations}
    remarks = remarks_of(rulebook)
    for kind in BESIDE:
        ids = beside_of(rulebook)[kind]
        held = {shown: set(_held(expectations, kind, ids, kinds, shown=shown)) for shown in (True, False)}
        for id_ in ids:
            for shown in (True, False):
                if id_ not in held[shown]:
                    yield from _of_remark(remarks[kind, id_], rulebook, shown=shown)


def _held(
    expectations: Sequence[Placed], kind: Beside, ids: Iterable[str], kinds: Mapping[str, str], *, shown: bool
) -> Iterator[str]:
    """Yield what of a kind is expected to be shown, or not to be."""
    for expectation, _, _ in expectations:
        yield from expectation.named(kind, shown=shown)
        for name, listed in expectation.exactly.items():
            if name == kind or (kind == "consideration" and name in get_args(KindOfConsideration)):
                among = [id_ for id_ in ids if name in {kind, kinds.get(id_)}]
                yield from (id_ for id_ in among if (id_ in listed) == shown)


def _of_remark(remark: Remark, rulebook: CompiledRulebook, *, shown: bool) -> Iterator[Missing]:
    is_shown = remark.is_shown

    def is_meant(knowledge: int) -> bool:
        return is_shown(knowledge) == shown

    cubes = remark.least_known() if shown else remark.least_known_without()
    if any(map(is_meant, cubes)):
        patient = smallest_of(cubes, rulebook, is_meant)
        suggestion = None if patient is None else beside_suggested(patient, remark, shown=shown)
        yield Missing(remark.kind, remark.id, "shown" if shown else "not shown", suggestion)


def beside_suggested(patient: Mapping[str, Any], remark: Remark, *, shown: bool) -> Suggestion:
    """Return the expectation that something is said, or not, of a patient."""
    knowledge = of(remark.rulebook.vocabulary, patient).knowledge
    key = f"{'' if shown else 'no_'}{remark.kind}s"
    return Suggestion(patient, key, remark.id, scope_of(remark.rulebook, knowledge))
