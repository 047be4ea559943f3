"""The explorer's page decides and explains as Python does, in each browser that readers have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import SPACE, knowledge, real_rulebook_on_demand, rulebooks
from compared import EXPLORE, MANY, by_chance, compare, known_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import DESCRIPTIONS, patient

from mbc_options import explorer, load_case, load_patient, load_rulebook
from mbc_options.cases.catalog import case_names
from mbc_options.rendering.explorer.decisions import decisions
from mbc_options.rulebook.compile import compile_rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firefox import FirefoxTab
    from tab import Tab
    from webkit import WebKitTab

    from mbc_options import CompiledRulebook
    from mbc_options.rulebook.models import Rulebook

SHIPPED = sorted((Path(__file__).parents[1] / "patients").iterdir())

AT_ONCE = 100
PARTS = 4
"""Into how many tests the patients are divided, so that more than one core is used."""

IN_THE_PAGE = f"""
async ([known, other]) => {{
  const carried = await unpacked(document.getElementById("data").content.textContent);
  const given = {{ data: other ?? carried.rulebook, known }};
  return JSON.stringify((() => {{ {EXPLORE} }})());
}}
"""


def page_in(tab: Any, html: str) -> Any:
    page = tab.open(html)
    return getattr(page, "page", page)  # Playwright's, of which a tab of Chromium is made


def agrees(page: Any, rulebook: CompiledRulebook, cubes: Sequence[int], data: Any = None) -> None:
    """Assert that the page says of each patient what Python says, by its own data or by those of another rulebook."""
    compare(rulebook, cubes, json.loads(page.evaluate(IN_THE_PAGE, [known_of(rulebook, cubes), data])))


def agrees_by_chance(tab: Any, count: int, seed: int) -> None:
    page = page_in(tab, explorer().html)
    for start in range(0, count, AT_ONCE):
        cubes = by_chance(load_rulebook(), min(AT_ONCE, count - start), seed + start)
        agrees(page, load_rulebook(), cubes)


@pytest.mark.parametrize("part", range(PARTS))
def test_in_chromium(tab: Tab, part: int) -> None:
    agrees_by_chance(tab, MANY // PARTS, 1_000_000 * (part + 1))


def test_in_firefox(firefox: FirefoxTab) -> None:
    agrees_by_chance(firefox, MANY // 10, 2_000_000_000)


def test_in_webkit(webkit: WebKitTab) -> None:
    agrees_by_chance(webkit, MANY // 10, 3_000_000_000)


def test_of_every_patient_and_every_stage_of_a_case_that_is_shipped(tab: Tab) -> None:
    described = [patient(name) for name in DESCRIPTIONS] + [load_patient(path) for path in SHIPPED]
    described += [stage.assessment.patient for name in case_names() for stage in load_case(name).stages]
    assert len(described) > 60
    agrees(page_in(tab, explorer().html), load_rulebook(), [one.description.knowledge for one in described])


def test_of_what_is_decided_on_demand(tab: Tab) -> None:
    page = page_in(tab, explorer(real_rulebook_on_demand()).html)
    agrees(page, real_rulebook_on_demand(), by_chance(real_rulebook_on_demand(), MANY // 20, 4_000_000_000))


@pytest.mark.parametrize("decide", ["primes", "cover"])
@settings(deadline=None, max_examples=10)
@given(rulebooks(), st.lists(knowledge() | knowledge("no"), min_size=5, max_size=15))
def test_by_random_rulebooks(tab: Tab, decide: Any, rulebook: Rulebook, cubes: list[int]) -> None:
    page = page_in(tab, explorer(real_rulebook_on_demand()).html)  # which has all the scripts
    compiled = compile_rulebook(rulebook, decide=decide)
    agrees(page, compiled, [compiled.theory.tighten(cube) for cube in [*cubes, SPACE.universe]], decisions(compiled))
