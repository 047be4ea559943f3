"""Benchmark of large rulebooks: loading, `statuses` and `explore`, beside decision diagrams (BDDs) of the same rules.

A diagram is built from the rules as they are written, with `dd`, in the order of the facts; it decides a verdict by
putting in what is known. It gives no reasons. Where we refuse a rulebook, the row says so.

Run `python tests/benchmarks/scale.py`; needs the extra `benchmark`. Exits with 1 where a verdict is another one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from measure import about

from mbc_options import RulebookError, explore, load_rulebook, statuses

FACTS = 60
PATIENTS = 40
SEED = 7

Rule = list[tuple[int, str]]
"""The facts that must have a value, `y` or `n`, all of them."""


class Case(NamedTuple):
    """A rulebook: its name, and for each option its rules, each of which suffices."""

    name: str
    options: list[list[Rule]]


def pairs(count: int) -> Case:
    """One option with so many pairs of facts, beside nine simple ones."""
    big: list[Rule] = [[(2 * i, "y"), (2 * i + 1, "y")] for i in range(count)]
    return Case(f"{count} pairs, beside nine simple options", [big, *([[(i, "y")]] for i in range(9))])


def by_chance(rules: int, facts: int, negated: float, options: int = 1) -> Case:
    """Options with random rules of two or three facts."""
    chance = Random(SEED)

    def rule() -> Rule:
        chosen = chance.sample(range(facts), chance.choice([2, 3]))
        return [(fact, "n" if chance.random() < negated else "y") for fact in chosen]

    name = f"{rules} random rules over {facts} facts, {negated:.0%} negated" + (f", {options}x" if options > 1 else "")
    return Case(name, [[rule() for _ in range(rules)] for _ in range(options)])


CASES = (
    *(pairs(count) for count in (6, 10, 12, 14, 20)),
    by_chance(20, 30, 0.1),
    by_chance(40, 30, 0.1),
    by_chance(40, 30, 0.3),
    by_chance(100, 60, 0.1),
    by_chance(20, 12, 0.1, options=50),
    by_chance(20, 60, 0.1, options=50),
)


def written(case: Case, directory: Path) -> None:
    """Write a case as a rulebook."""
    fact = (
        "  - id: f{0}\n    kind: choice\n    help: y or n.\n    label: f{0}\n    question: Is it f{0}?\n    values:\n"
        "      - {{id: y, text: f{0} is y}}\n      - {{id: n, text: f{0} is n}}\n"
    )
    (directory / "therapies").mkdir()
    (directory / "facts.yaml").write_text("fields:\n" + "".join(fact.format(i) for i in range(FACTS)))
    (directory / "rulebook.yaml").write_text(
        'name: big\nversion: "1"\ntitle: Big\ndescription: A big one.\n'
        "scope: {when: always, text: All., outside: None., open: Open.}\n"
    )
    for i, rules in enumerate(case.options):
        lines = [
            f"  - {{id: o{i}-{j}, when: {{all: [{', '.join(f'{{f{fact}: {value}}}' for fact, value in rule)}]}}, "
            "status: candidate, because: B., claims: [], basis: editorial}\n"
            for j, rule in enumerate(rules)
        ]
        head = f"id: o{i}\norder: {i + 1}\nlabel: O{i}\nplain: O{i}\nsummary: It is.\nrules:\n"
        (directory / "therapies" / f"o{i}.yaml").write_text(head + "".join(lines))


class Diagrams:
    """Every option of a case as a decision diagram."""

    def __init__(self, case: Case) -> None:
        from dd.autoref import BDD

        self.bdd: Any = BDD()
        self.bdd.configure(reordering=False)
        self.bdd.declare(*(f"f{i}" for i in range(FACTS)))
        self.options = [self._any(rules) for rules in case.options]

    def _any(self, rules: list[Rule]) -> Any:
        found = self.bdd.false
        for rule in rules:
            one = self.bdd.true
            for fact, value in rule:
                one &= self.bdd.var(f"f{fact}") if value == "y" else ~self.bdd.var(f"f{fact}")
            found |= one
        return found

    def statuses(self, known: dict[str, str]) -> dict[str, str]:
        """Return the status of every option where so much is known."""
        values = {fact: value == "y" for fact, value in known.items()}
        found = {}
        for i, option in enumerate(self.options):
            left = self.bdd.let(values, option) if values else option
            settled = {self.bdd.true: "candidate", self.bdd.false: "not_described"}
            found[f"o{i}"] = next((status for end, status in settled.items() if left == end), "undetermined")
        return found


def people(count: int) -> list[dict[str, str]]:
    """Patients of whom more or less is known."""
    chance = Random(SEED)
    return [
        {f"f{i}": chance.choice("yn") for i in range(FACTS) if chance.random() < share}
        for share in (chance.choice([0.1, 0.5, 0.9]) for _ in range(count))
    ]


def measured(case: Case, count: int) -> tuple[str, bool]:
    """Return a line about a case, and whether all verdicts agree."""
    start = perf_counter()
    diagrams = Diagrams(case)
    built = perf_counter() - start
    with tempfile.TemporaryDirectory() as name:
        written(case, Path(name))
        start = perf_counter()
        try:
            rulebook = load_rulebook(name)
        except RulebookError as error:
            return f"refused after {perf_counter() - start:.1f} s: {error.problems[0].message}", True
        loaded = perf_counter() - start
    ours, theirs, explored, agree = [], [], [], True
    for known in people(count):
        patient = rulebook.patient(**known)
        start = perf_counter()
        found = statuses(patient, rulebook)
        ours.append(perf_counter() - start)
        start = perf_counter()
        expected = diagrams.statuses(known)
        theirs.append(perf_counter() - start)
        start = perf_counter()
        explore(patient, rulebook)
        explored.append(perf_counter() - start)
        agree = agree and found == expected
    line = (
        f"load {loaded:.2f} s (diagrams {built:.2f}), statuses {median(ours) * 1e3:.2f} ms "
        f"(diagrams {median(theirs) * 1e3:.2f}), explore {median(explored) * 1e3:.0f} ms, "
        f"at worst {max(explored) * 1e3:.0f}, verdicts {'agree' if agree else 'DIFFER'}"
    )
    return line, agree


def main() -> int:
    """Print a line for each case."""
    about("mbc_options", "dd")
    agree = True
    for case in CASES:
        line, equal = measured(case, PATIENTS)
        print(f"{case.name}: {line}", flush=True)
        agree = agree and equal
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
