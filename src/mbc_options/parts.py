"""The base of everything that is worked out and shown: verdicts, reasons, maps, questions of a case."""

# Annotations are not postponed here: pydantic would evaluate more than a hundred from text at every start.

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mbc_options.notebook import ShownAsCard

__all__ = ["Part"]

_set = object.__setattr__


class Part(BaseModel, ShownAsCard):
    """Something shown: frozen, without unknown fields, and a card in a notebook."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, serialize_by_alias=True, validate_by_name=True
    )

    if not TYPE_CHECKING:  # where types are checked, pydantic's plugin writes the signature of each

        @classmethod
        def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Any:
            """Return an instance of values that are known to be right; every field is given, by its name.

            An assessment has hundreds of parts; pydantic's own does the same ten times slower, because
            it looks for defaults and aliases.
            """
            part = cls.__new__(cls)
            _set(part, "__dict__", values)
            _set(part, "__pydantic_fields_set__", set(values) if _fields_set is None else _fields_set)
            _set(part, "__pydantic_extra__", None)
            _set(part, "__pydantic_private__", None)
            return part
