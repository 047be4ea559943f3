"""Patient files: what YAML and JSON mean here, every problem at its place, and nothing that can do harm."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mbc_options import DescriptionError, InputError, Patient, load_patient
from mbc_options.patient.file import describe, from_stdin, read_description
from mbc_options.text import harmless
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Problem

    Load = Callable[..., Patient]
    Problems = Callable[..., tuple[Problem, ...]]

VOCABULARY = bundled_vocabulary()

FULL = """\
# A whole description.
label: Anna, "the first" & only
sex: female
menopause: post
er: +
pr: 90 %
her2: 1+
receptors_tested_on: metastasis
metastasis_confirmed: yes
sites: [bone, other:choroid]
extent: {limited: yes, diffuse_bone: no}
findings:
  - bone pain
  - hypercalcemia
situation: none
immunotherapy_biomarker: unknown
prior:
  - letrozole: progressed
  - FEC: completed
  - {therapy: docetaxel + trastuzumab, outcome: stable, setting: metastatic}
  - other:trial drug
"""

MEANT = Patient(
    label='Anna, "the first" & only',
    sex="female",
    menopause="postmenopausal",
    er="positive",
    pr="90%",
    her2="1+",
    receptors_tested_on="metastasis",
    metastasis_confirmed="yes",
    sites=["bone", "other:choroid"],
    extent={"limited": "yes", "diffuse_bone": "no"},
    findings=["bone_pain", "hypercalcemia"],
    situation=[],
    prior=[
        "letrozole: progressed",
        "FEC: completed",
        {"therapy": "docetaxel + trastuzumab", "outcome": "stable", "setting": "metastatic"},
        "other:trial drug",
    ],
)


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """PyYAML comes with libyaml or without; what a file means must not hang on it."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML has no libyaml")
    return str(request.param)


pytestmark = pytest.mark.usefixtures("parser")


# What a file means


def test_a_yaml_file_means_what_the_same_arguments_mean(load: Load) -> None:
    assert load(FULL) == MEANT


def test_a_json_file_means_the_same(load: Load) -> None:
    data = yaml.load(FULL, Loader=yaml.BaseLoader)  # noqa: S506 - text only, from this file
    for text in (json.dumps(data), json.dumps(data, indent="\t"), json.dumps(data, indent=2, ensure_ascii=False)):
        assert load(text, "p.json") == MEANT
        assert load("\n" + text + "\n", "P.JSON") == MEANT


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "{}", "er:\npr: ~\nher2: null\n", "\ufeff"])
def test_an_empty_file_says_nothing(load: Load, text: str) -> None:
    assert load(text) == Patient()


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("er: -  \n", None),
        ("er: '-'\n", {"er": "-"}),
        ("er: +\n", {"er": "+"}),
        ("er: (+)\n", {"er": "+"}),
        ("er: \u2212\n", {"er": "-"}),
        ("er: <1%\n", {"er": "<1%"}),
        ("her2: 0\n", {"her2": "0"}),
        ("her2: 3+\n", {"her2": "3+"}),
        ("her2: 2+/ISH-\n", {"her2": "2+/ISH-"}),
        ("her2: 1+ # low\n", {"her2": "1+"}),
        ("metastasis_confirmed: no\n", {"metastasis_confirmed": "no"}),
        ("metastasis_confirmed: true\n", {"metastasis_confirmed": "yes"}),
        ("findings: {pain: no, nausea: yes}\n", {"findings": {"pain": "no", "nausea": "yes"}}),
        ("findings: [bone pain, nausea]\n", {"findings": ["bone_pain", "nausea"]}),
        ("findings:\n- pain\n", {"findings": ["pain"]}),
        ("sites: bone\n", {"sites": ["bone"]}),
        ("sites: []\n", {"sites": []}),
        ("sites: none\n", {"sites": []}),
        ("sites:\n", {}),
        ("prior: []\n", {"prior": []}),
        ("prior: unknown\n", {}),
        ("prior: {chemotherapy: no}\n", {"prior": {"chemotherapy": "no"}}),
        ("prior: {chemotherapy: }\n", {"prior": {"chemotherapy": "unknown"}}),
        ("prior: [letrozole: progressed, FEC]\n", {"prior": ["letrozole: progressed", "FEC"]}),
        ("prior: {letrozole: [stable, progressed]}\n", {"prior": {"letrozole": ["stable", "progressed"]}}),
        ("label: no\n", {"label": "no"}),
        ("label: 1e3\n", {"label": "1e3"}),
        ("label: 0x1F\n", {"label": "0x1F"}),
        ("label: 2024-01-01\n", {"label": "2024-01-01"}),
        ("label: 12:30:45\n", {"label": "12:30:45"}),
        ("label: 'null'\n", {"label": "null"}),
        ("label: Null\n", {"label": "Null"}),
        ("label: .inf\n", {"label": ".inf"}),
        ("label: |\n  two\n  lines\n", {"label": "two lines"}),
        ("label: a & b * c ! d\n", {"label": "a & b * c ! d"}),
        ("? er\n: +\n", {"er": "+"}),
        ("er: +\r\npr: '-'\r\n", {"er": "+", "pr": "-"}),
    ],
)
def test_a_plain_value_is_the_text_that_stands_there(
    load: Load, problems: Problems, text: str, description: dict[str, Any] | None
) -> None:
    if description is None:
        assert "'-' in quotes" in problems(text)[0].message
    else:
        assert load(text) == Patient.model_validate(description)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (r'{"label": "Zo\u00eb"}', "Zoë"),
        (r'{"label": "\ud83d\ude00"}', "😀"),
        (r'{"label": "\uD83D\uDE00 \ud83d\ude00"}', "😀 😀"),
        (r'{"label": "\\ud83d\\ude00"}', r"\ud83d\ude00"),
        (r'{"label": "\\\ud83d\ude00"}', "\\😀"),
        (r'{"label": "a\/b\\c\"d"}', 'a/b\\c"d'),
        (r'{"label": "a\tb\nc"}', "a b c"),
        ('{"label"\t:\t"x"\t}', "x"),
        ('\t{\n\t\t"label":"x"}', "x"),
        ('{"label": "' + "x" * 500 + '"}', "x" * 500),
        ('{"label": "<script>alert(1)</script> {{x}}"}', "<script>alert(1)</script> {{x}}"),
    ],
)
def test_json_escapes_and_tabs(load: Load, text: str, label: str) -> None:
    assert load(text, "p.json").label == label


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_changes_nothing(load: Load, encoding: str) -> None:
    assert load(FULL.encode(encoding)) == MEANT
    assert load('{"er": "+"}'.encode(encoding), "p.json") == Patient(er="+")


# Where a problem is

PLACES = [
    # content, line, column, message
    ("er: +\nMenopase: x\n", 2, 1, "unknown field 'Menopase'; did you mean menopause?"),
    ("er: +\n\n  \nsits: [bone]\n", 4, 1, "unknown field 'sits'; did you mean sites?"),
    ("er:   positiv\n", 1, 7, "did you mean positive?"),
    ("er:\n  positiv\n", 2, 3, "did you mean positive?"),
    ("er: [+]\n", 1, 5, "er takes a word, not ['+'] (list)"),
    ("er: {a: b}\n", 1, 5, "er takes a word"),
    ("er: 1e3\n", 1, 5, "er cannot be '1e3'"),
    ("er: yes\n", 1, 5, "er cannot be 'yes'"),
    ("er: on\n", 1, 5, "er cannot be 'on'"),
    ("sex: 2024-01-01\n", 1, 6, "sex cannot be '2024-01-01'"),
    ("sites: [bone, lver]\n", 1, 15, "did you mean liver?"),
    ("sites:\n  - bone\n  -   lver\n", 3, 7, "did you mean liver?"),
    ("sites: lver\n", 1, 8, "did you mean liver?"),
    ("sites: [[bone]]\n", 1, 9, "sites takes names"),
    ("sites: [bone, ]\nfindings: [,]\n", 2, 12, "not YAML"),
    ("sites:\n  bone: yes\n  lver: no\n", 3, 3, "did you mean liver?"),
    ("sites:\n  bone: yes\n  liver:  maybe\n", 3, 11, "sites: liver takes yes, no or unknown here"),
    ("sites: {bone: yes, bones: no}\n", 1, 27, "bone is said to be both yes and no"),
    ("prior:\n  - surgery\n  - letrozol: stable\n", 3, 5, "did you mean letrozole?"),
    ("prior:\n  - surgery\n  - letrozole:  stabel\n", 3, 17, "did you mean stable?"),
    ("prior:\n  - surgery\n  - 'letrozole: stabel'\n", 3, 5, "did you mean stable?"),
    ("prior:\n  - therapy: letrozol\n", 2, 14, "did you mean letrozole?"),
    ("prior:\n  - therapy: letrozole\n    outcome: stabel\n", 3, 14, "did you mean stable?"),
    ("prior:\n  - therapy: letrozole\n    outcom: stable\n", 3, 5, "did you mean outcome?"),
    ("prior:\n  - {therapy: letrozole, setting: erly}\n", 2, 35, "did you mean early?"),
    ("prior: {letrozol: stable}\n", 1, 9, "did you mean letrozole?"),
    ("prior: {letrozole: stabel}\n", 1, 20, "did you mean stable?"),
    ("prior: {letrozole: [stable, stabel]}\n", 1, 29, "did you mean stable?"),
    ("prior:\n  therapy: letrozole\n", 2, 3, "write this one as an element of a list"),
    ("Zoë: 😀\n", 1, 1, "unknown field 'Zoë'"),
    ("label: 😀😀\nsites: [Zoë]\n", 2, 9, "sites does not know 'Zoë'"),
    ("{er: +, 'Zoë 😀': x, pr: positiv}", 1, 9, "unknown field"),
    ("- er: +\n", 1, 1, "a patient file is a mapping from fields to values"),
    ("[]", 1, 1, "a patient file is a mapping from fields to values"),
    ("just text\n", 1, 1, "a patient file is a mapping from fields to values"),
    ("---\ntrue\n", 2, 1, "a patient file is a mapping from fields to values"),
    ("er: -\n", 1, 5, "for a minus sign write negative, or '-' in quotes"),
    ("er: -\npr: -\n", 1, 5, "for a minus sign write negative, or '-' in quotes"),
    ("er: +\n\tpr: +\n", 2, 1, "a tab cannot stand here in YAML; use spaces"),
    ("sites:\n\t- bone\n", 2, 1, "a tab cannot stand here in YAML; use spaces"),
    ("label: Anna: first\n", 1, 12, "put text that holds a colon in quotes"),
    ("prior:\n  - letrozole: stable: early\n", 2, 22, "put text that holds a colon in quotes"),
    ("label: @home\n", 1, 8, "text that begins with @ must stand in quotes"),
    ("label: %x\n", 1, 8, "text that begins with % must stand in quotes"),
    ("label: `x`\n", 1, 8, "text that begins with ` must stand in quotes"),
    ("er: !!str +\n", 1, 5, "the tag tag:yaml.org,2002:str is not accepted"),
    ("er: ! +\n", 1, 5, "the tag ! is not accepted"),
    ("sites: !!set {bone}\n", 1, 8, "the tag tag:yaml.org,2002:set is not accepted"),
    ("er: !!python/object/apply:os.system [ls]\n", 1, 5, "is not accepted; write a plain value"),
    ("er: +\npr: *er\n", 2, 5, "an alias (*name) is not accepted"),
    ("label: *bold*\n", 1, 13, "text that begins with * must stand in quotes"),
    ("label: & more\n", 1, 9, "text that begins with & must stand in quotes"),
    ("label: &Co Smith\n", 1, 8, "an anchor (&name) is not accepted"),
    ("er: &a\n", 1, 5, "an anchor (&name) is not accepted"),
    ("&er er: +\n", 1, 1, "an anchor (&name) is not accepted"),
    ("sites: &s [bone]\n", 1, 8, "an anchor (&name) is not accepted"),
    ("<<: {er: +}\n", 1, 1, "unknown field '<<'"),
    ("? [a, b]\n: c\n", 1, 3, "a list or mapping cannot be a key"),
    ("{a: b}: c\n", 1, 1, ""),
    ("er: +\n---\ner: +\n", 2, 1, "a second document (---) begins; a file holds one"),
    ("er: '+\n", 2, 1, "not YAML"),
    ("er: [+\n", 2, 1, "not YAML"),
    ("er: +\npr\n", 2, 1, "not YAML"),
    ("%YAML 3.0\n---\ner: +\n", 1, 1, ""),
    ("er: +\nlabel: a\x00b\n", 2, 9, "control character U+0000; remove it"),
    ("er: +\nlabel: a\x1b[31m\n", 2, 9, "control character U+001B; remove it"),
    ('label: "a\\0b\\x1b[31m"\n', 1, 8, "control character U+0000; remove it"),
    ("label: \x7f\n", 1, 8, "control character U+007F; remove it"),
    ("label: \x9b\n", 1, 8, "control character U+009B; remove it"),
    ("label: \uffff\n", 1, 8, "control character U+FFFF; remove it"),
    ("er: x\r\npr: y\r\n", 1, 5, "er cannot be 'x'"),
]


@pytest.mark.parametrize(("content", "line", "column", "message"), PLACES)
def test_a_problem_is_told_at_its_place(problems: Problems, content: str, line: int, column: int, message: str) -> None:
    problem = problems(content)[0]
    assert (problem.line, problem.column) == (line, column), problem.message
    assert message in problem.message
    assert str(problem) == f"p.yaml:{line}:{column}: {problem.message}"


JSON_PLACES = [
    ('{"er": "+", "sits": []}', 1, 13, "did you mean sites?"),
    ('{\n\t"er":\t"positiv"\n}', 2, 8, "did you mean positive?"),
    ('{"prior": [{"therapy": "FEC", "outcome": "stabel"}]}', 1, 42, "did you mean stable?"),
    ('{"er": 90}', 1, 8, "a percentage of stained cells (90%)"),
    ('{"er": true}', 1, 8, "er cannot be 'true'"),
    ('{"er": "+",\n "er": "-"}', 2, 2, "'er' is given twice; first at 1:2"),
    ('{"er": "+"\n', 2, 1, "not YAML"),
    ('{"er": "+"}\n{"pr": "+"}', 2, 1, "not YAML"),
    (r'{"label": "\ud83d\ude00", "er": "x"}', 1, 33, "er cannot be 'x'"),
    (r'{"label": "\ud83d\ude00\ud83d\ude00", "er": "x", "pr": "y"}', 1, 45, "er cannot be 'x'"),
    ('{"label": "\\ud83d\\ude00",\n"er": "x"}', 2, 7, "er cannot be 'x'"),
    (r'{"\ud83d\ude00": 1}', 1, 2, "unknown field"),
]


@pytest.mark.parametrize(("content", "line", "column", "message"), JSON_PLACES)
def test_a_problem_in_json_is_told_at_its_place(
    problems: Problems, content: str, line: int, column: int, message: str
) -> None:
    problem = problems(content, "p.json")[0]
    assert (problem.line, problem.column) == (line, column), problem.message
    assert message in problem.message


@pytest.mark.parametrize(r"escaped", [r"\ud800", r"\udc00", r"\ud83d\ud83d\ude00", r"\ud83d x \ude00"])
def test_half_a_surrogate_pair_is_refused(problems: Problems, escaped: str) -> None:
    (problem,) = problems(f'{{"label": "{escaped}"}}', "p.json")
    assert problem.line == 1
    assert "escape" in problem.message


@pytest.mark.parametrize("escape", [r"\UFFFFFFFF", r"\U00110000", r"\xZZ", r"\q", r"\u12"])
def test_an_impossible_escape_is_refused(problems: Problems, escape: str) -> None:
    (problem,) = problems(f'label: "{escape}"\n')
    assert problem.line == 1


def test_a_key_given_twice_names_both_places(problems: Problems) -> None:
    found = problems("er: +\npr: +\nsites:\n  bone: yes\n  bone: no\ner: '-'\n")
    assert [(p.line, p.column, p.message) for p in found] == [
        (5, 3, "'bone' is given twice; first at 4:3"),
        (6, 1, "'er' is given twice; first at 1:1"),
    ]


def test_every_problem_of_a_file_is_told_in_one_go(problems: Problems) -> None:
    found = problems("er: x\nnope: 1\nsites: [bone, q]\nprior: [zz, FEC: qq]\n")
    assert {(p.line, p.column) for p in found} == {(1, 5), (2, 1), (3, 15), (4, 9), (4, 18)}


# What is no text, too much, or not there


def test_utf_16_is_refused_with_what_to_do(problems: Problems) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        (problem,) = problems(FULL.encode(encoding))
        assert problem.message == "is not UTF-8 text (it looks like UTF-16 or binary); save it as UTF-8"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("label: Zoë\n".encode("latin-1"), 1, 10),
        ("er: +\nlabel: é".encode() + b"\xe9", 2, 9),
        (b"\xff", 1, 1),
        (b"er: +\n\x80", 2, 1),
        (b"\xef\xbb\xbfer: \xff", 1, 5),
    ],
)
def test_latin_1_is_refused_at_the_byte(problems: Problems, content: bytes, line: int, column: int) -> None:
    (problem,) = problems(content)
    assert (problem.line, problem.column) == (line, column)
    assert "is not UTF-8 text (byte 0x" in problem.message


def test_a_binary_file_is_refused(problems: Problems) -> None:
    assert "UTF-8" in problems(pickle.dumps(MEANT))[0].message
    assert "control character U+0000" in problems(b"er: +\n" + bytes(100))[0].message


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(DescriptionError, match="is larger than 1,000,000 bytes"):
        load_patient(path)


def test_a_file_of_the_largest_size_is_read(load: Load) -> None:
    comment = "# " + "x" * 97 + "\n"
    text = comment * 9_999
    assert load(text + "er: +\n" + "#" * (1_000_000 - len(text) - 6)) == Patient(er="+")


@pytest.mark.parametrize("name", ["missing.yaml", "no/such/folder.yaml", ".", "a\0b.yaml", "x" * 5000])
def test_what_cannot_be_read_is_refused_with_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(DescriptionError) as caught:
        load_patient(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert problem.line == 0
    assert problem.message.startswith("cannot be read: ")
    assert str(caught.value).startswith(f"{harmless(str(path))}: cannot be read: ")


def test_why_a_file_cannot_be_read_is_told_in_the_words_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match=r": cannot be read: No such file or directory$"):
        load_patient(tmp_path / "missing.yaml")
    with pytest.raises(DescriptionError, match=r": cannot be read: Is a directory$"):
        load_patient(tmp_path)


def test_a_path_may_be_text(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("er: +", encoding="utf-8")
    assert load_patient(str(path)) == load_patient(path) == Patient(er="+")


# What would do harm elsewhere

LAUGHS = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{above}'] * 9)}]\n" for above, here in zip("abcdefghi", "bcdefghij", strict=True)
)

BOMBS = [
    (LAUGHS, "p.yaml", "an anchor (&name) is not accepted"),
    ("a: &a [*a]\n", "p.yaml", "an anchor (&name) is not accepted"),
    ("a: [" + "*b, " * 100_000 + "]", "p.yaml", "an alias (*name) is not accepted"),
    ("[" * 100_000, "p.yaml", "nested more than 40 levels deep"),
    ("[" * 100_000 + "]" * 100_000, "p.json", "nested more than 40 levels deep"),
    ('{"sites":' * 100_000, "p.json", "nested more than 40 levels deep"),
    ("{a: " * 100_000, "p.yaml", "nested more than 40 levels deep"),
    ("[\n" * 100_000, "p.yaml", "nested more than 40 levels deep"),
    ("- " * 100_000, "p.yaml", "nested more than 40 levels deep"),
    ("\n".join(" " * i + "a:" for i in range(1000)), "p.yaml", "nested more than 40 levels deep"),
    ("? " * 100_000, "p.yaml", "a list or mapping cannot be a key"),
    ("]" * 100_000, "p.yaml", "not YAML"),
]


@pytest.mark.parametrize(("content", "name", "message"), BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(problems: Problems, content: str, name: str, message: str) -> None:
    (problem,) = problems(content, name)
    assert message in problem.message


def test_many_problems_are_no_bomb(problems: Problems, parser: str) -> None:
    count = 20_000 if parser == "libyaml" else 1_000
    for content in (
        "".join(f"k{i}: x\n" for i in range(count)),
        "findings:\n" + "".join(f"  k{i}: yes\n" for i in range(count)),
        "prior:\n" + "".join(f"  k{i}: stable\n" for i in range(count)),
        "prior:\n" + "".join(f"  - k{i}\n" for i in range(count)),
    ):
        assert len(problems(content)) == 1


# Standard input and flags


class Stream:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int) -> bytes:
        return self.content[:size]


def test_standard_input_is_read_like_a_file() -> None:
    assert describe(from_stdin(Stream(FULL.encode())), VOCABULARY) == MEANT
    assert describe(from_stdin(Stream(b'\n\t{"er":\t"+"}')), VOCABULARY) == Patient(er="+")
    with pytest.raises(DescriptionError, match=r"<stdin>:1:5: er cannot be 'x'"):
        describe(from_stdin(Stream(b"er: x")), VOCABULARY)
    with pytest.raises(DescriptionError, match=r"<stdin>: is larger than 1,000,000 bytes"):
        from_stdin(Stream(b"#" * 1_000_001))


def test_a_flag_replaces_the_field_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("er: '-'\npr: +\nsites: [liver]\n", encoding="utf-8")
    patient = describe(read_description(path), VOCABULARY, {"er": "+", "sites": ["bone"]})
    assert patient == Patient(er="+", pr="+", sites=["bone"])


def test_a_problem_in_a_flag_names_the_flag(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("er: x\n", encoding="utf-8")
    flags = {"sites": ["bonee"], "findings": ["pian"], "metastasis_confirmed": "maybe"}
    with pytest.raises(DescriptionError) as caught:
        describe(read_description(path), VOCABULARY, flags)
    places = {(problem.file, problem.line) for problem in caught.value.problems}
    assert places == {(str(path), 1), ("--site", 0), ("--finding", 0), ("--metastasis-confirmed", 0)}
    with pytest.raises(DescriptionError, match=r"^--er: er cannot be 'x'"):
        describe(None, VOCABULARY, {"er": "x"})


def test_flags_that_are_silent_about_earlier_treatment_leave_it_unknown() -> None:
    patient = describe(None, VOCABULARY, {"er": "+", "sites": ["bone"]})
    assert patient == Patient(er="+", sites=["bone"])
    assert patient.assumptions == ()


@pytest.mark.parametrize("prior", [["letrozole"], [], "unknown"])
def test_flags_speak_of_earlier_treatment_as_a_caller_does(prior: object) -> None:
    assert describe(None, VOCABULARY, {"sites": ["bone"], "prior": prior}) == Patient.model_validate(
        {"sites": ["bone"], "prior": prior}
    )


def test_a_file_that_is_silent_about_earlier_treatment_leaves_it_unknown(load: Load) -> None:
    assert load("sites: [bone]").assumptions == ()
    assert load("sites: [bone]").prior is None


def test_problems_are_data_and_survive_pickling(problems: Problems) -> None:
    found = problems("er: x\nnope: 1\n")
    error = pickle.loads(pickle.dumps(DescriptionError(found)))  # noqa: S301 - our own
    assert isinstance(error, InputError)
    assert isinstance(error, ValueError)
    assert error.problems == found
    assert [problem.path for problem in found] == [("nope",), ("er",)]
