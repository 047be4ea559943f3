"""Where the rulebook and the templates that come with the package lie, and their compiled form.

In a checkout they stand at the top of the repository; in an installed package, beside this module.
Building the package compiles the rulebook once into `_compiled.json`. The file carries the digest of
everything that it was made from, which is taken anew at every start: after any edit of a rule, or of
the code that compiles it, the file is passed over and the rulebook compiled in memory instead.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["COMPILED_FILE", "compiled", "fingerprint", "rules_dir", "templates_dir"]

PACKAGE = Path(__file__).parent
COMPILED_FILE = PACKAGE / "_compiled.json"

_COMPILERS = ("logic", "rulebook", "vocabulary")


def rules_dir() -> Path:
    """Return the directory of the rulebook that comes with the package."""
    return _data_dir("rules")


def templates_dir() -> Path:
    """Return the directory of the templates that come with the package."""
    return _data_dir("templates")


def _data_dir(name: str) -> Path:
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parents[1] / name


def fingerprint(directory: Path) -> str:
    """Return the digest of a rulebook's files and of the code that compiles them."""
    digest = sha256()
    files = sorted(directory.rglob("*.yaml"))
    code = [path for folder in _COMPILERS for path in sorted((PACKAGE / folder).glob("*.py"))]
    for base, paths in ((directory, files), (PACKAGE, [*code, PACKAGE / "marked.py"])):
        for path in paths:
            digest.update(f"\0{path.relative_to(base).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def compiled() -> dict[str, Any] | None:
    """Return what building the package compiled, or None where it is missing or no longer true."""
    try:
        raw = COMPILED_FILE.read_bytes()
    except OSError:
        return None
    from pydantic_core import from_json

    try:
        content: dict[str, Any] = from_json(raw)
        fresh = bool(content["fingerprint"] == fingerprint(rules_dir()))
    except (ValueError, KeyError, TypeError):
        return None
    return content if fresh else None
