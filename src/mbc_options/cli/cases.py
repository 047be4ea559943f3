"""The commands for teaching cases: finding, writing, checking, walking through and handing out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import (
    DIRECTORY,
    Command,
    give,
    output_options,
    print_macro,
    quoted,
    rules_flag,
    rules_option,
    words_option,
)
from mbc_options.rendering.formats import FORMATS, formats_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from click.shell_completion import CompletionItem

    from mbc_options.cases.case import Case, Level, Way
    from mbc_options.errors import Problem
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.words import Words

__all__ = ["case"]

EXPLORER = "explorer.html"
"""The name of the explorer's page where it is looked for beside the page of a case."""

CASE_EPILOG = """\b
Examples:
  mbc-options case list
  mbc-options case walk bone-after-menopause
  mbc-options case export bone-after-menopause -o case.html
  mbc-options case new mine.yaml

\b
CASE is a name out of the list, or a file of your own, as mine.yaml.
"""

LIST_EPILOG = """\b
Examples:
  mbc-options case list
  mbc-options case list --topic chemotherapy --minutes 40
  mbc-options case list --subtype HER2+ --level intermediate
"""

SHOW_EPILOG = """\b
Examples:
  mbc-options case show bone-after-menopause
  mbc-options case show mine.yaml
"""

NEW_EPILOG = """\b
Examples:
  mbc-options case new mine.yaml
  mbc-options case new rules/cases/a-cough.yaml --title "A cough"
  mbc-options case new mine.yaml --teach immunotherapy
  mbc-options case new mine.yaml --teach K29
  mbc-options schema case > case.schema.json
"""

CHECK_EPILOG = """\b
Examples:
  mbc-options case check
  mbc-options case check mine.yaml

\b
Exit codes: 0 all is sound, 1 something is wrong, 2 there is no such case.
"""

WALK_EPILOG = """\b
Examples:
  mbc-options case walk bone-after-menopause
  mbc-options case walk bone-after-menopause --answers mine.json
  mbc-options case walk mine.yaml

\b
At each question, type the letters of your choices, as a c or a-c (numbers will
do, as 1 3), or one of these words; elsewhere h, s, b, r, f and g will do:
  hint   a hint          story  the story again
  skip   skip            facts  the facts, as the verdicts read them
  back   back            words  the special words, explained
  ?      help            q      stop; so do Ctrl-D and Ctrl-C
"""

EXPORT_EPILOG = """\b
Examples:
  mbc-options case export bone-after-menopause -o case.html
  mbc-options case export bone-after-menopause --handout -o handout.html
  mbc-options case export bone-after-menopause --handout --words plain -o plain.html
  mbc-options case export bone-after-menopause --format markdown --solutions
  mbc-options case export bone-after-menopause --format moodle -o case.xml
  mbc-options case export bone-after-menopause --format qti -o case.zip
  mbc-options case export bone-after-menopause --format scorm -o lesson.zip
  mbc-options case export bone-after-menopause --format anki -o case.csv
"""

RESULTS_EPILOG = """\b
Examples:
  mbc-options case results answers
  mbc-options case results answers -o results.html
  mbc-options case results answers -o results.csv
  mbc-options case results answers --case mine.yaml --format json

\b
DIR holds the files that "case walk CASE --answers FILE.json" and the page of a
case wrote, one for each learner, and the votes of the class.
"""


def _cases(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a case, or a file."""
    from click.shell_completion import CompletionItem

    from mbc_options.cases.catalog import case_names

    names = [name for name in case_names(ctx.params.get("rules")) if name.startswith(incomplete)]
    return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]


def _level(ctx: click.Context, _: click.Parameter, said: str | None) -> Level | None:
    """Return the level that is meant; help is told without the cases, so they are asked here."""
    if said is None or ctx.resilient_parsing:
        return None
    from mbc_options.cases.case import Level
    from mbc_options.errors import alternatives

    level: Level | None = next((level for level in get_args(Level) if level == said), None)
    if level is None:
        msg = f"there is no level {said!r}; it is {alternatives([*get_args(Level)])}"
        raise click.BadParameter(msg)
    return level


def _case_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("name", metavar="CASE", shell_complete=_cases)(command)


@cli.group(epilog=CASE_EPILOG, short_help="Teach and learn with cases that a class walks through.")
def case() -> None:
    """Teach and learn with cases: an invented patient, followed from stage to stage.

    No answer stands in a case. The engine gives each, from the patient of the stage, and says why.
    """


@case.command("list", epilog=LIST_EPILOG, short_help="List the cases, the easier ones first.")
@click.option("--topic", metavar="WORD", help="Only those that ask about a class or a disagreement: its id, or a word.")
@click.option("--subtype", metavar="ID", help="Only those whose patient is of a subtype, as the list tells it.")
@click.option("--level", metavar="LEVEL", callback=_level, help="Only those of a level, as the list tells it.")
@click.option("--minutes", type=click.IntRange(min=1), help="Only those that take a class about so long, or less.")
@rules_option
def list_(topic: str | None, subtype: str | None, level: Level | None, minutes: int | None, rules: str | None) -> None:
    """List the cases that come with the rulebook, the easier ones first.

    The minutes are 2 to read each stage, 3 for each graded question and 5 for each to think about.
    """
    from mbc_options.cases.catalog import list_cases, narrowed

    found = narrowed(list_cases(rules), topic=topic, subtype=subtype, level=level, minutes=minutes)
    wanted = (topic, subtype, level, minutes)
    print_macro("case/list.txt.j2", "listing", found, any(one is not None for one in wanted))


@case.command(epilog=SHOW_EPILOG, short_help="Show a case to its teacher, before class.")
@_case_argument
@rules_option
def show(name: str, rules: str | None) -> None:
    """Show a case to its teacher: stages, questions, and how the verdicts move. It gives answers away."""
    from mbc_options.cases.load import load_case
    from mbc_options.rendering.terminal import status_tables, width_of_terminal
    from mbc_options.rendering.timeline import news

    found = load_case(name, rules=rules)

    def tables(way: Way, words: Any) -> list[list[str]]:
        return status_tables(found, words, width_of_terminal(), way)

    print_macro("case/show.txt.j2", "show", found, news, tables)


@case.command(epilog=NEW_EPILOG, short_help="Write a new case that explains itself, to start from.")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--title", help="What the case is called; by default made of the file's name.")
@click.option(
    "--teach",
    metavar="ID",
    help="What it should teach: a class or member, a rule, or a disagreement. It begins with a near miss of that. "
    "At a terminal you are asked. The ids are those of mbc-options rules list.",
)
@rules_option
def new(file: str, title: str | None, teach: str | None, rules: str | None) -> None:
    """Write a new case to FILE: sound as it stands, with every field explained in comments.

    FILE must not be there yet. Its name becomes the name of the case: lower-case letters, digits and hyphens. With
    --teach, the engine finds a patient for whom that nearly holds, and one change at the second stage makes it so;
    where nobody is near, it holds at first, and the change ends it.
    """
    import sys
    from pathlib import Path

    from mbc_options.cases.new_case import scaffold, write_new
    from mbc_options.rendering.terminal import rendered
    from mbc_options.rulebook.compiled import load_rulebook

    rulebook = load_rulebook(rules)
    if teach is None and sys.stdin.isatty() and sys.stdout.isatty():
        question = "What should it teach? The id of a class, member, rule or disagreement; Enter for an example"
        teach = click.prompt(question, default="", show_default=False, value_proc=partial(_taught, rulebook)) or None
    path = Path(file)
    text = scaffold(path, title, rulebook, partial(rendered, "case/new.yaml.j2"), teach)
    write_new(path, text)
    print_macro("case/list.txt.j2", "written", quoted(file), rules_flag(rules))


def _taught(rulebook: CompiledRulebook, typed: str) -> str:
    """Return what was typed, where a case can teach it or nothing was; a slip is told, and one is asked again."""
    from mbc_options.cases.near_miss import check_taught
    from mbc_options.errors import CaseError

    teach = typed.strip()
    try:
        if teach:
            check_taught(teach, rulebook)
    except CaseError as error:
        raise click.UsageError("; ".join(problem.message for problem in error.problems)) from None
    return teach


@case.command(epilog=CHECK_EPILOG, short_help="Tell everything that is wrong with a case.")
@click.argument("names", metavar="[CASE]...", nargs=-1, shell_complete=_cases)
@rules_option
def check(names: tuple[str, ...], rules: str | None) -> None:
    """Tell everything that is wrong with a case, at file, line and column.

    Without a CASE, all cases of the rulebook are checked, and what of the rulebook none of them touches is told.
    """
    from mbc_options.cases.catalog import case_names, case_path
    from mbc_options.cases.load import load_case
    from mbc_options.errors import CaseError, RulebookError
    from mbc_options.rulebook.compiled import load_rulebook

    try:
        rulebook = load_rulebook(rules)
    except RulebookError as error:  # what is wrong with the forms of the cases is told as well
        raise RulebookError((*error.problems, *_wrong_forms(names or case_names(rules), rules))) from None
    sound: list[Case] = []
    is_wrong = is_missing = False
    for name in dict.fromkeys(names or case_names(rules)):
        try:
            path = case_path(name, rules)
            is_missing |= not path.is_file()
            found = load_case(path, rulebook, rules=rules)
        except CaseError as error:
            is_missing |= not any(problem.file for problem in error.problems)
            is_wrong = True
            _complain(error.problems)
        else:
            sound.append(found)
            print_macro("case/list.txt.j2", "sound", found, str(path) if name != found.name else name)
    if not names:
        from mbc_options.cases.coverage import coverage

        print_macro("case/list.txt.j2", "covered", coverage(sound, rulebook), is_wrong)
    if is_wrong:
        raise click.exceptions.Exit(2 if is_missing else 1)


@case.command(epilog=WALK_EPILOG, short_help="Walk through a case at the terminal.")
@_case_argument
@click.option(
    "--answers",
    metavar="FILE.json",
    type=click.Path(),
    help="Keep the answers in this file, and go on from those in it; without it, you are asked at the end.",
)
@rules_option
def walk(name: str, answers: str | None, rules: str | None) -> None:
    """Walk through a case at the terminal: read what happens, answer, and see which answers are right, and why.

    Nothing is written to disk unless you ask for it. No name and no date is kept.
    """
    from mbc_options.cli.walk import walk_at_terminal

    walk_at_terminal(name, rules, answers)


@case.command(cls=Command, epilog=EXPORT_EPILOG, short_help="Write a case as a page, a handout or for schools' tools.")
@_case_argument
@output_options("Case")
@click.option("--handout", is_flag=True, help="For the class: without any answer, with room to write.")
@click.option("--solutions", is_flag=True, help="For the teacher: every answer with its reasons, and notes.")
@click.option(
    "--explorer",
    metavar="FILE",
    help="The explorer's page, to which each outcome links; by default explorer.html beside the page, if there is one.",
)
@words_option
def export(  # noqa: PLR0913, PLR0917 - click passes every option by name
    name: str,
    format_: str,
    handout: bool,  # noqa: FBT001 - likewise
    solutions: bool,  # noqa: FBT001
    rules: str | None,
    templates: str | None,
    output: str | None,
    explorer: str | None,
    words: Words,
) -> None:
    """Write a case as a page to click through, as a handout for the class, or for the tools of a school.

    Without --handout and --solutions, it is for learning alone: choose, commit, and see the answer.
    """
    _check_export(format_, templates, handout=handout, solutions=solutions)
    is_page = format_ == "html" and not (handout or solutions)
    if explorer is not None and not is_page:
        msg = "--explorer is for the page to click through; write html without --handout and --solutions"
        raise click.UsageError(msg)
    from mbc_options.cases.catalog import case_path
    from mbc_options.cases.load import load_case
    from mbc_options.rulebook.compiled import load_rulebook

    path = case_path(name, rules)
    rulebook = load_rulebook(rules, words=words)
    parts = tuple(part for part, wanted in (("handout", handout), ("solutions", solutions)) if wanted)
    beside = explorer or (_explorer_beside(output) if is_page else None)
    shown = load_case(path, rulebook, rules=rules)
    give(shown, format_, output, path, templates=templates, parts=parts, explorer=beside)


def _explorer_beside(output: str | None) -> str | None:
    """Return the name of the explorer's page, where it lies beside what is written."""
    from pathlib import Path

    found = None if output in (None, "-") else Path(output).parent / EXPLORER
    return found.name if found is not None and found.is_file() else None


def _check_export(format_: str, templates: str | None, *, handout: bool, solutions: bool) -> None:
    """Refuse what does not go together, before anything is worked out."""
    message = None
    if handout and solutions:
        message = "--handout has no answers and --solutions has all; write them one after the other"
    elif (handout or solutions) and not FORMATS[format_].template:
        flag = "--handout" if handout else "--solutions"
        *others, last = (name for name, one in formats_of("Case").items() if one.template)
        read = f"{', '.join(others)} or {last}"
        message = f"{flag} is for reading: {read}; {format_} is always whole"
    elif templates is not None and not FORMATS[format_].template:
        message = f"--templates is for what is read; {format_} has none"
    elif format_ == "pdf" and not (handout or solutions):
        message = "a page to click through is no PDF; add --handout or --solutions, or write html"
    if message is not None:
        raise click.UsageError(message)


@case.command(cls=Command, epilog=RESULTS_EPILOG, short_help="Sum up the answers of a class.")
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option(
    "--case",
    "cases",
    metavar="CASE",
    multiple=True,
    shell_complete=_cases,
    help="A case of your own that was answered: its file; repeat for more. One beside the answers is known.",
)
@output_options("Results")
def results(
    directory: str,
    cases: tuple[str, ...],
    format_: str,
    rules: str | None,
    templates: str | None,
    output: str | None,
) -> None:
    """Sum up the answers of a class: which questions were hard, and which rule was taken for the real one.

    DIR holds files of answers and of votes (.json) and of codes, one a line (.txt). Hidden files are left out, and
    links are not followed. Nobody is told apart, and no text that was written is shown.
    """
    from pathlib import Path

    from mbc_options.cases.results import summarize_answers

    found = summarize_answers(directory, cases, rules)
    give(found, format_, output, *Path(directory).iterdir(), templates=templates)


def _wrong_forms(names: Iterable[str], rules: str | None) -> Iterator[Problem]:
    from mbc_options.cases.catalog import case_path, read_case
    from mbc_options.errors import CaseError

    for name in names:
        try:
            read_case(case_path(name, rules))
        except CaseError as error:
            yield from error.problems


def _complain(problems: Iterable[Problem]) -> None:
    click.echo("\n".join(map(str, problems)), err=True)
