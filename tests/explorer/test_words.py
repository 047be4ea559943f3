"""Free words in the explorer page mean what they mean to the readers in Python, or nothing."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from javascript import run
from random_descriptions import written as random_description
from random_words import Lines, words_of

from mbc_options import load_rulebook
from mbc_options.patient.aliases import Refused
from mbc_options.patient.description import Description, read
from mbc_options.patient.prior import TreatmentReader
from mbc_options.rendering.explorer.descriptions import descriptions
from mbc_options.rendering.explorer.spellings import spellings
from mbc_options.rulebook.registers import in_plain_words
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments
from mbc_options.vocabulary.load import read_vocabulary
from mbc_options.vocabulary.spelling import folded, slips

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

HERE = Path(__file__).parent
HAY_FEVER = HERE.parent / "rulebooks" / "hay-fever"
COUNT = int(os.environ.get("MBC_OPTIONS_EXPLORER_WORDS", "1000"))
"""How many lines to draw."""
SCRIPTS = [
    *("describe.js", "spelling.js", "notations.js", "treatments.js", "lexicon.js", "choices.js", "names.js"),
    *("prior.js", "fields.js", "words.js"),
]
SETUP = "const spellings = readSpellings(given.spellings, given.vocabulary, given.words ?? 'clinical');\n"


@cache
def vocabulary_of(name: str) -> Vocabulary:
    return bundled_vocabulary() if name == "bundled" else read_vocabulary(HAY_FEVER)


def page(vocabulary: Vocabulary, what: str, **given: Any) -> Any:
    """What the page's scripts return for the words of a vocabulary."""
    data = {"spellings": spellings(vocabulary), "vocabulary": descriptions(vocabulary)}
    return run(SCRIPTS, SETUP + what, {**data, **given})


class Door(NamedTuple):
    """What Python's door makes of what is written in one field.

    Attributes:
        said: what the description then holds; None where that is nothing.
        notices: what the reader should know.
        knowledge: what is known.
        refused: why it cannot be, or empty.
    """

    said: Any = None
    notices: tuple[str, ...] = ()
    knowledge: int = 0
    refused: str = ""

    @property
    def contradicts(self) -> bool:
        """Whether it was read, and only what it says cannot be."""
        return self.refused.startswith("(") and "contradict each other" in self.refused


def door(vocabulary: Vocabulary, field: str, written: Any) -> Door:
    description, complaints = read({field: written}, vocabulary)
    if description is None:
        return Door(refused=" | ".join(complaint.message for complaint in complaints))
    assert isinstance(description, Description)
    return Door(description.as_data().get(field), description.notices, description.knowledge)


def text_of(written: Any) -> str:
    return json.dumps(written, ensure_ascii=False)


BOTH = pytest.mark.parametrize("name", ["bundled", "hay-fever"])


@BOTH
def test_the_page_holds_every_word_with_its_meaning(name: str) -> None:
    vocabulary = vocabulary_of(name)
    held = page(
        vocabulary,
        """return {
          choices: [...spellings.fields.values()].filter((one) => one.kind === "choice")
            .map(({id, readings}) =>
              [id, [...readings].map(([word, one]) => [word, one.value, one.asWritten, one.notice])]),
          names: [...spellings.fields.values()].filter((one) => one.kind === "names")
            .map((one) => [one.id, [...one.names], [...one.notices], [...one.beside].sort()]),
          treated: [...spellings.fields.values()].filter((one) => one.kind === "treatments")
            .map((one) => [one.id, [...one.outcomes], [...one.settings]]),
          treatments: given.treatments.map((one) => spellings.treatments.find(one)?.id ?? null),
        };""",
        treatments=[written for written, _ in vocabulary.agents.names()],
    )
    assert dict(held["choices"]) == {
        field: [[word, read.value, read.as_written, read.notice] for word, read in forms.readings.items()]
        for field, forms in vocabulary.choices.items()
    }
    for field, names, notices, beside in held["names"]:
        forms = vocabulary.names[field]
        assert (dict(names), dict(notices), beside) == (forms.names, forms.notices, sorted(forms.beside))
    for field, outcomes, settings in held["treated"]:
        treated = vocabulary.treatments[field]
        assert (dict(outcomes), dict(settings)) == (treated.outcomes, treated.settings)
    meant = [vocabulary.agents.find(written) for written, _ in vocabulary.agents.names()]
    assert held["treatments"] == [one.id if one else None for one in meant]


def differences(vocabulary: Vocabulary, asked: list[tuple[str, Any]], account: Counter[str]) -> list[str]:
    """Tell where the page reads otherwise than Python; what it refuses and Python reads is counted in the account."""
    what = "return given.asked.map(([field, written]) => readField(spellings, field, written));"
    found = []
    for (field, written), held in zip(asked, page(vocabulary, what, asked=asked), strict=True):
        python = door(vocabulary, field, written)
        is_read = not python.refused
        account["read"] += is_read
        if "refused" in held:
            account["missed"] += is_read
            if is_read:
                account[f"{field}: {text_of(written)}"] += 1
            continue
        again = door(vocabulary, field, held["said"])
        same = (python.said, list(python.notices), python.knowledge) == (held["said"], held["notices"], again.knowledge)
        if python.contradicts:
            same = again.refused.partition("contradict")[2] == python.refused.partition("contradict")[2]
        if (python.refused and not python.contradicts) or not same:
            found.append(f"{field}: {text_of(written)}: {held} but {python}")
    return found


def as_written(field: Any, word: str) -> list[Any]:
    """A word as it may stand in a field."""
    return [word, [word]] if isinstance(field, (Names, Treatments)) else [word]


@BOTH
def test_every_word_is_read_in_every_field_as_python_reads_it(name: str) -> None:
    vocabulary, account = vocabulary_of(name), Counter[str]()
    words = {word for field in vocabulary.file.fields for word in words_of(field)}
    words |= {written for written, _ in vocabulary.agents.names()}
    asked = [
        (field.id, written)
        for field in vocabulary.file.fields
        for word in sorted(words)
        for written in as_written(field, word)
    ]
    assert differences(vocabulary, asked, account) == []
    assert account["missed"] == 0
    assert account["read"] > len(words)


@BOTH
def test_lines_by_chance_are_read_in_every_field_as_python_reads_them(name: str) -> None:
    vocabulary, account = vocabulary_of(name), Counter[str]()
    lines = Lines(Random(15), vocabulary)
    asked = []
    for _ in range(COUNT):
        line = lines.line()
        asked += [(field.id, one) for field in vocabulary.file.fields for one in as_written(field, line)]
    assert differences(vocabulary, asked, account) == []
    assert account["read"] > COUNT
    assert account["missed"] <= account["read"] / 200, account  # odd digits, which only Python reads


@BOTH
def test_descriptions_by_chance_are_read_field_by_field_as_python_reads_them(name: str) -> None:
    vocabulary, account, rng = vocabulary_of(name), Counter[str](), Random(16)
    asked = [item for _ in range(COUNT // 4) for item in random_description(rng, vocabulary).items()]
    assert differences(vocabulary, asked, account) == []
    assert account["missed"] == 0, account


IN_A_FILE: dict[str, list[Any]] = {
    "prior": [
        [{"therapy": "FEC", "outcome": "PD"}],
        [{"therapy": "AC", "when": "then"}],
        [{"letrozole": "PD: adjuvant"}],
        [{"other": "x: SD"}],
        [None],
        ["NA"],
        3,
        {"letrozole": ["PD", "toxicity"]},
        {"AI": False},
        {"chemo": []},
        {"chemo": {"setting": "adjuvant", "outcome": None}},
        {"chemo": {"progressed": "no"}},
        {"chemo": {"progressed": "maybe"}},
        {"chemo": {"given": "no"}},
        {"chemo": {"given": "yes", "PD": "y"}},
        {"metastatic": "no"},
        {"early": "no"},
        {"chemo": {"PD": "yes", "SD": "no"}},
        {"chemo": {"PD": "yes", "outcome": "SD"}},
        ["letrozole: PD: early: then"],
        ["letrozole: : early"],
        ["letrozole:"],
        ["other: x: PD: early"],
    ],
    "sites": [
        {"bone": True, "hepatic": "n"},
        {"bone": "yes", "bones": "no"},
        {"bone": "?"},
        {"other": "no"},
        {"other": "yes"},
        [{"other": "choroid"}],
        ["bone", 3],
        [["bone"]],
        [],
        {},
        "none",
    ],
    "er": [
        *(True, 0, 90, 5, None, ["+"], {"a": 1}),
        *(
            f"{sign}{figure}%"
            for sign in ("", "<", ">", "<=", ">=", "~")
            for figure in (0, "0.9", 1, "1,5", 10, 11, 100)
        ),
        *(
            "0-0.9%",
            "0-1%",
            "1-10%",
            "9-11%",
            "10-9%",
            "99-101%",
            "er-positive",
            "ER - positive",
            "er -",
            "er--",
            "ER: +",
        ),
        *(
            "Allred 8",
            "Allred 9",
            "Allred 3+2=5",
            "Allred 3+2=6",
            "Allred 2",
            "H-score 2",
            "quick score 7/8",
            "8/8 (Allred)",
        ),
        *("positive (90%, strong)", "negative (90%)", "[unknown]", "(NA)", "ER n/a", "ER ?"),
    ],
    "metastasis_confirmed": [True, False, 1, 2, "unknown", "NA"],
    "her2": [
        *(
            0,
            3,
            "2+",
            "equivocal",
            "low",
            "3+ to 2+",
            "0 to 1+",
            "2+ to 3+",
            "1+ to 2+, ISH-",
            "2+ to 1+, ISH-",
            "ratio 2",
            "FISH ratio 1,9",
        ),
        *(f"IHC {score}, ISH{ish}" for score in ("0", "1+", "2+", "3+") for ish in "+-"),
    ],
    "label": ["  a\u0007 b\u200bc\u200d ", "x" * 501, 3, ""],
}


@pytest.mark.parametrize("field", IN_A_FILE)
def test_what_a_file_may_hold_is_read_as_python_reads_it(field: str) -> None:
    account = Counter[str]()
    assert differences(bundled_vocabulary(), [(field, written) for written in IN_A_FILE[field]], account) == []
    assert account["missed"] == 0, account


class Understood(NamedTuple):
    """What the page makes of lines."""

    lines: list[str]
    found: list[dict[str, Any]]


def understood(vocabulary: Vocabulary, lines: list[str]) -> Understood:
    return Understood(
        lines, page(vocabulary, "return given.lines.map((one) => understand(spellings, one));", lines=lines)
    )


def entries_of(vocabulary: Vocabulary, written: Any) -> list[tuple[str, str, str]] | None:
    """The earlier treatments that a list says; None where it is refused."""
    description, _ = read({vocabulary.history: written}, vocabulary)
    if description is None:
        return None
    return [(entry.named.therapy, entry.outcome, entry.setting) for entry in description.entries]


def wrongs(vocabulary: Vocabulary, line: str, meaning: dict[str, Any]) -> list[str]:
    """Tell what is wrong with a meaning of a line, by Python's own door."""
    field, edit, written = vocabulary.fields[meaning["field"]], meaning["edit"], meaning["written"]
    assert list(edit) == [field.id]
    said, edited = edit[field.id], door(vocabulary, field.id, edit[field.id])
    is_said_of_another = isinstance(written, (dict, list)) or not line.strip().endswith(written)
    if is_said_of_another:  # Python refuses the line, and names this as what was meant
        return [] if is_suggested(vocabulary, field, line, written, edited) else ["Python does not suggest it"]
    before = line.strip().removesuffix(written).rstrip().rstrip(":=").rstrip()
    if before and vocabulary.field_names.get(folded(before)) != field.id:
        return [f"{before!r} is no name of {field.id}"]
    python = door(vocabulary, field.id, written)
    if python.refused and not python.contradicts:
        return [f"refused: {python.refused}"]
    if isinstance(field, Names) and said:
        python = door(vocabulary, field.id, {written: "yes"})
    if isinstance(field, Treatments) and said:
        entry = [(therapy, *outcome_and_setting(told)) for therapy, told in said.items()]
        if entry != entries_of(vocabulary, [written]):
            return [f"Python reads {entries_of(vocabulary, [written])}"]
    elif edited.knowledge != python.knowledge or bool(edited.refused) != bool(python.refused):
        return [f"Python knows something else: {python}"]
    return (
        []
        if list(door(vocabulary, field.id, written).notices) == meaning["notices"] or python.contradicts
        else ["notices"]
    )


def outcome_and_setting(told: Any) -> tuple[str, str]:
    return (told["outcome"], told["setting"]) if isinstance(told, dict) else (told, "unknown")


def is_suggested(vocabulary: Vocabulary, field: Any, line: str, written: Any, edited: Door) -> bool:
    """Tell whether Python refuses what ends a line and offers what is written instead, which means the same."""
    ends = [line.strip()[match.end() :] for match in re.finditer(r"^|[\s:=]+", line.strip())]
    messages = [door(vocabulary, field.id, [end]).refused for end in ends]
    if isinstance(written, dict):
        ((name, answer),) = written.items()
        pairs = [re.findall(r"\{(.*?): no\}", message) for message in messages]
        means = [{thing.id for thing in map(vocabulary.agents.find, some) if thing} | set(some) for some in pairs]
        return answer == "no" and any(name in some for some in means) and edited == door(vocabulary, field.id, written)
    offers = [f"'{', '.join(written)}'".replace(", ", "', '") if isinstance(written, list) else f"'{written}'"]
    assert isinstance(field, Treatments)
    given = written if isinstance(written, list) else [written]
    entries = entries_of(vocabulary, given)
    meant = [(therapy, *outcome_and_setting(told)) for therapy, told in (edited.said or {}).items()]
    is_same = entries is not None and list(dict.fromkeys(entries)) == meant
    return (
        any(
            f"did you mean {offer}" in message or f"or {offer} (one" in message
            for message in messages
            for offer in offers
        )
        and is_same
    )


def check(vocabulary: Vocabulary, lines: list[str]) -> Counter[str]:
    """Hold that lines mean in the page what they mean to Python; return how many Python reads, and the page does."""
    account = Counter[str]()
    wrong = []
    for line, found in zip(*understood(vocabulary, lines), strict=True):
        meanings = found.get("understood", [])
        wrong += [(line, meaning, one) for meaning in meanings for one in wrongs(vocabulary, line, meaning)]
        fields = {meaning["field"] for meaning in meanings}
        for field in vocabulary.file.fields:
            if isinstance(field, TextField):
                continue
            python = door(vocabulary, field.id, line)
            if (python.said is None and not python.contradicts) or is_marker(vocabulary, field, line):
                continue
            account["read"] += 1
            account["understood"] += field.id in fields
            if field.id not in fields:
                account[f"{field.id}: {line!r}"] += 1
    assert wrong == [], wrong[:5]
    return account


def is_marker(vocabulary: Vocabulary, field: Any, line: str) -> bool:
    """Tell whether a line says of any field that nothing is known, which is about none."""
    return isinstance(field, Choice) and door(vocabulary, field.id, line).said == "unknown" and field.id != line


@BOTH
def test_every_word_is_understood_as_python_reads_it(name: str) -> None:
    vocabulary = vocabulary_of(name)
    words = {word for field in vocabulary.file.fields for word in words_of(field)}
    words |= {written for written, _ in vocabulary.agents.names()}
    account = check(vocabulary, sorted(words))
    assert account["understood"] == account["read"] > len(words) / 2, account


@BOTH
def test_lines_by_chance_are_understood_as_python_reads_them(name: str) -> None:
    vocabulary = vocabulary_of(name)
    lines = Lines(Random(17), vocabulary)
    account = check(vocabulary, [lines.line() for _ in range(COUNT)])
    assert account["understood"] >= account["read"] * 0.99, account
    assert account["read"] > COUNT / 8


UNDERSTOOD: dict[str, list[dict[str, Any]]] = {
    "letrozole PD": [{"prior": {"letrozole": "progressed"}}],
    "adjuvant chemo": [{"prior": {"chemotherapy": {"outcome": "unknown", "setting": "early"}}}],
    "osseous mets": [{"sites": {"bone": "yes"}}],
    "bone, liver": [{"sites": {"bone": "yes", "liver": "yes"}}],
    "no bone mets": [{"sites": {"bone": "no"}}],
    "no prior chemo": [{"prior": {"chemotherapy": "no"}}],
    "HER2 2+ FISH neg": [{"her2": "IHC 2+, ISH-"}],
    "ER 90%": [{"er": "90%"}],
    "postmenopausal": [{"menopause": "postmenopausal"}],
    "menopausal status: post": [{"menopause": "postmenopausal"}],
    "gender f": [{"sex": "female"}],
    "prior: none": [{"prior": []}],
    "ER unknown": [{"er": None}],
    "+": [{field: "positive"} for field in ("er", "pr", "her2", "immunotherapy_biomarker")],
    "Carboplatin, Taxol": [
        {"prior": {"carboplatin + paclitaxel": "unknown"}},
        {"prior": {"carboplatin": "unknown", "paclitaxel": "unknown"}},
    ],
}


@pytest.mark.parametrize("line", UNDERSTOOD)
def test_what_a_line_means(line: str) -> None:
    ((found,), edits) = understood(bundled_vocabulary(), [line]).found, UNDERSTOOD[line]
    assert [meaning["edit"] for meaning in found["understood"]] == edits


NOT_UNDERSTOOD = [
    *(
        "",
        " ",
        "unknown",
        "NA",
        "ER",
        "progressed on letrozole",
        "not tolerated letrozole",
        "not without bone",
        "bone no",
    ),
    *(
        "no bone or liver",
        "TNBC",
        "label: bone",
        "E + T",
        "no non-regional nodes",
        "ER 0-1%",
        "HER2 3+, FISH-",
        "x" * 1001,
    ),
]


@pytest.mark.parametrize("line", NOT_UNDERSTOOD, ids=lambda line: line[:30])
def test_what_is_not_understood_is_never_taken_for_something(line: str) -> None:
    (found,) = understood(bundled_vocabulary(), [line]).found
    assert "not_understood" in found


def test_what_may_be_said_of_several_fields_is_asked_of_which() -> None:
    (none,) = understood(bundled_vocabulary(), ["none"]).found
    lists = [field.id for field in bundled_vocabulary().file.fields if isinstance(field, (Names, Treatments))]
    assert [meaning["field"] for meaning in none["understood"] if meaning["edit"][meaning["field"]] == []] == lists


def test_what_may_be_meant_and_what_nobody_asks_for_is_told() -> None:
    slip, asked, negated = understood(bundled_vocabulary(), ["letrozol", "Ki-67 20%", "no letrozol"]).found
    assert slip["near"] == ["letrozole"]
    assert asked["notices"] == [bundled_vocabulary().not_asked["ki67"].notice]
    assert negated["near"] == [], "a negation is never dropped"


def test_no_negation_is_ever_dropped() -> None:
    vocabulary = bundled_vocabulary()
    lines = Lines(Random(18), vocabulary)
    drawn = [lines.negated() for _ in range(COUNT)]
    check(vocabulary, drawn)
    for line, found in zip(*understood(vocabulary, drawn), strict=True):
        for meaning in found.get("understood", []):
            field, written = meaning["field"], meaning["written"]
            if isinstance(written, dict) or door(vocabulary, field, written).refused:
                assert set(meaning["edit"][field].values()) == {"no"}, line


def test_notices_speak_the_register_that_is_asked_for() -> None:
    clinical = load_rulebook()
    plain = in_plain_words(clinical).vocabulary
    data = {"spellings": spellings(clinical.vocabulary, plain), "vocabulary": descriptions(clinical.vocabulary, plain)}
    asked = [
        ("her2", "2+"),
        ("menopause", "peri"),
        ("er", "5%"),
        ("metastasis_confirmed", "NA"),
        ("sites", "hilar nodes"),
    ]
    for words, vocabulary in (("clinical", clinical.vocabulary), ("plain", plain)):
        what = SETUP + "return given.asked.map(([field, written]) => readField(spellings, field, written).notices);"
        found = run(SCRIPTS, what, {**data, "words": words, "asked": asked})
        assert found == [list(door(vocabulary, field, written).notices) for field, written in asked]


def test_slips_are_those_that_python_tells() -> None:
    rng = Random(19)
    drawn = [
        ("".join(rng.choices("abcdé1", k=rng.randint(1, 12))), "".join(rng.choices("abcdé1", k=rng.randint(1, 12))))
        for _ in range(COUNT)
    ]
    lines = Lines(rng, bundled_vocabulary())
    drawn += [(lines.changed(word), word) for word in rng.choices(lines.words, k=COUNT)]
    found = page(bundled_vocabulary(), "return given.drawn.map(([one, other]) => slipsOf(one, [other]));", drawn=drawn)
    assert found == [slips(one, [other]) for one, other in drawn]


HOSTILE = {
    "long": "a" * 1_000_000,
    "blanks": " " * 1_000_000 + "x",
    "lists": "bone," * 199 + "x",
    "percents": "1%" * 499,
    "pluses": "+" * 999,
    "signs": "(1+ " * 249,
    "brackets": "[" * 500 + "]" * 499,
    "digits": "1" * 999 + "mg",
    "words": "mg " * 333,
    "negations": "no " * 333,
    "colons": ":" * 999,
    "letters": "hercept" * 142,
    "odd": "\u0130" * 999,
    "prototype": "__proto__",
    "constructor": "prior: constructor",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_and_hangs_nothing(text: str) -> None:
    """What takes as long as its length squared, or longer, runs into the limit of `run`."""
    what = """
    const found = understand(spellings, given.text);
    for (const field of spellings.fields.keys()) readField(spellings, field, given.text);
    for (const field of spellings.fields.keys()) readField(spellings, field, {[given.text]: given.text});
    return {found};"""
    told = page(bundled_vocabulary(), what, text=HOSTILE[text])
    assert "not_understood" in told["found"]
    assert len(told["found"]["not_understood"]) <= 100


def test_keys_that_javascript_has_of_its_own_are_no_words() -> None:
    written = json.loads('{"__proto__": "yes", "constructor": "yes"}')
    asked = [(field, written) for field in ("sites", "prior")]
    found = page(
        bundled_vocabulary(), "return given.asked.map(([field, one]) => readField(spellings, field, one));", asked=asked
    )
    assert all("refused" in one for one in found)
    names = ["__proto__", "constructor", "hasOwnProperty", "toString"]
    assert not any("understood" in one for one in understood(bundled_vocabulary(), names).found)


def test_a_regimen_and_its_parts_are_named_as_python_names_them() -> None:
    vocabulary = bundled_vocabulary()
    drawn = Lines(Random(20), vocabulary)
    names = [*(one.id for one in vocabulary.agents.regimens.values()), *(drawn.treated() for _ in range(COUNT // 4))]
    what = """const field = spellings.fields.get(given.history);
    return given.names.map((one) => {
      try { return readTherapy(spellings, field, one, []); } catch (refusal) { return null; }
    });"""
    found = page(vocabulary, what, names=names, history=vocabulary.history)
    reader = TreatmentReader(vocabulary, vocabulary.history)
    for name, held in zip(names, found, strict=True):
        try:
            named = reader.therapy(name)
        except Refused:
            assert held is None, name
            continue
        if held is not None:
            assert held == {"therapy": named.therapy, "label": named.label, "classes": list(named.classes)}
    assert all(found[: len(vocabulary.agents.regimens)])
