"""How the verdict on a class is reached: as few questions as the facts allow."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.logic.diagram import decision_diagram
from mbc_options.tools.handbook.found import BranchTold, Diagram, StepTold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook
    from mbc_options.tools.handbook.found import GroupTold

__all__ = ["diagram"]

MOST_STEPS = 24
"""How many steps a diagram may have to be read at all."""

SAID = {"yes": "yes", "otherwise": "otherwise"}
"""How the two answers to a whole description read."""


def diagram(rulebook: CompiledRulebook, option: CompiledOption, groups: Sequence[GroupTold]) -> Diagram | None:
    """Return how the verdict on an option is reached, for a patient in scope of whom everything is known.

    Args:
        rulebook: whose option it is.
        option: the option.
        groups: the same in words, which stand in where the diagram would be too large.

    Returns:
        An ordered decision diagram over the facts that the verdict rests on. Where that would have more steps than can
        be read: the descriptions one after another. None where these cannot be listed, either.
    """
    verdicts, space, theory = verdicts_of(rulebook), rulebook.space, rulebook.inside
    cubes = theory.tighten(space.universe)
    named = reduce(or_, (one.named for one in (option.candidate, option.described)))
    asked = [fact for fact in space.facts_of(named) if len(space.values(cubes, fact)) > 1]

    def answer_of(cube: int) -> str | None:
        status = verdicts.status_in_scope(option.id, cube)
        return None if status == "undetermined" else status

    steps = decision_diagram(theory, asked, answer_of, most=MOST_STEPS)
    if steps is None:
        return _one_after_another(groups)
    if not steps:
        return Diagram(kind="constant", steps=(), status=verdicts.status_in_scope(option.id, cubes))
    facts = rulebook.vocabulary.facts
    return Diagram(
        kind="decisions",
        steps=tuple(
            StepTold(
                number=i + 1,
                text=facts[step.fact].label,
                branches=tuple(
                    BranchTold(
                        text=_answer(rulebook, step.fact, branch.values),
                        to=None if branch.to is None else branch.to + 1,
                        status=_status(branch.answer),
                    )
                    for branch in step.branches
                ),
            )
            for i, step in enumerate(steps)
        ),
    )


def _answer(rulebook: CompiledRulebook, fact: str, values: tuple[str, ...]) -> str:
    """Return how an answer reads below its question: a bare yes or no as it stands."""
    if fact not in rulebook.vocabulary.choices and len(values) == 1:
        return values[0]
    return rulebook.vocabulary.phrase(fact, values)


def _status(answer: str) -> Status | None:
    found: dict[str, Status] = {
        "candidate": "candidate", "unspecified": "unspecified", "not_described": "not_described",
    }  # fmt: skip
    return found.get(answer)


def _one_after_another(groups: Sequence[GroupTold]) -> Diagram | None:
    told = [(group.status, text) for group in groups for text in group.patients]
    if not told or any(not group.is_listed for group in groups):
        return None
    last = len(told)
    return Diagram(
        kind="reasons",
        steps=tuple(
            StepTold(
                number=i + 1,
                text=text,
                branches=(
                    BranchTold(text=SAID["yes"], to=None, status=status),
                    BranchTold(
                        text=SAID["otherwise"],
                        to=i + 2 if i + 1 < last else None,
                        status=None if i + 1 < last else "not_described",
                    ),
                ),
            )
            for i, (status, text) in enumerate(told)
        ),
    )
