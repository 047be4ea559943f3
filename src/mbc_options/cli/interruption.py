"""Ctrl-C, while polars computes in threads of its own."""

from __future__ import annotations

import signal
import threading

__all__ = ["take_ctrl_c"]


def take_ctrl_c() -> None:
    """Let Ctrl-C come to the command line alone, after polars was imported.

    polars listens for it, too; what one of its threads then calls in Python fails, and it reports that as a panic.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)
