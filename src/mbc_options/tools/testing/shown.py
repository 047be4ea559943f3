"""For which knowledge something is said beside the options, and the least that must be known for it.

What is shown looks at the knowledge, not at the patient alone: at what is entailed, at what is unknown, at the scope
and at verdicts. So two remarks are the same exactly where no knowledge tells them apart. It is sought among the largest
knowledge that meets what the one asks for (a prime of its condition, a fact left open, a status) and what hinders the
other (a prime of its `unless`, known values of all that it wants unknown). All else that either asks of the knowledge
is that something is *not* entailed or *not* known, and the more is open the more that is so.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.exploration.status import scope_of
from mbc_options.logic.cover_function import CoverFunction
from mbc_options.logic.space import single_bits
from mbc_options.tools.testing.expectations import beside_of
from mbc_options.tools.testing.patients import cases_apart, grown, largest
from mbc_options.vocabulary.facts import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.compiled import CompiledRemark, CompiledRulebook
    from mbc_options.tools.testing.expectations import Beside

__all__ = ["Remark", "remark_of", "remarks_of", "telling_apart"]

STATUSES: tuple[Status, ...] = ("candidate", "unspecified", "not_described", "undetermined", "out_of_scope")


class Remark(NamedTuple):
    """Something said beside the options.

    Attributes:
        kind, id: what it is.
        rulebook: of which it is; whose scope and verdicts it looks at.
        compiled: its conditions.
        beyond_scope: whether it is said also where the patient is not surely in scope.
        about: the option that it is about; empty where it is about none, or none in particular.
        statuses: of which that must have one.
    """

    kind: Beside
    id: str
    rulebook: CompiledRulebook
    compiled: CompiledRemark[Any]
    beyond_scope: bool
    about: str
    statuses: tuple[Status, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it looks at its condition alone, and at nothing that is not known."""
        return not self.compiled.unknown and self.compiled.unless is None and not self.about

    def is_shown(self, knowledge: int) -> bool:
        """Tell whether it is said where so much is known."""
        if not self.beyond_scope and scope_of(self.rulebook, knowledge) != "in":
            return False
        if self.about and verdicts_of(self.rulebook).status(self.about, knowledge) not in self.statuses:
            return False
        return self.compiled.applies_to(knowledge)

    def least_known(self) -> tuple[int, ...]:
        """Return the largest knowledge for which it may be said, of which some contains any other for which it is."""
        rulebook, compiled, universe = self.rulebook, self.compiled, self.rulebook.space.universe
        scope = (universe,) if self.beyond_scope else largest(rulebook.scope, rulebook.theory)
        asked: list[int] = [universe] if compiled.function is None or compiled.unknown else []
        if compiled.function is not None:
            asked += largest(compiled.function, rulebook.theory)
        statuses = list(self._with_status(self.statuses)) if self.about else [universe]
        return self._all_of(scope, asked, statuses)

    def hindering(self) -> tuple[int, ...]:
        """Return the largest knowledge that may keep it from being said: of which something has to be known."""
        rulebook, compiled, universe = self.rulebook, self.compiled, self.rulebook.space.universe
        found = [universe]
        if compiled.unless is not None:
            found += largest(compiled.unless, rulebook.theory)
        if compiled.unknown:
            known = product(*(tuple(universe & ~mask | bit for bit in single_bits(mask)) for mask in compiled.unknown))
            found += [_meet(cubes, universe) for cubes in known]
        if self.about:
            found += self._with_status(status for status in STATUSES if status not in self.statuses)
        if not self.beyond_scope:
            found += largest(rulebook.scope, rulebook.theory, holds=False)
        return tuple(dict.fromkeys(found))

    def least_known_without(self) -> tuple[int, ...]:
        """Return the largest knowledge of patients in scope for which it may not be said."""
        return self._all_of(largest(self.rulebook.scope, self.rulebook.theory), self.hindering())

    def _with_status(self, statuses: Iterable[Status]) -> Iterator[int]:
        """Yield the largest knowledge with which the option that it is about may have one of these statuses."""
        option, inside = self.rulebook.by_id[self.about], self.rulebook.inside
        for status in statuses:
            if status == "candidate":
                yield from largest(option.candidate, inside)
            elif status == "unspecified":
                yield from largest(option.unspecified, inside) if option.unspecified else ()
            elif status == "not_described":
                yield from largest(option.described, inside, holds=False)
            elif status == "out_of_scope":
                yield from largest(self.rulebook.scope, self.rulebook.theory, holds=False)
            else:
                yield self.rulebook.space.universe

    def _all_of(self, *several: Iterable[int]) -> tuple[int, ...]:
        """Return the knowledge inside one cube of each, where there is such a patient."""
        universe = self.rulebook.space.universe
        found: dict[int, None] = {}
        for cubes in product(*map(tuple, several)):
            both = _meet(cubes, universe)
            knowledge = told(both, self.rulebook)
            if knowledge is not None:
                found[knowledge] = None
        return tuple(found)


def told(cube: int, rulebook: CompiledRulebook) -> int | None:
    """Return the largest knowledge inside a cube that a description can give; None where there is none.

    It is as small as the cube around all possible patients of it, and what settles another fact has done so.
    """
    theory, space = rulebook.theory, rulebook.space
    if space.is_empty(cube) or not theory.is_possible(cube):
        return None
    cube = theory.tighten(cube)
    for field in rulebook.vocabulary.fields.values():
        if isinstance(field, Choice) and field.settles and len(values := space.values(cube, field.id)) == 1:
            cube &= space.cube({field.settles: values})
            if space.is_empty(cube) or not theory.is_possible(cube):
                return None
            cube = theory.tighten(cube)
    return cube


def _meet(cubes: Iterable[int], universe: int) -> int:
    for cube in cubes:
        universe &= cube
    return universe


def telling_apart(a: Remark, b: Remark) -> Iterator[int]:
    """Yield knowledge for which the one is said and the other is not; none where there is no such knowledge."""
    if a.is_plain and b.is_plain and not a.beyond_scope and not b.beyond_scope:
        one, other = a.compiled.function, b.compiled.function
        if isinstance(one, CoverFunction) or (one is not None and isinstance(other, CoverFunction)):
            yield from _on_demand(a, b)
            return
    hindering = b.hindering()
    for least in a.least_known():
        for hindrance in hindering:
            knowledge = told(least & hindrance, a.rulebook)
            if knowledge is not None and a.is_shown(knowledge) and not b.is_shown(knowledge):
                yield knowledge


def _on_demand(a: Remark, b: Remark) -> Iterator[int]:
    """Yield knowledge, in scope, for which the condition of the one is met and that of the other is not, once."""
    one, other = a.compiled.function, b.compiled.function
    if one is None or other is None:
        return

    def is_apart(cube: int) -> bool:
        return a.is_shown(cube) and not b.is_shown(cube)

    for case in cases_apart(one, other, a.rulebook.inside):
        yield a.rulebook.theory.tighten(grown(case, a.rulebook.theory, is_apart))
        return


def remark_of(kind: Beside, compiled: CompiledRemark[Any], rulebook: CompiledRulebook) -> Remark:
    """Return a remark of a kind, compiled with a rulebook."""
    authored = compiled.authored
    about = getattr(authored, "about", None) or ""
    statuses = authored.status if about else ()
    return Remark(kind, authored.id, rulebook, compiled, getattr(authored, "beyond_scope", False), about, statuses)


def remarks_of(rulebook: CompiledRulebook) -> dict[tuple[Beside, str], Remark]:
    """Return everything said beside the options, by kind and id."""
    return {
        (kind, id_): remark_of(kind, compiled, rulebook)
        for kind, remarks in beside_of(rulebook).items()
        for id_, compiled in remarks.items()
    }
