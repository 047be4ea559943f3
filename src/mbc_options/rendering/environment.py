"""The Jinja environments: strict about undefined names, escaping by default, with templates compiled beforehand."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, pass_eval_context
from jinja2.environment import Template
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup

from mbc_options.errors import nearest_word
from mbc_options.package_data import PACKAGE, templates_dir
from mbc_options.rendering import filters

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from pathlib import Path

    from jinja2.nodes import EvalContext

__all__ = ["BUNDLED", "environment", "names_in", "precompile"]

FOLDER = "_templates"
STATUSES = ("candidate", "undetermined", "unspecified", "not_described")
"""The statuses of options within the scope, in the order in which all templates show them."""
BUNDLED = "bundled/"
"""What a template of one's own puts before the name of ours, to extend it."""


def _module_name(name: str, source: bytes, *, markdown: bool) -> str:
    """Name a compiled template after its very source and all that compiles it, so that it can never be stale."""
    return "t_" + sha256(f"{_compiler()}\0{markdown}\0{name}\0".encode() + source).hexdigest()[:32]


@cache
def _compiler() -> str:
    """Return the digest of what is baked into a compiled template: Jinja, our escaping, and filters of constants."""
    from jinja2 import __version__

    digest = sha256(__version__.encode())
    for name in ("environment.py", "filling.py", "filters.py", "markdown.py"):
        digest.update((PACKAGE / "rendering" / name).read_bytes())
    return digest.hexdigest()


class _Loader(BaseLoader):
    """Loads a template's compiled module where building the package made one, and its source otherwise.

    Args:
        custom: a directory whose templates come before ours; `bundled/NAME` is always ours.
        markdown: for which of the two environments.
    """

    def __init__(self, custom: Path | None, *, markdown: bool) -> None:
        self.custom = custom
        self.markdown = markdown

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        custom = None if self.custom is None or name.startswith(BUNDLED) else self.custom / name
        if custom is not None and custom.is_file():
            path, source = custom, custom.read_bytes()
            compiled = None
        else:
            path = templates_dir() / name.removeprefix(BUNDLED)
            try:
                source = path.read_bytes()
            except OSError:
                raise TemplateNotFound(name) from None
            module = PACKAGE / FOLDER / f"{_module_name(name.removeprefix(BUNDLED), source, markdown=self.markdown)}.py"
            compiled = SourceFileLoader(module.stem, str(module)).get_code(module.stem) if module.exists() else None
        if compiled is None:
            compiled = environment.compile(_template_text(name, source), name.removeprefix(BUNDLED), str(path))
        namespace: dict[str, Any] = {"environment": environment, "__file__": str(path)}
        exec(compiled, namespace)  # noqa: S102 - as Jinja itself does
        namespace["Macro"] = _Macro
        return Template.from_module_dict(environment, namespace, environment.make_globals(globals))


class _Macro(Macro):
    """A macro. What it returns is markup where its own template escapes what it inserts, whoever calls it.

    For Jinja it is what the calling template takes it for: then the words that pages share with plain text would be
    markup on a page, although nothing has escaped what is inserted into them. Where each piece goes through a block of
    the caller (`{% call %}`), and so through the hands of its template, it is what that block is.
    """

    @property
    def escapes(self) -> bool:
        """Whether the template that it stands in escapes."""
        return bool(self._default_autoescape)

    def _invoke(self, arguments: list[Any], autoescape: bool) -> str:  # noqa: ARG002, FBT001 - as Jinja calls it
        block = arguments[len(self.arguments)] if self.caller and len(arguments) > len(self.arguments) else None
        return super()._invoke(arguments, (block if isinstance(block, _Macro) else self).escapes)


def _template_text(name: str, source: bytes) -> str:
    """Return what the engine reads of a template; a script stands as it is, for braces are its own."""
    text = source.decode()
    return f"{{% raw %}}{text}{{% endraw %}}" if name.endswith(".js") else text


class _Missing(StrictUndefined):
    """Something that is not there; says what is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner: Any = self._undefined_obj
        if self._undefined_hint:
            said = self._undefined_hint  # an import of a name that is not there
        elif owner is missing:
            said = f"{self._undefined_name!r} is undefined"
        else:
            said = f"{type(owner).__name__} has no attribute {self._undefined_name!r}"
        fields = owner if isinstance(owner, dict) else getattr(owner, "__dataclass_fields__", ())
        near = nearest_word(str(self._undefined_name), map(str, fields))
        return f"{said}; did you mean {near}?" if near else said


@pass_eval_context
def _finalized_for_markdown(context: EvalContext, value: Any) -> Any:
    """Escape what is inserted into Markdown, as Jinja itself does for HTML."""
    if not context.autoescape or hasattr(value, "__html__"):
        return value
    from mbc_options.rendering.markdown import escaped

    return Markup(escaped(str(value)))  # noqa: S704 - escaped for Markdown, which is what it is markup of


def _is_escaped(name: str | None) -> bool:
    return name is not None and name.endswith((".html.j2", ".md.j2", ".xml.j2"))


def environment(custom: Path | None = None, *, markdown: bool = False) -> Environment:
    """Return an environment of the templates.

    Args:
        custom: a directory of templates that come before ours; read anew each time, for somebody may be
            writing them.
        markdown: the one for Markdown, instead of the one for text and HTML.
    """
    return _bundled(markdown) if custom is None else _made(custom, markdown)


@cache
def _bundled(markdown: bool) -> Environment:  # noqa: FBT001
    return _made(None, markdown)


def _made(custom: Path | None, markdown: bool) -> Environment:  # noqa: FBT001
    env = Environment(
        loader=_Loader(custom, markdown=markdown),
        undefined=_Missing,
        autoescape=_is_escaped,  # noqa: S701 - pages are; plain text has had its control characters taken out
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        finalize=_finalized_for_markdown if markdown else None,
    )
    env.filters.update(filters.FILTERS)
    env.globals["STATUSES"] = STATUSES
    return env


def names_in(folder: Path) -> list[str]:
    """Return the names of the templates in a folder, and of those in the folders inside it."""
    found = (path for inside in ("", "*/") for kind in ("j2", "js") for path in folder.glob(f"{inside}*.{kind}"))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def precompile(write: Callable[[str, str], None]) -> None:
    """Compile every template to a Python module; for building the package.

    Args:
        write: takes a file name inside `_templates` and its content.
    """
    write("__init__.py", '"""Templates, compiled when the package was built."""\n')
    for name in names_in(templates_dir()):
        source = (templates_dir() / name).read_bytes()
        by_ending = {"": (False, True), ".css": (False, True), ".md": (True,)}
        for markdown in by_ending.get(PurePath(name.removesuffix(".j2")).suffix, (False,)):
            env = environment(markdown=markdown)
            code = env.compile(_template_text(name, source), name, name, raw=True, defer_init=True)
            write(f"{_module_name(name, source, markdown=markdown)}.py", code)
