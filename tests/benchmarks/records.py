"""Time and memory of reading records: bundles beside a peer, and files of lines that no memory holds.

`python records.py` reads a thousand bundles beside `fhir.resources`, which checks them and reads nothing, and beside
plain JSON. `python records.py --megabytes 500` writes files of that size and tells the time and the memory of each: the
lines of a patient following each other, by type of resource in a folder, in any order, with a broken one in them, and
of small lines.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from measure import Contender, Row, about, ratios, take_turns, tell

from mbc_options import read_fhir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 7
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
OTHERS = 60
"""How many results a patient has that say nothing of the illness, as records are."""

Resources = list[dict[str, Any]]


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


BREAST = _concept(SNOMED, "254837009", "Malignant neoplasm of breast (disorder)")
TYPES = ("Patient", "Condition", "Observation", "MedicationRequest")


def patient(number: int) -> Resources:
    """Return the resources of a patient: what is read, and more of what is not; with what an exporter adds."""
    chance, id_ = Random(f"{SEED} {number}"), f"{number:08x}-5eed-4000-8000-{number:012x}"
    subject = {"reference": f"Patient/{id_}"}
    meta = {"versionId": "1", "lastUpdated": "2024-05-06T07:08:09.123+00:00", "profile": ["http://example.org/p"]}

    def one(type_: str, place: int, **more: Any) -> dict[str, Any]:
        return {
            "resourceType": type_,
            "id": f"{id_}-{type_[:3].lower()}{place}",
            "meta": meta,
            "subject": subject,
            **more,
        }

    illness = one("Condition", 0, code=BREAST)
    focus = [{"reference": f"Condition/{illness['id']}"}]
    date = f"20{chance.randint(10, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T10:00:00+00:00"
    answers = {"85337-4": "Estrogen receptor", "85339-0": "Progesterone receptor", "85319-2": "HER2 by IHC"}
    found: Resources = [
        {
            "resourceType": "Patient",
            "id": id_,
            "meta": meta,
            "gender": "female",
            "birthDate": "1960-01-01",
            "name": [{"use": "official", "family": f"Doe{number}", "given": ["Jane"]}],
            "address": [{"line": ["1 Main Street"], "city": "Boston", "state": "MA", "country": "US"}],
        },
        illness,
        one("Condition", 1, code=_concept(SNOMED, "94222008", "Secondary malignant neoplasm of bone (disorder)")),
    ]
    for place, (code, display) in enumerate(answers.items()):
        answer = chance.choice(["Positive", "Negative"])
        found.append(
            one(
                "Observation",
                place,
                status="final",
                code=_concept(LOINC, code, display),
                focus=focus,
                effectiveDateTime=date,
                valueCodeableConcept=_concept(SNOMED, {"Positive": "10828004"}.get(answer, "260385009"), answer),
            )
        )
    for place, drug in enumerate(("Letrozole 2.5 MG Oral Tablet", "Paclitaxel 100 MG Injection")):
        found.append(
            one(
                "MedicationRequest",
                place,
                status="active",
                intent="order",
                medicationCodeableConcept={"text": drug},
                reasonReference=focus,
            )
        )
    for place in range(3, 3 + OTHERS):
        found.append(
            one(
                "Observation",
                place,
                status="final",
                category=[_concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Lab")],
                code=_concept(LOINC, f"{chance.randint(1000, 9999)}-{place % 10}", "Something that a laboratory finds"),
                encounter={"reference": f"Encounter/{id_}-enc{place}"},
                effectiveDateTime=date,
                issued=date,
                valueQuantity={"value": round(chance.random() * 100, 4), "unit": "mg/dL", "code": "mg/dL"},
            )
        )
    return found


def bundle(number: int) -> str:
    """Return a patient as a bundle."""
    base = "http://example.org/fhir"
    entries = [{"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one} for one in patient(number)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


# Files of lines


def _patients(megabytes: float) -> Iterator[list[bytes]]:
    """Yield the lines of patients, until they are so many megabytes."""
    number = written = 0
    while written < megabytes * 1e6:
        lines = [json.dumps(one).encode() + b"\n" for one in patient(number)]
        written += sum(map(len, lines))
        number += 1
        yield lines


def following(path: Path, megabytes: float) -> None:
    """Write the lines of a patient following each other."""
    with path.open("wb") as file:
        file.writelines(line for lines in _patients(megabytes) for line in lines)


def by_type(path: Path, megabytes: float) -> None:
    """Write a folder with a file for each type of resource."""
    path.mkdir()
    files = {type_: (path / f"{type_}.ndjson").open("wb") for type_ in TYPES}
    for lines in _patients(megabytes):
        for line in lines:
            files[json.loads(line)["resourceType"]].write(line)
    for file in files.values():
        file.close()


def in_any_order(path: Path, megabytes: float) -> None:
    """Write all lines in any order."""
    lines = [line for lines in _patients(megabytes) for line in lines]
    Random(SEED).shuffle(lines)
    path.write_bytes(b"".join(lines))


def small_with_a_broken_one(path: Path, megabytes: float) -> None:
    """Write small lines, ten of each patient, of which the one in the middle is broken."""
    count = int(megabytes * 1e6 / 250)
    filler = "x" * 80
    with path.open("wb") as file:
        for number in range(count):
            who, place = divmod(number, 10)
            subject = {"subject": {"reference": f"Patient/{who}"}, "note": [{"text": filler}]}
            line = json.dumps({"resourceType": "Observation", "id": f"{who}-{place}", "status": "final", **subject})
            if place == 0:
                line = json.dumps({"resourceType": "Condition", "id": f"{who}", **subject, "code": BREAST})
            file.write(line.encode()[: 100 if number == count // 20 * 10 + 5 else None] + b"\n")


LAYOUTS: dict[str, Callable[[Path, float], None]] = {
    "of a patient, following each other": following,
    "by type of resource": by_type,
    "in any order": in_any_order,
    "small, with a broken one": small_with_a_broken_one,
}


def _peak() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    (line,) = (line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6  # of this program alone, not of the one that started it


def read(path: str) -> dict[str, float]:
    """Read all patients of a file or folder, and return how many they are, the time and the memory."""
    for _ in read_fhir(bundle(0)):  # so that nothing is loaded while it is timed
        pass
    before, start, began, told = _peak(), perf_counter(), process_time(), 0

    def count(_: object) -> None:
        nonlocal told
        told += 1

    found = sum(1 for _ in read_fhir(path, passed_over=count))
    seconds, busy = perf_counter() - start, process_time() - began
    return {"patients": found, "told": told, "seconds": seconds, "busy": busy, "before": before, "peak": _peak()}


def _alone(path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--read", str(path)]
    return dict(json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))


def measure_files(megabytes: float) -> int:
    """Write and read a file of each layout; return how many are not as they should be."""
    wrong = 0
    for name, write in LAYOUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lines.ndjson"
            write(path, megabytes)
            files = [path] if path.is_file() else [*path.iterdir()]
            size = sum(file.stat().st_size for file in files) / 1e6
            lines = sum(1 for file in files for _ in file.open("rb"))
            found = _alone(path)
        wrong += found["told"] != ("broken" in name)
        print(
            f"{size:.0f} MB, {lines:,} lines {name}: {found['patients']:,} patients in {found['seconds']:.1f} s, "
            f"of them busy {found['busy']:.1f} s ({size / found['busy']:.0f} MB/s), {found['peak']:.0f} MB of memory, "
            f"{found['before']:.0f} MB of it before; {found['told']} told"
        )
    return wrong


# Bundles


def measure_bundles(count: int, block: int) -> int:
    """Read bundles beside others; return how many patients are not found."""
    from fhir.resources.R4B.bundle import Bundle

    texts = [bundle(number) for number in range(count)]
    missed = 0

    def ours(text: str) -> None:
        nonlocal missed
        missed += [len(one.receipt.entries) for one in read_fhir(text)] != [OTHERS + 8]

    contenders = [
        Contender("ours", ours, texts),
        Contender("fhir.resources, checking only", Bundle.model_validate_json, texts),
        Contender("JSON only", json.loads, texts),
    ]
    for contender in contenders:
        contender.answer(texts[0])
    times = take_turns(contenders, block)
    target = "at most half of it"
    rows = [Row(f"a bundle of {OTHERS + 8} resources: ours", len(texts), times[0])]
    for contender, other in zip(contenders[1:], times[1:], strict=True):
        ratio = ratios(times[0], other)
        is_peer = contender.name.startswith("fhir")
        rows.append(Row(contender.name, len(texts), other, ratio, target if is_peer else "", median(ratio) <= 0.5))
    tell(rows)
    print(f"a thousand bundles: {1000 * median(times[0]):.1f} s")
    return missed


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundles", type=int, default=1_000)
    parser.add_argument("--megabytes", type=float, default=0)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(read(arguments.read)))
        return 0
    if not find_spec("fhir"):
        print("fhir.resources is not installed: pip install 'mbc-options[benchmark]'")
        return 2
    about("mbc-options", "fhir.resources")
    wrong = measure_bundles(arguments.bundles, max(arguments.bundles // 20, 1))
    wrong += measure_files(arguments.megabytes) if arguments.megabytes else 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
