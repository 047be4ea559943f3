"""Finding WebKitGTK, looking at pages in it by WebDriver, and printing them: its driver has no command for that."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checks.paper import Paper

__all__ = ["HOW_TO_INSTALL", "NAMED", "WebKitTab", "executable", "missing", "started"]

NAMED = "MBC_OPTIONS_WEBKIT"
"""The environment variable that names the driver, where it is not the usual one."""

NAMED_PYTHON = "MBC_OPTIONS_WEBKIT_PYTHON"
"""The environment variable that names a Python that has GTK: the system's, as a rule, and not the one that tests."""

HOW_TO_INSTALL = (
    "apt-get install webkit2gtk-driver xvfb python3-gi gir1.2-webkit2-4.1 "
    f"(or name a WebKitWebDriver in {NAMED}, and a Python with GTK in {NAMED_PYTHON})"
)

_PROGRAM = "WebKitWebDriver"
_PYTHON = "/usr/bin/python3"
_DISPLAY = "Xvfb"
_PRINTER = Path(__file__).parent / "webkit_printer.py"
_PAPERS: dict[Paper, str] = {"A4": "iso_a4", "Letter": "na_letter"}
_SECONDS = 60
"""How long a start or an answer may take."""

_NO_SANDBOX = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
"""Its sandbox needs rights that containers do not give. The pages are our own, and ask for nothing."""


def executable() -> str | None:
    """Return the path of a WebKitWebDriver, or None where there is none."""
    return shutil.which(os.environ.get(NAMED) or _PROGRAM)


def _python() -> str:
    return os.environ.get(NAMED_PYTHON) or _PYTHON


def _has_gtk() -> bool:
    asked = "import gi; gi.require_version('WebKit2', '4.1')"
    with suppress(OSError):
        return subprocess.run([_python(), "-c", asked], check=False, capture_output=True).returncode == 0
    return False


def missing() -> str | None:
    """Return what is missing to open and print a page and how to get it, or None where nothing is."""
    packages = {"pypdfium2": "pypdfium2", "axe_playwright_python": "axe-playwright-python"}  # which look at its pages
    lacking = [f"the Python package {package}" for module, package in packages.items() if find_spec(module) is None]
    lacking += [] if executable() else [f"the program {os.environ.get(NAMED) or _PROGRAM}"]
    lacking += [] if shutil.which(_DISPLAY) else [f"the program {_DISPLAY}"]
    lacking += [] if _has_gtk() else [f"WebKitGTK for {_python()}"]
    return f"no WebKit: {' and '.join(lacking)} not found; {HOW_TO_INSTALL}" if lacking else None


class WebKitTab:
    """A window of WebKitGTK, which can be asked what a page of Playwright's is asked by `evaluate`.

    Args:
        port: where its driver listens, on this machine.
        printer: the running program that prints.
        folder: where the pages are put; it must be there.
    """

    def __init__(self, port: int, printer: subprocess.Popen[str], folder: Path) -> None:
        self._port, self._printer = port, printer
        self._file, self._pdf = folder / "page.html", folder / "page.pdf"
        self._session = ""
        self._session = "/" + self._send("POST", "", {"capabilities": {}})["sessionId"]
        self._send("POST", "/timeouts", {"script": _SECONDS * 1000})

    def _send(self, method: str, command: str, parameters: dict[str, Any] | None = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        try:
            body = None if parameters is None else json.dumps(parameters)
            connection.request(method, f"/session{self._session}{command}", body)
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            msg = f"{method} {command}: {value['error']}: {value['message']}"
            raise RuntimeError(msg)
        return value

    def open(self, html: str, *, width: int = 1280) -> Self:
        """Open a page.

        Args:
            html: the page.
            width: of the window, in CSS pixels.
        """
        self._file.write_text(html, encoding="utf-8")
        self._send("POST", "/window/rect", {"width": width, "height": 800})
        self._send("POST", "/url", {"url": self._file.as_uri()})
        return self

    def unfold(self) -> Self:
        """Open whatever can be opened, so that all of the page is to be seen."""
        self.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        return self

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page.

        Args:
            script: an expression, or with an argument a function.
            argument: what the function is given.

        Returns:
            What it gives, awaited, where that can be written as JSON.
        """
        called = f"({script.strip().rstrip(';')}\n)" + ("" if argument is None else "(arguments[0])")
        waited = f"""const done = arguments[arguments.length - 1];
            (async function () {{ return {called}; }}).apply(this, arguments)
              .then((value) => done([value, null]), (error) => done([null, String(error)]));"""
        value, error = self._send("POST", "/execute/async", {"script": waited, "args": [argument]})
        if error is not None:
            raise RuntimeError(error)
        return value

    def pdf(self, paper: Paper) -> bytes:
        """Return the page that is open as a PDF, as it was given: folded, and with nothing typed into it.

        Its margins are those that GTK is shipped with, as for a reader who changes nothing.

        Args:
            paper: the size of the sheets.
        """
        asked = {"page": self._file.as_uri(), "pdf": self._pdf.as_uri(), "paper": _PAPERS[paper]}
        assert self._printer.stdin is not None
        assert self._printer.stdout is not None
        print(json.dumps(asked), file=self._printer.stdin, flush=True)
        if (told := self._printer.stdout.readline().strip()) != "printed":
            msg = f"WebKitGTK printed nothing: {told or 'the program has ended'}"
            raise RuntimeError(msg)
        return self._pdf.read_bytes()

    def close(self) -> None:
        """End the session, and with it the browser."""
        self._send("DELETE", "")


@contextmanager
def started() -> Iterator[WebKitTab]:
    """Start WebKitGTK without a profile, on a display of its own; it is gone afterwards."""
    program = executable()
    assert program is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        TemporaryDirectory() as folder,
        _display() as display,
        _running([program, f"--port={port}"], display),
        _running([_python(), str(_PRINTER)], display) as printer,
    ):
        _wait_for(port)
        tab = WebKitTab(port, printer, Path(folder))
        try:
            yield tab
        finally:
            tab.close()


@contextmanager
def _display() -> Iterator[dict[str, str]]:
    """Start a display, which chooses its number, and give the variables that lead a program to it."""
    with _running([_DISPLAY, "-displayfd", "1", "-screen", "0", "2000x1200x24", "-nolisten", "tcp"], {}) as process:
        assert process.stdout is not None
        yield {"DISPLAY": f":{process.stdout.readline().strip()}", "GDK_BACKEND": "x11"} | _NO_SANDBOX


@contextmanager
def _running(command: list[str], variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | variables,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    """Return once something listens at a port."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    msg = f"WebKitWebDriver did not start within {_SECONDS} seconds"
    raise TimeoutError(msg)
