"""Where the rulebook and the templates that come with the package lie, and their compiled form.

In a checkout they stand at the top of the repository; in an installed package, beside this module.
Building the package compiles the rulebook once into `_compiled.bin`. The file carries the digest of
everything that it was made from, which is taken anew at every start: after any edit of a rule, or of
the code that compiles it, the file is passed over and the rulebook compiled in memory instead.
"""

from __future__ import annotations

import errno
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

__all__ = ["COMPILED_FILE", "Compiled", "compiled", "fingerprint", "is_ours", "packed", "rules_dir", "templates_dir"]

PACKAGE = Path(__file__).parent
COMPILED_FILE = PACKAGE / "_compiled.bin"

_COMPILERS = ("logic", "rulebook", "source", "vocabulary")
_COMPILING_MODULES = ("frozendict.py", "record.py")
_NOT_COMPILED = {"cases/", "codes/", "mappings/"}
"""Folders of a rulebook that it is not compiled from."""


class Compiled(NamedTuple):
    """What building the package compiled: pickles, of which the second refers to what the first holds."""

    vocabulary: bytes
    rulebook: bytes


def rules_dir() -> Path:
    """Return the directory of the rulebook that comes with the package; FileNotFoundError where it is missing."""
    return _there(_data_dir("rules"))


def templates_dir() -> Path:
    """Return the directory of the templates that come with the package, likewise."""
    return _there(_data_dir("templates"))


def is_ours(path: Path) -> bool:
    """Tell whether a file belongs to the package: its code, its rulebook or its templates."""
    return any(path.is_relative_to(folder) for folder in (PACKAGE, *map(_data_dir, ("rules", "templates"))))


def _there(directory: Path) -> Path:
    if not directory.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(directory))
    return directory


def _data_dir(name: str) -> Path:
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parents[1] / name


def fingerprint(directory: Path) -> str:
    """Return the digest of a rulebook's files and of the code that compiles them."""
    digest = sha256()
    package = str(PACKAGE)
    code = [f"{folder}/{name}" for folder in _COMPILERS for name in _names(f"{package}/{folder}", ".py")]
    code += _COMPILING_MODULES
    rules = str(directory)
    files = [
        f"{folder}{name}"
        for folder in ("", *(f"{entry}/" for entry in _names(rules, "")))
        if folder not in _NOT_COMPILED
        for name in _names(f"{rules}/{folder}", ".yaml")
    ]
    for base, names in ((rules, files), (package, code)):
        for name in names:
            with open(f"{base}/{name}", "rb") as stream:  # noqa: PTH123 - at every start: no time for paths
                content = stream.read()
            digest.update(f"\0{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _names(folder: str, ending: str) -> list[str]:
    """Return the names of the files of a folder with an ending, or of its folders for none; sorted."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if (entry.name.endswith(ending) if ending else entry.is_dir()))


def packed(digest: str, content: Compiled) -> bytes:
    """Return what `COMPILED_FILE` holds for a fingerprint."""
    return b"%s %d\n%s%s" % (digest.encode(), len(content.vocabulary), content.vocabulary, content.rulebook)


@cache
def compiled() -> Compiled | None:
    """Return what building the package compiled, or None where it is missing or no longer true."""
    try:
        head, _, content = COMPILED_FILE.read_bytes().partition(b"\n")
        digest, length = head.split()
        if digest.decode() != fingerprint(rules_dir()):
            return None
        return Compiled(content[: int(length)], content[int(length) :])
    except (OSError, ValueError):
        return None
