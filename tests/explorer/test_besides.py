"""What words add to a description, beside what it says already."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from javascript import run
from random_descriptions import written
from test_describe import OURS, RULEBOOKS

from mbc_options.patient.description import of, read
from mbc_options.rendering.explorer.descriptions import descriptions

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

SCRIPTS = ("cubes.js", "regions.js", "describe.js", "answer.js", "besides.js")
ADD = """
const v = readVocabulary(given.vocabulary);
return given.these.map(([description, more]) => {
  const before = JSON.stringify(description);
  const found = Object.entries(more).reduce((one, [field, said]) => saidBesides(v, one, field, said), description);
  if (JSON.stringify(description) !== before) throw new Error("the description was changed in place");
  return found;
});
"""
PATIENTS = 400


def added(vocabulary: Vocabulary, these: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(SCRIPTS, ADD, {"vocabulary": descriptions(vocabulary), "these": these})
    return found


PD = {"prior": {"letrozole": "progressed"}}
CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, PD, PD),
    ({"prior": []}, PD, {"prior": ["letrozole: progressed"]}),
    ({"prior": ["FEC: completed"]}, PD, {"prior": ["FEC: completed", "letrozole: progressed"]}),
    ({"prior": ["FEC: completed"]}, {"prior": {"surgery": "no"}}, {"prior": ["FEC: completed"]}),
    (
        {"prior": ["FEC: completed"]},
        {"prior": {"surgery": {"outcome": "unknown", "setting": "early"}}},
        {"prior": ["FEC: completed", "surgery: unknown: early"]},
    ),
    (PD, {"prior": []}, {"prior": []}),
    (PD, {"prior": None}, {}),
    (PD, {"prior": {"letrozole": "no"}}, {"prior": {"letrozole": "no"}}),
    (
        {"prior": {"letrozole": {"outcome": "progressed", "setting": "metastatic"}}},
        {"prior": {"letrozole": {"outcome": "unknown", "setting": "early"}}},
        {"prior": {"letrozole": "progressed", "metastatic": "yes"}},
    ),
    (PD, {"prior": {"letrozole": "stable"}}, {"prior": {"letrozole": ["progressed", "stable"]}}),
    (PD, {"prior": {"metastatic": "no"}}, {"prior": {"letrozole": "progressed", "metastatic": "no"}}),
    ({"sites": ["bone"]}, {"sites": {"bone": "yes"}}, {"sites": ["bone"]}),
    ({"sites": ["bone"]}, {"sites": {"liver": "yes"}}, {"sites": ["bone", "liver"]}),
    ({"sites": ["bone", "liver"]}, {"sites": {"liver": "no"}}, {"sites": ["bone"]}),
    ({"sites": ["bone"]}, {"sites": {"other:adrenal gland": "yes"}}, {"sites": ["bone", "other:adrenal gland"]}),
    ({"sites": {"bone": "yes"}}, {"sites": {"other:eye": "yes"}}, {"sites": {"bone": "yes", "other:eye": "yes"}}),
    ({"sites": ["bone"]}, {"sites": []}, {"sites": []}),
    ({"er": "positive"}, {"er": None}, {}),
    ({"er": "positive"}, {"er": "negative"}, {"er": "negative"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_said_besides(case: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]) -> None:
    said, more, both = case
    said = of(OURS, said).as_data()
    (found,) = added(OURS, [(said, more)])
    assert of(OURS, found).knowledge == of(OURS, both).knowledge


@RULEBOOKS
def test_what_agrees_is_known_together_and_no_more(vocabulary: Vocabulary) -> None:
    """Where both can be so, all of both is known afterwards, and nothing else; of complete lists, the list holds."""
    rng = Random(4)
    these = []
    while len(these) < PATIENTS:
        said, more = ({k: v for k, v in written(rng, vocabulary).items() if isinstance(v, dict)} for _ in range(2))
        if read(said, vocabulary)[0] and read(more, vocabulary)[0] and said and more:
            these.append((of(vocabulary, said).as_data(), of(vocabulary, more).as_data()))
    space, theory = vocabulary.space, vocabulary.theory
    compared = 0
    for (said, more), found in zip(these, added(vocabulary, these), strict=True):
        both = of(vocabulary, said).knowledge & of(vocabulary, more).knowledge
        description, complaints = read(found, vocabulary)
        denied = [(k, one) for k, told in more.items() if isinstance(told, dict) for one in told if told[one] == "no"]
        if space.is_empty(both) or not theory.is_possible(both) or any(one in said.get(k, ()) for k, one in denied):
            continue  # where they contradict each other, the new words hold, as far as they can
        assert description is not None, (said, more, found, complaints)
        assert description.knowledge == theory.tighten(both), (said, more, found)
        compared += 1
    assert compared > PATIENTS / 10
