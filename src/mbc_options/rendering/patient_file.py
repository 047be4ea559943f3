"""A patient of a record as a patient file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mbc_options.rendering.filters import as_yaml
from mbc_options.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.records.receipt import RecordPatient

__all__ = ["patient_file"]


def patient_file(found: RecordPatient) -> str:
    """Return a patient as a patient file in YAML, which is read again as the same: the notices, the id, what is known.

    Args:
        found: the patient; the id becomes the label.
    """
    return "\n".join([*_lines(found), ""])


def _lines(found: RecordPatient) -> Iterator[str]:
    for notice in found.receipt.notices:
        yield f"# {' '.join(harmless(notice, kept='').split())}"
    label = found.description.vocabulary.label
    said = found.description.as_data()
    if label and found.id:  # in quotes, for an id may be called null
        yield f"{label}: {json.dumps(' '.join(harmless(found.id, kept='').split()), ensure_ascii=False)}"
    for field, value in said.items():
        yield f"{field}: {as_yaml(value)}"
