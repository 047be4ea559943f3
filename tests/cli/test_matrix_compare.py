"""The map by subtype and two patients compared, through the real entry point."""

from __future__ import annotations

import html.parser
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from mbc_options import (
    Comparison,
    Matrix,
    Patient,
    compare,
    explore,
    load_patient,
    load_rulebook,
    matrix,
    render,
    statuses,
)

if TYPE_CHECKING:
    import subprocess

    from conftest import Run

HERE = Path(__file__).parent
PATIENTS = HERE.parent / "patients"
GOLDEN = HERE / "golden"
AFTER, BRAIN, MAN, NODES = (
    str(PATIENTS / f"{name}.yaml") for name in ("after-letrozole", "her2-brain", "man", "only-armpit")
)
REST = ("--menopause", "post", "--site", "bone", "--prior", "none")
SUBTYPES = ("HR+/HER2-", "HR+/HER2+", "HR-/HER2+", "triple-negative")
MARKS = {"candidate": "[+]", "undetermined": "[?]", "unspecified": "[~]", "not_described": "[ ]"}


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def check(name: str, text: str, *, update: bool) -> None:
    path = GOLDEN / name
    text = text.replace(load_rulebook().sha256, "(the digest of the rulebook)")
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name} is not what was read; see test_golden.py"


def table_of(text: str) -> dict[str, list[str]]:
    """The marks of each line of the map, by its label."""
    lines = re.findall(r"^( *\S.*?) +((?:\[.\] *)+)$", text, flags=re.MULTILINE)
    return {label.strip(): re.findall(r"\[.\]", marks) for label, marks in lines}


def test_the_map_in_text_has_the_mark_of_every_cell(run: Run) -> None:
    text = said(run("matrix", *REST, "--members"))
    table = matrix(Patient(menopause="post", sites=["bone"], prior=[]))
    assert table_of(text) == {
        line.label: [MARKS[line.statuses[subtype]] for subtype in SUBTYPES] for line in table.lines
    }


def test_members_stand_in_the_map_on_request_only(run: Run) -> None:
    assert "Tamoxifen" not in said(run("matrix", *REST))
    assert "Tamoxifen" not in said(run("matrix", *REST, "--format", "markdown"))
    assert "within it: Tamoxifen" in said(run("matrix", *REST, "--format", "markdown", "--members"))


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_on_what_it_depends_is_told_on_request_only(format_: str, run: Run) -> None:
    short, long = (said(run("matrix", *REST, "--format", format_, *more)) for more in ((), ("--depends",)))
    assert "on what it depends" not in short.lower()
    assert "on what it depends" in long.lower()
    below = long[long.lower().index("on what it depends") :]
    table = matrix(Patient(menopause="post", sites=["bone"], prior=[]))
    for row in table.rows:
        assert (row.label in below) == ("undetermined" in row.statuses.values()), row.label
    assert "positive for an immunotherapy biomarker" in below


def test_the_receptors_of_a_file_are_set_aside_and_it_is_said(run: Run) -> None:
    text = " ".join(said(run("matrix", BRAIN)).split())
    assert "Note: set aside, because the columns say it: ER-positive, PR-positive, HER2 IHC 2+, ISH+." in text


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_urgent_signs_stand_in_the_map_and_come_first_in_a_comparison(format_: str, run: Run) -> None:
    for arguments in (("matrix", BRAIN), ("compare", AFTER, BRAIN)):
        shown = " ".join(re.sub(r"<[^>]+>", "", said(run(*arguments, "--format", format_))).split())
        assert shown.index("Seizures are an emergency") < shown.index("Headache can be an emergency")
        if arguments[0] == "compare":
            assert shown.index("Seizures are an emergency") < shown.index("HER2-positive disease in the brain")


def test_without_a_description_the_map_is_of_anybody(run: Run) -> None:
    text = " ".join(said(run("matrix")).split())
    assert "The same in every column: distant metastasis." in text
    assert "Earlier treatment: not known" in text
    assert "no earlier treatment, because" not in text


def test_a_rest_out_of_scope_has_one_banner_and_no_map(run: Run) -> None:
    for format_ in ("text", "markdown", "html"):
        text = said(run("matrix", NODES, "--format", format_))
        assert "That says nothing about which treatments exist" in " ".join(text.split())
        assert "Chemotherapy" not in text


def test_the_json_is_the_map_and_the_comparison_themselves(run: Run) -> None:
    table = Matrix.model_validate_json(said(run("matrix", AFTER, "--format", "json")))
    assert table == matrix(load_patient(AFTER))
    jsonschema.Draft202012Validator(Matrix.model_json_schema(mode="serialization")).validate(
        json.loads(table.model_dump_json())
    )
    comparison = Comparison.model_validate_json(said(run("compare", AFTER, BRAIN, "--format", "json")))
    assert comparison == compare(load_patient(AFTER), load_patient(BRAIN))
    jsonschema.Draft202012Validator(Comparison.model_json_schema(mode="serialization")).validate(
        json.loads(comparison.model_dump_json())
    )


def test_a_comparison_in_text_begins_with_the_verdicts_and_what_differs(run: Run) -> None:
    text = said(run("compare", AFTER, BRAIN))
    order = [text.index(f"\n{heading}\n") for heading in re.findall(r"^([A-Z ,]+)\n-+$", text, flags=re.MULTILINE)]
    assert order == sorted(order)
    headings = re.findall(r"^([A-Z ,]+)\n-+$", text, flags=re.MULTILINE)
    assert headings[:3] == ["THE VERDICTS", "WHAT IS KNOWN DIFFERENTLY", "CLASSES WITH ANOTHER STATUS"]


@pytest.mark.parametrize("patients", [(AFTER, BRAIN), (AFTER, AFTER), (MAN, NODES)])
def test_every_class_stands_in_the_table_of_verdicts_under_a_head_of_its_own(
    patients: tuple[str, str], run: Run
) -> None:
    """Also where both patients have one name: the heads are letters."""
    a, b = (statuses(load_patient(patient)) for patient in patients)
    expected = {(option.label, a[option.id], b[option.id]) for option in explore(load_patient(patients[0])).options}
    markdown = said(run("compare", *patients, "--format", "markdown"))
    table = markdown.partition("## The verdicts\n\n")[2].partition("\n\n")[0].splitlines()
    assert table[0] == "| Class | A | B |"
    cells = [[re.sub(r"`.` ", "", cell) for cell in line.strip("| ").split(" | ")] for line in table[2:]]
    assert {(label, *(word.replace(" ", "_") for word in words)) for label, *words in cells} == expected
    text = said(run("compare", *patients)).partition("THE VERDICTS\n")[2].partition("\n\n")[2].partition("\n\n")[0]
    head, *lines = text.splitlines()
    assert head.split() == ["A", "B"]
    marked = {re.sub(r" +", " ", re.sub(r"\[.\] ", "| ", line)) for line in lines}
    assert marked == {" | ".join((label, *(word.replace("_", " ") for word in words))) for label, *words in expected}


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_difference_is_told_with_the_facts_that_make_it(format_: str, run: Run) -> None:
    shown = " ".join(re.sub(r"<[^>]+>", "", said(run("compare", AFTER, BRAIN, "--format", format_))).split())
    comparison = compare(load_patient(AFTER), load_patient(BRAIN))
    assert comparison.options
    assert comparison.members
    for unit in comparison.differences:
        assert unit.label in shown
        for switch in unit.switches:
            for fact in switch.facts:
                assert (f"{fact.label} unknown" if fact.b.is_unknown else fact.b.text) in shown


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_passage_cited_is_told(format_: str, run: Run) -> None:
    for arguments in (("compare", AFTER, BRAIN), ("compare", AFTER, NODES)):
        text = said(run(*arguments, "--format", format_))
        _, _, passages = text.partition(
            "id=h-sources" if format_ == "html" else "THE PASSAGES" if format_ == "text" else "## The passages"
        )
        cited = set(re.findall(r"S\d{3}-\d+", text))
        assert cited
        assert cited == set(re.findall(r"S\d{3}-\d+", passages)), "cited, but not among the passages; or the reverse"


def test_a_patient_compared_with_itself_differs_in_nothing(run: Run) -> None:
    text = said(run("compare", AFTER, AFTER))
    assert "Nothing: the same is known of both." in text
    assert "ANOTHER STATUS" not in text


def test_where_the_documents_deal_with_one_only_the_scope_makes_the_difference(run: Run) -> None:
    text = " ".join(said(run("compare", AFTER, NODES)).split())
    assert text.count("A would have the verdict of B:") == 1
    assert "A would have the verdict of B: no distant metastasis and no bone metastases." in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("matrix", *REST, "--members", "--depends"),
        ("matrix", MAN, "--members", "--depends"),
        ("compare", AFTER, BRAIN),
        ("compare", MAN, NODES),
    ],
)
def test_text_fits_eighty_columns_and_is_the_same_each_time(arguments: tuple[str, ...], run: Run) -> None:
    text = said(run(*arguments))
    assert max(map(len, text.splitlines())) <= 80
    assert text == said(run(*arguments))


@pytest.mark.parametrize("times", [2, 3])
def test_a_map_of_many_subtypes_is_cut_into_tables_that_fit(times: int) -> None:
    table = matrix(Patient(menopause="post", sites=["bone"], prior=[]))
    many = replace(table, columns=table.columns * times)
    text = render(many)  # type: ignore[arg-type]
    assert max(map(len, text.splitlines())) <= 80
    lines = re.findall(r"^Anti-HER2 drugs +((?:\[.\] *)+)$", text, flags=re.MULTILINE)
    assert [mark for marks in lines for mark in re.findall(r"\[.\]", marks)] == ["[ ]", "[+]", "[+]", "[ ]"] * times


class Page(html.parser.HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


@pytest.mark.parametrize(
    "arguments", [("matrix", MAN), ("matrix", NODES), ("compare", AFTER, BRAIN), ("compare", AFTER, NODES)]
)
def test_a_page_is_one_file_without_script_whose_links_lead_somewhere(arguments: tuple[str, ...], run: Run) -> None:
    page = Page(said(run(*arguments, "--format", "html")))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for _, attributes in page.tags if "href" in attributes}
    assert {link[1:] for link in links if link} <= set(ids)
    assert all(link and link.startswith("#") for link in links)


def test_in_a_page_every_status_has_a_shape_and_a_word(run: Run) -> None:
    text = said(run("matrix", *REST, "--format", "html"))
    marks = re.findall(r"<i class=(\w+)></i>\s*(?:<span[^>]*>)?\s*([a-z ]+)<", text)
    assert len(marks) == text.count("<i class=") > 13 * len(SUBTYPES)
    assert all(word == status.replace("_", " ") for status, word in marks)


def test_a_wide_map_scrolls_in_a_region_of_its_own(run: Run) -> None:
    page = Page(said(run("matrix", *REST, "--format", "html")))
    regions = [attributes for _, attributes in page.tags if attributes.get("role") == "region"]
    assert regions
    assert all(attributes.get("tabindex") == "0" and attributes.get("aria-label") for attributes in regions)


def test_what_somebody_typed_stays_text(run: Run, tmp_path: Path) -> None:
    label = "<b>x</b> *y* {{ 7*7 }}"
    (tmp_path / "p.yaml").write_text(json.dumps({"label": label, "er": "+"}), encoding="utf-8")
    for arguments in (("matrix", "p.yaml"), ("compare", "p.yaml", AFTER)):
        assert "<b>x" not in said(run(*arguments, "--format", "html"))
        assert "*y*" not in said(run(*arguments, "--format", "markdown")).replace("\\*y\\*", "")
        assert label in said(run(*arguments))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("matrix", "--menopause", "pst"), "--menopause"),
        (("matrix", "missing.yaml"), "missing.yaml"),
        (("compare", AFTER), "'B'"),
        (("compare", AFTER, "missing.yaml"), "missing.yaml"),
        (("compare", "-", "-"), "only one of the two"),
        (("compare", AFTER, ""), "B names no file"),
        (("matrix", ""), "PATIENT_FILE names no file"),
        (("matrix", "--templates", ""), "--templates names no directory"),
        (("matrix", "--rules", ""), "--rules: is no directory of a rulebook"),
        (("compare", AFTER, BRAIN, "--format", "text", "-o", AFTER), "is the file that was read"),
        (("compare", AFTER, BRAIN, "--format", "text", "-o", BRAIN), "is the file that was read"),
    ],
)
def test_bad_input_is_told_plainly_with_exit_code_2(arguments: tuple[str, ...], told: str, run: Run) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_one_of_two_patients_may_come_from_the_standard_input(run: Run) -> None:
    text = Path(BRAIN).read_text(encoding="utf-8")
    assert said(run("compare", AFTER, "-", stdin=text)) == said(run("compare", AFTER, BRAIN))
    assert said(run("compare", "-", AFTER, stdin=text)) == said(run("compare", BRAIN, AFTER))


def test_output_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    assert said(run("matrix", *REST, "-o", "map.txt")) == ""
    assert (tmp_path / "map.txt").read_text(encoding="utf-8") == said(run("matrix", *REST))


def test_templates_of_ones_own_take_single_blocks(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for page, block in (("matrix", "about"), ("compare", "about")):
        for ending in ("txt", "md", "html"):
            text = f'{{% extends "bundled/{page}.{ending}.j2" %}}{{% block {block} %}}WARD 7{{% endblock %}}'
            (own / f"{page}.{ending}.j2").write_text(text, encoding="utf-8")
    for arguments in (("matrix", *REST), ("compare", AFTER, BRAIN)):
        for format_ in ("text", "markdown", "html"):
            text = said(run(*arguments, "--format", format_, "--templates", "own"))
            assert "WARD 7" in text
            assert "Chemotherapy" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [("mbc-options mat", "matrix"), ("mbc-options com", "compare"), ("mbc-options matrix --site live", "liver")],
)
def test_shell_completion_knows_them(words: str, expected: str, run: Run) -> None:
    env = {"_MBC_OPTIONS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    assert expected in run(env=env).stdout


@pytest.mark.parametrize("command", ["matrix", "compare"])
def test_help_has_examples(command: str, run: Run) -> None:
    text = said(run(command, "--help"))
    assert f"mbc-options {command}" in text
    assert "Examples:" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("matrix-after-letrozole.txt", ("matrix", AFTER, "--members")),
        ("matrix-anybody.txt", ("matrix", "--prior", "unknown", "--depends")),
        ("matrix-man.md", ("matrix", MAN, "--depends", "--format", "markdown")),
        ("compare-after-letrozole-her2-brain.txt", ("compare", AFTER, BRAIN)),
        ("compare-after-letrozole-only-armpit.txt", ("compare", AFTER, NODES)),
        ("compare-man-after-letrozole.md", ("compare", MAN, AFTER, "--format", "markdown")),
    ],
)
def test_whole_outputs(name: str, arguments: tuple[str, ...], run: Run, pytestconfig: pytest.Config) -> None:
    check(name, said(run(*arguments)), update=pytestconfig.getoption("--update-golden"))
