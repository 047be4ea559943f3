"""A frozen mapping, for models that must be hashable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["FrozenDict"]

V_co = TypeVar("V_co", covariant=True)


if TYPE_CHECKING:  # nobody is to count on more than a mapping has

    class _Items(Mapping[str, V_co]):
        def __init__(self, items: Mapping[str, V_co] = ...) -> None: ...
        def __getitem__(self, key: str) -> V_co: ...
        def __iter__(self) -> Iterator[str]: ...
        def __len__(self) -> int: ...

else:  # looked up as fast as any other, and written as JSON like it

    class _Items(dict):
        __slots__ = ()


class FrozenDict(_Items[V_co]):
    """An immutable mapping from text, hashable, in the order in which it was given."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict[V_co]], tuple[dict[str, V_co]]]:
        return type(self), (dict(self),)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        msg = "this mapping cannot be changed; dict(...) makes a copy that can"
        raise TypeError(msg)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

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
