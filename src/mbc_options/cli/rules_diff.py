"""The command that compares two rulebooks by the patients who get another answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mbc_options.cli.output_options import Command, give, output_options, words_option
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

\b
Exit code: 0 where they could be compared, whatever differs.
"""


@commands.command(cls=Command, epilog=DIFF_EPILOG, short_help="Tell which patients get another answer.")
@click.argument("old")
@click.argument("new", required=False)
@output_options("RulebookDifference")
@words_option
def diff(
    old: str,
    new: str | None,
    rules: str | None,
    output: str | None,
    format_: str,
    templates: str | None,
    words: Words,
) -> None:
    """Tell which patients get another answer by the rulebook NEW than by OLD: all of them, and nobody else.

    Each is a directory, a file that rules compile has written, or a revision that git keeps of the rulebook in
    --rules (else in rules/, or here). OLD..NEW are two revisions; OLD alone is compared with the files as they are.
    """
    from mbc_options.tools.difference import difference, opened

    with opened(old, new, rules=rules, words=words) as sides:
        found = difference(*sides)
    give(found, format_, output, templates=templates)
