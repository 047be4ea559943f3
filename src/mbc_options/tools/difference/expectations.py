"""What a difference between rulebooks means for what is expected of them: their tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.errors import InputError
from mbc_options.rulebook.compiled import load_rulebook
from mbc_options.tools.difference.found import ExpectationMoved
from mbc_options.tools.testing.expectations import FOLDER, files_of, read_file, unknown_names
from mbc_options.tools.testing.judge import differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.difference.sides import Side
    from mbc_options.tools.testing.expectations import Expectation, Placed

__all__ = ["expectations_moved"]


def expectations_moved(old: Side, new: Side, cases: Path | None = None) -> Iterator[ExpectationMoved]:
    """Yield each expectation that comes out otherwise, in all that does, as the new rulebook's tests have it.

    An expectation that only the old rulebook has is taken from there.

    Args:
        old: the one rulebook,
        new: and the other.
        cases: where the expectations of both stand. Default: in the folder `tests` of each.
    """
    if old.rulebook is None or new.rulebook is None or old.directory is None or new.directory is None:
        return
    if old.rulebook == new.rulebook:
        return
    rulebooks = _clinical(old), _clinical(new)
    found: dict[str, Placed] = {}
    for folder in (old.directory / FOLDER, new.directory / FOLDER) if cases is None else (cases,):
        for file in files_of(folder):
            try:
                found |= {placed.name: placed for placed in read_file(file, None)}
            except InputError as error:
                yield ExpectationMoved(expectation=file.stem, problem=error.problems[0].message)
    for name, placed in sorted(found.items()):
        yield from _moved(name, placed.expectation, *rulebooks)


def _clinical(side: Side) -> CompiledRulebook:
    """Return a rulebook in the words in which expectations are written."""
    assert side.rulebook is not None
    return side.rulebook if side.rulebook.words == "clinical" else load_rulebook(side.directory)


def _moved(
    name: str, expectation: Expectation, old: CompiledRulebook, new: CompiledRulebook
) -> Iterator[ExpectationMoved]:
    unknown = [unknown_names(expectation, rulebook) for rulebook in (old, new)]
    for which, messages in zip(("old", "new"), unknown, strict=True):
        if messages and not all(unknown):
            yield ExpectationMoved(expectation=name, why=expectation.why, problem=f"by the {which} one, {messages[0]}")
    if any(unknown):
        return
    before, after = (_as_found(expectation, rulebook) for rulebook in (old, new))
    for subject, expected in dict.fromkeys((*before, *after)):
        was, is_ = (found.get((subject, expected), "") for found in (before, after))
        if was != is_:
            yield ExpectationMoved(
                expectation=name, why=expectation.why, subject=subject, expected=expected, old=was, new=is_
            )


def _as_found(expectation: Expectation, rulebook: CompiledRulebook) -> dict[tuple[str, str], str]:
    """Return what is found by what it is about and what is expected of it, where it is another."""
    return {(one.subject, one.expected): one.found for one in differences(expectation, rulebook)}
