"""The commands for many patients: deciding a table, and proposing what its columns say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mbc_options.cli.group import cli
from mbc_options.cli.interruption import take_ctrl_c
from mbc_options.cli.output_options import (
    Command,
    format_by_name,
    format_of,
    give,
    is_said,
    refuse_the_same,
    rules_option,
)
from mbc_options.cli.patient_options import vocabulary_named
from mbc_options.rendering.formats import formats_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["cohort"]

COHORT_EPILOG = """\b
Examples:
  mbc-options cohort map patients.csv -o mapping.yaml
  mbc-options cohort evaluate patients.csv --mapping mapping.yaml -o statuses.parquet
"""

EVALUATE_EPILOG = """\b
Examples:
  mbc-options cohort evaluate patients.csv -o statuses.parquet
  mbc-options cohort evaluate patients.parquet -o statuses.csv --receipt receipt.html --summary summary.html
  mbc-options cohort evaluate study/ --mapping cbioportal -o statuses.parquet

\b
Exit code: 0 where every row was decided, also where cells were not understood;
2 where the table cannot be read, and with --strict where a cell is not understood.
"""

MAP_EPILOG = """\b
Examples:
  mbc-options cohort map patients.csv
  mbc-options cohort map patients.csv -o mapping.yaml
"""

TEMPLATE = "cohort/told.txt.j2"

RECEIPT_ENDINGS = {".html": "html", ".txt": "text", ".json": "json"}
SUMMARY_ENDINGS = {ending: name for name, one in formats_of("CohortSummary").items() for ending in one.endings[:1]}

SOURCE = click.Path(exists=True)
table_option = click.option("--table", metavar="NAME", help="Which table of a DuckDB file, or file in a ZIP file.")


class _EvaluateCommand(Command):
    """A command with a flag for what the rulebook that the arguments name assumes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments by the assumptions of the rulebook that they name, or else of the one that we bring."""
        ctx.meta[__name__] = vocabulary_named(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, and the flag, where the rulebook assumes something."""
        flags = ctx.meta.get(f"{__name__}.flags")
        if flags is None:  # the very same one each time, as a parser asks more than once
            vocabulary = ctx.meta.get(__name__) or vocabulary_named([])
            names = [f"--assume-{one.fact.replace('.', '-')}" for one in vocabulary.file.assumptions]
            says = "Assume what report assumes of a patient, in each row that says nothing of it."
            flag = click.Option([*names, "assume"], is_flag=True, help=says)
            flags = ctx.meta[f"{__name__}.flags"] = [flag] if names else []
        return [*super().get_params(ctx), *flags]


@cli.group(epilog=COHORT_EPILOG, short_help="Many patients: decide the rows of a table.")
def cohort() -> None:
    """Decide the rows of a table of patients, each exactly as report decides one."""


@cohort.command(cls=_EvaluateCommand, epilog=EVALUATE_EPILOG, short_help="Decide every row of a table.")
@click.argument("source", type=SOURCE)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(),
    help="The file to write, whole or not at all: .parquet, .csv, .arrow or .duckdb.",
)
@click.option(
    "--mapping",
    metavar="FILE|NAME",
    help="What the columns say: a file, or a ready-made mapping. Without it, those count whose names are known.",
)
@rules_option
@click.option("--facts", is_flag=True, help="Write the facts that were read, too, a column each.")
@click.option(
    "--explain",
    metavar="ID",
    multiple=True,
    help="Write what decides the verdict of a class or member, or on what it depends (repeat for more, or all), and "
    "next_question.",
)
@click.option("--receipt", type=click.Path(), help="Write what was made of every spelling: .html, .txt or .json.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(formats_of("CohortSummary"))),
    default="text",
    show_default=True,
    help="How the summary at the end is printed.",
)
@click.option("--summary", type=click.Path(), help="Write the summary: .html (with charts), .txt, .md, .json or .pdf.")
@click.option("--no-summary", is_flag=True, help="Do not sum up, which takes memory that grows with the rows.")
@click.option(
    "--strict",
    is_flag=True,
    help="Stop at the first cell that is not understood, and at a row that contradicts itself.",
)
@table_option
def evaluate(  # noqa: PLR0913, PLR0917 - click passes every option by name
    source: str,
    output: str,
    mapping: str | None,
    rules: str | None,
    facts: bool,  # noqa: FBT001 - click passes flags by name
    explain: tuple[str, ...],
    receipt: str | None,
    format_: str,
    summary: str | None,
    no_summary: bool,  # noqa: FBT001
    strict: bool,  # noqa: FBT001
    table: str | None,
    assume: bool = False,  # noqa: FBT001, FBT002
) -> None:
    """Decide every row of a table: a column for each option and member, next to those that came in.

    It says what was not understood, and ends with a summary.

    SOURCE is a file of CSV (also .gz and .zip), parquet or a folder of its parts, Arrow, or DuckDB. Cells are read as
    those of a patient file are; what cannot be read leaves a fact unknown, and stands in the receipt.
    """
    if summary and no_summary:
        msg = "--summary writes what --no-summary leaves out; take one of them"
        raise click.UsageError(msg)
    refuse_the_same(source, output, receipt, summary)
    receipt_format = format_by_name(receipt, RECEIPT_ENDINGS)
    summary_format = format_by_name(summary, SUMMARY_ENDINGS)
    from mbc_options.cohorts.read_cohort import read_cohort
    from mbc_options.cohorts.write import kind_of_output
    from mbc_options.rendering.terminal import TerminalTemplate, width_of_terminal
    from mbc_options.rulebook.compiled import load_rulebook

    take_ctrl_c()
    kind_of_output(output)
    rulebook = load_rulebook(rules)
    found = read_cohort(
        source,
        mapping=mapping,
        rulebook=rulebook,
        strict=strict,
        assume=assume,
        table=table,
        directory=_directory(rules),
    )
    done = found.write(output, facts=facts, explain="all" in explain or explain)
    if receipt:
        give(done, receipt_format, receipt, source)
    told = TerminalTemplate(TEMPLATE).render("told", done, output, width=width_of_terminal())
    click.echo(told, err=format_ != "text")  # what has a format of its own stands alone
    if no_summary:
        return
    summed_up = found.summary()
    if summary:
        give(summed_up, summary_format, summary, source)
    give(summed_up, format_, None)


@cohort.command("map", cls=Command, epilog=MAP_EPILOG, short_help="Propose what the columns of a table say.")
@click.argument("source", type=SOURCE)
@click.option("-o", "--output", type=click.Path(allow_dash=True), help="Write to a file, whole or not at all.")
@click.option(
    "--format", "format_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="What to write."
)
@rules_option
@table_option
def map_(source: str, output: str | None, format_: str, rules: str | None, table: str | None) -> None:
    """Propose what the columns of a table say, as a mapping to be corrected.

    Columns are recognized by their names, and by cells that a patient file may hold, with the share of them that is
    understood.
    """
    refuse_the_same(source, output)
    from mbc_options.cohorts.proposal import propose
    from mbc_options.cohorts.tables import open_table
    from mbc_options.rulebook.compiled import load_rulebook

    found = propose(open_table(source, table), load_rulebook(rules).vocabulary, _directory(rules))
    if format_ == "yaml" and is_said("output"):
        format_ = format_of(None, output, {".json": "json"}) or format_
    give(found, format_, output, source)


def _directory(rules: str | None) -> Path | None:
    from pathlib import Path

    return None if rules is None else Path(rules)
