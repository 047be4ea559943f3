"""A file is written whole or not at all, whatever ends the run, and wherever it does."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from thoroughness import is_thorough

from mbc_options.source.atomic_write import made_whole

if TYPE_CHECKING:
    from pathlib import Path

ENDED = """
import json, os, signal, sys
from pathlib import Path
from mbc_options.source import atomic_write

FILES = ("atomic_write.py", "contextlib.py", "tempfile.py", "shutil.py")

def make(name):
    with atomic_write.made_whole(name) as temporary:
        temporary.write_text("new", encoding="utf-8")

def write(name):
    atomic_write.write_whole(name, "new")

def create(name):
    atomic_write.write_whole(name, "new", anew=True)

def folder(name):
    atomic_write.write_folder(name, {"new": "new"})

def signal_at(n):
    def trace(frame, event, _):
        nonlocal n
        if not frame.f_code.co_filename.endswith(FILES):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            n -= 1
            if n < 0:
                sys.settrace(None)
                signal.raise_signal(number)
                return None
        return trace
    return trace

def state():
    return number in signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getsignal(number)

what, name, number = globals()[sys.argv[1]], sys.argv[2], getattr(signal, sys.argv[3])
signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
left = []
for n in range(0, 100_000, int(sys.argv[4])):
    child = os.fork()  # as what ends a run may end the process, too
    if not child:
        before = state()
        try:
            sys._getframe().f_trace_opcodes = True  # without this, Python 3.12 tells of none in other frames either
            sys.settrace(signal_at(n))
            what(name)
            sys.settrace(None)
            os._exit(0)  # before there were that many instructions
        except (KeyboardInterrupt, SystemExit):
            os._exit(1 if state() == before else 2)
        except BaseException:
            os._exit(3)
    end = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    there = sorted(Path(name).parent.rglob("*"))
    folders = [path.name for path in there if path.is_dir()]
    left.append([end, folders, [path.read_text() for path in there if path.is_file()]])
    if end == 0:
        break
    for path in reversed(there):
        path.rmdir() if path.is_dir() else path.unlink()
    if sys.argv[5:]:
        Path(name).write_text(sys.argv[5])
print(json.dumps(left))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(
    ("what", "before"), [("make", ""), ("make", "old"), ("write", "old"), ("create", ""), ("folder", "")]
)
def test_a_signal_before_any_instruction_of_a_writer_leaves_what_was_there_or_all_that_is_new(
    tmp_path: Path, what: str, before: str, number: str
) -> None:
    target = tmp_path / "target"
    if before:
        target.write_text(before, encoding="utf-8")
    step = 1 if is_thorough() else 11
    command = [sys.executable, "-c", ENDED, what, str(target), number, str(step), *filter(None, [before])]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert done.stderr == ""
    *ended, whole = json.loads(done.stdout)
    new = [0, ["target"] if what == "folder" else [], ["new"]]
    assert whole == new
    assert len(ended) > 200 // step
    # SIGINT always comes as an exception; the others end the process where nothing is in the making.
    assert {end for end, _, _ in ended} <= ({1} if number == "SIGINT" else {1, -getattr(signal, number)})
    nothing = [[], [before] if before else []]
    assert [(n, left) for n, (_, *left) in enumerate(ended) if left not in (nothing, new[1:])] == []


def test_a_file_in_the_making_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before", encoding="utf-8")

    def fails() -> None:
        with made_whole(str(target)) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]
    with made_whole(str(target)) as temporary:
        temporary.write_text("whole", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "before"
    assert target.read_text(encoding="utf-8") == "whole"
