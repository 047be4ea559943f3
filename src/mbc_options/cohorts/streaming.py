"""Running a query batch after batch: what goes by is seen, and whoever waits can stop it at any time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from mbc_options.cohorts.tables import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

__all__ = ["stream"]

OFTEN = 0.1
"""Seconds after which it is looked whether somebody wants it to stop."""


class _StoppedError(Exception):
    """Whoever waits has stopped."""


def stream(
    frame: pl.LazyFrame,
    source: str,
    watch: Callable[[pl.DataFrame], pl.DataFrame],
    schema: pl.Schema,
    end: Callable[[pl.LazyFrame], Any],
) -> None:
    """Run a query in a thread of its own, so that whoever waits for it can be stopped at any time, and it with them.

    Args:
        frame: the query.
        source: what is read, for messages.
        watch: is given each batch, in any order, one at a time, and returns what is to come of it.
        schema: of what it returns.
        end: runs what comes of them: a sink.

    Raises:
        TableError: where what is read cannot be read to its end.
    """
    stopped, lock = threading.Event(), threading.Lock()
    failed: list[BaseException] = []

    def pass_by(batch: pl.DataFrame) -> pl.DataFrame:
        if stopped.is_set():
            raise _StoppedError
        with lock:
            return watch(batch)

    def work() -> None:
        try:
            end(frame.map_batches(pass_by, streamable=True, schema=schema))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            failed.append(error)

    thread = threading.Thread(target=work, name="cohort", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(OFTEN)
    except BaseException:
        stopped.set()
        thread.join()
        raise
    if failed:
        with reading(source):
            raise failed[0]
