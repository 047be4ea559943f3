"""`rules test`: what is expected of a rulebook, held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.output_options import DIRECTORY, Command, print_macro
from mbc_options.cli.rules import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.testing.expectations import Placed

__all__ = ["test"]

EPILOG = """\b
Examples:
  mbc-options rules test my-rules
  mbc-options rules test my-rules --cases elsewhere
  mbc-options rules test my-rules --mutate

\b
Exit code: 1 where something is not as expected, where an expectation is
missing, or where a change of the rulebook would not be noticed.
"""

TEMPLATE = "rules/test.txt.j2"


@rules.command(cls=Command, epilog=EPILOG, short_help="Test a rulebook by patients and what must come out.")
@click.argument("directory", metavar="[DIR]", type=DIRECTORY, required=False)
@click.option("--cases", type=DIRECTORY, help="Where the expectations stand. By default in the folder tests of DIR.")
@click.option("--mutate", is_flag=True, help="Also change the rulebook, leaf by leaf; tell which changes go unnoticed.")
def test(directory: str | None, cases: str | None, mutate: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Test a rulebook by its expectations: patients, and what must come out.

    DIR is the directory of the rulebook; without it, the one that comes with this package is meant, and --cases says
    where the expectations stand. Told are those that are not met, with what was found and why, and the rules and
    remarks that no expectation holds yet, with the smallest patient for each, ready to paste.

    With --mutate, each condition of the rulebook is changed in one place at a time: a leaf turned round, left out or
    made wider, all for any, a not taken away, a status. A change that means the same for every possible patient does
    not count; one that no expectation notices is told, with a patient who tells it from what is written.
    """
    if directory is None and cases is None:
        msg = "the expectations of the rulebook that comes with this package are not in it; say where with --cases DIR"
        raise click.UsageError(msg)
    if not _holds(directory, cases, mutate=mutate):
        raise click.exceptions.Exit(1)


def _holds(directory: str | None, cases: str | None, *, mutate: bool) -> bool:
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
    if failures or not mutate:
        return not failures and not gaps
    return _notices(directory, rulebook, expectations) and not gaps


def _notices(directory: str | None, rulebook: CompiledRulebook, expectations: Sequence[Placed]) -> bool:
    """Change the rulebook and print what no expectation notices; return whether there is no such change."""
    import sys
    from pathlib import Path

    from mbc_options.package_data import rules_dir
    from mbc_options.source import yaml_positions
    from mbc_options.tools.testing.mutants import mutants_of
    from mbc_options.tools.testing.mutation import Mutation, authored_at
    from mbc_options.tools.testing.places import place_of
    from mbc_options.vocabulary.load import FACTS

    read = authored_at(directory)
    mutation = Mutation(read.rulebook, rulebook, expectations)
    file = Path(rules_dir() if directory is None else directory, FACTS)
    facts = yaml_positions.read(file) if file.exists() else None
    written: Any = {} if facts is None else facts.data
    mutants = tuple(mutants_of(read.rulebook, [one["sentence"] for one in written.get("constraints", ())]))
    if sys.stderr.isatty():
        with click.progressbar(mutants, label="mutants", file=sys.stderr) as bar:
            outcomes = [mutation.outcome(mutant) for mutant in bar]
    else:
        outcomes = [mutation.outcome(mutant) for mutant in mutants]
    survivors = [(one, place_of(one.mutant, read, facts)) for one in outcomes if one.fate == "survived"]
    fates = [one.fate for one in outcomes]
    print_macro(TEMPLATE, "mutated", survivors, len(fates), fates.count("killed"), fates.count("same"))
    return not survivors
