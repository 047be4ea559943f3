"""Cards: what a notebook shows of something described, explored or compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.exploration.explore import free_text_of, treatments_of
from mbc_options.exploration.presenter import known_fact
from mbc_options.rendering.environment import environment
from mbc_options.rendering.terms import Terms
from mbc_options.vocabulary.facts import TextField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbc_options.exploration.assessment import AnyPatient, Citation, KnownFact

__all__ = ["card", "piece"]

_KINDS = {
    "Patient": ("patient", "patient"),
    "Description": ("patient", "patient"),
    "Assessment": ("assessment", "assessment"),
    "MemberAssessment": ("option", "option"),
    "OptionAssessment": ("option", "option"),
    "Explanation": ("explanation", "explanation"),
    "Matrix": ("matrix", "matrix"),
    "Comparison": ("comparison", "comparison"),
    "Case": ("case", "case"),
    "Stage": ("stage", "stage"),
    "Question": ("question", "question"),
    "Hint": ("hint", "hint"),
    "Graded": ("graded", "graded"),
    "Walk": ("walk", "walk"),
    "Results": ("results", "results"),
    "CohortSummary": ("cohort_summary", "summary"),
    "RecordReceipt": ("records", "records"),
    "RecordReceipts": ("records", "records"),
    "TableReceipt": ("receipt", "receipt"),
}
"""For each kind of thing its template, and its name there."""


def card(shown: Any) -> str | None:
    """Return something as a card: a piece of HTML to stand among others on any page.

    It needs no script and nothing from elsewhere, and has no ids, so that many cards can stand on one
    page. Its style reaches nothing outside it; where a front end takes the style away, the words are
    still there, in order.

    Args:
        shown: a patient, an assessment, a class or member of one, an explanation, a map by subtype, a
            comparison; a table of patients summed up, or what was made of its cells or of records; a teaching case, a
            stage, question or hint of one, a graded answer, a walk, or what a class knew. A patient is told in the
            words of the facts by which it was read.

    Returns:
        The card, or None where there is none for this kind of thing.
    """
    found = next((_KINDS[kind.__name__] for kind in type(shown).__mro__ if kind.__name__ in _KINDS), None)
    if found is None:
        return None
    template, name = found
    context = {name: shown}
    if name == "patient":
        said = _said(shown)
        context |= {"said": said, "unsaid": _unsaid(said)}
    return piece(template, context)


def piece(template: str, context: Mapping[str, Any]) -> str:
    """Return a card, or a part of one, from its template.

    Args:
        template: its name among those of cards, without the ending.
        context: what it shows, by the names that the template has for it.
    """
    shared = {"terms": Terms(()), "passages_of": _passages_of}
    html = environment().get_template(f"card/{template}.html.j2").render({**context, **shared})
    return "\n".join(line for line in map(str.strip, html.split("\n")) if line)


class _Said(NamedTuple):
    """What a description says, in the words of its own facts; no rulebook is asked."""

    patient: AnyPatient
    known: tuple[KnownFact, ...]
    treatments: tuple[str, ...]
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]


def _said(patient: AnyPatient) -> _Said:
    description = patient.description
    vocabulary, written = description.vocabulary, {**description.details, **free_text_of(description)}
    known = tuple(
        known_fact(vocabulary, fact, values, written.get(fact))
        for fact, values in description.known().items()
        if values != ("no",) or vocabulary.field_of(fact) != vocabulary.history
    )
    return _Said(patient, known, treatments_of(description), description.assumptions, description.notices)


def _unsaid(said: _Said) -> list[str]:
    """Return what the fields are called that the description leaves out, and that follow from nothing else."""
    description, known = said.patient.description, {fact.fact for fact in said.known}
    vocabulary = description.vocabulary
    return [
        vocabulary.labels[name]
        for name, value in description.fields.items()
        if value is None and name not in known and not isinstance(vocabulary.fields[name], TextField)
    ]


def _passages_of(parts: Iterable[Any], claims: Mapping[str, Citation]) -> dict[str, Citation]:
    """Return the passages that reasons, cautions and the like rest on, each once.

    Args:
        parts: whatever has `claims`.
        claims: the passages, by id; none where only an option is at hand.
    """
    return {id_: claims[id_] for part in parts for id_ in part.claims if id_ in claims}
