"""First use by many threads at once: whatever is made only when it is needed is whole for all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

THREADS = 16
"""As many as begin at once, each with a step below, and go on with one that others have begun."""

LESSON = Path(__file__).parent / "rulebook" / "rulebooks" / "positive" / "lesson"

SCRIPT = """
import sys
import threading
from hashlib import sha256

def patient():
    from mbc_options import Patient
    prior = ["trastuzumab: progressed", "FEC: completed", "letrozole"]
    return Patient(er="90%", her2="2+/ISH+", menopause="post", sites=["bone"], findings={"pain": "yes"}, prior=prior)

def statuses():
    import mbc_options
    return repr(mbc_options.statuses(patient()))

def explore():
    import mbc_options
    return mbc_options.explore(patient()).model_dump_json()

def explain():
    import mbc_options
    return mbc_options.explain(patient(), "anti_her2").model_dump_json()

def matrix():
    import mbc_options
    return mbc_options.matrix(patient()).model_dump_json()

def compare():
    import mbc_options
    return mbc_options.compare(patient(), mbc_options.Patient(er="-", prior=["T-DM1"])).model_dump_json()

def load_case():
    import mbc_options
    return mbc_options.load_case("bone-after-menopause").model_dump_json()

def render():
    import mbc_options
    return mbc_options.render(mbc_options.explore(patient()), "html")

def load_rulebook():
    import mbc_options
    ours, own = mbc_options.load_rulebook(), mbc_options.load_rulebook(sys.argv[2])
    plain = mbc_options.load_rulebook(words="plain")
    return [(one.sha256, one.words, repr(mbc_options.statuses(patient(), one))) for one in (ours, own, plain)]

def handout():
    import mbc_options
    spoken = mbc_options.load_rulebook(words="plain")
    return mbc_options.render(mbc_options.explore(patient(), spoken), "html", parts=["handout"])

STEPS = [patient, statuses, explore, explain, matrix, compare, load_case, load_rulebook, handout, render]
count = int(sys.argv[1])
barrier = threading.Barrier(count)
said = {}

def run(number):
    steps = [STEPS[(number + i) % len(STEPS)] for i in range(len(STEPS) if count == 1 else 2)]
    for i, step in enumerate([patient, *steps]):
        if i < 2:
            barrier.wait()
        try:
            found = str(step())
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        said[number, step.__name__] = found if "Error" in found[:40] else sha256(found.encode()).hexdigest()

if count > 1:
    sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name, found in sorted({(name, found) for (_, name), found in said.items()}):
    print(name, found)
"""


def said_by(threads: int) -> list[str]:
    """What a fresh interpreter finds, a line each; each line once, however many threads have found it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(threads), str(LESSON)],
        capture_output=True,
        check=True,
        timeout=120,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def alone() -> list[str]:
    found = said_by(1)
    assert len(found) == 10
    assert not any("Error" in line for line in found)
    return found


@pytest.mark.parametrize("attempt", range(3))
def test_threads_that_all_use_it_first_find_what_one_alone_finds(attempt: int, alone: list[str]) -> None:
    assert said_by(THREADS) == alone, f"in fresh interpreter {attempt + 1}"
