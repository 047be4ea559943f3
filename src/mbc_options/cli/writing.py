"""The ways out that all commands share: the format, the rulebook, one's own templates, and where to write."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["give", "output_options", "write"]

FORMATS = ["text", "html", "markdown", "json"]


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say by which rulebook, in what form and where to write."""
    directory = click.Path(file_okay=False)
    options = [
        click.option(
            "--format",
            "format_",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help="What to write; html is one file that needs no other.",
        ),
        click.option("--rules", type=directory, help="A rulebook of your own: its directory."),
        click.option("--templates", type=directory, help="Templates of your own, before ours: their directory."),
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


def give(
    shown: Any, format_: str, output: str | None, *sources: str | None, templates: str | None = None, **more: Any
) -> None:
    """Render something explored, and write it.

    Args:
        shown: what was explored.
        format_: one of `FORMATS`.
        output: a file, or None for the standard output.
        sources: the files that the patients were read from, which are never written over.
        templates: a directory of templates.
        more: what else `render` takes.
    """
    if format_ == "json":
        if templates is not None:
            msg = "--templates is for what is read; json has none"
            raise click.UsageError(msg)
        text = shown.model_dump_json(indent=2)  # without what rendering would import
    else:
        from mbc_options.rendering import render

        text = render(shown, format_, templates=templates, **more)
    write(text, output, *sources)


def write(text: str, output: str | None, *sources: str | None) -> None:
    """Write to a file or to the standard output, and never over one of `sources`."""
    for source in sources:
        if output and source and os.path.realpath(output) == os.path.realpath(source):
            msg = f"{output} is the patient file; write the report to another"
            raise click.UsageError(msg)
    if output in (None, "-"):
        stream = sys.stdout
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
        click.echo(text, nl=not text.endswith("\n"))
        return
    from mbc_options.whole_file import write_whole

    assert output is not None
    write_whole(output, text if text.endswith("\n") else text + "\n")
