"""What a table or a record holds is shown on pages as it is written, and does nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from jinja2 import nodes
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro

from mbc_options import read_cohort, render
from mbc_options.package_data import templates_dir
from mbc_options.rendering.environment import environment, names_in
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


WORDS = [name for name in names_in(templates_dir()) if re.fullmatch(r"[^.]+\.j2", name)]
"""The templates of plain words, that pages of every kind take their macros from."""


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("page", ["page.html.j2", "page.md.j2", "page.xml.j2"])
def test_what_a_macro_of_plain_words_returns_is_no_markup_wherever_it_is_called(name: str, page: str) -> None:
    env = environment(markdown=page.endswith(".md.j2"))
    for macro in vars(env.get_template(name).make_module()).values():
        if isinstance(macro, Macro) and not macro.caller:
            macro._func = lambda *_: HOSTILE
            said: object = macro(EvalContext(env, page), *("x" for _ in macro.arguments))
            assert said == HOSTILE
            assert not hasattr(said, "__html__"), macro.name


def test_a_macro_is_markup_where_its_own_template_or_the_block_that_each_piece_goes_through_escapes(
    tmp_path: Path,
) -> None:
    files = {
        "words.j2": "{% macro said(x) %}{{ x }}{% endmacro %}{% macro each(x) %}{{ caller(x) }}{% endmacro %}",
        "parts.html.j2": "{% from 'words.j2' import said %}{% macro bold(x) %}<b>{{ said(x) }}</b>{% endmacro %}",
        "page.html.j2": "{% from 'words.j2' import said, each %}{% from 'parts.html.j2' import bold with context %}"
        "{{ said(x) }} {{ bold(x) }} {{ bold(said(x)) }} {{ said(x) ~ '!' }} "
        "{% call(piece) each(x) %}<i>{{ piece }}</i>{% endcall %}",
        "page.txt.j2": "{% from 'words.j2' import said, each %}"
        "{{ said(x) }} {% call(piece) each(x) %}*{{ piece }}*{% endcall %}",
    }
    for name, text in files.items():
        tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    env = environment(tmp_path)
    page = env.get_template("page.html.j2").render(x="<")
    assert page == "&lt; <b>&lt;</b> <b>&lt;</b> &lt;! <i>&lt;</i>"
    assert env.get_template("page.txt.j2").render(x="<") == "< *<*"


@pytest.mark.parametrize("name", WORDS)
def test_a_macro_of_plain_words_that_hands_its_pieces_to_a_block_prints_nothing_beside_it(name: str) -> None:
    tree = environment().parse(templates_dir().joinpath(name).read_text(encoding="utf-8"))
    for macro in tree.find_all(nodes.Macro):
        if not any(call.node == nodes.Name("caller", "load") for call in macro.find_all(nodes.Call)):
            continue
        for one in (one for output in macro.find_all(nodes.Output) for one in output.nodes):
            if isinstance(one, nodes.TemplateData):
                assert not one.data.strip(), f"{macro.name}: {one.data}"
            else:
                assert isinstance(one, nodes.Call), macro.name
                assert one.node == nodes.Name("caller", "load"), macro.name
