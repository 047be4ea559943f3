"""The commands for rulebooks: beginning one, listing what is in it, showing one thing whole, and compiling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import (
    DIRECTORY,
    FILE_OR_DASH,
    Command,
    format_of,
    print_macro,
    quoted,
    rules_flag,
    rules_option,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

    from mbc_options.tools.contents import Entry

__all__ = ["rules"]

RULES_EPILOG = """\b
Examples:
  mbc-options rules new my-rules
  mbc-options rules list --rules my-rules
  mbc-options rules show drops --rules my-rules
"""

NEW_EPILOG = """\b
Examples:
  mbc-options rules new my-rules
  mbc-options report --rules my-rules --duration long
  mbc-options schema rulebook --rules my-rules > rulebook.schema.json
"""

LIST_EPILOG = """\b
Examples:
  mbc-options rules list
  mbc-options rules list --rules my-rules --format json
"""

SHOW_EPILOG = """\b
Examples:
  mbc-options rules show drops-for-lasting-hiccups --rules my-rules
  mbc-options rules show rule:drops --rules my-rules

\b
ID is in the list. Of a member, its own id is enough. KIND:ID is for an id that
several things have. Exit code: 2 where nothing or more than one thing has it.
"""

PASSAGES_EPILOG = """\b
Examples:
  mbc-options rules passages
  mbc-options rules passages --rules my-rules --format markdown -o passages.md

\b
Exit code: 1 where a difference is not explained.
"""

COMPILE_EPILOG = """\b
Examples:
  mbc-options rules compile -o rulebook.json
  mbc-options rules compile --rules my-rules --format sql -o statuses.sql

\b
Exit code: 2 where the rulebook is wrong, or cannot be written as sql.
"""

TEMPLATE = "rules/list.txt.j2"


@cli.group(epilog=RULES_EPILOG, short_help="Begin a rulebook of your own, and see what is in one.")
def rules() -> None:
    """Begin a rulebook of your own, and see what is in one.

    A rulebook is a directory of YAML files: what documents say, and for whom.
    """


@rules.command(cls=Command, epilog=NEW_EPILOG, short_help="Write a new rulebook that explains itself.")
@click.argument("directory", metavar="DIR", type=DIRECTORY)
def new(directory: str) -> None:
    """Write a new rulebook to DIR: small, sound as it stands, with every file explained in comments.

    DIR must not be there yet. It is written whole or not at all.
    """
    import json
    import os
    from pathlib import Path

    from mbc_options.rendering.terminal import new_rulebook
    from mbc_options.source.atomic_write import write_folder

    name = Path(os.path.abspath(directory)).name  # noqa: PTH100 - . and .. have a name, and links keep theirs
    write_folder(directory, new_rulebook(json.dumps(name, ensure_ascii=False)))
    print_macro(TEMPLATE, "written", quoted(directory), quoted(str(Path(directory, "documents"))))


@rules.command("list", epilog=LIST_EPILOG, short_help="List what is in a rulebook.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write."
)
@rules_option
def list_(format_: str, rules: str | None) -> None:
    """List what is in a rulebook, with the ids: classes, members, rules, facts and the rest.

    As json, it is everything that has an id, also claims and drugs.
    """
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.contents import contents

    rulebook = load_rulebook(rules)
    entries = contents(rulebook)
    if format_ == "json":
        import json

        said = {
            "name": rulebook.name,
            "version": rulebook.version,
            "sha256": rulebook.sha256,
            "entries": [_as_json(entry) for entry in entries],
        }
        write(json.dumps(said, indent=2, ensure_ascii=False), None)
    else:
        print_macro(TEMPLATE, "listing", rulebook, entries, rules_flag(rules))


def _as_json(entry: Entry) -> dict[str, Any]:
    keys = ("kind", "id", "label", "owner", "reads", "values", "decide")
    return {key: value for key in keys if (value := getattr(entry, key)) not in (None, "", ())}


def _ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete an id."""
    from click.shell_completion import CompletionItem

    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.contents import contents

    ids = dict.fromkeys(entry.id for entry in contents(load_rulebook(ctx.params.get("rules"))))
    return [CompletionItem(id_) for id_ in ids if id_ and id_.startswith(incomplete)]


@rules.command(cls=Command, epilog=SHOW_EPILOG, short_help="Show one thing of a rulebook whole.")
@click.argument("id_", metavar="ID", shell_complete=_ids)
@rules_option
def show(id_: str, rules: str | None) -> None:
    """Show one thing of a rulebook whole.

    It is shown as authored, with how its condition reads, its claims with their statements and places, and what uses
    it.
    """
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.contents import as_authored, claims_of, contents, find, uses

    rulebook = load_rulebook(rules)
    entries = contents(rulebook)
    found = find(entries, id_)
    if len(found) != 1:
        _refuse(id_, found, entries)
    (entry,) = found
    about = uses(entries, entry)
    print_macro(TEMPLATE, "show", entry, as_authored(entry), claims_of(rulebook, entry), rulebook.sources, about)


def _refuse(wanted: str, found: Sequence[Entry], entries: Sequence[Entry]) -> None:
    """Tell that nothing has an id, and which is like it, or that several things have it."""
    from mbc_options.errors import InputError, Problem, nearest_word

    if found:
        several = ", ".join(f"{entry.kind}:{entry.id}" for entry in found)
        message = f"{wanted!r} is the id of several things; write one of {several}"
    else:
        near = nearest_word(wanted, [entry.id for entry in entries if entry.id])
        hint = f"did you mean {near}?" if near else "mbc-options rules list shows what there is"
        message = f"nothing in this rulebook has the id {wanted!r}; {hint}"
    raise InputError([Problem(message)])


@rules.command("compile", cls=Command, epilog=COMPILE_EPILOG, short_help="Write a rulebook for programs to decide by.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "sql"]),
    help="What to write; sql is one SELECT over a table of patients. By default sql where -o FILE ends in .sql, "
    "else json.",
)
@rules_option
@click.option("-o", "--output", type=FILE_OR_DASH, help="Write to a file, whole or not at all.")
def compile_(format_: str | None, rules: str | None, output: str | None) -> None:
    """Write a rulebook in its public form, for programs to decide by.

    It holds the facts that decide, and for each option the combinations of them that do.
    """
    from mbc_options.errors import InputError, Problem
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.rulebook.portable import portable
    from mbc_options.rulebook.portable_sql import portable_sql

    form = portable(load_rulebook(rules))
    is_sql = format_of(format_, output, {".json": "json", ".sql": "sql"}) == "sql"
    try:
        content = portable_sql(form) if is_sql else form.as_json()
    except ValueError as error:
        raise InputError([Problem(f"no SQL for {error}")]) from None
    write(content, output)
    on_demand = [id_ for one in form.decisions if one.decide == "cover" for id_ in one.options]
    if on_demand:
        click.echo(
            f"decided on demand, by a cover (their minimal reasons are too many to be listed): {', '.join(on_demand)}",
            err=True,
        )


@rules.command("passages", cls=Command, epilog=PASSAGES_EPILOG, short_help="Compare rules with what they cite.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="What to write.",
)
@rules_option
@click.option("-o", "--output", type=FILE_OR_DASH, help="Write to a file, whole or not at all.")
def passages_(format_: str, rules: str | None, output: str | None) -> None:
    """Compare the patients of every rule with those of whom its passages speak, over all possible patients.

    Shown are the rules that differ, with the patients in question, and those that cannot be compared.
    """
    from mbc_options.rendering.terminal import TerminalTemplate, rendered, width_of_terminal
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.passages import passages

    rulebook = load_rulebook(rules)
    found = passages(rulebook)
    if format_ == "markdown":
        content = rendered("rules/passages.md.j2", {"found": found, "rulebook": rulebook})
    else:
        template = TerminalTemplate("rules/passages.txt.j2")
        content = template.render("listing", found, rulebook, width=width_of_terminal())
    write(content, output, is_text=format_ == "text")
    problems = list(found.problems())
    if problems:
        click.echo("\n".join(problems), err=True)
        raise click.exceptions.Exit(1)
