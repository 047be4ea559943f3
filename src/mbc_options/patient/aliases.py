"""The ways in which people write a value or a name, and the one meaning of each.

Lenient where the meaning is plain (signs, percentages, other words), strict in the rest: whatever a vocabulary does
not list is refused with the nearest word that it does.
"""

from __future__ import annotations

from reprlib import Repr
from typing import TYPE_CHECKING

from mbc_options.errors import alternatives, nearest_word
from mbc_options.text import plain as plain_text
from mbc_options.vocabulary.notations import Reading
from mbc_options.vocabulary.spelling import UNKNOWN_WORDS, folded, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.facts import FreeText
    from mbc_options.vocabulary.vocabulary import ChoiceForms, NameForms

__all__ = [
    "Refused",
    "free_text",
    "is_unknown",
    "plain",
    "read_choice",
    "read_name",
    "shown",
    "yes_no",
]

MAX_TEXT = 500
OTHER = "other:"


class Refused(ValueError):  # noqa: N818 - an outcome of reading, not an error of the package
    """A value that means nothing here; its text is what to tell its author.

    Attributes:
        below: keys and indices from the value that was read to the part of it that is wrong.
        at_key: whether the last of the keys is what is wrong, and not what stands under it.
    """

    def __init__(self, message: str, below: KeyPath = (), *, at_key: bool = False) -> None:
        super().__init__(message)
        self.below = below
        self.at_key = at_key


_YES = frozenset({"yes", "y", "true", "present", "1"})
_NO = frozenset({"no", "n", "false", "absent", "0", "none"})

_repr = Repr()
_repr.maxlevel = 3
_repr.maxstring = _repr.maxother = 100


def shown(written: object) -> str:
    """Return a value as a message quotes it: short, whatever its size and depth."""
    return _repr.repr(written)


def plain(written: object) -> str:
    """Return text in one line, without what a terminal or a page would obey instead of print."""
    return plain_text(written if isinstance(written, str) else shown(written))


def free_text(name: str, written: str) -> str:
    """Return text that is printed and never interpreted; `Refused` where it is too long."""
    text = plain(written)
    if len(text) > MAX_TEXT:
        msg = f"{name} has {len(text)} characters; at most {MAX_TEXT}"
        raise Refused(msg)
    return text


def is_unknown(written: object) -> bool:
    """Tell whether a value says nothing: it is not there, or a word for unknown."""
    return written is None or (isinstance(written, str) and written.strip().lower() in UNKNOWN_WORDS)


def read_choice(field: str, forms: ChoiceForms, written: object) -> Reading:
    """Return what a value of a choice means; `Refused` where it means nothing."""
    if isinstance(written, bool) and forms.is_yes_no:
        return Reading("yes" if written else "no")
    if not isinstance(written, str):
        kind = type(written).__name__
        is_number = kind in {"int", "float"}
        example = next((n.example for n in forms.notations if n.sign == "%"), "") if is_number else ""
        hint = f", e.g. {example!r}" if example else ""
        msg = f"{field} takes a word, not {shown(written)} ({kind}){hint}"
        raise Refused(msg)
    text = normal(written)
    if text in UNKNOWN_WORDS:
        return Reading(None)
    bare = _without_prefix(forms.prefixes, text)
    found = forms.readings.get(text) or forms.readings.get(bare)
    if found is not None:
        return found
    for notation in forms.notations:
        try:
            read = notation.read(field, bare)
        except ValueError as error:
            raise Refused(str(error)) from None
        if read is not None:
            return read
    raise Refused(_no_value(field, forms, text, written.strip()))


def _without_prefix(prefixes: Sequence[str], text: str) -> str:
    """Return a value without the name of the fact before it, and without the hyphen or colon that joins them."""
    prefix = next((prefix for prefix in prefixes if text.startswith(prefix)), "")
    rest = text[len(prefix) :]
    joined = prefix and rest[:1] == "-" and rest[1:2].isalpha()  # "er-positive", but "er-" is a minus sign
    return rest[1:] if joined else rest.lstrip(" :") if prefix else rest


def _no_value(field: str, forms: ChoiceForms, text: str, bare: str) -> str:
    near = nearest_word(text, [*forms.values, "unknown", *forms.words])
    hint = f"; did you mean {near}?" if near else ""
    sign = next((notation.sign for notation in forms.notations if notation.bare.fullmatch(bare)), "")
    hint += f"; did you mean {bare}{sign}?" if sign else ""
    return f"{field} cannot be {shown(text)}; it is {alternatives([*forms.values, 'unknown'])}{hint}"


def read_name(field: str, forms: NameForms, free: FreeText | None, written: object) -> str:
    """Return the name in a field of names that a word means; `other:<text>` is kept where the field takes it."""
    if not isinstance(written, str):
        msg = f"{field} takes names, not {shown(written)}"
        raise Refused(msg)
    word = folded(written)
    found = forms.names.get(word)
    if found is not None:
        return found
    text = " ".join(written.split())
    if free and text.lower().startswith(OTHER):
        rest = free_text(f"{field}: other", text[len(OTHER) :])
        if not rest:
            msg = f"{field}: {OTHER} needs a text, e.g. {OTHER}{free.example}"
            raise Refused(msg)
        return f"{OTHER}{rest}"
    known = list(dict.fromkeys(forms.names.values()))  # without the name that free text stands for
    near = nearest_word(word, [*known, *forms.aliases])
    hint = f"; did you mean {near}?" if near else ""
    way = f"; for {free.one} that is not listed write {OTHER}<text>" if free else ""
    msg = f"{field} does not know {shown(text)}{hint or f'; it knows {alternatives(known)}'}{way}"
    raise Refused(msg)


def yes_no(field: str, written: object) -> str | None:
    """Return `yes`, `no`, or None for unknown."""
    if isinstance(written, bool):
        return "yes" if written else "no"
    text = " ".join(written.lower().split()) if isinstance(written, str) else ""
    if text in _YES:
        return "yes"
    if text in _NO:
        return "no"
    if text in UNKNOWN_WORDS or written is None:
        return None
    msg = f"{field} takes yes, no or unknown here, not {shown(written)}"
    raise Refused(msg)
