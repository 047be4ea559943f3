"""The ways in which people write a value or a name, and the one meaning of each.

Lenient where the meaning is plain (signs, percentages, other words), strict in the rest: whatever a vocabulary does
not list is refused, with the word that it lists where only a slip of the keyboard lies between. A suggestion never
turns a description into that of another patient.
"""

from __future__ import annotations

import re
from reprlib import Repr
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.errors import alternatives, nearest_words
from mbc_options.text import plain as plain_text
from mbc_options.vocabulary.notations import ConflictError, Reading
from mbc_options.vocabulary.spelling import (
    NEGATIONS,
    NEVER_WORDS,
    OTHER,
    UNKNOWN_WORDS,
    folded,
    is_missing,
    normal,
    parts_of,
    slips,
    words_beside,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.facts import FreeText
    from mbc_options.vocabulary.vocabulary import ChoiceForms, NameForms

__all__ = [
    "CONFLICT",
    "LONGEST",
    "MAX_TEXT",
    "NO_WORDS",
    "PATTERNS",
    "YES_WORDS",
    "NamesRead",
    "Refused",
    "free_text",
    "is_no_value",
    "is_unknown",
    "known_notice",
    "missing_notice",
    "plain",
    "read_choice",
    "read_names",
    "refuse_too_long",
    "shown",
    "slip_of",
    "yes_no",
]

CONFLICT = "conflict"
"""The code of a complaint about things that contradict each other."""

MAX_TEXT = 500
LONGEST = 1000
"""How long text may be, and what is written with something before or behind it."""


class Refused(ValueError):  # noqa: N818 - an outcome of reading, not an error of the package
    """A value that means nothing here; its text is what to tell its author.

    Attributes:
        below: keys and indices from the value that was read to the part of it that is wrong.
        at_key: whether the last of the keys is what is wrong, and not what stands under it.
        code: what kind of problem it is.
    """

    def __init__(self, message: str, below: KeyPath = (), *, at_key: bool = False, code: str = "") -> None:
        super().__init__(message)
        self.below = below
        self.at_key = at_key
        self.code = code


YES_WORDS = frozenset({"yes", "y", "true", "present", "1"})
NO_WORDS = frozenset({"no", "n", "false", "absent", "0", "none"})
"""Words for the two answers that a name in a field of names may have."""

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


def refuse_too_long(what: str, written: str) -> None:
    """Raise `Refused` for text that is too long to be a name or a value, before anything looks into it."""
    if len(written) > LONGEST:
        msg = f"{what} cannot be {shown(written)}, which has {len(written)} characters; at most {LONGEST}"
        raise Refused(msg)


def is_no_value(written: object) -> bool:
    """Tell whether a value is what tables have in an empty cell: NaN, NaT or NA, which is not equal to itself."""
    try:
        return bool(written != written)  # noqa: PLR0124 - that is how they are known
    except TypeError:  # pandas' NA answers no question
        return True
    except Exception:  # noqa: BLE001 - a stranger's comparison, as that of an array
        return False


def is_unknown(written: object) -> bool:
    """Tell whether a value says nothing: it is not there, or a word for unknown."""
    return written is None or (isinstance(written, str) and normal(written) in UNKNOWN_WORDS)


def slip_of(word: str, known: Iterable[str], means: Callable[[str], object] = str) -> str:
    """Return what to print after "did you mean" where a word is a slip of known ones; empty where it is none.

    Args:
        word: what was written.
        known: the words, those first that are to be offered for their like.
        means: what a known word means; of several that mean the same, the first is offered.
    """
    found: dict[object, str] = {}
    for one in slips(word, known):
        found.setdefault(means(one), one)
    return alternatives(list(found.values()))


def read_choice(field: str, label: str, forms: ChoiceForms, written: object) -> Reading:
    """Return what a value of a choice means; `Refused` where it means nothing.

    Args:
        field: its id.
        label: what a notice calls it.
        forms: how its values may be written.
        written: the value.
    """
    if isinstance(written, bool) and forms.is_yes_no:
        return Reading("yes" if written else "no")
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return _read_number(field, forms, written)
    if not isinstance(written, str):
        msg = f"{field} takes a word, not {shown(written)} ({type(written).__name__})"
        raise Refused(msg)
    refuse_too_long(field, written)
    text = normal(written)
    if text in UNKNOWN_WORDS or _without_prefix(forms.prefixes, text) in UNKNOWN_WORDS:
        return Reading(None)
    spaced = text.replace("_", " ")
    found = _read_form(field, forms, text) or _read_form(field, forms, spaced) or _read_both(field, forms, spaced)
    if found is not None:
        return found
    if is_missing(written) or is_missing(_without_prefix(forms.prefixes, text)):
        return Reading(None, notice=missing_notice(label, written))
    raise Refused(_no_value(field, forms, text, written.strip()))


def missing_notice(label: str, written: str) -> str:
    """Return what a reader should know where a marker for a value that is not there was read as unknown."""
    return f"{label}: left out ({plain(written)})." if plain(written) else f"{label}: left empty."


def known_notice(field: str, written: str, read_as: str) -> str:
    """Return what a reader should know where what was said to be none of the listed is one of them."""
    return f"{field}: {written} is known, and read as {read_as}."


def _read_number(field: str, forms: ChoiceForms, written: float) -> Reading:
    """Return what a bare number means; `Refused`, with what it may lack, where that is open."""
    found = _read_form(field, forms, str(written))
    if found is not None:
        return found
    example = next((notation.example for notation in forms.notations if notation.sign == "%"), "")
    signs = (notation.sign for notation in forms.notations if notation.sign and notation.bare.fullmatch(str(written)))
    sign = next(signs, "")
    hint = f"; did you mean {written}{sign}?" if sign else f", e.g. {example!r}" if example else ""
    msg = f"{field} takes a word, not {shown(written)} ({type(written).__name__}){hint}"
    raise Refused(msg)


def _read_form(field: str, forms: ChoiceForms, text: str) -> Reading | None:
    """Return what one form of a value means: a word, or a notation; None where it is neither."""
    bare = _without_prefix(forms.prefixes, text)
    found = forms.readings.get(text) or forms.readings.get(bare)
    if found is not None:
        return found
    for notation in forms.notations:
        try:
            read = notation.read(field, bare)
        except ValueError as error:
            raise Refused(str(error), code=CONFLICT if isinstance(error, ConflictError) else "") from None
        if read is not None:
            return read
    return None


_BETWEEN = re.compile(r"\s*[,;(/]\s*|\s+")
_COMMA = re.compile(r"\s*[,;]\s*")
_REMARK = re.compile(
    r"(?:focal|focally|patchy|diffuse|diffusely|strong|strongly|moderate|moderately|weak|weakly|heterogeneous)?\s*"
    r"(?:staining|stained|intensity|expression|positive cells|cells|by ihc|ihc|[0-3]\+)?"
    r"|(?:f?ish|cish)?\s*(?:not done|not performed|pending|not available)"
)


PATTERNS = {"between": _BETWEEN.pattern, "comma": _COMMA.pattern, "remark": _REMARK.pattern}
"""What divides the forms of a value, and what may stand beside them, for a reader in another language."""


def _read_both(field: str, forms: ChoiceForms, text: str) -> Reading | None:
    """Return what a value means that is written in two forms (`positive (90%)`), or with how strong it is stained."""
    for between in _BETWEEN.finditer(text):
        one, other = text[: between.start()], text[between.end() :].rstrip(" )")
        first = _read_form(field, forms, one)
        if first is None:
            continue
        read = [first]
        for part in (other,) if _read_form(field, forms, other) else _COMMA.split(other):
            second = _read_form(field, forms, part)
            if second is None and not _REMARK.fullmatch(part):
                break
            if second is not None and None not in {first.value, second.value} and first.value != second.value:
                msg = f"{field}: {shown(one)} and {shown(part)} contradict each other"
                raise Refused(msg, code=CONFLICT)
            read += [second] if second is not None else []
        else:
            return max(read, key=lambda reading: (reading.value is not None, bool(reading.as_written)))
    return None


def _without_prefix(prefixes: Sequence[str], text: str) -> str:
    """Return a value without the name of the fact before it, and without the hyphen or colon that joins them."""
    prefix = next((prefix for prefix in prefixes if text.startswith(prefix)), "")
    rest = text[len(prefix) :]
    joined = prefix and rest[:1] == "-" and rest[1:2].isalpha()  # "er-positive", but "er-" is a minus sign
    return rest[1:] if joined else rest.lstrip(" :=") if prefix else rest


def _no_value(field: str, forms: ChoiceForms, text: str, bare: str) -> str:
    near = slip_of(text, [*forms.words, "unknown"], lambda word: forms.readings.get(normal(word), word))
    near = near or _holding(text, forms.words)
    hint = f"; did you mean {near}?" if near else ""
    sign = next((one.sign for one in forms.notations if one.sign and one.bare.fullmatch(bare)), "")
    hint += f"; did you mean {bare}{sign}?" if sign else ""
    return f"{field} cannot be {shown(text)}; it is {alternatives([*forms.values, 'unknown'])}{hint}"


def _holding(text: str, words: Iterable[str]) -> str:
    """Return the several words that hold a text whole, such as those of which it is the second half."""
    near = nearest_words(text, words)
    return alternatives(near) if len(near) > 1 else ""


class NamesRead(NamedTuple):
    """The names that a written word means, and what a reader should know about the reading."""

    names: tuple[str, ...]
    notices: tuple[str, ...] = ()


def read_names(field: str, forms: NameForms, free: FreeText | None, written: object) -> NamesRead:
    """Return the names in a field of names that a word means, mostly one.

    `other:<text>` is kept where the field takes it and the text is no name that is known.

    Args:
        field: the id of the field.
        forms: its names.
        free: what `other:` stands for, if the field takes it.
        written: the word; or a mapping of one, which YAML makes of `other: text`.
    """
    if isinstance(written, dict) and len(written) == 1:
        ((key, value),) = written.items()
        if f"{key}:".strip().lower() == OTHER and isinstance(value, str):
            written = f"{OTHER}{value}"
    if not isinstance(written, str):
        msg = f"{field} takes names, not {shown(written)}"
        raise Refused(msg)
    refuse_too_long(field, written)
    found = _read_one(field, forms, free, written)
    if found is not None:
        return found
    parts = parts_of(written)
    if len(parts) > 1:
        several = [_read_one(field, forms, free, part) for part in parts]
        if None not in several:
            read = [one for one in several if one is not None]
            return NamesRead(
                tuple(name for one in read for name in one.names), tuple(note for one in read for note in one.notices)
            )
    raise Refused(_no_name(field, forms, free, written))


def _read_one(field: str, forms: NameForms, free: FreeText | None, written: str) -> NamesRead | None:
    """Return the name that a word means, with or without words beside it; None where it means none."""
    word = folded(written)
    for form in dict.fromkeys((word, _bare(word, forms))):
        if form in forms.names:
            notice = forms.notices.get(form)
            return NamesRead((forms.names[form],), (notice,) if notice else ())
    text = " ".join(written.split())
    if not free or not text.lower().startswith(OTHER):
        return None
    rest = free_text(f"{field}: other", text[len(OTHER) :])
    if not rest:
        msg = f"{field}: {OTHER} needs a text, e.g. {OTHER}{free.example}"
        raise Refused(msg)
    if normal(rest) in UNKNOWN_WORDS | NEVER_WORDS or is_missing(rest):
        msg = f"{field}: {OTHER}{rest} names nothing; write [] for none, or leave {field} out where it is not known"
        raise Refused(msg)
    known = _read_one(field, forms, free, rest)
    if known is None:
        return NamesRead((f"{OTHER}{rest}",))
    if known.names[0].startswith(OTHER):
        return known
    return NamesRead(known.names, (*known.notices, known_notice(field, f"{OTHER}{rest}", known.names[0])))


def _bare(word: str, forms: NameForms) -> str:
    """Return a word without those beside a name that say nothing of which it is."""
    return "_".join(part for part in words_beside(word) if part not in forms.beside)


def _no_name(field: str, forms: NameForms, free: FreeText | None, written: str) -> str:
    """Return what to tell the author of a word that is no name."""
    text, known = " ".join(written.split()), list(dict.fromkeys(forms.yes))
    if normal(text) in UNKNOWN_WORDS | NEVER_WORDS or is_missing(text):
        return f"{field}: {shown(text)} names nothing beside what the list names; leave it out"
    words = re.split(r"[\s_\-]+", normal(written))
    if NEGATIONS & set(words):
        rest = _bare("_".join(word for word in words if word not in NEGATIONS), forms)
        name = forms.names.get(rest) if sum(word in NEGATIONS for word in words) == 1 else None
        hint = f"; what is absent is written {{{name}: no}}" if name else "; what is absent is written {name: no}"
        return f"{field} does not know {shown(text)}{hint}"
    listed = [name for name in known if name in forms.names]
    word = _bare(folded(written), forms)
    near = slip_of(word, [*listed, *forms.aliases], lambda form: forms.names[folded(form)])
    near = near or _holding(folded(written), listed)
    hint = f"; did you mean {near}?" if near else f"; it knows {alternatives(listed)}"
    way = f"; for {free.one} that is not listed write {OTHER}<text>" if free else ""
    return f"{field} does not know {shown(text)}{hint}{way}"


def yes_no(field: str, written: object) -> str | None:
    """Return `yes`, `no`, or None for unknown."""
    if isinstance(written, bool):
        return "yes" if written else "no"
    text = " ".join(written.lower().split()) if isinstance(written, str) else ""
    if text in YES_WORDS:
        return "yes"
    if text in NO_WORDS:
        return "no"
    if text in UNKNOWN_WORDS or written is None or (isinstance(written, str) and is_missing(written)):
        return None
    msg = f"{field} takes yes, no or unknown here, not {shown(written)}"
    raise Refused(msg)
