"""The same rulebook for zen-engine, the decision engine in Rust, built as well as we can.

The authored conditions become *cases*: for each status of each option, a set of combinations of facts
(disjunctive normal form, what lies inside another combination dropped). That is done here anew,
without the package's own logic, so that agreement between the engines means something.

Tried, and left out because it was slower everywhere (microseconds a patient, where the best table takes 19
and the best expression 10): `create_decision` and `get_decision` instead of the static loader (280),
a table for each option (220), rows that give an option and its status instead of a number (41 to 55), a graph
with an expression node (34), `evaluate_batch` (39); words instead of booleans and lists of what is present
cost 10 to 25 % more, and so does JSON text made from the dictionary. Of what remains, every build runs a
heat, and the fastest of each kind is the peer.
"""

from __future__ import annotations

from itertools import product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import zen

from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, NoneOf
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mbc_options import Patient
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import Member, Rulebook

__all__ = ["Build", "builds", "facts_of", "null_safe_builds"]

Combination: TypeAlias = frozenset[tuple[str, frozenset[str]]]
"""Facts, each with the values that it may have."""

Cases: TypeAlias = frozenset[Combination]
Answer: TypeAlias = dict[str, str]

NEVER: Cases = frozenset()
ALWAYS: Cases = frozenset({frozenset()})


class Unit(NamedTuple):
    """When an option is a candidate, and when it is at least unspecified."""

    candidate: Cases
    described: Cases


class Style(NamedTuple):
    """How the facts are put into the dictionary, and asked for.

    Attributes:
        name: what to call it.
        present, absent: how an expression asks for a two-valued fact; `{}` is the fact.
        leave_out_absent: whether a fact that is absent is left out of the dictionary.
    """

    name: str
    present: str
    absent: str
    leave_out_absent: bool = False


TRUTH = Style("true or false", "{}", "not {}")
COMPARED = Style("true or false, compared", "{} == true", "{} == false")
PRESENT = Style("only what is present", "{} == true", "{} != true", leave_out_absent=True)


class Build(NamedTuple):
    """A way to answer with zen-engine.

    Attributes:
        kind: `table` or `expression`.
        name: which build of its kind.
        facts: makes the dictionary for a patient; what is not known is not in it.
        answer: from that dictionary to the status of every option and member.
    """

    kind: str
    name: str
    facts: Callable[[Patient], dict[str, Any]]
    answer: Callable[[dict[str, Any]], Answer]


def builds(rulebook: Rulebook) -> list[Build]:
    """Return every build worth a heat, for patients of whom all facts are known."""
    units = _cases_of(rulebook)
    found = [_build("table", "a row for each combination, a column for each fact", units, COMPARED, _table_of_columns)]
    for style in (TRUTH, COMPARED, PRESENT):
        found.append(_build("table", f"a row for each condition, {style.name}", units, style, _table_of_conditions))
        found.append(_build("expression", f"list of statuses, {style.name}", units, style, _expression_list))
    found.append(_build("expression", f"object by option, {TRUTH.name}", units, TRUTH, _expression_object))
    return found


def null_safe_builds(rulebook: Rulebook) -> list[Build]:
    """Return a build of each kind that survives facts which are missing from the dictionary."""
    units = _cases_of(rulebook)
    return [
        _build("table", COMPARED.name, units, COMPARED, _table_of_conditions),
        _build("expression", COMPARED.name, units, COMPARED, _expression_list),
    ]


def facts_of(rulebook: Rulebook) -> list[str]:
    """Return the facts that some status depends on: what the dictionaries hold."""
    return _used(_cases_of(rulebook))


def _used(units: Mapping[str, Unit]) -> list[str]:
    return sorted({fact for unit in units.values() for cases in unit for case in cases for fact, _ in case})


def _build(
    kind: str,
    name: str,
    units: Mapping[str, Unit],
    style: Style,
    make: Callable[[Mapping[str, Unit], Style], Callable[[dict[str, Any]], Answer]],
) -> Build:
    used = _used(units)

    def facts(patient: Patient) -> dict[str, Any]:
        return _dictionary(patient, used, style)

    return Build(kind, name, facts, make(units, style))


# From authored conditions to cases.


def _cases_of(rulebook: Rulebook) -> dict[str, Unit]:
    """Return when each option and member has which status; a member never exceeds its class."""
    definitions = {definition.id: definition.when for definition in rulebook.definitions}
    found: dict[str, Unit] = {}
    for therapy in rulebook.therapies:
        whole = found[therapy.id] = _unit(therapy, definitions)
        for member in therapy.members:
            own = _unit(member, definitions)
            found[f"{therapy.id}.{member.id}"] = Unit(*(_both((a, b)) for a, b in zip(own, whole, strict=True)))
    return found


def _unit(unit: Member, definitions: Mapping[str, Node]) -> Unit:
    cases = [(rule.status, _cases(rule.when, definitions)) for rule in unit.rules]
    return Unit(_either(c for status, c in cases if status == "candidate"), _either(c for _, c in cases))


def _cases(node: Node, definitions: Mapping[str, Node], *, negated: bool = False) -> Cases:
    match node:
        case Always():
            return NEVER if negated else ALWAYS
        case Defined(name):
            return _cases(definitions[name], definitions, negated=negated)
        case Fact(fact, values):
            others = set(bundled_vocabulary().space.domains[fact]).difference(values)
            return frozenset({frozenset({(fact, frozenset(others if negated else values))})})
        case NoneOf(part):
            return _cases(part, definitions, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            join = _both if isinstance(node, AllOf) != negated else _either
            return join(_cases(part, definitions, negated=negated) for part in parts)


def _either(parts: Iterable[Cases]) -> Cases:
    cases = {case for part in parts for case in part}
    return frozenset(case for case in cases if not any(case != other and _inside(case, other) for other in cases))


def _both(parts: Iterable[Cases]) -> Cases:
    found = ALWAYS
    for part in parts:
        found = _either([frozenset(m for a, b in product(found, part) if (m := _meet(a, b)) is not None)])
    return found


def _inside(case: Combination, other: Combination) -> bool:
    values = dict(case)
    return all(fact in values and values[fact] <= allowed for fact, allowed in other)


def _meet(a: Combination, b: Combination) -> Combination | None:
    values = dict(a)
    for fact, allowed in b:
        values[fact] = values.get(fact, allowed) & allowed
    return frozenset(values.items()) if all(values.values()) else None


# From cases to what zen-engine reads.


def _name(fact: str) -> str:
    """Return a name without dots: a flat dictionary is the fastest to hand over."""
    return fact.replace(".", "_")


def _dictionary(patient: Patient, facts: Iterable[str], style: Style) -> dict[str, Any]:
    space, knowledge = bundled_vocabulary().space, patient.knowledge
    found: dict[str, Any] = {}
    for fact in facts:
        domain, values = space.domains[fact], space.values(knowledge, fact)
        if len(values) > 1:
            continue
        if len(domain) > 2:
            found[_name(fact)] = values[0]
        elif values[0] == domain[0] or not style.leave_out_absent:
            found[_name(fact)] = values[0] == domain[0]
    return found


def _literal(fact: str, values: frozenset[str], style: Style) -> str:
    domain, name = bundled_vocabulary().space.domains[fact], _name(fact)
    if len(domain) == 2:
        return (style.present if domain[0] in values else style.absent).format(name)
    return _joined("or", (f"{name} == '{value}'" for value in domain if value in values))


def _condition(cases: Cases, style: Style) -> str:
    """Return cases as an expression, shorter combinations first."""
    if cases in (NEVER, ALWAYS):
        return "true" if cases else "false"
    combinations = [sorted((fact, sorted(values)) for fact, values in case) for case in cases]
    combinations.sort(key=lambda case: (len(case), case))
    return _joined(
        "or", (_joined("and", (_literal(fact, frozenset(v), style) for fact, v in case)) for case in combinations)
    )


def _joined(word: str, parts: Iterable[str]) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else f"({f' {word} '.join(found)})"


def _status(unit: Unit, style: Style) -> str:
    candidate, described = (_condition(cases, style) for cases in unit)
    rest = f"{described} ? 'unspecified' : 'not_described'"
    if unit.described in (ALWAYS, unit.candidate):
        rest = "'unspecified'" if unit.described == ALWAYS else "'not_described'"
    if unit.candidate in (ALWAYS, NEVER):
        return "'candidate'" if unit.candidate else rest
    return f"{candidate} ? 'candidate' : ({rest})"


def _expression_object(units: Mapping[str, Unit], style: Style) -> Callable[[dict[str, Any]], Answer]:
    expression = "{" + ", ".join(f"'{id_}': {_status(unit, style)}" for id_, unit in units.items()) + "}"
    answer: Callable[[dict[str, Any]], Answer] = zen.compile_expression(expression).evaluate
    return answer


def _expression_list(units: Mapping[str, Unit], style: Style) -> Callable[[dict[str, Any]], Answer]:
    """Return one expression for all: each status that depends on the patient once, spread to options here."""
    ids = tuple(units)
    always = dict.fromkeys(_status(unit, style) for unit in units.values() if "?" not in _status(unit, style))
    open_ = dict.fromkeys(_status(unit, style) for unit in units.values() if "?" in _status(unit, style))
    places = {status: place for place, status in enumerate((*open_, *always))}
    spread = itemgetter(*(places[_status(unit, style)] for unit in units.values()))
    fixed = [status.strip("'") for status in always]
    evaluate = zen.compile_expression(f"[{', '.join(open_)}]").evaluate

    def answer(facts: dict[str, Any]) -> Answer:
        return dict(zip(ids, spread(evaluate(facts) + fixed), strict=True))

    return answer


def _rows(units: Mapping[str, Unit]) -> dict[str, dict[Cases, list[str]]]:
    """Return the options by the cases in which they have a status at least, the lower status first."""
    found: dict[str, dict[Cases, list[str]]] = {"unspecified": {}, "candidate": {}}
    for id_, unit in units.items():
        if unit.described != unit.candidate:
            found["unspecified"].setdefault(unit.described, []).append(id_)
        found["candidate"].setdefault(unit.candidate, []).append(id_)
    return found


def _table_of_conditions(units: Mapping[str, Unit], style: Style) -> Callable[[dict[str, Any]], Answer]:
    rows: list[tuple[dict[str, str], Answer]] = []
    answer = dict.fromkeys(units, "not_described")
    for status, by_cases in _rows(units).items():
        for cases, ids in by_cases.items():
            if cases == ALWAYS:
                answer |= dict.fromkeys(ids, status)
            elif cases:
                rows.append(({"when": _condition(cases, style)}, dict.fromkeys(ids, status)))
    return _table([{"id": "when", "name": "when"}], rows, answer)


def _table_of_columns(units: Mapping[str, Unit], _: Style) -> Callable[[dict[str, Any]], Answer]:
    rows: list[tuple[dict[str, str], Answer]] = []
    answer = dict.fromkeys(units, "not_described")
    for status, by_cases in _rows(units).items():
        by_case: dict[Combination, list[str]] = {}
        for cases, ids in by_cases.items():
            for case in cases:
                by_case.setdefault(case, []).extend(ids)
        for case, ids in by_case.items():
            if not case:
                answer |= dict.fromkeys(ids, status)
            else:
                rows.append(({_name(fact): _cell(fact, v) for fact, v in case}, dict.fromkeys(ids, status)))
    names = sorted({name for cells, _ in rows for name in cells})
    return _table([{"id": name, "name": name, "field": name} for name in names], rows, answer)


def _cell(fact: str, values: frozenset[str]) -> str:
    domain = bundled_vocabulary().space.domains[fact]
    if len(domain) == 2:
        return "true" if domain[0] in values else "false"
    return ", ".join(f"'{value}'" for value in domain if value in values)


def _table(
    inputs: list[dict[str, str]], rows: list[tuple[dict[str, str], Answer]], otherwise: Answer
) -> Callable[[dict[str, Any]], Answer]:
    """Return the answers of one table that collects the numbers of all rows that match.

    A number is the quickest to hand back; what its row says is looked up here. Rows with the higher
    status come last, and what holds for everybody is said beforehand.
    """
    says = [said for _, said in rows]
    blank = {column["id"]: "" for column in inputs}
    table = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
        "rules": [{"_id": str(i), **blank, **cells, "row": str(i)} for i, (cells, _) in enumerate(rows)],
        "passThrough": False,
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
    }
    evaluate = zen.ZenEngine({"loader": {"type": "static", "content": {"rulebook": _graph(table)}}}).evaluate

    def answer(facts: dict[str, Any]) -> Answer:
        found = otherwise.copy()
        for row in evaluate("rulebook", facts)["result"]:
            found.update(says[row["row"]])
        return found

    return answer


def _graph(table: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Decision Model with one table in it."""
    kinds = {"in": ("inputNode", {}), "table": ("decisionTableNode", table), "out": ("outputNode", {})}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": id_, "type": kind, "name": id_, "content": content, "position": {"x": 0, "y": 0}}
            for id_, (kind, content) in kinds.items()
        ],
        "edges": [
            {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
            for source, target in (("in", "table"), ("table", "out"))
        ],
    }
