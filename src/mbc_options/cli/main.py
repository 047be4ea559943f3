"""The `mbc-options` commands.

Nothing but click is imported until a command runs, so that `--help` and completion answer at once.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from mbc_options.errors import InputError, UnknownOptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from mbc_options.patient import Patient

__all__ = ["cli", "main"]

EPILOG = """\b
Examples:
  mbc-options report --er + --pr + --her2 - --menopause post --site bone
  mbc-options report patient.yaml --prior letrozole:progressed
  mbc-options why chemotherapy patient.yaml
  mbc-options schema patient > patient.schema.json

Exit codes: 0 done, 1 a check failed, 2 something in the input is wrong.
"""

PATIENT_EPILOG = """\b
Examples:
  mbc-options report --er 90% --her2 1+ --menopause post --site bone
  mbc-options report patient.yaml --her2 3+ --brief
  mbc-options why hormone_therapy --er + --prior letrozole:progressed

\b
What the flags take:
  --er, --pr     + or -, positive or negative, or stained cells as 90%
  --her2         + or -, or IHC 0, 1+, 2+, 3+ with /ISH+ or /ISH-
  --menopause    pre, post, not_applicable, perimenopausal
  --site         bone, liver, lung, brain, distant_lymph_nodes, skin,
                 bone_marrow, other:TEXT; not distant:
                 regional_lymph_nodes, breast_or_chest_wall
  --extent       limited, oligometastatic, extensive_visceral, diffuse_bone
  --situation    rapid_control_needed, aggressive, salvage, financial_stress
  --finding      pain, fracture, hypercalcemia, nausea, depression ...
                 (all: mbc-options schema patient)
  --prior        TREATMENT[:OUTCOME[:SETTING]], e.g. letrozole:progressed;
                 TREATMENT is a class, a drug, a brand or a regimen (FEC), or
                 other:TEXT; OUTCOME is progressed, stable, responded,
                 completed, ongoing, not_tolerated or unknown
Any of them takes unknown; --site, --extent, --finding, --situation and
--prior also take none. What is left out stays unknown, with two exceptions,
both printed: distant metastasis is assumed, and where there is no file, no
earlier treatment is assumed unless --prior says otherwise.

\b
A patient file is YAML or JSON with the same names (sites, findings for
--site, --finding); a flag replaces the file's field. - reads from the
standard input.
"""


class _Commands(click.Group):
    """The commands, with every error of ours printed plainly and turned into exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo("\n".join(map(str, error.problems)), err=True)
            ctx.exit(2)
        except UnknownOptionError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # a reader that stops early is no error; click knows
            click.echo(f"Error: cannot write: {error.strerror or error}", err=True)
            ctx.exit(2)
        except RecursionError:
            click.echo("Error: the input is nested too deeply", err=True)
            ctx.exit(2)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if not wanted or ctx.resilient_parsing:
        return
    from mbc_options import __version__
    from mbc_options.rulebook import load_rulebook

    rulebook = load_rulebook()
    click.echo(f"mbc-options {__version__}")
    click.echo(f"rulebook {rulebook.name} {rulebook.version} sha256 {rulebook.sha256}")
    ctx.exit()


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the versions of the package and of its rulebook.",
)
def cli() -> None:
    """Explore which therapy classes five documents describe for metastatic breast cancer.

    It informs and teaches; it never advises. "Not described" never means contraindicated.
    """


def _completes(names: Callable[[], Any]) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a click completion from names that are fetched only when somebody presses the tab key."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]

    return complete


def _field_names(field: str) -> Callable[[], tuple[str, ...]]:
    def names() -> tuple[str, ...]:
        from mbc_options.vocabulary import NAMED_FIELDS

        return (*NAMED_FIELDS[field], "none", "unknown")

    return names


def _treatments() -> tuple[str, ...]:
    from mbc_options.vocabulary import agents

    known = agents()
    return (*known.classes, *known.agents, *known.regimens)


def _option_ids() -> tuple[str, ...]:
    from mbc_options.rulebook import load_rulebook

    return tuple(load_rulebook().by_id)


def _receptor(_: Any, __: Any, incomplete: str) -> list[str]:
    return [word for word in ("positive", "negative", "unknown") if word.startswith(incomplete)]


_SINGLE_FLAGS = (
    ("sex", "female or male."),
    ("menopause", "Before (pre) or after (post) menopause."),
    ("er", "Estrogen receptor."),
    ("pr", "Progesterone receptor."),
    ("her2", "HER2."),
    ("receptors-tested-on", "primary or metastasis."),
    ("metastasis-confirmed", "yes; no, there is no distant spread; or unknown to withdraw the assumption."),
    ("immunotherapy-biomarker", "positive or negative."),
)
_LIST_FLAGS = (
    ("site", "sites", "Where the disease is; repeat for more. Complete: what is not named is absent."),
    ("extent", "extent", "How far it reaches; repeat for more. Complete, likewise."),
    ("finding", "findings", "A symptom or finding; repeat for more. Complete, likewise."),
    ("situation", "situation", "A circumstance; repeat for more. Complete, likewise."),
)


def _patient_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the patient file, a flag for each field, and the rulebook's directory."""
    directory = click.Path(file_okay=False)
    options = [
        click.argument("patient_file", required=False, type=click.Path(allow_dash=True)),
        click.option("--label", help="Free text to print on top."),
        *(
            click.option(f"--{name}", help=text, shell_complete=_receptor if len(name) < 5 and name != "sex" else None)
            for name, text in _SINGLE_FLAGS
        ),
        *(
            click.option(f"--{flag}", field, multiple=True, help=text, shell_complete=_completes(_field_names(field)))
            for flag, field, text in _LIST_FLAGS
        ),
        click.option(
            "--prior",
            multiple=True,
            metavar="TREATMENT[:OUTCOME]",
            help="An earlier treatment; repeat for more.",
            shell_complete=_completes(_treatments),
        ),
        click.option("--rules", type=directory, help="A rulebook of your own: its directory."),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, allow_dash=True),
            help="Write to a file, whole or not at all.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _patient(patient_file: str | None, said: dict[str, Any]) -> Patient:
    """Read the file and the flags that were given."""
    from mbc_options.patient.file import describe, from_stdin, read_description

    flags = {
        name: _list_of(value) if isinstance(value, tuple) else value
        for name, value in said.items()
        if value not in (None, ())
    }
    if patient_file is None and not flags:
        msg = "describe a patient: name a file or give flags (mbc-options report --help has examples)"
        raise click.UsageError(msg)
    if patient_file is None:
        return describe(None, flags)
    if patient_file == "-":
        return describe(from_stdin(sys.stdin.buffer), flags)
    from pathlib import Path

    return describe(read_description(Path(patient_file)), flags)


def _list_of(values: tuple[str, ...]) -> list[str] | str:
    """Return the values of a repeated flag; `none` alone is the empty list, `unknown` alone is unknown."""
    if len(values) == 1 and values[0].strip().lower() in {"none", "unknown"}:
        return [] if values[0].strip().lower() == "none" else "unknown"
    return list(values)


def _write(text: str, output: str | None, source: str | None = None) -> None:
    if output and source and os.path.realpath(output) == os.path.realpath(source):
        msg = f"{output} is the patient file; write the report to another"
        raise click.UsageError(msg)
    if output in (None, "-"):
        stream = sys.stdout
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
        click.echo(text, nl=not text.endswith("\n"))
        return
    from mbc_options.cli.output import write_whole

    assert output is not None
    write_whole(output, text if text.endswith("\n") else text + "\n")


def _json(model: Any) -> str:
    return str(model.model_dump_json(indent=2))


@cli.command(epilog=PATIENT_EPILOG, short_help="Report what the documents describe for a patient.")
@_patient_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to write.",
)
@click.option("--brief", is_flag=True, help="Text only: the verdicts with their reasons, without the rest.")
@click.option("--date", help="A date to print on the report; none by default.")
def report(
    patient_file: str | None,
    rules: str | None,
    output: str | None,
    format_: str,
    brief: bool,  # noqa: FBT001 - click passes flags by name
    date: str | None,
    **said: Any,
) -> None:
    """Report what the documents describe for a patient, why, why not, and on what it depends."""
    from mbc_options.exploration import explore
    from mbc_options.rulebook import load_rulebook

    assessment = explore(_patient(patient_file, said), load_rulebook(rules))
    if format_ == "json":
        _write(_json(assessment), output, patient_file)
        return
    from mbc_options.render import report_text

    _write(report_text(assessment, date=date, brief=brief), output, patient_file)


@cli.command(epilog=PATIENT_EPILOG, short_help="Give the reasons for one verdict in full.")
@click.argument("option", shell_complete=_completes(_option_ids))
@_patient_options
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write."
)
def why(
    option: str, patient_file: str | None, rules: str | None, output: str | None, format_: str, **said: Any
) -> None:
    """Give the reasons for one verdict in full.

    OPTION is the id of a class (chemotherapy) or of a member (chemotherapy.combination). Every rule
    is shown as authored, beside the minimal reason why it holds or cannot hold for this patient,
    with both sides of the disagreements and the passages.
    """
    from mbc_options.exploration import explain
    from mbc_options.rulebook import load_rulebook

    explanation = explain(_patient(patient_file, said), option, load_rulebook(rules))
    if format_ == "json":
        _write(_json(explanation), output, patient_file)
        return
    from mbc_options.render import explanation_text

    _write(explanation_text(explanation), output, patient_file)


@cli.command(short_help="Print the JSON Schema of an input or output.")
@click.argument("what", type=click.Choice(["patient", "assessment", "rulebook"]))
def schema(what: str) -> None:
    """Print a JSON Schema: of a patient file, of the JSON report, or of the files of a rulebook."""
    from mbc_options.cli.schemas import schema_of

    _write(schema_of(what), None)


@cli.command(short_help="Verify the citations against the documents.")
@click.argument("sources", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--rules", type=click.Path(file_okay=False), help="A rulebook of your own: its directory.")
def verify(sources: str | None, rules: str | None) -> None:
    """Verify the citations: against the documents in the directory SOURCES, where it is given.

    Counts what uses every claim of the register, and looks up each claim's key words in its document.
    Exit code 1 where a claim is unaccounted for, a document is another, or key words are not in it.
    """
    from mbc_options.evidence import account, verify_sources
    from mbc_options.rulebook import load_rulebook

    rulebook = load_rulebook(rules)
    used = account(rulebook)
    click.echo(used.summary())
    problems = list(used.problems())
    if sources is not None:
        found = verify_sources(rulebook, sources)
        click.echo(found.summary())
        problems += found.problems
    if problems:
        click.echo("\n".join(problems), err=True)
        raise click.exceptions.Exit(1)


def main() -> None:
    """Run the command line, as the `mbc-options` script does."""
    # One short run: collecting garbage costs more than it frees, also at exit, where everything goes anyway.
    gc.disable()
    atexit.register(gc.freeze)
    # Pydantic's plugins see every value that is validated; a patient description is shown to none of them.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    cli(prog_name="mbc-options")
