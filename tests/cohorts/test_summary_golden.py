"""The summary of a small invented table, as it is read.

After a wanted change run `pytest tests/cohorts/test_summary_golden.py --update-golden`, and read the difference.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from mbc_options import load_rulebook, render
from mbc_options.cohorts.columns import fact_columns, value_column
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.cohorts.summary import summarize

if TYPE_CHECKING:
    from mbc_options.cohorts.cohort_summary import CohortSummary

GOLDEN = Path(__file__).parent / "golden"
ROWS = [
    ("yes", "positive", "positive", "negative", "postmenopausal", "no"),
    ("yes", "positive", "negative", "negative", None, "yes"),
    ("yes", "negative", "negative", "positive", "premenopausal", None),
    ("yes", "negative", "negative", None, "postmenopausal", None),
    ("yes", None, None, None, None, None),
    ("no", "positive", None, None, None, None),
    (None, "positive", "positive", "negative", None, None),
]
FACTS = ("metastatic", "er", "pr", "her2", "menopause", "sites.bone")


def summary() -> CohortSummary:
    rulebook = load_rulebook()
    columns = fact_columns(FACTS)
    cells = zip(*ROWS, strict=True)
    frame = pl.LazyFrame(
        {
            columns[fact]: pl.Series(said, dtype=value_column(rulebook.space.domains[fact]))
            for fact, said in zip(FACTS, cells, strict=True)
        }
    )
    return summarize(FactTable(frame, columns), rulebook)


@pytest.mark.parametrize(("format_", "parts", "name"), [("text", (), "summary.txt"), ("markdown", (), "summary.md")])
def test_a_summary_reads_so(format_: str, parts: tuple[str, ...], name: str, pytestconfig: pytest.Config) -> None:
    found = str(render(summary(), format_, parts=parts))
    found = re.sub(r"(?<=sha256[ `\n])`?[0-9a-f]{64}`?", "DIGEST", found)
    if pytestconfig.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(found, encoding="utf-8")
    assert found == (GOLDEN / name).read_text(encoding="utf-8")


def test_a_page_needs_no_network_and_describes_each_chart() -> None:
    found = str(render(summary(), "html"))
    charts = re.findall(r"<svg class=[\"']?chart.*?</svg>\s*(?=</figure>|<figcaption)", found, re.DOTALL)
    assert len(charts) == 2 + sum(1 for one in summary().subtypes if one.rows)
    assert all("<title" in one and "<desc" in one for one in charts)
    assert "<script" not in found
    assert not re.search(r"(?:src|href)=[\"']?https?:", found)


def test_text_is_no_wider_than_a_screen_and_the_card_has_no_ids() -> None:
    assert max(map(len, str(render(summary(), parts=["full"])).splitlines())) <= 80
    assert " id=" not in str(summary()._repr_html_())
