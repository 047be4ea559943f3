"""The kinds of problems that a check may find: what each means, and how it is mended.

They stand in `templates/rules/checks.yaml`; `docs/checks` is made from it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from mbc_options.package_data import templates_dir
from mbc_options.source import yaml_positions
from mbc_options.source.forms import Form, Identifier, Number, Text
from mbc_options.source.validation import check

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Example", "Kind", "kinds"]


class Example(Form):
    """A file that has such a problem, beside the other files of a new rulebook.

    Attributes:
        file: its path in the directory.
        text: all of it, in which ␇ stands for the sign BEL; None where it is not there.
        times: how often the text is repeated.
        encoding: in which it is written.
        finds: what is said of it.
    """

    file: Text
    text: str | None = None
    times: Number = 1
    encoding: Text = "utf-8"
    finds: Text


class Kind(Form):
    """A kind of problem.

    Attributes:
        code: its name.
        severity: how bad it is.
        title: what it is, in a line.
        means: what it means for an author.
        fix: what to do.
        example: a file that has it, where a small one does.
    """

    code: Identifier
    severity: Literal["error", "warning", "info"]
    title: Text
    means: Text
    fix: Text
    example: Example | None = None


class CatalogueFile(Form):
    """`checks.yaml`."""

    checks: tuple[Kind, ...]


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds of problems by code, in the order in which a check looks for them."""
    file, problems = check(CatalogueFile, yaml_positions.read(templates_dir() / "rules" / "checks.yaml"))
    assert file is not None, problems
    return {kind.code: kind for kind in file.checks}
