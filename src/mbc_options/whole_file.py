"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from mbc_options.errors import InputError, Problem

__all__ = ["write_whole"]


def write_whole(name: str, content: str | bytes) -> None:
    """Write text (as UTF-8) or bytes to a file; a failure leaves what was there as it was.

    Raises:
        InputError: where the file cannot be written.
    """
    path = Path(name)
    data = content.encode("utf-8", errors="replace") if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe: there is nothing to replace
            return
        target = path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, mode)  # noqa: PTH101 - a name from mkstemp
            os.replace(temporary, target)  # noqa: PTH105
        except BaseException:
            os.unlink(temporary)  # noqa: PTH108
            raise
    except OSError as error:
        raise InputError([Problem(f"cannot be written: {error.strerror or error}", name)]) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
