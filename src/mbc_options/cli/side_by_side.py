"""The commands that set patients side by side: the map by subtype, and two patients compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import FILE_OR_DASH, give, output_options, words_option
from mbc_options.cli.patient_options import ID_HELP, PatientCommand, patient_from

if TYPE_CHECKING:
    from mbc_options.vocabulary.words import Words

__all__ = ["compare", "matrix"]

MATRIX_EPILOG = """\b
Examples:
  mbc-options matrix
  mbc-options matrix --menopause post --site bone --depends
  mbc-options matrix patient.yaml --members -o map.html
  mbc-options matrix patient.yaml --by document
"""

COMPARE_EPILOG = """\b
Examples:
  mbc-options compare before.yaml after.yaml
  mbc-options compare before.yaml after.yaml -o compared.html
  mbc-options compare export.ndjson export.ndjson --id p-17 --id p-23

\b
What makes a difference looks from A to B: with just these facts as they are
known of B, A has B's status. Compare B with A for the other way round.
"""


@cli.command(
    cls=PatientCommand, epilog=MATRIX_EPILOG, short_help="Map what the documents describe, by subtype or document."
)
@output_options("Matrix")
@words_option
@click.option(
    "--by",
    type=click.Choice(["subtype", "document"]),
    default="subtype",
    show_default=True,
    help="What the columns are; by document, each is what one document by itself says of the whole patient.",
)
@click.option("--depends", is_flag=True, help="Say below the map on what each undetermined verdict depends.")
@click.option("--members", is_flag=True, help="Give the members of the classes lines of their own.")
def matrix(  # noqa: PLR0913, PLR0917 - click passes every option by name
    patient_file: str | None,
    rules: str | None,
    output: str | None,
    format_: str,
    templates: str | None,
    words: Words,
    by: str,
    depends: bool,  # noqa: FBT001 - click passes flags by name
    members: bool,  # noqa: FBT001
    **said: Any,
) -> None:
    """Map what the documents describe in each subtype, for one and the same rest of the patient.

    The rest is what PATIENT_FILE and the flags say beside the subtype, which the map sets aside: its columns
    say them. Without either, it is a patient of whom nothing else is known.

    By document, the columns are the documents: which of them supports a class for this patient, which is silent, and
    whether those that speak agree.
    """
    from mbc_options.exploration.document_map import document_map
    from mbc_options.exploration.subtype_map import matrix as subtype_map
    from mbc_options.rulebook.compiled import load_rulebook

    if by == "document" and depends:
        msg = "--depends is of the map by subtype; the reasons of a map by document stand in its page (-o map.html)"
        raise click.UsageError(msg)
    rulebook = load_rulebook(rules, words=words)
    rest = patient_from(patient_file, said, rulebook, may_be_empty=True)
    give(
        document_map(rest, rulebook) if by == "document" else subtype_map(rest, rulebook),
        format_,
        output,
        patient_file,
        templates=templates,
        parts=_parts(depends=depends, members=members),
    )


@cli.command(epilog=COMPARE_EPILOG, short_help="Compare two patients, what differs first.")
@click.argument("a", type=FILE_OR_DASH)
@click.argument("b", type=FILE_OR_DASH)
@output_options("Comparison")
@words_option
@click.option("--id", "ids", multiple=True, metavar="ID", help=f"{ID_HELP} Say it twice where A and B differ in it.")
def compare(  # noqa: PLR0913, PLR0917 - click passes every option by name
    a: str,
    b: str,
    rules: str | None,
    output: str | None,
    format_: str,
    templates: str | None,
    words: Words,
    ids: tuple[str, ...],
) -> None:
    """Compare two patients: what differs first, and which facts make the difference.

    A and B are patient files or records; one of them may be -, the standard input.
    """
    from mbc_options.exploration.comparison import compare as compared
    from mbc_options.rulebook.compiled import load_rulebook

    if a == b == "-":
        msg = "only one of the two patients can come from the standard input"
        raise click.UsageError(msg)
    if len(ids) > 2:
        msg = "--id is said once, for A and B alike, or twice: for A, and for B"
        raise click.UsageError(msg)
    rulebook = load_rulebook(rules, words=words)
    of_a, of_b = ids[:1], ids[-1:]
    first, second = (
        patient_from(file, {"patient_id": next(iter(of), None)}, rulebook) for file, of in ((a, of_a), (b, of_b))
    )
    comparison = compared(first, second, rulebook)
    give(comparison, format_, output, a, b, templates=templates)


def _parts(**wanted: bool) -> tuple[str, ...]:
    return tuple(name for name, is_wanted in wanted.items() if is_wanted)
