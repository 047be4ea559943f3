"""Templates: strict, never stale, escaped by default, and open to one's own, block by block."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import TemplateNotFound, UndefinedError, nodes

import mbc_options
from mbc_options import (
    Patient,
    TemplateError,
    UnknownFormatError,
    compare,
    explain,
    explore,
    matrix,
    render,
)
from mbc_options.exploration.assessment import Assessment
from mbc_options.exploration.status import Status
from mbc_options.frozendict import FrozenDict
from mbc_options.package_data import templates_dir
from mbc_options.rendering.environment import STATUSES, _bundled, environment, names_in, precompile
from mbc_options.rendering.formats import KINDS
from mbc_options.rendering.markdown import escaped
from mbc_options.rendering.minify import minified_css, minified_html

FORMATS = ("text", "html", "markdown")
NASTY = "<script>alert(1)</script> *b* _i_ [x](http://x.example) `c` \"q\" 'a' {{ 7*7 }} @all"


@pytest.fixture
def assessment() -> Assessment:
    return explore(
        Patient(er="+", pr="-", her2="1+", menopause="post", sites=["bone"], prior=["letrozole: progressed"])
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def write(own: Path, name: str, *lines: str) -> None:
    own.joinpath(name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_every_template_has_all_three_forms() -> None:
    names = names_in(templates_dir())
    for page in ("report", "why"):
        assert {f"{page}.{ending}.j2" for ending in ("txt", "md", "html")} <= set(names)


def imported_and_unused(source: str) -> set[str]:
    tree = environment().parse(source)
    names = {one.target for one in tree.find_all(nodes.Import)}
    for one in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in one.names}
    return names - {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}


def test_every_name_that_a_template_imports_is_used_in_it() -> None:
    templates = [name for name in names_in(templates_dir()) if not name.endswith(".js")]  # scripts stand as they are
    found = {name: imported_and_unused((templates_dir() / name).read_text("utf-8")) for name in templates}
    assert {"report.html.j2", "case/words.j2"} <= found.keys()
    assert {name: unused for name, unused in found.items() if unused} == {}
    assert imported_and_unused('{% from "a" import b, c as d %}{% import "e" as f %}{{ b }}{{ c }}') == {"d", "f"}


@pytest.mark.parametrize("format_", FORMATS)
def test_equal_input_gives_equal_output(assessment: Assessment, format_: str) -> None:
    assert render(assessment, format_) == render(assessment, format_)


def test_json_is_the_assessment_itself(assessment: Assessment) -> None:
    assert Assessment.model_validate_json(render(assessment, "json", parts=["full"])) == assessment
    short = Assessment.model_validate_json(render(assessment, "json"))
    assert short == replace(assessment, claims=FrozenDict(), glossary=())


def test_an_unknown_format_is_an_error_that_names_the_known_ones(assessment: Assessment) -> None:
    with pytest.raises(UnknownFormatError, match="unknown format 'rtf'; known are text, html, markdown, json, pdf"):
        render(assessment, "rtf")


def test_templates_know_every_status_within_the_scope() -> None:
    assert (*STATUSES, "out_of_scope") == get_args(Status)
    assert environment().from_string("{{ STATUSES | join(' ') }}").render() == " ".join(STATUSES)


def test_an_undefined_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="nothing"):
        environment().from_string("{{ nothing }}").render()
    with pytest.raises(TemplateNotFound):
        environment().get_template("missing.txt.j2")


def test_a_changed_template_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled module is found by the digest of the source: a template can never be stale."""
    written: dict[str, str] = {}
    precompile(written.__setitem__)
    names = names_in(templates_dir())
    for_both = [name for name in names if name.endswith(".css.j2") or (name.endswith(".j2") and name.count(".") == 1)]
    assert len(written) == 1 + len(names) + len(for_both)
    templates = tmp_path / "templates"
    templates.mkdir()
    monkeypatch.setattr("mbc_options.rendering.environment.templates_dir", lambda: templates)
    _bundled.cache_clear()
    try:
        (templates / "page.txt.j2").write_text("one {{ x }}\n", encoding="utf-8")
        assert environment().get_template("page.txt.j2").render(x=1) == "one 1\n"
        _bundled.cache_clear()
        (templates / "page.txt.j2").write_text("two {{ x }}\n", encoding="utf-8")
        assert environment().get_template("page.txt.j2").render(x=1) == "two 1\n"
    finally:
        _bundled.cache_clear()


@pytest.mark.parametrize(
    ("format_", "name", "block", "added"),
    [
        ("html", "report.html.j2", "header", "<h1>Ward 7</h1>"),
        ("html", "report.html.j2", "option", "<article><h3>{{ option.label }}</h3></article>"),
        ("markdown", "report.md.j2", "header", "# Ward 7"),
        ("text", "report.txt.j2", "about", "Ward 7"),
    ],
)
def test_one_block_can_be_replaced(
    assessment: Assessment, own: Path, format_: str, name: str, block: str, added: str
) -> None:
    write(own, name, f'{{% extends "bundled/{name}" %}}', f"{{% block {block} %}}", added, "{% endblock %}")
    ours, theirs = render(assessment, format_), render(assessment, format_, templates=own)
    expected = added.replace("{{ option.label }}", "Chemotherapy")
    assert expected in theirs
    assert expected not in ours
    assert "Radiation therapy" in theirs


def test_a_block_of_ours_can_be_kept_and_added_to(assessment: Assessment, own: Path) -> None:
    write(
        own,
        "report.html.j2",
        '{% extends "bundled/report.html.j2" %}',
        "{% block style %}{{ super() }} h1 { color: teal }{% endblock %}",
    )
    page = render(assessment, "html", templates=own)
    assert "h1{color:teal}" in page
    assert "@media print" in page


def test_a_whole_part_can_be_replaced_by_its_name(assessment: Assessment, own: Path) -> None:
    write(own, "style.css.j2", "p { margin: 0 }")
    page = render(assessment, "html", templates=own)
    assert "<style>\np{margin:0}" in page
    assert "@media print" not in page
    assert "@media print" in render(assessment, "html")  # what comes without a directory stays ours


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["{{ asessment }}"], "report.txt.j2:1:1: 'asessment' is undefined; known here are assessment, date"),
        (
            ["a", "{{ assessment.optons }}"],
            "report.txt.j2:2:1: .*no attribute 'optons'; did you mean options?",
        ),
        (["a", "", "{% if %}"], "report.txt.j2:3:1: "),
        (["{{ 1 / 0 }}"], "report.txt.j2:1:1: ZeroDivisionError"),
        (['{% include "nowhere.j2" %}'], "report.txt.j2:1:1: there is no template 'nowhere.j2'"),
        (
            ['{% extends "bundled/report.txt.j2" %}', "{% block about %}", "{{ x }}{% endblock %}"],
            "report.txt.j2:3:1: ",
        ),
        (["{{ assessment.options | shuffled }}"], "report.txt.j2:1:1: .*'shuffled'"),
    ],
)
def test_an_error_names_template_and_line(assessment: Assessment, own: Path, lines: list[str], complaint: str) -> None:
    write(own, "report.txt.j2", *lines)
    with pytest.raises(TemplateError, match=complaint):
        render(assessment, templates=own)


def test_words_of_ones_own_take_the_place_of_ours_whole(assessment: Assessment, own: Path) -> None:
    ours = (templates_dir() / "words.j2").read_text(encoding="utf-8")
    purpose = next(line for line in ours.splitlines() if line.startswith("{% set PURPOSE"))
    write(own, "words.j2", ours.replace(purpose, "{% set PURPOSE = 'For ward 7.' %}"))
    assert "For ward 7." in render(assessment, "html", templates=own)


@pytest.mark.parametrize(
    ("first", "complaint"),
    [
        ("{# no other words #}", r"own/words\.j2:1:1: ours take '\w+' from it, which it lacks; .* copy ours"),
        (
            '{% extends "bundled/words.j2" %}',
            r"own/words\.j2:2:1: bundled/words\.j2 sets 'PURPOSE' again, later; to change it, copy that file whole",
        ),
    ],
)
def test_words_of_ones_own_that_would_be_lost_are_told_at_their_file(
    assessment: Assessment, own: Path, first: str, complaint: str
) -> None:
    write(own, "words.j2", first, "{% set PURPOSE = 'For ward 7.' %}")
    with pytest.raises(TemplateError, match=complaint):
        render(assessment, "html", templates=own)


def test_a_directory_without_a_name_of_ours_is_told_so(assessment: Assessment, own: Path) -> None:
    write(own, "raport.html.j2", "x")
    with pytest.raises(TemplateError, match=r"raport\.html\.j2: did you mean report\.html\.j2\?"):
        render(assessment, "html", templates=own)
    with pytest.raises(TemplateError, match="is no directory of templates"):
        render(assessment, templates=own / "nowhere")


def nasty(**more: object) -> Patient:
    return Patient(label=NASTY, sites=["bone", f"other: {NASTY}"], prior=[f"other: {NASTY.replace(':', '')}"], **more)


def test_what_comes_from_input_is_escaped_in_html() -> None:
    for page in (render(explore(nasty(er="+")), "html"), render(explain(nasty(er="+"), "surgery"), "html")):
        assert "<script" not in page
        assert "alert(1)" in page
        assert "{{ 7*7 }}" in page  # text, never a template


def test_what_comes_from_input_is_escaped_in_markdown() -> None:
    page = render(explore(nasty(er="+")), "markdown")
    assert "<script" not in page
    assert not re.search(r"(?<!\\)\]\(", page)
    assert "http://x" not in page
    assert r"\*b\* \_i\_ \[x\](http&#58;//x.example) \`c\`" in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* _c_ `d` ~e~ [f](g) | h", r"a \*b\* \_c\_ \`d\` \~e\~ \[f\](g) \| h"),
        ("<b> & \\", r"&lt;b&gt; &amp; \\"),
        ("two\nlines\tof   text", "two lines of text"),
        ("see https://x.example, www.y.example, @z", "see https&#58;//x.example, www&#46;y.example, &#64;z"),
        ("HR+/HER2- 1+ 90%", "HR+/HER2- 1+ 90%"),
        ("1. no list", r"1\. no list"),
        ("- no list", r"\- no list"),
        ("# $x$ #12", r"\# \$x\$ \#12"),
        (r"\- a \ sign", r"\\- a \\ sign"),
        ("---", r"\---"),
        ("-", r"\-"),
        ("- - -", r"\- - -"),
        ("-- -", r"\-- -"),
        ("***", r"\*\*\*"),
        ("___", r"\_\_\_"),
        ("=====", r"\====="),
        ("=", r"\="),
        (":--", r"\:--"),
        ("+ x", r"\+ x"),
        ("+", r"\+"),
        (" - x", r" \- x"),
        ("1986. A year", r"1986\. A year"),
        ("1) x", r"1\) x"),
        ("123456789.", r"123456789\."),
        ("1234567890. no list", "1234567890. no list"),
        (
            "-5 or -- more --- of it, 1986. A year, 1) x, = + y =",
            "-5 or -- more --- of it, 1986. A year, 1) x, = + y =",
        ),
        ("2.5 mg, ER+ -", "2.5 mg, ER+ -"),
    ],
)
def test_nothing_inserted_into_markdown_is_markup(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_page_leaves_out_only_what_html_implies() -> None:
    page = '<ul class="a">\n\n  <li id="x">it&#39;s</li>\n</ul>\n<p class="b c">d</p>\n<p>e</p> <b>f</b>'
    assert minified_html(page) == '<ul class=a><li id=x>it\'s</ul><p class="b c">d<p>e</p> <b>f</b>'
    assert minified_css("/* why */ a > b {\n  color: red;\n}\n") == "a>b{color:red}"


def test_an_apostrophe_in_a_value_of_ones_own_template_stays_escaped(own: Path) -> None:
    write(
        own,
        "report.html.j2",
        '{% extends "bundled/report.html.j2" %}',
        "{% block letterhead %}<p title='{{ assessment.patient.label }}'>it's</p>{% endblock %}",
    )
    page = render(explore(Patient(label="x' onclick='alert(1)", er="+")), "html", templates=own)
    assert "<p title='x&#39; onclick=&#39;alert(1)'>it's" in page


def test_a_template_that_was_edited_is_read_anew(assessment: Assessment, own: Path) -> None:
    for text in ("one", "two"):
        write(own, "report.txt.j2", text)
        assert render(assessment, templates=own) == f"{text}\n"


def test_a_block_that_ours_does_not_have_is_an_error(assessment: Assessment, own: Path) -> None:
    write(own, "report.html.j2", '{% extends "bundled/report.html.j2" %}', "{% block heder %}x{% endblock %}")
    complaint = r"report\.html\.j2:2:1: bundled/report\.html\.j2 has no block 'heder'; did you mean header\?"
    with pytest.raises(TemplateError, match=complaint):
        render(assessment, "html", templates=own)
    render(assessment, "text", templates=own)  # which it does not concern


def test_a_template_that_extends_itself_is_told_how_to_extend_ours(assessment: Assessment, own: Path) -> None:
    write(own, "report.txt.j2", '{% extends "report.txt.j2" %}')
    with pytest.raises(TemplateError, match=r'write \{% extends "bundled/NAME" %\}'):
        render(assessment, templates=own)


def test_a_letterhead_stands_on_every_page(assessment: Assessment, own: Path) -> None:
    write(
        own, "page.html.j2", '{% extends "bundled/page.html.j2" %}', "{% block letterhead %}<p>Ward 7</p>{% endblock %}"
    )
    patient = assessment.patient
    for shown in (assessment, explain(patient, "surgery"), matrix(patient), compare(patient, patient)):
        assert render(shown, "html", templates=own).count("Ward 7") == 1


@pytest.mark.parametrize("shown", [Patient(er="+"), "text", None])
def test_what_cannot_be_rendered_is_told(shown: object) -> None:
    with pytest.raises(TypeError, match="render takes what explore, care_questions, ") as caught:
        render(shown)  # type: ignore[arg-type]
    for kind in KINDS.values():
        assert f" {kind.made_by}" in str(caught.value)


def test_what_makes_each_kind_of_thing_is_a_function_that_returns_it() -> None:
    package = Path(mbc_options.__file__).parent
    sources = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    for name, kind in KINDS.items():
        assert re.search(rf"def {kind.made_by}\(([^)]|\(\))*\) -> {name}:", sources), name


@pytest.mark.parametrize("format_", FORMATS)
def test_a_date_is_printed_on_every_page_without_what_a_terminal_obeys(assessment: Assessment, format_: str) -> None:
    patient = assessment.patient
    for shown in (assessment, explain(patient, "surgery"), matrix(patient), compare(patient, patient)):
        page = render(shown, format_, date="3 May\x1b[31m\n2031")
        assert "3 May [31m 2031" in page.replace("\\", "")
        assert "\x1b" not in page
