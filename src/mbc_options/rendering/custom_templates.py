"""Templates of one's own: what is wrong with them, told at template and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateNotFound, UndefinedError, nodes

from mbc_options.errors import Problem, TemplateError, nearest_word
from mbc_options.package_data import templates_dir
from mbc_options.rendering.environment import BUNDLED, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from jinja2 import Environment

__all__ = ["check_blocks", "directory_of", "problem_of"]


_MISSING = re.compile(r"the template '([^']+)' .*does not export the requested name '([^']+)'")
"""What Jinja says where a template imports a name from another that has none such."""


def directory_of(custom: Path) -> Path:
    """Return a directory of templates of one's own, if it holds any that we use."""
    if not custom.is_dir():
        raise TemplateError([Problem("is no directory of templates", str(custom))])
    ours, found = names_in(templates_dir()), names_in(custom)
    if not set(found) & set(ours):
        near = next((near for name in found if (near := nearest_word(name, ours))), None)
        what = f"has none of the names of ours ({', '.join(ours)})" if near is None else f"did you mean {near}?"
        raise TemplateError([Problem(f"{', '.join(found) or 'no *.j2'}: {what}", str(custom))])
    return custom


def problem_of(error: Exception, custom: Path, context: dict[str, Any]) -> Problem:
    """Return an error at its place in the innermost template that it passed through."""
    message = str(error)
    missing = _MISSING.match(message)
    if missing and (custom / missing[1]).is_file():
        message = f"ours take {missing[2]!r} from it, which it lacks; a file of words is replaced whole: copy ours"
        return Problem(message, str(custom / missing[1]), 1, 1)
    if isinstance(error, TemplateNotFound):
        message = f"there is no template {error.name!r}"
    elif isinstance(error, UndefinedError) and message.endswith("is undefined"):
        message += f"; known here are {', '.join(sorted(context))}"
    elif isinstance(error, RecursionError):
        message = f'a template extends itself; to extend ours, write {{% extends "{BUNDLED}NAME" %}}'
    elif not isinstance(error, UndefinedError):
        message = f"{type(error).__name__}: {message}"
    file, line = str(custom), 0
    step: TracebackType | None = error.__traceback__
    while step is not None:
        if "__jinja_exception__" in step.tb_frame.f_globals:  # a frame that Jinja has set up for a line of a template
            file, line = step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    return Problem(message, file, line, 1 if line else 0)


def check_blocks(env: Environment, custom: Path, ending: str) -> None:
    """Refuse what would be lost without a word.

    That is a block that the template which it would change does not have, and a name that this one sets anew.

    Args:
        env: to read templates with.
        custom: the directory.
        ending: of the templates in question: `html`.

    Raises:
        TemplateError: with template and line of each.
    """
    problems = []
    for name in names_in(custom):
        if not name.endswith((f".{ending}.j2", "words.j2")):
            continue
        path = custom / name
        tree = env.parse(path.read_text(encoding="utf-8"), name, str(path))
        parents = [name for name in _extended(tree) if name.startswith(BUNDLED)]
        if not parents:
            continue
        known = {name for parent in parents for name in _blocks(env, parent.removeprefix(BUNDLED))}
        for block in tree.body:
            if isinstance(block, nodes.Block) and block.name not in known:
                near = nearest_word(block.name, known)
                hint = f"did you mean {near}?" if near else f"it has {', '.join(sorted(known))}"
                message = f"{parents[0]} has no block {block.name!r}; {hint}"
                problems.append(Problem(message, str(path), block.lineno, 1))
        again = {name for parent in parents for name, _ in _set_in(_ours(env, parent.removeprefix(BUNDLED)))}
        for set_name, line in _set_in(tree):
            if set_name in again:
                message = f"{parents[0]} sets {set_name!r} again, later; to change it, copy that file whole"
                problems.append(Problem(message, str(path), line, 1))
    if problems:
        raise TemplateError(problems)


def _extended(tree: nodes.Template) -> list[str]:
    """Return the names of the templates that a template extends."""
    found = (node.template for node in tree.find_all(nodes.Extends))
    return [str(template.value) for template in found if isinstance(template, nodes.Const)]


def _blocks(env: Environment, name: str) -> Iterator[str]:
    """Yield the names of the blocks of one of our templates, and of those that it extends."""
    tree = _ours(env, name)
    for block in tree.find_all(nodes.Block):
        yield block.name
    for parent in _extended(tree):
        yield from _blocks(env, parent)


def _ours(env: Environment, name: str) -> nodes.Template:
    """Return one of our templates as a tree; an empty one where there is none of that name."""
    path = templates_dir() / name
    return env.parse(path.read_text(encoding="utf-8") if path.is_file() else "", name, str(path))


def _set_in(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Yield the names that a template sets outside of blocks, macros among them, with their lines."""
    for node in tree.body:
        if isinstance(node, nodes.Macro):
            yield node.name, node.lineno
        elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            yield node.target.name, node.lineno
