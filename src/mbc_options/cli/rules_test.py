"""`rules test`: what is expected of a rulebook, held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mbc_options.cli.output_options import DIRECTORY, Command, print_macro, write
from mbc_options.cli.rules import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.errors import Problem
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.testing.expectations import Placed
    from mbc_options.tools.testing.judge import Difference
    from mbc_options.tools.testing.missing import Missing, Suggestion
    from mbc_options.tools.testing.mutation import Outcome

__all__ = ["test"]

EPILOG = """\b
Examples:
  mbc-options rules test my-rules
  mbc-options rules test my-rules --cases elsewhere
  mbc-options rules test my-rules --mutate
  mbc-options rules test my-rules --mutate --format json

\b
Exit code: 1 where something is not as expected, where an expectation is
missing, or where a change of the rulebook would not be noticed.
"""

TEMPLATE = "rules/test.txt.j2"


@rules.command(cls=Command, epilog=EPILOG, short_help="Test a rulebook by patients and what must come out.")
@click.argument("directory", metavar="[DIR]", type=DIRECTORY, required=False)
@click.option("--cases", type=DIRECTORY, help="Where the expectations stand. By default in the folder tests of DIR.")
@click.option("--mutate", is_flag=True, help="Also change the rulebook, leaf by leaf; tell which changes go unnoticed.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write."
)
def test(directory: str | None, cases: str | None, mutate: bool, format_: str) -> None:  # noqa: FBT001 - click passes flags by name
    """Test a rulebook by its expectations: patients, and what must come out.

    DIR is the directory of the rulebook; without it, the one that comes with this package is meant, and --cases says
    where the expectations stand. Told are those that are not met, with what was found and why, and the rules and
    remarks that no expectation holds yet, with the smallest patient for each, ready to paste.

    With --mutate, the rulebook is changed in one place at a time: a leaf turned round, left out or made wider, all for
    any, a not taken away, a status; also the scope, the subtypes, what cannot be together, and for whom drugs are
    named. A change that means the same for every possible patient does not count; one that no expectation notices is
    told, with a patient who tells it from what is written.
    """
    if directory is None and cases is None:
        msg = "the expectations of the rulebook that comes with this package are not in it; say where with --cases DIR"
        raise click.UsageError(msg)
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
    if format_ == "text":
        print_macro(TEMPLATE, "tested", expectations, failures, gaps)
    mutated = _mutated(directory, rulebook, expectations) if mutate and not failures else None
    if format_ == "json":
        import json

        write(json.dumps(_as_json(expectations, failures, gaps, mutated), indent=2, ensure_ascii=False), None)
    elif mutated is not None:
        print_macro(TEMPLATE, "mutated", *mutated)
    if failures or gaps or (mutated is not None and mutated.survivors):
        raise click.exceptions.Exit(1)


class _Mutated(NamedTuple):
    """What became of the mutants: those that no expectation notices, with their places, and how many there were."""

    survivors: Sequence[tuple[Outcome, Problem]]
    tried: int
    killed: int
    same: int


def _mutated(directory: str | None, rulebook: CompiledRulebook, expectations: Sequence[Placed]) -> _Mutated:
    """Change the rulebook in one place at a time, with a progress bar where somebody watches."""
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
    return _Mutated(survivors, len(fates), fates.count("killed"), fates.count("same"))


def _as_json(
    expectations: Sequence[Placed],
    failures: Sequence[tuple[Placed, Sequence[Difference]]],
    gaps: Sequence[Missing],
    mutated: _Mutated | None,
) -> dict[str, Any]:
    return {
        "counts": {"expectations": len(expectations), "not_met": len(failures), "missing": len(gaps)},
        "not_met": [
            {
                "file": placed.file,
                "line": placed.line,
                "id": placed.expectation.id,
                "why": placed.expectation.why,
                "patient": placed.expectation.patient,
                "differences": [one._asdict() for one in found],
            }
            for placed, found in failures
        ],
        "missing": [
            {"kind": one.kind, "id": one.id, "answer": one.answer, "case": _case(one.suggestion)} for one in gaps
        ],
        "mutants": mutated
        and {
            "counts": {
                "tried": mutated.tried,
                "noticed": mutated.killed,
                "same": mutated.same,
                "unnoticed": len(mutated.survivors),
            },
            "unnoticed": [_survivor(one, place) for one, place in mutated.survivors],
        },
    }


def _survivor(outcome: Outcome, place: Problem) -> dict[str, Any]:
    mutant = outcome.mutant
    said = {key: getattr(mutant, key) for key in ("kind", "id", "key", "operator", "before", "after")}
    return {"file": place.file, "line": place.line, **said, "case": _case(outcome.suggestion)}


def _case(suggestion: Suggestion | None) -> dict[str, Any] | None:
    """Return an offered expectation as it may stand among the cases of a file, but for its id and why."""
    if suggestion is None:
        return None
    from mbc_options.source.yaml_positions import parse

    case: dict[str, Any] = {"patient": suggestion.patient, "scope": suggestion.scope}
    if suggestion.key:
        value = parse(suggestion.value, suggestion.key).data if suggestion.id and suggestion.value else suggestion.value
        case[suggestion.key] = ({suggestion.id: value} if value else [suggestion.id]) if suggestion.id else value
    return case
