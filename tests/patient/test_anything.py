"""Whatever is written: a patient or an error that says where, soon; and what is accepted is sound."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from thoroughness import examples

from mbc_options import DescriptionError, InputError, Patient, PriorTherapy
from mbc_options.patient.file import describe
from mbc_options.patient.schema import patient_schema
from mbc_options.source.yaml_positions import decode, parse
from mbc_options.text import without_unseen
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options import Problem
    from mbc_options.source.yaml_positions import Tree


NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}
FIELDS = tuple(bundled_vocabulary().fields)
SPACE, THEORY = bundled_vocabulary().space, bundled_vocabulary().theory
SCHEMA = Draft202012Validator(patient_schema(bundled_vocabulary()))


def tries(most: int) -> settings:
    return settings(max_examples=examples(most), deadline=None)


# Descriptions of anything at all

any_text = st.text(st.characters(exclude_categories=[]), max_size=12)
WORDS = (
    "+|-|90%|<1%|3+|2+/ISH-|yes|no|none|unknown|pre|male|other:x|other:|:|bone|pain|limited|therapy|outcome|"
    "letrozole|FEC|letrozole: progressed|chemotherapy"
)
words = st.sampled_from(WORDS.split("|"))
leaves = st.none() | st.booleans() | st.integers() | st.floats() | words | any_text | st.binary(max_size=3)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | any_text, inner, max_size=4) | st.tuples(inner),
    max_leaves=12,
)
any_description = st.dictionaries(st.sampled_from(FIELDS) | any_text, anything, max_size=6)

# Descriptions with a meaning

positive_or_negative = st.sampled_from(["+", "-", "unknown"])
outcomes = st.sampled_from(["progressed", "stable", "completed", "unknown"])
treatments = st.sampled_from(
    [*bundled_vocabulary().agents.groups, *bundled_vocabulary().agents.agents, *bundled_vocabulary().agents.regimens]
) | st.sampled_from(["docetaxel + capecitabine", "docetaxel + trastuzumab", "other:trial drug", "Zometa", "T-DXd"])


def names(field: str) -> st.SearchStrategy[Any]:
    known = st.sampled_from([name for name in NAMED_FIELDS[field] if name != "other"])
    known = known | st.just("other:eye") if field == "sites" else known
    return st.lists(known, max_size=5) | st.dictionaries(known, st.sampled_from(["yes", "no", "unknown"]), max_size=5)


meaningful = st.fixed_dictionaries(
    {},
    optional={
        "label": st.text(max_size=12),
        "sex": st.sampled_from(["female", "male"]),
        "menopause": st.sampled_from(["pre", "post", "n/a", "peri"]),
        "er": positive_or_negative | st.integers(0, 100).map("{}%".format),
        "pr": positive_or_negative,
        "her2": positive_or_negative | st.sampled_from(["0", "1+", "2+", "3+", "2+/ISH+", "2+/ISH-"]),
        "receptors_tested_on": st.sampled_from(["primary", "metastasis"]),
        "metastasis_confirmed": st.sampled_from(["yes", "no", "unknown"]),
        "immunotherapy_biomarker": positive_or_negative,
        **{field: names(field) for field in NAMED_FIELDS},
        "prior": st.lists(
            st.fixed_dictionaries({"therapy": treatments}, optional={"outcome": outcomes}) | treatments, max_size=4
        )
        | st.dictionaries(
            treatments, outcomes | st.just("no") | st.lists(outcomes, min_size=1, max_size=3), max_size=4
        ),
    },
)


def read(description: Mapping[str, Any]) -> tuple[Patient | None, list[Any]]:
    """The patient and no errors, or None and the errors."""
    try:
        return Patient.model_validate(description), []
    except ValidationError as refusal:
        return None, refusal.errors()


def made(description: Mapping[str, Any]) -> Patient | None:
    """The patient, or None where the description contradicts itself; it must be right in all else."""
    patient, errors = read(description)
    assert all("both" in error["msg"] or "contradict" in error["msg"] for error in errors), errors
    return patient


@tries(250)
@given(any_description)
@example({"sites": ["other:\ud800"], "metastasis_confirmed": "no"})
@example({"er": "1" * 5000 + "%"})
@example({"prior": {"letrozole": [[[[[["x"]]]]]]}})
def test_any_mapping_is_a_patient_or_a_validation_error(description: dict[str, Any]) -> None:
    patient, errors = read(description)
    assert (patient is None) == bool(errors)
    for error in errors:
        assert error["msg"]
        assert error["msg"].encode()  # so that any terminal or page can show it
        assert error["loc"] == () or isinstance(error["loc"][0], str)
    if patient is not None:
        assert THEORY.is_possible(patient.knowledge)
        assert str(patient).isprintable()
        assert patient.model_dump_json()


@cache
def nested(depth: int, wrap: str) -> Any:
    data: Any = "bone"
    for _ in range(depth):
        data = [data] if wrap == "list" else {"bone": data}
    return data


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("wrap", ["list", "dict"])
def test_depth_is_no_harm(field: str, wrap: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Patient.model_validate({field: nested(100_000, wrap)})
    assert all(len(one["msg"]) < 700 for one in caught.value.errors(include_input=False))


def test_what_contains_itself_is_no_harm() -> None:
    circle: list[Any] = []
    circle.append(circle)
    for field in FIELDS:
        with pytest.raises(ValidationError):
            Patient.model_validate({field: circle})


@tries(300)
@given(meaningful)
def test_whatever_is_accepted_is_possible_and_tight(description: dict[str, Any]) -> None:
    patient = made(description)
    if patient is not None:
        assert not SPACE.is_empty(patient.knowledge)
        assert THEORY.is_possible(patient.knowledge)
        assert THEORY.tighten(patient.knowledge) == patient.knowledge


@tries(200)
@given(meaningful)
def test_whatever_is_accepted_comes_back_from_its_text_forms(description: dict[str, Any]) -> None:
    patient = made(description)
    if patient is None:
        return
    assert eval(repr(patient), {"Patient": Patient, "PriorTherapy": PriorTherapy}) == patient  # noqa: S307
    dumped = Patient.model_validate_json(patient.model_dump_json())
    assert dumped.knowledge == patient.knowledge
    assert dumped.entries == patient.entries
    assert SCHEMA.is_valid(patient.model_dump(mode="json"))


@tries(200)
@given(meaningful)
def test_a_file_and_the_arguments_mean_the_same(description: dict[str, Any]) -> None:
    if "label" in description:
        description = {**description, "label": without_unseen(description["label"])}  # a file with them is refused
    tree = parse(json.dumps(description), "p.json", json=True)
    patient = made(description)
    if patient is None:
        with pytest.raises(DescriptionError) as caught:
            describe(tree, bundled_vocabulary())
        assert all(problem.line == 1 for problem in caught.value.problems)
    else:
        assert describe(tree, bundled_vocabulary()) == patient


@tries(200)
@given(st.data(), st.sampled_from([*NAMED_FIELDS]))
def test_a_list_knows_what_the_mapping_knows_and_more(data: st.DataObject, field: str) -> None:
    listed = data.draw(st.lists(st.sampled_from([name for name in NAMED_FIELDS[field] if name != "other"])))
    complete, partial = made({field: listed}), made({field: dict.fromkeys(listed, "yes")})
    assert (complete is None) == (partial is None)
    if (
        complete is not None
        and partial is not None
        and not set(listed) <= {"regional_lymph_nodes", "breast_or_chest_wall"}
    ):
        assert complete.knowledge & ~partial.knowledge == 0


@tries(200)
@given(meaningful, meaningful)
def test_saying_more_never_makes_more_possible(description: dict[str, Any], more: dict[str, Any]) -> None:
    base = {**description, "metastasis_confirmed": "unknown"}  # the assumption is not said, and may be withdrawn
    together = {**more, **base}
    less_known, more_known = made(base), made(together)
    if less_known is not None and more_known is not None:
        assert more_known.knowledge & ~less_known.knowledge == 0


# Text of files


def tree_of(text: str, *, as_json: bool) -> tuple[Tree | None, tuple[Problem, ...]]:
    """What the text says and no problems, or None and the problems."""
    try:
        return parse(text, "f", json=as_json), ()
    except InputError as refusal:
        return None, refusal.problems


def text_of(raw: bytes) -> tuple[str | None, str]:
    """The text and no message, or None and what is wrong."""
    try:
        return decode(raw, "f"), ""
    except InputError as refusal:
        return None, str(refusal)


yaml_text = st.text(st.sampled_from("-:[]{}&*!%@\t\n\r '\"\\u0dDeE1x,#?|>~.\x85\u2028\ufeff\x00\ud83d"), max_size=40)
LINES = (
    "er: +|sites:|  - bone|  bone: yes|- a|  ? x|  : y|'|\"|[|]|{|}|---|...|a: &x b|b: *x|c: !t d|\td|%YAML 1.1|"
    "# c|k: >-|  text|er: 'x|l: \"\\ud83d"
)
yaml_lines = st.lists(st.sampled_from(LINES.split("|")), max_size=8).map("\n".join)


@tries(300)
@given(any_text | st.text(max_size=60) | yaml_text | yaml_lines, st.booleans())
def test_any_text_is_a_tree_or_an_input_error(text: str, as_json: bool) -> None:  # noqa: FBT001 - drawn
    tree, problems = tree_of(text, as_json=as_json)
    assert (tree is None) == bool(problems)
    for problem in problems:
        assert problem.file == "f"
        assert 1 <= problem.line <= len(text.splitlines()) + 1
        assert problem.column >= 1
        assert problem.message.encode()
    if tree is not None:
        assert set(tree.values) == ({path for path, _ in walk(tree.data)} if tree.values else set())
        assert tree.values or tree.data is None


@tries(200)
@given(st.binary(max_size=40) | any_text.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_text_or_an_input_error(raw: bytes) -> None:
    text, message = text_of(raw)
    if text is None:
        assert "UTF-8" in message
    else:
        assert raw in (text.encode(), b"\xef\xbb\xbf" + text.encode())


def walk(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value with the keys and indices that lead to it."""
    yield path, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from walk(value, (*path, key))
    if isinstance(data, list):
        for i, value in enumerate(data):
            yield from walk(value, (*path, i))


def as_text(data: Any) -> Any:
    """JSON data as `parse` reads them: every scalar the text that stands in the file."""
    if isinstance(data, dict):
        return {key: as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_text(value) for value in data]
    return data if data is None or isinstance(data, str) else json.dumps(data)


json_text = st.text(max_size=8).map(without_unseen)
json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | json_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_text, inner, max_size=4),
    max_leaves=15,
)


@tries(300)
@given(json_data, st.sampled_from([None, 2, "\t"]))
@example({"\U0001f600": ["\U0001f600\U0001f600", {"a": "\U0001f600", "b": 1}], "c": None}, None)
def test_json_is_read_as_its_text_with_the_position_of_every_value(data: Any, indent: int | str | None) -> None:
    text = json.dumps(data, indent=indent)
    tree = parse(text, "f", json=True)
    assert tree.data == as_text(data)
    lines = text.split("\n")
    for path, value in walk(data):
        line, column = tree.values[path]
        written = json.dumps(value, indent=indent).split("\n")[0]
        assert lines[line - 1][column - 1 :].startswith(written[:1] if isinstance(value, (list, dict)) else written)
        if path and isinstance(path[-1], str):
            line, column = tree.keys[path]
            assert lines[line - 1][column - 1 :].startswith(json.dumps(path[-1]))
