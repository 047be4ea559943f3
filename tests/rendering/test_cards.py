"""Cards in notebooks: whole, readable, at home in any front end, and no burden until one is asked for."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Patient, explore
from mbc_options.exploration.comparison import compare
from mbc_options.exploration.subtype_map import matrix
from mbc_options.exploration.why import explain
from mbc_options.rendering.cards import card

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENT = Patient(
    label="A teacher's example",
    er="90%",
    pr="-",
    her2="1+",
    menopause="post",
    sites=["bone"],
    findings={"pain": "yes"},
    prior=["letrozole: progressed"],
)

URGENT = Patient(sites=["bone"], er="-", pr="-", findings=["spinal_cord_compression", "hypercalcemia"])

KINDS: dict[str, Callable[[Patient], Any]] = {
    "patient": lambda patient: patient,
    "assessment": explore,
    "class": lambda patient: explore(patient)["chemotherapy"],
    "member": lambda patient: explore(patient)["chemotherapy.combination"],
    "explanation": lambda patient: explain(patient, "chemotherapy"),
    "map by subtype": matrix,
    "comparison": lambda patient: compare(patient, Patient(label="Another", sites={"liver": "yes"})),
}

PATIENTS = {
    "described": PATIENT,
    "nothing known": Patient(),
    "out of scope": Patient(sites=[]),
    "scope open": Patient(metastasis_confirmed="unknown"),
}

VOID = {"br", "img", "input", "hr", "link", "meta", "circle", "path"}


class Reader(HTMLParser):
    """What a front end reads: the elements, the words outside the style, and the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.style = ""
        self.open: list[str] = []
        self.outermost: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def classes(self) -> set[str]:
        return {name for _, given in self.elements for name in (given.get("class") or "").split()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if not self.open:
            self.outermost.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)


def read(shown: Any) -> Reader:
    html = shown._repr_html_()
    assert html is not None
    return Reader(html)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Callable[[Patient], Any]:
    return KINDS[request.param]


@pytest.fixture(params=PATIENTS)
def patient(request: pytest.FixtureRequest) -> Patient:
    return PATIENTS[request.param]


# What any card is


def test_a_card_is_one_element_with_every_tag_closed(kind: Callable[[Patient], Any], patient: Patient) -> None:
    found = read(kind(patient))
    assert found.outermost == ["article"]
    assert found.open == []
    assert "\n\n" not in kind(patient)._repr_html_(), "a blank line ends a piece of HTML inside Markdown"


def test_a_card_acts_on_nothing_and_takes_nothing_from_elsewhere(
    kind: Callable[[Patient], Any], patient: Patient
) -> None:
    found = read(kind(patient))
    forbidden = {
        "script",
        "link",
        "iframe",
        "img",
        "object",
        "html",
        "head",
        "body",
        "base",
        "meta",
        "form",
        "use",
        "a",
    }
    assert not {tag for tag, _ in found.elements} & forbidden
    assert not [name for _, given in found.elements for name in given if name.startswith("on")]
    assert not re.search(r"url\(|@import|expression|://", found.style)


def test_cards_on_one_page_cannot_collide(kind: Callable[[Patient], Any], patient: Patient) -> None:
    found = read(kind(patient))
    referring = {"id", "name", "for", "href", "src", "style", "aria-labelledby", "aria-describedby"}
    assert not [name for _, given in found.elements for name in given if name in referring]
    foreign = {name for name in found.classes if not name.startswith("mbc-")}
    assert foreign == {"tex2jax_ignore", "mathjax_ignore"}, "only what keeps a front end from reading $ as formulas"


def test_the_style_stays_inside_the_card() -> None:
    style = read(PATIENT).style
    blocks = re.sub(r"@media [^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", style)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", blocks)
    assert len(rules) > 10
    for selectors, _ in rules:
        for selector in selectors.split(","):
            assert ".mbc-card" in selector, selector
            above = selector.split(".mbc-card")[0].strip()
            assert above == "" or re.fullmatch(
                r"\[[a-z-]+=\"?(true|false|light|dark)\"?\]|\.vscode-[\w:().-]+", above
            ), above
    declared = set(re.findall(r"(--[\w-]+)\s*:", style))
    assert declared
    assert all(name.startswith("--mbc-") for name in declared)
    assert set(re.findall(r"var\((--[\w-]+)\)", style)) <= declared
    assert not re.search(r":root|(^|[\s,{}])#\w+\s*\{", style)


def test_every_class_in_the_style_is_one_that_a_card_uses() -> None:
    shown = [make(patient) for make in KINDS.values() for patient in (*PATIENTS.values(), URGENT)]
    used = set().union(*(read(one).classes for one in shown))
    styled = set(re.findall(r"\.(mbc-[\w-]+)", read(PATIENT).style))
    assert styled == {name for name in used if name.startswith("mbc-")}


def luminance(color: str) -> float:
    digits = color.removeprefix("#")
    whole = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_ink_is_readable_on_the_paper_of_the_card(scheme: int) -> None:
    pairs = re.findall(r"--mbc-([\w-]+):\s*light-dark\((#\w+),\s*(#\w+)\)", read(PATIENT).style)
    colors = {name: pair[scheme] for name, *pair in pairs}
    paper = luminance(colors.pop("paper"))
    del colors["line"]  # decoration
    assert set(colors) >= {"ink", "soft", "candidate", "undetermined", "unspecified", "not_described"}
    for name, color in colors.items():
        light, dark = sorted((luminance(color), paper), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def test_the_card_has_an_ink_and_a_paper_of_its_own() -> None:
    (own,) = re.findall(r"^\s*\.mbc-card\{([^}]*)\}", read(PATIENT).style)
    assert re.search(r"(^|;)color:var\(--mbc-ink\)", own)
    assert re.search(r"(^|;)background:var\(--mbc-paper\)", own)


@pytest.mark.parametrize(
    ("front_end", "scheme"),
    [
        ('[data-jp-theme-light="true"]', "light"),
        ('[data-jp-theme-light="false"]', "dark"),
        (".vscode-light", "light"),
        (".vscode-dark", "dark"),
        ('[data-theme="light"]', "light"),
        ('[data-theme="dark"]', "dark"),
    ],
)
def test_a_front_end_that_says_its_theme_is_followed(front_end: str, scheme: str) -> None:
    found = [
        declarations
        for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", read(PATIENT).style)
        if f"{front_end} .mbc-card" in [selector.strip() for selector in selectors.split(",")]
    ]
    assert [declarations.replace(" ", "") for declarations in found] == [f"color-scheme:{scheme}"]


def test_a_part_without_a_card_is_shown_as_text() -> None:
    assert explore(PATIENT)["chemotherapy"].because[0]._repr_html_() is None
    assert card("a text") is None


def test_the_same_thing_has_the_same_card(kind: Callable[[Patient], Any]) -> None:
    twin = Patient.model_validate(PATIENT.model_dump(exclude_none=True))
    assert kind(twin)._repr_html_() == kind(PATIENT)._repr_html_()


# What a reader typed in


INJECTED = '</style></article><script>alert(1)</script><b onclick="alert(2)">"x\' {{ 7 * 7 }} &lt;'
HARMLESS = "Someone"


def injecting(text: str) -> Patient:
    return Patient(label=text, sites=["bone", f"other:{text}"], er="+", prior=[f"other:{text}"])


def test_what_was_typed_in_is_words_and_never_markup(kind: Callable[[Patient], Any]) -> None:
    found, harmless = read(kind(injecting(INJECTED))), read(kind(injecting(HARMLESS)))
    assert [(tag, list(given)) for tag, given in found.elements] == [
        (tag, list(given)) for tag, given in harmless.elements
    ]
    assert found.style == harmless.style
    assert found.text.count(INJECTED) == harmless.text.count(HARMLESS)


@pytest.mark.parametrize("name", ["patient", "assessment", "map by subtype"])
def test_the_label_the_other_site_and_the_other_drug_are_shown(name: str) -> None:
    assert read(KINDS[name](injecting(INJECTED))).text.count(INJECTED) == 3


# What the cards say, with the style taken away


@pytest.mark.parametrize(
    "patient", [PATIENT, Patient(), Patient(er="+", sites=["liver"])], ids=["described", "nothing", "some"]
)
def test_every_class_stands_under_its_status(patient: Patient) -> None:
    assessment = explore(patient)
    text = read(assessment).text
    headings = {
        "candidate": "Described for a patient like this (candidate)",
        "undetermined": "Depends on something not known (undetermined)",
        "unspecified": "Named, but with no criterion that decides here (unspecified)",
        "not_described": "Not described for a patient like this",
    }
    present = {status: heading for status, heading in headings.items() if assessment.with_status(status)}
    places = [text.index(heading) for heading in present.values()]
    assert places == sorted(places)
    for status, begin, end in zip(present, places, [*places[1:], len(text)], strict=True):
        for option in assessment.with_status(status):
            assert option.label in text[begin:end], option.id


def test_an_assessment_tells_who_it_is_about_what_is_unknown_and_whose_word_it_is() -> None:
    assessment = explore(PATIENT)
    text = read(assessment).text
    assert text.startswith("A teacher's example : HR+/HER2-")
    unknown = text[text.index("Not known, and a verdict depends on it") : text.index("Described for a patient")]
    assert assessment.unknown
    assert all(fact.label in unknown for fact in assessment.unknown)
    assert "letrozole: progressed" in text
    assert "Not described never means contraindicated." in text
    assert f"Rulebook {assessment.rulebook.name} {assessment.rulebook.version}" in text


def test_the_facts_that_decide_stand_with_their_class_before_it_is_unfolded() -> None:
    assessment = explore(PATIENT)
    summaries = re.findall(r"<summary>(.*?)</summary>", assessment._repr_html_() or "", re.DOTALL)
    texts = [Reader(summary).text for summary in summaries]
    for option in assessment.options:
        (told,) = [text for text in texts if text.startswith(option.label)]
        depends = [fact.label for fact in assessment.unknown if any(fact.fact in d.if_ for d in option.depends_on)]
        assert all(fact in told for fact in (*option.proof, *depends)), option.id


def test_every_reason_can_be_followed_to_its_passage() -> None:
    assessment = explore(PATIENT)
    text = read(assessment).text
    cited = {claim for option in assessment.options for reason in option.because for claim in reason.claims}
    assert len(cited) > 10
    for id_ in cited:
        claim = assessment.claims[id_]
        assert " ".join(f"{id_} {claim.short}, {claim.where}: {claim.statement}".split()) in text


def test_out_of_scope_no_class_is_listed() -> None:
    assessment = explore(PATIENTS["out of scope"])
    text = read(assessment).text
    assert assessment.scope_text in text
    assert not [option.label for option in assessment.options if option.label in text]


def test_a_patient_tells_what_was_read_assumed_remarked_and_left_out() -> None:
    patient = Patient(her2="1+", sites=["liver"], findings={"pain": "yes", "nausea": "no"})
    text = read(patient).text
    assert "HER2-negative (IHC 1+)" in text
    assert "liver metastases; nothing else (the list is complete)" in text
    assert re.search(r"Findings pain; not: nausea[^.]*\. The rest is not known", text)
    assert all(notice in text for notice in patient.notices)
    assert all(assumed in read(Patient()).text for assumed in Patient().assumptions)
    left_out = text[text.index("Not said, so not known") :]
    assert left_out.startswith("Not said, so not known Sex; menopause; ER; PR;")
    assert "HER2" not in left_out


def test_a_patient_of_whom_everything_is_said_has_nothing_left_out() -> None:
    one_value = {"sex": "female", "menopause": "pre", "er": "+", "pr": "+", "her2": "-", "immunotherapy_biomarker": "-"}
    of_tests = {"receptors_tested_on": "primary", "metastasis_confirmed": "yes"}
    lists: dict[str, list[str]] = {"sites": ["bone"], "extent": [], "findings": [], "situation": [], "prior": []}
    whole = Patient(**one_value, **of_tests, **lists)
    assert "Not said" not in read(whole).text
    assert "Not said, so not known Earlier treatment" in read(whole.with_(prior=None)).text


def test_an_explanation_shows_every_rule_and_whether_it_holds() -> None:
    explanation = explain(PATIENT, "chemotherapy")
    text = read(explanation).text
    words = {"yes": "Holds", "no": "Does not hold", "open": "Open"}
    assert {rule.holds for rule in explanation.rules} == set(words), "an example of each"
    for rule in explanation.rules:
        assert f"{words[rule.holds]} {' '.join(rule.when.split())}. Gives:" in text
        assert rule.id in text


def test_a_map_has_a_line_for_every_class_and_a_verdict_for_every_subtype() -> None:
    found = matrix(PATIENT)
    html = found._repr_html_() or ""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    lines = {Reader(row).text.partition(" ")[0]: row for row in rows}
    assert lines
    told = [Reader(row).text for row in rows]
    for line in found.lines:
        verdicts = [line.cells[column.id].status.replace("_", " ") for column in found.columns]
        assert f"{line.label} {' '.join(verdicts)}" in told, line.id


def test_a_comparison_names_what_makes_the_difference() -> None:
    found = compare(PATIENT, PATIENT.with_(her2="3+", label="The other"))
    rows = [Reader(row).text for row in re.findall(r"<tr>(.*?)</tr>", found._repr_html_() or "", re.DOTALL)]
    assert found.differences
    for unit in found.differences:
        verdicts = f"{unit.a.status} {unit.b.status}".replace("_", " ")
        assert f"{unit.label} {verdicts} HER2-negative (IHC 1+) / HER2-positive (IHC 3+)" in rows


@pytest.mark.parametrize(
    "kind",
    ["assessment", "explanation", "map by subtype", "comparison"],
)
def test_what_is_urgent_for_a_patient_stands_on_every_card_about_that_patient(kind: str) -> None:
    shown = explain(URGENT, "bisphosphonates") if kind == "explanation" else KINDS[kind](URGENT)
    html = shown._repr_html_() or ""
    unfolded = Reader(html.partition("<details")[0]).text
    assert "Spinal cord compression is an emergency." in unfolded
    assert "this supplement contains calcium" in unfolded
    calm = read(explain(PATIENT, "bisphosphonates") if kind == "explanation" else KINDS[kind](PATIENT))
    assert "mbc-urgent" not in calm.classes


def test_a_class_that_was_given_is_marked_with_its_outcome_and_other_cautions_are_counted() -> None:
    given = PATIENT.with_(her2="3+", prior=["trastuzumab: progressed", "lapatinib: stable", "letrozole: completed"])
    assessment = explore(given)
    rows = re.findall(r"<summary>(.*?)</summary>", assessment._repr_html_() or "", re.DOTALL)
    told = {
        option.id: text
        for option in assessment.options
        for row in rows
        if (text := Reader(row).text).startswith(option.label)
    }
    assert "given before: progressed, stable" in told["anti_her2"]
    assert "given before: completed" in told["hormone_therapy"]
    assert "given before" not in told["chemotherapy"]
    for option in assessment.options:
        cautions = [
            c for one in (option, *option.members) for c in one.cautions if c.kind == "caution" and not c.urgent
        ]
        assert (f"{len(cautions)} caution" in told[option.id]) is bool(cautions)


@pytest.mark.parametrize("kind", ["assessment", "map by subtype"])
def test_a_kind_of_disease_is_heard_without_a_minus(kind: str) -> None:
    heard = {given["aria-label"] for tag, given in read(KINDS[kind](PATIENT)).elements if given.get("role") == "img"}
    assert "HR positive, HER2 negative" in heard


def test_a_status_is_told_by_its_shape_and_its_word() -> None:
    shapes: dict[str, set[str]] = {}
    for patient in (PATIENT, Patient()):
        html = matrix(patient)._repr_html_() or ""
        for drawing, word in re.findall(r"<svg[^>]*>(.*?)</svg> ([a-z ]+)<", html):
            shapes.setdefault(word, set()).add(drawing)
    assert set(shapes) == {"candidate", "undetermined", "unspecified", "not described"}
    drawings = [drawing for (drawing,) in shapes.values()]
    assert len(set(drawings)) == len(shapes)


# What stays as it was


def test_a_class_is_readable_in_a_terminal() -> None:
    assessment = explore(PATIENT)
    text = repr(assessment["chemotherapy"])
    assert text == str(assessment["chemotherapy"])
    assert text.splitlines()[0] == "Chemotherapy: candidate"
    for reason in assessment["chemotherapy"].because:
        assert f"  because: {'; '.join(reason.facts)} [{', '.join(reason.claims)}]" in text.splitlines()
    assert "  candidate if: diffuse bone metastases" in repr(assessment["radioisotope"]).splitlines()


def test_a_class_that_is_not_described_never_looks_advised_against_in_a_terminal() -> None:
    lines = repr(explore(PATIENT)["anti_her2"]).splitlines()
    assert lines[0] == "Anti-HER2 drugs: not described"
    assert lines[1].startswith("  No passage whose conditions this patient meets describes it.")
    assert "because" not in "".join(lines)
    assert lines[-1].endswith("Not described does not mean contraindicated.")


def test_showing_a_thing_changes_nothing_of_it(kind: Callable[[Patient], Any]) -> None:
    shown, untouched = kind(PATIENT), kind(PATIENT)
    shown._repr_html_()
    assert shown == untouched
    assert hash(shown) == hash(untouched)
    copy = pickle.loads(pickle.dumps(shown))  # noqa: S301 - of our own making
    assert copy == shown
    assert copy._repr_html_() == shown._repr_html_()


def test_nothing_is_loaded_before_a_card_is_asked_for() -> None:
    code = """
import sys
from mbc_options import Patient, explore, statuses
shown = explore(Patient(er="+"))
statuses(shown.patient), repr(shown), repr(shown["surgery"])
before = {"jinja2", "mbc_options.rendering"} & set(sys.modules)
shown._repr_html_()
print(sorted(before), "jinja2" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout == "[] True\n"
