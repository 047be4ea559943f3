"""The compiled rulebook is used where it is true, and never where it is not."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from mbc_options import package_data

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rules, with a compiled file that belongs to it."""
    rules = tmp_path / "rules"
    shutil.copytree(package_data.rules_dir(), rules)
    monkeypatch.setattr(package_data, "rules_dir", lambda: rules)
    monkeypatch.setattr(package_data, "COMPILED_FILE", tmp_path / "compiled.json")
    content = {"fingerprint": package_data.fingerprint(rules), "agents": {}, "rulebook": {}}
    package_data.COMPILED_FILE.write_text(json.dumps(content), encoding="utf-8")
    return rules


def test_a_true_compilation_is_used(copy: Path) -> None:
    assert copy.is_dir()
    assert package_data.compiled.__wrapped__() is not None


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


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"fingerprint": 1}'])
def test_a_damaged_compilation_is_passed_over(content: bytes, copy: Path) -> None:
    assert copy.is_dir()
    package_data.COMPILED_FILE.write_bytes(content)
    assert package_data.compiled.__wrapped__() is None


def test_what_was_compiled_at_build_time_is_what_compiling_now_gives() -> None:
    content = package_data.compiled()
    if content is None:
        pytest.skip("the package was not built since the last edit")
    from mbc_options.rulebook.compile import compile_rulebook
    from mbc_options.rulebook.load import read_rulebook

    assert content["rulebook"] == compile_rulebook(read_rulebook(package_data.rules_dir()))
