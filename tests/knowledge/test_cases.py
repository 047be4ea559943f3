"""The knowledge held by cases: small patients, and what rulings and documents say of them.

The cases stand in `cases/*.yaml`, one file a class of treatment and one each for what goes across
classes. Adding a case to a file adds a test. Expectations are taken from the rulings and the documents,
never from what the program printed. A case:

    - id: lung-is-visceral
      why: Ruling 6 counts the lung as visceral, and S001-74 names chemotherapy there.
      ruling: 6                                        # or a list
      patient: {her2: negative, sites: [lung]}         # as in a patient file
      expect: {chemotherapy: candidate}                # status by class or member
      fires: [chemotherapy-her2-negative-visceral]     # rules that surely hold
      silent: [chemotherapy-triple-negative]           # rules that surely do not
      open: [chemotherapy-salvage]                     # rules that depend on what is unknown
      depends_on: {surgery: {findings.pain: yes}}      # this alone, if learned, makes it a candidate

Further keys are those of `Case`; an unknown one is an error.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

import pytest
from pydantic import BeforeValidator, Field, ValidationError

from mbc_options import CompiledRulebook, Patient, explore, load_rulebook, statuses
from mbc_options.rulebook.conditions import Always
from mbc_options.source import yaml_positions
from mbc_options.source.validation import Strict, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mbc_options import Assessment
    from mbc_options.rulebook.compiled import CompiledRule

CASES = Path(__file__).parent / "cases"

RULINGS = range(1, 28)
"""The settled rulings on how the documents are read."""

Status = Literal["candidate", "undetermined", "unspecified", "not_described", "out_of_scope"]
Basis = Literal["stated", "implied", "editorial"]
Values = dict[str, str | tuple[str, ...]]
Ids = tuple[str, ...]

Consideration = Literal[
    "testing", "monitoring", "sequence", "support", "limit", "symptom", "prognosis", "urgent", "cost"
]
Kind = Literal[Consideration, "caution", "disagreement", "background"]
KINDS = get_args(Consideration)


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Case(Strict):
    """A patient, and what is expected of the rulebook.

    Attributes:
        id: unique in its file.
        why: one sentence: where the expectation comes from.
        ruling: the rulings that it holds.
        patient: the description, as in a patient file.
        scope: whether the documents concern the patient.
        subtype: the subtype, where it is settled.
        expect: statuses.
        fires, silent, open: rules that hold, do not hold, or depend on unknown facts.
        depends_on: for an option, facts that would together make it a candidate: one of its dependencies.
        would_change: for an option, what would have to differ for another verdict: one of its changes.
        basis: for a rule among the reasons, whether it is stated, implied or editorial.
        proof: for an option, words of what decides its verdict.
        reasons: for a rule among the reasons, words of its text.
        notes: for a rule among the reasons, words of our note on it.
        mentions: general mentions that stand beside an option, whatever its status.
        agents: exactly the drugs that are named for an option.
        cautions, no_cautions: cautions that are shown, or not, with any class or member.
        says: for a caution that is shown, words of its text.
        says_not: for a caution that is shown, words that its text must not have.
        cites: for a caution that is shown, claims that it names.
        considerations, no_considerations: considerations that are shown, or not.
        disagreements, no_disagreements: likewise.
        backgrounds, no_backgrounds: likewise of entries of the background.
        questions, no_questions: questions for the care team that are asked, or not.
        exactly: of a kind of consideration, of `caution`, `disagreement` or `background`: all that are shown.
        notices_on: claims that are cited with a notice of ours.
        not_cited: claims that nothing cites.
        settles: for an unknown fact among the next questions, options that an answer settles.
        assumed: words of an assumption.
        noticed: words of a notice on how the description was read.
    """

    id: str
    why: str
    ruling: Annotated[tuple[int, ...], BeforeValidator(_several)] = ()
    patient: dict[str, Any]
    scope: Literal["in", "out", "open"] = "in"
    subtype: str | None = None
    expect: dict[str, Status] = Field(default_factory=dict)
    fires: Ids = ()
    silent: Ids = ()
    open: Ids = ()
    depends_on: dict[str, Values] = Field(default_factory=dict)
    would_change: dict[str, dict[str, str]] = Field(default_factory=dict)
    basis: dict[str, Basis] = Field(default_factory=dict)
    proof: dict[str, str] = Field(default_factory=dict)
    reasons: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    mentions: dict[str, Ids] = Field(default_factory=dict)
    agents: dict[str, Ids] = Field(default_factory=dict)
    cautions: Ids = ()
    no_cautions: Ids = ()
    says: dict[str, str] = Field(default_factory=dict)
    says_not: dict[str, str] = Field(default_factory=dict)
    cites: dict[str, Ids] = Field(default_factory=dict)
    considerations: Ids = ()
    no_considerations: Ids = ()
    disagreements: Ids = ()
    no_disagreements: Ids = ()
    backgrounds: Ids = ()
    no_backgrounds: Ids = ()
    questions: Ids = ()
    no_questions: Ids = ()
    exactly: dict[Kind, Ids] = Field(default_factory=dict)
    notices_on: Ids = ()
    not_cited: Ids = ()
    settles: dict[str, dict[str, Ids]] = Field(default_factory=dict)
    assumed: str | None = None
    noticed: str | None = None


class CaseFile(Strict):
    """A file of cases."""

    cases: tuple[Case, ...]


class Placed(NamedTuple):
    """A case with the file and line that it stands in."""

    case: Case
    file: Path
    line: int


@cache
def read() -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Return all cases, and whatever is wrong with their files."""
    found: list[Placed] = []
    problems: list[str] = []
    for file in sorted(CASES.glob("*.yaml")):
        tree = yaml_positions.read(file)
        content, wrong = check(CaseFile, tree)
        problems += map(str, wrong)
        for i, case in enumerate(content.cases if content else ()):
            found.append(Placed(case, file, tree.values["cases", i][0]))
    return tuple(found), tuple(problems)


def placed_cases() -> tuple[Placed, ...]:
    return read()[0]


def _parameter(placed: Placed) -> Any:
    return pytest.param(placed, id=f"{placed.file.stem}::{placed.case.id}")


def test_the_cases_can_be_read() -> None:
    assert not read()[1]


@pytest.mark.parametrize("placed", [_parameter(placed) for placed in placed_cases()])
def test_case(placed: Placed) -> None:
    case = placed.case
    try:
        patient = Patient.model_validate(case.patient)
        differences = list(_differences(case, patient))
    except ValidationError as error:
        differences = [detail["msg"] for detail in error.errors()]
    if differences:
        said = "\n".join(f"    {field}: {value}" for field, value in case.patient.items())
        lines = "\n".join(f"  - {difference}" for difference in differences)
        heading = f"{placed.file.name}:{placed.line}: {case.id}\n  why: {case.why}"
        pytest.fail(f"{heading}\n  patient:\n{said}\n{lines}", pytrace=False)


def unused_rulebook() -> CompiledRulebook:
    """Return the rulebook under a digest of its own, so that nothing is remembered of earlier patients."""
    return replace(load_rulebook(), sha256=f"copy {next(COPIES)}")


COPIES = count()


def _differences(case: Case, patient: Patient) -> Iterator[str]:
    """Yield what is not as expected, a line each; every case sees a rulebook that no other case has used."""
    own = unused_rulebook()
    assessment = explore(patient, own, outlook=True)
    if assessment.scope != case.scope:
        yield f"scope: expected {case.scope}, is {assessment.scope}"
    if case.subtype is not None and assessment.subtype.is_ != case.subtype:
        yield f"subtype: expected {case.subtype}, is {assessment.subtype.is_}"
    yield from _statuses(case, assessment, statuses(patient, own))
    yield from _rules(case, patient)
    yield from _reasons(case, assessment)
    yield from _beside(case, assessment)
    yield from _cited(case, assessment)
    yield from _settled(case, assessment)
    asked = {question.id for question in assessment.questions}
    if missing := set(case.questions) - asked | set(case.no_questions) & asked:
        yield f"questions: {sorted(missing)} asked or not, against what is expected"
    for name, wanted, said in (
        ("assumption", case.assumed, assessment.assumptions),
        ("notice", case.noticed, assessment.notices),
    ):
        if wanted is not None and not any(wanted in text for text in said):
            yield f"{name}: expected {wanted!r}, there is {said}"


def _statuses(case: Case, assessment: Assessment, fast: dict[str, Status]) -> Iterator[str]:
    for option, expected in case.expect.items():
        found = assessment[option].status
        if found != expected:
            yield f"{option}: expected {expected}, is {found}"
        if fast[option] != found:
            yield f"{option}: explore says {found} and statuses {fast[option]}"


@cache
def rules() -> dict[str, CompiledRule]:
    return {rule.rule.id: rule for option in load_rulebook().by_id.values() for rule in option.rules}


def _rules(case: Case, patient: Patient) -> Iterator[str]:
    if case.scope != "in" and (case.fires or case.silent or case.open):
        yield "fires, silent and open are for patients in scope"
    for expected, ids in (("fires", case.fires), ("silent", case.silent), ("open", case.open)):
        for id_ in ids:
            if id_ not in rules():
                yield f"{expected}: there is no rule {id_}"
                continue
            function = rules()[id_].function
            found = (
                "fires"
                if function.entailed_by(patient.knowledge)
                else "silent"
                if function.refuted_by(patient.knowledge)
                else "open"
            )
            if found != expected:
                yield f"the rule {id_}: expected {expected}, is {found}"


def _listed(values: Values) -> dict[str, tuple[str, ...]]:
    return {fact: (value,) if isinstance(value, str) else value for fact, value in values.items()}


def _reasons(case: Case, assessment: Assessment) -> Iterator[str]:
    for option, facts in case.depends_on.items():
        found = [dict(d.if_) for d in assessment[option].depends_on if d.then == "candidate"]
        if _listed(facts) not in found:
            yield f"{option}: expected that it depends on {_listed(facts)}; it depends on {found}"
    for option, change in case.would_change.items():
        changes = [dict(c.change) for c in assessment[option].would_change]
        if change not in changes:
            yield f"{option}: expected another verdict with {change}; there is {changes}"
    yield from _told(case, assessment)


def _told(case: Case, assessment: Assessment) -> Iterator[str]:
    units = [unit for option in assessment.options for unit in (option, *option.members)]
    told = {reason.rule: reason.text for unit in units for reason in unit.because}
    given = {reason.rule: reason.basis for unit in units for reason in unit.because}
    for option, words in case.proof.items():
        if not any(words in fact for fact in assessment[option].proof):
            yield f"{option}: expected {words!r} among what decides it, which is {assessment[option].proof}"
    noted = {reason.rule: reason.note or "" for unit in units for reason in unit.because}
    for rule, words in case.notes.items():
        if words not in noted.get(rule, ""):
            yield f"the note on {rule}: expected {words!r} in {noted.get(rule, 'nothing, it is no reason here')!r}"
    for rule, words in case.reasons.items():
        if words not in told.get(rule, ""):
            yield f"the reason {rule}: expected {words!r} in {told.get(rule, 'nothing, it is no reason here')!r}"
    for rule, basis in case.basis.items():
        if given.get(rule) != basis:
            yield f"the basis of {rule}: expected {basis}, is {given.get(rule, 'no reason here')}"


def _beside(case: Case, assessment: Assessment) -> Iterator[str]:
    units = [unit for option in assessment.options for unit in (option, *option.members)]
    cautions = {caution.id: caution.text for unit in units for caution in unit.cautions}
    cited = {caution.id: caution.claims for unit in units for caution in unit.cautions}
    for id_, claims in case.cites.items():
        if missing := set(claims) - set(cited.get(id_, ())):
            yield f"the caution {id_}: expected it to name {sorted(missing)} too"
    shown: dict[str, Iterable[str]] = {
        "caution": cautions,
        "consideration": [c.id for c in assessment.considerations],
        "disagreement": [d.id for d in assessment.disagreements],
        "background": [b.id for b in assessment.background],
        **{kind: [c.id for c in assessment.considerations if c.kind == kind] for kind in KINDS},
    }
    for kind, wanted, unwanted in (
        ("caution", case.cautions, case.no_cautions),
        ("consideration", case.considerations, case.no_considerations),
        ("disagreement", case.disagreements, case.no_disagreements),
        ("background", case.backgrounds, case.no_backgrounds),
    ):
        for id_ in (*wanted, *unwanted):
            if id_ not in all_beside()[kind]:
                yield f"there is no {kind} {id_}"
            elif (id_ in shown[kind]) != (id_ in wanted):
                yield f"the {kind} {id_}: expected {'' if id_ in wanted else 'not '}to be shown"
    for kind, ids in case.exactly.items():
        if set(ids) != set(shown[kind]):
            more, less = sorted(set(shown[kind]) - set(ids)), sorted(set(ids) - set(shown[kind]))
            yield f"{kind}: besides what is expected there is {more}, and {less} is missing"
    yield from _words_of(case, cautions)


def _words_of(case: Case, cautions: dict[str, str]) -> Iterator[str]:
    for id_, words in case.says.items():
        if words not in cautions.get(id_, ""):
            yield f"the caution {id_}: expected {words!r} in {cautions.get(id_, 'nothing, it is not shown')!r}"
    for id_, words in case.says_not.items():
        if words in cautions.get(id_, words):
            yield f"the caution {id_}: {words!r} does not belong in {cautions.get(id_, 'nothing, it is not shown')!r}"


def _cited(case: Case, assessment: Assessment) -> Iterator[str]:
    for option, claims in case.mentions.items():
        for claim in claims:
            if claim not in assessment[option].mentions:
                yield f"{option}: the mention {claim} is not beside it"
    for option, agents in case.agents.items():
        if assessment[option].agents != agents:
            yield f"{option}: expected the drugs {agents}, there are {assessment[option].agents}"
    for claim in case.notices_on:
        if claim not in assessment.claims or not assessment.claims[claim].notices:
            yield f"{claim}: expected to be cited with a notice"
    for claim in case.not_cited:
        if claim in assessment.claims:
            yield f"{claim}: expected not to be cited"


def _settled(case: Case, assessment: Assessment) -> Iterator[str]:
    asked = {question.fact: question.settles for question in assessment.ask_next}
    for fact, answers in case.settles.items():
        if fact not in asked:
            yield f"{fact} is not among the next questions: {list(asked)}"
            continue
        for answer, options in answers.items():
            missing = set(options) - set(asked[fact].get(answer, ()))
            if missing:
                yield f"{fact}: {answer} is expected to settle {sorted(missing)} too"


def test_what_is_said_of_a_patient_does_not_depend_on_who_came_before() -> None:
    patients = [Patient.model_validate(placed.case.patient) for placed in placed_cases()]

    def said(order: list[Patient]) -> list[list[str | None]]:
        rulebook = unused_rulebook()
        return [
            [
                reason.rule
                for option in explore(patient, rulebook).options
                for unit in (option, *option.members)
                for reason in unit.because
            ]
            for patient in order
        ]

    assert said(patients) == said(patients[::-1])[::-1]


# What the cases have to cover.


@cache
def all_beside() -> dict[str, dict[str, Any]]:
    """Return the condition of everything said beside the options, by kind and id."""
    rulebook = load_rulebook()
    return {
        "caution": {c.authored.id: c.authored.when for option in rulebook.by_id.values() for c in option.cautions},
        "consideration": {c.authored.id: c.authored.when for c in rulebook.considerations},
        "disagreement": {d.authored.id: d.authored.when for d in rulebook.disagreements},
        "background": {b.authored.id: b.authored.when for b in rulebook.background},
    }


def _named(*lists: Callable[[Case], Iterable[str]]) -> set[str]:
    return {id_ for placed in placed_cases() for ids in lists for id_ in ids(placed.case)}


@pytest.mark.parametrize("answer", ["fires", "silent", "open"])
def test_every_rule_has_a_case_for_each_answer(answer: str) -> None:
    covered = _named(lambda case: getattr(case, answer))
    wanted = {id_ for id_, rule in rules().items() if answer == "fires" or rule.rule.when != Always()}
    assert not sorted(wanted - covered), f"rules without a case that has them under {answer!r}"


@pytest.mark.parametrize("kind", ["caution", "consideration", "disagreement", "background"])
def test_whatever_stands_beside_the_options_fires_in_a_case_and_not_in_another(kind: str) -> None:
    known = all_beside()[kind]
    kinds = {c.authored.id: c.authored.kind for c in load_rulebook().considerations} if kind == "consideration" else {}

    def exact(case: Case) -> Iterable[str]:
        for name, ids in case.exactly.items():
            yield from (id_ for id_ in ids if id_ in known and (name == kind or name in KINDS))

    def left_out(case: Case) -> Iterable[str]:
        for name, ids in case.exactly.items():
            yield from (id_ for id_ in known if name in {kind, kinds.get(id_)} and id_ not in ids)

    fires = _named(lambda case: getattr(case, f"{kind}s"), exact)
    silent = _named(lambda case: getattr(case, f"no_{kind}s"), left_out)
    assert not sorted(set(known) - fires), f"a {kind} that no case shows"
    assert not sorted({id_ for id_, when in known.items() if when != Always()} - silent), f"a {kind} in every case"


def test_every_question_for_the_care_team_is_asked_in_a_case_and_left_out_of_another() -> None:
    authored = {one.authored.id: one.authored for one in load_rulebook().questions}
    assert not sorted(set(authored) - _named(lambda case: case.questions)), "a question that no case asks"
    depends = {id_ for id_, one in authored.items() if one.when or one.when_unknown or one.unless}
    assert not sorted(depends - _named(lambda case: case.no_questions)), "a question in every case"


def test_every_sign_with_an_urgent_consideration_brings_the_question_of_whom_to_call() -> None:
    """Depression alone does not: what is urgent about it is no question for later."""
    rulebook = load_rulebook()
    conditions = {one.authored.id: one.authored.when for one in (*rulebook.considerations, *rulebook.questions)}
    signs = {
        fact
        for one in rulebook.considerations
        if one.authored.kind == "urgent"
        for fact in rulebook.space.domains
        if f"'{fact}'" in repr(one.authored.when)
    }
    asked = {fact for fact in rulebook.space.domains if f"'{fact}'" in repr(conditions["urgent_signs"])}
    assert signs - asked == {"findings.depression"}
    assert asked <= signs


def test_every_ruling_has_a_case() -> None:
    assert set(RULINGS) == {ruling for placed in placed_cases() for ruling in placed.case.ruling}


def test_every_class_has_a_file_and_no_case_shares_its_name() -> None:
    files = {file.stem for file in CASES.glob("*.yaml")}
    across = {"considerations", "disagreements", "background", "cautions", "questions", "scope"}
    assert files == {option.id for option in load_rulebook().options} | across
    ids = [(placed.file.stem, placed.case.id) for placed in placed_cases()]
    assert sorted(ids) == sorted(set(ids))


def test_every_class_and_member_has_a_case_for_each_verdict_that_it_can_have() -> None:
    rulebook = load_rulebook()
    seen = {(option, status) for placed in placed_cases() for option, status in placed.case.expect.items()}
    wanted = set()
    for id_, unit in rulebook.by_id.items():
        universe = rulebook.space.universe
        wanted |= {(id_, "candidate")} if unit.candidate.possible_under(universe) else set()
        wanted |= {(id_, "unspecified")} if unit.unspecified and unit.unspecified.possible_under(universe) else set()
        wanted |= {(id_, "not_described")} if unit.described.fails else set()
        always = unit.candidate.entailed_by(universe) or (
            not unit.candidate.possible_under(universe) and unit.described.entailed_by(universe)
        )
        wanted |= set() if always else {(id_, "undetermined")}
    assert not sorted(wanted - seen), "verdicts without a case"


def test_a_mistake_in_a_case_is_told_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("cases:\n  - id: a\n    why: To see it.\n    patient: {}\n    expct: {surgery: candidate}\n")
    _, problems = check(CaseFile, yaml_positions.read(file))
    assert [str(problem) for problem in problems] == [f"{file}:5:5: unknown key 'expct'; did you mean expect?"]
