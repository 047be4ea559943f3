"""Models of files: strict, frozen, and every complaint told at its line and column."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from mbc_options.errors import MOST_TOLD, Problem, alternatives, first_of, nearest_word, nearest_words
from mbc_options.source.forms import key_of
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.errors import Complaint
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["Strict", "adapter", "check", "refuse"]

_EXPECTED = {
    "string_type": "text is expected",
    "tuple_type": "a list is expected",
    "dict_type": "a mapping (key: value) is expected",
    "model_type": "a mapping (key: value) is expected",
    "dataclass_type": "a mapping (key: value) is expected",
    "int_parsing": "a whole number is expected",
    "int_parsing_size": "a whole number is expected",
    "int_type": "a whole number is expected",
    "bool_parsing": "yes or no is expected",
    "bool_type": "yes or no is expected",
}
"""What pydantic says in terms of Python, in terms of the file."""

_REFUSED, _REFUSED_KEY = "refused", "refused_key"

M = TypeVar("M")

_UNKNOWN_KEY = {"extra_forbidden", "unexpected_keyword_argument"}

_KEY = "[key]"
"""With what pydantic ends a place to say that the key of a mapping is meant, and not its value."""

_CODES = {
    "missing": "missing-key",
    _REFUSED: "refused",
    _REFUSED_KEY: "refused",
    **dict.fromkeys(_EXPECTED, "wrong-type"),
}
"""The codes of problems by pydantic's types of errors; all others are wrong values."""


class Strict(BaseModel):
    """A part of a file: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def refuse(title: str, complaints: Iterable[Complaint]) -> None:
    """Raise a ValidationError with every complaint; pydantic joins their paths to the outer ones."""
    raise ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(
                type=PydanticCustomError(
                    _REFUSED_KEY if complaint.at_key else _REFUSED,
                    "{message}",
                    {"message": complaint.message, "code": complaint.code, "hint": complaint.hint},
                ),
                loc=complaint.path,
                input=None,
            )
            for complaint in complaints
        ],
    )


@cache
def adapter(form: Any) -> TypeAdapter[Any]:
    """Return what validates a form; made once for each."""
    return TypeAdapter(form)


def check(form: type[M], tree: Tree, context: Any = None) -> tuple[M | None, list[Problem]]:
    """Validate a file against a form: a dataclass of `source.forms`, or a pydantic model.

    Args:
        form: what the file must be.
        tree: the file.
        context: what the types of fields ask for beside the value.

    Returns:
        The form and no problems, or None and every problem at its place, in the order of the file.
    """
    try:
        valid: M = adapter(form).validate_python(tree.data, context=context)  # type: ignore[arg-type]
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    else:
        return valid, []
    besides = max(0, len(details) - MOST_TOLD)  # counted only: to find the nearest word for each takes its time
    if besides:
        details = sorted(details, key=lambda detail: _place(_in_file(detail["loc"], tree), tree))[:MOST_TOLD]
    problems = []
    meant: set[KeyPath] = set()
    for detail in details:
        names_key = detail["loc"][-1:] == (_KEY,)
        detail["loc"] = _in_file(detail["loc"][:-1] if names_key else detail["loc"], tree)
        if names_key and detail["type"] == "literal_error":
            detail["type"] = "extra_forbidden"
        if detail["type"] in _UNKNOWN_KEY:
            *path, key = detail["loc"]
            message, near = _unknown_key(str(key), _keys_at(form, tree.data, path))
            problems.append(tree.problem(message, detail["loc"], at_key=True, code="unknown-key"))
            meant.update((*path, name) for name in near)
    for detail in details:
        if detail["type"] not in _UNKNOWN_KEY and detail["loc"] not in meant:
            told = detail.get("ctx", {}) if detail["type"] in {_REFUSED, _REFUSED_KEY} else {}
            code = told.get("code") or _CODES.get(detail["type"], "wrong-value")
            at_key = detail["type"] == _REFUSED_KEY
            message = _message(detail, form, tree.data)
            place = (*detail["loc"], "kind") if detail["type"] == "union_tag_invalid" else detail["loc"]
            problem = tree.problem(message, place, at_key=at_key, code=code)
            problems.append(problem._replace(hint=told.get("hint", "")))
    return None, first_of(sorted(problems, key=lambda problem: (problem.line, problem.column)), besides)


def _place(loc: tuple[str | int, ...], tree: Tree) -> tuple[int, int]:
    problem = tree.problem("", loc)
    return problem.line, problem.column


def _in_file(loc: tuple[str | int, ...], tree: Tree) -> tuple[str | int, ...]:
    """Return a place as the file has it: without the steps by which pydantic tells which of several forms it tried."""
    path: list[str | int] = []
    data: Any = tree.data
    for i, step in enumerate(loc):
        is_there = step in data if isinstance(data, dict) else isinstance(step, int) and isinstance(data, list)
        if is_there:
            data = data[step]
        elif i < len(loc) - 1:
            continue
        path.append(step)
    return tuple(path)


def _unknown_key(key: str, known: list[str]) -> tuple[str, list[str]]:
    """Return the complaint about a key, and the known keys of which one was likely meant."""
    near = nearest_word(key, known)
    hint = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
    return f"unknown key {quoted(key)}; {hint}", nearest_words(key, known)


def _keys_at(form: Any, data: Any, path: Iterable[str | int]) -> list[str]:
    """Return the keys that the part of a file may have to which a path leads."""
    annotation, data = _at(form, data, path)
    found = _form_in(annotation, data)
    return list(_forms_of(found)) if _is_form(found) else list(_words_in(found))


def _at(annotation: Any, data: Any, path: Iterable[str | int]) -> tuple[Any, Any]:
    """Return the type and the value of the part of a file to which a path leads."""
    for step in path:
        found = _form_in(annotation, data)
        if isinstance(step, str) and _is_form(found):
            annotation = _forms_of(found).get(step, annotation)  # a mapping by name has no keys
        inside: Any = data if isinstance(data, (dict, list)) else None  # None for a short form of it
        data = inside and inside[step]
    return annotation, data


def _forms_of(form: Any) -> dict[str, Any]:
    """Return the keys of a form, with the type of each; none of a mapping by name."""
    if get_origin(form) is not None:
        return {}
    if isinstance(form, type) and issubclass(form, BaseModel):
        return {field.alias or name: field.annotation for name, field in form.model_fields.items()}
    hints = get_type_hints(form)
    return {key_of(field.name): hints[field.name] for field in fields(form)}


def _form_in(annotation: Any, data: Any) -> Any:
    """Return the form that a field holds, itself or in a list or mapping: of several, the one whose kind data names."""
    forms = list(_forms_within(annotation))
    kind = data.get("kind") if isinstance(data, dict) else None
    for form in forms:
        if kind is not None and kind in get_args(_forms_of(form).get("kind")):
            return form
    return forms[0] if forms else annotation


def _is_form(annotation: Any) -> bool:
    return isinstance(annotation, type) and (is_dataclass(annotation) or issubclass(annotation, BaseModel))


def _forms_within(annotation: Any) -> Iterator[Any]:
    if _is_form(annotation):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _forms_within(part)


def _words_in(annotation: Any) -> Iterator[str]:
    """Yield the words that a type has to choose from."""
    for part in get_args(annotation):
        if get_origin(annotation) is Literal:
            yield str(part)
        else:
            yield from _words_in(part)


def _message(detail: Any, form: Any, data: Any) -> str:  # noqa: PLR0911 - a line for each kind of mistake
    """Return what was found, what is expected and, where it is a choice, the nearest right word."""
    found, type_ = detail["input"], detail["type"]
    name = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "the file")
    if type_ in {_REFUSED_KEY, _REFUSED}:
        return str(detail["msg"])
    if type_ == "missing":
        return f"{name} is missing"
    if type_.startswith("union_tag"):
        kinds = [word for part in _forms_within(_at(form, data, detail["loc"])[0]) for word in _kinds(part)]
        return _no_choice("kind", found.get("kind"), kinds) if type_ == "union_tag_invalid" else "kind is missing"
    if found is None or type_ == "string_too_short":
        return f"{name} is empty"
    if type_ == "literal_error":
        return _no_choice(name, found, list(_words_in(_at(form, data, detail["loc"])[0])))
    if type_ == "string_pattern_mismatch":
        return f"{name} cannot be {quoted(found)}; it should match the pattern '{detail['ctx']['pattern']}'"
    if type_ == "greater_than_equal":
        return f"{name} cannot be {quoted(found)}; it is at least {detail['ctx']['ge']}"
    return f"{name}: {_EXPECTED.get(type_) or detail['msg']}{_found(found, type_)}"


def _found(found: object, type_: str) -> str:
    """Return what stands where something else is expected, for the end of a message: a word itself, else its kind."""
    if type_ not in _EXPECTED:
        return ""
    if isinstance(found, str):
        return f", not {quoted(found)}" if type_.endswith(("_parsing", "_parsing_size")) else ", not text"
    return ", not a list" if isinstance(found, list) else ", not a mapping" if isinstance(found, dict) else ""


def _kinds(form: Any) -> Iterator[str]:
    yield from _words_in(_forms_of(form)["kind"])


def _no_choice(name: str, found: object, words: list[str]) -> str:
    near = nearest_word(str(found), words)
    return f"{name} cannot be {quoted(found)}; it is {alternatives([*map(repr, words)])}" + (
        f"; did you mean {near}?" if near else ""
    )
