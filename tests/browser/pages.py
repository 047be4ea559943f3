"""The pages that are looked at: a report for every patient of `patients.yaml`, each other kind of page, and cases."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from mbc_options import (
    Patient,
    care_questions,
    compare,
    explore,
    load_case,
    load_rulebook,
    matrix,
    read_cohort,
    read_documents,
    read_fhir,
    record_receipts,
    render,
    walk,
)
from mbc_options.cases.results import summarize_answers
from mbc_options.exploration.why import explain
from mbc_options.rendering.environment import environment
from mbc_options.rendering.minify import minified_html
from mbc_options.tools.locate import locate_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options import Assessment, Case, Cohort, Walk
    from mbc_options.cases.class_results import Results
    from mbc_options.records.receipt import RecordReceipt, RecordReceipts

__all__ = [
    "CASES",
    "CASE_NAMES",
    "CASE_PAGES",
    "DESCRIPTIONS",
    "FORKED",
    "FORKED_CASES",
    "FORMS",
    "HANDOUTS",
    "IN_PLAIN_WORDS",
    "NAMES",
    "TYPED_CASE",
    "WITH_DOCUMENTS",
    "assessed",
    "case_of",
    "case_script",
    "handout_of",
    "page_of",
    "patient",
]

HERE = Path(__file__).parent
PATIENTS = HERE / "patients.yaml"

# Every value is text, as in a description typed in: `no` is a word.
DESCRIPTIONS: dict[str, Any] = yaml.load(PATIENTS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


@cache
def assessed(name: str) -> Assessment:
    return explore(Patient(**DESCRIPTIONS[name]))


def patient(name: str) -> Patient:
    return assessed(name).patient


def class_results() -> Results:
    """What a class of 24 knew of one case, and one learner of a case of which every text is hostile; with votes."""
    with TemporaryDirectory() as folder:
        for i in range(24):
            _hand_in(walk(CASE_NAMES[0]), Path(folder, f"{i:02}.json"), Random(i))
        typed = HERE / f"{TYPED_CASE}.yaml"
        _hand_in(walk(typed), Path(folder, "typed.json"), Random(0))
        asked = load_case(CASE_NAMES[0]).questions[0]
        hands = {choice.id: 3 for choice in asked.choices}
        vote = {"question": asked.id, "sha256": asked.sha256, "first": hands, "second": hands}
        votes = {"case": CASE_NAMES[0], "voters": 24, "votes": [vote]}
        Path(folder, "votes.json").write_text(json.dumps(votes), encoding="utf-8")
        Path(folder, "broken <b>.json").write_text("{}", encoding="utf-8")
        return summarize_answers(folder, [typed])


def _hand_in(lesson: Walk, file: Path, chance: Random) -> None:
    while not lesson.is_done:
        question = lesson.next().question
        if question is not None:
            ids = [choice.id for choice in question.choices if choice.id != "none"]
            lesson.answer(*chance.sample(ids, min(len(ids), chance.randint(1, 3) if question.many else 1)))
    lesson.save(file)


def table_of_patients() -> Cohort:
    """A table of which some cells are hostile, some contradict each other, and some are understood."""
    import polars as pl

    cells = {
        "patient": ["1", "2", "3", "4", "5", "6"],
        "er": ["+", "90%", "neg", "not tested", "<script>alert(1)</script>", "pos"],
        "her2": ["1+", "3+", "2+", "IHC 2+/ISH-", "perhaps " * 30, None],
        "menopause": ["post", "pre", None, "pre", "pre", "post"],
        "sex": ["f", "f", "f", "m", "f", "f"],
        "sites_bone": ["yes", "yes", None, "yes", "yes", None],
        "prior": ["letrozole; palbociclib", "none", "Kisqali", None, "herbs & <b>tea</b>", "FEC"],
        "a_column_that_nobody_knows": ["x"] * 6,
    }
    return read_cohort(pl.DataFrame(cells))


def bundle(patient: str, *, more: int = 0) -> dict[str, Any]:
    """A record of which some texts are hostile and too long, results differ, and much is ignored.

    Args:
        patient: the id of the patient.
        more: how many further resources there are that no field is read from.
    """
    hostile = "<script>window.acted=1</script>" + "x" * 120

    def of(type_: str, id_: str, code: str = "", system: str = "http://loinc.org", **more: Any) -> dict[str, Any]:
        named = {"code": {"coding": [{"system": system, "code": code}]}} if code else {}
        return {"resourceType": type_, "id": id_, **named, "subject": {"reference": f"Patient/{patient}"}, **more}

    def result(id_: str, code: str, text: str, date: str, **more: Any) -> dict[str, Any]:
        return of(
            "Observation",
            id_,
            code,
            effectiveDateTime=date,
            valueCodeableConcept={"text": text},
            status="final",
            **more,
        )

    snomed = "http://snomed.info/sct"
    resources = [
        {"resourceType": "Patient", "id": patient, "gender": "female"},
        of("Condition", "cancer", "254837009", snomed),
        of("Condition", "bone", "94222008", snomed),
        of("Condition", hostile, "4711", snomed, text=hostile),
        result("er-old", "85337-4", "Positive", "2018-01-05"),
        result("er-new", "85337-4", "Negative", "2023-06-01"),
        result("pr-1", "85339-0", "Positive", "2020-02"),
        result("pr-2", "85339-0", "Negative", "2020-02"),
        result("", "48676-1", hostile, "2023-06-01"),
        *(
            of(
                "MedicationAdministration",
                f"dose-{i}",
                medicationCodeableConcept={"text": "letrozole"},
                status="completed",
            )
            for i in range(30)
        ),
        *(of("Observation", f"size-{i:05}", "8302-2", effectiveDateTime="2020-05-17") for i in range(more)),
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def records(*bundles: dict[str, Any]) -> RecordReceipts:
    """The receipts of bundles, and of a patient without the illness, who is passed over."""
    healthy = {"resourceType": "Patient", "id": "no <b>illness</b>", "gender": "male"}
    passed_over: list[RecordReceipt] = []
    patients = list(read_fhir([*bundles, healthy], passed_over=passed_over.append))
    return record_receipts(patients, passed_over)


OTHERS: dict[str, Callable[[], Any]] = {
    "summary of a table": lambda: table_of_patients().summary(),
    "what was read of a table": lambda: table_of_patients().receipt,
    "what was made of a record": lambda: records(bundle("one & only")).receipts[0],
    "what was made of a long record": lambda: records(bundle("long", more=3000)),
    "what was made of records": lambda: records(bundle("first"), bundle("second"), bundle("third")),
    "what was made of many records": lambda: records(*(bundle(f"patient-{i}") for i in range(30))),
    "what a class knew": class_results,
    "map of nothing known": lambda: matrix(patient("nothing-known")),
    "map after letrozole": lambda: matrix(patient("hormone-positive-after-letrozole")),
    "map out of scope": lambda: matrix(patient("out-of-scope-nodes")),
    "map of what someone types": lambda: matrix(patient("someone-types-very-long-words")),
    "comparison of subtypes": lambda: compare(patient("triple-negative-untreated"), patient("both-positive-untreated")),
    "comparison with itself": lambda: compare(patient("man"), patient("man")),
    "comparison of what someone types": lambda: compare(
        patient("someone-types-very-long-words"), patient("someone-types-html")
    ),
    "comparison across the scope": lambda: compare(patient("scope-open"), patient("out-of-scope-denied")),
    "why a candidate": lambda: explain(patient("hormone-positive-after-letrozole"), "chemotherapy"),
    "why undetermined": lambda: explain(patient("nothing-known"), "anti_her2.t_dm1"),
    "why not described": lambda: explain(patient("triple-negative-urgent"), "hormone_therapy"),
    "why, out of scope": lambda: explain(patient("out-of-scope-denied"), "surgery"),
    "questions of an urgent patient": lambda: care_questions(
        patient("triple-negative-urgent"), load_rulebook(words="plain")
    ),
    "questions of what someone types": lambda: care_questions(patient("someone-types-html")),
    "questions out of scope": lambda: care_questions(patient("out-of-scope-denied")),
}
"""The pages besides the reports on the patients."""

WITH_DOCUMENTS: dict[str, Callable[..., Any]] = {
    "report with documents": explore,
    "why, with documents": lambda hay_fever, rulebook: explain(hay_fever, "antihistamine", rulebook),
}
"""Pages that open each passage in its document and link to its address: of an invented illness, so that they are always
at hand."""

TYPED_CASE = "someone-types-a-case"
"""A case of which every text is hostile, in the file of that name."""

CASE_NAMES = ("bone-after-menopause", "one-spot-in-the-lung", "only-the-armpit", TYPED_CASE)
"""One whose classes move, one that begins with an open scope, one out of scope, and one that means harm."""

FORMS: dict[str, tuple[str, ...]] = {"choose": (), "handout": ("handout",), "solutions": ("solutions",)}

CASES = {f"case {name}, {form}": (name, form) for name in CASE_NAMES for form in FORMS}
"""The pages of cases: for each the case and the form."""

FORKED = "case one-more-test, choose"
"""The page of a case that forks, as it is opened: no arm is taken yet."""

FORKED_CASES = {f"case one-more-test, {form}": ("one-more-test", form) for form in FORMS}
"""The pages of that case. Its slides do not stand in one row, as those of the others do."""

CASE_PAGES = [name for name, (case, form) in CASES.items() if form == "choose" or case == CASE_NAMES[0]] + [FORKED]
"""Of all these, the pages that every check looks at: each case once, and one of them in every form."""

HANDOUTS = {
    f"handout of {name}": name
    for name in ("hormone-positive-after-letrozole", "triple-negative-urgent", "scope-open", "someone-types-html")
}
"""What patients take home, that every check looks at."""

IN_PLAIN_WORDS = [*HANDOUTS, "questions of an urgent patient"]
"""The pages that speak to patients, apart from the cases."""

NAMES = [*DESCRIPTIONS, *OTHERS, *HANDOUTS, *WITH_DOCUMENTS, *CASE_PAGES]


CASE_SCRIPTS = ("shared", "script", "vote", "keep")
"""What the one script of a case's page is made of: grading, voting, keeping."""


@cache
def case_of(name: str) -> Case:
    return load_case(HERE / f"{name}.yaml" if name == TYPED_CASE else name)


@cache
def page_of(name: str) -> str:
    if name in CASES | FORKED_CASES:
        case, form = (CASES | FORKED_CASES)[name]
        return render(case_of(case), format="html", parts=FORMS[form])
    if name in WITH_DOCUMENTS:
        return page_with_documents(WITH_DOCUMENTS[name])
    if name in HANDOUTS:
        return handout_of(HANDOUTS[name])
    return render(OTHERS[name]() if name in OTHERS else assessed(name), format="html")


@cache
def handout_of(name: str) -> str:
    """Return what a patient takes home, in plain words."""
    return render(explore(patient(name), load_rulebook(words="plain")), format="html", parts=["handout"])


def page_with_documents(explored: Callable[..., Any]) -> str:
    """Return a page by the rulebook on hay fever, with its passages found, its documents, and an address for one."""
    with TemporaryDirectory() as folder:
        rules = Path(shutil.copytree(HERE.parent / "rulebooks" / "hay-fever", Path(folder, "rules")))
        sources = rules / "sources.yaml"
        text = sources.read_text(encoding="utf-8")
        address = "    file: leaflet.txt\n    url: https://upper-marsh.example/hay-fever\n"
        sources.write_text(text.replace("    file: leaflet.txt\n", address), encoding="utf-8")
        assert locate_all(rules, rules, {}).problems == ()
        rulebook = load_rulebook(rules)
        hay_fever = rulebook.patient(age="adult", months=["june"], signs=["sneezing"])
        return render(explored(hay_fever, rulebook), format="html", documents=read_documents(rules, rulebook))


def case_script(name: str) -> str | None:
    """Return the one script that a page may have: the form of a case to choose in has it, word for word."""
    if (CASES | FORKED_CASES).get(name, ("", ""))[1] != "choose":
        return None
    parts = (*CASE_SCRIPTS[:2], "fork", *CASE_SCRIPTS[2:]) if name in FORKED_CASES else CASE_SCRIPTS
    scripts = (environment().get_template(f"case/{part}.js").render() for part in parts)
    return minified_html("<script>\n" + "".join(f"{script}\n" for script in scripts) + "</script>")[8:-9]
