"""What becomes of a table under the rules: how many rows are left as the conditions of each come in, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.rulebook.conditions import AllOf, cases_of, cases_of_definitions, named_bits
from mbc_options.rulebook.prose import condition_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRule, CompiledRulebook
    from mbc_options.rulebook.conditions import Cases, Node

__all__ = ["RuleSteps", "StepCondition", "rule_steps"]


class StepCondition(NamedTuple):
    """A condition of a rule as it reads, and the compiled condition of it and all before it, for patients in scope."""

    reads: str
    function: Function


class RuleSteps(NamedTuple):
    """A rule of an option, condition by condition."""

    option: CompiledOption
    rule: CompiledRule
    steps: tuple[StepCondition, ...]


def rule_steps(rulebook: CompiledRulebook) -> tuple[RuleSteps, ...]:
    """Return every rule with its conditions, in the order in which their author wrote them.

    What is authored as `all` of several has a step for each of these, and everything else has one.
    """
    conditions = _Conditions(rulebook)
    return tuple(
        RuleSteps(option, rule, tuple(conditions.steps(rule)))
        for option in rulebook.by_id.values()
        for rule in option.rules
    )


class _Conditions:
    """What it takes to compile a part of a condition as a rulebook means it."""

    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        definitions = {one.id: one.when for one in rulebook.definitions}
        self.labels = {one.id: one.label for one in rulebook.definitions}
        self.cases: Mapping[str, Cases] = cases_of_definitions(definitions, rulebook.space)
        self.named: dict[str, int] = {}
        for name in self.cases:
            self.named[name] = named_bits(definitions[name], self.named, rulebook.space)
        self.compiled: dict[Cases, Function] = {}

    def steps(self, rule: CompiledRule) -> Iterator[StepCondition]:
        """Yield the conditions of a rule; the last of them stands for the whole of it."""
        when = rule.rule.when
        parts: tuple[Node, ...] = when.parts if isinstance(when, AllOf) else (when,)
        for i, part in enumerate(parts, start=1):
            function = rule.function if i == len(parts) else self.function(AllOf(parts=parts[:i]))
            yield StepCondition(condition_text(part, self.rulebook.vocabulary, self.labels), function)

    def function(self, node: Node) -> Function:
        """Compile a condition under the scope; once for all rules that begin alike."""
        space = self.rulebook.space
        cases = cases_of(node, self.cases, space)
        if cases not in self.compiled:
            named = named_bits(node, self.named, space)
            self.compiled[cases] = self.rulebook.inside.compile(cases.within, named, cases.but_not)
        return self.compiled[cases]
