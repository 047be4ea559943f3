"""A frozen mapping, for models that must be hashable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_args

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["FrozenDict"]

V_co = TypeVar("V_co", covariant=True)


class FrozenDict(Mapping[str, V_co]):
    """An immutable mapping from text, hashable, in the order in which it was given."""

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[str, V_co] | None = None) -> None:
        self._items: dict[str, V_co] = dict(items or {})
        self._hash: int | None = None

    def __getitem__(self, key: str) -> V_co:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._items.items()))
        return self._hash

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[type[FrozenDict[V_co]], tuple[dict[str, V_co]]]:
        return type(self), (self._items,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        values = handler(get_args(source)[0]) if get_args(source) else core_schema.any_schema()
        from_dict = core_schema.no_info_after_validator_function(
            cls, core_schema.dict_schema(core_schema.str_schema(), values)
        )
        return core_schema.json_or_python_schema(
            json_schema=from_dict,
            python_schema=core_schema.no_info_before_validator_function(_as_dict, from_dict),
            serialization=core_schema.plain_serializer_function_ser_schema(
                dict, return_schema=core_schema.dict_schema(core_schema.str_schema(), values)
            ),
        )


def _as_dict(value: Any) -> Any:
    return dict(value) if isinstance(value, FrozenDict) else value
