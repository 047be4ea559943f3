"""Models of files: strict, frozen, and every complaint told at its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from mbc_options.errors import Problem, nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.marked import Tree

__all__ = ["AT_KEY", "Strict", "check", "refuse"]

AT_KEY = "at_key"
"""The kind of a complaint about a key: told where the key stands, and not where its value begins."""

_EXPECTED = {
    "string_type": "text is expected",
    "tuple_type": "a list is expected",
    "dict_type": "a mapping (key: value) is expected",
    "model_type": "a mapping (key: value) is expected",
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
}
"""What pydantic says in terms of Python, in terms of the file."""

_REFUSED = "refused"

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """A part of a file: frozen, without unknown keys, with the nearest known key where there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _suggest_known_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = [field.alias or name for name, field in cls.model_fields.items()]
        unknown = [key for key in data if key not in known and key not in cls.model_fields]
        if unknown:
            problems = []
            for key in unknown:
                near = nearest_word(str(key), known)
                hint = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
                problems.append(((key,), f"unknown key {key!r}; {hint}"))
            refuse(cls.__name__, problems, at_key=True)
        return data


def refuse(title: str, problems: Iterable[tuple[tuple[str | int, ...], str]], *, at_key: bool = False) -> None:
    """Raise a ValidationError with a message for every path; pydantic joins it to the outer ones.

    Args:
        title: what is refused.
        problems: for each, the path to it and the message.
        at_key: the last step of each path is a key that is itself wrong, rather than its value.
    """
    kind = AT_KEY if at_key else _REFUSED
    raise ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(type=PydanticCustomError(kind, "{message}", {"message": message}), loc=path, input=None)
            for path, message in problems
        ],
    )


def check(model: type[M], tree: Tree) -> tuple[M | None, list[Problem]]:
    """Validate a file against a model.

    Returns:
        The model and no problems, or None and every problem at its place.
    """
    try:
        return model.model_validate(tree.data), []
    except ValidationError as error:
        problems = []
        for detail in error.errors(include_url=False, include_context=False):
            path = tuple(detail["loc"])
            problems.append(tree.problem(_message(detail), path, at_key=detail["type"] == AT_KEY))
        return None, problems


def _message(detail: Any) -> str:
    """Return pydantic's complaint with what was found and, where it is a choice, the nearest right word."""
    found = detail["input"]
    message: str = detail["msg"]
    name = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "the file")
    if detail["type"] == "missing":
        return f"{name} is missing"
    if detail["type"] == "literal_error":
        expected = message.removeprefix("Input should be ")
        near = nearest_word(str(found), expected.replace("'", "").replace(" or ", ", ").split(", "))
        return f"{name} cannot be {found!r}; it is {expected}" + (f"; did you mean {near}?" if near else "")
    if detail["type"] in {AT_KEY, _REFUSED}:
        return message
    if found is None or detail["type"] == "string_too_short":
        return f"{name} is empty"
    return f"{name}: {_EXPECTED.get(detail['type']) or message[:1].lower() + message[1:]}"
