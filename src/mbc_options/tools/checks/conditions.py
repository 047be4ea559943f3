"""Conditions that say more than they mean: parts without which the same patients are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.rulebook.conditions import AllOf, AnyOf, Fact, NoneOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.rulebook.conditions import Node
    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.tools.checks.patients import Patients, PatientsOf

__all__ = ["as_line", "idle_parts", "leaves_of_all_values"]


def leaves_of_all_values(
    node: Node, domains: Mapping[str, tuple[str, ...]], path: KeyPath = ()
) -> Iterator[tuple[KeyPath, Fact]]:
    """Yield the leaves that list every value of their fact, with their paths."""
    if isinstance(node, Fact) and len(node.values) == len(domains[node.fact]):
        yield (*path, node.fact), node
    for where, part in _parts(node):
        yield from leaves_of_all_values(part, domains, (*path, *where))


def idle_parts(node: Node, whole: Patients, patients_of: PatientsOf) -> tuple[tuple[KeyPath, ...], Node]:
    """Return the paths of parts that change nothing, and the condition without them, which means the same patients.

    Args:
        node: the condition.
        whole: its patients.
        patients_of: what tells whose a condition is.
    """
    found: list[KeyPath] = []
    smaller = node
    for path in _paths(node):
        if any(path[: len(one)] == one for one in found):
            continue
        gone = {*found, path}
        shorter = _without(node, gone)
        if shorter is None:
            continue
        left = patients_of(shorter)
        if left is not None and left.same_as(whole):
            found.append(path)
            smaller = shorter
    return tuple(found), smaller


def as_line(node: Node) -> str:
    """Return a condition as its author may write it in one line."""
    return _flow(node.as_written())


def _flow(data: Any) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in data.items()) + "}"
    return f"[{', '.join(map(_flow, data))}]" if isinstance(data, list) else str(data)


def _parts(node: Node) -> Iterator[tuple[KeyPath, Node]]:
    match node:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for i, part in enumerate(parts):
                yield ("all" if isinstance(node, AllOf) else "any", i), part
        case NoneOf(part=part):
            yield ("not",), part


def _paths(node: Node, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the paths of parts of groups, and of values of several, the outer ones first."""
    for where, part in _parts(node):
        here = (*path, *where)
        if not isinstance(node, NoneOf):
            yield here
        yield from _paths(part, here)
    if isinstance(node, Fact) and len(node.values) > 1:
        yield from ((*path, node.fact, i) for i in range(len(node.values)))


def _without(node: Node, gone: set[KeyPath], path: KeyPath = ()) -> Node | None:
    """Return a condition without the parts at some paths; None where nothing is left."""
    if path in gone:
        return None
    parts = tuple(part for where, one in _parts(node) if (part := _without(one, gone, (*path, *where))) is not None)
    match node:
        case Fact(fact=fact, values=values):
            left = tuple(value for i, value in enumerate(values) if (*path, fact, i) not in gone)
            return Fact(fact=fact, values=left) if left else None
        case NoneOf():
            return NoneOf(part=parts[0]) if parts else None
        case AllOf() | AnyOf():
            if len(parts) < 2:
                return parts[0] if parts else None
            return AllOf(parts=parts) if isinstance(node, AllOf) else AnyOf(parts=parts)
    return node
