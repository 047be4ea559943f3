"""What is told of a table: every count is what counting rows one by one gives."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from builders import FACTS, REAL_FACTS, SETTLED, WAYS, decided_by, holds, knowing, rulebooks
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import explore, load_rulebook, statuses
from mbc_options.cohorts import summary as summary_module
from mbc_options.cohorts.attrition import rule_steps
from mbc_options.cohorts.columns import fact_columns, value_column
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.cohorts.summary import summarize
from mbc_options.errors import InputError, UnknownOptionError
from mbc_options.exploration.status import scope_of
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.conditions import AllOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mbc_options.cohorts.cohort_summary import CohortSummary
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.models import Rulebook

Row = dict[str, str | None]

RULEBOOK = load_rulebook()
SPACE, THEORY = RULEBOOK.space, RULEBOOK.theory
SHOWN = ("candidate", "undetermined", "unspecified", "not_described")


def table(rows: Sequence[Row], facts: Iterable[str]) -> FactTable:
    """The rows as a table, in which these facts have columns."""
    columns = fact_columns(facts)
    cells = {
        column: pl.Series([row.get(fact) for row in rows], dtype=value_column(SPACE.domains[fact]))
        for fact, column in columns.items()
    }
    return FactTable(pl.LazyFrame(cells), columns)


def cube_of(row: Row) -> int:
    return SPACE.cube({fact: [value] for fact, value in row.items() if value is not None})


def known(rows: Iterable[Row]) -> Iterator[int]:
    """What is known in each row that does not contradict itself."""
    for row in rows:
        if THEORY.is_possible(cube := cube_of(row)):
            yield THEORY.tighten(cube)


def settling(option: str, knowledge: int, rulebook: CompiledRulebook) -> Iterator[tuple[str, bool]]:
    """Each unknown fact some value of which settles a verdict, and whether each value does; by trying every one."""
    for fact in rulebook.space.facts:
        values = SPACE.values(knowledge, fact)
        answered = [knowledge & SPACE.cube({fact: [value]}) for value in values]
        settled = [
            statuses(knowing(THEORY.tighten(one)), rulebook)[option] != "undetermined"
            for one in answered
            if THEORY.is_possible(one)
        ]
        if len(settled) > 1 and any(settled):
            yield fact, all(settled)


def check_counts(found: CohortSummary, rows: Sequence[Row], rulebook: CompiledRulebook) -> None:
    knowledge = list(known(rows))
    scopes = Counter(scope_of(rulebook, one) for one in knowledge)
    assert found.rows == len(rows)
    assert found.contradictory == len(rows) - len(knowledge)
    assert (found.in_scope, found.scope_open, found.out_of_scope) == (scopes["in"], scopes["open"], scopes["out"])
    inside = [one for one in knowledge if scope_of(rulebook, one) == "in"]
    assessed = [explore(knowing(one), rulebook) for one in inside]
    kinds = Counter(one.subtype.is_ or ("open" if one.subtype.may_be else "none") for one in assessed)
    assert Counter({one.id or one.kind: one.rows for one in found.subtypes}) == kinds
    for option in found.options:
        said: list[Any] = [one[option.id] for one in assessed]
        assert [getattr(option.counts, one) for one in SHOWN] == [
            sum(one.status == status for one in said) for status in SHOWN
        ]
        for kind, counts in zip(found.subtypes, option.by_subtype, strict=True):
            of_kind = [
                one[option.id].status
                for one in assessed
                if (one.subtype.is_ or ("open" if one.subtype.may_be else "none")) == (kind.id or kind.kind)
            ]
            assert [getattr(counts, one) for one in SHOWN] == [of_kind.count(status) for status in SHOWN]  # type: ignore[arg-type]
        sufficiency = option.sufficiency
        assert (sufficiency.of, sufficiency.settled) == (scopes["in"] + scopes["open"], option.counts.settled)
        assert sufficiency.looked_at == option.counts.undetermined
        assert sufficiency.lists_all == all(one.lists_all for one in said if one.status == "undetermined")
        named = Counter(fact for one in said for fact in {fact for way in one.depends_on for fact in way.if_})
        assert Counter({one.fact: one.rows for one in sufficiency.depends_on}) == named


def check_filled(found: CohortSummary, rows: Sequence[Row], rulebook: CompiledRulebook, options: Iterable[str]) -> None:
    inside = [one for one in known(rows) if scope_of(rulebook, one) == "in"]
    for option in options:
        always, sometimes = Counter[str](), Counter[str]()
        for one in inside:
            if statuses(knowing(one), rulebook)[option] == "undetermined":
                for fact, every in settling(option, one, rulebook):
                    sometimes[fact] += 1
                    always[fact] += every
        filled = found[option].sufficiency.filled
        assert Counter({one.fact: one.sometimes for one in filled}) == sometimes
        assert Counter({one.fact: one.always for one in filled}) == +always
        assert list(filled) == sorted(filled, key=lambda one: (-one.always, -one.sometimes))


def by_chance(number: int, seed: int, facts: Sequence[str]) -> list[Row]:
    """Rows of any facts, many of them alike, some of them contradictory."""
    chance = Random(seed)
    rows: list[Row] = []
    for _ in range(number):
        share = chance.choice([0.1, 0.5, 0.9])
        row: Row = {fact: chance.choice(SPACE.domains[fact]) for fact in facts if chance.random() > share}
        if chance.random() < 0.8:
            row["metastatic"] = "yes"
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(2))
def test_every_count_is_that_of_explore_row_by_row(seed: int) -> None:
    facts = Random(seed).sample(REAL_FACTS, 12)
    rows = by_chance(60, seed, facts)
    found = summarize(table(rows, {*facts, "metastatic"}))
    check_counts(found, rows, RULEBOOK)
    check_filled(found, rows, RULEBOOK, ["hormone_therapy", "immunotherapy", "radioisotope"])


SETTLED_ROW: Row = {fact: "yes" if fact == "sites.bone" else "no" for fact in SETTLED}


@st.composite
def few_rows(draw: st.DrawFn) -> list[Row]:
    cells = st.fixed_dictionaries({fact: st.sampled_from([None, *SPACE.domains[fact]]) for fact in FACTS})
    metastatic = st.sampled_from(["yes", "yes", "no", None])
    rows = draw(st.lists(st.tuples(cells, metastatic), max_size=4))
    return [{**row, **SETTLED_ROW, "metastatic": value} for row, value in rows]


@given(rulebooks(), few_rows(), WAYS)
@settings(max_examples=examples(40))
def test_every_count_is_right_for_any_rulebook(authored: Rulebook, rows: list[Row], decide: Any) -> None:
    rulebook = decided_by(authored, decide)
    found = summarize(table(rows, {*FACTS, *SETTLED, "metastatic"}), rulebook)
    check_counts(found, rows, rulebook)
    check_filled(found, rows, rulebook, rulebook.by_id)


def completions(knowledge: int) -> Iterator[Mapping[str, str]]:
    facts = (*FACTS, *SETTLED, "metastatic")
    for values in product(*(SPACE.values(knowledge, fact) for fact in facts)):
        point = dict(zip(facts, values, strict=True))
        if THEORY.is_possible(SPACE.cube({fact: [value] for fact, value in point.items()})):
            yield point


@given(rulebooks(), few_rows())
@settings(max_examples=examples(40))
def test_a_step_holds_where_every_completion_fits_all_conditions_up_to_it(authored: Rulebook, rows: list[Row]) -> None:
    rulebook = compile_rulebook(authored)
    found = summarize(table(rows, {*FACTS, *SETTLED, "metastatic"}), rulebook)
    inside = [list(completions(one)) for one in known(rows) if scope_of(rulebook, one) == "in"]
    rules = {one.rule.rule.id: one for one in rule_steps(rulebook)}
    for rule in found.rules:
        when = rules[rule.id].rule.rule.when
        parts = when.parts if isinstance(when, AllOf) else (when,)
        assert len(rule.steps) == len(parts)
        for i, step in enumerate(rule.steps, start=1):
            fits = [{all(holds(part, dict(point), {}) for part in parts[:i]) for point in one} for one in inside]
            expected = [fits.count(one) for one in ({True}, {True, False}, {False})]
            assert [step.holds, step.open, step.fails] == expected


def test_a_rule_ends_with_its_own_condition_and_loses_rows_only() -> None:
    rows = by_chance(200, 1, REAL_FACTS[:20])
    found = summarize(table(rows, {*REAL_FACTS[:20], "metastatic"}))
    conditions = {one.rule.id: one for option in RULEBOOK.by_id.values() for one in option.rules}
    inside = [one for one in known(rows) if scope_of(RULEBOOK, one) == "in"]
    for rule in found.rules:
        assert rule.fires == sum(conditions[rule.id].function.entailed_by(one) for one in inside)
        assert [step.holds for step in rule.steps] == sorted((step.holds for step in rule.steps), reverse=True)
        assert [step.fails for step in rule.steps] == sorted(step.fails for step in rule.steps)
    assert found.never_fired == tuple(rule for rule in found.rules if not rule.fires)
    assert 0 < len(found.never_fired) < len(found.rules)


def test_what_the_table_says_of_a_fact_is_counted_and_what_it_has_no_column_for_is_named() -> None:
    found = summarize(table([{"er": "positive"}, {"er": None}, {}], ["er"]))
    said = {one.fact: one for one in found.facts}
    assert (said["er"].has_column, said["er"].said) == (True, 1)
    assert (said["her2"].has_column, said["her2"].said) == (False, 0)


def test_what_is_assumed_is_told_with_the_rows_that_do_not_say_it() -> None:
    rows: list[Row] = [{"metastatic": "yes"}, {"metastatic": "no"}, {"er": "positive"}]
    without, assuming = (summarize(table(rows, ["er", "metastatic"]), assume=one) for one in (False, True))
    assert (without.in_scope, without.scope_open, without.assumptions) == (1, 1, ())
    assert (assuming.in_scope, assuming.scope_open) == (2, 0)
    assert [one.rows for one in assuming.assumptions] == [1]
    assert {one.fact: one.said for one in assuming.facts}["metastatic"] == 2, "what is assumed is not said"


def test_of_very_many_kinds_the_most_frequent_are_looked_at_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [{"metastatic": "yes", "er": "negative", "pr": "negative"}] * 3
    rows += [{"metastatic": "yes", "er": "negative"}] * 2 + [{"metastatic": "yes"}]
    monkeypatch.setattr(summary_module, "MOST_KINDS", 2)
    found = summarize(table(rows, ["metastatic", "er", "pr", "her2"]))["immunotherapy"]
    assert (found.counts.undetermined, found.sufficiency.looked_at) == (6, 5)
    assert {one.fact: one.rows for one in found.sufficiency.depends_on}["pr"] == 2


def test_an_empty_table_has_no_share() -> None:
    found = summarize(table([], ["er"]))
    assert (found.rows, found.in_scope) == (0, 0)
    assert all(option.sufficiency.share is None for option in found.options)
    assert len(found.never_fired) == len(found.rules)


def test_a_table_that_says_nothing_leaves_all_open() -> None:
    found = summarize(FactTable(pl.LazyFrame({"id": [1, 2]}), {}))
    assert (found.rows, found.scope_open) == (2, 2)


def test_an_option_is_found_by_its_id() -> None:
    found = summarize(table([{"metastatic": "yes"}], ["metastatic"]))
    assert found["chemotherapy.combination"].within == "chemotherapy"
    with pytest.raises(UnknownOptionError, match="chemotherapy"):
        found["chemotherapi"]


def test_a_table_that_is_not_what_it_says_is_refused() -> None:
    frame = pl.LazyFrame({"er": ["positive"]})
    with pytest.raises(InputError, match="enum"):
        summarize(FactTable(frame, {"er": "er"}))


def test_it_comes_back_from_json() -> None:
    found = summarize(table(by_chance(20, 3, REAL_FACTS[:10]), {*REAL_FACTS[:10], "metastatic"}))
    assert type(found).model_validate_json(found.model_dump_json()) == found
