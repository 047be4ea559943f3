"""The command that all others belong to: how it reports errors, and its version."""

from __future__ import annotations

import errno
import os
from typing import Any

import click

from mbc_options.cli.output_options import Command
from mbc_options.errors import InputError, MissingExtraError, UnknownOptionError
from mbc_options.text import harmless

__all__ = ["cli", "told"]

EPILOG = """\b
Examples:
  mbc-options report --er + --pr + --her2 - --menopause post --site bone
  mbc-options report patient.yaml --prior letrozole:progressed
  mbc-options why chemotherapy patient.yaml
  mbc-options schema patient > patient.schema.json

Exit codes: 0 done, 1 a check failed, 2 something in the input is wrong.
"""


class _Commands(click.Group):
    """The commands, with every error of ours printed plainly and turned into exit code 2."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo("\n".join(map(str, error.problems)), err=True)
            ctx.exit(2)
        except (MissingExtraError, UnknownOptionError) as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # a reader that stops early is no error; click knows
            click.echo(f"Error: {told(error)}", err=True)
            ctx.exit(2)
        except RecursionError:
            click.echo("Error: the input is nested too deeply", err=True)
            ctx.exit(2)


def told(error: OSError) -> str:
    """Return what a run says that the system lets down."""
    reason = error.strerror or error
    template = getattr(error, "name", None)  # Jinja's error of a template that is not there
    if error.filename is None and template is None:
        return f"cannot write: {reason}"
    from pathlib import Path

    from mbc_options.package_data import is_ours, templates_dir

    file = templates_dir() / template if template else Path(os.fsdecode(error.filename))
    if is_ours(file):
        return f"{harmless(str(file))}, which comes with the package, cannot be read; install the package again"
    return f"{harmless(str(file))}: {reason}"


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if not wanted or ctx.resilient_parsing:
        return
    from mbc_options import __version__
    from mbc_options.rulebook.compiled import load_rulebook

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
