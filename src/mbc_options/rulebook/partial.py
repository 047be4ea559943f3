"""What can be understood of a file whose form is wrong, so that the names in it are looked up all the same."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_args, get_type_hints

from mbc_options.rulebook.conditions import read_condition
from mbc_options.source.forms import Form, key_of

__all__ = ["partial"]

F = TypeVar("F", bound=Form)

_CONDITIONS = {"when", "unless"}


def partial(form: type[F], data: Any) -> F:
    """Return what a file says in the shape of its form; what is missing or wrong is None, or as where nothing is said.

    Args:
        form: what the file should be.
        data: what it says.
    """
    said = data if isinstance(data, dict) else {}
    hints = get_type_hints(form)
    values = {field.name: _value(field, hints[field.name], said.get(key_of(field.name))) for field in fields(form)}
    found = object.__new__(form)
    object.__setattr__(found, "__dict__", values)
    return found


def _value(field: Any, hint: Any, said: Any) -> Any:
    inside = next(_forms_in(hint), None)
    found = None if field.default is MISSING else field.default
    is_list = "tuple[" in str(hint)
    if found is None and is_list:
        found = ()
    if field.name in _CONDITIONS and said is not None:
        found = read_condition(said)[0]
    elif isinstance(said, list) and is_list:
        found = tuple(
            partial(inside, one) if inside else one for one in said if isinstance(one, dict if inside else str)
        )
    elif isinstance(said, dict) and inside and not is_list:
        found = partial(inside, said)
    elif isinstance(said, str) and inside is None and not is_list:
        found = said
    return found


def _forms_in(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Form):
        yield hint
    for part in get_args(hint):
        yield from _forms_in(part)
