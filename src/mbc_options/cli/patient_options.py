"""Describing a patient on the command line: a file, a flag for each field, and what completes them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mbc_options.cli.output_options import FILE_OR_DASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from mbc_options.patient.model import Patient

__all__ = ["FLAGS_EPILOG", "PATIENT_EPILOG", "completes", "option_ids", "patient_from", "patient_options"]

FLAGS_EPILOG = """\b
What the flags take:
  --er, --pr     + or -, positive or negative, or stained cells as 90%
  --her2         + or -, or IHC 0, 1+, 2+, 3+ with /ISH+ or /ISH-
  --menopause    pre, post, not_applicable, perimenopausal
  --site         bone, liver, lung, brain, distant_lymph_nodes, skin,
                 bone_marrow, other:TEXT; not distant:
                 regional_lymph_nodes, breast_or_chest_wall
  --extent       limited, oligometastatic, extensive_visceral, diffuse_bone
  --situation    rapid_control_needed, aggressive, salvage, financial_stress
  --finding      pain, fracture, hypercalcemia, nausea, depression ...
                 (all: mbc-options schema patient)
  --prior        TREATMENT[:OUTCOME[:SETTING]], e.g. letrozole:progressed;
                 TREATMENT is a class, a drug, a brand or a regimen (FEC), or
                 other:TEXT; OUTCOME is progressed, stable, responded,
                 completed, ongoing, not_tolerated or unknown
Any of them takes unknown; --site, --extent, --finding, --situation and
--prior also take none. What is left out stays unknown, with two exceptions,
both printed: distant metastasis is assumed, and where there is no file, no
earlier treatment is assumed unless --prior says otherwise.

\b
A patient file is YAML or JSON with the same names (sites, findings for
--site, --finding); a flag replaces the file's field. - reads from the
standard input.
"""

PATIENT_EPILOG = f"""\b
Examples:
  mbc-options report --er 90% --her2 1+ --menopause post --site bone
  mbc-options report patient.yaml --her2 3+ --brief
  mbc-options why hormone_therapy --er + --prior letrozole:progressed

{FLAGS_EPILOG}"""


def completes(names: Callable[[], Any]) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a click completion from names that are fetched only when somebody presses the tab key."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]

    return complete


def _field_names(field: str) -> Callable[[], tuple[str, ...]]:
    def names() -> tuple[str, ...]:
        from mbc_options.vocabulary.facts import NAMED_FIELDS

        return (*NAMED_FIELDS[field], "none", "unknown")

    return names


def _treatments() -> tuple[str, ...]:
    from mbc_options.vocabulary.shared import agents

    known = agents()
    return (*known.classes, *known.agents, *known.regimens)


def option_ids() -> tuple[str, ...]:
    """Return the ids of the classes and members, for completion."""
    from mbc_options.rulebook.compiled import load_rulebook

    return tuple(load_rulebook().by_id)


def _receptor(_: Any, __: Any, incomplete: str) -> list[str]:
    return [word for word in ("positive", "negative", "unknown") if word.startswith(incomplete)]


_SINGLE_FLAGS = (
    ("sex", "female or male."),
    ("menopause", "Before (pre) or after (post) menopause."),
    ("er", "Estrogen receptor."),
    ("pr", "Progesterone receptor."),
    ("her2", "HER2."),
    ("receptors-tested-on", "primary or metastasis."),
    ("metastasis-confirmed", "yes; no, there is no distant spread; or unknown to withdraw the assumption."),
    ("immunotherapy-biomarker", "positive or negative."),
)
_RECEPTORS = {"er", "pr", "her2"}
_LIST_FLAGS = (
    ("site", "sites", "Where the disease is; repeat for more. Complete: what is not named is absent."),
    ("extent", "extent", "How far it reaches; repeat for more. Complete, likewise."),
    ("finding", "findings", "A symptom or finding; repeat for more. Complete, likewise."),
    ("situation", "situation", "A circumstance; repeat for more. Complete, likewise."),
)


def patient_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the patient file, and a flag for each field."""
    options = [
        click.argument("patient_file", required=False, type=FILE_OR_DASH),
        click.option("--label", help="Free text to print on top."),
        *(
            click.option(f"--{name}", help=text, shell_complete=_receptor if name in _RECEPTORS else None)
            for name, text in _SINGLE_FLAGS
        ),
        *(
            click.option(f"--{flag}", field, multiple=True, help=text, shell_complete=completes(_field_names(field)))
            for flag, field, text in _LIST_FLAGS
        ),
        click.option(
            "--prior",
            multiple=True,
            metavar="TREATMENT[:OUTCOME]",
            help="An earlier treatment; repeat for more.",
            shell_complete=completes(_treatments),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def patient_from(patient_file: str | None, said: dict[str, Any], *, may_be_empty: bool = False) -> Patient:
    """Read the file and the flags that were given.

    Args:
        patient_file: the file, `-` for the standard input, or None.
        said: the values of the flags.
        may_be_empty: whether neither a file nor a flag is a description, too: of anybody.
    """
    from mbc_options.patient.file import describe, from_stdin, read_description

    flags = {
        name: _list_of(value) if isinstance(value, tuple) else value
        for name, value in said.items()
        if value not in (None, ())
    }
    if patient_file is None and not flags:
        if may_be_empty:
            from mbc_options.patient.model import Patient

            return Patient()
        msg = "describe a patient: name a file or give flags (mbc-options report --help has examples)"
        raise click.UsageError(msg)
    if patient_file is None:
        return describe(None, flags)
    if patient_file == "-":
        return describe(from_stdin(sys.stdin.buffer), flags)
    from pathlib import Path

    return describe(read_description(Path(patient_file)), flags)


def _list_of(values: tuple[str, ...]) -> list[str] | str:
    """Return the values of a repeated flag; `none` alone is the empty list, `unknown` alone is unknown."""
    if len(values) == 1 and values[0].strip().lower() in {"none", "unknown"}:
        return [] if values[0].strip().lower() == "none" else "unknown"
    return list(values)
