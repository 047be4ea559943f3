"""Benchmark of tables of patients, beside the same rules as people write them by hand for polars.

There are two tables of random patients, `cohort_tables.py`, and two hands, `cohort_peers.py`: the one takes what is
unknown for *no*, the other leaves it null, and lets polars decide by Kleene's three values. Everybody runs in one
process, in turns, with two threads, in memory and streaming; the fastest counts, as other things run on a machine.
Memory is the peak of a process of its own, with the table that came and the one that is made.

Run `python tests/benchmarks/cohort.py`; it needs the extra `cohort`. It exits with 1 where a verdict is wrong, and
never for a time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from cohort_peers import WAYS, hand_written
from cohort_tables import TABLES, table
from measure import Row, about, tell

from mbc_options import load_rulebook, package_data, statuses
from mbc_options.cohorts.columns import CONTRADICTION, fact_column, status_columns
from mbc_options.cohorts.evaluate import with_statuses
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.description import _made
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.conditions import AllOf, Fact
from mbc_options.rulebook.load import read_rulebook
from mbc_options.rulebook.models import Rulebook
from mbc_options.rulebook.portable import portable_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options import CompiledRulebook

THREADS = 2
SEED = 18
CHECKED = 2_000
"""Of how many rows the verdicts are compared with those of `statuses`."""

ENGINES = ("in-memory", "streaming")
MOST = 10_000_000


class Bars(NamedTuple):
    """What is asked for of a table: seconds and gigabytes for ten million rows, and times those of either hand."""

    seconds: float
    gigabytes: float
    of_hand: tuple[float, float]


BARS = {"usual": Bars(0.5, 1.0, (1.0, 0.8)), "all different": Bars(2.0, 1.5, (3.0, 1.6))}
LARGE_GIGABYTES, BUILT, BUILT_LARGER = 0.5, 0.05, 0.1


def main() -> int:
    """Measure, print, and return the exit code."""
    arguments = _arguments()
    if arguments.part:
        name, *given = arguments.part
        print(json.dumps(PARTS[name](*given)))
        return 0
    about("mbc-options", "polars")
    rows: list[Row] = []
    accounts: list[str] = []
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, count in ((kind, count) for kind in TABLES for count in arguments.rows):
            path = str(Path(folder) / "table.arrow")
            _alone("write", kind, count, path)
            timed = _alone("time", kind, path, arguments.turns)
            gigabytes = _alone("memory", kind, path)
            rows += _speed(kind, count, timed)
            accounts.append(_bound(f"{kind}, {count:,} rows: peak memory", gigabytes, "GB", BARS[kind].gigabytes))
            if count == arguments.rows[0]:
                told = _alone("check", kind, path)
                wrong += told["wrong"]
                accounts += told["account"]
        path = str(Path(folder) / "large.parquet")
        _alone("write_large", arguments.large, path)
        seconds, gigabytes = _alone("stream", path)
        what = f"parquet to parquet, {arguments.large:,} rows, {seconds:.1f} s: peak memory"
        accounts.append(_bound(what, gigabytes, "GB", LARGE_GIGABYTES))
    for primes, seconds in _alone("build"):
        bar = BUILT_LARGER if primes > 1_000 else BUILT
        accounts.append(_bound(f"a query of {primes:,} primes is built in", seconds, "s", bar))
    tell(rows)
    print("\n".join(accounts))
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, MOST])
    parser.add_argument("--large", type=int, default=40_000_000)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


def _alone(*part: object) -> Any:
    """Do a part in a process of its own, with two threads."""
    command = [sys.executable, __file__, "--part", *map(str, part)]
    environment = {**os.environ, "POLARS_MAX_THREADS": str(THREADS)}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return json.loads(done.stdout)


def _bound(what: str, found: float, unit: str, most: float) -> str:
    return f"{what} {found:.3f} {unit} (at most {most:g} {unit}: {'yes' if found <= most else 'NO'})"


def _speed(kind: str, count: int, timed: dict[str, list[float]]) -> list[Row]:
    bars, ours = BARS[kind], timed["ours"]
    target = f"fastest within {bars.seconds:g} s" if count == MOST else ""
    rows = [Row(f"{kind}, {count:,} rows: ours", len(ours), ours, (), target, min(ours) <= bars.seconds)]
    for way, bar in zip(WAYS, bars.of_hand, strict=True):
        ratio = min(ours) / min(timed[way])
        rows.append(Row(f"  by hand, {way}", len(ours), timed[way], [ratio], f"ours at most {bar:g} x", ratio <= bar))
    return rows


def _facts(frame: pl.DataFrame | pl.LazyFrame, kind: str) -> FactTable:
    return FactTable(frame.lazy(), {fact: fact_column(fact) for fact in TABLES[kind]})


def _read(path: str) -> pl.DataFrame:
    return pl.read_ipc_stream(path).rechunk()


def _contenders(frame: pl.DataFrame, kind: str) -> dict[str, Callable[[], pl.LazyFrame]]:
    authored, facts = _authored(), TABLES[kind]
    found: dict[str, Callable[[], pl.LazyFrame]] = {"ours": lambda: with_statuses(_facts(frame, kind))}
    for way in WAYS:
        found[way] = lambda way=way: frame.lazy().with_columns(hand_written(authored, facts, way))  # type: ignore[misc]
    return found


def _authored() -> Rulebook:
    return read_rulebook(package_data.rules_dir()).rulebook


# the parts, each in a process of its own


def _write(kind: str, rows: str, path: str) -> None:
    table(TABLES[kind], int(rows), SEED).write_ipc_stream(path)


def _time(kind: str, path: str, turns: str) -> dict[str, list[float]]:
    """Return the seconds of each contender, from no query to the table: of its faster engine, turn by turn."""
    contenders = _contenders(_read(path), kind)
    times: dict[tuple[str, str], list[float]] = {}
    for turn in range(int(turns)):
        for place in range(len(contenders)):
            name = [*contenders][(turn + place) % len(contenders)]
            for engine in ENGINES:
                start = perf_counter()
                contenders[name]().collect(engine=engine)  # type: ignore[call-overload]
                times.setdefault((name, engine), []).append(perf_counter() - start)
    return {name: min((times[name, engine] for engine in ENGINES), key=min) for name in contenders}


def _memory(kind: str, path: str) -> float:
    """Return the peak of a process that reads a table and decides it, in gigabytes."""
    frame = _read(path)
    done = with_statuses(_facts(frame, kind)).collect()
    assert done.height == frame.height
    return _peak()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _write_large(rows: str, path: str) -> None:
    once = max(int(rows) // 40, 1)
    part = table(TABLES["usual"], once, SEED).lazy()
    pl.concat([part] * (int(rows) // once)).sink_parquet(path)


def _stream(path: str) -> tuple[float, float]:
    start = perf_counter()
    with_statuses(_facts(pl.scan_parquet(path), "usual")).sink_parquet(f"{path}.done")
    return perf_counter() - start, _peak()


def _check(kind: str, path: str) -> dict[str, Any]:
    """Return how many verdicts are wrong, and how those of the hands differ from ours where a row is consistent."""
    frame = _read(path)
    found = {name: query().collect() for name, query in _contenders(frame, kind).items()}
    names = [*status_columns(load_rulebook().by_id).values()]
    ours = found["ours"]
    wrong = _differing_from_statuses(ours.head(CHECKED), kind)
    consistent = ~ours[CONTRADICTION]
    account = [f"{kind}: {frame.height - consistent.sum():,} of {frame.height:,} rows contradict themselves"]
    exact = ours.filter(consistent).select(names)
    total = exact.height * len(names)
    for way in WAYS:
        other = found[way].filter(consistent).select(names)
        differ = sum((other[name] != exact[name]).sum() for name in names)
        left = sum(((other[name] == "undetermined") & (exact[name] != "undetermined")).sum() for name in names)
        settled = sum((exact[name] != "undetermined").sum() for name in names)
        account.append(
            f"  by hand, {way}: {differ / total:.0%} of the statuses are wrong, {left / settled:.0%} of those "
            "that are settled are left open"
        )
        if way == "Kleene":  # it never contradicts what is exact
            wrong += differ - left
    return {"wrong": int(wrong), "account": account}


def _differing_from_statuses(done: pl.DataFrame, kind: str) -> int:
    rulebook, names = load_rulebook(), status_columns(load_rulebook().by_id)
    vocabulary, wrong = rulebook.vocabulary, 0
    for row in done.iter_rows(named=True):
        known = {fact: [row[fact_column(fact)]] for fact in TABLES[kind] if row[fact_column(fact)] is not None}
        cube = rulebook.space.cube(known)
        if row[CONTRADICTION] or not rulebook.theory.is_possible(cube):
            wrong += rulebook.theory.is_possible(cube) or not row[CONTRADICTION]
            continue
        described = _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), cube, (), vocabulary)
        wrong += {option: row[name] for option, name in names.items()} != statuses(described, rulebook)
    return wrong


def _build() -> list[tuple[int, float]]:
    """Return the primes of our rulebook and of one eight times as large, and how long it takes to build a query."""
    return [_built(rulebook) for rulebook in (load_rulebook(), compile_rulebook(_eightfold(_authored())))]


def _eightfold(authored: Rulebook) -> Rulebook:
    """Return a rulebook in which every class stands eight times, each for patients of whom one more thing is so."""
    therapies = []
    for i, fact in enumerate(TABLES["all different"][-8:]):
        also = Fact(fact=fact, values=("yes",))
        for therapy in authored.therapies:
            members = tuple(replace(one, rules=_limited(one.rules, also)) for one in therapy.members)
            copy = replace(therapy, id=f"{therapy.id}_{i}", rules=_limited(therapy.rules, also), members=members)
            therapies.append(copy)
    return Rulebook(**{**vars(authored), "therapies": tuple(therapies)})


def _limited(rules: Any, also: Fact) -> Any:
    return tuple(replace(rule, when=AllOf(parts=(rule.when, also))) for rule in rules)


def _built(rulebook: CompiledRulebook) -> tuple[int, float]:
    facts = _facts(table(TABLES["all different"], 10, SEED), "all different")
    form = portable_over(rulebook, facts.facts)
    primes = len(form.impossible) + len(form.scope.holds) + len(form.scope.fails)
    for one in form.decisions:
        primes += sum(len(cubes) for key, cubes in vars(one).items() if key not in {"options", "decide"})
    times = []
    for _ in range(20):
        start = perf_counter()
        with_statuses(facts, rulebook)
        times.append(perf_counter() - start)
    return primes, min(times)


PARTS: dict[str, Callable[..., Any]] = {
    "write": _write,
    "time": _time,
    "memory": _memory,
    "write_large": _write_large,
    "stream": _stream,
    "check": _check,
    "build": _build,
}

if __name__ == "__main__":
    sys.exit(main())
