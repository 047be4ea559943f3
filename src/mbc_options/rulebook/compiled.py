"""A compiled rulebook, ready for verdicts: the authored words beside their primes."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options import package_data
from mbc_options.errors import UnknownOptionError
from mbc_options.logic import Function, Theory, complement
from mbc_options.rulebook.prose import fact_words, phrase
from mbc_options.vocabulary.facts import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Beside", "CompiledRule", "CompiledRulebook", "Unit", "load_rulebook"]


class CompiledRule(NamedTuple):
    """A rule: the patients for whom it holds, and what its author wrote."""

    id: str
    status: str
    function: Function
    words: Mapping[str, Any]


class Beside(NamedTuple):
    """Something said beside the options where its condition holds.

    Attributes:
        id: its id.
        function: the condition; None for "always" (or, with `unknown`, for "never by itself").
        outside: for each prime of the condition, everything that it forbids.
        unknown: bits of facts, a field each; it fires as well while one of them is unknown.
        words: what its author wrote.
    """

    id: str
    function: Function | None
    outside: tuple[int, ...]
    unknown: tuple[int, ...]
    words: Mapping[str, Any]

    def applies_to(self, knowledge: int) -> bool:
        """Tell whether it is entailed, or asks about something that is not known."""
        for forbidden in self.outside:
            if not knowledge & forbidden:
                return True
        return any((bits := knowledge & mask) & (bits - 1) for mask in self.unknown)


class Unit(NamedTuple):
    """A therapy class, or a member of one, with its effective condition (a member's within its class).

    Attributes:
        id: `chemotherapy`, or `chemotherapy.combination`.
        candidate: the patients for whom a document describes it.
        described: those, and the patients for whom the documents name it without a criterion.
        unspecified: only the latter; None where there are none.
        rules: its own rules.
        cautions: what bears on it.
        members: the members of a class.
        words: label, summary, agents and the rest that its author wrote.
    """

    id: str
    candidate: Function
    described: Function
    unspecified: Function | None
    rules: tuple[CompiledRule, ...]
    cautions: tuple[Beside, ...]
    members: tuple[Unit, ...]
    words: Mapping[str, Any]


class CompiledRulebook:
    """A rulebook that `explore` and `statuses` take. Make one with `load_rulebook`.

    Args:
        content: what `compile_rulebook` returns.

    Attributes:
        name: the rulebook's name.
        version: its version.
        sha256: the digest of its canonical model: the same for the same knowledge in the same words.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        about = content["about"]
        self.name: str = about["name"]
        self.version: str = about["version"]
        self.sha256: str = content["sha256"]
        self.space, self.theory = vocabulary()
        self.scope: Function = _unpacked(about["scope"]["function"])
        self.memo: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"<CompiledRulebook {self.name} {self.version}: {len(self.units)} classes>"

    def __reduce__(self) -> tuple[type[CompiledRulebook], tuple[dict[str, Any]]]:
        return type(self), (self.content,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CompiledRulebook) and other.sha256 == self.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    @cached_property
    def inside(self) -> Theory:
        """What cannot be for a patient in scope."""
        return self.theory.assuming(self.scope.fails or complement(self.space, self.scope.holds))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The therapy classes, in the order of the report."""
        return tuple(_unit(option) for option in self.content["options"])

    @cached_property
    def by_id(self) -> dict[str, Unit]:
        """Classes and members by id, each class before its members."""
        return {unit.id: unit for option in self.units for unit in (option, *option.members)}

    def unit(self, id_: str) -> Unit:
        """Return a class or member; UnknownOptionError where there is none."""
        try:
            return self.by_id[id_]
        except KeyError:
            raise UnknownOptionError(id_, self.by_id) from None

    @cached_property
    def subtypes(self) -> tuple[tuple[str, str, Function], ...]:
        """The subtypes: id, label, condition."""
        return tuple((s["id"], s["label"], _unpacked(s["function"])) for s in self.content["about"]["subtypes"])

    @cached_property
    def considerations(self) -> tuple[Beside, ...]:
        """What is not an option but bears on the choice."""
        return tuple(_beside(c) for c in self.content["considerations"])

    @cached_property
    def disagreements(self) -> tuple[Beside, ...]:
        """Where documents disagree, for the patients for whom it matters."""
        return tuple(_beside(d) for d in self.content["disagreements"])

    @cached_property
    def background(self) -> tuple[Beside, ...]:
        """Background notes, for the patients for whom they matter."""
        return tuple(_beside(n) for n in self.content["background"])

    @cached_property
    def questions(self) -> tuple[Beside, ...]:
        """Questions to bring to a care team, for the patients for whom they are worth asking."""
        return tuple(_beside(q) for q in self.content["questions"])

    @cached_property
    def notices_by_claim(self) -> dict[str, list[str]]:
        """The editorial notices on each claim that has any."""
        by_claim: dict[str, list[str]] = {}
        for notice in self.content["about"]["notices"]:
            for claim in notice["claims"]:
                by_claim.setdefault(claim, []).append(notice["text"])
        return by_claim

    @cached_property
    def sources_by_id(self) -> dict[str, Mapping[str, Any]]:
        """The documents by id."""
        return {source["id"]: source for source in self.content["sources"]}

    @cached_property
    def fact_words(self) -> dict[str, Mapping[str, Any]]:
        """The words for every fact: label, question, and a phrase for each value."""
        return fact_words(self.content["vocabulary"])

    def phrase(self, fact: str, values: tuple[str, ...]) -> str:
        """Return how "this fact has one of these values" reads."""
        return phrase(self.fact_words, fact, values)


def _unpacked(packed: list[Any]) -> Function:
    holds, fails, named = packed
    return Function(tuple(holds), tuple(fails), named)


def _beside(words: Mapping[str, Any]) -> Beside:
    packed = words["function"]
    function = None if packed is None else _unpacked(packed)
    unknown = tuple(words.get("unknown") or ())
    always = (0,)  # a mask that forbids nothing
    outside = tuple(~prime for prime in function.holds) if function else () if unknown else always
    return Beside(words["id"], function, outside, unknown, words)


def _unit(words: Mapping[str, Any]) -> Unit:
    candidate = _unpacked(words["candidate"])
    described = candidate if words["described"] is None else _unpacked(words["described"])
    return Unit(
        words["id"],
        candidate,
        described,
        None if words["unspecified"] is None else _unpacked(words["unspecified"]),
        tuple(CompiledRule(r["id"], r["status"], _unpacked(r["function"]), r) for r in words["rules"]),
        tuple(_beside(c) for c in words["cautions"]),
        tuple(_unit(member) for member in words.get("members") or ()),
        words,
    )


@cache
def _bundled() -> CompiledRulebook:
    content = package_data.compiled()
    if content is not None:
        return CompiledRulebook(content["rulebook"])
    return _from_directory(package_data.rules_dir())


def _from_directory(directory: Path) -> CompiledRulebook:
    from mbc_options.rulebook.compile import compile_rulebook
    from mbc_options.rulebook.load import read_rulebook

    return CompiledRulebook(compile_rulebook(read_rulebook(directory)))


def load_rulebook(directory: str | Path | None = None) -> CompiledRulebook:
    """Return a compiled rulebook.

    Args:
        directory: a directory of rulebook files; None for the one that comes with the package,
            which is compiled once when the package is built.

    Raises:
        RulebookError: with file, line and column of everything that is wrong with it.
    """
    return _bundled() if directory is None else _from_directory(Path(directory))
