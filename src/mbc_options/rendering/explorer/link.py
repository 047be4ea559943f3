"""A patient as a link to the explorer's page, as the page itself writes it and reads it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from mbc_options.vocabulary.facts import TextField

if TYPE_CHECKING:
    from mbc_options.patient.description import Description

__all__ = ["explorer_link"]

VERSION = 1


def explorer_link(page: str, description: Description) -> str:
    """Return the address of the explorer with a patient in it; what stands behind its # is sent nowhere.

    Args:
        page: the address of the page.
        description: the patient. Free text, as a label, does not go along.
    """
    fields = description.vocabulary.fields
    said = {id_: value for id_, value in description.as_data().items() if not isinstance(fields[id_], TextField)}
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    patient = urlsafe_b64encode(data).decode().rstrip("=")
    return f"{page}#p={VERSION}.{patient}"
