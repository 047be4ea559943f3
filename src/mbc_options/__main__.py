"""The command line as a program: what the `mbc-options` script and `python -m mbc_options` run."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

INTERRUPTED = 130
"""The exit code of what Ctrl-C ends, as shells have it."""


def main() -> None:
    """Run the command line. Ctrl-C while it is still being loaded ends it without a word, too."""
    try:
        from mbc_options.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except SystemExit as end:
        if end.code and "polars" in sys.modules:
            _end_at_once(end.code)
        raise


def _end_at_once(code: str | int) -> NoReturn:
    """End without taking the interpreter down, as a thread of polars that still computes would abort it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # closed, and nothing can be told of it any more
            continue
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main()
