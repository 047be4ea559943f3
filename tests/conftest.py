"""Running the command as a user does, in another folder.

A thorough run starts the installed script, with nothing of this process, each time. Every other run calls what the
script calls, because most of the time of a short command goes into the start; the tests that are about a process
start one in every run (`started`).
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import subprocess
import sys
import sysconfig
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from unittest import mock

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

sys.path.insert(0, str(Path(__file__).parent))  # for the oracle; the tests are no package
thoroughness = import_module("thoroughness")  # how many examples laws try

SCRIPT = Path(sysconfig.get_path("scripts")) / "mbc-options"
PATIENTS = Path(__file__).parent / "patients"


VARIABLE, KEPT = "MBC_OPTIONS_DOCUMENTS", "MBC_OPTIONS_DOCUMENTS_OF_TESTS"
if VARIABLE in os.environ:
    # For the tests that look something up in the documents, here and in other processes of pytest. The commands that
    # are tested say the same with and without it.
    os.environ[KEPT] = os.environ.pop(VARIABLE)

for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)  # how large the terminal is of whoever runs the tests


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
def run(tmp_path: Path, started: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `mbc-options` in an empty folder and return what came of it.

    With an environment of its own it is a process: what that says may be for Python itself.
    """

    def runner(
        *arguments: str, stdin: str | bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        if env or thoroughness.is_thorough():
            return started(*arguments, stdin=stdin, env=env)
        with monkeypatch.context() as here:
            here.chdir(tmp_path)
            return _called(*arguments, stdin=stdin.encode() if isinstance(stdin, str) else stdin)

    return runner


def _called(*arguments: str, stdin: bytes) -> subprocess.CompletedProcess[str]:
    """Call what the script calls, with streams that are no terminal."""
    from mbc_options.__main__ import main

    out, err = io.BytesIO(), io.BytesIO()
    streams = {
        "stdin": io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"),
        "stdout": io.TextIOWrapper(out, encoding="utf-8", newline="\n", write_through=True),
        "stderr": io.TextIOWrapper(err, encoding="utf-8", newline="\n", write_through=True),
    }
    code: object = 0
    with (
        mock.patch.multiple(sys, argv=["mbc-options", *arguments], **streams),
        mock.patch.dict(os.environ),
        mock.patch.object(os, "_exit", sys.exit),  # which would end the tests
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        finally:
            # What a short run does with its garbage is not for the long run of the tests.
            gc.enable()
            atexit.unregister(gc.freeze)
        texts = [stream.getvalue().decode("utf-8") for stream in (out, err)]
    assert code is None or isinstance(code, int)
    return subprocess.CompletedProcess(["mbc-options", *arguments], code or 0, *texts)


@pytest.fixture
def started(tmp_path: Path) -> Run:
    """Start the installed script in an empty folder and return what came of it."""

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
