"""Where stands what a mutant changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.rulebook import models
from mbc_options.rulebook.references import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.errors import Problem
    from mbc_options.rulebook.load import Read
    from mbc_options.source.yaml_positions import KeyPath, Tree
    from mbc_options.tools.testing.mutants import Entry, Mutant

__all__ = ["place_of"]

_FORMS = {
    "definition": models.Definition,
    "subtype": models.Subtype,
    "rule": models.Rule,
    "caution": models.Caution,
    "consideration": models.Consideration,
    "disagreement": models.Disagreement,
    "background": models.Note,
    "question": models.CareQuestion,
}
"""What has an id of its own, by the kind of mutant: one id may be that of several things."""


def place_of(mutant: Mutant, read: Read, facts: Tree | None) -> Problem:
    """Return the place of the entry that a mutant changes, as a problem without a message.

    Args:
        mutant: of this rulebook.
        read: the rulebook with its places.
        facts: its own file of facts; None where it has none, and so no constraint of its own.
    """
    tree, path = next(_places(mutant, read, facts))
    return tree.problem("", path)


def _places(mutant: Mutant, read: Read, facts: Tree | None) -> Iterator[tuple[Tree, KeyPath]]:
    if mutant.facts is not None:
        assert facts is not None
        constraints = facts.data["constraints"]  # type: ignore[index, call-overload]
        for i, one in enumerate(constraints):  # type: ignore[arg-type]
            if one["sentence"] == mutant.id:
                yield facts, ("constraints", i, "sentence")
        return
    for file in read.files:
        for path, part in parts(file.form):
            if mutant.kind == "scope" and isinstance(part, models.Scope):
                yield file.tree, (*path, "when")
            elif mutant.kind == "drug":
                if mutant.entry is not None and isinstance(part, models.Therapy):
                    yield from ((file.tree, (*path, *rest)) for rest in _of_drug(mutant.entry, part))
            elif isinstance(part, _FORMS.get(mutant.kind, ())) and getattr(part, "id", "") == mutant.id:
                yield file.tree, (*path, "id")


def _of_drug(entry: Entry, class_: models.Therapy) -> Iterator[KeyPath]:
    if entry.option == class_.id:
        yield ("agents", entry.place)
    for i, member in enumerate(class_.members):
        if entry.option == f"{class_.id}.{member.id}":
            yield ("members", i, "agents", entry.place)
