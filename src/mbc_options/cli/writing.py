"""The ways out that all commands share: the format, the rulebook, one's own templates, and where to write."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


def write(content: str | bytes, output: str | None, *sources: str | Path | None) -> None:
    """Write to a file or to the standard output, and never over one of `sources`.

    Args:
        content: text, which gets a line feed at its end where it has none; or bytes, which are written as they are.
        output: a file, or None or `-` for the standard output.
        sources: the files that were read; `-` is the standard input.
    """
    whole = content if isinstance(content, bytes) or content.endswith("\n") else content + "\n"
    if output in (None, "-"):
        if isinstance(whole, str) and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")
        click.echo(whole, nl=False)
        return
    if not output:
        msg = "-o names no file"
        raise click.UsageError(msg)
    if any(source not in (None, "-") and os.path.realpath(output) == os.path.realpath(source) for source in sources):
        msg = f"{output} is the file that was read; write to another"
        raise click.UsageError(msg)
    from mbc_options.whole_file import write_whole

    write_whole(output, whole)
