"""The command that tells everything that is wrong with a rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.output_options import DIRECTORY, FILE_OR_DASH, Command, format_of, write
from mbc_options.cli.rules import rules as commands

if TYPE_CHECKING:
    from mbc_options.errors import Problem
    from mbc_options.tools.checks.check import Check

__all__ = ["check"]

CHECK_EPILOG = """\b
Examples:
  mbc-options rules check my-rules
  mbc-options rules check my-rules --strict -o check.sarif
  mbc-options rules check --explain idle-part

\b
Exit code: 1 where something must be mended (with --strict, also where
something is doubtful), 2 where there is no such rulebook.
"""

_ENDINGS = {".txt": "text", ".json": "json", ".sarif": "sarif"}

_WHOLE = 1_000_000
"""The width of text: lines stay whole, so that editors and other programs find the places in them."""


@commands.command(cls=Command, epilog=CHECK_EPILOG, short_help="Tell everything that is wrong with a rulebook.")
@click.argument("directory", metavar="[DIR]", type=DIRECTORY, required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "sarif"]),
    help="What to write. By default what the ending of -o FILE says (.txt, .json, .sarif), else text.",
)
@click.option("--strict", is_flag=True, help="Fail for warnings, too.")
@click.option("--explain", metavar="CODE", help="Tell what a code means, with an example and what to do.")
@click.option("-o", "--output", type=FILE_OR_DASH, help="Write to a file, whole or not at all.")
def check(
    directory: str | None,
    format_: str | None,
    strict: bool,  # noqa: FBT001 - click passes flags by name
    explain: str | None,
    output: str | None,
) -> None:
    """Tell everything that is wrong with the rulebook in DIR, or with the one that comes with the package.

    All files are looked at, and all that they say: YAML, form, names, and what the conditions mean for all patients
    who can be. Each problem stands at its file, line and column, with a code.
    """
    from pathlib import Path

    from mbc_options.rendering.terminal import TerminalTemplate, rendered
    from mbc_options.tools.checks.catalogue import kinds
    from mbc_options.tools.checks.check import check_rulebook

    meant = format_of(format_, output, _ENDINGS) or "text"
    if explain is not None:
        write(rendered("rules/check.md.j2", {"kind": kinds()[_known(explain)]}), output, is_text=True)
        return
    found = check_rulebook(None if directory is None else Path(directory), kinds())
    if meant == "text":
        content = TerminalTemplate("rules/check.txt.j2").render("listing", found, width=_WHOLE)
    else:
        content = _as_json(found, meant)
    write(content, output, is_text=meant == "text")
    if found.count("error") or (strict and found.count("warning")):
        raise click.exceptions.Exit(1)


def _known(code: str) -> str:
    from mbc_options.errors import InputError, Problem, nearest_word
    from mbc_options.tools.checks.catalogue import kinds

    if code in kinds():
        return code
    near = nearest_word(code, kinds())
    hint = f"did you mean {near}?" if near else f"there are {', '.join(kinds())}"
    raise InputError([Problem(f"there is no code {code!r}", hint=hint)])


def _as_json(found: Check, format_: str) -> str:
    import json

    from mbc_options import __version__
    from mbc_options.tools.checks.catalogue import kinds
    from mbc_options.tools.checks.sarif import sarif

    said = sarif(found, kinds(), __version__) if format_ == "sarif" else _said(found)
    return json.dumps(said, indent=2, ensure_ascii=False)


def _said(found: Check) -> dict[str, Any]:
    return {
        "counts": {severity: found.count(severity) for severity in ("error", "warning", "info")},
        "is_whole": found.is_whole,
        "problems": [_problem(problem) for problem in found.problems],
        "accepted": [{**_problem(one.problem), "reason": one.reason} for one in found.accepted],
        "gaps_are_whole": found.gaps_are_whole,
        "gaps": [
            {
                "kind": gap.kind,
                "subtype": gap.subtype,
                "count": gap.patients.count,
                "share": gap.patients.share,
                "patients": [
                    {"text": one.text, "plain": one.plain_text, "example": one.example}
                    for one in gap.patients.descriptions
                ],
            }
            for gap in found.gaps
        ],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    keys = ("file", "line", "column", "code", "severity", "message", "hint")
    return {key: getattr(problem, key) for key in keys}
