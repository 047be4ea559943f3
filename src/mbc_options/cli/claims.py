"""The commands for the claims register: verifying it against the documents, and finding passages for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import DIRECTORY, DOCUMENTS_VARIABLE, Command, rules_option

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["claims", "verify"]

CLAIMS_EPILOG = """\b
Examples:
  mbc-options claims locate ../documents
  mbc-options claims locate my-rules/documents --rules my-rules
"""

LOCATE_EPILOG = """\b
Examples:
  mbc-options claims locate my-rules/documents --rules my-rules
  mbc-options claims locate my-rules/documents --rules my-rules --pick D1-2=1

\b
Exit code: 1 where a passage is not found, or several fit and none is picked; all
others are written.
"""

VERIFY_EPILOG = """\b
Examples:
  mbc-options verify
  mbc-options verify ../documents --uncovered
  mbc-options verify my-rules/documents --rules my-rules
"""


@cli.command(epilog=VERIFY_EPILOG, short_help="Verify the citations against the documents.")
@click.argument("documents", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--uncovered", is_flag=True, help="List the sentences of the documents that no claim covers, and why.")
@rules_option
def verify(documents: str | None, uncovered: bool, rules: str | None) -> None:  # noqa: FBT001 - click passes flags by name
    """Verify the citations: against those in the directory DOCUMENTS, where it is given.

    Without DOCUMENTS and --rules, they are those that the environment variable MBC_OPTIONS_DOCUMENTS names, if any.

    Counts what uses every claim of the register. In the documents, looks up whether each is the one that was read,
    and whether each claim stands at its passage, unchanged, inside the section that it names.
    Where claims have spans, every sentence is in one or has a reason why not (uncovered, in sources.yaml).
    Exit code 1 where a claim or a sentence is unaccounted for, a document is another, or a passage is not there.
    """
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.citations import verify_sources
    from mbc_options.tools.claims import account

    if documents is None and rules is None:
        documents = os.environ.get(DOCUMENTS_VARIABLE) or None
    if uncovered and documents is None:
        msg = "--uncovered lists sentences of the documents; name their directory"
        raise click.UsageError(msg)
    rulebook = load_rulebook(rules)
    used = account(rulebook)
    click.echo(used.summary())
    problems = list(used.problems())
    if documents is not None:
        found = verify_sources(rulebook, documents, rules)
        click.echo(found.summary())
        problems += map(str, found.problems)
        if uncovered:
            for one in found.coverage:
                for line in one.listed():
                    click.echo(line)
    if problems:
        click.echo("\n".join(problems), err=True)
        raise click.exceptions.Exit(1)


@cli.group(epilog=CLAIMS_EPILOG, short_help="Find the passages of claims in their documents.")
def claims() -> None:
    """Find the passages of claims in their documents.

    A claim is one statement of a document. Its span says where in the document it stands.
    """


@claims.command(cls=Command, epilog=LOCATE_EPILOG, short_help="Write into each claim where its passage stands.")
@click.argument("documents", envvar=DOCUMENTS_VARIABLE, type=click.Path(exists=True, file_okay=False))
@click.option(
    "--pick",
    "picks",
    multiple=True,
    metavar="CLAIM=N",
    help="Of several passages that fit a claim, take the one with this number.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Look for every passage anew, also for those that are unchanged. One that you chose wider, or of several, "
    "stays.",
)
@click.option("--rules", type=DIRECTORY, help="A rulebook of your own: its directory.")
def locate(
    documents: str,
    picks: Sequence[str],
    again: bool,  # noqa: FBT001 - click passes flags by name
    rules: str | None,
) -> None:
    """Write into each claim where its passage stands in the documents: span, and passage_sha256.

    The passage is the smallest run of sentences that holds all key terms of the claim in the section that its where
    names. A span without passage_sha256 is one that you chose: it stays, and only the digest is written.
    Comments and order of the files stay as they are.
    """
    from pathlib import Path

    from mbc_options.tools.locate import locate_all

    found = locate_all(rules, Path(documents), _picked(picks), again=again)
    for problem in found.problems:
        click.echo(str(problem), err=True)
    click.echo(found.summary())
    if found.problems:
        raise click.exceptions.Exit(1)


def _picked(picks: Sequence[str]) -> dict[str, int]:
    found = {}
    for pick in picks:
        claim, _, number = pick.partition("=")
        if not number.isdecimal() or int(number) < 1:
            msg = f"--pick {pick} is no CLAIM=N, as --pick D1-2=1"
            raise click.UsageError(msg)
        found[claim] = int(number)
    return found
