"""Notations: how values in numbers and signs are read, each notation with the parameters that a fact gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from mbc_options.vocabulary.facts import IhcIsh, Notations, Percent

__all__ = ["IhcIshNotation", "Notation", "PercentNotation", "Reading", "notations_of"]


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


_PERCENT = re.compile(r"([<>]=?|≥|≤|~)?\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:%|percent|per cent)")


class PercentNotation:
    """A percentage of something, positive from a figure on.

    Attributes:
        accepts: what it accepts, for a message.
        example: a value, for a message.
        pattern: what it accepts, for a JSON Schema.
        sign: what a bare number may lack.
        bare: which bare numbers likely do.
    """

    example = "90%"
    pattern = r"^[<>≤≥]?=? ?\d{1,3}([.,]\d+)? ?%$"
    sign = "%"
    bare = re.compile(r"9|[1-9][0-9]|100")  # up to 8 may be an Allred score, of which 8 is the highest

    def __init__(self, said: Percent) -> None:
        self.said = said
        self.accepts = f"a percentage of {said.of} ({self.example})"

    def read(self, field: str, text: str) -> Reading | None:
        """Return what a value means; None where it is no percentage.

        Raises:
            ValueError: with what is wrong, where it is one that cannot be or settles nothing.
        """
        match = _PERCENT.fullmatch(text)
        if match is None:
            return None
        sign, figure, said = match[1] or "", match[2].replace(",", "."), self.said
        percent, least = float(figure), said.positive_from
        written = f"{sign}{figure}%"
        if percent > 100 or (sign in {">", "<"} and percent in {0, 100} and (sign == ">") == (percent == 100)):
            msg = f"{field} cannot be {written}; a percentage of {said.of} lies between 0 and 100"
            raise ValueError(msg)
        above, below = sign in {">", ">=", "≥"}, sign in {"<", "<=", "≤"}
        negative = percent < least or (percent == least and sign == "<")
        if (above and negative) or (below and not negative):
            msg = (
                f"{field}: {written} leaves open whether it is {least}% or more; "
                f"write the figure, {said.positive} or {said.negative}"
            )
            raise ValueError(msg)
        if negative:
            return Reading(said.negative, written)
        low = said.low_to is not None and percent <= said.low_to and not above
        notice = (said.low_notice or "").replace("{written}", written) if low else ""
        return Reading(said.positive, written, notice)


_IHC = re.compile(r"(?:ihc\s*)?(0|[123]\s*\+)(?:\s*[/,;]?\s*(?:f?ish|cish)\s*([+-]|pos(?:itive)?|neg(?:ative)?))?")


class IhcIshNotation:
    """A score of immunohistochemistry (IHC) from 0 to 3+, and the result of in situ hybridization (ISH).

    3+ is positive, 0 and 1+ are negative, and 2+ is what ISH says, without which it is open.
    The attributes are those of `PercentNotation`.
    """

    accepts = "IHC 0, 1+, 2+ or 3+ with /ISH+ or /ISH- where tested"
    example = "3+"
    pattern = r"^(IHC ?)?(0|[123]\+)([/,; ]+(F?ISH|CISH) ?[+-])?$"
    sign = "+"
    bare = re.compile(r"[123]")

    def __init__(self, said: IhcIsh) -> None:
        self.said = said

    def read(self, field: str, text: str) -> Reading | None:
        """Return what a value means; None where it is no such score.

        Raises:
            ValueError: with what is wrong, where score and hybridization contradict each other.
        """
        match = _IHC.fullmatch(text)
        if match is None:
            return None
        said, score = self.said, match[1].replace(" ", "")
        ish = "" if match[2] is None else ("+" if match[2][0] in "+p" else "-")
        written = f"IHC {score}" + (f", ISH{ish}" if ish else "")
        if (score in {"0", "1+"} and ish == "+") or (score == "3+" and ish == "-"):
            value = said.positive if score == "3+" else said.negative
            msg = (
                f"{field}: IHC {score} reads as {value} but ISH{ish} says otherwise; "
                f"write {said.positive}, {said.negative} or unknown"
            )
            raise ValueError(msg)
        if score == "2+" and not ish:
            return Reading(None, written, said.equivocal_notice, score)
        if ish == "+" or score == "3+":
            return Reading(said.positive, written)
        low = score in {"1+", "2+"}
        return Reading(said.negative, written, said.low_notice.replace("{written}", written) if low else "")


Notation: TypeAlias = PercentNotation | IhcIshNotation


def notations_of(said: Notations | None) -> tuple[Notation, ...]:
    """Return the notations that a fact may be written in."""
    if said is None:
        return ()
    percent = (PercentNotation(said.percent),) if said.percent else ()
    ihc = (IhcIshNotation(said.ihc_ish),) if said.ihc_ish else ()
    return (*percent, *ihc)
