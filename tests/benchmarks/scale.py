"""Benchmark of large rulebooks: loading, memory, `statuses` and `explore`, beside decision diagrams of the same rules.

The diagrams (BDDs) are built from the rules as they are written, with `oxidd`, in the order of the facts; they decide a
verdict by putting in what is known, and give no reasons. Where they outgrow a million nodes the row says so.
Every verdict, every minimal reason, every dependency and every nearest patient of ours is checked by asking a
solver (`pysat`) for a patient who contradicts it.

Run `python tests/benchmarks/scale.py`; needs the extra `benchmark`. Exits with 1 where a verdict or a reason is wrong,
or where a figure is beyond its target.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from measure import about

from mbc_options import RulebookError, explore, load_rulebook, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options import Assessment, CompiledRulebook
    from mbc_options.exploration.assessment import MemberAssessment

FACTS = 100
PATIENTS = 40
CHECKED = 10
"""Of how many patients every reason, dependency and nearest patient is checked."""

NODES = 1_000_000
SEED = 7

LOAD, MEMORY, STATUSES, EXPLORE, WORST = 5.0, 300.0, 1e-3, 0.1, 1.0
"""The targets: seconds to load, megabytes, and seconds for a patient; the last for the slowest `explore`."""

Condition = Any
"""As it is written in a rulebook."""


class Case(NamedTuple):
    """A rulebook: its name, for each option its rules, each of which suffices, and its definitions."""

    name: str
    options: list[list[Condition]]
    definitions: Mapping[str, Condition] = {}

    def condition(self, option: int) -> Condition:
        """Return when an option is a candidate."""
        return {"any": self.options[option]}


def yes(fact: int) -> Condition:
    """Return the condition that a fact is so."""
    return {f"f{fact}": "y"}


def no(fact: int) -> Condition:
    """Return the condition that it is not."""
    return {f"f{fact}": "n"}


SIMPLE = [[yes(i)] for i in range(9)]


def pairs(count: int) -> Case:
    """One option with so many pairs of facts, beside nine simple ones."""
    big = [{"all": [yes(2 * i), yes(2 * i + 1)]} for i in range(count)]
    return Case(f"{count} pairs, beside nine simple options", [big, *SIMPLE])


def either_of_pairs(count: int) -> Case:
    """One option that needs one fact of each of so many pairs, beside nine simple ones."""
    big = {"all": [{"any": [yes(2 * i), yes(2 * i + 1)]} for i in range(count)]}
    return Case(f"all of {count} (a or b), beside nine simple options", [[big], *SIMPLE])


def by_chance(rules: int, facts: int, negated: float, options: int = 1) -> Case:
    """Options with random rules of two or three facts."""
    chance = Random(SEED)

    def rule() -> Condition:
        chosen = chance.sample(range(facts), chance.choice([2, 3]))
        return {"all": [no(fact) if chance.random() < negated else yes(fact) for fact in chosen]}

    name = f"{rules} random rules over {facts} facts, {negated:.0%} negated" + (f", {options}x" if options > 1 else "")
    return Case(name, [[rule() for _ in range(rules)] for _ in range(options)])


def exclusive_or(count: int) -> Case:
    """An odd number of facts, by definitions."""
    definitions: dict[str, Condition] = {"odd-0": yes(0)}
    for i in range(1, count):
        before = f"odd-{i - 1}"
        definitions[f"odd-{i}"] = {"any": [{"all": [before, no(i)]}, {"all": [{"not": before}, yes(i)]}]}
    return Case(f"exclusive or of {count}", [[f"odd-{count - 1}"]], definitions)


def majority(count: int) -> Case:
    """More than half of the facts, each choice a rule."""
    return Case(
        f"majority of {count}",
        [[{"all": [yes(fact) for fact in chosen]} for chosen in combinations(range(count), count // 2 + 1)]],
    )


def multiplexer(selects: int) -> Case:
    """Some facts say which of the others counts."""
    rules = []
    for chosen in range(2**selects):
        address = [yes(i) if chosen >> i & 1 else no(i) for i in range(selects)]
        rules.append({"all": [*address, yes(selects + chosen)]})
    return Case(f"multiplexer of {selects}", [rules])


def twice(depth: int) -> Case:
    """Definitions that each name the next one twice."""
    definitions: dict[str, Condition] = {"d-0": yes(0)}
    for i in range(1, depth):
        definitions[f"d-{i}"] = {"any": [f"d-{i - 1}", {"all": [f"d-{i - 1}", yes(i)]}]}
    return Case(f"definitions that name the next one twice, {depth} deep", [[f"d-{depth - 1}"]], definitions)


def chain(length: int) -> Case:
    """Definitions that each name the next one."""
    definitions = {"d-0": yes(0), **{f"d-{i}": {"any": [f"d-{i - 1}"]} for i in range(1, length)}}
    return Case(f"a chain of {length:,} definitions", [[f"d-{length - 1}"]], definitions)


CASES = (
    *(pairs(count) for count in (10, 14, 20, 30)),
    *(either_of_pairs(count) for count in (10, 14, 20, 30)),
    *(by_chance(40, 30, negated) for negated in (0.1, 0.3)),
    *(by_chance(100, 60, negated) for negated in (0.1, 0.3)),
    *(by_chance(200, 100, negated) for negated in (0.1, 0.3)),
    exclusive_or(12),
    majority(15),
    multiplexer(6),
    twice(60),
    chain(5_000),
    *(by_chance(20, facts, 0.1, options=50) for facts in (12, 60)),
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
            f"  - {{id: o{i}-{j}, when: {json.dumps(rule)}, status: candidate, because: B., claims: [], "
            "basis: editorial}\n"
            for j, rule in enumerate(rules)
        ]
        head = f"id: o{i}\norder: {i + 1}\nlabel: O{i}\ngloss: O{i}\nsummary: It is.\nrules:\n"
        (directory / "therapies" / f"o{i}.yaml").write_text(head + "".join(lines))
    if case.definitions:
        lines = [
            f"  - {{id: {id_}, label: {id_}, meaning: M., when: {json.dumps(when)}, claims: [], basis: editorial}}\n"
            for id_, when in case.definitions.items()
        ]
        (directory / "definitions.yaml").write_text("definitions:\n" + "".join(lines))


class Diagrams:
    """Every option of a case as a decision diagram."""

    def __init__(self, case: Case) -> None:
        from oxidd.bdd import BDDManager

        self.manager: Any = BDDManager(NODES, NODES, 1)
        self.manager.add_vars(FACTS)
        self.case = case
        self.defined: dict[str, Any] = {}
        for name, when in case.definitions.items():  # each names only those before it
            self.defined[name] = self._meant(when)
        self.options = [self._meant(case.condition(i)) for i in range(len(case.options))]

    def _meant(self, when: Condition) -> Any:
        if isinstance(when, str):
            return self.defined[when]
        ((key, value),) = when.items()
        if key == "not":
            return ~self._meant(value)
        if key in {"all", "any"}:
            found = self.manager.true() if key == "all" else self.manager.false()
            for part in value:
                found = found & self._meant(part) if key == "all" else found | self._meant(part)
            return found
        fact = self.manager.var(int(key[1:]))
        return fact if value == "y" else ~fact

    def statuses(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return the status of every option where so much is known."""
        cube = self.manager.true()
        for fact, value in known.items():
            one = self.manager.var(int(fact[1:]))
            cube &= one if value == "y" else ~one
        found = {}
        for i, option in enumerate(self.options):
            can_be, can_be_not = (option & cube).satisfiable(), (~option & cube).satisfiable()
            found[f"o{i}"] = "undetermined" if can_be and can_be_not else "candidate" if can_be else "not_described"
        return found


class Solver:
    """Every option of a case as clauses (Tseitin 1968), to be asked for a patient."""

    def __init__(self, case: Case) -> None:
        from pysat.solvers import Cadical153

        self.case = case
        self.solver: Any = Cadical153()
        self.last = FACTS
        self.defined: dict[str, int] = {}
        for name, when in case.definitions.items():
            self.defined[name] = self._meant(when)
        self.options = {f"o{i}": self._meant(case.condition(i)) for i in range(len(case.options))}

    def _meant(self, when: Condition) -> int:
        """Return a literal that is true exactly where the condition is."""
        if isinstance(when, str):
            return self.defined[when]
        ((key, value),) = when.items()
        if key == "not":
            return -self._meant(value)
        if key not in {"all", "any"}:
            fact = int(key[1:]) + 1
            return fact if value == "y" else -fact
        sign = 1 if key == "all" else -1
        parts = [sign * self._meant(part) for part in value]
        self.last += 1
        for part in parts:
            self.solver.add_clause([-self.last, part])
        self.solver.add_clause([self.last, *(-part for part in parts)])
        return sign * self.last

    def status(self, option: str, known: Mapping[str, str]) -> str:
        """Return the status of an option where so much is known."""
        literals = [int(fact[1:]) + 1 if value == "y" else -int(fact[1:]) - 1 for fact, value in known.items()]
        meant = self.options[option]
        can_be = self.solver.solve(assumptions=[*literals, meant])
        if can_be:
            return "undetermined" if self.solver.solve(assumptions=[*literals, -meant]) else "candidate"
        return "not_described"


def people(count: int) -> list[dict[str, str]]:
    """Patients of whom more or less is known."""
    chance = Random(SEED)
    return [
        {f"f{i}": chance.choice("yn") for i in range(FACTS) if chance.random() < share}
        for share in (chance.choice([0.1, 0.5, 0.9]) for _ in range(count))
    ]


def wrong(assessment: Assessment, known: dict[str, str], rulebook: CompiledRulebook, solver: Solver) -> Iterator[str]:
    """Yield what is not so of the reasons, dependencies and nearest patients that are told."""
    for option in assessment.options:
        yield from _wrong_reason(option, known, rulebook, solver)
        for dependency in option.depends_on:
            learned = {fact: values[0] for fact, values in dependency.if_.items()}
            if set(learned) & set(known) or solver.status(option.id, known | learned) != dependency.then:
                yield f"{option.id}: not {dependency.then} with {learned}"
        for change in option.would_change:
            given = {fact: values[0] for fact, values in change.if_.items()}
            if solver.status(option.id, known | dict(change.change) | given) != change.to:
                yield f"{option.id}: not {change.to} with {change.change}"
            for fact in change.change:
                if solver.status(option.id, known | dict(change.change) | given | {fact: known[fact]}) == change.to:
                    yield f"{option.id}: {fact} need not be otherwise"


def _wrong_reason(
    option: MemberAssessment, known: dict[str, str], rulebook: CompiledRulebook, solver: Solver
) -> Iterator[str]:
    if option.status == "undetermined":
        return
    compiled = rulebook.option(option.id)
    knowledge = rulebook.patient(**known).knowledge
    decided = compiled.candidate.proof if option.status == "candidate" else compiled.described.refutation
    reason = decided(knowledge)
    assert reason is not None
    facts = {fact: values[0] for fact, values in rulebook.space.reading(reason).items()}
    if not facts.items() <= known.items() or solver.status(option.id, facts) != option.status:
        yield f"{option.id}: no reason: {facts}"
    for fact in facts:
        fewer = {other: value for other, value in facts.items() if other != fact}
        if solver.status(option.id, fewer) == option.status:
            yield f"{option.id}: {fact} can be left out of {facts}"


def memory(directory: str) -> float:
    """Return how many megabytes a process takes at most that loads a rulebook; Python itself takes ten of them."""
    code = f"from mbc_options import load_rulebook\nload_rulebook({directory!r})\n"
    code += "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout) / 1024


class Measured(NamedTuple):
    """What was found of a case, in a line, and whether it is right and within the targets."""

    line: str
    is_right: bool
    is_met: bool


def measured(case: Case, count: int, checked: int = CHECKED) -> Measured:
    """Load a case, explore patients, and check what is said of them."""
    solver = Solver(case)
    start = perf_counter()
    try:
        diagrams: Diagrams | None = Diagrams(case)
    except MemoryError:
        diagrams = None
    built = perf_counter() - start
    with tempfile.TemporaryDirectory() as name:
        written(case, Path(name))
        start = perf_counter()
        try:
            rulebook = load_rulebook(name)
        except RulebookError as error:
            line = f"refused after {perf_counter() - start:.1f} s: {error.problems[0].message}"
            return Measured(line, is_right=True, is_met=False)
        loaded = perf_counter() - start
        megabytes = memory(name)
    ours, theirs, explored, faults = [], [], [], []
    settled = unfound = 0
    statuses(rulebook.patient(), rulebook)  # what is prepared once is no part of a patient's time
    for i, known in enumerate(people(count)):
        patient = rulebook.patient(**known)
        start = perf_counter()
        found = statuses(patient, rulebook)
        ours.append(perf_counter() - start)
        if diagrams is not None:
            start = perf_counter()
            expected = diagrams.statuses(known)
            theirs.append(perf_counter() - start)
            faults += [f"diagrams say otherwise of {known}"] if found != expected else []
        start = perf_counter()
        assessment = explore(patient, rulebook)
        explored.append(perf_counter() - start)
        faults += [f"{id_} of {known}" for id_ in found if found[id_] != solver.status(id_, known)]
        settled += sum(option.status != "undetermined" for option in assessment.options)
        unfound += sum(
            not (option.lists_all or option.would_change) and option.status != "undetermined"
            for option in assessment.options
        )
        if i < checked:
            faults += wrong(assessment, known, rulebook, solver)
    figures = (loaded, megabytes, median(ours), median(explored), max(explored))
    peer = f"{built:.2f} s, {median(theirs) * 1e3:.2f} ms" if theirs else f"outgrew {NODES:,} nodes in {built:.1f} s"
    on_demand = sum(option.decide == "cover" for option in rulebook.options)
    line = (
        f"load {loaded:.2f} s, {megabytes:.0f} MB, {on_demand} of {len(rulebook.options)} on demand; statuses "
        f"{median(ours) * 1e3:.3f} ms, worst {max(ours) * 1e3:.3f}; explore {median(explored) * 1e3:.1f} ms, worst "
        f"{max(explored) * 1e3:.0f}; nearest patients too far for {unfound} of {settled} (diagrams: {peer}); "
        + (f"WRONG: {'; '.join(faults[:3])}" if faults else "all verdicts and reasons right")
    )
    targets = (LOAD, MEMORY, STATUSES, EXPLORE, WORST)
    return Measured(line, not faults, all(a < b for a, b in zip(figures, targets, strict=True)))


def main() -> int:
    """Print a line for each case."""
    about("mbc_options", "oxidd", "python-sat")
    print(
        f"target: load < {LOAD:.0f} s and {MEMORY:.0f} MB, statuses < {STATUSES * 1e3:.0f} ms, explore < "
        f"{EXPLORE * 1e3:.0f} ms at the median and {WORST:.0f} s at worst"
    )
    fine = True
    for case in CASES:
        found = measured(case, PATIENTS)
        print(f"{case.name}: {found.line}{'' if found.is_met else ' - TARGET MISSED'}", flush=True)
        fine = fine and found.is_right and found.is_met
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
