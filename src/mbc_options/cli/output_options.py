"""The ways out that all commands share: the format, the rulebook, one's own templates, and where to write."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Command", "give", "output_options", "rules_option", "write"]

FORMATS = ["text", "html", "markdown", "json"]
ENDINGS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".xml": "moodle",
    ".zip": "qti",
}


class Command(click.Command):
    """A command that refuses an empty name, which would be taken for the folder that one is in."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, as click does, and refuse an empty name."""
        rest = super().parse_args(ctx, args)
        for parameter in self.params:
            kind = parameter.type
            if isinstance(kind, click.Path) and ctx.params.get(str(parameter.name)) == "" and not ctx.resilient_parsing:
                name = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
                msg = f"{name} names no {'file' if kind.file_okay else 'directory'}"
                raise click.UsageError(msg, ctx)
        return rest


def rules_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says by which rulebook."""
    return click.option(
        "--rules",
        type=click.Path(file_okay=False),
        callback=_rulebook,
        help="A rulebook of your own: its directory.",
    )(command)


def output_options(*tools: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the options that say by which rulebook, in what form and where to write.

    The command is a `Command`, and gets the format that is meant: the one that `--format` says, else the one
    that the ending of the output says, else text.

    Args:
        tools: the formats for the tools of schools that the command has beside `FORMATS`.
    """
    formats = [*FORMATS, *tools]
    endings = {ending: format_ for ending, format_ in ENDINGS.items() if format_ in formats}
    of_tools = f", {' and '.join(tools)} are for the tools of schools" if tools else ""
    options: list[Callable[[Callable[..., Any]], Callable[..., Any]]] = [
        click.option(
            "--format",
            "format_",
            type=click.Choice(formats),
            callback=lambda ctx, _, said: _meant(said, ctx.params.get("output") or "", endings),
            help=f"What to write; html is one file that needs no other{of_tools}. By default what the ending of "
            f"-o FILE says ({', '.join(endings)}), else text.",
        ),
        rules_option,
        click.option(
            "--templates",
            type=click.Path(file_okay=False),
            help="Templates of your own, before ours: their directory.",
        ),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, allow_dash=True),
            is_eager=True,  # known when the format is asked for
            help="Write to a file, whole or not at all.",
        ),
    ]

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _rulebook(ctx: click.Context, _: click.Parameter, rules: str | None) -> str | None:
    """Refuse a rulebook that is not there, before its cases are looked for and found to be none."""
    if rules is not None and not ctx.resilient_parsing:
        from pathlib import Path

        if not (rules and Path(rules).is_dir()):
            from mbc_options.errors import Problem, RulebookError

            raise RulebookError([Problem("is no directory of a rulebook", rules or "--rules")])
    return rules


def _meant(said: str | None, output: str, endings: dict[str, str]) -> str:
    """Return the format that is meant, and refuse one that the name of the output contradicts.

    Markdown is plain text, too, and may be named so.
    """
    named = next((format_ for ending, format_ in endings.items() if output.lower().endswith(ending)), None)
    if said and named and said != named and (said, named) != ("markdown", "text"):
        msg = (
            f"{output} is named like {named}, and --format says {said}; leave out --format, or name the file otherwise"
        )
        raise click.UsageError(msg)
    return said or named or "text"


def give(
    shown: Any, format_: str, output: str | None, *sources: str | None, templates: str | None = None, **more: Any
) -> None:
    """Render something explored, and write it.

    Args:
        shown: what was explored.
        format_: one of `FORMATS`, as decided by `output_options`.
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
        from mbc_options.rendering.render import render

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
    if any(source not in (None, "-") and os.path.realpath(output) == os.path.realpath(source) for source in sources):
        msg = f"{output} is the file that was read; write to another"
        raise click.UsageError(msg)
    from mbc_options.source.atomic_write import write_whole

    write_whole(output, whole)
