"""The rulebook against the documents: every claim accounted for, every text in our own words and no advice.

Some tests need the five documents, which are not part of this repository. They read their directory from
the environment variable MBC_OPTIONS_DOCUMENTS, and are skipped where it is not set.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from mbc_options import load_rulebook
from mbc_options.package_data import rules_dir
from mbc_options.source import yaml_positions
from mbc_options.tools.citations import verify_sources
from mbc_options.tools.claims import Account, account
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

FIVE = ("S000", "S001", "S002", "S003", "S004")
COPIED = 9
"""So many words in a row, the same as in a document, are copied and not told in our own words."""


# The register.


def test_every_claim_is_used_or_has_a_reason_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    found = account(load_rulebook())
    with capsys.disabled():
        print(f"\n{found.summary()}")
    assert list(found.problems()) == []
    assert len(found.uses) == 466
    assert {claim.partition("-")[0] for claim in found.uses} == {"S000", "S001", "S002", "S003", "S004"}


def test_an_account_finds_what_is_missing_and_what_is_said_twice() -> None:
    uses = {"T-1": (), "T-2": ("rule: a",), "T-3": (), "T-4": ("rule: b", "agent: c")}
    wrong = Account(uses, {"T-2": "x", "T-3": "y"})
    assert list(wrong.problems()) == [
        "T-1: nothing uses it, and no reason is given (not_encoded)",
        "T-2: is said not to be encoded, but rule: a uses it",
    ]
    assert wrong.summary().splitlines() == [
        "4 claims: 2 used, 1 not encoded with a reason, 1 unaccounted for",
        "  2 by a rule",
        "  1 by an agent",
    ]


def test_editors_comments_are_used_by_nothing() -> None:
    found = account(load_rulebook())
    assert {"S000-38", "S000-72"} <= set(found.not_encoded)


def test_every_rule_rests_on_a_claim() -> None:
    units = load_rulebook().by_id.values()
    assert not [rule.rule.id for unit in units for rule in unit.rules if not rule.rule.claims]
    assert not [one.authored.id for unit in units for one in unit.cautions if not one.authored.claims]


def test_a_text_names_no_more_documents_than_it_cites() -> None:
    """Where a text says "two documents", its claims come from two at least."""
    numbers = {"two": 2, "three": 3, "four": 4, "five": 5}
    wrong = []
    for text in texts():
        if text.claims is None:
            continue
        for number, count in numbers.items():
            said = re.search(rf"\b{number} documents\b", text.text, re.IGNORECASE)
            if said and len({claim.partition("-")[0] for claim in text.claims}) < count:
                wrong.append(f"{text.place}: {number} documents")
    # The scope is about all five as a whole.
    assert [place for place in wrong if not place.startswith("rulebook.yaml: scope")] == []


# Drugs.


def named_drugs() -> dict[str, set[str]]:
    """Return the drugs that the rulebook names, with the classes and members that name them."""
    found: dict[str, set[str]] = {}
    for unit in load_rulebook().by_id.values():
        for named in unit.authored.agents:
            found.setdefault(named.agent, set()).add(unit.id)
    return found


def test_every_drug_that_is_named_is_known_and_stands_with_its_class() -> None:
    for drug, units in named_drugs().items():
        agent = bundled_vocabulary().agents.agents[drug]
        for unit in units:
            # Letrozole goes with trastuzumab in a member of another class; supplements belong to none.
            fits = agent.class_ in {unit.partition(".")[0], "none"}
            assert fits or (drug, unit) == ("letrozole", "anti_her2.with_hormone_therapy"), (drug, unit)


def test_the_drugs_named_are_those_of_the_documents(documents: Path) -> None:
    """Neither a drug that no document names, nor one left out that a document does."""
    text = " ".join(document_words(documents))
    names: dict[str, set[str]] = {}
    shared: Any = yaml_positions.read(rules_dir() / "agents.yaml").data
    for entry in shared["agents"]:
        spelled = [entry["label"], *entry.get("brands", ()), *entry.get("also", ())]
        names[entry["id"]] = {" ".join(words(name)) for name in spelled if len(name) > 3}
    in_documents = {id_ for id_, known in names.items() if any(f" {name} " in f" {text} " for name in known)}
    groups = {"anthracycline", "taxane", "antibody_drug_conjugate", "bone_modifying_agent"}
    assert in_documents - groups == set(named_drugs())


# Texts.


class Text(NamedTuple):
    """A text that a reader sees.

    Attributes:
        place: file and keys.
        text: the text.
        claims: what it cites, where it is a text that cites.
    """

    place: str
    text: str
    claims: tuple[str, ...] | None


READ_BY_NOBODY = {
    *("id", "name", "version", "language", "order", "when", "status", "basis", "beyond_scope"),
    *("source", "file", "sha256", "url", "where", "topic", "condition", "certainty", "not_encoded"),
    *("sections", "span", "repeats", "passage_sha256"),
}
"""Keys whose values are names, words of the format or of the register, and no texts of ours for a reader."""

LISTS_OF_NAMES = {"claims", "mentions", "key_terms", "options", "agents", "also", "brands", "when_unknown"}


def _texts(part: Any, place: str, claims: tuple[str, ...] | None) -> Iterator[Text]:
    if isinstance(part, dict):
        cited = part.get("claims")
        if isinstance(cited, list) and all(isinstance(claim, str) for claim in cited):
            claims = tuple(cited)
        for key, value in part.items():
            names = key in LISTS_OF_NAMES and value and isinstance(value[0], str)
            register_note = key == "note" and place.startswith("claims/")
            if key not in READ_BY_NOBODY and not names and not register_note:
                yield from _texts(value, f"{place} {key}", claims)
    elif isinstance(part, list):
        for i, item in enumerate(part):
            name = item.get("id", i) if isinstance(item, dict) else i
            yield from _texts(item, f"{place} {name}", claims)
    elif isinstance(part, str):
        yield Text(place, part, claims)


@cache
def texts() -> tuple[Text, ...]:
    """Return every text of the rulebook that a reader sees."""
    found: list[Text] = []
    for file in sorted(rules_dir().rglob("*.yaml")):
        if file.name != "agents.yaml" and file.parent.name != "cases":
            found += _texts(yaml_positions.read(file).data, f"{file.relative_to(rules_dir())}:", None)
    return tuple(found)


FORBIDDEN = {
    r"cure|cures|cured|curing|curative": "K14: nothing here speaks of cure",
    r"should|must|ought|recommend\w*|mandatory": "it informs and teaches, and never advises",
    r"you|your|yours": "it speaks of documents and patients, and to nobody in particular",
    r"bone cancer": "K32: it is breast cancer wherever it goes",
    r"contraindicat\w*|ineligible|not indicated|not eligible|unsuitable": "ruling 2: silence is no contraindication",
    r"your prognosis|you will live|life expectancy|terminal": "K05: no forecast for one person",
    r"drug of choice|gold standard|treatment of choice|superior|inferior": "options are never ranked by us",
    r"will help|will work|guarantee\w*|effective for you": "K14: nothing is promised",
}

ALLOWED = {
    # The register reports what the documents say; these say it of themselves, in that very word or its like.
    "claims/S000.yaml: claims S000-01 statement": ("cure", "denies it: 'not curable'"),
    "claims/S000.yaml: claims S000-20 statement": ("should", "'should be focused'"),
    "claims/S000.yaml: claims S000-22 statement": ("should", "'need additional supportive care'"),
    "claims/S000.yaml: claims S000-23 statement": ("should", "'need additional supportive care'"),
    "claims/S000.yaml: claims S000-24 statement": ("should", "'need additional supportive care'"),
    "claims/S000.yaml: claims S000-25 statement": ("should", "'need additional supportive care'"),
    "claims/S000.yaml: claims S000-27 statement": ("cure", "denies it: 'hurdle for curing'"),
    "claims/S000.yaml: claims S000-38 statement": ("cure", "an editor's comment, which nothing uses"),
    "claims/S000.yaml: claims S000-40 statement": ("ought", "'should receive'"),
    "claims/S000.yaml: claims S000-68 statement": ("must", "'has to be used in combination'; nothing uses it"),
    "claims/S000.yaml: claims S000-92 statement": ("should", "'should be kept'; nothing uses it"),
    "claims/S000.yaml: claims S000-94 statement": ("ought", "'should be eradicated'"),
    "claims/S000.yaml: claims S000-95 statement": ("ought", "'should be eradicated'"),
    "claims/S001.yaml: claims S001-07 statement": ("cured", "denies it: 'not curable'"),
    "claims/S001.yaml: claims S001-53 statement": ("cure", "denies it: 'does not cure'"),
    "claims/S002.yaml: claims S002-03 statement": ("cure", "denies it: 'not curable'"),
    "claims/S002.yaml: claims S002-81 statement": ("should", "'important to have'"),
    "claims/S003.yaml: claims S003-87 statement": ("should", "'recommended early'"),
    "claims/S003.yaml: claims S003-99 statement": ("should", "'should prioritize'"),
    "claims/S003.yaml: claims S003-114 statement": ("should", "'should be discussed'"),
    "claims/S004.yaml: claims S004-30 statement": ("cure", "denies it: 'no cure'"),
    # As strong as the document says it, told as what one document says.
    "therapies/palliative_care.yaml: rules palliative-care-early because": ("recommends", "'recommended early'"),
    "therapies/palliative_care.yaml: rules palliative-care-early plain because": ("recommends", "'recommended early'"),
    "therapies/palliative_care.yaml: rules palliative-care-focus-on-symptoms because": (
        "should",
        "'should be focused'",
    ),
    "therapies/palliative_care.yaml: rules palliative-care-focus-on-symptoms plain because": (
        "should",
        "'should be focused'",
    ),
    "therapies/clinical_trial.yaml: rules clinical-trial-access because": ("should", "'should be discussed'"),
    "therapies/clinical_trial.yaml: rules clinical-trial-access plain because": ("should", "'should be discussed'"),
    **{
        f"therapies/bisphosphonates.yaml: members calcium_vitamin_d rules {rule} {key}": ("recommends", "'recommended'")
        for rule in ("calcium-vitamin-d-with-bisphosphonate", "calcium-vitamin-d-high-calcium")
        for key in ("because", "plain because")
    },
    "disagreements.yaml: disagreements K22 sides 0 says": ("recommends", "'recommended'"),
    "disagreements.yaml: disagreements K22 sides 0 plain says": ("recommends", "'recommended'"),
    "disagreements.yaml: disagreements K26 sides 1 says": ("should", "'should prioritize'"),
    "disagreements.yaml: disagreements K26 sides 1 plain says": ("should", "'should prioritize'"),
    **{
        f"considerations.yaml: considerations {place}text": words
        for register in ("", "plain ")
        for place, words in (
            (f"patient_reports_before_scans {register}", ("should", "'should prioritize'")),
            (f"high_calcium_with_bone {register}", ("recommends", "'recommended'")),
        )
    },
    "questions.yaml: questions palliative_care_early why": ("recommended", "'recommended early'"),
    "questions.yaml: questions calcium_tablets why": ("recommends", "'recommended'"),
    "questions.yaml: questions trial_for_me why": ("should", "'should be discussed'"),
    # What a new case asks its learner.
    "rulebook.yaml: example prompt": ("you", "a question to a learner"),
    # The title of a document.
    "sources.yaml: sources S003 title": ("should", "its title"),
}
"""Where a text may have such a word: the word, and why."""


def found_words() -> Iterator[tuple[str, str, str]]:
    for text in texts():
        for pattern, why in FORBIDDEN.items():
            for match in re.finditer(rf"\b(?:{pattern})\b", text.text, re.IGNORECASE):
                yield text.place, match.group().lower(), why


def test_no_text_advises_promises_or_warns_off() -> None:
    assert len(texts()) > 1000
    found = [f"{place}: {word!r} ({why})" for place, word, why in found_words() if ALLOWED.get(place, ("",))[0] != word]
    assert found == []


def test_every_exception_is_needed() -> None:
    needed = {(place, word) for place, word, _ in found_words()}
    assert {(place, word) for place, (word, _) in ALLOWED.items()} == needed


def test_what_is_ours_says_so() -> None:
    """An editorial text that carries a condition or a reading of our own tells the reader in words, too."""
    marks = re.compile(r"\b(ours?|we|not say|none|no document|nothing|undefined|leave)\b", re.IGNORECASE)
    rulebook = load_rulebook()
    parts: list[Any] = [remark.authored for remark in rulebook.considerations]
    for unit in rulebook.by_id.values():
        parts += [rule.rule for rule in unit.rules]
        parts += [remark.authored for remark in unit.cautions]
    editorial = [part for part in parts if part.basis == "editorial"]
    assert editorial
    for part in editorial:
        said = " ".join(getattr(part, key, None) or "" for key in ("because", "text", "note"))
        assert marks.search(said), part.id


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("\u2019", "'").replace("'", ""))


@cache
def document_words(directory: Path) -> tuple[str, ...]:
    """Return the words of all documents, with a mark between them."""
    found: list[str] = []
    for source in load_rulebook().sources.values():
        found += [*words((directory / source.file).read_text(encoding="utf-8", errors="replace")), "\0"]
    return tuple(found)


def test_no_text_is_copied(documents: Path) -> None:
    theirs = document_words(documents)
    runs = {theirs[i : i + COPIED] for i in range(len(theirs) - COPIED + 1)}
    copied = []
    for text in texts():
        ours = words(text.text)
        copied += [
            f"{text.place}: {' '.join(ours[i : i + COPIED])}"
            for i in range(len(ours) - COPIED + 1)
            if tuple(ours[i : i + COPIED]) in runs
        ]
    assert copied == []


def test_sections_are_told_by_a_few_words() -> None:
    for source in load_rulebook().sources.values():
        for section in source.sections:
            told = section.begins or section.heading or section.name
            assert all(len(words(part)) < COPIED for part in told.split("...")), section.name


def test_key_terms_are_no_longer_than_a_passage_needs_to_be_found() -> None:
    claims = load_rulebook().claims.values()
    assert not [claim for claim in claims if any(len(words(term)) >= COPIED for term in claim.key_terms)]
    assert not [claim for claim in claims if not claim.key_terms]


# Verification.


def test_every_claim_stands_in_its_document(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify_sources(load_rulebook(), documents)
    with capsys.disabled():
        print(f"\n{found.summary()}")
    assert found.problems == ()
    assert (found.documents, found.claims) == (5, 466)
    assert found.summary().splitlines()[0].endswith("key terms looked up: 0 problems")


def test_every_sentence_is_in_a_claim_or_has_a_reason_why_not(documents: Path) -> None:
    """Whoever reads the documents anew finds in the register all that they say, save what only leads to a list."""
    coverage = verify_sources(load_rulebook(), documents).coverage
    assert [(one.source, len(one.uncovered)) for one in coverage] == [*zip(FIVE, (0, 3, 3, 8, 0), strict=True)]
    uncovered = [sentence for one in coverage for sentence in one.uncovered]
    assert [sentence.text for sentence in uncovered if not sentence.why] == []
    assert [sentence.why for sentence in uncovered if not sentence.text.endswith(":")] == [
        "says what the article is about"
    ]


def test_every_claim_has_its_passage() -> None:
    assert [claim.id for claim in load_rulebook().claims.values() if not claim.span or not claim.passage_sha256] == []


@pytest.fixture
def copies(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(documents, tmp_path / "documents"))


def file_of(source: str) -> str:
    return str(load_rulebook().sources[source].file)


def make_writable(file: Path) -> Path:
    file.chmod(0o644)
    return file


def test_a_changed_document_is_found(copies: Path) -> None:
    copies.chmod(0o755)
    file = make_writable(copies / file_of("S002"))
    file.write_bytes(file.read_bytes() + b" ")
    digest = sha256(file.read_bytes()).hexdigest()
    (problem,) = verify_sources(load_rulebook(), copies).problems
    assert problem.message == f"S002: {file} is not the document that was read: its sha256 is {digest}"
    assert (problem.file, problem.code) == (str(rules_dir() / "sources.yaml"), "changed-document")


def test_a_missing_document_is_found(copies: Path) -> None:
    copies.chmod(0o755)
    make_writable(copies / file_of("S004")).unlink()
    found = verify_sources(load_rulebook(), copies)
    (problem,) = found.problems
    assert problem.message == f"S004: {copies / file_of('S004')} cannot be read: No such file or directory"
    assert problem.code == "unreadable-document"
    assert (found.documents, found.claims) == (4, 466 - 34)


def test_words_that_are_not_there_are_found(copies: Path) -> None:
    copies.chmod(0o755)
    file = make_writable(copies / file_of("S001"))
    text = file.read_text(encoding="utf-8")
    assert "Strontium 89" in text
    file.write_text(text.replace("Strontium 89", "Strontium-89"), encoding="utf-8")
    changed, passage = verify_sources(load_rulebook(), copies).problems
    assert changed.message.startswith(f"S001: {file} is not the document that was read: its sha256 is ")
    assert passage.message.startswith("S001-48: what stands at [3265, 3331] is not the passage that was read")
    assert passage.message.endswith("the key term 'Strontium 89' does not stand in the document any more")


def test_without_a_directory_every_document_is_missing(tmp_path: Path) -> None:
    found = verify_sources(load_rulebook(), tmp_path / "nowhere")
    assert len(found.problems) == 5
    assert (found.documents, found.claims, found.key_terms) == (0, 0, 0)
