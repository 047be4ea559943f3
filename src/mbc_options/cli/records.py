"""The command for records: patient files or a table of what FHIR and oBDS hold, with the receipts."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.group import cli
from mbc_options.cli.output_options import Command, format_by_name, give, refuse_the_same, rules_option
from mbc_options.rendering.formats import formats_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from mbc_options.records.receipt import RecordPatient, RecordReceipt

__all__ = ["records"]

EPILOG = """\b
Examples:
  mbc-options records bundle.json
  mbc-options records bundles/ -o patients.parquet --receipt receipt.html
  mbc-options cohort evaluate patients.parquet -o statuses.parquet
  mbc-options records export.ndjson --id p-17 -o patient.yaml

\b
Exit code: 0 where something was read, also where resources count for nothing
and where single files or lines of a source cannot be read, which is told;
2 where nothing can be read, an id is not there, or nothing can be written.
"""

TEMPLATE = "records/told.txt.j2"
YAML = (".yaml", ".yml")
TABLES = (".parquet", ".csv", ".arrow", ".duckdb")
_MOST_TOLD = 5
RECEIPT_ENDINGS = {ending: name for name, one in formats_of("RecordReceipts").items() for ending in one.endings[:1]}


def _day(_: click.Context, __: click.Parameter, said: str | None) -> date:
    """Return the day that is said; today where none is."""
    from datetime import date

    from mbc_options.cli.patient_options import today

    try:
        return date.fromisoformat(said) if said else today()
    except ValueError:
        msg = f"{said} is no day; write it as 2024-11-28"
        raise click.UsageError(msg) from None


@cli.command(cls=Command, epilog=EPILOG, short_help="Patients from records: FHIR and oBDS.")
@click.argument("source", type=click.Path(exists=True, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(allow_dash=True),
    help="Write to a file, whole or not at all: patient files as .yaml, or a table, which cohort evaluate reads, as "
    ".parquet, .csv, .arrow or .duckdb. Without it, and without --receipt, patient files are printed.",
)
@click.option("--receipt", type=click.Path(), help="Write what became of every resource: .html, .txt, .json or .pdf.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="This patient alone; repeat for more.")
@click.option(
    "--today", metavar="DATE", callback=_day, help="What is dated later is told and counts as undated. Default: today."
)
@rules_option
def records(
    source: str, output: str | None, receipt: str | None, ids: tuple[str, ...], today: date, rules: str | None
) -> None:
    """Make patient files, or a table of patients, of records.

    SOURCE is a file or a folder: FHIR (R4, with or without mCODE) as JSON or lines of JSON, or oBDS as XML; what it is,
    its content says. - reads from the standard input. A record proves what it names and denies nothing. What cannot be
    read stops nothing else, and is told at the end.
    """
    _refuse_to_overwrite(source, output, receipt)
    receipt_format = format_by_name(receipt, RECEIPT_ENDINGS)
    is_table = _is_table(output)
    from mbc_options.cli.patient_options import naming
    from mbc_options.rendering.terminal import TerminalTemplate, width_of_terminal

    with naming("<stdin>" if source == "-" else source):
        desk = _Desk(source, ids, today, rules, keeps_receipts=receipt is not None)
        if output is None and receipt:
            for _ in desk.patients():
                pass
        elif is_table:
            _write_table(desk, str(output))
        else:
            _write_files(desk, output)
    if receipt:
        give(desk.receipts.result(desk.rulebook), receipt_format, receipt, source)
    of_receipt = {"output": receipt, "left_out": desk.receipts.left_out} if receipt else None
    written = output if output not in (None, "-") else ""
    told = TerminalTemplate(TEMPLATE).render("told", desk.account, written, of_receipt, width=width_of_terminal())
    click.echo(told.strip("\n"), err=not written and not receipt)  # patient files that are printed stand alone


class _Desk:
    """Reads the patients who are asked for, and keeps account of everything that is met.

    Attributes:
        account: what was met, in counts.
        receipts: what became of every resource, where that is kept.
    """

    def __init__(
        self, source: str, ids: tuple[str, ...], today: date, rules: str | None, *, keeps_receipts: bool
    ) -> None:
        from pathlib import Path

        from mbc_options.cli.patient_options import held_of_pipe
        from mbc_options.records.account import ReceiptsKept, RecordsAccount
        from mbc_options.records.by_id import Wanted
        from mbc_options.records.read_records import read_records
        from mbc_options.rulebook.compiled import load_rulebook
        from mbc_options.vocabulary.code_files import read_codes

        self.name = "<stdin>" if source == "-" else source
        piped = held_of_pipe(source)
        self.rulebook = load_rulebook(rules)
        self.account, self.receipts, self.keeps_receipts = RecordsAccount(self.name), ReceiptsKept(), keeps_receipts
        self._wanted = Wanted(ids, self.name)
        self._read = read_records(
            Path(source) if piped is None else piped,
            self.rulebook,
            codes=read_codes(Path(rules) if rules else None, self.rulebook.vocabulary),
            today=today,
            passed_over=self._pass_over,
        )

    def _pass_over(self, found: RecordReceipt) -> None:
        if self._wanted.pass_over(found):
            self.account.pass_over(found)
            if self.keeps_receipts:
                self.receipts.pass_over(found)

    def patients(self) -> Iterator[RecordPatient]:
        """Yield those who are asked for, one after the other."""
        gc.enable()  # off for short runs; what a patient leaves behind would be 15 kB
        from mbc_options.exploration.status import scope_of
        from mbc_options.progress import Progress

        with Progress("reading", things="patients") as progress:
            for found in self._read:
                if self._wanted.takes(found):
                    self.account.add(found, scope_of(self.rulebook, found.description.knowledge))
                    if self.keeps_receipts:
                        self.receipts.add(found.receipt)
                    yield found
                progress(self._wanted.seen)
        self._wanted.refuse_missing()
        if not self.account.people and not self.account.resources:
            self._refuse_nothing()

    def _refuse_nothing(self) -> None:
        from mbc_options.errors import Problem, RecordError

        told = [one.removeprefix(self.name).lstrip(":, ") for one in self.account.unreadable[:_MOST_TOLD]]
        why = "; ".join(told)
        message = f"holds no patient, and no resource that can be read{': ' if why else ''}{why}"
        raise RecordError([Problem(message, self.name)])


def _write_files(desk: _Desk, output: str | None) -> None:
    """Write patient files one after the other, each as soon as it is read."""
    from mbc_options.rendering.patient_file import patient_file

    with _opened(output) as write:
        for number, found in enumerate(desk.patients()):
            write(("---\n" if number else "") + patient_file(found))


@contextmanager
def _opened(output: str | None) -> Iterator[Callable[[str], Any]]:
    """Yield what writes to a file, which is there when all is written, or to the standard output."""
    if output in (None, "-"):
        yield lambda text: click.echo(text if sys.stdout.isatty() else text.encode(), nl=False)
        return
    from mbc_options.source.atomic_write import made_whole

    with made_whole(str(output)) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as stream:
        yield stream.write


def _write_table(desk: _Desk, output: str) -> None:
    """Write a table as it is read, a row a patient."""
    from mbc_options.cohorts.write import write_rows
    from mbc_options.records.rows import columns_of, row_of

    write_rows(columns_of(desk.rulebook.vocabulary), map(row_of, desk.patients()), output, desk.name)


def _is_table(output: str | None) -> bool:
    """Tell whether a name is that of a table; refuse one that is neither that nor of patient files."""
    if output in (None, "-") or str(output).lower().endswith(YAML):
        return False
    from pathlib import Path

    path = Path(str(output))
    if path.is_dir() or str(output).endswith(("/", os.sep)):
        msg = f"{output} is a directory; name a file in it, as {path / 'patients.parquet'}"
        raise click.UsageError(msg)
    if path.suffix.lower() in TABLES:
        return True
    from mbc_options.errors import alternatives, nearest_word

    near = nearest_word(path.suffix, (*YAML, *TABLES)) if path.suffix else None
    hint = f"did you mean {near}?" if near else f"end the name in {alternatives([YAML[0], *TABLES])}"
    msg = f"{output} does not say what to write; {hint}"
    raise click.UsageError(msg)


def _refuse_to_overwrite(source: str, *outputs: str | None) -> None:
    """Refuse to write over what is read, one file over the other, or into a folder that is not there."""
    refuse_the_same(source, *outputs)
    from pathlib import Path

    from mbc_options.records.kind import is_record_file

    folder = os.path.realpath(source)
    for output in outputs:
        if output in (None, "-"):
            continue
        real = os.path.realpath(str(output))
        if not Path(real).parent.is_dir():
            msg = f"{output} cannot be written: there is no folder {Path(str(output)).parent}"
            raise click.UsageError(msg)
        if real.startswith(folder + os.sep) and is_record_file(Path(real)):
            msg = f"{output} is read; write to another file"
            raise click.UsageError(msg)
