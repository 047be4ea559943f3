"""The readers of files, tried by a fuzzer that looks where they go: `python tests/fuzz_guided.py READER [SECONDS]`.

It needs Atheris, which is installed where there is a wheel of it for this Python. What it stops at is a fault.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

# Where reading goes; what decides is slow to follow.
READING = ["source", "patient", "cases", "rulebook.load", "rulebook.models", "rulebook.portable", "records"]

with atheris.instrument_imports(include=[f"mbc_options.{part}" for part in READING]):
    from fuzz import READERS, SEEDS, reads_or_refuses

kind, seconds = [*sys.argv[1:], "20"][:2]
reads_or_refuses(READERS[kind], SEEDS[kind].encode())  # so that nothing is loaded while it is timed
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "seed").write_text(SEEDS[kind], encoding="utf-8")
    limits = [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=2000", "-max_len=20000"]
    quiet = ["-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, *quiet, folder], lambda raw: reads_or_refuses(READERS[kind], raw) and None)
    atheris.Fuzz()
