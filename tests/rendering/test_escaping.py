"""What a table holds is shown on pages as it is written, and does nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from mbc_options import read_cohort, render
from mbc_options.tools.difference import difference, opened
from mbc_options.tools.difference.found import CaseMoved, CohortMoved, OptionMoved, PatientsMoved

HAY_FEVER = str(Path(__file__).parents[1] / "rulebooks" / "hay-fever")
HOSTILE = "<script>alert(1)</script>"


def test_of_the_receipt_of_a_table() -> None:
    frame = pl.DataFrame({"er": ["+", HOSTILE], HOSTILE: ["1", "2"], "sex": ["f", HOSTILE]})
    page = str(render(read_cohort(frame).receipt, "html"))
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") >= 3


def test_of_patients_who_move_and_of_cases() -> None:
    who = PatientsMoved(old="candidate", new="undetermined", by=(), count=1, first=(HOSTILE,))
    option = OptionMoved(id="surgery", label=HOSTILE, count=1, moves=(who,))
    moved = CohortMoved(
        table=HOSTILE, id_column=HOSTILE, patients=1, moved=1, scope_open=0, options=(option,), read_by_one=()
    )
    case = CaseMoved(case=HOSTILE, problem=HOSTILE)
    with opened(HAY_FEVER, HAY_FEVER) as sides:
        found = replace(difference(*sides), cohort=moved, cases=(case,))
    for format_ in ("html", "markdown"):
        page = str(render(found, format_))
        assert HOSTILE not in page, format_
        assert "script" in page
