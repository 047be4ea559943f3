"""Compiles the rulebook and the templates once, when the package is built or installed for editing.

What it writes carries the digest of all that it was made from; the package passes it over as soon as
that is no longer true. Not part of the package.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling's hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Write `_compiled.bin` and `_templates/` into the package, for a wheel or an editable install."""
        if self.target_name != "wheel":
            return
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from mbc_options import package_data
            from mbc_options.rendering.environment import FOLDER, precompile
            from mbc_options.rulebook.compile import compile_rulebook
            from mbc_options.rulebook.compiled import packed_rulebook
            from mbc_options.rulebook.load import read_rulebook

            rules = package_data.rules_dir()
            content = packed_rulebook(compile_rulebook(read_rulebook(rules).rulebook))
            package_data.COMPILED_FILE.write_bytes(package_data.packed(package_data.fingerprint(rules), content))
            folder = package_data.PACKAGE / FOLDER
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            precompile(lambda name, code: folder.joinpath(name).write_text(code, encoding="utf-8") and None)
        finally:
            sys.path.remove(str(source))
