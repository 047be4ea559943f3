"""The commands for whoever explains: a patient's questions for the care team, and the words of the glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import (
    Command,
    give,
    output_options,
    print_macro,
    rules_option,
    words_option,
    words_option_of,
)
from mbc_options.cli.patient_options import PatientCommand, patient_from

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from mbc_options.vocabulary.words import Words

__all__ = ["care_questions", "glossary"]

CARE_EPILOG = """\b
Examples:
  mbc-options care-questions patient.yaml
  mbc-options care-questions --er + --her2 - --site bone --prior none
  mbc-options care-questions patient.yaml -o questions.html
"""

GLOSSARY_EPILOG = """\b
Examples:
  mbc-options glossary HER2
  mbc-options glossary "lymph node" marrow --words plain
  mbc-options glossary

\b
Exit code: 2 where the glossary has no such word.
"""


@cli.command(
    "care-questions", cls=PatientCommand, epilog=CARE_EPILOG, short_help="What one patient may ask the care team."
)
@output_options("CareQuestions")
@words_option_of("plain")
def care_questions(
    patient_file: str | None,
    rules: str | None,
    output: str | None,
    format_: str,
    templates: str | None,
    words: Words,
    **said: Any,
) -> None:
    """Tell what one patient may ask the care team, and what makes each question worth asking.

    Questions that something known brings come first, then those on what is not known, on each class of treatment,
    and for everyone. None asks what the description says.
    """
    from mbc_options.exploration.care_questions import care_questions as questions_of
    from mbc_options.rulebook.compiled import load_rulebook

    rulebook = load_rulebook(rules, words=words)
    asked = questions_of(patient_from(patient_file, said, rulebook), rulebook)
    give(asked, format_, output, patient_file, templates=templates)


def _terms(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a word of the glossary."""
    from click.shell_completion import CompletionItem

    from mbc_options.rulebook.compiled import load_rulebook

    terms = (term.term for term in load_rulebook(ctx.params.get("rules")).glossary)
    return [CompletionItem(term) for term in terms if term.lower().startswith(incomplete.lower())]


@cli.command(cls=Command, epilog=GLOSSARY_EPILOG, short_help="Explain a word of the reports, with its source.")
@click.argument("terms", metavar="[TERM]...", nargs=-1, shell_complete=_terms)
@words_option
@rules_option
def glossary(terms: tuple[str, ...], words: Words, rules: str | None) -> None:
    """Explain words of the reports, each with its source.

    TERM is a word of the glossary, another form of it, or what an abbreviation stands for. Without one, all
    are explained.
    """
    from mbc_options.rulebook.compiled import load_rulebook
    from mbc_options.tools.glossary import look_up

    rulebook = load_rulebook(rules, words=words)
    found = look_up(rulebook.glossary, terms)
    print_macro("glossary/glossary.txt.j2", "explained", found, rulebook.claims, rulebook.sources)
