"""Small rulebooks by chance, and what they say read a second time, plainly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

DOMAINS = {"a": ["x", "y"], "b": ["x", "y", "z"], "c": ["x", "y"], "d": ["x", "y"]}
Point = dict[str, str]


@st.composite
def conditions(draw: st.DrawFn, facts: list[str], depth: int = 2) -> Any:
    kind = draw(st.sampled_from(["fact"] * 2 + (["all", "any", "not"] if depth else [])))
    if kind == "fact":
        fact = draw(st.sampled_from(facts))
        return {fact: draw(st.lists(st.sampled_from(DOMAINS[fact]), min_size=1, unique=True))}
    if kind == "not":
        return {"not": draw(conditions(facts, depth - 1))}
    return {kind: draw(st.lists(conditions(facts, depth - 1), min_size=1, max_size=3))}


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    """What a small rulebook says: its facts, what cannot be, its scope, rules and a caution."""
    facts = ["a", "b", *draw(st.lists(st.sampled_from(["c", "d"]), unique=True))]
    among = [
        {"a": "x", "b": "z"},
        {"a": "y", "b": "x"},
        {"a": "x", "c": "x"},
        {"c": "x", "d": "y"},
        {"d": "x", "b": "z"},
    ]
    known = [one for one in among if one.keys() <= set(facts)]
    never = draw(st.lists(st.sampled_from(known), max_size=2))
    statuses = st.sampled_from(["candidate", "unspecified"])
    return {
        "facts": facts,
        "never": never,
        "scope": draw(st.one_of(st.just("always"), st.just({"b": ["x", "y"]}))),
        "options": {
            id_: draw(st.lists(st.tuples(conditions(facts), statuses), max_size=2))
            for id_ in draw(st.sampled_from([["one"], ["one", "two"]]))
        },
        "caution": draw(conditions(facts)),
    }


def written(book: dict[str, Any], directory: Path) -> Path:
    fields = [
        {
            "id": fact,
            "kind": "choice",
            "label": f"fact {fact}",
            "question": f"What is {fact}?",
            "help": "h",
            "values": [{"id": value, "text": f"{fact} is {value}"} for value in DOMAINS[fact]],
        }
        for fact in book["facts"]
    ]
    files: dict[str, Any] = {
        "facts": {"fields": fields, "constraints": [{"sentence": "no", "never": [one]} for one in book["never"]]},
        "agents": {"agents": []},
        "rulebook": {
            "name": "small",
            "version": "1",
            "title": "t",
            "description": "d",
            "scope": {"when": book["scope"], "text": "t", "outside": "o", "open": "q"},
        },
    }
    caution = {"id": "careful", "when": book["caution"], "text": "Careful.", "basis": "editorial"}
    for order, (id_, rules) in enumerate(book["options"].items(), 1):
        files[f"therapies/{id_}"] = {
            "id": id_,
            "order": order,
            "label": id_,
            "gloss": "g",
            "summary": "s",
            "rules": [
                {"id": f"{id_}-{i}", "when": when, "status": status, "because": "b", "claims": [], "basis": "editorial"}
                for i, (when, status) in enumerate(rules)
            ],
            "cautions": [caution] if id_ == "one" else [],
        }
    (directory / "therapies").mkdir(parents=True)
    for name, content in files.items():
        (directory / f"{name}.yaml").write_text(json.dumps(content), encoding="utf-8")
    return directory


def holds(condition: Any, point: Point) -> bool:
    if condition == "always":
        return True
    ((key, value),) = condition.items()
    if key in {"all", "any"}:
        return (all if key == "all" else any)(holds(part, point) for part in value)
    if key == "not":
        return not holds(value, point)
    return point[key] in ([value] if isinstance(value, str) else value)


def answer(book: dict[str, Any], option: str, point: Point) -> str:
    if option not in book["options"]:
        return "absent"
    given_by = [status for when, status in book["options"][option] if holds(when, point)]
    return "candidate" if "candidate" in given_by else "unspecified" if given_by else "not_described"


def can_be(book: dict[str, Any], point: Point) -> bool:
    return not any(holds({"all": [{fact: value} for fact, value in one.items()]}, point) for one in book["never"])
