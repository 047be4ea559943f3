"""The ways out that all commands share: the format, the rulebook, one's own templates, and where to write."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, get_args

import click
from click.core import ParameterSource

from mbc_options.rendering.formats import FORMATS, Wishes, formats_of
from mbc_options.vocabulary.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.documents import Documents

__all__ = [
    "DIRECTORY",
    "DOCUMENTS_VARIABLE",
    "FILE_OR_DASH",
    "Command",
    "documents_at",
    "documents_option",
    "format_by_name",
    "format_of",
    "give",
    "is_said",
    "output_options",
    "print_macro",
    "quoted",
    "refuse_the_same",
    "rules_argument",
    "rules_flag",
    "rules_named",
    "rules_option",
    "words_option",
    "words_option_of",
    "write",
]

DIRECTORY, FILE_OR_DASH = click.Path(file_okay=False), click.Path(allow_dash=True)
"""Shared, because click looks up a translation for each that is made."""
DOCUMENTS_VARIABLE = "MBC_OPTIONS_DOCUMENTS"
"""The environment variable that names the directory of the documents."""


class Command(click.Command):
    """A command that refuses an empty name, which would be taken for the folder that one is in.

    For an option that it has not, it names those only that are near, and otherwise what it does have (`offers`).
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, as click does, and refuse an empty name."""
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise self._unknown(error, ctx) from None
        for parameter in self.params:
            kind = parameter.type
            if isinstance(kind, click.Path) and ctx.params.get(str(parameter.name)) == "" and not ctx.resilient_parsing:
                name = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
                msg = f"{name} names no {'file' if kind.file_okay else 'directory'}"
                raise click.UsageError(msg, ctx)
        return rest

    def offers(self, ctx: click.Context) -> str:  # noqa: ARG002 - of some commands, this depends on the rulebook
        """Return what is told where an option is like none of the command's; empty for nothing."""
        return ""

    def _unknown(self, error: click.NoSuchOption, ctx: click.Context) -> click.NoSuchOption:
        from mbc_options.errors import alternatives, nearest_words

        # Without the dashes, which make any two short names alike.
        options = [name[2:] for param in self.get_params(ctx) for name in param.opts if name.startswith("--")]
        near = nearest_words(error.option_name.lstrip("-"), options)
        hint = f"did you mean {alternatives([f'--{name}' for name in near])}?" if near else self.offers(ctx)
        return click.NoSuchOption(error.option_name, f"no option {error.option_name}{hint and f'; {hint}'}", ctx=ctx)


def rules_named(args: Sequence[str]) -> Path | None:
    """Return the directory of the rulebook that arguments name, before they are parsed; None where there is none."""
    from pathlib import Path

    for i, arg in enumerate(args):
        name, sign, directory = arg.partition("=")
        if name == "--rules" and (sign or i + 1 < len(args)):
            path = Path(directory if sign else args[i + 1])
            return path if path.is_dir() else None
    return None


def rules_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says by which rulebook."""
    return click.option(
        "--rules",
        type=DIRECTORY,
        callback=_rulebook,
        help="A rulebook of your own: its directory.",
    )(command)


def rules_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument that says which rulebook, to a command that works on one whole, as its author would.

    What asks something of a rulebook has `rules_option`.
    """
    return click.argument("rules", metavar="[DIR]", type=DIRECTORY, callback=_rulebook, required=False)(command)


def words_option_of(default: Words) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the option that says in which register, with the one that is meant where nothing is said."""
    return click.option(
        "--words",
        type=click.Choice(get_args(Words)),
        default=default,
        show_default=True,
        help="The terms of the field, or plain words for patients and their families.",
    )


words_option = words_option_of("clinical")
"""Adds the option that says in which register."""


def is_said(option: str) -> bool:
    """Tell whether an option of the command that runs was said, and does not just stand at what it is by default."""
    return click.get_current_context().get_parameter_source(option) != ParameterSource.DEFAULT


def documents_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says where the documents are."""
    return click.option(
        "--documents",
        type=DIRECTORY,
        envvar=DOCUMENTS_VARIABLE,
        help=f"The documents at hand: their directory ({DOCUMENTS_VARIABLE}). Each passage is then opened within its "
        "paragraph.",
    )(command)


def documents_at(directory: str | None, rulebook: CompiledRulebook) -> Documents | None:
    """Return the documents of a rulebook, and say on standard error which of them are not there as they were read.

    The environment variable is for the rulebook that comes with the package. One of one's own whose documents are
    elsewhere is shown without them.
    """
    if not directory or _is_elsewhere(directory, rulebook):
        return None
    from mbc_options.rulebook.documents import read_documents

    documents = read_documents(directory, rulebook)
    for problem in documents.problems:
        click.echo(f"{problem}; passages that are not there as they were read stay closed", err=True)
    return documents


def _is_elsewhere(directory: str, rulebook: CompiledRulebook) -> bool:
    """Tell whether the directory is that of the variable, and has no document of this rulebook of one's own."""
    from pathlib import Path

    context = click.get_current_context()
    if context.get_parameter_source("documents") != ParameterSource.ENVIRONMENT or context.params["rules"] is None:
        return False
    return not any(Path(directory, source.file).exists() for source in rulebook.sources.values())


def output_options(
    kind: str, rulebook: Callable[[Callable[..., Any]], Callable[..., Any]] = rules_option
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the options that say by which rulebook, in what form and where to write.

    The command is a `Command`, and gets the format that is meant: the one that `--format` says, else the one
    that the ending of the output says, else text.

    Args:
        kind: what the command renders, one of `rendering.formats.KINDS`.
        rulebook: adds what says by which rulebook.
    """
    formats = formats_of(kind)
    tools = [name for name, format_ in formats.items() if format_.kinds and kind == "Case"]
    of_tools = f", {', '.join(tools[:-1])} and {tools[-1]} are for the tools of schools" if tools else ""
    endings = dict.fromkeys(ending for format_ in formats.values() for ending in format_.endings)
    options: list[Callable[[Callable[..., Any]], Callable[..., Any]]] = [
        click.option(
            "--format",
            "format_",
            type=click.Choice(list(formats)),
            callback=lambda ctx, _, said: said if ctx.resilient_parsing else _meant(said, ctx.params["output"], kind),
            help="What to write; html is one file that needs no other, and pdf the same as it is printed (an extra)"
            f"{of_tools}. By default what the ending of -o FILE says ({', '.join(endings)}); "
            f"{next(iter(formats))} on the screen.",
        ),
        rulebook,
        click.option(
            "--templates",
            type=DIRECTORY,
            help="Templates of your own, before ours: their directory.",
        ),
        click.option(
            "-o",
            "--output",
            type=FILE_OR_DASH,
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


def _meant(said: str | None, output: str | None, kind: str) -> str:
    """Return the format that is meant; refuse one that the name of the output contradicts, and a name that says none.

    Markdown is plain text, too, and may be named so. A device has no name that says a format.
    """
    if output in (None, "-", ""):
        return said or next(iter(formats_of(kind)))
    from pathlib import Path

    path = Path(output)
    if path.is_dir() or output.endswith(("/", os.sep)):
        msg = f"{output} is a directory; name a file in it, as {path / 'report.html'}"
        raise click.UsageError(msg)
    formats = formats_of(kind)
    by_ending: dict[str, str] = {}
    for name, format_ in formats.items():
        for ending in format_.endings:
            by_ending.setdefault(ending, name)
    named = next((name for ending, name in by_ending.items() if output.lower().endswith(ending)), None)
    shared = said is not None and output.lower().endswith(formats[said].endings)
    if said and named and not shared and (said, named) != ("markdown", "text"):
        raise click.UsageError(_contradiction(output, named, said))
    if not said and not named and not (path.exists() and not path.is_file()):
        raise click.UsageError(_unnamed(path, by_ending))
    return said or named or next(iter(formats))


def format_of(said: str | None, output: str | None, endings: Mapping[str, str]) -> str | None:
    """Return the format that is said, else the one that the name of the output says; None where neither does.

    Args:
        said: what `--format` says.
        output: the file to be written.
        endings: the formats by the endings of names.
    """
    named = next((name for ending, name in endings.items() if (output or "").lower().endswith(ending)), None)
    if said and named and said != named:
        raise click.UsageError(_contradiction(str(output), named, said))
    return said or named


def format_by_name(output: str | None, endings: Mapping[str, str]) -> str:
    """Return the format that the name of a file says; empty where there is no file.

    Args:
        output: the file to be written.
        endings: the formats by the endings of names.
    """
    if output is None:
        return ""
    found = format_of(None, output, endings)
    if found is None:
        from mbc_options.errors import alternatives

        msg = f"{output} does not say its format; end the name in {alternatives([*endings])}"
        raise click.UsageError(msg)
    return found


def refuse_the_same(source: str, *outputs: str | None) -> None:
    """Refuse to write over what is read, or one file over the other."""
    named = [os.path.realpath(source)]
    for output in outputs:
        if output in (None, "-"):
            continue
        real = os.path.realpath(str(output))
        if real in named:
            msg = f"{output} is named twice, to be read or written; write to another file"
            raise click.UsageError(msg)
        named.append(real)


def _contradiction(output: str, named: str, said: str) -> str:
    return f"{output} is named like {named}, and --format says {said}; leave out --format, or name the file otherwise"


def _unnamed(output: Path, by_ending: dict[str, str]) -> str:
    """Return what to do where the ending of an output says no format."""
    from mbc_options.errors import alternatives, nearest_words

    what_to_do = f"end the name in {alternatives([*by_ending])}, or add --format"
    if not output.suffix:
        return f"{output} does not say its format; {what_to_do}"
    if near := nearest_words(output.suffix, by_ending):
        what_to_do = f"did you mean {FORMATS[by_ending[near[0]]].endings[0]}? Else add --format"
    return f"{output}: no format ends in {output.suffix}; {what_to_do}"


def give(
    shown: Any, format_: str, output: str | None, *sources: str | Path | None, templates: str | None = None, **more: Any
) -> None:
    """Render something explored, and write it.

    Args:
        shown: what was explored.
        format_: its name, as decided by `output_options`.
        output: a file, or None for the standard output.
        sources: the files that the patients were read from, which are never written over.
        templates: a directory of templates.
        more: what else is wished for: `date`, `parts`, `documents`.
    """
    if templates is not None and not FORMATS[format_].template:
        msg = f"--templates is for what is read; {format_} has none"
        raise click.UsageError(msg)
    if FORMATS[format_].is_bytes and output in (None, "-") and sys.stdout.isatty():
        msg = f"{format_} is no text for a terminal; write it to a file with -o FILE"
        raise click.UsageError(msg)
    wishes = Wishes(templates=templates, **more)
    write(FORMATS[format_].render(shown, wishes), output, *sources, is_text=format_ == "text")


def write(content: str | bytes, output: str | None, *sources: str | Path | None, is_text: bool = False) -> None:
    """Write to a file or to the standard output, and never over one of `sources`.

    Args:
        content: text, which gets a line feed at its end where it has none; or bytes, which are written as they are.
        output: a file, or None or `-` for the standard output.
        sources: the files that were read; `-` is the standard input.
        is_text: whether it is plain text to be read, which is written in the encoding of the terminal. What has a
            format of its own is UTF-8 wherever it goes, unless it is shown at a terminal.
    """
    whole = content if isinstance(content, bytes) or content.endswith("\n") else content + "\n"
    if output in (None, "-"):
        if isinstance(whole, str) and not is_text and not sys.stdout.isatty():
            whole = whole.encode("utf-8", errors="replace")
        if isinstance(whole, str) and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")
        click.echo(whole, nl=False)
        return
    if any(source not in (None, "-") and os.path.realpath(output) == os.path.realpath(source) for source in sources):
        msg = f"{output} is the file that was read; write to another"
        raise click.UsageError(msg)
    from mbc_options.source.atomic_write import write_whole

    write_whole(output, whole)


def print_macro(template: str, macro: str, *arguments: Any) -> None:
    """Print what a macro of a template says, in lines that fit the terminal."""
    from mbc_options.rendering.terminal import TerminalTemplate, width_of_terminal

    write(TerminalTemplate(template).render(macro, *arguments, width=width_of_terminal()), None, is_text=True)


def quoted(text: str) -> str:
    """Return a file's name as one types it on a command line."""
    from shlex import quote

    return quote(text)


def rules_flag(rules: str | None) -> str:
    """Return the flag that names a rulebook of one's own, with a space before it, for a command to be typed."""
    return f" --rules {quoted(rules)}" if rules else ""
