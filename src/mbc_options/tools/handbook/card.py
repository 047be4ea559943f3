"""The transparency card of a rulebook: what it is for, what it rests on, what it uses of a person, its tests."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from mbc_options.exploration.presenter import presenter_of
from mbc_options.frozendict import FrozenDict
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.tools.handbook.found import FieldTold, Passed, TransparencyCard
from mbc_options.tools.handbook.handbook import accepted_in
from mbc_options.tools.passages import passages
from mbc_options.tools.testing.expectations import beside_of, rules_of
from mbc_options.tools.testing.judge import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.testing.expectations import Placed

__all__ = ["transparency_card"]


def transparency_card(
    rulebook: CompiledRulebook | None = None, expectations: Sequence[Placed] | None = None, *, cases: int = 0
) -> TransparencyCard:
    """Return what a rulebook is, on one page.

    Args:
        rulebook: default: the one that comes with the package.
        expectations: what is expected of it (`read_expectations`), which is held against it; None where none are at
            hand.
        cases: how many teaching cases stand beside it.

    Raises:
        TypeError: where it is no rulebook.
    """
    said = rulebook_of(rulebook)
    return TransparencyCard(
        rulebook=presenter_of(said).info,
        description=said.about.description,
        documents=tuple(said.sources.values()),
        funding=FrozenDict({source.id: source.funding for source in said.sources.values()}),
        fields=tuple(_fields(said)),
        tested=_tested(said, expectations, cases),
    )


def _fields(rulebook: CompiledRulebook) -> Iterator[FieldTold]:
    """Yield the fields of a description that have facts, with what rests on these."""
    space, vocabulary = rulebook.space, rulebook.vocabulary
    deciding = rulebook.scope.named
    for option in rulebook.by_id.values():
        deciding |= option.candidate.named | option.described.named
    beside = 0
    for remarks in beside_of(rulebook).values():
        for remark in remarks.values():
            beside |= reduce(or_, (one.named for one in (remark.function, remark.unless) if one is not None), 0)
            beside |= reduce(or_, remark.unknown, 0)
    facts_of: dict[str, list[str]] = {}
    for fact in space.facts:
        facts_of.setdefault(vocabulary.field_of(fact), []).append(fact)
    for field, facts in facts_of.items():
        bits = reduce(or_, map(space.mask, facts))
        yield FieldTold(
            id=field,
            label=vocabulary.labels.get(field) or vocabulary.facts[facts[0]].label,
            facts=len(facts),
            deciding=len(space.facts_of(bits & deciding)),
            beside=len(space.facts_of(bits & beside & ~deciding)),
        )


def _tested(rulebook: CompiledRulebook, expectations: Sequence[Placed] | None, cases: int) -> Passed:
    """Count how the rulebook is tested."""
    rules, read = rules_of(rulebook), passages(rulebook)
    verdicts = [rule.verdict for rule in read.rules]
    met = held = None
    if expectations is not None:
        met = sum(not any(differences(one.expectation, rulebook)) for one in expectations)
        fired = {id_ for one in expectations for id_ in one.expectation.fires}
        held = sum(id_ in fired for id_ in rules)
    return Passed(
        expectations=None if expectations is None else len(expectations),
        met=met,
        classes=len(rulebook.options),
        members=sum(len(option.members) for option in rulebook.options),
        claims=len(rulebook.claims),
        rules=len(rules),
        held=held,
        agree=verdicts.count("agrees"),
        differ=verdicts.count("differs"),
        open=verdicts.count("open"),
        located=sum(claim.passage_sha256 is not None for claim in rulebook.claims.values()),
        cases=cases,
        accepted=len(accepted_in(rulebook)),
    )
