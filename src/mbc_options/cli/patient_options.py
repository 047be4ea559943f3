"""Describing a patient on the command line: a file, a flag for each field, and what completes them.

The flags are made of the facts of the rulebook at hand, where a command that takes a patient is called or asked for
help; so nobody else waits for them, and a rulebook of one's own has flags for its own facts.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.output_options import FILE_OR_DASH, Command, rules_named
from mbc_options.cli.repeated_flags import said_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from mbc_options.patient.description import Description
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.source.yaml_positions import Tree
    from mbc_options.vocabulary.facts import AnyField
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["ID_HELP", "PatientCommand", "completes", "option_ids", "patient_from", "today", "vocabulary_named"]

_FACT, _ID = "fact", "patient_id"
_NAMES_SHOWN = 10

_FILE_EPILOG = """\b
A patient file is YAML or JSON with the fields as keys; a flag replaces the
file's field. - reads from the standard input. A record (FHIR, oBDS) or a
folder of records is taken likewise; of several patients, --id says which.
"""

ID_HELP = "Which patient of a record, or of a file with several."


def completes(names: Callable[[], Any]) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a click completion from names that are fetched only when somebody presses the tab key."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]

    return complete


def option_ids() -> tuple[str, ...]:
    """Return the ids of the classes and members, for completion."""
    from mbc_options.rulebook.compiled import load_rulebook

    return tuple(load_rulebook().by_id)


class PatientCommand(Command):
    """A command that takes a patient: a file, and a flag for each field of a description."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.params.append(click.Argument(["patient_file"], required=False, type=FILE_OR_DASH))
        self.params.append(click.Option(["--id", _ID], metavar="ID", help=ID_HELP))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments by the facts of the rulebook that they name, or else of the one that we bring."""
        ctx.meta[__name__] = vocabulary_named(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters; the flags stand before the options that all commands share."""
        declared = super().get_params(ctx)
        flags = ctx.meta.get(f"{__name__}.flags")
        if flags is None:  # the very same ones each time, as a parser asks more than once
            taken = {option for param in declared for option in param.opts}
            flags = ctx.meta[f"{__name__}.flags"] = _flags(_vocabulary_at(ctx), taken)
        arguments = [param for param in declared if isinstance(param, click.Argument)]
        return [*arguments, *flags, *(param for param in declared if param not in arguments)]

    def offers(self, ctx: click.Context) -> str:
        """Return which flags describe a patient."""
        vocabulary = _vocabulary_at(ctx)
        flags = ", ".join(f"--{vocabulary.flag_of(field)}" for field in vocabulary.fields)
        return f"a patient is described by {flags} (what each takes: {ctx.command_path} --help)"

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, and below them what the flags take."""
        super().format_epilog(ctx, formatter)
        for text in (_what_flags_take(_vocabulary_at(ctx)), _FILE_EPILOG):
            formatter.write_paragraph()
            formatter.write_text(text)


def _vocabulary_at(ctx: click.Context) -> Vocabulary:
    vocabulary: Vocabulary = ctx.meta.get(__name__) or vocabulary_named([])
    return vocabulary


def vocabulary_named(args: list[str]) -> Vocabulary:
    """Return the vocabulary of the rulebook that arguments name."""
    directory = rules_named(args)
    if directory is None:
        from mbc_options.vocabulary.bundled import bundled_vocabulary

        return bundled_vocabulary()
    from mbc_options.vocabulary.load import read_vocabulary

    return read_vocabulary(directory)


def _flags(vocabulary: Vocabulary, taken: set[str]) -> list[click.Parameter]:
    """Return the flags of the fields, save those whose name the command has for itself, and one for any field."""
    flags = [_flag(field, vocabulary.flag_of(field.id), vocabulary) for field in vocabulary.fields.values()]
    any_field = click.Option(
        [f"--{_FACT}"],
        multiple=True,
        metavar="FIELD=VALUE",
        help="Any field by its name; repeat for more.",
        shell_complete=completes(lambda: [f"{field}=" for field in vocabulary.fields]),
    )
    return [*(flag for flag in flags if not {*flag.opts} & taken), any_field]


def _flag(field: AnyField, flag: str, vocabulary: Vocabulary) -> click.Option:
    from mbc_options.vocabulary.facts import Choice, Names, TextField

    is_list = not isinstance(field, (Choice, TextField))
    return click.Option(
        [f"--{flag}", f"said_{field.id}"],
        multiple=is_list,
        metavar=None if isinstance(field, (Choice, Names, TextField)) else "TREATMENT[:OUTCOME]",
        help=field.help or f"{field.id}; repeat for more.",
        shell_complete=completes(lambda: _words(field, vocabulary)),
    )


def _words(field: AnyField, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what completes the value of a flag."""
    from mbc_options.vocabulary.facts import Choice, Names, Treatments

    if isinstance(field, Choice):
        yield from (*(value.id for value in field.values), *(word.id for word in field.open_values), "unknown")
    elif isinstance(field, Names):
        yield from (*(name.id for name in field.names), "none", "unknown")
    elif isinstance(field, Treatments):
        agents = vocabulary.agents
        yield from (*agents.groups, *agents.agents, *agents.regimens)


def _what_flags_take(vocabulary: Vocabulary) -> str:
    """Return what each flag takes, for the end of the help."""
    import textwrap

    lines = ["\b", "What the flags take:"]
    for field in vocabulary.fields.values():
        taken = _taken(field, vocabulary)
        if taken:
            head = f"  --{vocabulary.flag_of(field.id)}"
            lines += textwrap.wrap(taken, 76, initial_indent=head.ljust(16) + " ", subsequent_indent=" " * 17)
    closing = (
        "Any of them takes unknown; those that may be repeated also take none, and what they name is all there is: "
        "NAME=yes, NAME=no, TREATMENT=OUTCOME[:SETTING] and TREATMENT:OUTCOME=no say only what they say. "
        "What is left out stays unknown."
    )
    lines += textwrap.wrap(closing, 76)
    for assumption in vocabulary.file.assumptions:
        lines += textwrap.wrap(f"Assumed, and printed: {assumption.text}", 76)
    return "\n".join(lines)


def _taken(field: AnyField, vocabulary: Vocabulary) -> str:
    from mbc_options.vocabulary.facts import Choice, Names, Treatments

    if isinstance(field, Choice):
        return ", ".join(vocabulary.choices[field.id].values)
    if isinstance(field, Names):
        names = [name.id for name in field.listed]
        names += ["other:TEXT"] if field.free_text else []
        more = " ... (all: mbc-options schema patient)" if len(names) > _NAMES_SHOWN else ""
        return ", ".join(names[:_NAMES_SHOWN]) + more
    if isinstance(field, Treatments):
        outcomes = ", ".join([*(outcome.id for outcome in field.outcomes if not outcome.always), "unknown"])
        return (
            "TREATMENT[:OUTCOME[:SETTING]]; TREATMENT is a class, a drug, a brand or a regimen, other:TEXT or "
            "unrelated:TEXT; "
            f"OUTCOME is one of {outcomes}"
        )
    return ""


def patient_from(
    patient_file: str | None, said: Mapping[str, Any], rulebook: CompiledRulebook, *, may_be_empty: bool = False
) -> Description:
    """Read the file and the flags that were given.

    Args:
        patient_file: a patient file, a record or a folder of records; `-` for the standard input, or None.
        said: the values of the flags, as a `PatientCommand` gets them.
        rulebook: whose facts are meant.
        may_be_empty: whether neither a file nor a flag is a description, too: of anybody.
    """
    from mbc_options.patient.file import describe, read_description

    vocabulary, id_ = rulebook.vocabulary, said.get(_ID)
    flags = _flags_said(said, vocabulary)
    if patient_file is None and id_ is not None:
        msg = "--id says which patient of a file; name the file"
        raise click.UsageError(msg)
    if patient_file is None and not flags:
        if may_be_empty:
            from mbc_options.patient.description import of

            return of(vocabulary, {})
        msg = "describe a patient: name a file or give flags (mbc-options report --help has examples)"
        raise click.UsageError(msg)
    if patient_file is None:
        return describe(None, vocabulary, flags)
    if (data := held_of_pipe(patient_file)) is not None:
        name = "<stdin>" if patient_file == "-" else patient_file
        return _from_pipe(data, name, id_, flags, rulebook)
    from pathlib import Path

    from mbc_options.patient.several import has_several, one_of_several
    from mbc_options.records.kind import is_record_file

    path = Path(patient_file)
    if not path.exists() and (flag := _flag_that_takes(patient_file, vocabulary)):
        msg = f"{patient_file} is no file; a flag takes one value and is repeated for more: --{flag} {patient_file}"
        raise click.UsageError(msg)
    if path.is_dir() or is_record_file(path):
        return _from_record(path, patient_file, id_, flags, rulebook)
    if path.is_file() and has_several(path):
        return describe(one_of_several(path, id_, vocabulary.label), vocabulary, flags)
    return _of_one(read_description(path), patient_file, id_, flags, vocabulary, may_be_empty=may_be_empty)


def _flags_said(said: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what the flags of a command say, by field."""
    given = {
        name.removeprefix("said_"): value
        for name, value in said.items()
        if name not in {_FACT, _ID} and value not in (None, ())
    }
    flags: dict[str, Any] = {
        field: said_by(value, field, vocabulary) if isinstance(value, tuple) else value
        for field, value in given.items()
    }
    flags.update(_by_name(said.get(_FACT) or (), vocabulary))
    return flags


def held_of_pipe(name: str) -> bytes | None:
    """Return what the standard input (`-`) or a pipe holds, as much as is read at once; None of a file or folder."""
    from pathlib import Path

    from mbc_options.records.kind import MAX_BYTES

    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(name)
    try:
        if not path.is_fifo():
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):  # which is told where it is read as a file
        return None


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Give what is wrong with a record the name of its source where it has none, as with a stream."""
    from mbc_options.errors import RecordError

    try:
        yield
    except RecordError as error:
        raise RecordError([one._replace(file=one.file or name) for one in error.problems]) from None


def _from_pipe(
    data: bytes, name: str, id_: str | None, flags: Mapping[str, Any], rulebook: CompiledRulebook
) -> Description:
    """Read a patient file or a record that came through a pipe."""
    from io import BytesIO

    from mbc_options.patient.file import describe, from_stdin
    from mbc_options.records.kind import is_record

    if is_record(data):
        return _from_record(data, name, id_, flags, rulebook)
    if id_ is not None:
        where = "the standard input" if name == "<stdin>" else name
        msg = f"--id says which patient of a record; {where} is a patient file"
        raise click.UsageError(msg)
    return describe(from_stdin(BytesIO(data), name), rulebook.vocabulary, flags)


def _of_one(
    tree: Tree,
    patient_file: str,
    id_: str | None,
    flags: Mapping[str, Any],
    vocabulary: Vocabulary,
    *,
    may_be_empty: bool,
) -> Description:
    """Read a file with one patient."""
    from mbc_options.errors import DescriptionError, Problem
    from mbc_options.patient.file import describe
    from mbc_options.patient.several import no_such_id

    if not tree.data and not flags and not may_be_empty:
        msg = f"{patient_file} says nothing of a patient; its fields are {', '.join(vocabulary.fields)}"
        raise click.UsageError(msg)
    described = describe(tree, vocabulary, flags)
    if id_ is not None and id_ != described.label:
        raise DescriptionError([Problem(no_such_id(id_, [described.label or ""]), patient_file)])
    return described


def today() -> date:
    """Return the day after which nothing in a record can have been found."""
    from datetime import datetime

    return datetime.now().astimezone().date()


def _from_record(
    source: Path | bytes, name: str, id_: str | None, flags: Mapping[str, Any], rulebook: CompiledRulebook
) -> Description:
    """Read the patient of a record, whose id becomes the label; the notices of the record come along."""
    from pathlib import Path

    from mbc_options.patient.file import describe
    from mbc_options.progress import Progress
    from mbc_options.records.by_id import patient_of_record
    from mbc_options.source.yaml_positions import Tree
    from mbc_options.vocabulary.code_files import read_codes

    vocabulary, rules = rulebook.vocabulary, click.get_current_context().params.get("rules")
    codes = read_codes(Path(rules) if rules else None, vocabulary)
    gc.enable()  # off for short runs; a record may have any number of patients
    with naming(name), Progress("reading", things="patients") as progress:
        found = patient_of_record(source, id_, rulebook, codes=codes, today=today(), name=name, told=progress)
    said = found.description.as_data()
    if vocabulary.label and found.id:
        said = {vocabulary.label: found.id, **said}
    return describe(Tree(said, {}, {}, name), vocabulary, flags).noting(found.receipt.notices)


def _flag_that_takes(word: str, vocabulary: Vocabulary) -> str:
    """Return the flag of the field that knows a word; empty where none does."""
    from mbc_options.vocabulary.spelling import folded

    named = next((field for field, forms in vocabulary.names.items() if folded(word) in forms.names), "")
    if not named and vocabulary.history and vocabulary.agents.find(word.partition(":")[0]):
        named = vocabulary.history
    return vocabulary.flag_of(named) if named else ""


def _by_name(pairs: tuple[str, ...], vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the fields that `--fact FIELD=VALUE` gives; a field that may hold several gathers them."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            msg = f"--{_FACT} takes FIELD=VALUE, not {pair!r}; the fields are {', '.join(vocabulary.fields)}"
            raise click.UsageError(msg)
        found.setdefault(name.strip(), []).append(value)
    several = {*vocabulary.names, *vocabulary.treatments}
    for name, values in found.items():
        if len(values) > 1 and name not in several:
            msg = f"--{_FACT} gives {name} more than once: {', '.join(values)}"
            raise click.UsageError(msg)
    return {
        name: said_by(tuple(values), name, vocabulary) if name in several else values[0]
        for name, values in found.items()
    }
