"""Problems in the form that code hosts and editors read: SARIF 2.1.0 (OASIS 2020)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.errors import Problem
    from mbc_options.tools.checks.catalogue import Kind
    from mbc_options.tools.checks.check import Check

__all__ = ["sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(check: Check, kinds: Mapping[str, Kind], version: str) -> dict[str, Any]:
    """Return problems as a SARIF log; those that are accepted are suppressed, with the reason.

    Args:
        check: what is found.
        kinds: the kinds of problems by code.
        version: of this program.
    """
    results = [_result(problem) for problem in check.problems]
    for one in check.accepted:
        suppressed = {"kind": "inSource", "status": "accepted", "justification": one.reason}
        results.append({**_result(one.problem), "suppressions": [suppressed]})
    told = {result["ruleId"] for result in results}
    rules = [
        {
            "id": code,
            "shortDescription": {"text": kind.title},
            "fullDescription": {"text": kind.means},
            "help": {"text": kind.fix},
            "defaultConfiguration": {"level": _LEVELS[kind.severity]},
        }
        for code, kind in kinds.items()
        if code in told
    ]
    driver = {"name": "mbc-options", "version": version, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.file)}}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": problem.column}
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return {
        "ruleId": problem.code,
        "level": _LEVELS[problem.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """Return the address of a file: relative where it is named so."""
    from urllib.parse import quote

    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
