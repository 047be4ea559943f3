"""What decides and explains in the page: a rulebook in its public form, and what proofs and remarks rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.exploration.explore import OUTLOOK
from mbc_options.logic import PrimeFunction
from mbc_options.logic.space import single_bits
from mbc_options.rulebook.portable import portable
from mbc_options.source.forms import as_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRemark, CompiledRulebook

__all__ = ["decisions"]


def decisions(rulebook: CompiledRulebook) -> dict[str, Any]:
    """Return what `explorer.js` decides by, as JSON holds it.

    Returns:
        `portable`, the rulebook in its public form with all facts, and `more`: what is impossible for patients in
        scope, and of options, rules and remarks the conditions that only explanations need; without outlook and
        survival, and without background, which the page does not tell. There, for they are many, a
        cube stands as the places of the values that it forbids, counted through all facts, and a fact as its place;
        `urgent` gives the places of primes among those of `holds` and then `fails`.
    """
    return {"portable": as_data(portable(rulebook, whole=True)), "more": _Carried(rulebook).more()}


class _Carried:
    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook, self.space = rulebook, rulebook.space

    def more(self) -> dict[str, Any]:
        rulebook = self.rulebook
        urgent = [one.function for one in rulebook.considerations if one.function and one.authored.is_urgent_sign]
        return {
            "impossible_in_scope": self._cubes(rulebook.inside.broken),
            "scope_named": self._facts(rulebook.scope.named),
            "urgent": [self._condition(one) for one in urgent],
            "options": {id_: self._option(option) for id_, option in rulebook.by_id.items()},
            "subtypes": [{"id": one.subtype.id, **self._both(one.function)} for one in rulebook.subtypes],
            "considerations": [
                self._note(one, one.authored.id, beyond=one.authored.beyond_scope)
                for one in rulebook.considerations
                if one.authored.kind != OUTLOOK
            ],
            "disagreements": [
                self._note(one, one.authored.id) for one in rulebook.disagreements if not one.authored.outlook
            ],
            "questions": [
                {
                    **self._note(one, one.authored.id, beyond=one.authored.beyond_scope),
                    "about": one.authored.about,
                    "status": list(one.authored.status),
                }
                for one in rulebook.questions
            ],
        }

    def _cubes(self, cubes: Iterable[int]) -> list[list[int]]:
        return [[bit.bit_length() - 1 for bit in single_bits(self.space.outside(cube))] for cube in cubes]

    def _facts(self, bits: int) -> list[int]:
        return list(self.space.restricted(self.space.outside(bits)))

    def _condition(self, function: Function) -> dict[str, Any]:
        """Return a condition that is only asked whether it holds, or is decided on demand."""
        if isinstance(function, PrimeFunction):
            return {"holds": self._cubes(function.holds), **self._explaining(function, function.holds)}
        return {
            "within": self._cubes(function.within.cover),
            "but_not": self._cubes(function.but_not.cover),
            "named": self._facts(function.named),
        }

    def _both(self, function: Function) -> dict[str, Any]:
        """Return a condition with the primes of the contrary, too."""
        if not isinstance(function, PrimeFunction):
            return self._condition(function)
        primes = {"holds": self._cubes(function.holds), "fails": self._cubes(function.fails)}
        return {**primes, **self._explaining(function, (*function.holds, *function.fails))}

    def _explaining(self, function: PrimeFunction, primes: tuple[int, ...]) -> dict[str, Any]:
        """Return what a condition has beside its primes."""
        urgent = [primes.index(one) for one in function.urgent if one in primes]
        return {"named": self._facts(function.named), **({"urgent": urgent} if urgent else {})}

    def _option(self, option: CompiledOption) -> dict[str, Any]:
        def deciding(function: Function) -> dict[str, Any]:
            if option.decide == "cover" or not isinstance(function, PrimeFunction):
                return self._both(function)
            return self._explaining(function, (*function.holds, *function.fails))  # the primes are in the public form

        return {
            "candidate": deciding(option.candidate),
            "described": None if option.described is option.candidate else deciding(option.described),
            "unspecified": option.unspecified and self._condition(option.unspecified),
            "rules": [
                {"id": one.rule.id, "status": one.rule.status, **self._condition(one.function)} for one in option.rules
            ],
            "cautions": [{"id": one.authored.id, **self._remark(one)} for one in option.cautions],
            "agents": [{"id": one.authored.agent, **self._remark(one)} for one in option.agents],
        }

    def _remark(self, remark: CompiledRemark[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"when": remark.function and self._condition(remark.function)}
        if remark.unknown:
            found["unknown"] = [place for mask in remark.unknown for place in self._facts(mask)]
        if remark.unless is not None:
            found["unless"] = self._condition(remark.unless)
        return found

    def _note(self, remark: CompiledRemark[Any], id_: str, *, beyond: bool = False) -> dict[str, Any]:
        return {"id": id_, "beyond_scope": beyond, **self._remark(remark)}
