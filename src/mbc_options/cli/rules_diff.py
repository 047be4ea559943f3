"""The command that compares two rulebooks by the patients who get another answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

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

\b
Exit code: 0 where they could be compared, whatever differs.
"""


@commands.command(cls=Command, epilog=DIFF_EPILOG, short_help="Tell which patients get another answer.")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--cases", type=DIRECTORY, help="Where the expectations of both stand. By default in the folder tests of each."
)
@output_options("RulebookDifference")
@words_option
def diff(old: str, new: str | None, rules: str | None, cases: str | None, words: Words, **output: Any) -> None:
    """Tell which patients get another answer by the rulebook NEW than by OLD: all of them, and nobody else.

    Each is a directory, a file that rules compile has written, or a revision that git keeps of the rulebook in
    --rules (else in rules/, or here). OLD..NEW are two revisions; OLD alone is compared with the files as they are.
    Told too are the teaching cases whose patients get another status, and the expectations that come out otherwise.
    """
    from pathlib import Path

    from mbc_options.tools.difference import difference, opened

    with opened(old, new, rules=rules, words=words) as sides:
        found = difference(*sides, cases=None if cases is None else Path(cases))
    give(found, **output)
