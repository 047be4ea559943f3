"""The explorer's page decides and explains as Python does, in each browser that readers have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from compared import EXPLORE, MANY, by_chance, compare, known_of

from mbc_options import explorer, load_rulebook

if TYPE_CHECKING:
    from firefox import FirefoxTab
    from tab import Tab
    from webkit import WebKitTab

AT_ONCE = 100
PARTS = 4
"""Into how many tests the patients are divided, so that more than one core is used."""

IN_THE_PAGE = f"""
async (known) => {{
  const {{ rulebook: data }} = await unpacked(document.getElementById("data").content.textContent);
  const given = {{ data, known }};
  return JSON.stringify((() => {{ {EXPLORE} }})());
}}
"""


def agrees(tab: Any, count: int, seed: int) -> None:
    rulebook = load_rulebook()
    page = tab.open(explorer().html)
    page = getattr(page, "page", page)  # Playwright's, of which a tab of Chromium is made
    for start in range(0, count, AT_ONCE):
        cubes = by_chance(rulebook, min(AT_ONCE, count - start), seed + start)
        compare(rulebook, cubes, json.loads(page.evaluate(IN_THE_PAGE, known_of(rulebook, cubes))))


@pytest.mark.parametrize("part", range(PARTS))
def test_in_chromium(tab: Tab, part: int) -> None:
    agrees(tab, MANY // PARTS, 1_000_000 * (part + 1))


def test_in_firefox(firefox: FirefoxTab) -> None:
    agrees(firefox, MANY // 10, 2_000_000_000)


def test_in_webkit(webkit: WebKitTab) -> None:
    agrees(webkit, MANY // 10, 3_000_000_000)
