"""The explorer's scripts have types that fit, as TypeScript's checker reads them from their comments."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from mbc_options.package_data import templates_dir

REQUIRED = "MBC_OPTIONS_REQUIRE_TSC"
"""Set where the types must be checked: a missing checker is a failure then."""

OPTIONS = [
    "--allowJs",
    "--checkJs",
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom,dom.iterable",
    "--types",
]


def test_types() -> None:
    checker = os.environ.get("MBC_OPTIONS_TSC") or shutil.which("tsc")
    if checker is None:
        assert REQUIRED not in os.environ, "tsc is not installed (npm install -g typescript)"
        pytest.skip("tsc is not installed; the types of the scripts are not checked")
    scripts = sorted(map(str, (templates_dir() / "explorer").glob("*.js")))
    done = subprocess.run([checker, *OPTIONS, "", *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
