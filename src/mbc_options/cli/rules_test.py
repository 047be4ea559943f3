"""`rules test`: what is expected of a rulebook, held against it."""

from __future__ import annotations

import click

from mbc_options.cli.output_options import DIRECTORY, Command, print_macro
from mbc_options.cli.rules import rules

__all__ = ["test"]

EPILOG = """\b
Examples:
  mbc-options rules test my-rules
  mbc-options rules test my-rules --cases elsewhere

\b
Exit code: 1 where something is not as expected, or an expectation is missing.
"""

TEMPLATE = "rules/test.txt.j2"


@rules.command(cls=Command, epilog=EPILOG, short_help="Test a rulebook by patients and what must come out.")
@click.argument("directory", metavar="[DIR]", type=DIRECTORY, required=False)
@click.option("--cases", type=DIRECTORY, help="Where the expectations stand. By default in the folder tests of DIR.")
def test(directory: str | None, cases: str | None) -> None:
    """Test a rulebook by its expectations: patients, and what must come out.

    DIR is the directory of the rulebook; without it, the one that comes with this package is meant, and --cases says
    where the expectations stand. Told are those that are not met, with what was found and why, and the rules and
    remarks that no expectation holds yet, with the smallest patient for each, ready to paste.
    """
    if directory is None and cases is None:
        msg = "the expectations of the rulebook that comes with this package are not in it; say where with --cases DIR"
        raise click.UsageError(msg)
    if not _holds(directory, cases):
        raise click.exceptions.Exit(1)


def _holds(directory: str | None, cases: str | None) -> bool:
    """Run the expectations and print what came of it; return whether all is well."""
    from pathlib import Path

    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.testing.expectations import FOLDER, read_expectations
    from mbc_options.tools.testing.judge import differences
    from mbc_options.tools.testing.missing import missing

    rulebook = load_rulebook(directory)
    folder = Path(cases or Path(directory or "", FOLDER))
    expectations = read_expectations(folder, rulebook) if cases or folder.is_dir() else ()
    failures = [(one, found) for one in expectations if (found := tuple(differences(one.expectation, rulebook)))]
    gaps = tuple(missing(rulebook, expectations))
    print_macro(TEMPLATE, "tested", expectations, failures, gaps)
    return not failures and not gaps
