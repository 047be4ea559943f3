"""Finding Firefox, and looking at pages in it: by WebDriver BiDi, which it speaks without another program."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from checks.paper import SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checks.paper import Paper
    from websockets.sync.client import ClientConnection

__all__ = ["HOW_TO_INSTALL", "NAMED", "FirefoxTab", "executable", "missing", "started"]

NAMED = "MBC_OPTIONS_FIREFOX"
"""The environment variable that names the program, where it is none of the usual ones."""

HOW_TO_INSTALL = f"pip install -e '.[browser]' && apt-get install firefox-esr (or name a Firefox in {NAMED})"

_PROGRAMS = ("firefox", "firefox-esr")
_SECONDS = 60
"""How long a start or an answer may take."""


def executable() -> str | None:
    """Return the path of a Firefox, or None where there is none."""
    names = [named] if (named := os.environ.get(NAMED)) else _PROGRAMS
    return next((path for name in names if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Return what is missing to open a page and how to get it, or None where nothing is."""
    lacking = [] if find_spec("websockets") is not None else ["the Python package websockets"]
    if executable() is None:
        lacking.append(f"the program {os.environ.get(NAMED) or _PROGRAMS[0]}")
    return f"no Firefox: {' and '.join(lacking)} not found; {HOW_TO_INSTALL}" if lacking else None


class FirefoxTab:
    """A tab of Firefox, which can be asked what a page of Playwright's is asked by `evaluate`.

    Args:
        connection: to the browser.
        folder: where the pages are put; it must be there.
    """

    def __init__(self, connection: ClientConnection, folder: Path) -> None:
        self._connection, self._file = connection, folder / "page.html"
        self._numbers = itertools.count(1)
        self._send("session.new", {"capabilities": {}})
        self._context = self._send("browsingContext.getTree", {})["contexts"][0]["context"]

    def _send(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self._connection.recv(timeout=_SECONDS))).get("id") != number:
            pass  # an event
        if answer["type"] == "error":
            msg = f"{method}: {answer['message']}"
            raise RuntimeError(msg)
        return answer["result"]

    def open(self, html: str, *, width: int = 1280) -> Self:
        """Open a page.

        Args:
            html: the page.
            width: of the window, in CSS pixels.
        """
        self._file.write_text(html, encoding="utf-8")
        size = {"width": width, "height": 800}
        self._send("browsingContext.setViewport", {"context": self._context, "viewport": size})
        where = {"context": self._context, "url": self._file.as_uri(), "wait": "complete"}
        self._send("browsingContext.navigate", where)
        return self

    def unfold(self) -> Self:
        """Open whatever can be opened, so that all of the page is to be seen."""
        self.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        return self

    def pdf(self, paper: Paper) -> bytes:
        """Return the page that is open as a PDF, without backgrounds and with the margins that it asks for.

        Args:
            paper: the size of the sheets.
        """
        width, height = SIZES[paper]
        size = {"width": width, "height": height}
        asked = {"context": self._context, "page": size, "background": False, "shrinkToFit": False}
        return base64.b64decode(self._send("browsingContext.print", asked)["data"])

    def press(self, key: str) -> Self:
        """Press a key, and let go.

        Args:
            key: the sign that it has in WebDriver (as "\\ue00f" for Page Down).
        """
        strokes = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self._send("input.performActions", {"context": self._context, "actions": actions})
        return self

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page.

        Args:
            script: an expression, or with an argument a function.
            argument: what the function is given.

        Returns:
            What it gives, where that can be written as JSON.
        """
        called = f"(async () => JSON.stringify(await ({script.strip().rstrip(';')})({json.dumps(argument)})))()"
        asked = {
            "expression": script if argument is None else called,
            "target": {"context": self._context},
            "awaitPromise": True,
        }
        found = self._send("script.evaluate", asked)
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        value = found["result"].get("value")
        return value if argument is None or value is None else json.loads(value)


@contextmanager
def started() -> Iterator[FirefoxTab]:
    """Start Firefox with a profile of its own, which is empty and gone afterwards."""
    from websockets.sync.client import connect

    program = executable()
    assert program is not None
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile, TemporaryDirectory() as folder:
        command = [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                address = _address(Path(profile, "WebDriverBiDiServer.json"))
                # A ping draws a random number in a thread of its own, for which Hypothesis would blame what it draws.
                with connect(address, max_size=None, ping_interval=None) as connection:
                    yield FirefoxTab(connection, Path(folder))
            finally:
                process.terminate()


def _address(told: Path) -> str:
    """Return where Firefox listens, once it has written that into its profile."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        with suppress(FileNotFoundError, json.JSONDecodeError):
            where = json.loads(told.read_text(encoding="utf-8"))
            return f"ws://{where['ws_host']}:{where['ws_port']}/session"
        time.sleep(0.1)
    msg = f"Firefox did not start within {_SECONDS} seconds"
    raise TimeoutError(msg)
