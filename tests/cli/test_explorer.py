"""`mbc-options explorer` writes one page, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mbc_options import explorer, load_rulebook

HAY_FEVER = Path(__file__).parent.parent / "rulebooks" / "hay-fever"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mbc_options", "explorer", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_it_writes_the_page_that_python_makes(tmp_path: Path) -> None:
    file = tmp_path / "explorer.html"
    done = run("-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_text(encoding="utf-8").strip() == explorer().html.strip()


def test_it_opens_in_the_register_and_by_the_rulebook_that_are_named(tmp_path: Path) -> None:
    file = tmp_path / "hay-fever.html"
    assert run("--rules", str(HAY_FEVER), "--words", "plain", "-o", str(file)).returncode == 0
    assert file.read_text(encoding="utf-8").strip() == explorer(load_rulebook(HAY_FEVER), words="plain").html.strip()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Missing option '-o'"),
        (("-o", ""), "-o names no file"),
        (("-o", "nowhere/there/explorer.html"), "cannot be written"),
        (("-o", "x.html", "--rules", "no-such-rules"), "is no directory of a rulebook"),
        (("-o", "x.html", "--templates", "no-such-templates"), "is no directory of templates"),
        (("-o", "x.html", "--er", "+"), "no option --er"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(
    args: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*args)
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
