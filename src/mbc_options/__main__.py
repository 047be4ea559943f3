"""The command line as a program: what the `mbc-options` script and `python -m mbc_options` run."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""The exit code of what Ctrl-C ends, as shells have it."""


def main() -> None:
    """Run the command line. Ctrl-C while it is still being loaded ends it without a word, too."""
    try:
        from mbc_options.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
