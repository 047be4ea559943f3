"""The page about Spark: its code runs as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from test_engines import needs

PAGE = Path(__file__).parents[2] / "docs" / "spark.md"


def test_the_code_of_the_page_runs(tmp_path: Path) -> None:
    needs("spark")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    settings = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    command, env = [sys.executable, "-c", code], {**os.environ, **settings}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split("|")[1:-1] for line in done.stdout.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line] for line in lines]
    assert ["b", "false", "undetermined", "candidate"] in rows
