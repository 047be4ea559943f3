"""What one patient may ask a care team, with what makes each question worth asking, grouped by what brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from mbc_options.exploration.assessment import REMINDER, Citation, KnownFact, RulebookInfo
from mbc_options.exploration.explore import explore
from mbc_options.exploration.presenter import presenter_of
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of
from mbc_options.rulebook.models import CareQuestion, Caution, Consideration, Source, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.exploration.assessment import Assessment
    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient

__all__ = ["CareQuestions", "QuestionGroup", "care_questions"]


class QuestionGroup(Result):
    """Questions that one and the same thing brings.

    Attributes:
        by: what brings them: `known` (something that is known of the patient), `unknown` (something that is not),
            `option` (a class of treatment), or `everyone` (nothing; everybody may ask them).
        option: the id of the class, where it is one.
        label: its name.
        questions: the questions.
    """

    by: Literal["known", "unknown", "option", "everyone"]
    option: str | None = None
    label: str | None = None
    questions: tuple[Annotated[CareQuestion, Authored()], ...]


class CareQuestions(Result):
    """What one patient may ask a care team.

    Attributes:
        rulebook: which rulebook spoke, in which register.
        label: what the description calls the patient, or None.
        known: the facts of which something is known.
        treatments: the earlier treatments.
        assumptions: what was assumed.
        notices: what to know about how the description was read.
        scope_text: what is said of the scope, where the patient is not surely in it; else None.
        urgent: the signs of this patient that can turn urgent.
        cautions: the cautions that go with them.
        groups: the questions. Those that something known brings come first, those for everyone last.
        claims: every passage cited, by id.
        documents: the documents.
        glossary: every special word that the rulebook explains.
    """

    rulebook: RulebookInfo
    label: str | None
    known: tuple[KnownFact, ...]
    treatments: tuple[str, ...]
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]
    scope_text: str | None
    urgent: tuple[Annotated[Consideration, Authored()], ...]
    cautions: tuple[Annotated[Caution, Authored()], ...]
    groups: tuple[QuestionGroup, ...]
    claims: FrozenDict[Citation]
    documents: tuple[Annotated[Source, Authored()], ...]
    glossary: tuple[Annotated[Term, Authored()], ...]

    def __str__(self) -> str:
        lines = [f"Questions for the care team (rulebook {self.rulebook.name} {self.rulebook.version})"]
        lines += [f"  {question.ask}" for group in self.groups for question in group.questions]
        return "\n".join([*lines, REMINDER])

    __repr__ = __str__


def care_questions(patient: Patient | Description, rulebook: CompiledRulebook | None = None) -> CareQuestions:
    """Return what a patient may ask a care team, and why.

    Args:
        patient: what is known; no question asks what it says.
        rulebook: default: the one that comes with the package. `load_rulebook(words="plain")` speaks to patients.

    Raises:
        TypeError: where `patient` is none, or `rulebook` is no rulebook.
        DescriptionError: where the rulebook has not the facts that the patient is described by.
    """
    rulebook = rulebook_of(rulebook)
    assessment = explore(patient, rulebook)
    urgent = assessment.urgent
    cautions = dict.fromkeys(one.caution for one in assessment.urgent_cautions)
    shown: tuple[Consideration | Caution | CareQuestion, ...] = (*urgent, *cautions, *assessment.questions)
    return CareQuestions(
        rulebook=assessment.rulebook,
        label=assessment.patient.label,
        known=assessment.known,
        treatments=assessment.treatments,
        assumptions=assessment.assumptions,
        notices=assessment.notices,
        scope_text=None if assessment.scope == "in" else assessment.scope_text,
        urgent=urgent,
        cautions=tuple(cautions),
        groups=tuple(_groups(assessment)),
        claims=presenter_of(rulebook).citations({claim for one in shown for claim in one.claims}),
        documents=assessment.documents,
        glossary=assessment.glossary,
    )


def _groups(assessment: Assessment) -> Iterator[QuestionGroup]:
    asked = assessment.questions
    unknown = tuple(one for one in asked if one.when_unknown)
    of_options = tuple(one for one in asked if one.about and one not in unknown)
    known = tuple(one for one in asked if one.when and one not in (*unknown, *of_options))
    everyone = tuple(one for one in asked if one not in (*unknown, *of_options, *known))
    if known:
        yield QuestionGroup(by="known", questions=known)
    if unknown:
        yield QuestionGroup(by="unknown", questions=unknown)
    for option in assessment.options:
        about = tuple(one for one in of_options if one.about == option.id)
        if about:
            yield QuestionGroup(by="option", option=option.id, label=option.label, questions=about)
    if everyone:
        yield QuestionGroup(by="everyone", questions=everyone)
