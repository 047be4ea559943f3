"""The transparency card of a rulebook: what it is for, what it rests on, what it uses of a person, how it was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.exploration.presenter import presenter_of
from mbc_options.frozendict import FrozenDict
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.tools.handbook.found import FieldTold, Passed, TransparencyCard
from mbc_options.tools.handbook.handbook import accepted_in
from mbc_options.tools.passages import passages
from mbc_options.tools.testing.expectations import rules_of
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
        classes=len(said.options),
        members=sum(len(option.members) for option in said.options),
        claims=len(said.claims),
        tested=_tested(said, expectations, cases),
    )


def _fields(rulebook: CompiledRulebook) -> Iterator[FieldTold]:
    """Yield the fields of a description that have facts, with how many of these verdicts rest on."""
    space, vocabulary = rulebook.space, rulebook.vocabulary
    named = 0
    for option in rulebook.by_id.values():
        named |= option.candidate.named | option.described.named
    deciding = {fact for fact in space.facts_of(named | rulebook.scope.named)}
    facts_of: dict[str, list[str]] = {}
    for fact in space.facts:
        facts_of.setdefault(vocabulary.field_of(fact), []).append(fact)
    for field, facts in facts_of.items():
        label = vocabulary.labels.get(field) or vocabulary.facts[facts[0]].label
        yield FieldTold(id=field, label=label, deciding=sum(fact in deciding for fact in facts), facts=len(facts))


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
        rules=len(rules),
        held=held,
        agree=verdicts.count("agrees"),
        differ=verdicts.count("differs"),
        open=verdicts.count("open"),
        located=sum(claim.passage_sha256 is not None for claim in rulebook.claims.values()),
        cases=cases,
        accepted=len(accepted_in(rulebook)),
    )
