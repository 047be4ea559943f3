"""Mistakes of a caller in Python: each is an error of ours that says what was expected, and what was likely meant."""

from __future__ import annotations

import datetime as dt
import math
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import (
    Patient,
    PriorTherapy,
    UnknownOptionError,
    Walk,
    care_questions,
    compare,
    explain,
    explore,
    explorer,
    load_case,
    load_patient,
    load_rulebook,
    matrix,
    portable,
    read_documents,
    read_portable,
    render,
    statuses,
    walk,
)
from mbc_options.cases.results import summarize_answers
from mbc_options.frozendict import FrozenDict
from mbc_options.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CASE = "bone-after-menopause"
p: Any = Patient(er="+")
rulebook: Any = load_rulebook()
a: Any = explore(p)
case: Any = load_case(CASE)


def asked(kind: str = "") -> Walk:
    """A walk that is at a question (of a kind)."""
    begun = Walk(case)
    while begun.question is None or kind not in begun.question.kind:
        begun.next()
    return begun


class NA:
    """What pandas has in an empty cell: equal to nothing, and neither true nor false."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        msg = "boolean value of NA is ambiguous"
        raise TypeError(msg)

    def __repr__(self) -> str:
        return "<NA>"


x: Any = None

NOT_A_PATIENT = "expected a Patient, not the dict; Patient(...) or load_patient makes one"
NOT_A_RULEBOOK = "expected a rulebook, as load_rulebook(DIR) returns it, not the str 'rules'"
PATIENT_FIRST = "the patient comes first"

MISTAKES: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "statuses({})": (lambda: statuses({}), TypeError, NOT_A_PATIENT),  # type: ignore[arg-type]
    "statuses(None)": (lambda: statuses(x), TypeError, "expected a Patient, not None"),
    "statuses(Patient)": (lambda: statuses(Patient), TypeError, "expected a Patient, not the "),  # type: ignore[arg-type]
    "explore('p.yaml')": (lambda: explore("p.yaml"), TypeError, "not the str 'p.yaml'; Patient(...) or"),  # type: ignore[arg-type]
    "explore([p])": (lambda: explore([p]), TypeError, "expected a Patient, not the list"),  # type: ignore[arg-type]
    "explore(assessment)": (lambda: explore(a), TypeError, "expected a Patient, not the Assessment"),
    "explore(p, 'rules')": (lambda: explore(p, "rules"), TypeError, NOT_A_RULEBOOK),  # type: ignore[arg-type]
    "explore(rulebook, p)": (lambda: explore(rulebook, p), TypeError, PATIENT_FIRST),
    "explain(option, p)": (lambda: explain("surgery", p), TypeError, PATIENT_FIRST),  # type: ignore[arg-type]
    "explain(p, 5)": (lambda: explain(p, 5), TypeError, "expected the id of an option, not the int 5"),  # type: ignore[arg-type]
    "explain(p, [option])": (lambda: explain(p, ["surgery"]), TypeError, "not the list"),  # type: ignore[arg-type]
    "compare(p, {})": (lambda: compare(p, {}), TypeError, NOT_A_PATIENT),  # type: ignore[arg-type]
    "compare(p, rulebook)": (lambda: compare(p, rulebook), TypeError, "not the CompiledRulebook"),
    "matrix('rules')": (lambda: matrix("rules"), TypeError, "expected a Patient, not the str 'rules'"),  # type: ignore[arg-type]
    "care_questions({})": (lambda: care_questions({}), TypeError, NOT_A_PATIENT),  # type: ignore[arg-type]
    "explorer(p)": (lambda: explorer(p), TypeError, "expected a rulebook"),
    "portable('rules')": (lambda: portable("rules"), TypeError, NOT_A_RULEBOOK),  # type: ignore[arg-type]
    "read_portable({})": (lambda: read_portable({}), TypeError, "expected text, as Path(FILE).read_text()"),  # type: ignore[arg-type]
    "read_portable('a.json')": (lambda: read_portable("a.json"), ValueError, "no JSON"),
    "walk(name, 'a.json')": (lambda: walk(CASE, "a.json"), TypeError, "answers=FILE for saved answers"),  # type: ignore[arg-type]
    "walk(5)": (lambda: walk(5), TypeError, "expected the name of a case or its file, not the int 5"),  # type: ignore[arg-type]
    "walk(case)": (lambda: walk(case), TypeError, "Walk(CASE) walks through one that is loaded"),
    "walk(answers=5)": (lambda: walk(CASE, answers=5), TypeError, "expected the file of saved answers"),  # type: ignore[arg-type]
    "walk(rules=rulebook)": (lambda: walk(CASE, rules=rulebook), TypeError, "expected the name of a directory"),
    "Walk(name)": (lambda: Walk(CASE), TypeError, "walk(NAME) reads one and begins"),  # type: ignore[arg-type]
    "Walk(case, {})": (lambda: Walk(case, {}), TypeError, "walk(NAME, answers=FILE) reads a file"),  # type: ignore[arg-type]
    "load_case(5)": (lambda: load_case(5), TypeError, "expected the name of a case or its file, not the int 5"),  # type: ignore[arg-type]
    "load_case(b'')": (lambda: load_case(b""), TypeError, "not the bytes b''"),  # type: ignore[arg-type]
    "load_case(swapped)": (lambda: load_case(rulebook, CASE), TypeError, "expected the name of a case"),  # type: ignore[arg-type]
    "answer(0)": (lambda: asked("says_who").answer(0), ValueError, "their numbers begin with 1"),
    "answer(0) to reflect": (lambda: asked("reflect").answer(0), ValueError, "takes a text, and no choice"),
    "answer(True)": (lambda: asked().answer(True), TypeError, "expected a choice: its letter, number or id"),  # noqa: FBT003
    "answer(['a'])": (lambda: asked().answer(["a"]), TypeError, "one by one: answer('a', 'b')"),  # type: ignore[arg-type]
    "answer(text=5)": (lambda: asked().answer(text=5), TypeError, "expected what is written, as text"),  # type: ignore[arg-type]
    "save(5)": (lambda: asked().save(5), TypeError, "expected the file that answers are written to"),  # type: ignore[arg-type]
    "summarize_answers(5)": (lambda: summarize_answers(5), TypeError, "expected the directory"),  # type: ignore[arg-type]
    "summarize_answers(cases='a')": (lambda: summarize_answers(".", "a"), TypeError, "cases=['a']"),
    "render(p)": (lambda: render(p), TypeError, "render takes what explore"),
    "render(swapped)": (lambda: render("html", a), TypeError, "render takes what explore"),  # type: ignore[call-overload]
    "render('HTML')": (lambda: render(a, "HTML"), ValueError, "did you mean html?"),
    "render(5)": (lambda: render(a, 5), ValueError, "unknown format 5; known are text"),  # type: ignore[call-overload]
    "render(date=date)": (lambda: render(a, date=dt.date(2026, 1, 2)), TypeError, "date='2026-01-02'"),  # type: ignore[call-overload]
    "render(parts='handout')": (lambda: render(a, parts="handout"), TypeError, "parts=['handout']"),
    "render(parts=5)": (lambda: render(a, parts=5), TypeError, "expected a list of parts"),  # type: ignore[call-overload]
    "render(parts=[[]])": (lambda: render(a, parts=[[]]), TypeError, "expected a list of parts"),  # type: ignore[list-item]
    "render(documents='dir')": (lambda: render(a, documents="dir"), TypeError, "read_documents(DIR)"),  # type: ignore[call-overload]
    "render(templates=5)": (lambda: render(a, templates=5), TypeError, "a directory of templates"),  # type: ignore[call-overload]
    "render(explorer=5)": (lambda: render(case, explorer=5), TypeError, "the address of the explorer's page"),  # type: ignore[call-overload]
    "a['chemo']": (lambda: a["chemo"], UnknownOptionError, "did you mean chemotherapy?"),
    "a[0]": (lambda: a[0], TypeError, "expected the id of an option, not the int 0"),
    "rulebook.option([])": (lambda: rulebook.option([]), TypeError, "expected the id of an option, not the list"),
    "rulebook.option_named(5)": (lambda: rulebook.option_named(5), TypeError, "expected a name of an option"),
    "load_patient({})": (lambda: load_patient({}), TypeError, "Patient(...) describes one in Python"),  # type: ignore[arg-type]
    "load_rulebook(5)": (lambda: load_rulebook(5), TypeError, "expected the name of a directory"),  # type: ignore[arg-type]
    "load_rulebook(rulebook)": (lambda: load_rulebook(rulebook), TypeError, "it is a rulebook already"),
    "load_rulebook(words='x')": (lambda: load_rulebook(words="x"), ValueError, "'clinical' or 'plain', not 'x'"),  # type: ignore[arg-type]
    "read_documents(5)": (lambda: read_documents(5), TypeError, "the name of the directory of the documents"),  # type: ignore[arg-type]
    "PriorTherapy(any text)": (lambda: PriorTherapy(therapy="letrozol"), ValueError, "did you mean letrozole?"),
    "PriorTherapy by place": (
        lambda: PriorTherapy("letrozole"),
        TypeError,
        "not the str 'letrozole'; PriorTherapy(therapy=",
    ),  # type: ignore[call-arg,misc]
    "PriorTherapy('')": (lambda: PriorTherapy(therapy=""), ValueError, ""),
    "PriorTherapy(outcome)": (lambda: PriorTherapy(therapy="FEC", outcome="banana"), ValueError, "banana"),
    "PriorTherapy(setting)": (lambda: PriorTherapy(therapy="FEC", setting="banana"), ValueError, "banana"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_an_error_of_ours_that_says_what_was_meant(mistake: str) -> None:
    make, kind, said = MISTAKES[mistake]
    with pytest.raises(kind) as caught:
        make()
    assert said in str(caught.value)
    assert type(caught.value) is not AttributeError


@pytest.mark.parametrize("empty", [math.nan, NA()], ids=repr)
@pytest.mark.parametrize("field", ["label", "er", "her2", "metastasis_confirmed", "sites", "findings", "prior"])
def test_an_empty_cell_of_a_table_is_told_as_that(field: str, empty: object) -> None:
    said = f"{field} cannot be {empty!r}; leave out what is not known, or give None"
    with pytest.raises(ValueError, match="1 validation error for Patient") as caught:
        Patient(**{field: empty})  # type: ignore[arg-type]
    assert said in str(caught.value)
    with pytest.raises(ValueError, match="leave out what is not known"):
        rulebook.patient(**{field: empty})


@pytest.mark.parametrize("empty", [math.nan, NA()], ids=repr)
@pytest.mark.parametrize("inside", [lambda e: [e], lambda e: {"bone": e}, lambda e: {e: "yes"}, lambda e: {"bone", e}])
def test_an_empty_cell_within_a_list_or_mapping_is_no_foreign_error(empty: object, inside: Any) -> None:
    for field in ("sites", "prior", "er"):
        with pytest.raises(ValueError, match="validation error"):
            Patient(**{field: inside(empty)})


def test_a_treatment_by_any_of_its_names_is_one() -> None:
    assert PriorTherapy(therapy="other:trial drug", outcome="progressed").therapy == "other:trial drug"
    assert Patient(prior=[PriorTherapy(therapy="Femara")]).entries


# What cannot be changed


def inside(part: Any, path: str = "rulebook", seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Everything that can be reached from a rulebook by the names that it shows."""
    seen = set() if seen is None else seen
    if id(part) in seen or isinstance(part, (str, int, float, type(None))):
        return
    seen.add(id(part))
    yield path, part
    if isinstance(part, (dict, FrozenDict)):
        for key, value in part.items():
            yield from inside(value, f"{path}[{key!r}]", seen)
    elif isinstance(part, (tuple, list)):
        for i, value in enumerate(part):
            yield from inside(value, f"{path}[{i}]", seen)
    for name, value in getattr(part, "__dict__", {}).items():
        yield from inside(value, f"{path}.{name}", seen)


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_nothing_that_can_be_reached_in_a_rulebook_can_be_changed(words: Any) -> None:
    found = list(inside(load_rulebook(words=words)))
    assert len(found) > 3000
    for path, part in found:
        assert not isinstance(part, (list, set, bytearray)), path
        assert not isinstance(part, dict) or isinstance(part, FrozenDict), path
        if isinstance(part, Record):
            with pytest.raises(AttributeError):
                part.id = "x"  # type: ignore[attr-defined]


def test_what_is_tried_is_refused_with_what_to_do_instead() -> None:
    for mapping in (rulebook.by_id, rulebook.claims, rulebook.sources, rulebook.vocabulary.labels):
        key = next(iter(mapping))
        for change in (
            lambda m=mapping, k=key: m.__setitem__(k, None),
            lambda m=mapping, k=key: m.__delitem__(k),
            lambda m=mapping: m.clear(),
            lambda m=mapping: m.update(a=1),
            lambda m=mapping: m.pop("a", None),
            lambda m=mapping: m.setdefault("a", 1),
            lambda m=mapping: m.popitem(),
            lambda m=mapping: m.__ior__({"a": 1}),
        ):
            with pytest.raises(TypeError, match="cannot be changed; dict"):
                change()
    with pytest.raises(TypeError):
        rulebook.space.domains["x"] = ("y",)
    with pytest.raises(AttributeError, match="cannot set 'labels': a Vocabulary cannot be changed"):
        rulebook.vocabulary.labels = {}
    for notation in (one for choice in rulebook.vocabulary.choices.values() for one in choice.notations):
        with pytest.raises(AttributeError, match="cannot set 'said'"):
            notation.said = None  # type: ignore[assignment]
    with pytest.raises(AttributeError, match="cannot set 'claims'"):
        rulebook.claims = {}
    for part, name in ((rulebook.space, "universe"), (rulebook.theory, "broken")):
        with pytest.raises(AttributeError, match=f"cannot set '{name}': a {type(part).__name__} cannot be changed"):
            setattr(part, name, 0)
        with pytest.raises(AttributeError, match=f"cannot delete '{name}'"):
            delattr(part, name)


def test_an_own_rulebook_is_as_fixed_as_ours_and_both_come_back_from_a_pickle() -> None:
    own = load_rulebook(Path(__file__).parent / "rulebook" / "rulebooks" / "positive" / "lesson")
    assert all(isinstance(part, FrozenDict) for _, part in inside(own) if isinstance(part, dict))
    again = pickle.loads(pickle.dumps(own))  # noqa: S301 - our own
    assert again == own
    assert statuses(p, again) == statuses(p, own)
    assert isinstance(again.by_id, FrozenDict)
