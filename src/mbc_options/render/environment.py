"""The Jinja environment: strict about undefined names, with templates compiled when the package is built."""

from __future__ import annotations

import importlib
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from jinja2.environment import Template

from mbc_options.bundled import PACKAGE, templates_dir
from mbc_options.render import filters

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Any

__all__ = ["environment", "precompile"]

FOLDER = "_templates"


def _module_name(name: str, source: bytes) -> str:
    """Name a compiled template after its very source and the compiler, so that it can never be stale."""
    from jinja2 import __version__

    return "t_" + sha256(f"{__version__}\0{name}\0".encode() + source).hexdigest()[:32]


class _Loader(BaseLoader):
    """Loads a template's compiled module where building the package made one, and its source otherwise."""

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        path = templates_dir() / name
        try:
            source = path.read_bytes()
        except OSError:
            raise TemplateNotFound(name) from None
        name_of_module = _module_name(name, source)
        namespace: MutableMapping[str, Any]
        if (PACKAGE / FOLDER / f"{name_of_module}.py").exists():
            namespace = vars(importlib.import_module(f"mbc_options.{FOLDER}.{name_of_module}"))
        else:
            namespace = {"environment": environment, "__file__": str(path)}
            exec(environment.compile(source.decode(), name, str(path)), namespace)  # noqa: S102 - as Jinja itself does
        return Template.from_module_dict(environment, namespace, environment.make_globals(globals))


@cache
def environment() -> Environment:
    """Return the environment of the plain-text templates."""
    env = Environment(
        loader=_Loader(),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text; control characters are taken out of the input when it is read
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    env.filters.update(filters.FILTERS)
    return env


def precompile(write: Callable[[str, str], None]) -> None:
    """Compile every template to a Python module; for building the package.

    Args:
        write: takes a file name inside `_templates` and its content.
    """
    env = environment()
    write("__init__.py", '"""Templates, compiled when the package was built."""\n')
    for path in sorted(templates_dir().glob("*.j2")):
        source = path.read_bytes()
        code = env.compile(source.decode(), path.name, path.name, raw=True, defer_init=True)
        write(f"{_module_name(path.name, source)}.py", code)
