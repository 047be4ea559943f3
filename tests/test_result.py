"""Results are plain values: frozen, comparable, and JSON only where somebody asks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Annotated

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from mbc_options import package_data
from mbc_options.result import Authored, Result
from mbc_options.rulebook.conditions import Always, Defined
from mbc_options.rulebook.models import Caution


class Leaf(Result):
    """A leaf."""

    if_: str | None
    names: tuple[str, ...] = ()


class Tree(Result):
    """A tree."""

    leaves: tuple[Leaf, ...]
    cautions: tuple[Annotated[Caution, Authored()], ...] = ()


CAUTION = Caution(id="c", when=Defined(name="old"), text="Mind it.", claims=("S001-1",), basis="stated")
TREE = Tree(leaves=(Leaf(if_="a"), Leaf(if_=None, names=("b",))), cautions=(CAUTION,))
AS_DATA = {
    "leaves": [{"if": "a", "names": []}, {"if": None, "names": ["b"]}],
    "cautions": [
        {
            "id": "c",
            "text": "Mind it.",
            "claims": ["S001-1"],
            "supports": {},
            "basis": "stated",
            "kind": "caution",
            "urgent": False,
        }
    ],
}


def test_its_json_has_the_names_of_the_fields_and_of_what_was_authored_only_what_is_said() -> None:
    assert TREE.model_dump(mode="json") == AS_DATA
    assert json.loads(TREE.model_dump_json()) == AS_DATA
    assert list(TREE.model_dump(mode="json")["cautions"][0]) == list(AS_DATA["cautions"][0])
    assert TREE.model_dump()["leaves"][1]["names"] == ("b",)
    assert TREE.model_dump_json(indent=2).startswith('{\n  "leaves": [')


def test_it_is_read_back_as_it_was() -> None:
    assert Tree.model_validate(AS_DATA) == TREE
    assert Tree.model_validate(TREE.model_dump()) == TREE
    again = Tree.model_validate_json(TREE.model_dump_json())
    assert again == TREE
    assert hash(again) == hash(TREE)
    assert Leaf.model_validate({"if_": "by its name"}) == Leaf(if_="by its name")


@pytest.mark.parametrize("wrong", [{"leaves": 1}, {"leaves": [{"if": None, "tall": True}]}, {}])
def test_what_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        Tree.model_validate(wrong)


def test_its_schema_takes_what_it_gives() -> None:
    schema = Tree.model_json_schema(mode="serialization")
    Draft202012Validator(schema).validate(AS_DATA)
    wrong = {**AS_DATA, "cautions": [{**AS_DATA["cautions"][0], "when": "always"}]}
    assert not Draft202012Validator(schema).is_valid(wrong)
    assert schema["$defs"]["Caution"]["required"] == ["id", "text", "claims", "supports", "basis", "kind", "urgent"]


def test_it_is_frozen_and_takes_just_its_fields() -> None:
    with pytest.raises(AttributeError, match="frozen"):
        TREE.leaves = ()  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del TREE.leaves
    with pytest.raises(TypeError, match="Leaf has the fields if_, names; see tall"):
        Leaf(if_=None, tall=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="see if_"):
        Leaf(names=())  # type: ignore[call-arg]


def test_what_is_authored_is_compared_by_what_it_says_and_not_by_for_whom() -> None:
    for_all = Caution(id="c", when=Always(), text="Mind it.", claims=("S001-1",), basis="stated")
    assert for_all == CAUTION
    assert hash(for_all) == hash(CAUTION)
    assert Caution(id="c", when=Always(), text="Mind.", claims=("S001-1",), basis="stated") != CAUTION


def test_exploring_and_a_report_as_text_import_no_pydantic() -> None:
    if package_data.compiled() is None:
        pytest.skip("the package was not built since the last edit")
    code = """
import sys
from mbc_options import compare, explain, explore, load_rulebook, matrix, render
patient = load_rulebook().patient(er="+", her2="-", sites=["bone"])
print(render(explore(patient), "text"), explain(patient, "chemotherapy"), matrix(patient))
print(compare(patient, patient.with_(er="-")), file=sys.stderr)
print([name for name in sys.modules if name.startswith("pydantic")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
