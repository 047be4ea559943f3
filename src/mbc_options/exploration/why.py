"""The reasons in full: every rule of an option, whether it holds here, and exactly why or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from mbc_options.exploration.assessment import (
    REMINDER,
    Citation,
    KnownFact,
    MemberAssessment,
    OptionAssessment,
    RulebookInfo,
    UrgentCaution,
    urgent_cautions,
)
from mbc_options.exploration.explore import explore
from mbc_options.exploration.presenter import Presenter, presenter_of
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of
from mbc_options.rulebook.models import Basis, Consideration, Disagreement, Source, Supports, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRule

__all__ = ["Explanation", "RuleExplained", "explain"]

Facts = tuple[str, ...]


class RuleExplained(Result):
    """A rule beside what the patient makes of it.

    Attributes:
        id: its id.
        status: the status that it gives where it holds.
        when: its condition as authored, readable.
        holds: `yes`, `no`, or `open` where that depends on unknown facts.
        facts: the minimal facts that make it hold, or fail; where it is open, nothing.
        needs: where it is open, each way in which it would hold: the facts that would have to be learned.
        text: its rationale.
        claims: its passages.
        supports: by claim, how far it carries the rule, where that is not what the basis says of all.
        basis: `stated`, `implied` or `editorial`.
        note: a remark of ours on it.
    """

    id: str
    status: Literal["candidate", "unspecified"]
    when: str
    holds: Literal["yes", "no", "open"]
    facts: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    text: str
    claims: tuple[str, ...]
    supports: Supports
    basis: Basis
    note: str | None


class Explanation(Result):
    """Everything that a verdict on one option rests on.

    Attributes:
        rulebook: which rulebook spoke.
        label: what the description calls the patient, or None.
        known: the facts of which something is known.
        treatments: the earlier treatments.
        assumptions: what was assumed.
        notices: what to know about how the description was read.
        option: the verdict.
        proofs: every minimal set of known facts that suffices for it, readable; that of the verdict first. Where it is
            decided on demand, only that one.
        urgent: the urgent signs of this patient.
        scope_text: what is said of the scope, where the patient is not surely in it; else None.
        rules: every rule of the option; none where the patient is not surely in scope.
        disagreements: those that bear on it, with both sides.
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
    option: OptionAssessment | MemberAssessment
    proofs: tuple[tuple[str, ...], ...]
    urgent: tuple[Annotated[Consideration, Authored()], ...]
    scope_text: str | None
    rules: tuple[RuleExplained, ...]
    disagreements: tuple[Annotated[Disagreement, Authored()], ...]
    claims: FrozenDict[Citation]
    documents: tuple[Annotated[Source, Authored()], ...]
    glossary: tuple[Annotated[Term, Authored()], ...]

    @property
    def urgent_cautions(self) -> tuple[UrgentCaution, ...]:
        """The cautions of the option and its members that go with an urgent sign."""
        return urgent_cautions([self.option])

    def __str__(self) -> str:
        status = self.option.status.replace("_", " ")
        lines = [f"{self.option.label}: {status} (rulebook {self.rulebook.name} {self.rulebook.version})"]
        if self.scope_text is not None:
            lines.append(f"  {self.scope_text}")
        for rule in self.rules:
            why = " or ".join(map("; ".join, rule.needs)) if rule.holds == "open" else "; ".join(rule.facts)
            holds = {"yes": "holds", "no": "does not hold", "open": "open, would hold with"}[rule.holds]
            nothing = "no patient in scope can meet it" if rule.holds == "no" else "every patient in scope"
            lines.append(f"  {rule.id} {holds}: {why or nothing}")
        return "\n".join([*lines, REMINDER])

    __repr__ = __str__


def explain(
    patient: Patient | Description,
    option: str,
    rulebook: CompiledRulebook | None = None,
    *,
    documents: Iterable[str] | None = None,
) -> Explanation:
    """Return the reasons for a verdict in full.

    Args:
        patient: what is known.
        option: the id of a class (`chemotherapy`) or member (`chemotherapy.combination`).
        rulebook: default: the one that comes with the package.
        documents: ids of documents, as for `explore`. Default: all, and what is ours.

    Raises:
        TypeError: where `patient` is none, or `rulebook` is no rulebook.
        UnknownOptionError: with the nearest id, where there is none.
        InputError: where there is no document of one of the ids.
    """
    rulebook = rulebook_of(rulebook)
    rulebook.option(option)  # before the patient, so that who swaps the two is told that
    chosen = None if documents is None else tuple(documents)
    assessment = explore(patient, rulebook, documents=chosen)
    if chosen is not None:
        from mbc_options.rulebook.by_document import limited_to  # it compiles, which a report of all does not

        rulebook = limited_to(rulebook, chosen)
    presenter, compiled = presenter_of(rulebook), rulebook.option(option)
    shown = assessment[option]
    class_ = option.partition(".")[0]
    # Rules speak of patients in scope; of another they would say something empty.
    inside = assessment.scope == "in"
    rules = tuple(_rule(presenter, rule, assessment.patient.knowledge) for rule in compiled.rules) if inside else ()
    disagreements = tuple(d for d in assessment.disagreements if class_ in d.options)
    cited = set(shown.mentions)
    for claims in (
        *(reason.claims for reason in shown.because),
        *(caution.claims for caution in shown.cautions),
        *(one.caution.claims for one in urgent_cautions([shown])),
        *(sign.claims for sign in assessment.urgent),
        *(agent.claims for agent in shown.named),
        *(rule.claims for rule in rules),
    ):
        cited.update(claims)
    cited.update(claim for d in disagreements for side in d.sides for claim in side.claims)
    return Explanation(
        rulebook=assessment.rulebook,
        label=assessment.patient.label,
        known=assessment.known,
        treatments=assessment.treatments,
        assumptions=assessment.assumptions,
        notices=assessment.notices,
        option=shown,
        proofs=_proofs(presenter, compiled, shown, assessment.patient.knowledge) if inside else (),
        urgent=assessment.urgent,
        scope_text=None if assessment.scope == "in" else assessment.scope_text,
        rules=rules,
        disagreements=disagreements,
        claims=presenter.citations(cited),
        documents=assessment.documents,
        glossary=assessment.glossary,
    )


def _proofs(presenter: Presenter, option: CompiledOption, shown: MemberAssessment, knowledge: int) -> tuple[Facts, ...]:
    """Return what suffices for a verdict on a patient in scope, that of the verdict first; nothing where it is open."""
    if shown.status == "undetermined":
        return ()
    function = {"candidate": option.candidate, "unspecified": option.unspecified}.get(shown.status, option.described)
    assert function is not None
    found = function.refutations(knowledge) if shown.status == "not_described" else function.proofs(knowledge)
    return tuple(dict.fromkeys((shown.proof, *(presenter.proof(prime)[0] for prime in found))))


def _rule(presenter: Presenter, compiled: CompiledRule, knowledge: int) -> RuleExplained:
    proof, refutation = compiled.function.proof(knowledge), compiled.function.refutation(knowledge)
    holds: Literal["yes", "no", "open"] = "open"
    facts: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    if proof is not None:
        holds, facts = "yes", presenter.proof(proof)[0]
    elif refutation is not None:
        holds, facts = "no", presenter.proof(refutation)[0]
    else:
        conditions = presenter.verdicts.rule_region(compiled).conditions(knowledge).cubes
        needs = tuple(presenter.proof(cube)[0] for cube in conditions)
    rule = compiled.rule
    return RuleExplained(
        id=rule.id,
        status=rule.status,
        when=compiled.reads,
        holds=holds,
        facts=facts,
        needs=needs,
        text=rule.because,
        claims=rule.claims,
        supports=rule.supports,
        basis=rule.basis,
        note=rule.note,
    )
