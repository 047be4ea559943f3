"""A plugin for pytest that collects the expectations of rulebooks: each is a test.

It is no entry point: pytest would import it in every project in which this package is installed. Name it in the
`conftest.py` at the top of a project, `pytest_plugins = ["mbc_options.pytest_plugin"]`, or on the command line, `-p
mbc_options.pytest_plugin`. It collects `tests/*.yaml` beside a `rulebook.yaml`, and the files of the directories that
`mbc_options_cases` names in pytest's configuration, which are about the rulebook in `mbc_options_rules`, by default the
one that comes with this package.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options.errors import InputError
from mbc_options.rulebook.compiled import load_rulebook
from mbc_options.tools.testing.expectations import FOLDER, read_file
from mbc_options.tools.testing.judge import differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.testing.expectations import Placed
    from mbc_options.tools.testing.judge import Difference

__all__ = ["pytest_addoption", "pytest_collect_file"]

CASES, RULES = "mbc_options_cases", "mbc_options_rules"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what the configuration may say."""
    parser.addini(CASES, "Directories of expectations of a rulebook.", type="paths", default=[])
    parser.addini(RULES, "The rulebook that they are about.", type="paths", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of expectations."""
    if file_path.suffix != ".yaml" or file_path.name.startswith("."):
        return None
    folder = file_path.parent
    if folder in parent.config.getini(CASES):
        rules = parent.config.getini(RULES)
        return _File.of(parent, file_path, rules[0] if rules else None)
    if folder.name == FOLDER and (folder.parent / "rulebook.yaml").is_file():
        return _File.of(parent, file_path, folder.parent)
    return None


@cache
def _rulebook(directory: Path | None) -> CompiledRulebook:
    return load_rulebook(directory)


class _NotMetError(Exception):
    """An expectation is not met."""

    def __init__(self, placed: Placed, found: tuple[Difference, ...]) -> None:
        self.placed, self.found = placed, found
        super().__init__(placed.name)


class _File(pytest.File):
    rules: Path | None = None

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, rules: Path | None) -> _File:
        made: _File = cls.from_parent(parent, path=path)
        made.rules = rules
        return made

    def collect(self) -> Iterator[pytest.Item]:
        try:
            rulebook = _rulebook(self.rules)
            for placed in read_file(self.path, rulebook):
                yield _Item.of(self, placed, rulebook)
        except InputError as error:
            raise self.CollectError("\n".join(map(str, error.problems))) from None


class _Item(pytest.Item):
    placed: Placed
    rulebook: CompiledRulebook

    @classmethod
    def of(cls, parent: pytest.Collector, placed: Placed, rulebook: CompiledRulebook) -> _Item:
        made: _Item = cls.from_parent(parent, name=placed.expectation.id)
        made.placed, made.rulebook = placed, rulebook
        return made

    def runtest(self) -> None:
        found = tuple(differences(self.placed.expectation, self.rulebook))
        if found:
            raise _NotMetError(self.placed, found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        error = excinfo.value
        if not isinstance(error, _NotMetError):
            return super().repr_failure(excinfo, style)
        from mbc_options.rendering.terminal import TerminalTemplate

        return TerminalTemplate("rules/test.txt.j2").render("not_met", error.placed, error.found)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.placed.line - 1, self.name
