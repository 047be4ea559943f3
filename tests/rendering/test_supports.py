"""Beside each citation stands what the claim does to what cites it, where it does not say it."""

from __future__ import annotations

import re

import pytest

from mbc_options import Patient, explore, load_rulebook, render

FEW_OPTIONS = "chemotherapy-triple-negative-few-options"
"""A caution that one claim states, and that others limit."""


@pytest.mark.parametrize("words", ["clinical", "plain"])
@pytest.mark.parametrize(("format_", "link"), [("html", "<a href=#{}>[^<]*</a>"), ("markdown", "{}"), ("text", "{}")])
def test_a_claim_that_limits_says_so_where_it_is_cited(format_: str, link: str, words: str) -> None:
    patient = Patient(er="-", pr="-", her2="-", sites=["liver"], prior=[])
    assessment = explore(patient, load_rulebook(words=words))
    (caution,) = [one for one in assessment["chemotherapy"].cautions if one.id == FEW_OPTIONS]
    assert dict(caution.supports) == {"S003-59": "limits", "S003-76": "limits"}
    shown = " ".join(str(render(assessment, format_, parts=["full"])).split())
    first, *others = (link.format(claim) for claim in caution.claims)
    assert re.search(", ".join([first, *(rf"{other} \(limits\)" for other in others)]) + "; stated", shown)
