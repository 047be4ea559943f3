"""The command that compares two rulebooks by the patients who get another answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.interruption import take_ctrl_c
from mbc_options.cli.output_options import DIRECTORY, Command, give, output_options, words_option
from mbc_options.cli.rules import rules as commands

if TYPE_CHECKING:
    from mbc_options.vocabulary.words import Words

__all__ = ["diff"]

DIFF_EPILOG = """\b
Examples:
  mbc-options rules diff main..HEAD
  mbc-options rules diff main --format markdown
  mbc-options rules diff v1.2 v1.3 --rules my-rules -o difference.html
  mbc-options rules diff old-rules my-rules
  mbc-options rules diff main --cases tests/knowledge/cases
  mbc-options rules diff v1.2 v1.3 --cohort patients.csv --mapping mapping.yaml

\b
Exit code: 0 where they could be compared, whatever differs.
"""


@commands.command(cls=Command, epilog=DIFF_EPILOG, short_help="Tell which patients get another answer.")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--cases", type=DIRECTORY, help="Where the expectations of both stand. By default in the folder tests of each."
)
@click.option(
    "--cohort",
    type=click.Path(exists=True),
    metavar="TABLE",
    help="Tell which patients of a table move, too, and by which rule.",
)
@click.option("--mapping", metavar="FILE|NAME", help="What the columns of the table say, as for cohort evaluate.")
@click.option(
    "--id",
    "id_column",
    metavar="COLUMN",
    help="The column that tells who a patient is. Without it: that of the mapping, or a number.",
)
@click.option(
    "--assume",
    "assume",
    is_flag=True,
    help="Assume what report assumes of a patient, in each row that says nothing of it.",
)
@output_options("RulebookDifference")
@words_option
def diff(  # noqa: PLR0913, PLR0917 - click passes every option by name
    old: str,
    new: str | None,
    rules: str | None,
    cases: str | None,
    cohort: str | None,
    mapping: str | None,
    id_column: str | None,
    assume: bool,  # noqa: FBT001 - click passes flags by name
    words: Words,
    **output: Any,
) -> None:
    """Tell which patients get another answer by the rulebook NEW than by OLD: all of them, and nobody else.

    Each is a directory, a file that rules compile has written, or a revision that git keeps of the rulebook in
    --rules (else in rules/, or here). OLD..NEW are two revisions; OLD alone is compared with the files as they are.
    Told too are the teaching cases whose patients get another status, and the expectations that come out otherwise.
    """
    if cohort is None and (mapping or id_column or assume):
        msg = "--mapping, --id and --assume say how a table is read; name it with --cohort"
        raise click.UsageError(msg)
    from pathlib import Path

    from mbc_options.tools.difference import difference, opened

    with opened(old, new, rules=rules, words=words) as sides:
        found = difference(*sides, cases=None if cases is None else Path(cases))
        if cohort is not None:
            from dataclasses import replace

            from mbc_options.tools.difference.table import moved_in_table

            take_ctrl_c()
            moved = moved_in_table(*sides, cohort, mapping=mapping, id_column=id_column, assume=assume)
            found = replace(found, cohort=moved)
    give(found, **output)
