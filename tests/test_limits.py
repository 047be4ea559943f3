"""What is hostile or huge is refused soon, in few words and little memory; nothing but a regular file is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import InputError, RulebookError, load_case, load_patient, load_rulebook, read_documents
from mbc_options.cases.results import MOST_UNREADABLE, summarize_answers
from mbc_options.cases.votes import read_handed_in
from mbc_options.errors import LONGEST_TOLD, MOST_TOLD, nearest_words
from mbc_options.source.yaml_positions import FEWEST_BYTES, read_regular
from mbc_options.tools.citations import verify_sources

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_BYTES = 1_000_000
"""How large a file of a patient, a case or answers may be."""
MAX_VALUES = MAX_BYTES // FEWEST_BYTES

LESSON = Path(__file__).parent / "rulebook" / "rulebooks" / "positive" / "lesson"


def told(reader: Callable[[Path], object], path: Path) -> list[str]:
    """What a reader has against a file, a line for each problem."""
    with pytest.raises(InputError) as caught:
        reader(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Sizes


@pytest.mark.parametrize("reader", [load_patient, load_case, read_handed_in])
def test_a_file_that_is_too_large_is_refused_unread(reader: Callable[[Path], object], tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", "x" * (MAX_BYTES + 1))
    assert told(reader, path) == [": is larger than 1,000,000 bytes; that is no file of this kind"]


@pytest.mark.parametrize("reader", [load_patient, load_case, read_handed_in])
def test_a_file_of_too_many_values_is_refused_where_they_become_too_many(
    reader: Callable[[Path], object], tmp_path: Path
) -> None:
    path = written(tmp_path, "a.json", f"[{','.join(['{}'] * 300_000)}]")
    assert told(reader, path) == [
        f":1:{3 * MAX_VALUES - 1}: holds more than 20,000 values; that is no file of this kind"
    ]


@pytest.mark.parametrize(
    ("reader", "text", "rest"),
    [
        (load_patient, "er: +\n" * 1000, 899),
        (load_case, "er: +\n" * 1000, 899),
        (load_case, "".join(f"key{i}: x\n" for i in range(5000)), 4905),  # and the five that are missing
        (read_handed_in, f'{{"case": "x", "answers": [{",".join(["{}"] * 1000)}]}}', 1900),
        (load_patient, f"prior: [{', '.join(f'nothing-{i}' for i in range(150))}]\n", 50),
    ],
)
def test_of_thousands_of_problems_the_first_are_told_and_the_others_counted(
    reader: Callable[[Path], object], text: str, rest: int, tmp_path: Path
) -> None:
    lines = told(reader, written(tmp_path, "a.yaml", text))
    assert len(lines) == MOST_TOLD + 1
    assert lines[-1].endswith(f": and {rest:,} more")
    assert sum(map(len, lines)) < 60_000


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (load_patient, f"{'x' * 900_000}: +\n"),
        (load_patient, f"? {'x' * 900_000}\n: +\n? {'x' * 900}\n: +\n"),
        (load_patient, f"er: {'x' * 900_000}\n"),
        (load_case, f"{{{'x' * 900_000}: +}}\n"),
        (load_case, f"level: {'x' * 900_000}\n"),
        (read_handed_in, f"{{? {'x' * 900_000} : +}}\n"),
    ],
)
def test_what_a_message_quotes_is_not_longer_than_is_read(
    reader: Callable[[Path], object], text: str, tmp_path: Path
) -> None:
    lines = told(reader, written(tmp_path, "a.yaml", text))
    assert all(len(line) < 1000 for line in lines)


def test_no_message_is_longer_than_its_limit_whatever_it_quotes() -> None:
    from mbc_options import Problem, UnknownFormatError, UnknownOptionError

    assert len(str(Problem("x" * 100_000, "f", 1, 1))) < LONGEST_TOLD + 10
    assert len(str(UnknownOptionError("x" * 100_000, ["a"]))) < 200
    assert len(str(UnknownFormatError("x" * 100_000, ["a"]))) < 200
    assert nearest_words("x" * 100_000, ["x"]) == []


def test_a_rulebook_of_a_machine_may_be_larger_and_is_bounded_too(lesson: Path) -> None:
    written(lesson, "glossary.yaml", "x" * 8_000_001)
    with pytest.raises(RulebookError, match="is larger than 8,000,000 bytes"):
        load_rulebook(lesson)
    written(lesson, "glossary.yaml", "".join(f"key{i}: x\n" for i in range(30_000)))
    with pytest.raises(RulebookError) as caught:
        load_rulebook(lesson)
    assert caught.value.problems[-1].message == "and 29,901 more"


# The answers of a class


def test_a_folder_of_hostile_answers_is_told_in_few_words_and_no_link_is_followed(tmp_path: Path) -> None:
    name = "bone-after-menopause"
    secret = written(tmp_path, "secret.txt", "secret: text\n")
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "link.json").symlink_to(secret)
    (folder / "codes.txt").symlink_to(secret)
    (folder / "folder.json").symlink_to(tmp_path)
    many: list[dict[str, Any]] = [{"question": "q" * 2000, "sha256": "s"}] * 100
    many += [{"question": f"q{i}", "sha256": "s"} for i in range(1000)]
    written(folder, "a.json", json.dumps({"case": name, "answers": []}))
    written(folder, "b.json", json.dumps({"case": name, "answers": many}))
    written(folder, "c.json", json.dumps({"case": "x" * 900_000, "answers": many[:1]}))
    written(folder, "d.json", f"[{','.join(['{}'] * 300_000)}]")
    os.mkfifo(folder / "e.json")
    for i in range(30):
        written(folder, f"z{i}.json", "nothing: here\n" * 1000)
    results = summarize_answers(folder)
    reasons = [one.reason for one in results.unused]
    assert results.files == 37
    assert "it holds no answer" in reasons
    assert "is a symbolic link, which is not followed" in reasons
    assert any("no regular file" in reason for reason in reasons)
    assert len(reasons) <= MOST_UNREADABLE + 10
    assert all(len(reason) < 1000 for reason in reasons)
    assert not any("secret: text" in reason for reason in reasons)


# Regular files inside their directory


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Return a copy of the lesson, to be changed."""
    return Path(shutil.copytree(LESSON, tmp_path / "rulebook"))


def in_the_place_of(path: Path, kind: str) -> None:
    """Put something else in the place of a file."""
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"device": "/dev/zero", "link": "/etc/hostname", "circle": path}[kind])


KINDS = {
    "pipe": "cannot be read: it is no regular file",
    "folder": "cannot be read: it is no regular file",
    "device": "lies outside",
    "link": "lies outside",
    "circle": "cannot be read: ",
}


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_regular_file_inside_the_folder_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    in_the_place_of(path, kind)
    with pytest.raises(InputError) as caught:
        read_regular(path, within=tmp_path)
    assert caught.value.problems[0].message.startswith(KINDS[kind])


@pytest.mark.parametrize("name", ["therapies/hormone_therapy.yaml", "facts.yaml", "rulebook.yaml", "claims/S9.yaml"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_rulebook_reads_nothing_else(name: str, kind: str, lesson: Path) -> None:
    path = lesson / name
    path.parent.mkdir(exist_ok=True)
    in_the_place_of(path, kind)
    with pytest.raises(RulebookError) as caught:
        load_rulebook(lesson)
    assert any(problem.message.startswith(KINDS[kind]) for problem in caught.value.problems)


def test_a_link_within_the_folder_is_followed(lesson: Path) -> None:
    (lesson / "rulebook.yaml").rename(lesson / "about.yaml.txt")
    (lesson / "rulebook.yaml").symlink_to("about.yaml.txt")
    assert load_rulebook(lesson).name


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("/dev/zero", "lies outside"),
        ("../outside.txt", "lies outside"),
        ("pipe.txt", "cannot be read: it is no regular file"),
        ("missing.txt", "cannot be read: No such file"),
        (".", "cannot be read: it is no regular file"),
    ],
)
def test_documents_are_regular_files_inside_their_folder(file: str, message: str, tmp_path: Path) -> None:
    from dataclasses import replace

    written(tmp_path, "outside.txt", "secret")
    folder = tmp_path / "documents"
    folder.mkdir()
    os.mkfifo(folder / "pipe.txt")
    ours = load_rulebook()
    rulebook = replace(ours, sources={"S001": replace(ours.sources["S001"], file=file)})
    (problem,) = read_documents(folder, rulebook).problems
    assert f"{folder / file} {message}" in problem
    (verified,) = verify_sources(rulebook, folder).problems
    assert f"{folder / file} {message}" in verified.message
    assert verified.code == "unreadable-document"


# Ends that nobody expects


@pytest.mark.parametrize(
    "arguments", ["report --er +", "report --er + --format json", "--help", "case list", "--version"]
)
def test_a_closed_standard_output_is_told_and_no_success(arguments: str) -> None:
    command = f"{Path(sys.executable).parent / 'mbc-options'} {arguments} >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, text=True)  # noqa: S607
    assert done.returncode == 2
    assert done.stderr == "Error: cannot write: the standard output is closed\n"


def test_with_a_closed_standard_output_a_file_can_still_be_written(tmp_path: Path) -> None:
    command = f"{Path(sys.executable).parent / 'mbc-options'} report --er + -o {tmp_path / 'a.txt'} >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, text=True)  # noqa: S607
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.txt").stat().st_size > 100


def test_what_comes_with_the_package_and_is_missing_is_told_as_that() -> None:
    from mbc_options.cli.group import told as told_of
    from mbc_options.package_data import rules_dir

    file = rules_dir() / "facts.yaml"
    missing = FileNotFoundError(2, "No such file or directory", str(file))
    assert told_of(missing) == f"{file}, which comes with the package, cannot be read; install the package again"
    elsewhere = FileNotFoundError(2, "No such file or directory", "/nowhere/a\x1b.txt")
    assert told_of(elsewhere) == "/nowhere/a .txt: No such file or directory"
    assert told_of(OSError(28, "No space left on device")) == "cannot write: No space left on device"
