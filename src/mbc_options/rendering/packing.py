"""Packages for other programs: a zip file that is the same for the same content."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MANIFEST", "zipped"]

MANIFEST = "imsmanifest.xml"
"""The name of the file that says what is in a package; it stands at the top and comes first."""

_PLAIN_FILE = 0o100644 << 16


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip file with these files, the manifest first and the others by name.

    Args:
        files: their content as text, by name; `imsmanifest.xml` is one of them.
    """
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as package:
        for name in (MANIFEST, *sorted(files.keys() - {MANIFEST})):
            # Without a date, and not compressed: what compression gives is not the same everywhere.
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3  # as on Unix, wherever it is written
            entry.external_attr = _PLAIN_FILE
            package.writestr(entry, files[name].encode())
    return into.getvalue()
