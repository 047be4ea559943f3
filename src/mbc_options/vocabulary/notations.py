"""Notations: how values in numbers and signs are read, each notation with the parameters that a fact gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mbc_options.record import Fixed
from mbc_options.source.forms import frozen
from mbc_options.vocabulary.spelling import literal, normal

if TYPE_CHECKING:
    from mbc_options.vocabulary.facts import IhcIsh, Notations, Percent, Score

__all__ = [
    "AMPLIFIED_FROM",
    "PATTERNS",
    "ConflictError",
    "IhcIshNotation",
    "Notation",
    "PercentNotation",
    "Reading",
    "ScoreNotation",
    "notations_of",
]


class ConflictError(ValueError):
    """Parts of a value contradict each other."""


class Reading(NamedTuple):
    """What a written value means.

    Attributes:
        value: the fact's value; None where the value says nothing.
        as_written: a form that says more than the value (`IHC 3+`, `5%`), or empty.
        notice: what the reader should know about the reading, or empty.
        form: where the value says nothing, what the field holds all the same (`2+`), or empty.
    """

    value: str | None
    as_written: str = ""
    notice: str = ""
    form: str = ""


_NUMBER = r"(\d{1,3}(?:[.,]\d+)?)"
_PERCENT_SIGN = r"(?:%|percent|per cent)"
_ABOUT = r"(?:(?:about|approx\.?|approximately|circa|ca\.?|staining in|stained in|in)\s+)?"
_OF_CELLS = r"(?:\s*(?:of\s+)?(?:the\s+)?(?:\w+\s+)?(?:cells|nuclei))?"
_PERCENT = re.compile(
    rf"{_ABOUT}(?:([<>]=?|≥|≤|~)?\s*{_NUMBER}\s*(?:{_PERCENT_SIGN})?\s*(?:-|to)\s*{_NUMBER}\s*{_PERCENT_SIGN}"
    rf"|([<>]=?|≥|≤|~)?\s*{_NUMBER}\s*{_PERCENT_SIGN}){_OF_CELLS}"
)


class PercentNotation(Fixed):
    """A percentage of something, or a range of percentages, positive from a figure on.

    Attributes:
        accepts: what it accepts, for a message.
        example: a value, for a message.
        pattern: its strict form, for a JSON Schema: nothing that `read` refuses.
        sign: what a bare number may lack.
        bare: which bare numbers likely do.
    """

    example = "90%"
    sign = "%"
    bare = re.compile(r"9|[1-9][0-9]|100")  # up to 8 may be an Allred score, of which 8 is the highest

    def __init__(self, said: Percent) -> None:
        self.said = said
        self.accepts = f"a percentage of {said.of} ({self.example})"
        negative, positive = _figures(0, said.positive_from - 1), _figures(said.positive_from, 99, "100(?:[.,]0+)?")
        below, above = _figures(1, said.positive_from - 1), _figures(said.positive_from, 99)
        alone = f"{negative}|{positive}|[<≤] ?{below}|[>≥] ?{above}"
        ranges = f"{negative}-{negative}|{positive}-{positive}"
        exact = f"< ?{said.positive_from}|(?:>=|≥) ?{said.positive_from}"
        self.pattern = f"^(?:{alone}|{ranges}|{exact}) ?%$"
        self.fix(frozen)

    def read(self, field: str, text: str) -> Reading | None:
        """Return what a value means; None where it is no percentage.

        Raises:
            ValueError: with what is wrong, where it is one that cannot be or settles nothing.
        """
        match = _PERCENT.fullmatch(text)
        if match is None:
            return None
        if match[3]:
            return self._range(field, match[2].replace(",", "."), match[3].replace(",", "."))
        sign, figure, said = match[4] or "", match[5].replace(",", "."), self.said
        percent, least = float(figure), said.positive_from
        written = f"{sign}{figure}%"
        if percent > 100 or (sign in {">", "<"} and percent in {0, 100} and (sign == ">") == (percent == 100)):
            msg = f"{field} cannot be {written}; a percentage of {said.of} lies between 0 and 100"
            raise ValueError(msg)
        above, below = sign in {">", ">=", "≥"}, sign in {"<", "<=", "≤"}
        negative = percent < least or (percent == least and sign == "<")
        if (above and negative) or (below and not negative):
            raise ValueError(self._open(field, written))
        if negative:
            return Reading(said.negative, written)
        low = said.low_to is not None and percent <= said.low_to and not above
        return Reading(said.positive, written, self._low(written) if low else "")

    def _range(self, field: str, *ends: str) -> Reading:
        said, (low, high) = self.said, sorted(ends, key=float)
        written = f"{low}-{high}%"
        if float(high) > 100:
            msg = f"{field} cannot be {written}; a percentage of {said.of} lies between 0 and 100"
            raise ValueError(msg)
        if float(high) < said.positive_from:
            return Reading(said.negative, written)
        if float(low) < said.positive_from:
            raise ValueError(self._open(field, written))
        is_low = said.low_to is not None and float(high) <= said.low_to
        return Reading(said.positive, written, self._low(written) if is_low else "")

    def _low(self, written: str) -> str:
        return (self.said.low_notice or "").replace("{written}", written)

    def _open(self, field: str, written: str) -> str:
        said = self.said
        return (
            f"{field}: {written} leaves open whether it is {said.positive_from}% or more; "
            f"write the figure, {said.positive} or {said.negative}"
        )


def _figures(low: int, high: int, more: str = "") -> str:
    """Return a pattern of the figures from one number to below the next of another, with decimals or without."""
    whole = "|".join(map(str, range(low, high + 1)))
    found = [f"(?:{whole})(?:[.,][0-9]+)?"] if whole else []
    return f"(?:{'|'.join([*found, *filter(None, [more])]) or '(?!)'})"


class ScoreNotation(Fixed):
    """A score with a name of its own, such as Allred, positive from a figure on and negative up to another.

    The attributes are those of `PercentNotation`, and what it looks like.
    """

    sign = ""
    bare = re.compile(r"(?!)")

    def __init__(self, said: Score) -> None:
        self.said = said
        names = sorted((said.name, *said.also), key=len, reverse=True)
        spelled = "|".join(literal(normal(name)) for name in names)
        self.form = re.compile(
            rf"(?:{spelled})(?:\s*score)?\s*[:=]?\s*(?:(\d+)\s*\+\s*(\d+)\s*=\s*)?(\d{{1,3}})(?:\s*/\s*{said.to})?"
            rf"|(\d{{1,3}})(?:\s*/\s*{said.to})?\s*\(?(?:{spelled})(?:\s*score)?\)?"
        )
        self.example = f"{said.name} {said.to}"
        self.accepts = f"{said.name} 0 to {said.to}"
        figures = (figure for figure in range(said.to + 1) if not said.negative_to < figure < said.positive_from)
        self.pattern = f"^{literal(said.name)} (?:{'|'.join(map(str, figures))})$"
        self.fix(frozen)

    def read(self, field: str, text: str) -> Reading | None:
        """Return what a value means; None where it is no such score.

        Raises:
            ValueError: with what is wrong, where it is one that cannot be or settles nothing.
        """
        match, said = self.form.fullmatch(text), self.said
        if match is None:
            return None
        score = int(match[3] or match[4])
        written = f"{said.name} {score}"
        if score > said.to or (match[1] and int(match[1]) + int(match[2]) != score):
            msg = f"{field} cannot be {text}; {said.name} goes from 0 to {said.to}, and its parts add up to it"
            raise ValueError(msg)
        if score >= said.positive_from:
            return Reading(said.positive, written, (said.notice or "").replace("{written}", written))
        if score <= said.negative_to:
            return Reading(said.negative, written, (said.notice or "").replace("{written}", written))
        msg = f"{field}: {written} settles nothing; write a percentage, {said.positive} or {said.negative}"
        raise ValueError(msg)


_ISH = r"(?:f?ish|cish|sish|dish|in situ hybridization)"
_ISH_YES = r"\+|pos(?:itive)?\b\.?|amplified|amp\b"
_ISH_NO = r"-|neg(?:ative)?\b\.?|not amplified|non-? ?amplified|unamplified|no amplification"
_IHC = re.compile(
    rf"(?:ihc\s*:?\s*)?(?:score\s*)?(0\+?|[123]\s*\+)(?:\s*(?:-|to)\s*([123]\s*\+))?"
    rf"(?:\s*(?:by\s*)?ihc)?(?:\s*[/,;(]?\s*{_ISH}\s*:?\s*({_ISH_YES}|{_ISH_NO}))?\)?"
)
_ISH_ALONE = re.compile(rf"{_ISH}\s*[:=]?\s*({_ISH_YES}|{_ISH_NO})|({_ISH_YES}|{_ISH_NO})\s*(?:by\s*)?{_ISH}")
_RATIO = re.compile(rf"(?:{_ISH}\s*)?(?:\w+/\w+\s*)?ratio\s*[:=]?\s*(?:of\s*)?(\d{{1,2}}(?:[.,]\d+)?)")
AMPLIFIED_FROM = 2.0
"""The ratio of HER2 to CEP17, by the guideline of ASCO and CAP (2018)."""

PATTERNS = {
    "percent": _PERCENT.pattern,
    "ihc": _IHC.pattern,
    "ish": _ISH_ALONE.pattern,
    "ish_no": _ISH_NO,
    "ratio": _RATIO.pattern,
}
"""What each notation looks like, for a reader in another language."""


class IhcIshNotation(Fixed):
    """A score of immunohistochemistry (IHC) from 0 to 3+, and the result of in situ hybridization (ISH).

    3+ is positive, 0 and 1+ are negative, and 2+ is what ISH says, without which it is open. ISH alone, or its ratio
    of HER2 to CEP17, says what it says.
    The attributes are those of `PercentNotation`.
    """

    accepts = "IHC 0, 1+, 2+ or 3+ with /ISH+ or /ISH- where tested"
    example = "3+"
    pattern = (
        r"^(?:IHC ?)?(?:(?:0|1\+)(?: ?[/,;]? ?(?:F?ISH|CISH) ?-)?|2\+(?: ?[/,;]? ?(?:F?ISH|CISH) ?[+-])?"
        r"|3\+(?: ?[/,;]? ?(?:F?ISH|CISH) ?\+)?)$"
    )
    sign = "+"
    bare = re.compile(r"[123]")

    def __init__(self, said: IhcIsh) -> None:
        self.said = said
        self.fix(frozen)

    def read(self, field: str, text: str) -> Reading | None:
        """Return what a value means; None where it is no such score.

        Raises:
            ValueError: with what is wrong, where score and hybridization contradict each other.
        """
        match = _IHC.fullmatch(text)
        if match is None:
            return self._by_ish(text)
        score = match[1].replace(" ", "").replace("0+", "0")
        to = (match[2] or "").replace(" ", "")
        ish = "" if match[3] is None else _sign(match[3])
        if to:
            return self._range(field, score, to, ish)
        return self._scored(field, score, ish)

    def _scored(self, field: str, score: str, ish: str) -> Reading:
        said = self.said
        written = f"IHC {score}" + (f", ISH{ish}" if ish else "")
        if (score in {"0", "1+"} and ish == "+") or (score == "3+" and ish == "-"):
            value = said.positive if score == "3+" else said.negative
            msg = (
                f"{field}: IHC {score} reads as {value} but ISH{ish} says otherwise; "
                f"write {said.positive}, {said.negative} or unknown"
            )
            raise ConflictError(msg)
        if score == "2+" and not ish:
            return Reading(None, written, said.equivocal_notice, score)
        if ish == "+" or score == "3+":
            return Reading(said.positive, written)
        low = score in {"1+", "2+"}
        return Reading(said.negative, written, said.low_notice.replace("{written}", written) if low else "")

    def _range(self, field: str, low: str, high: str, ish: str) -> Reading:
        """Return what two scores mean between which it lies, where both mean the same."""
        readings = [self._scored(field, score, ish) for score in (low, high)]
        written = f"IHC {low} to {high}" + (f", ISH{ish}" if ish else "")
        if low > high or readings[0].value != readings[1].value or readings[0].value is None:
            msg = f"{field}: {written} is not one result; write {self.said.positive}, {self.said.negative} or unknown"
            raise ValueError(msg)
        return Reading(readings[0].value, notice=readings[1].notice.replace(readings[1].as_written, written))

    def _by_ish(self, text: str) -> Reading | None:
        """Return what a result of hybridization by itself, or its ratio, means."""
        said = self.said
        match = _ISH_ALONE.fullmatch(text)
        if match is not None:
            return Reading(said.positive if _sign(match[1] or match[2]) == "+" else said.negative)
        ratio = _RATIO.fullmatch(text)
        if ratio is None:
            return None
        figure = float(ratio[1].replace(",", "."))
        value = said.positive if figure >= AMPLIFIED_FROM else said.negative
        return Reading(value, notice=(said.ratio_notice or "").replace("{written}", ratio[1]).replace("{value}", value))


def _sign(result: str) -> str:
    return "-" if re.fullmatch(_ISH_NO, result) else "+"


Notation: TypeAlias = PercentNotation | ScoreNotation | IhcIshNotation


def notations_of(said: Notations | None) -> tuple[Notation, ...]:
    """Return the notations that a fact may be written in."""
    if said is None:
        return ()
    percent = (PercentNotation(said.percent),) if said.percent else ()
    ihc = (IhcIshNotation(said.ihc_ish),) if said.ihc_ish else ()
    return (*percent, *map(ScoreNotation, said.scores), *ihc)
