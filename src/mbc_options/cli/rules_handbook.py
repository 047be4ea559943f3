"""The commands that write a rulebook as a document, and the card that says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.output_options import DIRECTORY, Command, give, output_options, rules_argument, words_option
from mbc_options.cli.rules import rules as commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.testing.expectations import Placed
    from mbc_options.vocabulary.words import Words

__all__ = ["card", "handbook"]

HANDBOOK_EPILOG = """\b
Examples:
  mbc-options rules handbook -o handbook.html
  mbc-options rules handbook my-rules --words plain -o handbook.md
  mbc-options rules handbook rules --cases tests/knowledge/cases -o handbook.html
"""

CARD_EPILOG = """\b
Examples:
  mbc-options rules card
  mbc-options rules card my-rules -o card.json
  mbc-options rules card rules --cases tests/knowledge/cases -o card.html
"""


def _options(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the options that both commands have."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--date", help="A date to print. Without it there is none."),
            click.option(
                "--cases", type=DIRECTORY, help="Where its expectations stand. By default in the folder tests of DIR."
            ),
            words_option,
            output_options(kind, rules_argument),
        ):
            command = option(command)
        return command

    return add


def _expectations(rules: str | None, cases: str | None, rulebook: CompiledRulebook) -> tuple[Placed, ...] | None:
    """Return what is expected of a rulebook; None where nobody says where that stands, and it has no folder of it."""
    from pathlib import Path

    from mbc_options.tools.testing.expectations import FOLDER, read_expectations

    folder = Path(cases or Path(rules or "", FOLDER))
    if cases is None and (rules is None or not folder.is_dir()):
        return None
    return read_expectations(folder, rulebook)


@commands.command(cls=Command, epilog=HANDBOOK_EPILOG, short_help="Write a rulebook as a document.")
@_options("Handbook")
def handbook(
    rules: str | None,
    cases: str | None,
    words: Words,
    format_: str,
    output: str | None,
    templates: str | None,
    date: str | None,
) -> None:
    """Write the rulebook in DIR as a document, made from its data; without DIR the one that comes with the package.

    For each class: what it is, for whom, by which rules and passages, how its verdict is reached, as a diagram and in
    words, its members and drugs, cautions, disagreements, what is accepted in it, and which expectations hold it. Then
    the map by subtype, every claim with what uses it, and how the documents are read.
    """
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.handbook.handbook import handbook as handbook_of

    rulebook = load_rulebook(rules, words=words)
    found = handbook_of(rulebook, _expectations(rules, cases, rulebook))
    give(found, format_, output, templates=templates, date=date)


@commands.command(cls=Command, epilog=CARD_EPILOG, short_help="Write on one page what a rulebook is, and its tests.")
@_options("TransparencyCard")
def card(
    rules: str | None,
    cases: str | None,
    words: Words,
    format_: str,
    output: str | None,
    templates: str | None,
    date: str | None,
) -> None:
    """Write on one page what the rulebook in DIR is, or the one that comes with the package: its transparency card.

    It says what the rulebook is for and what not, who may use it, on which documents it rests and who paid for them,
    what it uses of a person, its limits, how it was tested, and its digest. Figures are counted as it is written.
    """
    from mbc_options.cases.catalog import list_cases
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.handbook.card import transparency_card

    rulebook = load_rulebook(rules, words=words)
    found = transparency_card(rulebook, _expectations(rules, cases, rulebook), cases=len(list_cases(rules)))
    give(found, format_, output, templates=templates, date=date)
