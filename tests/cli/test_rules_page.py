"""`docs/your-own-rulebook.md` runs as it stands: its files are written, its commands give what it shows.

A block of text or YAML belongs to the file that the paragraph before it names: written whole (`Write`), at the end
(`Add to`) or above a line (`In ..., above ..., put`). A paragraph may also `replace` words in a file. In what a command
gives, `...` stands for any lines, and SHA256 for the digest of the note.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from conftest import Run

PAGE = Path(__file__).parents[2] / "docs" / "your-own-rulebook.md"
PARTS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def parts() -> list[tuple[str, str]]:
    """The page as paragraphs (no language) and blocks, in order."""
    text = PAGE.read_text(encoding="utf-8")
    found, end = [], 0
    for block in PARTS.finditer(text):
        found += [("", " ".join(text[end : block.start()].split())), (block[1], block[2])]
        end = block.end()
    return [*found, ("", " ".join(text[end:].split()))]


def written(paragraph: str, block: str, folder: Path) -> None:
    """Do to a file what the last sentence before a block says."""
    whole = re.search(r"Write `([^`]+)`:$", paragraph)
    added = re.search(r"Add to `([^`]+)`:$", paragraph)
    above = re.search(r"In `([^`]+)`, above `([^`]+)`, put:$", paragraph)
    if whole:
        path = folder / whole[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not path.exists(), path
        path.write_text(block, encoding="utf-8")
    elif added:
        path = folder / added[1]
        path.write_text(path.read_text(encoding="utf-8") + block, encoding="utf-8")
    else:
        assert above, paragraph
        text = (folder / above[1]).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip() == above[2]]
        assert len(lines) == 1, f"{above[2]!r} is {len(lines)} lines of {above[1]}"
        replaced(folder / above[1], f"\n{lines[0]}\n", f"\n{block}{lines[0]}\n")


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def is_like(shown: str, given: str) -> bool:
    """Tell whether output is as shown, where ... stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in shown.splitlines())
    return re.fullmatch(pattern, given if given.endswith("\n") or not given else given + "\n") is not None


def test_the_page_runs_as_it_stands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    digest, paragraph, ran = "", "", 0
    for language, content in parts():
        if language == "":
            paragraph = content
            for file, old, new in re.findall(r"[Ii]n `([^`]+)`, replace `([^`]+)` by `([^`]+)`", paragraph):
                replaced(tmp_path / file, old, digest if new == "SHA256" else new)
        elif language == "console":
            for command in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                line, _, shown = command.partition("\n")
                assert line.startswith("mbc-options ")
                done = run(*line.split()[1:])
                assert is_like(shown.replace("SHA256", digest), done.stdout + done.stderr), (
                    f"{line}\n{done.stdout}{done.stderr}"
                )
                ran += 1
        elif language == "python":
            exec(content, {})  # noqa: S102 - the page's own code
            assert capsys.readouterr().out.split() == re.findall(r"  # (.*)$", content, re.MULTILINE)
        else:
            written(paragraph, content, tmp_path)
            note = tmp_path / "my-rules" / "documents" / "note.txt"
            digest = sha256(note.read_bytes()).hexdigest() if note.exists() else ""
    assert ran >= 10
