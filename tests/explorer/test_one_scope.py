"""The explorer's scripts run in one scope, where a name that is declared twice would silently be the later one."""

from __future__ import annotations

import re
from collections import defaultdict

from mbc_options.package_data import templates_dir

DECLARED = re.compile(r"^(?:async )?(?:function\*?|class|const|let|var) (\w+)", re.MULTILINE)


def test_no_name_is_declared_twice() -> None:
    where = defaultdict(list)
    for script in sorted((templates_dir() / "explorer").glob("*.js")):
        for name in DECLARED.findall(script.read_text(encoding="utf-8")):
            where[name].append(script.name)
    assert {name: files for name, files in where.items() if len(files) > 1} == {}
    assert where
