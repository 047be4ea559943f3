"""Every block of Python that a reader may copy passes the two type checkers that they may use.

mypy, which is strict with what goes into a script, and Pyright as an editor has it by default; the latter as
`basedpyright`, which brings its own Node.js.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
DOCUMENTS = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md")), *sorted((TOP / "docs").glob("*.ipynb"))]
MISTAKES = """\
from mbc_options import Patient, explore

explore(Patient(er="+")).sttaus
Patient(er=object())
"""


def python_of(document: Path) -> str:
    """The Python of a document; that of Markdown in the lines in which it stands there."""
    text = document.read_text(encoding="utf-8")
    if document.suffix == ".ipynb":
        cells = (cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
        return "\n\n".join("".join(cell["source"]) for cell in cells) + "\n"
    lines, is_python = [], False
    for line in text.splitlines():
        is_python = line == "```python" or (is_python and line != "```")
        lines.append(line if is_python and line != "```python" else "")
    return "\n".join(lines) + "\n"


def checked(checker: str, file: Path, *strictness: str) -> list[str]:
    """What a checker complains of, a line each; `strictness` is for mypy."""
    if find_spec(checker) is None:
        assert "MBC_OPTIONS_REQUIRE_CHECKERS" not in os.environ, f"{checker} is not installed"
        pytest.skip(f"{checker} is not installed; it comes with the extra lint")
    pyright = {"typeCheckingMode": "standard", "include": [file.name], "reportMissingModuleSource": False}
    (file.parent / "pyrightconfig.json").write_text(json.dumps(pyright), encoding="utf-8")
    command = {
        "mypy": ["--no-error-summary", f"--cache-dir={file.parent / 'cache'}", *strictness, file.name],
        "basedpyright": ["--level", "error", "--pythonpath", sys.executable],
    }
    done = subprocess.run(
        [sys.executable, "-m", checker, *command[checker]],
        cwd=file.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return re.findall(r"^\s*(.*:\d+(?::\d+)?(?: -|:) error.*)$", done.stdout, re.MULTILINE) or (
        [done.stdout + done.stderr] if done.returncode else []
    )


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_what_readers_copy_is_well_typed(document: Path, checker: str, tmp_path: Path) -> None:
    file = tmp_path / f"{re.sub(r'[^a-z]', '_', document.stem.lower())}.py"
    code = python_of(document)
    engines = [name for name in re.findall(r"^(?:from|import) (\w+)", code, re.MULTILINE) if find_spec(name) is None]
    if engines:
        pytest.skip(f"{document.name} is about {', '.join(engines)}, which is not installed")
    file.write_text(code, encoding="utf-8")
    strictness = "--strict" if document.suffix == ".md" else "--allow-redefinition"  # a cell uses names anew
    assert checked(checker, file, strictness) == []


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_a_checker_sees_what_is_wrong(checker: str, tmp_path: Path) -> None:
    file = tmp_path / "mistakes.py"
    file.write_text(MISTAKES, encoding="utf-8")
    found = checked(checker, file)
    assert [re.findall(r"mistakes\.py:(\d+)", line)[0] for line in found] == ["3", "4"], found


def test_the_readme_has_python() -> None:
    assert python_of(TOP / "README.md").count("from mbc_options import") >= 3
