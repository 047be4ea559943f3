"""Conditions of rules: what an author writes, the patients whom it means, and how it reads.

A condition is `always`, the name of a definition, `{fact: value}`, `{fact: [values]}`, or `all`,
`any` and `not` over conditions; structured, so that every leaf has a place in the file.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from mbc_options.errors import Complaint, alternatives, nearest_word, nearest_words
from mbc_options.logic import MOST_CUBES, TooManyCubesError, absorb, bounded, complement, intersect, negation
from mbc_options.record import Record
from mbc_options.text import quoted
from mbc_options.vocabulary.spelling import normal, slips

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from mbc_options.logic import Cover, Space
    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = [
    "ANY_CONDITION",
    "GROUPS",
    "AllOf",
    "Always",
    "AnyOf",
    "Cases",
    "Condition",
    "Defined",
    "Fact",
    "Names",
    "NoneOf",
    "cases_of",
    "cases_of_definitions",
    "condition_schema",
    "in_order",
    "leaves",
    "named_bits",
    "near_fact",
    "read_condition",
]


class Always(Record):
    """Every patient."""

    def as_written(self) -> Any:
        """Return the condition as an author writes it."""
        return "always"


class Defined(Record):
    """The patients whom a definition describes."""

    name: str

    def as_written(self) -> Any:
        """Return the condition as an author writes it."""
        return self.name


class Fact(Record):
    """The patients for whom a fact has one of some values."""

    fact: str
    values: tuple[str, ...]

    def as_written(self) -> Any:
        """Return the condition as an author writes it."""
        return {self.fact: self.values[0] if len(self.values) == 1 else list(self.values)}


class AllOf(Record):
    """The patients whom every part describes."""

    parts: tuple[Node, ...]

    def as_written(self) -> Any:
        """Return the condition as an author writes it."""
        return {"all": [part.as_written() for part in self.parts]}


class AnyOf(Record):
    """The patients whom some part describes."""

    parts: tuple[Node, ...]

    def as_written(self) -> Any:
        """Return the condition as an author writes it."""
        return {"any": [part.as_written() for part in self.parts]}


class NoneOf(Record):
    """The patients whom the part does not describe (`not`)."""

    part: Node

    def as_written(self) -> Any:
        """Return the condition as an author writes it."""
        return {"not": self.part.as_written()}


Domains: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""The facts that a condition may name, with their values."""

Node: TypeAlias = Always | Defined | Fact | AllOf | AnyOf | NoneOf


class Names(NamedTuple):
    """What a condition may name.

    Attributes:
        vocabulary: the facts.
        definitions: the ids of definitions.
        untold: whether facts of treatments are not known, because the file of drugs is wrong.
    """

    vocabulary: Vocabulary
    definitions: Container[str] = ()
    untold: bool = False


GROUPS = ("all", "any", "not")
"""What builds a condition of others."""

_CONDITION = "condition"
"""The code of what is no condition."""

_YES_NO = ("yes", "no")
_SWITCHES: dict[bool | str, str] = {True: "yes", False: "no", "true": "yes", "false": "no"}
"""What a program writes for yes and no; in a file, it stands as text."""


def _validated(data: Any, info: Any) -> Node:
    """Read a condition; pydantic's error with each complaint. The context of the validation is `Names`, if known."""
    from mbc_options.source.validation import refuse

    node, complaints = read_condition(data, info.context)
    if complaints:
        refuse("condition", complaints)
    return node


def read_condition(data: Any, names: Names | None = None) -> tuple[Node, list[Complaint]]:
    """Return a condition as written in a file, and what is wrong with it; what is wrong stands for everybody.

    Args:
        data: what stands in the file.
        names: what it may name; None where the facts are not known, so that whatever is said of them is taken as it
            stands.
    """
    complaints: list[Complaint] = []
    return _read(data, (), complaints, names), complaints


def _read(data: Any, path: KeyPath, complaints: list[Complaint], names: Names | None) -> Node:
    if isinstance(data, str):
        return Always() if data == "always" else Defined(name=data)
    if not isinstance(data, dict) or len(data) != 1:
        found = f"{len(data)} keys" if isinstance(data, dict) else "a list" if isinstance(data, list) else "nothing"
        message = f"a condition is always, a definition, or a mapping with one key, not {found}"
        complaints.append(Complaint(message, path, code=_CONDITION, hint=_several(data)))
        return Always()
    ((key, value),) = data.items()
    here = (*path, key)
    if key == "not":
        return NoneOf(part=_read(value, here, complaints, names))
    if key in GROUPS:
        if not isinstance(value, list) or not value:
            message = f"{key} takes a list of conditions, not {_instead_of_a_list(value)}"
            complaints.append(Complaint(message, here, code=_CONDITION, hint=_several(value, (key,))))
            return Always()
        parts = tuple(_read(part, (*here, i), complaints, names) for i, part in enumerate(value))
        return AllOf(parts=parts) if key == "all" else AnyOf(parts=parts)
    return _read_fact(key, value, here, complaints, names)


def _instead_of_a_list(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    return "a mapping" if isinstance(value, dict) else "nothing" if value is None else "an empty one"


_MOST_SHOWN = 3
"""How many parts of a condition are written out in a hint; more say no more."""


def _several(data: Any, groups: Sequence[str] = ("all", "any")) -> str:
    """Return how what holds several conditions is written as one; nothing where it holds none, or a great many."""
    parts = [{key: value} for key, value in data.items()] if isinstance(data, dict) else data
    if not isinstance(parts, list) or not 0 < len(parts) <= _MOST_SHOWN:
        return ""
    listed = ", ".join(map(_shown, parts))
    if len(parts) == 1 and len(groups) > 1:
        return "" if listed == "{...}" else f"write {listed}"
    return f"write {alternatives([f'{{{group}: [{listed}]}}' for group in groups])}" if "{...}" not in listed else ""


def _shown(part: Any) -> str:
    """Return a definition, or a fact with its value, as it is written; `{...}` for anything else."""
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and len(part) == 1 and all(isinstance(value, str) for value in part.values()):
        ((fact, value),) = part.items()
        return f"{{{fact}: {value}}}"
    return "{...}"


def _read_fact(fact: str, value: Any, path: KeyPath, complaints: list[Complaint], names: Names | None) -> Node:
    if names is None:  # the facts are not known, because their own file is wrong
        return Always()
    vocabulary = names.vocabulary
    domains = vocabulary.space.domains
    if fact not in domains:
        complaints += _no_fact(fact, value, path, names)
        return Always()
    values = value if isinstance(value, list) else [value]
    if domains[fact] == _YES_NO:
        values = [_SWITCHES.get(one, one) if isinstance(one, (bool, str)) else one for one in values]
    for i, one in enumerate(values):
        if one not in domains[fact]:
            place = (*path, i) if isinstance(value, list) else path
            near = _near_value(vocabulary, fact, one) if isinstance(one, str) else None
            hint = f"did you mean {near}?" if near else ""
            found = repr(one) if isinstance(one, (str, bool)) else "empty" if one is None else "a list or mapping"
            message = f"{fact} cannot be {found}; it is {' or '.join(domains[fact])}"
            complaints.append(Complaint(message, place, code="unknown-value", hint=hint))
            return Always()
    if not values or len(set(values)) != len(values):
        complaints.append(Complaint(f"{fact} needs values, each once", path, code=_CONDITION))
        return Always()
    return Fact(fact=fact, values=tuple(values))


def _no_fact(name: str, value: Any, path: KeyPath, names: Names) -> Iterator[Complaint]:
    """Yield what is wrong with a name that is no fact."""
    if names.untold and name.startswith(f"{names.vocabulary.history}."):
        return
    if name in names.definitions:
        denied = isinstance(value, (bool, str)) and _SWITCHES.get(value, value) == "no"
        message, hint = (
            f"{name!r} is a definition, and takes no value",
            f"write {f'{{not: {name}}}' if denied else name}",
        )
    else:
        near = near_fact(name, (*names.vocabulary.space.domains, *GROUPS))
        message, hint = f"unknown fact {name!r}", f"did you mean {near}?" if near else ""
    yield Complaint(message, path, at_key=True, code="unknown-name", hint=hint)


def near_fact(name: str, known: Iterable[str]) -> str | None:
    """Return the fact that a name likely means: one that ends so (`pain` for `findings.pain`), or the most alike."""
    names = tuple(known)
    ends = [fact for fact in names if fact.endswith(f".{name}")]
    near = ends or nearest_words(name, names)
    by_end = {fact.rpartition(".")[2]: fact for fact in reversed(names) if "." in fact}
    return alternatives(near or [by_end[end] for end in slips(name, by_end)]) or None


def _near_value(vocabulary: Vocabulary, fact: str, written: str) -> str | None:
    """Return the value that a word means in a description of a patient, or the one that it is most like."""
    forms = vocabulary.choices.get(fact)
    said = normal(written)
    meaning = forms.readings.get(said) if forms else None
    if forms and meaning is None:
        for notation in forms.notations:
            with suppress(ValueError):  # a number that cannot be, or that settles nothing
                meaning = meaning or notation.read(fact, said)
    return (meaning and meaning.value) or nearest_word(written, vocabulary.space.domains[fact])


ANY_CONDITION: dict[str, Any] = {
    "description": "always, a definition, {fact: value}, {fact: [values]}, {all: []}, {any: []} or {not: condition}",
    "anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "maxProperties": 1}],
}
"""The JSON Schema of a condition where it is used; `condition_schema` spells it out."""


class _Condition:
    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.with_info_plain_validator_function(
            _validated, serialization=core_schema.plain_serializer_function_ser_schema(lambda node: node.as_written())
        )

    def __get_pydantic_json_schema__(self, _: Any, __: Any) -> dict[str, Any]:
        return dict(ANY_CONDITION)


Condition = Annotated[Node, _Condition()]
"""The type of a `when` in a form: read to a node, dumped as written."""


def condition_schema(ref: str, domains: Domains) -> dict[str, Any]:
    """Return the JSON Schema of a condition, with every fact and its values.

    Args:
        ref: where the schema will stand, for the conditions inside a condition.
        domains: the facts with their values.
    """
    inside = {"$ref": ref}
    several = {"type": "array", "items": inside, "minItems": 1}
    keys: dict[str, Any] = {"all": several, "any": several, "not": inside}
    for fact, domain in domains.items():
        value = {"enum": [*domain, *((True, False) if domain == _YES_NO else ())]}
        keys[fact] = {"anyOf": [value, {"type": "array", "items": value, "minItems": 1, "uniqueItems": True}]}
    return {
        "description": ANY_CONDITION["description"],
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": keys,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ],
    }


def leaves(node: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Defined | Fact]]:
    """Yield the facts and definitions that a condition names, each with its path."""
    match node:
        case Defined() | Fact():
            yield path, node
        case AllOf(parts=parts) | AnyOf(parts=parts):
            key = "all" if isinstance(node, AllOf) else "any"
            for i, part in enumerate(parts):
                yield from leaves(part, (*path, key, i))
        case NoneOf(part=part):
            yield from leaves(part, (*path, "not"))
        case Always():
            return


def in_order(definitions: Mapping[str, Node]) -> Iterator[str]:
    """Yield the names of definitions, each after those that it names; one that uses itself, or one that does, not.

    Args:
        definitions: conditions by name.
    """
    from graphlib import CycleError, TopologicalSorter

    uses = {
        name: {leaf.name for _, leaf in leaves(node) if isinstance(leaf, Defined) and leaf.name in definitions}
        for name, node in definitions.items()
    }
    order = TopologicalSorter(uses)
    with suppress(CycleError):  # it goes on with all that no circle holds up
        order.prepare()
    while ready := order.get_ready():
        yield from ready
        order.done(*ready)


FEW_CUBES = 300
"""Of a condition and its negation, the first that has no more cubes is taken; one with more only where both have."""


class Cases(NamedTuple):
    """The patients whom a condition describes: those of one cover, save those of another.

    Attributes:
        within: cubes of patients,
        but_not: save these.
    """

    within: Cover
    but_not: Cover = ()

    def and_(self, other: Cases, space: Space) -> Cases:
        """Return the patients of both."""
        return Cases(intersect(space, self.within, other.within), absorb((*self.but_not, *other.but_not)))

    def holding(self, space: Space) -> Cover:
        """Return a cover of these patients.

        Raises:
            TooManyCubesError: where they cannot be listed.
        """
        return intersect(space, self.within, negation(space, self.but_not)) if self.but_not else self.within

    def failing(self, space: Space) -> Cover:
        """Return a cover of everybody else.

        Raises:
            TooManyCubesError: where they cannot be listed.
        """
        return (*negation(space, self.within), *self.but_not)

    def without(self, other: Cases, space: Space) -> Cases:
        """Return these patients without those of another condition.

        Raises:
            TooManyCubesError: where they cannot be written so.
        """
        if not other.but_not:
            return Cases(self.within, absorb((*self.but_not, *other.within)))
        if other.within == (space.universe,):
            return Cases(intersect(space, self.within, other.but_not), self.but_not)
        return Cases(self.within, absorb((*self.but_not, *other.holding(space))))


def cases_of(node: Node, definitions: Mapping[str, Cases], space: Space) -> Cases:
    """Return the patients whom a condition describes: as a cover, or else as everybody save a cover.

    Args:
        node: the condition.
        definitions: the patients of definitions by name; every name used is there.
        space: the facts.

    Raises:
        TooManyCubesError: where both covers have too many cubes.
    """
    for most in (FEW_CUBES, MOST_CUBES):
        for holds in (True, False):
            try:
                cover = _cover(node, definitions, space, holds, most)
            except TooManyCubesError as error:
                found = error
            else:
                return Cases(cover) if holds else Cases((space.universe,), cover)
    raise found


def cases_of_definitions(definitions: Mapping[str, Node], space: Space) -> dict[str, Cases]:
    """Return the patients whom definitions describe, by name, each after those that it names.

    Raises:
        TooManyCubesError: for one of which both covers have too many cubes; it is named.
    """
    found: dict[str, Cases] = {}
    for name in in_order(definitions):
        try:
            found[name] = cases_of(definitions[name], found, space)
        except TooManyCubesError as error:
            error.entry = name
            raise
    return found


def _cover(node: Node, definitions: Mapping[str, Cases], space: Space, holds: bool, most: int) -> Cover:  # noqa: FBT001
    """Return a cover of the patients for whom a condition holds, or of those for whom it does not.

    Raises:
        TooManyCubesError: where it has more than so many cubes.
    """
    match node:
        case Always():
            return (space.universe,) if holds else ()
        case Defined(name=name):
            within, but_not = definitions[name]
            given = but_not or within
            return given if bool(but_not) != holds else negation(space, given, most)
        case Fact(fact=fact, values=values):
            cube = space.cube({fact: values})
            return (cube,) if holds else complement(space, (cube,))
        case NoneOf(part=part):
            return _cover(part, definitions, space, not holds, most)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            covers = (_cover(part, definitions, space, holds, most) for part in parts)
            if isinstance(node, AnyOf) == holds:
                return bounded(absorb(cube for cover in covers for cube in cover), most)
            result: Cover = (space.universe,)
            for cover in covers:
                result = intersect(space, result, cover, most)
            return result


def named_bits(node: Node, definitions: Mapping[str, int], space: Space) -> int:
    """Return the bits of the facts that a condition names, itself or through definitions.

    Args:
        node: the condition.
        definitions: the bits of the facts that definitions name, by name; every name used is there.
        space: the facts.
    """
    bits = 0
    for _, leaf in leaves(node):
        if isinstance(leaf, Fact):
            bits |= space.mask(leaf.fact)
        else:
            bits |= definitions[leaf.name]
    return bits
