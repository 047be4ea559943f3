"""Which patients get another answer, against enumeration: small rulebooks by chance, read a second time plainly."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from small_books import DOMAINS, Point, answer, books, can_be, holds, written
from thoroughness import examples

from mbc_options import load_rulebook, portable
from mbc_options.tools.difference import RulebookDifference, Side, difference


def compared(old: dict[str, Any], new: dict[str, Any], *, compiled: bool = False) -> RulebookDifference:
    with TemporaryDirectory() as where:
        sides = []
        for name, book in (("old", old), ("new", new)):
            path = written(book, Path(where, name))
            rulebook = load_rulebook(path)
            if compiled:
                sides.append(Side(name, form=portable(rulebook, whole=True)))
            else:
                sides.append(Side(name, rulebook=rulebook, directory=path))
        return difference(*sides)


def able(book: dict[str, Any], other: dict[str, Any], point: Point) -> bool:
    """Tell whether a patient can be by a rulebook, with some values of the facts that it alone knows."""
    own = [fact for fact in book["facts"] if fact not in other["facts"]]
    ways = product(*(DOMAINS[fact] for fact in own))
    return any(can_be(book, {**point, **dict(zip(own, values, strict=True))}) for values in ways)


def points(*books: dict[str, Any]) -> list[Point]:
    facts = [fact for fact in DOMAINS if any(fact in book["facts"] for book in books)]
    return [dict(zip(facts, values, strict=True)) for values in product(*(DOMAINS[fact] for fact in facts))]


def told(changes: Any, every: list[Point]) -> dict[tuple[str, str], list[Point]]:
    """The patients of each change, who fit one of its descriptions; each change once, and none of nobody."""
    found = {}
    for change in changes:
        fitting = [
            point
            for point in every
            if any(all(point[fact] in some for fact, some in one.values.items()) for one in change.patients)
        ]
        assert change.patients
        assert (change.old, change.new) not in found
        found[change.old, change.new] = fitting
    return found


def grouped(every: list[Point], old: Any, new: Any) -> dict[tuple[str, str], list[Point]]:
    found: dict[tuple[str, str], list[Point]] = {}
    for point in every:
        if old(point) != new(point):
            found.setdefault((old(point), new(point)), []).append(point)
    return found


@given(books(), books())
@settings(max_examples=examples(200))
def test_just_the_patients_are_told_whose_answer_changes(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = compared(old, new)
    both = [point for point in points(old, new) if can_be(old, point) and can_be(new, point)]
    in_scope = [point for point in both if holds(old["scope"], point) and holds(new["scope"], point)]
    assert found.compared == len(both)

    def scope_by(book: dict[str, Any]) -> Any:
        return lambda point: "in" if holds(book["scope"], point) else "out"

    assert told(found.scope, both) == grouped(both, scope_by(old), scope_by(new))
    options = {option.id: option for option in found.options}
    for id_ in ("one", "two"):
        expected = grouped(in_scope, lambda p, o=id_: answer(old, o, p), lambda p, o=id_: answer(new, o, p))
        changes = options[id_].changes if id_ in options else ()
        assert told(changes, in_scope) == expected
        assert all(change.count == len(expected[change.old, change.new]) for change in changes)
        assert all(change.among == len(in_scope) for change in changes)

    def telling(book: dict[str, Any]) -> Any:
        return lambda point: "told" if holds(book["caution"], point) else "not_told"

    cautions = {remark.id: remark for remark in found.remarks}
    changes = cautions["one: careful"].changes if cautions else ()
    assert told(changes, in_scope) == grouped(in_scope, telling(old), telling(new))


@given(books(), books())
@settings(max_examples=examples(100))
def test_who_can_be_by_one_alone_is_told_apart(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Whatever the facts are that one of them alone knows, and that a patient of the other has not told."""
    found = compared(old, new)
    every = points(old, new)
    expected = {
        ("possible", "impossible"): [point for point in every if can_be(old, point) and not able(new, old, point)],
        ("impossible", "possible"): [point for point in every if can_be(new, point) and not able(old, new, point)],
    }
    by_one = {change: [point for point in every if point in some] for change, some in expected.items() if some}
    side = {"possible": old, "impossible": new}
    for change in found.possible:
        possible = [point for point in every if can_be(side[change.old], point)]
        assert told([change], possible) == {(change.old, change.new): by_one.pop((change.old, change.new))}
    assert not by_one


@given(books(), books())
@settings(max_examples=examples(50))
def test_compiled_forms_are_compared_alike(old: dict[str, Any], new: dict[str, Any]) -> None:
    whole, compiled = compared(old, new), compared(old, new, compiled=True)
    assert [(one.id, [(c.old, c.new, c.count) for c in one.changes]) for one in compiled.options] == [
        (one.id, [(c.old, c.new, c.count) for c in one.changes]) for one in whole.options
    ]
    assert compiled.scope == whole.scope or [c.count for c in compiled.scope] == [c.count for c in whole.scope]


@given(books())
@settings(max_examples=examples(50))
def test_the_same_meaning_in_other_words_changes_no_answer(book: dict[str, Any]) -> None:
    other = {
        **book,
        "options": {
            id_: [({"not": {"not": when}}, status) for when, status in rules] for id_, rules in book["options"].items()
        },
    }
    assert compared(book, other).is_same


@given(books(), books())
@settings(max_examples=examples(50))
def test_each_example_is_a_patient_whose_answer_changes(old: dict[str, Any], new: dict[str, Any]) -> None:
    for option in compared(old, new).options:
        for change in option.changes:
            for one in change.patients:
                assert one.example is not None
                fitting = [point for point in points(old, new) if one.example.items() <= point.items()]
                there = [point for point in fitting if can_be(old, point) and can_be(new, point)]
                assert there
                assert {answer(old, option.id, point) for point in there} == {change.old}
                assert {answer(new, option.id, point) for point in there} == {change.new}


def test_what_one_side_alone_has_is_told() -> None:
    plain: dict[str, Any] = {"facts": ["a", "b"], "never": [], "scope": "always", "caution": {"a": ["x"]}}
    old = {**plain, "options": {"one": [({"a": ["x"]}, "candidate")]}}
    new = {**plain, "facts": ["a", "b", "c"], "options": {"one": [({"c": ["x"]}, "candidate")], "two": []}}
    found = compared(old, new)
    assert [(one.side, one.kind, one.id, one.used) for one in found.one_sided] == [
        ("new", "fact", "c", True),
        ("new", "option", "two", False),
    ]
    (one, two) = found.options
    assert [(change.old, change.new, [who.text for who in change.patients]) for change in one.changes] == [
        ("candidate", "not_described", ["a is x and c is y"]),
        ("not_described", "candidate", ["a is y and c is x"]),
    ]
    assert [(change.old, change.new, change.share) for change in two.changes] == [("absent", "not_described", 1)]
