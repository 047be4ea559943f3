"""What of an expectation is not so: each difference with what was expected, what was found, and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from mbc_options.errors import DescriptionError
from mbc_options.exploration.explore import explore
from mbc_options.exploration.status import statuses
from mbc_options.patient.description import of
from mbc_options.rulebook.models import KindOfConsideration
from mbc_options.tools.testing.expectations import BESIDE, beside_of, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbc_options.exploration.assessment import Assessment
    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.models import Caution
    from mbc_options.tools.testing.expectations import Expectation, Values

__all__ = ["Difference", "answer_of", "differences"]


SAID = ("not shown", "shown")
"""What something beside the options is."""


class Difference(NamedTuple):
    """Something that is not as expected.

    Attributes:
        subject: what it is about.
        expected, found: what was expected of it, and what is so.
        reason: why it is so, where there is one to tell.
    """

    subject: str
    expected: str
    found: str
    reason: str = ""


def answer_of(function: Function, knowledge: int) -> str:
    """Return what a rule answers: `fires`, `silent` or `open`."""
    if function.entailed_by(knowledge):
        return "fires"
    return "silent" if function.refuted_by(knowledge) else "open"


def differences(expectation: Expectation, rulebook: CompiledRulebook) -> Iterator[Difference]:
    """Yield what is not as expected; nothing where all is."""
    try:
        description = of(rulebook.vocabulary, expectation.patient)
    except DescriptionError as error:
        yield from _refused(expectation, error)
        return
    if expectation.refused is not None:
        yield Difference("patient", f"refused, as {expectation.refused!r}", "a patient who can be")
        return
    assessment = explore(description, rulebook, outlook=True)
    if assessment.scope != expectation.scope:
        yield Difference("scope", expectation.scope, assessment.scope, assessment.scope_text)
    if expectation.subtype is not None and assessment.subtype.is_ != expectation.subtype:
        found = assessment.subtype.is_ or f"open, it may be {' or '.join(assessment.subtype.may_be)}"
        yield Difference("subtype", expectation.subtype, found)
    yield from _subtypes(expectation, rulebook, description.knowledge)
    fast: Mapping[str, str] = statuses(description, rulebook)
    for option, expected in expectation.expect.items():
        status = assessment[option].status
        if status != expected:
            yield Difference(option, expected, status, _grounds(assessment, option))
        if fast[option] != status:
            yield Difference(option, f"one status ({status}, by explore)", f"{fast[option]}, by statuses")
    yield from _rules(expectation, rulebook, description.knowledge)
    yield from _reasons(expectation, assessment)
    yield from _beside(expectation, rulebook, assessment, description.knowledge)
    yield from _cited(expectation, assessment)
    yield from _settled(expectation, assessment)
    for name, wanted, said in (
        ("assumption", expectation.assumed, assessment.assumptions),
        ("notice", expectation.noticed, assessment.notices),
    ):
        if wanted is not None and not any(wanted in text for text in said):
            yield Difference(name, repr(wanted), _listed(said))


def _refused(expectation: Expectation, error: DescriptionError) -> Iterator[Difference]:
    if expectation.refused is None:
        yield from (Difference("patient", "a description", problem.message) for problem in error.problems)
    elif not any(expectation.refused in problem.message for problem in error.problems):
        yield Difference("patient", f"refused, as {expectation.refused!r}", error.problems[0].message)


def _subtypes(expectation: Expectation, rulebook: CompiledRulebook, knowledge: int) -> Iterator[Difference]:
    functions = {one.subtype.id: one.function for one in rulebook.subtypes}
    for ids, expected, wanted in (
        (expectation.subtypes, "fires", "surely so"),
        (expectation.no_subtypes, "silent", "surely not so"),
    ):
        for id_ in ids:
            answer = answer_of(functions[id_], knowledge)
            if answer != expected:
                found = {"fires": "surely so", "silent": "surely not so", "open": "open"}[answer]
                yield Difference(f"the subtype {id_}", wanted, found, _reason(functions[id_], rulebook, knowledge))


def _listed(some: Iterable[Any]) -> str:
    return ", ".join(map(str, some)) or "nothing"


def _grounds(assessment: Assessment, option: str) -> str:
    """Return why an option has its status."""
    found = assessment[option]
    if found.depends_on:
        way = found.depends_on[0]
        return f"{way.then} if " + " and ".join(f"{fact} is {' or '.join(values)}" for fact, values in way.if_.items())
    rules = [reason.rule for reason in found.because if reason.rule]
    return "; ".join(filter(None, (", ".join(found.proof), ", ".join(rules))))


def _reason(function: Function | None, rulebook: CompiledRulebook, knowledge: int) -> str:
    """Return why a condition holds or fails, or on what it depends."""
    if function is None:
        return ""
    phrase = rulebook.vocabulary.phrase
    cube = function.proof(knowledge)
    cube = function.refutation(knowledge) if cube is None else cube
    if cube is not None:
        return ", ".join(phrase(fact, values) for fact, values in rulebook.space.reading(cube).items())
    unknown = [
        fact for fact in rulebook.space.facts_of(function.named) if len(rulebook.space.values(knowledge, fact)) > 1
    ]
    return f"it depends on {', '.join(unknown)}"


def _rules(expectation: Expectation, rulebook: CompiledRulebook, knowledge: int) -> Iterator[Difference]:
    rules = rules_of(rulebook)
    for id_, expected in expectation.answers():
        function = rules[id_][1].function
        found = answer_of(function, knowledge)
        if found != expected:
            yield Difference(f"the rule {id_}", expected, found, _reason(function, rulebook, knowledge))


def _facts(values: Values) -> dict[str, tuple[str, ...]]:
    return {fact: (value,) if isinstance(value, str) else value for fact, value in values.items()}


def _reasons(expectation: Expectation, assessment: Assessment) -> Iterator[Difference]:
    for option, facts in expectation.depends_on.items():
        ways = [dict(one.if_) for one in assessment[option].depends_on if one.then == "candidate"]
        if _facts(facts) not in ways:
            yield Difference(f"{option} depends on", str(_facts(facts)), _listed(ways))
    for option, change in expectation.would_change.items():
        changes = [dict(one.change) for one in assessment[option].would_change]
        if change not in changes:
            yield Difference(f"{option} would change by", str(change), _listed(changes))
    for option, words in expectation.proof.items():
        if not any(words in fact for fact in assessment[option].proof):
            yield Difference(f"what decides {option}", repr(words), _listed(assessment[option].proof))
    units = [unit for option in assessment.options for unit in (option, *option.members)]
    told = {reason.rule: reason for unit in units for reason in unit.because}
    for what, wanted in (("note", expectation.notes), ("text", expectation.reasons), ("basis", expectation.basis)):
        for rule, expected in wanted.items():
            reason = told.get(rule)
            said = "" if reason is None else (getattr(reason, what) or "")
            if expected not in said:
                found = "it is no reason here" if reason is None else repr(said)
                yield Difference(f"the {what} of {rule}", repr(expected), found)


def _beside(
    expectation: Expectation, rulebook: CompiledRulebook, assessment: Assessment, knowledge: int
) -> Iterator[Difference]:
    units = [unit for option in assessment.options for unit in (option, *option.members)]
    cautions = {caution.id: caution for unit in units for caution in unit.cautions}
    shown: dict[str, tuple[str, ...]] = {
        "caution": tuple(cautions),
        "consideration": tuple(one.id for one in assessment.considerations),
        "disagreement": tuple(one.id for one in assessment.disagreements),
        "background": tuple(one.id for one in assessment.background),
        "question": tuple(one.id for one in assessment.questions),
    }
    yield from _shown(expectation, rulebook, shown, knowledge)
    for kind in get_args(KindOfConsideration):
        shown[kind] = tuple(one.id for one in assessment.considerations if one.kind == kind)
    for name, ids in expectation.exactly.items():
        if set(ids) != set(shown[name]):
            yield Difference(f"every {name}", _listed(sorted(ids)), _listed(sorted(shown[name])))
    yield from _said(expectation, cautions)


def _shown(
    expectation: Expectation, rulebook: CompiledRulebook, shown: Mapping[str, Iterable[str]], knowledge: int
) -> Iterator[Difference]:
    beside = beside_of(rulebook)
    for kind in BESIDE:
        for wanted in (True, False):
            for id_ in expectation.named(kind, shown=wanted):
                if (id_ in shown[kind]) != wanted:
                    reason = _reason(beside[kind][id_].function, rulebook, knowledge)
                    yield Difference(f"the {kind} {id_}", SAID[wanted], SAID[not wanted], reason)


def _said(expectation: Expectation, cautions: Mapping[str, Caution]) -> Iterator[Difference]:
    texts = {id_: caution.text for id_, caution in cautions.items()}
    for id_, words in expectation.says.items():
        if words not in texts.get(id_, ""):
            yield Difference(f"the caution {id_}", repr(words), repr(texts.get(id_, "nothing, it is not shown")))
    for id_, words in expectation.says_not.items():
        if words in texts.get(id_, words):
            found = repr(texts.get(id_, "nothing, it is not shown"))
            yield Difference(f"the caution {id_}", f"a text without {words!r}", found)
    for id_, claims in expectation.cites.items():
        named = cautions[id_].claims if id_ in cautions else ()
        if not set(claims) <= set(named):
            yield Difference(f"the caution {id_} cites", _listed(claims), _listed(named))


def _cited(expectation: Expectation, assessment: Assessment) -> Iterator[Difference]:  # noqa: C901 - a key after another
    for option, claims in expectation.mentions.items():
        mentions = assessment[option].mentions
        if not set(claims) <= set(mentions):
            yield Difference(f"the mentions of {option}", _listed(claims), _listed(mentions))
    for option, agents in expectation.agents.items():
        named = assessment[option].agents
        if named != agents:
            yield Difference(f"the drugs of {option}", _listed(agents), _listed(named))
    for option, drugs in expectation.named_by.items():
        by_drug = {one.id: one.claims for one in assessment[option].named}
        for drug, claims in drugs.items():
            if set(by_drug.get(drug, ())) != set(claims):
                yield Difference(f"{drug} named for {option} by", _listed(claims), _listed(by_drug.get(drug, ())))
    for claim in expectation.notices_on:
        if claim not in assessment.claims or not assessment.claims[claim].notices:
            found = "without one" if claim in assessment.claims else "not cited"
            yield Difference(claim, "cited with a notice", found)
    for claim in expectation.not_cited:
        if claim in assessment.claims:
            yield Difference(claim, "not cited", "cited")


def _settled(expectation: Expectation, assessment: Assessment) -> Iterator[Difference]:
    asked = {question.fact: question.settles for question in assessment.ask_next}
    for fact, answers in expectation.settles.items():
        if fact not in asked:
            yield Difference(fact, "among the next questions", _listed(asked))
            continue
        for answer, options in answers.items():
            settled = asked[fact].get(answer, ())
            if not set(options) <= set(settled):
                yield Difference(f"{fact}: {answer} settles", _listed(options), _listed(settled))
