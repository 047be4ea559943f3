"""A patient of the page as a link, a file, flags and Python, which Python reads back; and back into the page."""

from __future__ import annotations

import base64
import json
import re
import shlex
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click
import pytest
from javascript import run
from random_descriptions import written
from test_describe import HAY_FEVER, OURS, ROOT, RULEBOOKS, known

from mbc_options import InputError, Patient, load_rulebook
from mbc_options.cli.output_options import rules_option
from mbc_options.cli.patient_options import PatientCommand, patient_from
from mbc_options.patient.description import of, read
from mbc_options.patient.file import describe
from mbc_options.rendering.explorer.descriptions import descriptions
from mbc_options.rendering.explorer.link import explorer_link
from mbc_options.rendering.explorer.spellings import spellings
from mbc_options.source.yaml_positions import parse
from mbc_options.text import unseen

if TYPE_CHECKING:
    from mbc_options.patient.description import Description
    from mbc_options.vocabulary.vocabulary import Vocabulary

SCRIPTS = ("cubes.js", "regions.js", "describe.js", "answer.js", "yaml.js", "share.js")
WORDS = (
    "spelling.js",
    "notations.js",
    "treatments.js",
    "lexicon.js",
    "fields.js",
    "choices.js",
    "names.js",
    "prior.js",
    "words.js",
)
FILES = ROOT / "tests" / "rulebooks" / "hay-fever"
PATIENTS = 500

_WRITE = """
const v = readVocabulary(given.vocabulary);
return given.these.map((one) => {
  const link = toFragment(v, one, {label: true});
  const [yaml, json] = [toYaml(one), toJson(one)];
  return {
    yaml, json, link, python: toPython(v, one), flags: toFlags(v, one), unnamed: toFragment(v, one),
    from_link: fromFragment(v, link), from_yaml: fromFile(v, yaml, "p.yaml"), from_json: fromFile(v, json, "p.json"),
  };
});
"""
_FROM_LINKS = "const v = readVocabulary(given.vocabulary); return given.these.map((one) => fromFragment(v, one));"
_FROM_FILES = """
const v = readVocabulary(given.vocabulary);
const reader = wordReader(readSpellings(given.spellings, given.vocabulary));
return given.these.map(([text, name]) => ({...fromFile(v, text, name, reader)}));
"""
_YAML = """
return given.map((text) => {
  try {
    return {data: readYaml(text)};
  } catch (error) {
    if (!(error instanceof NotYaml)) throw error;
    return {line: error.gaps.line, word: error.word};
  }
});
"""


def in_page(vocabulary: Vocabulary, statements: str, these: Any) -> Any:
    given = {"vocabulary": descriptions(vocabulary), "spellings": spellings(vocabulary), "these": these}
    return run((*SCRIPTS, *WORDS), statements, given)


@cache
def shared(vocabulary: Vocabulary) -> list[tuple[Description, dict[str, Any]]]:
    """Patients by chance, and what the page writes and reads of each."""
    rng, everyone = Random(15), []
    while len(everyone) < PATIENTS:
        description, _ = read(written(rng, vocabulary), vocabulary)
        everyone += [] if description is None else [description]
    pages = in_page(vocabulary, _WRITE, [one.as_data() for one in everyone])
    return list(zip(everyone, pages, strict=True))


rulebook_at = cache(load_rulebook)


def from_flags(flags: list[str], vocabulary: Vocabulary) -> Description:
    """What the command line makes of flags."""
    got: list[Description] = []

    @click.command(cls=PatientCommand)
    @rules_option
    def report(patient_file: str | None, rules: str | None, **said: Any) -> None:
        assert rules is None or vocabulary is HAY_FEVER
        got.append(patient_from(patient_file, said, rulebook_at(rules), may_be_empty=True))

    report.main(flags, standalone_mode=False)
    return got[0]


def from_python(line: str, vocabulary: Vocabulary) -> Description:
    class rulebook:  # noqa: N801 - the name that the line has
        patient = staticmethod(lambda **said: of(vocabulary, said))

    patient = eval(line, {"Patient": Patient, "rulebook": rulebook})  # noqa: S307 - a line is there to be run
    description: Description = patient.description
    return description


@RULEBOOKS
def test_whatever_the_page_writes_python_reads_back_as_the_same_patient(vocabulary: Vocabulary) -> None:
    command = ["mbc-options", "report"] + ([] if vocabulary is OURS else ["--rules", "DIR"])
    for one, page in shared(vocabulary):
        assert of(vocabulary, parse(page["yaml"], "p.yaml").data) == one, page["yaml"]  # type: ignore[arg-type]
        assert describe(parse(page["json"], "p.json", json=True), vocabulary) == one
        assert from_python(page["python"], vocabulary) == one, page["python"]
        words = shlex.split(page["flags"])
        assert words[: len(command)] == command
        rules = [] if vocabulary is OURS else ["--rules", str(FILES)]
        assert known(from_flags([*words[len(command) :], *rules], vocabulary)) == known(one), page["flags"]


@RULEBOOKS
def test_whatever_the_page_writes_it_reads_back_itself(vocabulary: Vocabulary) -> None:
    for one, page in shared(vocabulary):
        for way in ("from_link", "from_yaml", "from_json"):
            assert page[way]["problem"] is None, page[way]
            assert of(vocabulary, page[way]["description"]) == one


@RULEBOOKS
def test_a_link_is_an_address_and_holds_free_text_only_where_that_is_asked_for(vocabulary: Vocabulary) -> None:
    for one, page in shared(vocabulary):
        assert re.fullmatch(r"(#p=1\.[\w-]+)?", page["link"])
        body = page["unnamed"].partition(".")[2]
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) or "{}")
        assert said == {name: value for name, value in one.as_data().items() if name != vocabulary.label}


def link(data: Any, version: str = "1") -> str:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return f"#p={version}.{base64.urlsafe_b64encode(text).decode().rstrip('=')}"


BAD_LINKS = [
    ("#p=", "cut off"),
    ("#p=1", "cut off"),
    ("#p=1.", "cut off"),
    ("#p=1.%%%", "cut off"),
    ("#p=0.e30", "cut off"),
    ("#p=-1.e30", "cut off"),
    ("#p=99999999999999.e30", "cut off"),
    (link(b"{"), "cut off"),
    (link(b"\xff\xfe"), "cut off"),
    (link({}, "2"), "newer"),
    (link({}, "17"), "newer"),
    (link([]), "no description"),
    (link(None), "no description"),
    (link("er"), "no description"),
    (link({"ER": "positive"}), "unknown field ER"),
    (link(b'{"__proto__": {"er": "positive"}}'), "unknown field __proto__"),
    (link({"constructor": "x"}), "unknown field constructor"),
    (link({"er": "toString"}), "er cannot be toString"),
    (link({"er": {"positive": True}}), "er cannot be"),
    (link({"er": "<img src=x onerror=alert(1)>"}), "er cannot be <img"),
    (link({"sites": {"bone": 1}}), "takes yes, no or unknown"),
    (link({"prior": [{"therapy": "letrozole", "outcome": "x"}]}), "outcome cannot be x"),
    (link({"label": ["Ann"]}), "free text"),
    (link({"label": "x" * 501}), "501 characters"),
    (link({"sex": "male", "menopause": "premenopausal"}), "contradict each other"),
    ("#p=1." + "A" * 1_000_000, "longer than any patient"),
    (link(b"[" * 9_000), "cut off"),
]


def test_a_broken_hostile_or_newer_link_is_told_and_gives_nobody() -> None:
    found = in_page(OURS, _FROM_LINKS, [one for one, _ in BAD_LINKS])
    for (one, message), page in zip(BAD_LINKS, found, strict=True):
        assert message in (page["problem"] or ""), one[:80]
        assert (page["description"], page["isPatient"]) == ({}, True)


@pytest.mark.parametrize("fragment", ["", "#", "#chemotherapy", "#pp=1.e30"])
def test_a_fragment_that_is_no_patient_is_left_alone(fragment: str) -> None:
    (page,) = in_page(OURS, _FROM_LINKS, [fragment])
    assert page == {"description": {}, "problem": None, "notices": [], "isPatient": False}


def test_the_text_of_a_link_loses_what_a_page_would_obey() -> None:
    (page,) = in_page(OURS, _FROM_LINKS, [link({"label": "a\u202eb\n\tc \x00d", "er": "positive"})])
    assert page["description"] == {"label": "a b c d", "er": "positive"}


# Files


def all_files() -> list[tuple[str, str]]:
    """Every patient file that there is, and the examples of the README, each with a name."""
    paths = [path for path in sorted((ROOT / "tests" / "patients").iterdir()) if path.suffix in {".yaml", ".json"}]
    readme = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    examples = [text for text in readme if re.search(r"^(?:er|sites|menopause):", text, re.MULTILINE)]
    assert len(paths) > 4
    assert examples
    return [(path.read_text(encoding="utf-8"), path.name) for path in paths] + [(text, "e.yaml") for text in examples]


def test_every_patient_file_says_in_the_page_what_it_says_in_python() -> None:
    files = all_files()
    for (text, name), page in zip(files, in_page(OURS, _FROM_FILES, files), strict=True):
        expected = describe(parse(text, name, json=name.endswith(".json")), OURS)
        assert page["problem"] is None, name
        assert of(OURS, page["description"]) == expected
        assert page["description"] == expected.as_data()


YAML = """\
# a comment
label: "Ann #1: \\u00e9 \\
   and more"      # another
sex: female
er: 90%
pr: '-'
her2: 2+/ISH-
sites:
- bone
-   liver   # here
findings: {bone_pain: yes, "cough": no,
  pain: yes}
extent: [
  limited,   # one
]
prior:
  letrozole:
    outcome: [progressed, stable]
    setting: metastatic
  FEC: {stable: no}
  metastatic: yes
"""

WRITTEN = [
    (YAML, "a.yaml"),
    (YAML.replace("\n", "\r\n"), "b.yaml"),
    ("\ufeffer: +\n", "c.yaml"),
    ("---\ner: +\n", "d.yaml"),
    ("er: +", "e.yml"),
    ('{"er": "+",\n\t"sites": ["osseous mets"], "label": "\\ud83d\\ude00"}', "f.json"),
    ('{"her2":"3+","prior":[{"therapy":"letrozole","outcome":null}]}', "g.txt"),
    ("prior:\n- letrozole: progressed\n- therapy: FEC\n  outcome: stable\n- other: a drug\n", "h.yaml"),
    ("prior: [letrozole: progressed, FEC]\n", "i.yaml"),
    ("er: null\npr: ~\nher2:\nsites: []\n", "j.yaml"),
    ("ER: positive\nHER2_STATUS: HER2-low\nki67: 20%\n", "k.yaml"),
    ("label: it's 'here'\nprior: none\n", "l.yaml"),
    ("label: 'it''s'\nsites: [bone, bone]\n", "m.yaml"),
    ("label: a:b c#d\n", "n.yaml"),
]


def test_what_people_write_in_files_is_read_alike() -> None:
    for (text, name), page in zip(WRITTEN, in_page(OURS, _FROM_FILES, WRITTEN), strict=True):
        tree = parse(text.removeprefix("\ufeff"), name, json=text.startswith("{"))
        expected = describe(tree, OURS)
        assert page["problem"] is None, name
        assert page["description"] == expected.as_data(), name
        assert page["notices"] == list(expected.notices), name


BAD_FILES = [
    ("", "it says nothing"),
    ("# nothing\n", "it says nothing"),
    ("- er\n", "no description"),
    ("er\n", "no description"),
    ("er: &a +\npr: *a\n", "line 1, column 5: anchors"),
    ("er: !!str +\n", "line 1, column 5: anchors"),
    ("er: +\n---\npr: +\n", "line 2, column 1: a second document"),
    ("er: +\ner: -1\n", "line 2, column 1: er is given twice"),
    ("her2: -\n", "line 1, column 7: a minus sign alone"),
    ("er: +\n\tpr: +\n", "line 2"),
    ("er: +\n  pr: +\n", "line 2"),
    ("label: a\n  b\n", "line 2, column 3: this line goes on"),
    ("label: |\n  a\n", "line 1, column 8: blocks"),
    ("label: 'a\n", "line 1, column 8: the quote"),
    ("sites: [bone\n", "line 1, column 8: the bracket"),
    ("sites: [bone}\n", "line 1, column 13: "),
    ("label: a: b\n", "line 1, column 9: a colon"),
    ("er +\npr: +\n", "line 2, column 1: this line goes on"),
    ("er: +\npr\n", "line 2, column 1: a key"),
    ("er: \x07\n", "line 1, column 5: control character U+0007"),
    ('label: "\\q"\n', "line 1, column 9: an escape"),
    ('label: "\\ud83d"\n', "an escape"),
    ("? er\n: +\n", "line 1, column 1"),
    ("{a: " * 50, "nested more than 40"),
    ("[" * 100_000, "nested more than 40"),
    ("erx: +\n", "unknown field erx"),
    ("__proto__: +\n", "unknown field __proto__"),
    ("er: maybe\n", "er does not take maybe"),
    ("sites: [bonne]\n", "did you mean bone?"),
    ("er: +\nER: +\n", "er is given twice"),
    ("sex: male\nmenopause: pre\n", "contradict each other"),
    ("x" * 1_000_001, "larger than 1000000"),
]


def test_a_file_that_is_none_is_refused_at_its_place_and_gives_nobody() -> None:
    found = in_page(OURS, _FROM_FILES, [(text, "p.yaml") for text, _ in BAD_FILES])
    for (text, message), page in zip(BAD_FILES, found, strict=True):
        assert message in (page["problem"] or ""), (text[:60], page["problem"])
        assert "p.yaml" in page["problem"]
        assert page["description"] == {}


def _placed(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse(text, "p.yaml")
    problem = caught.value.problems[0]
    sign = re.search(r"U\+[0-9A-F]+", problem.message)
    return f"p.yaml, line {problem.line}, column {problem.column}: " + (sign[0] if sign else problem.message)


def test_a_sign_that_is_not_seen_is_refused_where_python_refuses_it() -> None:
    """As it is or by an escape, in a value, a key or a comment; the page keeps nothing of it and cleans nothing."""
    rng = Random(17)
    signs = [sign for sign in map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x110000)]) if unseen(f"e{sign}e")]
    some = [*map(chr, (0x202E, 0x2066, 0x200B, 0x200D, 0xAD, 0x34F, 0xFEFF, 0xE0041)), *rng.sample(signs, 200)]
    texts = [f'# é\nlabel: "one \\U{ord(sign):08x} two"\n' for sign in [*some, "\0", "\x1b", "\x07", "\r", "\x7f"]]
    texts += [before + sign + after for sign in some for before, after in (("er: + # ", ""), ("label: a ", " b\n"))]
    for text, page in zip(texts, in_page(OURS, _FROM_FILES, [(text, "p.yaml") for text in texts]), strict=True):
        at, sign = _placed(text).rsplit(": ", 1)
        assert page["problem"].startswith(at), (text, page["problem"])
        assert sign in page["problem"]
        assert page["description"] == {}


def test_the_page_refuses_no_sign_that_python_reads() -> None:
    kept = [sign for sign in map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x110000)]) if not unseen(f"e{sign}e")]
    kept.remove("'")
    texts = [f"label: 'e{'e'.join(kept[i : i + 9_000])}e'\n" for i in range(0, len(kept), 9_000)]
    assert not [page for page in run(("yaml.js",), _YAML, texts) if "data" not in page]


def test_a_large_file_is_read_or_refused_soon() -> None:
    texts = ["[" + "a, " * 300_000 + "]", '"' + "a\n" * 400_000 + '"', "- a\n" * 200_000, "{" + "a: b, " * 150_000]
    texts += ["'" * 900_000, '"\\' * 400_000, ":" * 900_000, " " * 900_000 + "a", "#" * 900_000, "a #" * 300_000]
    run(("yaml.js",), _YAML, texts, seconds=60)


def _line(rng: Random, i: int) -> str:
    """A line that is likely to stand in a file."""
    lines = [f"k{i}: v", f"k{i}:", "- v", "  - v", f"  k{i}: [a, {{b: c}}]", f"k{i}: 'a b'", f"  k{i}: 1", "", "# c"]
    return rng.choice(lines) + "\n"


def test_whatever_yaml_the_page_reads_python_reads_alike() -> None:
    """And what it does not read it refuses; pieces by chance, so that most are no YAML at all."""
    rng = Random(15)
    pieces = ["er", "a b", "- ", ": ", ":", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "'", '"', "#", " # c"]
    pieces += ["+", "1+", "-", "|", "?", "~", "null", "\\n", "%", "x:y", "yes", "\r\n", "\t", "- - ", "''", "é"]
    texts = ["".join(rng.choice(pieces) for _ in range(rng.randint(1, 12))) for _ in range(20_000)]
    texts += ["".join(_line(rng, i) for i in range(rng.randint(1, 5))) for _ in range(5_000)]
    accepted = 0
    for text, page in zip(texts, run(("yaml.js",), _YAML, texts), strict=True):
        if "data" not in page:
            assert page["word"].startswith("yaml_")
            continue
        accepted += 1
        try:
            expected = parse(text, "p.yaml").data
        except InputError as error:
            pytest.fail(f"{text!r} is {page['data']!r} in the page, and in Python {error}")
        assert page["data"] == expected, repr(text)
    assert accepted > 3000


_LINKS = """
const v = readVocabulary(given.vocabulary);
return given.these.map((link) => ({ ...fromFragment(v, link), back: leadsBack(link) }));
"""


def test_a_link_from_python_holds_the_patient_and_leads_back() -> None:
    patient = Patient(label="Somebody", er="90%", sites=["bone"], prior=["letrozole: progressed: metastatic"])
    link = explorer_link("explorer.html", patient.description) + "&back=a%20case.html%23o2"
    assert link.startswith("explorer.html#p=1.")
    assert "Somebody" not in link
    (found,) = run(SCRIPTS, _LINKS, {"vocabulary": descriptions(OURS), "these": [link.partition("#")[2]]})
    assert found["problem"] is None
    assert found["back"] == "a case.html#o2"
    assert of(OURS, found["description"]) == patient.with_(label=None).description


@pytest.mark.parametrize(
    "back", ["https://example.org/a.html", "//x/a.html", "../a.html", "javascript:a.html", "a.exe"]
)
def test_a_link_leads_back_to_a_page_beside_it_and_nowhere_else(back: str) -> None:
    link = f"{explorer_link('', Patient(er='+').description)}&back={quote(back, safe='')}"
    (found,) = run(SCRIPTS, _LINKS, {"vocabulary": descriptions(OURS), "these": [link]})
    assert found["back"] is None
    assert found["problem"] is None
