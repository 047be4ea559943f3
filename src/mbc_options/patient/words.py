"""The ways in which people write a fact, and the one meaning of each.

Lenient where the meaning is plain (`+`, `ER+`, `90 %`, `3+`, `post`), strict in the rest: whatever
is not listed here is refused with the nearest word that is.
"""

from __future__ import annotations

import re
from reprlib import Repr
from typing import NamedTuple, TypeAlias

from mbc_options import text as texts
from mbc_options.errors import nearest_word
from mbc_options.vocabulary.facts import NAMED_FIELDS

__all__ = ["Meaning", "Refused", "Trail", "free_text", "named", "outcome", "plain", "setting", "single", "yes_no"]

Trail: TypeAlias = tuple[str | int, ...]

MAX_TEXT = 500
JOINERS = texts.JOINERS


class Refused(ValueError):  # noqa: N818 - an outcome of reading, not an error of the package
    """A value that means nothing here; its text is what to tell its author.

    Attributes:
        below: keys and indices from the value that was read to the part of it that is wrong.
        at_key: whether the last of the keys is what is wrong, and not what stands under it.
    """

    def __init__(self, message: str, below: Trail = (), *, at_key: bool = False) -> None:
        super().__init__(message)
        self.below = below
        self.at_key = at_key


class Meaning(NamedTuple):
    """What a written value means.

    Attributes:
        value: the fact's value; None where the value says nothing.
        as_written: a form that says more than the value (`IHC 3+`, `5 %`), or empty.
        notice: what the reader should know about the reading, or empty.
    """

    value: str | None
    as_written: str = ""
    notice: str = ""


UNKNOWN = {"unknown", "?", "not known", "not tested", "n/k", "nk", "missing"}
_YES = {"yes", "y", "true", "present", "1"}
_NO = {"no", "n", "false", "absent", "0", "none"}
_POSITIVE = {"positive", "pos", "+", "(+)", "pos."}
_NEGATIVE = {"negative", "neg", "-", "(-)", "neg."}
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2011": "-", "\uff0b": "+"})

_SINGLE: dict[str, dict[str, set[str]]] = {
    "sex": {"female": {"f", "woman"}, "male": {"m", "man"}},
    "menopause": {
        "premenopausal": {"pre", "pre-menopausal", "before menopause"},
        "postmenopausal": {"post", "post-menopausal", "after menopause"},
        "not_applicable": {"not applicable", "n/a", "na"},
        "perimenopausal": {"peri", "peri-menopausal"},
    },
    "receptors_tested_on": {
        "primary": {"primary tumor", "primary tumour"},
        "metastasis": {"metastatic site", "metastases"},
    },
    "metastasis_confirmed": {"yes": _YES, "no": _NO},
    "immunotherapy_biomarker": {"positive": _POSITIVE, "negative": _NEGATIVE},
}

_NAMED: dict[str, dict[str, str]] = {
    "sites": {
        "bones": "bone",
        "skeleton": "bone",
        "hepatic": "liver",
        "lungs": "lung",
        "pulmonary": "lung",
        "cerebral": "brain",
        "distant_nodes": "distant_lymph_nodes",
        "marrow": "bone_marrow",
        "axillary_lymph_nodes": "regional_lymph_nodes",
        "axillary_nodes": "regional_lymph_nodes",
        "regional_nodes": "regional_lymph_nodes",
        "breast": "breast_or_chest_wall",
        "chest_wall": "breast_or_chest_wall",
    },
    "extent": {"oligometastases": "oligometastatic", "visceral_extensive": "extensive_visceral"},
    "situation": {"rapid_control": "rapid_control_needed", "financial_distress": "financial_stress"},
    "findings": {
        "cord_compression": "spinal_cord_compression",
        "high_calcium": "hypercalcemia",
        "hypercalcaemia": "hypercalcemia",
        "bone_fracture": "fracture",
        "fractures": "fracture",
        "breathlessness": "shortness_of_breath",
        "dyspnea": "shortness_of_breath",
        "dyspnoea": "shortness_of_breath",
        "headaches": "headache",
        "seizure": "seizures",
        "behaviour_change": "behavior_change",
        "personality_change": "behavior_change",
        "airway_obstruction": "bronchial_obstruction",
        "open_wound": "open_breast_wound",
    },
}

_OUTCOMES: dict[str, set[str]] = {
    "progressed": {"progression", "progressive disease", "pd", "progressing", "failed"},
    "stable": {"stable disease", "sd", "stabilized", "stabilised"},
    "responded": {"response", "responding", "partial response", "complete response", "cr"},
    "completed": {"finished", "done"},
    "ongoing": {"current", "continuing"},
    "not_tolerated": {"not tolerated", "intolerant", "intolerance", "stopped for toxicity", "toxicity"},
    "unknown": UNKNOWN,
}

_SETTINGS: dict[str, set[str]] = {
    "early": {"adjuvant", "neoadjuvant", "early-stage", "early stage"},
    "metastatic": {"advanced", "stage iv"},
    "unknown": UNKNOWN,
}


_repr = Repr()
_repr.maxlevel = 3
_repr.maxstring = _repr.maxother = 100


def shown(written: object) -> str:
    """Return a value as a message quotes it: short, whatever its size and depth."""
    return _repr.repr(written)


def plain(written: object) -> str:
    """Return text in one line, without what a terminal or a page would obey instead of print."""
    return texts.plain(written if isinstance(written, str) else shown(written))


def free_text(name: str, written: str) -> str:
    """Return text that is printed and never interpreted; `Refused` where it is too long."""
    text = plain(written)
    if len(text) > MAX_TEXT:
        msg = f"{name} has {len(text)} characters; at most {MAX_TEXT}"
        raise Refused(msg)
    return text


def single(field: str, written: object) -> Meaning:
    """Return what a value of a single-valued field means; `Refused` where it means nothing."""
    text = _text(field, written)
    if text in UNKNOWN:
        return Meaning(None)
    if field in {"er", "pr"}:
        return _receptor(field, text)
    if field == "her2":
        return _her2(text)
    if field == "menopause" and _choice(field, text) == "perimenopausal":
        return Meaning(
            None,
            "perimenopausal",
            "Around menopause (perimenopausal): the documents have no rule for it, so menopause is left unknown.",
        )
    return Meaning(_choice(field, text))


def _text(field: str, written: object) -> str:
    if isinstance(written, bool) and field == "metastasis_confirmed":
        return "yes" if written else "no"
    if not isinstance(written, str):
        kind = type(written).__name__
        hint = ", e.g. '90%'" if field in {"er", "pr"} and kind in {"int", "float"} else ""
        msg = f"{field} takes a word, not {shown(written)} ({kind}){hint}"
        raise Refused(msg)
    return " ".join(written.translate(_MINUS).lower().split())


def _choice(field: str, text: str) -> str:
    known = _SINGLE[field]
    for value, others in known.items():
        if text == value or text in others or text.replace(" ", "_") == value:
            return value
    raise Refused(_unknown_value(field, text, [*known, "unknown"], [w for others in known.values() for w in others]))


def _unknown_value(field: str, text: str, accepted: list[str], aliases: list[str]) -> str:
    near = nearest_word(text, [*accepted, *(alias for alias in aliases if len(alias) > 1)])
    hint = f"; did you mean {near}?" if near else ""
    return f"{field} cannot be {shown(text)}; it is {_alternatives(accepted)}{hint}"


def _alternatives(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


_PERCENT = re.compile(r"([<>]=?|≥|≤|~)?\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:%|percent|per cent)")


def _receptor(field: str, text: str) -> Meaning:
    bare = _without_name(field, text)
    if bare in _POSITIVE:
        return Meaning("positive")
    if bare in _NEGATIVE:
        return Meaning("negative")
    if match := _PERCENT.fullmatch(bare):
        return _stained(field, match[1] or "", match[2].replace(",", "."))
    accepted = ["positive (+)", "negative (-)", "a percentage of stained cells (90%)", "unknown"]
    raise Refused(_unknown_value(field, text, accepted, ["positive", "negative"]))


def _without_name(field: str, text: str) -> str:
    names = {"er": r"(?:er|estrogen receptor)", "pr": r"(?:progesterone receptor|pgr|pr)", "her2": r"her-?2(?:/neu)?"}
    return re.sub(rf"^{names[field]}(?:-(?=pos|neg)|[\s:]*)", "", text).strip()


def _stained(field: str, sign: str, figure: str) -> Meaning:
    percent = float(figure)
    written = f"{sign}{figure}%"
    if percent > 100 or (sign in {">", "<"} and percent in {0, 100} and (sign == ">") == (percent == 100)):
        msg = f"{field} cannot be {written}; a percentage of stained cells lies between 0 and 100"
        raise Refused(msg)
    above, below = sign in {">", ">=", "≥"}, sign in {"<", "<=", "≤"}
    negative = percent < 1 or (percent == 1 and sign == "<")
    if (above and negative) or (below and not negative):
        msg = f"{field}: {written} leaves open whether it is 1% or more; write the figure, positive or negative"
        raise Refused(msg)
    if negative:
        return Meaning("negative", written)
    low = percent <= 10 and not above
    notice = (
        f"{field.upper()} is stained in {written} of cells: low-positive. It is read as positive (1% or more); "
        "the documents do not speak of low-positive results."
    )
    return Meaning("positive", written, notice if low else "")


_IHC = re.compile(r"(?:ihc\s*)?(0|[123]\s*\+)(?:\s*[/,;]?\s*(?:f?ish|cish)\s*([+-]|pos(?:itive)?|neg(?:ative)?))?")


def _her2(text: str) -> Meaning:
    bare = _without_name("her2", text)
    if bare in _POSITIVE or bare in {"overexpressed", "amplified"}:
        return Meaning("positive")
    if bare in _NEGATIVE:
        return Meaning("negative")
    match = _IHC.fullmatch(bare)
    if not match:
        accepted = ["positive (+)", "negative (-)", "IHC 0, 1+, 2+ or 3+ with /ISH+ or /ISH- where tested", "unknown"]
        raise Refused(_unknown_value("her2", text, accepted, ["positive", "negative"]))
    score = match[1].replace(" ", "")
    ish = "" if match[2] is None else ("+" if match[2][0] in "+p" else "-")
    written = f"IHC {score}" + (f", ISH {ish}" if ish else "")
    if (score in {"0", "1+"} and ish == "+") or (score == "3+" and ish == "-"):
        reading = "positive" if score == "3+" else "negative"
        msg = f"her2: IHC {score} reads as {reading} but ISH{ish} says otherwise; write positive, negative or unknown"
        raise Refused(msg)
    if score == "2+" and not ish:
        notice = (
            "HER2 is IHC 2+ without an ISH result: equivocal, neither positive nor negative until "
            "in situ hybridization (ISH, a test that counts HER2 gene copies) decides, so HER2 is left unknown."
        )
        return Meaning(None, written, notice)
    if ish == "+" or score == "3+":
        return Meaning("positive", written)
    notice = (
        f"HER2 is {written}: read as negative. The documents do not speak of a HER2-low group."
        if score in {"1+", "2+"}
        else ""
    )
    return Meaning("negative", written, notice)


def named(field: str, written: object) -> str:
    """Return the name in a field of names that a word means; `other:<text>` is kept for sites."""
    if not isinstance(written, str):
        msg = f"{field} takes names, not {shown(written)}"
        raise Refused(msg)
    text = " ".join(written.split())
    if field == "sites" and text.lower().startswith("other:"):
        rest = free_text("sites: other", text[len("other:") :])
        if not rest:
            msg = "sites: other: needs a text, e.g. other:choroid"
            raise Refused(msg)
        return f"other:{rest}"
    word = re.sub(r"[\s\-]+", "_", text.lower())
    known = NAMED_FIELDS[field]
    word = _NAMED[field].get(word, word)
    if word in known and not (field == "sites" and word == "other"):
        return word
    near = nearest_word(word, [*known, *_NAMED[field]])
    hint = f"; did you mean {near}?" if near else ""
    way = "; for a site that is not listed write other:<text>" if field == "sites" else ""
    msg = f"{field} does not know {shown(text)}{hint or f'; it knows {_alternatives(list(known))}'}{way}"
    raise Refused(msg)


def yes_no(field: str, written: object) -> str | None:
    """Return `yes`, `no`, or None for unknown."""
    if isinstance(written, bool):
        return "yes" if written else "no"
    text = " ".join(str(written).lower().split()) if isinstance(written, str) else ""
    if text in _YES:
        return "yes"
    if text in _NO:
        return "no"
    if text in UNKNOWN or written is None:
        return None
    msg = f"{field} takes yes, no or unknown here, not {shown(written)}"
    raise Refused(msg)


def outcome(written: str) -> str | None:
    """Return the outcome of an earlier treatment that a word means, or None."""
    return _find(_OUTCOMES, written)


def setting(written: str) -> str | None:
    """Return the setting of an earlier treatment that a word means, or None."""
    return _find(_SETTINGS, written)


def _find(known: dict[str, set[str]], written: str) -> str | None:
    text = " ".join(written.lower().split())
    return next((word for word, others in known.items() if text == word or text in others), None)


def outcomes() -> tuple[str, ...]:
    """Return the outcomes that a description may give."""
    return tuple(_OUTCOMES)


def settings() -> tuple[str, ...]:
    """Return the settings that a description may give."""
    return tuple(_SETTINGS)


def accepted(field: str) -> tuple[str, ...]:
    """Return the words for the values of a single-valued field, the preferred one of each value first."""
    values = _SINGLE.get(field, {"positive": _POSITIVE, "negative": _NEGATIVE})
    return (*values, *(word for others in values.values() for word in sorted(others)), "unknown")


def aliases(field: str) -> tuple[str, ...]:
    """Return the further words for the names of a field of names."""
    return tuple(_NAMED[field])
