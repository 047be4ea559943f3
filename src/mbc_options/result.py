"""The base of everything that is worked out and shown: verdicts, reasons, maps, questions of a case.

Results are plain frozen dataclasses. Pydantic is imported where one is asked for JSON, for a schema, or to be read
back, and never before.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_type_hints

from mbc_options.notebook import ShownAsCard
from mbc_options.record import Record
from mbc_options.source.forms import key_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from typing import Self

    from pydantic import TypeAdapter

__all__ = ["Authored", "Result"]


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: type[Result]) -> TypeAdapter[Any]:
    """Return what writes and reads a kind of result; made at first use."""
    found = _adapters.get(kind)
    if found is None:
        from pydantic import TypeAdapter

        found = _adapters[kind] = TypeAdapter(kind)
    return found


class Result(Record, ShownAsCard):
    """Something shown: frozen, a card in a notebook, and JSON with the names of its fields as keys (`if` for `if_`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "alias_generator": key_of,
        "serialize_by_alias": True,
        "validate_by_name": True,
    }

    def model_dump(self, *, mode: Literal["json", "python"] = "python") -> dict[str, Any]:
        """Return it as a dictionary.

        Args:
            mode: `json` for lists and text as JSON has them, `python` for tuples as they are.
        """
        dumped: dict[str, Any] = _adapter(type(self)).dump_python(self, mode=mode)
        return dumped

    def model_dump_json(self, *, indent: int | None = None, exclude: AbstractSet[str] = frozenset()) -> str:
        """Return it as JSON text.

        Args:
            indent: how far what is inside is set in; None for one line.
            exclude: fields that are left out.
        """
        return _adapter(type(self)).dump_json(self, indent=indent, exclude=set(exclude)).decode()

    @classmethod
    def model_json_schema(cls, *, mode: Literal["validation", "serialization"] = "validation") -> dict[str, Any]:
        """Return the JSON Schema of what `model_validate` takes, or of what `model_dump` gives (`serialization`)."""
        return _adapter(cls).json_schema(mode=mode)

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """Return the result that was dumped.

        Raises:
            pydantic.ValidationError: where it is none.
        """
        result: Self = _adapter(cls).validate_python(data)
        return result

    @classmethod
    def model_validate_json(cls, text: str | bytes) -> Self:
        """Return the result that was dumped as JSON text; `pydantic.ValidationError` where it is none."""
        result: Self = _adapter(cls).validate_json(text)
        return result


class Authored:
    """Marks a field that refers to what an author wrote; its JSON has what is said, and not for whom.

    Those fields of the author's are left out that equality leaves out, too (`field(compare=False)`): conditions, and
    notes for other authors. Read back, they are empty.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        hints = get_type_hints(source, include_extras=True)
        said = [field for field in fields(source) if field.compare]
        unsaid = {f.name: None if f.default is MISSING else f.default for f in fields(source) if not f.compare}
        keys = {f.name: core_schema.typed_dict_field(handler.generate_schema(hints[f.name])) for f in said}
        ref = f"{source.__module__}.{source.__qualname__}:authored"
        as_dict = core_schema.typed_dict_schema(keys, cls=source, extra_behavior="forbid", ref=ref)
        return core_schema.no_info_after_validator_function(
            lambda data: source(**unsaid, **data),
            as_dict,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda shown: {name: getattr(shown, name) for name in keys}, return_schema=as_dict
            ),
        )
