"""Models of files: strict, frozen, and every complaint told at its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from mbc_options.errors import Problem, nearest_word, nearest_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.source.yaml_positions import Tree

__all__ = ["Complaint", "Strict", "check", "refuse"]

_EXPECTED = {
    "string_type": "text is expected",
    "tuple_type": "a list is expected",
    "dict_type": "a mapping (key: value) is expected",
    "model_type": "a mapping (key: value) is expected",
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
    "bool_parsing": "yes or no is expected",
    "bool_type": "yes or no is expected",
}
"""What pydantic says in terms of Python, in terms of the file."""

_REFUSED, _REFUSED_KEY = "refused", "refused_key"

M = TypeVar("M", bound=BaseModel)


class Complaint(NamedTuple):
    """What is wrong with a part of a file.

    Attributes:
        path: the keys and indices that lead to it from the part that is refused.
        message: what is wrong.
        at_key: the last step of the path is itself the mistake, rather than its value.
    """

    path: tuple[str | int, ...]
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
        details = error.errors(include_url=False, include_context=False)
    problems = []
    meant: set[tuple[str | int, ...]] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *path, key = detail["loc"]
            message, near = _unknown_key(str(key), _model_at(model, path))
            problems.append(tree.problem(message, detail["loc"], at_key=True))
            meant.update((*path, name) for name in near)
    for detail in details:
        if detail["type"] != "extra_forbidden" and detail["loc"] not in meant:
            problems.append(tree.problem(_message(detail), detail["loc"], at_key=detail["type"] == _REFUSED_KEY))
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


def _message(detail: Any) -> str:
    """Return pydantic's complaint with what was found and, where it is a choice, the nearest right word."""
    found = detail["input"]
    message: str = detail["msg"]
    name = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "the file")
    if detail["type"] in {_REFUSED_KEY, _REFUSED}:
        return message
    if detail["type"] == "missing":
        return f"{name} is missing"
    if found is None or detail["type"] == "string_too_short":
        return f"{name} is empty"
    if detail["type"] == "literal_error":
        expected = message.removeprefix("Input should be ")
        near = nearest_word(str(found), expected.replace("'", "").replace(" or ", ", ").split(", "))
        return f"{name} cannot be {found!r}; it is {expected}" + (f"; did you mean {near}?" if near else "")
    return f"{name}: {_EXPECTED.get(detail['type']) or message[:1].lower() + message[1:]}"
