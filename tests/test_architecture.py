"""The shape of the package: imports point one way, and start-up reads nothing that a run does not need."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mbc_options
from mbc_options import package_data
from mbc_options.source.forms import as_data
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(mbc_options.__file__).parent

LAYERS: dict[str, set[str]] = {
    "text": set(),
    "misuse": {"text"},
    "record": set(),
    "logic": set(),
    "frozendict": set(),
    "notebook": set(),
    "package_data": set(),
    "errors": {"text"},
    "frames": {"errors"},
    "progress": set(),
    "source": {"errors", "frozendict", "record", "text"},
    "vocabulary": {"errors", "logic", "package_data", "record", "source", "text"},
    "patient": {"errors", "misuse", "frozendict", "notebook", "source", "text", "vocabulary"},
    "rulebook": {
        "errors",
        "misuse",
        "frozendict",
        "logic",
        "package_data",
        "patient",
        "record",
        "source",
        "text",
        "vocabulary",
    },
    "records": {
        *("errors", "frames", "frozendict", "misuse", "patient", "record", "result", "source", "text", "vocabulary"),
        "rulebook",
    },
    "exploration": {
        *(
            "errors",
            "misuse",
            "frames",
            "frozendict",
            "logic",
            "notebook",
            "patient",
            "record",
            "result",
            "rulebook",
            "vocabulary",
        ),
    },
    "result": {"notebook", "record", "source"},
    "cohorts": {
        *("errors", "misuse", "exploration", "frames", "frozendict", "logic", "patient", "record", "result"),
        *("package_data", "progress", "rulebook", "source", "text", "vocabulary"),
    },
    "tools": {
        *("cases", "errors", "exploration", "frozendict", "logic", "package_data", "patient", "record", "result"),
        *("cohorts", "frames", "rulebook", "source", "text", "vocabulary"),
    },
    "pytest_plugin": {"errors", "rendering", "rulebook", "tools"},
    "cases": {
        *("errors", "misuse", "exploration", "frames", "frozendict", "notebook", "package_data", "patient", "record"),
        *("result", "rulebook", "source", "text", "vocabulary"),
    },
    "rendering": {
        *("cases", "errors", "misuse", "exploration", "logic", "package_data", "patient", "rulebook", "source", "text"),
        *("cohorts", "records", "vocabulary"),
    },
    "cli": {
        *("cases", "errors", "exploration", "package_data", "patient", "rendering", "rulebook", "source", "text"),
        *("cohorts", "progress", "records", "tools", "vocabulary"),
        "",
    },
}
"""What each part may import; nothing imports `cli`."""


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The parts of the package that a file imports, also inside functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "mbc_options":
            names = node.module.split(".")[1:]
            found.update([names[0]] if names else [alias.name for alias in node.names])
    return {name if name in LAYERS else "" for name in found}


FILES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] not in {"__init__.py", "__main__.py", "_templates"}
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(path)
    assert imports(path) - {part} <= LAYERS[part]


def test_the_layers_have_no_cycle() -> None:
    done: set[str] = set()
    while len(done) < len(LAYERS):
        free = {part for part, below in LAYERS.items() if part not in done and below - {""} <= done}
        assert free, f"a cycle among {set(LAYERS) - done}"
        done |= free


def test_the_logic_knows_no_medicine() -> None:
    words = ("patient", "cancer", "therapy", "drug", "receptor", "bone")
    for path in (PACKAGE / "logic").glob("*.py"):
        code = ast.unparse(ast.parse(path.read_text(encoding="utf-8"))).lower()
        assert not [word for word in words if word in code], path.name


def test_exploration_touches_no_file_no_clock_no_template() -> None:
    forbidden = {"yaml", "jinja2", "click", "time", "datetime", "os", "pathlib", "random", "io"}
    for path in (PACKAGE / "exploration").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & forbidden, path.name


def modules_after(code: str) -> set[str]:
    """The modules that are loaded once a fresh interpreter has run some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_no_library() -> None:
    assert not modules_after("import mbc_options") & {"pydantic", "yaml", "jinja2", "click"}


def test_every_name_but_those_of_tables_is_there_without_their_extra() -> None:
    without = "import sys; sys.modules['polars'] = None; from mbc_options import *; import mbc_options"
    names = {"Cohort", "cohort", "read_cohort"}
    assert names <= set(dir(mbc_options)) - set(mbc_options.__all__)
    told = "try: mbc_options.read_cohort\nexcept mbc_options.MissingExtraError as error: assert 'cohort' in str(error)"
    assert "mbc_options.exploration.explore" in modules_after(f"{without}\n{told}\nelse: raise AssertionError")


def test_help_needs_only_click() -> None:
    loaded = modules_after("from mbc_options.cli.main import cli\ntry: cli(['--help'])\nexcept SystemExit: pass")
    assert "click" in loaded
    assert not loaded & {"pydantic", "yaml", "jinja2", "hashlib"}


def test_statuses_need_no_yaml_and_no_template() -> None:
    code = "from mbc_options import Patient, statuses; statuses(Patient(er='+'))"
    if package_data.compiled() is None:
        pytest.skip("the package was not built since the last edit")
    assert not modules_after(code) & {"yaml", "jinja2", "click", "mbc_options.rulebook.load"}


def test_the_public_names_are_there_and_documented() -> None:
    assert mbc_options.__all__ == sorted(mbc_options.__all__)
    for name in mbc_options.__all__:
        value = getattr(mbc_options, name)
        assert name == "__version__" or value.__doc__, name
    assert set(mbc_options.__all__) <= set(dir(mbc_options))
    with pytest.raises(AttributeError, match="no attribute 'exploer'"):
        _ = mbc_options.exploer
    assert (PACKAGE / "py.typed").exists()


NEUTRAL = {
    *("yes", "no", "none", "true", "false", "present", "absent"),  # how anything may be answered
    *("label", "other", "text"),  # words of fields of any kind
    *("positive", "negative"),  # what a notation may find, under keys of these names
    "progress",  # of work
    "advanced",  # a level of teaching cases
    "primary",  # a style of a button
    "given",  # what must be so besides
    "symptom",  # what a text of a rulebook may be about
    *("equivocal", "borderline"),  # how a table says of any test that it has no result
}
"""Words of facts that mean something else, too, and that Python needs."""


def authored_words() -> set[str]:
    """Every id, label and alias of facts, values, drugs and classes that come with the package, in small letters."""
    vocabulary = bundled_vocabulary()
    found = {name for name, _ in vocabulary.agents.names()}
    for field in (*vocabulary.file.fields, *vocabulary.file.derived):
        data = as_data(field)
        for entry in (data, *(one for key in _ENTRIES for one in data.get(key) or ())):
            found.update(entry[key] for key in ("id", "label", "text", "yes", "no") if entry.get(key))
            found.update(entry.get("also") or ())
    found.update(words.label for words in vocabulary.facts.values())
    return {word.lower() for word in found if len(word) > 2} - NEUTRAL


_ENTRIES = ("values", "open_values", "names", "outcomes", "settings")


def texts_in(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file with their lines, save docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_no_medicine_stands_in_the_code() -> None:
    words = authored_words()
    assert {"letrozole", "femara", "bone metastases", "postmenopausal"} <= words
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text!r}"
        for path in FILES
        for line, text in texts_in(path)
        if text.strip().lower() in words
    ]
    assert found == []


def test_no_sentence_in_the_code_speaks_of_our_documents() -> None:
    ours = re.compile(r"five documents|breast|cancer|tumou?r|metasta|oncolog|HER2", re.IGNORECASE)
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text!r}"
        for path in FILES
        for line, text in texts_in(path)
        if ours.search(text) and not (path.parent.name == "cli" and EXAMPLE in text)
    ]
    assert found == []


EXAMPLE = "mbc-options "
"""What an example of a command begins with."""
