"""Benchmark of `statuses` against zen-engine, on the same rulebook and the same random patients.

Run `python tests/benchmarks/statuses.py`. The time is that from a built `Patient`, for zen-engine from a
built dictionary, to the status of every option and member. All patients are in scope; only `statuses`
makes sure of that. Exits with 1 where answers disagree, and never for a time.
"""

from __future__ import annotations

import argparse
import sys
from random import Random
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from measure import Contender, Row, about, ratios, take_turns, tell
from random_patients import complete, partly_known, patients

from mbc_options import package_data, statuses
from mbc_options.rulebook.load import read_rulebook
from mbc_options.vocabulary.bundled import bundled_vocabulary

try:
    from zen_peers import Build, builds, facts_of, null_safe_builds
except ImportError:  # zen-engine is an extra
    MISSING = "zen-engine is not installed: pip install 'mbc-options[benchmark]'"
else:
    MISSING = ""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options import Patient
    from mbc_options.rulebook.models import Rulebook

SEED = 20_240_229
BLOCK = 250
KINDS = ("table", "expression")
AT_LEAST = {"table": 3.0, "expression": 1.0}
AT_MOST_PARTLY_KNOWN = 2.0


class Wrong(NamedTuple):
    """How often a peer is wrong about patients of whom not all is known.

    Attributes:
        settled: patients with an option whose exact status is settled, and is not what the peer says.
        open: patients with an option that is undetermined, and that the peer settles.
        statuses: the share of all statuses that it gets wrong in either way.
    """

    settled: int
    open: int
    statuses: float


def main() -> int:
    """Measure, print, and return the exit code."""
    arguments = _arguments()
    about("mbc-options", "zen-engine", "pydantic")
    whole = patients(complete, arguments.patients, SEED)
    rng = Random(SEED + 1)
    partly = [partly_known(rng, patient) for patient in whole]
    for patient in patients(complete, 500, SEED + 2):
        statuses(patient)  # a warm rulebook, and other patients
    rows: list[Row] = []
    disagreements = 0
    if not MISSING:
        rulebook = read_rulebook(package_data.rules_dir()).rulebook
        peers = _fastest(builds(rulebook), whole[:BLOCK])
        rows += _against(peers, whole)
        disagreements = sum(disagreeing(peer, whole) for peer in peers)
        print(f"{len(whole):,} patients of whom all is known: the engines disagree on {disagreements}")
    rows += _partly_known(whole, partly)
    overturned = sum(overturns(*pair) for pair in zip(whole, partly, strict=True))
    print(f"{len(partly):,} of whom a third is unknown: learning the rest overturns a settled status of {overturned}")
    tell(rows)
    print(MISSING or _account(rulebook, partly))
    return 1 if disagreements or overturned else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=10_000)
    return parser.parse_args()


def _fastest(candidates: Sequence[Build], whole: Sequence[Patient]) -> list[Build]:
    """Run the heat: all builds on a few patients, over and over; return the fastest table and expression."""
    contenders = [Contender(b.name, b.answer, [b.facts(patient) for patient in whole] * 8) for b in candidates]
    times = [median(found) for found in take_turns(contenders, len(whole))]
    ranked = sorted(zip(times, candidates, strict=True), key=lambda one: one[0])
    print("builds of the peer, the fastest of each kind to be compared with:")
    for time, build in ranked:
        print(f"  {time * 1e6:6.2f} us  {build.kind}: {build.name}")
    return [next(build for _, build in ranked if build.kind == kind) for kind in KINDS]


def _against(peers: Sequence[Build], whole: Sequence[Patient]) -> list[Row]:
    contenders = [
        Contender("statuses", statuses, whole),
        *(Contender(peer.name, peer.answer, [peer.facts(patient) for patient in whole]) for peer in peers),
    ]
    ours, *theirs = take_turns(contenders, BLOCK)
    rows = [Row("statuses, all known", len(whole), ours)]
    for peer, times in zip(peers, theirs, strict=True):
        ratio, least = ratios(times, ours), AT_LEAST[peer.kind]
        target = f"at least {least:g} x statuses"
        rows.append(Row(f"zen {peer.kind}, all known", len(whole), times, ratio, target, median(ratio) >= least))
    return rows


def _partly_known(whole: Sequence[Patient], partly: Sequence[Patient]) -> list[Row]:
    known, unknown = take_turns([Contender("known", statuses, whole), Contender("partly", statuses, partly)], BLOCK)
    ratio, target = ratios(unknown, known), f"at most {AT_MOST_PARTLY_KNOWN:g} x all known"
    met = median(ratio) <= AT_MOST_PARTLY_KNOWN
    return [Row("statuses, a third unknown", len(partly), unknown, ratio, target, met)]


def disagreeing(peer: Build, whole: Sequence[Patient]) -> int:
    """Return on how many patients, of whom all is known, a peer's answer is not ours."""
    return sum(peer.answer(peer.facts(patient)) != statuses(patient) for patient in whole)


def overturns(whole: Patient, partly: Patient) -> bool:
    """Tell whether learning what was left out turns a settled status into another, which must never be."""
    end = statuses(whole)
    return any(status not in ("undetermined", end[id_]) for id_, status in statuses(partly).items())


def wrong(peer: Build, partly: Sequence[Patient]) -> Wrong:
    """Return how often a peer, given a dictionary without the unknown facts, is wrong."""
    settled = open_ = differing = total = 0
    for patient in partly:
        exact, answer = statuses(patient), peer.answer(peer.facts(patient))
        differ = [status for id_, status in exact.items() if answer[id_] != status]
        settled += any(status != "undetermined" for status in differ)
        open_ += "undetermined" in differ
        differing += len(differ)
        total += len(exact)
    return Wrong(settled, open_, differing / total)


def _account(rulebook: Rulebook, partly: Sequence[Patient]) -> str:
    """Return how often the peers are wrong where facts are unknown, in words."""
    space, used = bundled_vocabulary().space, facts_of(rulebook)
    unknown = sum(len(space.values(patient.knowledge, fact)) > 1 for patient in partly for fact in used)
    share = unknown / (len(used) * len(partly))
    lines = [f"of {len(partly):,} patients with {share:.0%} of the {len(used)} facts that matter unknown, wrong:"]
    for peer in null_safe_builds(rulebook):
        found = wrong(peer, partly)
        lines.append(
            f"  zen {peer.kind}: {found.settled:,} in a status that is settled, {found.open:,} by settling one that is"
            f" undetermined; {found.statuses:.0%} of all statuses"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
