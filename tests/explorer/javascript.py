"""The explorer's scripts, run by Node.js as the page runs them: one after another, in one scope."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options.package_data import templates_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUIRED = "MBC_OPTIONS_REQUIRE_NODE"
"""Set where these tests must run: a missing Node.js is a failure then."""

_HARNESS = """
{const {scripts, run, given} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = new Function("given", scripts + "\\n" + run)(given);
process.stdout.write(JSON.stringify(found));}
"""


def script(name: str) -> str:
    """The text of a script of the page."""
    return (templates_dir() / "explorer" / name).read_text(encoding="utf-8")


def run(scripts: Sequence[str], run: str, given: Any, seconds: int = 300) -> Any:
    """Return what some JavaScript returns.

    Args:
        scripts: the scripts that stand before it, by name.
        run: statements that end in a `return` of something that JSON can say.
        given: what they know as `given`.
        seconds: after which to give up.
    """
    node = shutil.which("node")
    if node is None:
        assert REQUIRED not in os.environ, "node is not installed"
        pytest.skip("node is not installed; the scripts of the explorer are not run")
    whole = {"scripts": "\n".join(map(script, scripts)), "run": run, "given": given}
    done = subprocess.run(
        [node, "-e", _HARNESS], input=json.dumps(whole).encode(), capture_output=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return json.loads(done.stdout)
