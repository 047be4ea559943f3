"""Models of files: strict, frozen, and every complaint told at its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from mbc_options.errors import Problem, nearest_word, nearest_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["Complaint", "Strict", "check", "refuse"]

_EXPECTED = {
    "string_type": "text is expected",
    "tuple_type": "a list is expected",
    "dict_type": "a mapping (key: value) is expected",
    "model_type": "a mapping (key: value) is expected",
    "int_parsing": "a whole number is expected",
    "int_parsing_size": "a whole number is expected",
    "int_type": "a whole number is expected",
    "bool_parsing": "yes or no is expected",
    "bool_type": "yes or no is expected",
}
"""What pydantic says in terms of Python, in terms of the file."""

_REFUSED, _REFUSED_KEY = "refused", "refused_key"

_CODES = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    _REFUSED: "refused",
    _REFUSED_KEY: "refused",
    **dict.fromkeys(_EXPECTED, "wrong-type"),
}
"""The codes of problems by pydantic's types of errors; all others are wrong values."""

M = TypeVar("M", bound=BaseModel)


class Complaint(NamedTuple):
    """What is wrong with a part of a file.

    Attributes:
        path: the keys and indices that lead to it from the part that is refused.
        message: what is wrong.
        at_key: the last step of the path is itself the mistake, rather than its value.
    """

    path: KeyPath
    message: str
    at_key: bool = False


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
                    _REFUSED_KEY if complaint.at_key else _REFUSED, "{message}", {"message": complaint.message}
                ),
                loc=complaint.path,
                input=None,
            )
            for complaint in complaints
        ],
    )


def check(model: type[M], tree: Tree) -> tuple[M | None, list[Problem]]:
    """Validate a file against a model.

    Returns:
        The model and no problems, or None and every problem at its place, in the order of the file.
    """
    try:
        return model.model_validate(tree.data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = []
    meant: set[KeyPath] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *path, key = detail["loc"]
            message, near = _unknown_key(str(key), _model_at(model, path))
            problems.append(tree.problem(message, detail["loc"], at_key=True, code="unknown-key"))
            meant.update((*path, name) for name in near)
    for detail in details:
        if detail["type"] != "extra_forbidden" and detail["loc"] not in meant:
            code = _CODES.get(detail["type"], "wrong-value")
            at_key = detail["type"] == _REFUSED_KEY
            problems.append(tree.problem(_message(detail, model), detail["loc"], at_key=at_key, code=code))
    return None, sorted(problems, key=lambda problem: (problem.line, problem.column))


def _unknown_key(key: str, model: type[BaseModel]) -> tuple[str, list[str]]:
    """Return the complaint about a key, and the known keys of which one was likely meant."""
    known = [field.alias or name for name, field in model.model_fields.items()]
    near = nearest_word(key, known)
    hint = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
    return f"unknown key {key!r}; {hint}", nearest_words(key, known)


def _model_at(model: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel]:
    """Return the model of the part of a file that a path leads to."""
    for step in path:
        for name, field in model.model_fields.items():
            if step in {name, field.alias}:
                model = _model_in(field.annotation) or model
                break
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, itself or in a list or mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _choices(model: type[BaseModel], path: KeyPath) -> tuple[str, ...]:
    """Return the words that a field takes, which a path leads to."""
    keys = [step for step in path if isinstance(step, str)]
    fields = _model_at(model, keys[:-1]).model_fields
    annotation = next((field.annotation for name, field in fields.items() if keys[-1] in {name, field.alias}), None)
    return tuple(word for word in _words_in(annotation) if isinstance(word, str))


def _words_in(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _words_in(part)


def _message(detail: Any, model: type[BaseModel]) -> str:
    """Return what was found, what is expected and, where it is a choice, the nearest right word."""
    found = detail["input"]
    name = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "the file")
    name_and_found = f"{name} cannot be {found!r}"
    if detail["type"] in {_REFUSED_KEY, _REFUSED}:
        message = str(detail["msg"])
    elif detail["type"] == "missing":
        message = f"{name} is missing"
    elif found is None or detail["type"] == "string_too_short":
        message = f"{name} is empty"
    elif detail["type"] == "literal_error":
        words = _choices(model, detail["loc"])
        expected = " or ".join(filter(None, (", ".join(map(repr, words[:-1])), *map(repr, words[-1:]))))
        near = nearest_word(str(found), words)
        message = f"{name_and_found}; it is {expected}" + (f"; did you mean {near}?" if near else "")
    elif detail["type"] == "string_pattern_mismatch":
        message = f"{name_and_found}; it should match the pattern '{detail['ctx']['pattern']}'"
    elif detail["type"] == "greater_than_equal":
        message = f"{name_and_found}; it is at least {detail['ctx']['ge']}"
    else:
        message = f"{name}: {_EXPECTED.get(detail['type']) or detail['msg']}"
    return message
