"""Whatever is rendered speaks by the rulebook at hand, and of nothing that only ours knows."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Walk, compare, explain, explore, load_case, load_rulebook, matrix, render
from mbc_options.cases.new_case import scaffold
from mbc_options.package_data import rules_dir
from mbc_options.rendering.cards import card
from mbc_options.rendering.environment import environment
from mbc_options.rendering.terminal import rendered
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.patient.description import Description
    from mbc_options.rulebook.compiled import CompiledRulebook

HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"

LEAST = {
    "facts.yaml": """
fields:
  - id: chair
    kind: choice
    help: hard or soft.
    label: kind of chair
    question: Is the chair hard?
    values:
      - {id: hard, text: a hard chair}
      - {id: soft, text: a soft chair}
  - id: aches
    kind: names
    label: places that ache
    heading: What aches
    nothing_else: nothing else aches
    names:
      - {id: neck, label: stiff neck, question: Is the neck stiff?, yes: stiff neck, no: no stiff neck}
      - {id: wrist, label: sore wrist, question: Is a wrist sore?, yes: sore wrist, no: no sore wrist}
""",
    "agents.yaml": "classes: [{id: break, label: breaks}]\nagents: []\n",
    "rulebook.yaml": """
name: desk
version: "1"
title: What a poster says on sitting
description: For a test.
scope: {when: always, text: It is about everybody., outside: Nobody is outside., open: Nothing is open.}
subtypes:
  - {id: sitter, label: a hard sitter, when: {chair: hard}}
  - {id: lounger, label: a soft lounger, when: {chair: soft}}
""",
    "therapies/break.yaml": """
id: break
order: 1
label: Breaks
gloss: A walk about the room.
summary: A walk about the room, now and then.
rules:
  - {id: stiff, when: {all: [{aches.neck: yes}, {chair: hard}]}, status: candidate, because: It loosens.,
     claims: [], basis: editorial}
""",
    "cases/monday.yaml": """
title: Monday
level: introductory
summary: Somebody sits.
goals: [Say what decides.]
stages:
  - id: morning
    title: Morning
    narrative: A chair like a plank.
    patient: {chair: hard}
    questions: [candidates, undetermined]
  - id: evening
    title: Evening
    narrative: The neck is stiff.
    change: {set: {aches: [neck]}}
    questions: [changed, {ask: moved_by, option: break}]
""",
}
"""A rulebook with neither text, nor treatments, nor anything derived."""

OURS = re.compile(
    r"cancer|breast|metasta|receptor|tumou?r|estrogen|menopaus|letrozole|five documents"
    r"|\b(?:her2|er|pr|sites?|findings?|extent|situation)\b",
    re.IGNORECASE,
)
TREATED = re.compile(r"earlier treatment|\bprior\b|treatment \(new|not known to have been given", re.IGNORECASE)


def written(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


OTHER_FORM = {"text": ["full"], "html": ["handout"], "markdown": [], "json": []}
"""The form of a report that is not the usual one, where a format has one."""


def text_of(shown: str | bytes) -> str:
    if isinstance(shown, str):
        return shown
    with zipfile.ZipFile(io.BytesIO(shown)) as file:
        return "\n".join(file.read(name).decode() for name in file.namelist())


def of_patients(rulebook: CompiledRulebook, patients: list[Description]) -> Iterator[tuple[str, str]]:
    """Yield whatever can be shown of patients, with a name for it."""
    first, *_, last = patients
    of_two = compare(first, last, rulebook)
    for i, patient in enumerate(patients):
        assessment, by_subtype = explore(patient, rulebook), matrix(patient, rulebook)
        explained = [explain(patient, id_, rulebook) for id_ in rulebook.by_id]
        shown: list[Any] = [assessment, by_subtype, of_two, *explained]
        for format_ in ("text", "html", "markdown", "json"):
            for one in shown:
                yield f"{type(one).__name__} of {i} as {format_}", render(one, format_)
            yield f"another report of {i} as {format_}", render(assessment, format_, parts=OTHER_FORM[format_])
            yield f"whole map of {i} as {format_}", render(by_subtype, format_, parts=["depends", "members"])
        for one in (patient, *shown, *assessment.options):
            yield f"card of {type(one).__name__} of {i}", card(one) or ""


def of_cases(rulebook: CompiledRulebook, rules: Path) -> Iterator[tuple[str, str]]:
    """Yield whatever can be shown of the cases of a rulebook, with a name for it."""
    for path in sorted((rules / "cases").iterdir()):
        case = load_case(path.stem, rules=rules)
        for parts in ([], ["handout"], ["solutions"]):
            for format_ in (
                "text",
                "html",
                "markdown",
                *(() if parts else ("json", "moodle", "qti", "qti12", "scorm", "anki")),
            ):
                yield f"{path.stem}, {parts}, as {format_}", text_of(render(case, format_, parts=parts))  # type: ignore[call-overload]
        yield f"card of {path.stem}", card(case) or ""
        said = environment().get_template("walk/walk.txt.j2").module
        for stage in case.stages:
            yield f"card of {path.stem} {stage.id}", card(stage) or ""
            yield f"facts of {path.stem} {stage.id}", said.facts(stage.assessment)  # type: ignore[attr-defined]
        steps = Walk(case)
        while not steps.is_done:
            if steps.question is not None and steps.question.choices:
                yield f"answer in {path.stem}", card(steps.answer(steps.question.choices[0].id)) or ""
            steps.next()
            yield f"step {steps.position} of {path.stem}", card(steps) or ""
    new = scaffold(rules / "mine.yaml", None, rulebook, lambda known: rendered("case/new.yaml.j2", known))
    yield "a new case", new


def least(folder: Path) -> tuple[Path, CompiledRulebook, list[Description]]:
    rules = written(LEAST, folder)
    rulebook = load_rulebook(rules)
    said: list[dict[str, Any]] = [{}, {"chair": "hard", "aches": {"wrist": "no"}}, {"chair": "soft", "aches": ["neck"]}]
    return rules, rulebook, [rulebook.patient(**one) for one in (*said, {"aches": []})]


def hay_fever() -> tuple[CompiledRulebook, list[Description]]:
    rulebook = load_rulebook(HAY_FEVER)
    said: list[dict[str, Any]] = [
        {},
        {"title": "Tom", "age": "adult", "months": ["june", "other:the first week of May"], "tried": []},
        {"pollen": "grass", "signs": {"sneezing": "no"}, "tried": {"antihistamine": "failed"}},
        {"months": ["december"], "signs": [], "season_certain": "no"},
        {"bad_days": "52%", "age": "teenager", "season_certain": "unknown"},
    ]
    return rulebook, [rulebook.patient(**one) for one in said]


def test_our_words_are_found_in_what_our_rulebook_says() -> None:
    rulebook = load_rulebook()
    patient = rulebook.patient(er="+", sites=["bone"], prior=["letrozole"])
    assert OURS.search(render(explore(patient, rulebook), parts=["full"]))
    assert TREATED.search(render(explore(patient, rulebook), parts=["full"]))


def test_another_illness_is_rendered_in_its_own_words() -> None:
    rulebook, patients = hay_fever()
    for name, shown in (*of_patients(rulebook, patients), *of_cases(rulebook, HAY_FEVER)):
        found = OURS.search(shown)
        assert shown.strip(), name
        assert found is None, f"{name}: {shown[max(found.start() - 60, 0) : found.end() + 60]}"


def test_a_rulebook_without_treatments_text_or_derived_facts_speaks_of_none(tmp_path: Path) -> None:
    rules, rulebook, patients = least(tmp_path)
    for name, shown in (*of_patients(rulebook, patients), *of_cases(rulebook, rules)):
        found = OURS.search(shown) or TREATED.search(shown)
        assert shown.strip(), name
        assert found is None, f"{name}: {shown[max(found.start() - 60, 0) : found.end() + 60]}"


def test_fields_are_called_what_their_rulebook_calls_them(tmp_path: Path) -> None:
    rules, rulebook, (nothing, hard, soft, none) = least(tmp_path)
    page = render(explore(soft, rulebook), "html")
    assert "<title>A patient: what documents describe</title>" in page
    assert "<th scope=row>Kind of chair</th><td>a soft chair" in page
    assert (
        "<th scope=row>What aches</th><td>stiff neck<span class=soft>; nothing else (the list is complete)</span>"
        in page
    )
    assert "<th scope=row>What aches</th><td>not: sore wrist" in render(explore(hard, rulebook), "html")
    assert "nothing else is present: places that ache." in render(explore(none, rulebook), parts=["full"])
    assert "<dt>Not said, so not known</dt><dd>Kind of chair; places that ache" in (card(nothing) or "")
    both = render(compare(nothing, none, rulebook)).replace("\n    ", " ")
    assert "Places that ache: known to be absent in B, and not known of A: stiff neck; sore" in both
    assert "Also known now: nothing else aches." in render(load_case("monday", rules=rules), "text")


def test_a_case_tells_from_stage_to_stage_only_what_its_rulebook_names(tmp_path: Path) -> None:
    rules, _, _ = least(tmp_path)
    untold = render(load_case("monday", rules=rules), "markdown")
    assert "| Class | 1. Morning | 2. Evening |\n| --- | --- | --- |\n| Breaks |" in untold
    facts = LEAST["facts.yaml"].replace("heading: What aches", "heading: What aches\n    at_stages: What aches then")
    told = render(load_case("monday", rules=written({"facts.yaml": facts}, rules)), "markdown")
    assert "| What aches then | places that ache not known | stiff neck |" in told


def test_only_names_that_have_a_place_are_drawn(tmp_path: Path) -> None:
    rules, rulebook, (*_, soft, _) = least(tmp_path)
    assert "<div class=body>" not in render(explore(soft, rulebook), "html")
    facts = LEAST["facts.yaml"].replace("{id: neck,", "{id: neck, at: [[60, 38]],")
    rulebook = load_rulebook(written({"facts.yaml": facts}, rules))
    page = render(explore(rulebook.patient(aches=["neck", "wrist"]), rulebook), "html")
    assert '<circle class=on cx=60 cy=38 r="9"/>' in page
    assert page.count("<circle class=on") == 1
    nothing = render(explore(rulebook.patient(aches=[]), rulebook), "html")
    assert "At none of the places that ache that are told apart here." in nothing


def test_what_extends_our_facts_keeps_our_words_and_may_say_who_its_patients_are(tmp_path: Path) -> None:
    files = {
        **{name: LEAST[name] for name in ("rulebook.yaml", "therapies/break.yaml")},
        "facts.yaml": "extends: bundled\npatient: Somebody in a trial\n" + LEAST["facts.yaml"].lstrip(),
        "agents.yaml": "extends: bundled\nclasses: [{id: break, label: breaks}]\n",
    }
    rulebook = load_rulebook(written(files, tmp_path))
    page = render(explore(rulebook.patient(sites=["bone"], aches=["neck"], er="+"), rulebook), "html")
    assert "<h1>Somebody in a trial</h1>" in page
    assert "<th scope=row>Kind of breast cancer<" in page
    ours, own = page.index("<th scope=row>Sites of disease"), page.index("<th scope=row>What aches")
    assert ours < own


def test_the_setting_of_a_treatment_reads_as_its_rulebook_says() -> None:
    rulebook = load_rulebook(HAY_FEVER)
    known = explore(rulebook.patient(tried=["antihistamine: failed: this year"]), rulebook)
    assert known.treatments == ("antihistamines: failed (this year)",)


@pytest.mark.parametrize("number", [0, 1, 2, 5, 11])
def test_as_many_documents_are_named_as_there_are(number: int) -> None:
    said = {0: "documents", 1: "one document", 2: "two documents", 5: "five documents", 11: "11 documents"}
    assert environment().filters["how_many"](range(number), "document") == said[number]


def test_the_example_of_a_new_case_is_the_rulebooks_own(tmp_path: Path) -> None:
    ours: Any = yaml_positions.read(rules_dir() / "rulebook.yaml").data
    new = scaffold(tmp_path / "mine.yaml", None, load_rulebook(), lambda known: rendered("case/new.yaml.j2", known))
    first, later = yaml_positions.parse(new, "mine.yaml").data["stages"]  # type: ignore[index,call-overload]
    assert first["patient"] == ours["example"]["patient"]
    assert later["change"] == ours["example"]["change"]
