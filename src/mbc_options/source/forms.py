"""What the parts of a file are made of: frozen dataclasses, and the types of their fields.

The dataclasses import no pydantic. Its annotations say how `validation.check` is to read a field; they are only
evaluated there, when a file is read from its source.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar

from mbc_options.frozendict import FrozenDict
from mbc_options.record import Record

__all__ = ["Digest", "Form", "Identifier", "Number", "Plain", "Text", "YesNo", "as_data", "frozen", "key_of"]


def key_of(field: str) -> str:
    """Return the key in a file for a field of a form: `for` for `for_`, which Python keeps for itself."""
    return field.rstrip("_")


class Form(Record):
    """The base of every part of a file: no unknown keys, and `key_of` for the names of the fields."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "alias_generator": key_of}


class _Text:
    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(strip_whitespace=True, min_length=1)


class _Identifier:
    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+/.\-]*$")


class _Digest:
    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(pattern="^[0-9a-f]{64}$")


class _YesNo:
    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.bool_schema()

    def __get_pydantic_json_schema__(self, _: Any, __: Any) -> dict[str, Any]:
        return {"enum": ["yes", "no", True, False]}


class _Number:
    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.int_schema()

    def __get_pydantic_json_schema__(self, _: Any, __: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]+$"}]}


Text = Annotated[str, _Text()]
"""Text that is not empty; white space around it goes."""
Identifier = Annotated[str, _Identifier()]
"""An id: letters, digits and `_ + / . -`, beginning with a letter or digit."""
Digest = Annotated[str, _Digest()]
"""A sha256 in hexadecimal."""
YesNo = Annotated[bool, _YesNo()]
"""`yes` or `no`, which stand in a file as text."""
Number = Annotated[int, _Number()]
"""A whole number, which stands in a file as text."""


K = TypeVar("K", bound=str)
Plain: TypeAlias = dict[K, Text] | None
"""What an entry says in plain words, for patients, by the key that says it otherwise: `{because: ..., note: ...}`. A
key that it leaves out serves both registers."""


def frozen(part: Any) -> Any:
    """Return a part with mappings and lists that cannot be changed, however deep; records are mended in place."""
    if isinstance(part, Record):
        inside = part.__dict__
        for name, value in inside.items():
            inside[name] = frozen(value)
    elif isinstance(part, dict):
        part = FrozenDict({key: frozen(value) for key, value in part.items()})
    elif isinstance(part, (list, tuple)):
        parts = tuple(map(frozen, part))
        part = type(part)(*parts) if hasattr(part, "_fields") else parts
    return part


def as_data(part: Any) -> Any:
    """Return a form as a file would hold it: dictionaries, lists, text, numbers; a condition as it was written."""
    if hasattr(part, "as_written"):
        return part.as_written()
    if is_dataclass(part):
        return {key_of(field.name): as_data(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, dict):
        return {key: as_data(value) for key, value in part.items()}
    return [as_data(item) for item in part] if isinstance(part, (tuple, list)) else part
