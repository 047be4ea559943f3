"""The `mbc-options` commands.

Nothing but click is imported until a command runs, so that `--help` and completion answer at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli import (  # noqa: F401 - their commands register themselves
    care,
    cases,
    claims,
    cohort,
    explorer,
    records,
    rules_check,
    rules_diff,
    rules_handbook,
    rules_test,
    side_by_side,
)
from mbc_options.cli import rules as rulebooks  # noqa: F401 - likewise
from mbc_options.cli.group import cli, told
from mbc_options.cli.output_options import (
    documents_at,
    documents_option,
    give,
    is_said,
    output_options,
    rules_option,
    words_option,
    write,
)
from mbc_options.cli.patient_options import PatientCommand, completes, option_ids, patient_from
from mbc_options.rendering.formats import FORMATS

if TYPE_CHECKING:
    from mbc_options.vocabulary.words import Words

__all__ = ["cli", "main"]

PATIENT_EPILOG = """\b
Examples:
  mbc-options report --er 90% --her2 1+ --menopause post --site bone
  mbc-options report patient.yaml --her2 3+ --full
  mbc-options why hormone_therapy --er + --prior letrozole:progressed
"""


document_option = click.option(
    "--document",
    "only",
    multiple=True,
    metavar="ID",
    help="As if only this document existed (S003), or only these: the option may be given several times.",
)


@cli.command(cls=PatientCommand, epilog=PATIENT_EPILOG, short_help="Report what the documents describe for a patient.")
@output_options("Assessment")
@words_option
@click.option(
    "--full",
    is_flag=True,
    help="The whole: as text, where one screen answers, and as json the register of claims and the glossary, too.",
)
@click.option(
    "--handout",
    is_flag=True,
    help="As a page (html, pdf): what a patient takes home; in plain words unless --words clinical is said.",
)
@document_option
@click.option("--outlook", is_flag=True, help="Tell outlook and figures of survival, too, which are about groups.")
@documents_option
@click.option("--date", help="A date to print on the report; none by default.")
def report(  # noqa: PLR0913, PLR0917 - click passes every option by name
    patient_file: str | None,
    rules: str | None,
    output: str | None,
    format_: str,
    templates: str | None,
    words: Words,
    full: bool,  # noqa: FBT001 - click passes flags by name
    handout: bool,  # noqa: FBT001
    only: tuple[str, ...],
    outlook: bool,  # noqa: FBT001
    date: str | None,
    documents: str | None,
    **said: Any,
) -> None:
    """Report what the documents describe for a patient, why, why not, and on what it depends."""
    from mbc_options.exploration.explore import explore
    from mbc_options.rulebook.compiled import load_rulebook

    if handout and full:
        msg = "--handout is a page to take home, and --full the whole; choose one"
        raise click.UsageError(msg)
    if handout and FORMATS[format_].template != "html":
        msg = f"--handout is a page, not {format_}; name the file as handout.html or handout.pdf"
        raise click.UsageError(msg)
    if handout and not is_said("words"):
        words = "plain"
    rulebook = load_rulebook(rules, words=words)
    patient = patient_from(patient_file, said, rulebook)
    assessment = explore(patient, rulebook, outlook=outlook, documents=only or None)
    parts = ("handout",) if handout else ("full",) if full else ()
    shown = None if handout or format_ == "json" else documents_at(documents, rulebook)
    give(assessment, format_, output, patient_file, templates=templates, parts=parts, date=date, documents=shown)


@cli.command(cls=PatientCommand, epilog=PATIENT_EPILOG, short_help="Give the reasons for one verdict in full.")
@click.argument("option", shell_complete=completes(option_ids))
@output_options("Explanation")
@words_option
@document_option
@documents_option
def why(  # noqa: PLR0913, PLR0917 - click passes every option by name
    option: str,
    patient_file: str | None,
    rules: str | None,
    output: str | None,
    format_: str,
    templates: str | None,
    words: Words,
    only: tuple[str, ...],
    documents: str | None,
    **said: Any,
) -> None:
    """Give the reasons for one verdict in full.

    OPTION is the id of a class (chemotherapy) or of a member (chemotherapy.combination), or another name of it, as
    chemo, or a drug. Every rule
    is shown as authored, beside the minimal reason why it holds or cannot hold for this patient,
    with both sides of the disagreements and the passages.
    """
    from mbc_options.exploration.why import explain
    from mbc_options.rulebook.compiled import load_rulebook

    rulebook = load_rulebook(rules, words=words)
    if not rulebook.option_named(option) and patient_file and rulebook.option_named(patient_file):
        option, patient_file = patient_file, option  # the other way round, which can only mean one thing
    meant = rulebook.option_named(option) or option
    patient = patient_from(patient_file, said, rulebook)
    explanation = explain(patient, meant, rulebook, documents=only or None)
    shown = None if format_ == "json" else documents_at(documents, rulebook)
    give(explanation, format_, output, patient_file, templates=templates, documents=shown)


@cli.command(short_help="Print the JSON Schema of an input or output.")
@click.argument(
    "what",
    type=click.Choice(
        [
            *("patient", "case", "rulebook", "mapping", "portable"),
            *("assessment", "explanation", "care-questions", "matrix", "document-map", "comparison"),
        ]
    ),
)
@rules_option
def schema(what: str, rules: str | None) -> None:
    """Print a JSON Schema.

    Of what is read: a patient file, the file of a teaching case, a rulebook's files, or the mapping of a table. Of what
    is given as JSON: the compiled rulebook (portable, from rules compile), and with --format json the assessment
    (report), explanation (why), care-questions, matrix, document-map (matrix --by document) or comparison (compare).
    """
    from mbc_options.cli.schemas import schema_of

    write(schema_of(what, rules), None)


def main() -> None:
    """Run the command line, as the `mbc-options` script does."""
    # One short run: collecting garbage costs more than it frees, also at exit, where everything goes anyway.
    gc.disable()
    atexit.register(gc.freeze)
    # Pydantic's plugins see every value that is validated; a patient description is shown to none of them.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if sys.stdout is None:
        from mbc_options.cli.closed_output import ClosedOutput

        sys.stdout = ClosedOutput()
    try:
        cli(prog_name="mbc-options")
    except OSError as error:  # what is printed before a command runs, as --help
        click.echo(f"Error: {told(error)}", err=True)
        sys.exit(2)
