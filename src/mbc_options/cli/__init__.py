"""The command line: parse, call, print, exit code. No logic of its own."""

from mbc_options.cli.main import main

__all__ = ["main"]
