"""The command that writes the explorer: one page with which to explore every patient, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import (
    DIRECTORY,
    FILE_OR_DASH,
    Command,
    documents_at,
    documents_option,
    rules_option,
    words_option,
    write,
)

if TYPE_CHECKING:
    from mbc_options.vocabulary.words import Words

__all__ = ["explorer"]

EPILOG = """\b
Examples:
  mbc-options explorer -o explorer.html
  mbc-options explorer --words plain -o explorer.html
  mbc-options explorer --rules my-rules/ -o explorer.html
"""


@cli.command(cls=Command, epilog=EPILOG, short_help="Write the explorer: one page for every patient.")
@words_option
@rules_option
@documents_option
@click.option("--templates", type=DIRECTORY, help="Templates of your own, before ours: their directory.")
@click.option(
    "-o",
    "--output",
    type=FILE_OR_DASH,
    required=True,
    help="The page to write, whole or not at all; - for the standard output.",
)
def explorer(words: Words, rules: str | None, documents: str | None, templates: str | None, output: str) -> None:
    """Write the explorer: one page that opens from disk, offline, in any current browser.

    With it a reader describes a patient and sees at once which classes the documents describe, why, and what would
    change it. Nothing leaves the page. Both registers are in it; --words says in which it opens.
    """
    from mbc_options.rendering.explorer.page import explorer as explorer_of
    from mbc_options.rulebook.compiled import load_rulebook

    rulebook = load_rulebook(rules)
    page = explorer_of(rulebook, words=words, documents=documents_at(documents, rulebook), templates=templates)
    write(page.html, output)
