"""Running the command as a user does: the installed script, in another folder, with nothing of this process."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

sys.path.insert(0, str(Path(__file__).parent))  # for the oracle; the tests are no package
import_module("thoroughness")  # how many examples laws try

SCRIPT = Path(sysconfig.get_path("scripts")) / "mbc-options"
PATIENTS = Path(__file__).parent / "patients"


VARIABLE, KEPT = "MBC_OPTIONS_DOCUMENTS", "MBC_OPTIONS_DOCUMENTS_OF_TESTS"
if VARIABLE in os.environ:
    # For the tests that look something up in the documents, here and in other processes of pytest. The commands that
    # are tested say the same with and without it.
    os.environ[KEPT] = os.environ.pop(VARIABLE)


@pytest.fixture(scope="session")
def documents() -> Path:
    """Return the directory of the five documents."""
    directory = os.environ.get(KEPT)
    if not directory:
        pytest.skip(f"{VARIABLE} does not name the directory of the five documents")
    return Path(directory)


class Run(Protocol):
    def __call__(
        self, *arguments: str, stdin: str | bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `mbc-options` in an empty folder and return what came of it."""

    def runner(
        *arguments: str, stdin: str | bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        assert SCRIPT.exists(), f"{SCRIPT} is missing: install the package first (README, quick start)"
        done = subprocess.run(
            [str(SCRIPT), *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            timeout=60,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        )

    return runner


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read them afterwards")
