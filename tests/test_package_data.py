"""The compiled rulebook is used where it is true, and never where it is not."""

from __future__ import annotations

import shutil
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook, package_data

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rules, with a compiled file that belongs to it."""
    rules = tmp_path / "rules"
    shutil.copytree(package_data.rules_dir(), rules)
    monkeypatch.setattr(package_data, "rules_dir", lambda: rules)
    monkeypatch.setattr(package_data, "COMPILED_FILE", tmp_path / "compiled.bin")
    content = package_data.packed(package_data.fingerprint(rules), package_data.Compiled(b"vocabulary", b"rulebook"))
    package_data.COMPILED_FILE.write_bytes(content)
    return rules


def test_a_true_compilation_is_used(copy: Path) -> None:
    assert copy.is_dir()
    assert package_data.compiled.__wrapped__() == (b"vocabulary", b"rulebook")


@pytest.mark.parametrize(
    "edit",
    [
        lambda rules: (rules / "agents.yaml").write_text("# changed\n", encoding="utf-8"),
        lambda rules: (rules / "therapies" / "surgery.yaml").unlink(),
        lambda rules: (rules / "therapies" / "new.yaml").write_text("id: new\n", encoding="utf-8"),
        lambda rules: (rules / "agents.yaml").rename(rules / "agents2.yaml"),
    ],
    ids=["edited", "removed", "added", "renamed"],
)
def test_any_edit_of_the_rules_passes_it_over(edit: object, copy: Path) -> None:
    edit(copy)  # type: ignore[operator]
    assert package_data.compiled.__wrapped__() is None


@pytest.mark.parametrize("content", [b"", b"{", b"\n", b"a b c\n", b"0 x\n", b"\xff 1\n"])
def test_a_damaged_compilation_is_passed_over(content: bytes, copy: Path) -> None:
    assert copy.is_dir()
    package_data.COMPILED_FILE.write_bytes(content)
    assert package_data.compiled.__wrapped__() is None


def test_what_was_compiled_at_build_time_is_what_compiling_now_gives() -> None:
    compiled = package_data.compiled()
    if compiled is None:
        pytest.skip("the package was not built since the last edit")
    from mbc_options.rulebook.compile import compile_rulebook
    from mbc_options.rulebook.load import read_rulebook

    now = compile_rulebook(read_rulebook(package_data.rules_dir()).rulebook)
    built = load_rulebook()
    assert built.sha256 == now.sha256
    for field in fields(now):
        assert getattr(built, field.name) == getattr(now, field.name) or field.name == "inside", field.name
    assert built.inside.broken == now.inside.broken
    assert built.theory is built.vocabulary.theory
    assert built.inside.space is built.space
