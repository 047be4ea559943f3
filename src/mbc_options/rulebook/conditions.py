"""Conditions of rules: what an author writes, the cover that it means, and how it reads.

A condition is `always`, the name of a definition, `{fact: value}`, `{fact: [values]}`, or `all`,
`any` and `not` over conditions; structured, so that every leaf has a place in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from mbc_options.errors import nearest_word
from mbc_options.logic import absorb, complement, intersect
from mbc_options.source.validation import Complaint, refuse
from mbc_options.vocabulary.facts import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.logic import Cover

__all__ = [
    "ANY_CONDITION",
    "AllOf",
    "Always",
    "AnyOf",
    "Condition",
    "Defined",
    "Fact",
    "NoneOf",
    "condition_schema",
    "cover_of",
    "leaves",
    "named_bits",
    "written",
]

Trail: TypeAlias = tuple[str | int, ...]


class Always(NamedTuple):
    """Every patient."""


class Defined(NamedTuple):
    """The patients whom a definition describes."""

    name: str


class Fact(NamedTuple):
    """The patients for whom a fact has one of some values."""

    fact: str
    values: tuple[str, ...]


class AllOf(NamedTuple):
    """The patients whom every part describes."""

    parts: tuple[Node, ...]


class AnyOf(NamedTuple):
    """The patients whom some part describes."""

    parts: tuple[Node, ...]


class NoneOf(NamedTuple):
    """The patients whom the part does not describe (`not`)."""

    part: Node


Node: TypeAlias = Always | Defined | Fact | AllOf | AnyOf | NoneOf

_GROUPS = ("all", "any", "not")


def _parse(data: Any) -> Node:
    complaints: list[Complaint] = []
    node = _read(data, (), complaints)
    if complaints:
        refuse("condition", complaints)
    return node


def _read(data: Any, path: Trail, complaints: list[Complaint]) -> Node:
    if isinstance(data, str):
        return Always() if data == "always" else Defined(data)
    if not isinstance(data, dict) or len(data) != 1:
        found = f"{len(data)} keys" if isinstance(data, dict) else "a list" if isinstance(data, list) else "nothing"
        message = f"a condition is always, a definition, or a mapping with one key, not {found}"
        complaints.append(Complaint(path, message))
        return Always()
    ((key, value),) = data.items()
    here = (*path, key)
    if key == "not":
        return NoneOf(_read(value, here, complaints))
    if key in _GROUPS:
        if not isinstance(value, list) or not value:
            complaints.append(Complaint(here, f"{key} takes a list of conditions"))
            return Always()
        parts = tuple(_read(part, (*here, i), complaints) for i, part in enumerate(value))
        return AllOf(parts) if key == "all" else AnyOf(parts)
    return _read_fact(key, value, here, complaints)


def _read_fact(fact: str, value: Any, path: Trail, complaints: list[Complaint]) -> Node:
    domains = vocabulary().space.domains
    if fact not in domains:
        near = nearest_word(fact, (*domains, *_GROUPS))
        message = f"unknown fact {fact!r}" + (f"; did you mean {near}?" if near else "")
        complaints.append(Complaint(path, message, at_key=True))
        return Always()
    values = value if isinstance(value, list) else [value]
    for i, one in enumerate(values):
        if one not in domains[fact]:
            place = (*path, i) if isinstance(value, list) else path
            near = nearest_word(one, domains[fact]) if isinstance(one, str) else None
            hint = f"; did you mean {near}?" if near else ""
            found = repr(one) if isinstance(one, str) else "empty" if one is None else "a list or mapping"
            message = f"{fact} cannot be {found}; it is {' or '.join(domains[fact])}{hint}"
            complaints.append(Complaint(place, message))
            return Always()
    if not values or len(set(values)) != len(values):
        complaints.append(Complaint(path, f"{fact} needs values, each once"))
        return Always()
    return Fact(fact, tuple(values))


def written(node: Node) -> Any:
    """Return a condition as an author writes it."""
    match node:
        case Always():
            return "always"
        case Defined(name):
            return name
        case Fact(fact, values):
            return {fact: values[0] if len(values) == 1 else list(values)}
        case AllOf(parts):
            return {"all": [written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [written(part) for part in parts]}
        case NoneOf(part):
            return {"not": written(part)}


ANY_CONDITION: dict[str, Any] = {
    "description": "always, a definition, {fact: value}, {fact: [values]}, {all: []}, {any: []} or {not: condition}",
    "anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "maxProperties": 1}],
}
"""The JSON Schema of a condition where it is used; `condition_schema` spells it out."""

Condition = Annotated[
    Any,
    PlainValidator(_parse),
    PlainSerializer(written, return_type=Any),
    WithJsonSchema(ANY_CONDITION),
]
"""The type of a `when` in a model: parsed to a node, dumped as written."""


def condition_schema(ref: str) -> dict[str, Any]:
    """Return the JSON Schema of a condition, with every fact and its values.

    Args:
        ref: where the schema will stand, for the conditions inside a condition.
    """
    inside = {"$ref": ref}
    several = {"type": "array", "items": inside, "minItems": 1}
    keys: dict[str, Any] = {"all": several, "any": several, "not": inside}
    for fact, domain in vocabulary().space.domains.items():
        value = {"enum": list(domain)}
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


def leaves(node: Node, path: Trail = ()) -> Iterator[tuple[Trail, Defined | Fact]]:
    """Yield the facts and definitions that a condition names, each with its path."""
    match node:
        case Defined() | Fact():
            yield path, node
        case AllOf(parts) | AnyOf(parts):
            key = "all" if isinstance(node, AllOf) else "any"
            for i, part in enumerate(parts):
                yield from leaves(part, (*path, key, i))
        case NoneOf(part):
            yield from leaves(part, (*path, "not"))
        case Always():
            return


def cover_of(node: Node, definitions: Mapping[str, Node]) -> Cover:
    """Return the patients whom a condition describes, as a cover.

    Args:
        node: the condition.
        definitions: conditions by name; every name used is there, and none uses itself.
    """
    space = vocabulary().space
    match node:
        case Always():
            return (space.universe,)
        case Defined(name):
            return cover_of(definitions[name], definitions)
        case Fact(fact, values):
            return (space.cube({fact: values}),)
        case AllOf(parts):
            result: Cover = (space.universe,)
            for part in parts:
                result = intersect(space, result, cover_of(part, definitions))
            return result
        case AnyOf(parts):
            return absorb(cube for part in parts for cube in cover_of(part, definitions))
        case NoneOf(part):
            return complement(space, cover_of(part, definitions))


def named_bits(node: Node, definitions: Mapping[str, Node]) -> int:
    """Return the bits of the facts that a condition names, itself or through definitions."""
    space = vocabulary().space
    bits = 0
    for _, leaf in leaves(node):
        if isinstance(leaf, Fact):
            bits |= space.mask(leaf.fact)
        else:
            bits |= named_bits(definitions[leaf.name], definitions)
    return bits
