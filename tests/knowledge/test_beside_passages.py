"""Disagreements and background: both registers, what is ours apart, and outlook only where a reader asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_OUTLOOK = {
    **dict.fromkeys(("S002-04", "S003-04"), "says that the disease can be treated"),
    **dict.fromkeys(("S000-36", "S000-37"), "counts how often metastases appear"),
    "S000-13": "speaks of quality of life",
    "S002-110": "says what is easier to treat",
}
"""Claims that the register files under prognosis and that say nothing of outlook or survival, and what they say."""

SURVIVAL_ELSEWHERE = {"S001-51", "S001-53"}
"""Claims filed under treatment that say how long life is, or that the disease stays."""


def shown_by_default() -> Iterator[tuple[str, str]]:
    """Yield each claim of a disagreement or of the background that is shown unasked, with its entry."""
    rulebook = load_rulebook()
    disagreements = [one.authored for one in rulebook.disagreements if not one.authored.outlook]
    notes = [one.authored for one in rulebook.background if not one.authored.outlook]
    yield from ((one.id, claim) for one in disagreements for side in one.sides for claim in side.claims)
    yield from ((one.id, claim) for one in notes for claim in one.claims)


def test_claims_on_outlook_and_survival_are_kept_for_who_asks() -> None:
    claims = load_rulebook().claims
    about_outlook = {id_ for id_, claim in claims.items() if claim.topic == "prognosis"} | SURVIVAL_ELSEWHERE
    shown = list(shown_by_default())
    assert len(shown) > 200
    assert [(entry, claim) for entry, claim in shown if claim in about_outlook - set(NO_OUTLOOK)] == []
    assert set(NO_OUTLOOK) <= {claim for _, claim in shown}


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_a_stated_entry_says_nothing_of_its_own(words: str) -> None:
    """What is ours stands in the note, and a side of a disagreement says what its documents say."""
    rulebook = load_rulebook(words=words)  # type: ignore[arg-type]  # each of the two
    ours = re.compile(r"\b(our|ours|we|no document|not say when|routine)\b", re.IGNORECASE)
    said = [(one.authored.id, one.authored.text) for one in rulebook.background if one.authored.basis == "stated"]
    said += [(one.authored.id, side.says) for one in rulebook.disagreements for side in one.authored.sides]
    assert len(said) > 120
    assert [(id_, text) for id_, text in said if ours.search(text)] == []


def test_what_a_patient_reads_differs_wherever_the_clinical_words_are_not_plain() -> None:
    """Every entry of the background and every reading has plain words; a side may be plain as it stands."""
    rulebook = load_rulebook()
    assert [one.authored.id for one in rulebook.background if "text" not in (one.authored.plain or {})] == []
    terms = re.compile(r"cytotoxic|visceral|systemic therapy|sequential|adjuvant|palliation|unspecified", re.IGNORECASE)
    for one in rulebook.disagreements:
        plain = one.authored.plain or {}
        assert "reading" in plain or not terms.search(one.authored.reading), one.authored.id
        assert "subject" in plain or not terms.search(one.authored.subject), one.authored.id
        for side in one.authored.sides:
            assert side.plain or not terms.search(side.says), f"{one.authored.id}: {side.says}"


@pytest.mark.parametrize(
    ("disagreement", "side", "documents"),
    [
        ("K01", 2, {"S001", "S003"}),
        ("K07", 2, {"S000", "S001", "S004"}),
        ("K08", 1, {"S000", "S004"}),
        ("K08", 2, {"S001", "S003"}),
        ("K13", 2, {"S000", "S001", "S002", "S003", "S004"}),
        ("K14", 1, {"S000", "S001", "S002", "S003", "S004"}),
        ("K15", 2, {"S001", "S002", "S003", "S004"}),
        ("K31", 2, {"S001", "S002", "S003"}),
        ("K33", 2, {"S001", "S002", "S003", "S004"}),
        ("K44", 2, {"S000", "S002", "S003"}),
    ],
)
def test_a_side_counts_the_documents_that_say_so(disagreement: str, side: int, documents: set[str]) -> None:
    by_id = {one.authored.id: one.authored for one in load_rulebook().disagreements}
    claims = by_id[disagreement].sides[side - 1].claims
    assert {claim.partition("-")[0] for claim in claims} == documents
