"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mbc_options.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["made_whole", "write_folder", "write_whole"]

_ENDING = [getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)]
"""What ends a run from outside."""


@contextmanager
def made_whole(name: str) -> Iterator[Path]:
    """Yield a file to be filled by what takes long; it takes the place of `name` when that is done.

    A failure, or whatever ends the run, leaves what was there as it was, and nothing beside it.

    Args:
        name: the file.

    Raises:
        InputError: where the file cannot be written.
    """
    path = Path(name)
    try:
        if path.exists() and not path.is_file():
            raise IsADirectoryError(None, "is no file that can be replaced")
        target = path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        with _folder_beside(target) as folder:
            temporary = folder / target.name
            yield temporary
            with _undisturbed():
                temporary.chmod(mode)
                temporary.replace(target)
    except OSError as error:
        raise InputError([Problem(f"cannot be written: {error.strerror or error}", name, code="unwritable")]) from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError([Problem(f"cannot be written: {error}", name, code="unwritable")]) from None


@contextmanager
def _folder_beside(target: Path) -> Iterator[Path]:
    """Yield a folder for what is in the making, in the folder of the target; what ends the run takes it away first.

    That is done where the signal is heard. An exception that the handler raised could arrive anywhere, and so also
    between the making of the folder and a `try`, or in a `finally`.
    """
    before: dict[int, Any] = {}

    def clear() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)

    def end(number: int, _: object) -> NoReturn:
        clear()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)

    with _undisturbed():
        folder = tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.")
        if threading.current_thread() is threading.main_thread():  # no other may say what a signal does
            for number in _ENDING:
                if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:  # not ignored, as by nohup
                    before[number] = signal.signal(number, end)
    try:
        yield Path(folder)
    finally:
        with _undisturbed():
            clear()


def write_whole(name: str, content: str | bytes, *, anew: bool = False) -> None:
    """Write text (as UTF-8) or bytes to a file; a failure leaves what was there as it was.

    Args:
        name: the file.
        content: what it is to hold.
        anew: whether it must not be there yet.

    Raises:
        InputError: where the file cannot be written, or is there already and must not be.
    """
    path = Path(name)
    data = content.encode("utf-8", errors="replace") if isinstance(content, str) else content
    try:
        if anew:
            _create(path, data)
        elif path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe: there is nothing to replace
        else:
            target = path.resolve()
            with _temporary_in(target, data) as temporary:
                os.replace(temporary, target)  # noqa: PTH105 - a name from mkstemp
    except FileExistsError:
        raise InputError([Problem("is there already; nothing is written over", name, code="exists")]) from None
    except OSError as error:
        raise InputError([Problem(f"cannot be written: {error.strerror or error}", name, code="unwritable")]) from None
    except ValueError as error:  # a name that no file can have
        raise InputError([Problem(f"cannot be written: {error}", name, code="unwritable")]) from None


def write_folder(name: str, files: Mapping[str, str]) -> None:
    """Write a folder that is not there yet, with all its files as UTF-8, or nothing at all.

    Args:
        name: the folder.
        files: the texts by their paths in it, with `/`.

    Raises:
        InputError: where it is there already, or cannot be written.
    """
    path = Path(name)
    try:
        if os.path.lexists(path):
            raise FileExistsError  # noqa: TRY301 - told like one that the system finds
        with _undisturbed():
            temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
            try:
                temporary.chmod(0o777 & ~_umask())
                for inside, text in files.items():
                    file = temporary / inside
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text, encoding="utf-8", newline="\n")
                temporary.rename(path)  # refuses what is there meanwhile, unless that is an empty folder
            finally:
                shutil.rmtree(temporary, ignore_errors=True)  # after the renaming it is gone
    except FileExistsError:
        raise InputError([Problem("is there already; nothing is written over", name)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError([Problem(f"cannot be written: {reason}", name)]) from None


def _create(path: Path, data: bytes) -> None:
    """Write a file that is not there yet; FileExistsError where it is, be it only as a link that leads nowhere."""
    if os.path.lexists(path):  # told before anything that is wrong with its folder
        raise FileExistsError
    with _temporary_in(path, data) as temporary:
        try:
            os.link(temporary, path)  # unlike replacing, this refuses a name that was taken meanwhile
        except (OSError, AttributeError):  # not every file system has hard links, nor every system
            _take(path, temporary)  # refuses such a name, too


def _take(path: Path, temporary: str) -> None:
    """Give a file a name that is free; FileExistsError where it is not."""
    path.open("xb").close()
    try:
        os.replace(temporary, path)  # noqa: PTH105 - a name from mkstemp
    except BaseException:
        path.unlink(missing_ok=True)  # empty, it would be in the way of the next attempt
        raise


@contextmanager
def _temporary_in(target: Path, data: bytes) -> Iterator[str]:
    """Yield a file with these bytes and the mode of the target, in the same folder; what is left of it goes."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    with _undisturbed():
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, mode)  # noqa: PTH101 - a name from mkstemp
            yield temporary
        finally:
            Path(temporary).unlink(missing_ok=True)  # after a replacement it is gone


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off what would end the run, so that nothing temporary is left behind: it comes when this is over."""
    if not hasattr(signal, "pthread_sigmask"):  # as on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # what came before it is heard here, after it was done
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
