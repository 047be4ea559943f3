"""Claims at their passages: finding them in documents, and telling what has become of them.

All documents are invented.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook
from mbc_options.errors import InputError, RulebookError
from mbc_options.rulebook.documents import Document, Span, normalized, passage_digest
from mbc_options.rulebook.models import Section
from mbc_options.tools.citations import share, verify_sources
from mbc_options.tools.locate import locate_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from conftest import Run

    from mbc_options.errors import Problem

LEAFLET = """\
COUGHS

What helps

Honey helps a dry cough. It is not for babies. Tea helps, too.

\u2022 Sage tea for a sore throat
\u2022 Lime tea for a fever

What to watch

A cough that lasts three weeks needs a look. Blood needs
a look at once. Tea helps, too.
"""

REASONS = {
    "It is not for babies.": "of babies nothing is said here",
    "Sage tea for a sore throat": "no tea for throats",
    "A cough that lasts three weeks needs a look.": "a look is no treatment",
}
"""The sentences that no claim covers, each with a reason."""

CLAIMS = """\
source: D1
claims:
  # Of honey.
  - id: D1-1
    where: What helps \u00b61 s1
    topic: honey
    condition: any
    statement: Honey is for dry coughs.   # in our words
    key_terms: [Honey helps]
    certainty: stated

  - id: D1-2
    where: What helps bullet 2
    topic: tea
    condition: any
    statement: Lime tea is for fevers.
    key_terms: [Lime tea]
    certainty: stated

  - {id: D1-3, where: What helps \u00b61 s3; repeated What to watch \u00b61 s3, topic: tea, condition: any,
     statement: Tea is good., key_terms: [Tea helps], certainty: stated}

  - id: D1-4
    where: What to watch
    topic: urgent
    condition: blood
    statement: Blood is urgent.
    key_terms: [a look at once]
    certainty: stated
"""

RULEBOOK = """\
name: coughs
version: "1"
title: Coughs
description: An invented rulebook.
scope: {when: always, text: All coughs., outside: No cough., open: Perhaps a cough.}
"""


def reason_of(sentence: str) -> str:
    """Return the entry of a sentence that no claim covers."""
    begin = LEAFLET.index(sentence)
    digest = sha256(sentence.encode()).hexdigest()
    return f"      - {{span: [{begin}, {begin + len(sentence)}], sha256: {digest}, why: {REASONS[sentence]}}}\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a rulebook with its document beside it, claims without spans."""
    folder = tmp_path / "rules"
    for name, text in {
        "rulebook.yaml": RULEBOOK,
        "agents.yaml": "classes: [{id: tea, label: tea}]\nagents: []\n",
        "facts.yaml": "fields: [{id: age, kind: choice, label: age, question: How old?, help: x, values: "
        "[{id: adult, text: an adult}, {id: child, text: a child}]}]\n",
        "therapies/tea.yaml": "id: tea\norder: 1\nlabel: Tea\ngloss: Tea\nsummary: Tea.\nmentions: [D1-1]\n",
        "claims/D1.yaml": CLAIMS,
        "sources.yaml": "sources:\n  - id: D1\n    file: leaflet.txt\n    sha256: "
        f"{sha256(LEAFLET.encode()).hexdigest()}\n    title: Coughs\n    short: Leaflet\n"
        "    publisher: invented\n    date: not stated\n    kind: leaflet\n    uncovered:\n"
        + "".join(map(reason_of, REASONS)),
        "leaflet.txt": LEAFLET,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def located(rules: Path) -> Path:
    """Return the same with the passages written."""
    assert locate_all(rules, rules, {}).problems == ()
    return rules


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def problems(rules: Path) -> tuple[Problem, ...]:
    return verify_sources(load_rulebook(rules), rules, rules).problems


def codes(rules: Path) -> list[str]:
    return [problem.code for problem in problems(rules)]


# The text of a document.


def test_a_text_keeps_its_lines_and_no_other_white_space() -> None:
    assert normalized(b"\xef\xbb\xbfa\t b\xc2\xa0 \r\n\r\n  c\rd\xff") == "a b\n\nc\nd\ufffd"


def sentences(text: str, sections: Sequence[Section] = ()) -> list[str]:
    document = Document(text, sections)
    return [document.at(span) for span in document.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("A line that goes\non. Another", ["A line that goes\non.", "Another"]),
        ("A page ends in\n\n\nthe middle.", ["A page ends in\n\n\nthe middle."]),
        ("\u2022 one\n\u2022 two\n3. Three", ["one", "two", "Three"]),
        ("E.g. this, i.e. that, e.g. 13.6% of Dr. May's.", ["E.g. this, i.e. that, e.g. 13.6% of Dr. May's."]),
        ("Lost its breaks.And goes on?Yes.", ["Lost its breaks.", "And goes on?", "Yes."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_heading_that_runs_into_its_text_is_told_apart() -> None:
    text = "It begins.What It IsIt is this. Mild: rest. Severe: help."
    sections = [
        Section(name="Lead", begins="It begins"),
        Section(name="What It Is"),
        Section(name="What It Is, Severe", begins="Severe:"),
    ]
    assert sentences(text, sections) == ["It begins.", "What It Is", "It is this.", "Mild: rest.", "Severe: help."]
    document = Document(text, sections)
    assert [document.at(stretch.span) for stretch in document.sections] == [
        "It begins.",
        "What It IsIt is this. Mild: rest. Severe: help.",
        "Severe: help.",
    ]
    assert [
        place.stretch and place.stretch.name for place in document.places("What It Is, Severe s1; repeated Lead")
    ] == [
        "What It Is, Severe",
        "Lead",
    ]


def test_three_points_stand_for_what_is_left_out_of_a_heading() -> None:
    text = "What is good for coughs of any kind?\nHoney is. What is good? Tea."
    document = Document(text, [Section(name="What is good ... kind?")])
    assert [document.at(heading) for heading in document.headings] == ["What is good for coughs of any kind?"]


def test_a_section_that_is_not_there_is_told(rules: Path) -> None:
    change(
        rules / "sources.yaml", "kind: leaflet\n", "kind: leaflet\n    sections: [{name: What helps}, {name: Whey}]\n"
    )
    assert "missing-section" in codes(rules)


# Finding passages.


def test_passages_are_written_and_nothing_else_changes(located: Path) -> None:
    text = (located / "claims" / "D1.yaml").read_text(encoding="utf-8")
    added = [line for line in text.splitlines() if line not in CLAIMS.splitlines()]
    kept = [line for line in CLAIMS.splitlines() if line not in text.splitlines()]
    assert [line.split(":")[0].strip() for line in added] == [
        *("span", "passage_sha256") * 2,
        "- {id",
        *("span", "passage_sha256"),
    ]
    assert len(kept) == 1  # the claim between braces
    assert "# Of honey." in text
    assert "  # in our words" in text
    document = Document(normalized(LEAFLET.encode()))
    claims = load_rulebook(located).claims
    passages = {id_: document.at(Span(*claim.span or (0, 0))) for id_, claim in claims.items()}
    assert passages == {
        "D1-1": "Honey helps a dry cough.",
        "D1-2": "Lime tea for a fever",
        "D1-3": "Tea helps, too.",
        "D1-4": "Blood needs\na look at once.",
    }
    again = claims["D1-3"].repeats
    assert [document.at(Span(*span)) for span in again] == ["Tea helps, too."]
    assert claims["D1-3"].passage_sha256 == passage_digest(
        document, [Span(*claims["D1-3"].span or ()), Span(*again[0])]
    )


def test_what_is_located_verifies(located: Path) -> None:
    found = verify_sources(load_rulebook(located), located, located)
    assert found.problems == ()
    assert found.summary().splitlines() == [
        "1 document, 4 claims, 4 key terms looked up: 0 problems",
        "  D1: 5 of 8 sentences are in a claim (62 %), 3 in none for a reason",
    ]
    (coverage,) = found.coverage
    assert coverage.uncovered == (
        (5, "It is not for babies.", "of babies nothing is said here"),
        (7, "Sage tea for a sore throat", "no tea for throats"),
        (12, "A cough that lasts three weeks needs a look.", "a look is no treatment"),
    )
    assert coverage.gaps == ()


def test_passages_that_are_there_stay_and_locating_again_changes_nothing(located: Path) -> None:
    before = (located / "claims" / "D1.yaml").read_text(encoding="utf-8")
    assert locate_all(located, located, {})[:2] == (0, 4)
    assert locate_all(located, located, {}, again=True)[:2] == (4, 0)
    assert (located / "claims" / "D1.yaml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("place", "span"), [("\u00b61", (20, 44)), ("\u00b61 s1", (20, 44)), ("\u00b61 s1-2", (20, 66)), ("", (20, 44))]
)
def test_a_passage_is_as_short_as_its_words_and_the_sentences_that_it_counts(
    place: str, span: tuple[int, int], rules: Path
) -> None:
    change(rules / "claims" / "D1.yaml", "where: What helps \u00b61 s1", f"where: What helps {place}".strip())
    assert locate_all(rules, rules, {}).problems == ()
    assert load_rulebook(rules).claims["D1-1"].span == span


def test_of_several_passages_one_is_picked(rules: Path) -> None:
    change(rules / "claims" / "D1.yaml", "[Lime tea]", "[tea for a]")
    change(rules / "claims" / "D1.yaml", "What helps bullet 2", "What helps")
    (problem,) = locate_all(rules, rules, {}).problems
    assert str(problem).startswith(
        f"{rules / 'claims' / 'D1.yaml'}:12:9: D1-2: 2 passages hold its key terms; pick one:"
    )
    assert "--pick D1-2=2  [115, 135] Lime tea for a fever" in problem.message
    assert locate_all(rules, rules, {"D1-2": 2}).problems == ()
    assert load_rulebook(rules).claims["D1-2"].span == (115, 135)


def test_a_span_of_ones_own_stays_and_gets_its_digest(located: Path) -> None:
    change(located / "sources.yaml", reason_of("It is not for babies."), "")
    file = located / "claims" / "D1.yaml"
    digest = load_rulebook(located).claims["D1-1"].passage_sha256
    change(file, f"span: [20, 44]\n    passage_sha256: {digest}\n", "span: [20, 66]\n")
    assert codes(located) == ["wrong-span"]
    assert locate_all(located, located, {})[:2] == (1, 3)
    assert load_rulebook(located).claims["D1-1"].span == (20, 66)
    assert codes(located) == []


def test_locating_again_keeps_a_passage_that_was_chosen_wider_as_long_as_it_is_unchanged(located: Path) -> None:
    """Key terms find the shortest passage; whoever means a longer one has said so by the span."""
    file = located / "claims" / "D1.yaml"
    shortest = load_rulebook(located).claims["D1-1"]
    change(file, f"span: [20, 44]\n    passage_sha256: {shortest.passage_sha256}\n", "span: [20, 66]\n")
    assert locate_all(located, located, {}, again=True).problems == ()
    assert load_rulebook(located).claims["D1-1"].span == (20, 66)
    wider = file.read_text(encoding="utf-8")
    locate_all(located, located, {}, again=True)
    assert file.read_text(encoding="utf-8") == wider
    change(located / "leaflet.txt", "babies", "kitten")
    locate_all(located, located, {}, again=True)
    assert load_rulebook(located).claims["D1-1"].span == (20, 44)


def test_locating_again_keeps_the_passage_that_was_picked_of_several(rules: Path) -> None:
    change(rules / "claims" / "D1.yaml", "[Lime tea]", "[tea for a]")
    change(rules / "claims" / "D1.yaml", "What helps bullet 2", "What helps")
    assert locate_all(rules, rules, {"D1-2": 2}).problems == ()
    assert locate_all(rules, rules, {}, again=True).problems == ()
    assert load_rulebook(rules).claims["D1-2"].span == (115, 135)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "where: What to watch\n",
            "where: What to wash\n",
            "no section is called 'What to wash'; did you mean 'What to watch'?",
        ),
        ("[Honey helps]", "[Honey heals]", "its key terms do not stand together in 'What helps \u00b61 s1'"),
    ],
)
def test_what_is_not_found_is_told_and_the_rest_is_written(old: str, new: str, said: str, rules: Path) -> None:
    change(rules / "claims" / "D1.yaml", old, new)
    found = locate_all(rules, rules, {})
    assert [said in problem.message for problem in found.problems] == [True]
    assert found.written == 3


def test_a_further_place_where_it_does_not_stand_is_told(rules: Path) -> None:
    change(
        rules / "claims" / "D1.yaml", "where: What helps bullet 2", "where: What helps bullet 2; repeated What to watch"
    )
    found = locate_all(rules, rules, {})
    said = "D1-2: it is not to be found in 'What to watch', which its where names, too"
    assert [problem.message for problem in found.problems] == [said]
    assert found.written == 4
    assert codes(rules) == ["misplaced"]


def test_line_ends_stay_what_they_are(rules: Path) -> None:
    file = rules / "claims" / "D1.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert locate_all(rules, rules, {}).problems == ()
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")
    assert codes(rules) == []


def test_a_claim_that_ends_in_its_where_is_refused_whole(rules: Path) -> None:
    file = rules / "claims" / "D1.yaml"
    change(file, "    where: What to watch\n", "")
    file.write_text(f"{file.read_text('utf-8')}    where: What to watch\n", encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"D1\.yaml:29:5: where stands last in this claim"):
        locate_all(rules, rules, {})
    assert file.read_text(encoding="utf-8") == before


def test_a_pick_of_nothing_is_refused(rules: Path) -> None:
    with pytest.raises(InputError, match="--pick: no claim is called 'D9-1'"):
        locate_all(rules, rules, {"D9-1": 1})


def test_the_command_writes_and_tells(rules: Path, run: Run) -> None:
    done = run("claims", "locate", str(rules), "--rules", str(rules))
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "4 passages written, 0 kept, 0 not found or not unique\n",
        "",
    )
    assert "needs a look" in run("verify", str(rules), "--rules", str(rules), "--uncovered").stdout
    assert run("claims", "locate", str(rules), "--rules", str(rules), "--pick", "D1-1").returncode == 2


# Telling what is wrong.


def shifted(rules: Path) -> None:
    change(rules / "leaflet.txt", "COUGHS\n", "COUGHS AND COLDS\n")


WRONG: dict[str, tuple[Callable[[Path], None], list[tuple[str, str]]]] = {
    "a document that was changed where no claim is": (
        lambda rules: change(rules / "leaflet.txt", "babies", "kitten"),
        [
            ("changed-document", "leaflet.txt is not the document that was read"),
            ("changed-sentence", "D1: what stands at [45, 66] is not the sentence that was read"),
        ],
    ),
    "a document that is gone": (
        lambda rules: (rules / "leaflet.txt").unlink(),
        [("unreadable-document", "cannot be read: No such file or directory")],
    ),
    "a passage that was changed": (
        lambda rules: change(rules / "leaflet.txt", "a dry cough", "any coughs."),
        [
            ("changed-document", ""),
            ("changed-passage", "D1-1: what stands at [20, 44] is not the passage that was read"),
        ],
    ),
    "passages that have moved": (
        shifted,
        [("changed-document", "")]
        + [("moved-passage", "now, and no longer at")] * 4
        + [("moved-sentence", "D1: the sentence that was read at [")] * 3,
    ),
    "an invented section": (
        lambda rules: change(rules / "claims" / "D1.yaml", "where: What to watch\n", "where: What to wear\n"),
        [("invented-place", "D1-4: the document has no section 'What to wear'")],
    ),
    "a passage of another section": (
        lambda rules: change(rules / "claims" / "D1.yaml", "where: What to watch\n", "where: What helps\n"),
        [("misplaced", "D1-4: its passage [197, 224] is not in 'What helps', but in 'What to watch'")],
    ),
    "another sentence of the section": (
        lambda rules: change(
            rules / "claims" / "D1.yaml", "where: What helps \u00b61 s1", "where: What helps \u00b61 s2"
        ),
        [("misplaced", "D1-1: what 'What helps \u00b61 s2' counts is [45, 66], and its passage is [20, 44]")],
    ),
    "words that stand nowhere": (
        lambda rules: change(rules / "claims" / "D1.yaml", "[Honey helps]", "[Honey heals]"),
        [("fabricated", "D1-1: the key term 'Honey heals' does not stand in its document")],
    ),
    "words that stand beside the passage": (
        lambda rules: change(rules / "claims" / "D1.yaml", "[Honey helps]", "[not for babies]"),
        [("outside-span", "D1-1: the key term 'not for babies' does not stand in its passage, [20, 44]")],
    ),
    "a span beyond the end": (
        lambda rules: change(rules / "claims" / "D1.yaml", "span: [20, 44]", "span: [20, 4400]"),
        [("wrong-span", "D1-1: its span ends at 4400, and the document has")],
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_each_thing_that_is_wrong_is_told_apart(wrong: str, located: Path) -> None:
    do, expected = WRONG[wrong]
    do(located)
    found = problems(located)
    assert [problem.code for problem in found] == [code for code, _ in expected]
    for problem, (_, said) in zip(found, expected, strict=True):
        assert said in problem.message
        assert problem.line > 1
        assert problem.file.endswith((".yaml",))


WRONG_WITHOUT_SPAN: dict[str, tuple[str, str, str, str]] = {
    "an invented section": ("where: What to watch\n", "where: Chapter 9\n", "invented-place", "no section 'Chapter 9'"),
    "a word that is everywhere": (
        "[a look at once]",
        "[a]",
        "ambiguous",
        "D1-4: its key terms stand in 2 passages of 'What to watch', and no span says which",
    ),
    "a part of a word": ("[Honey helps]", "[one]", "fabricated", "D1-1: the key term 'one' does not stand"),
    "words that stand nowhere": ("[Honey helps]", "[Honey heals]", "fabricated", "D1-1: the key term 'Honey heals'"),
    "words of another section": (
        "[a look at once]",
        "[Sage tea]",
        "misplaced",
        "D1-4: the key term 'Sage tea' does not stand in 'What to watch', but in 'What helps'",
    ),
}


@pytest.mark.parametrize("wrong", WRONG_WITHOUT_SPAN)
def test_without_a_span_a_claim_has_to_be_found_in_one_place(wrong: str, rules: Path) -> None:
    assert codes(rules) == []
    old, new, code, said = WRONG_WITHOUT_SPAN[wrong]
    change(rules / "claims" / "D1.yaml", old, new)
    (problem,) = problems(rules)
    assert problem.code == code
    assert said in problem.message


def test_a_claim_that_says_nothing_to_find_it_by_fails(rules: Path) -> None:
    """An invented place, and a key term that any text has."""
    change(rules / "claims" / "D1.yaml", "where: What to watch\n", "where: Somewhere\n")
    change(rules / "claims" / "D1.yaml", "[a look at once]", "[a]")
    assert codes(rules) == ["invented-place"]


def covered_after_all(rules: Path) -> None:
    change(rules / "claims" / "D1.yaml", "[Honey helps]", "[Honey helps, not for babies]")
    change(rules / "claims" / "D1.yaml", "where: What helps \u00b61 s1", "where: What helps \u00b61 s1-2")
    assert locate_all(rules, rules, {}, again=True).problems == ()


def half(rules: Path) -> None:
    digest = sha256(b"It is not").hexdigest()
    old = reason_of("It is not for babies.")
    change(rules / "sources.yaml", old, f"      - {{span: [45, 54], sha256: {digest}, why: half of it}}\n")


WRONG_REASONS: dict[str, tuple[Callable[[Path], None], list[tuple[str, str]]]] = {
    "a sentence that was changed": (
        lambda rules: change(rules / "leaflet.txt", "needs a look.", "is nothing!!!"),
        [("changed-document", ""), ("changed-sentence", "[152, 196] is not the sentence that was read")],
    ),
    "a sentence that is gone, so that others have moved": (
        lambda rules: change(rules / "leaflet.txt", "It is not for babies. ", ""),
        [
            ("changed-document", ""),
            *[("moved-passage", "")] * 3,
            ("lost-sentence", "D1: the sentence that was read at [45, 66] is gone"),
            ("moved-sentence", "D1: the sentence that was read at [86, 112] stands at [64, 90] now"),
            ("moved-sentence", "D1: the sentence that was read at [152, 196] stands at [130, 174] now"),
        ],
    ),
    "a sentence that is in a claim by now": (
        covered_after_all,
        [("covered-after-all", "D1: D1-1 covers [45, 66] after all")],
    ),
    "a part of a sentence": (
        half,
        [
            ("wrong-span", "D1: [45, 54] is no whole sentence, and no run of them"),
            ("uncovered", "'It is not for babies.'"),
        ],
    ),
}


@pytest.mark.parametrize("wrong", WRONG_REASONS)
def test_a_reason_that_is_none_any_more_is_told(wrong: str, located: Path) -> None:
    do, expected = WRONG_REASONS[wrong]
    do(located)
    found = problems(located)
    assert [problem.code for problem in found] == [code for code, _ in expected]
    for problem, (_, said) in zip(found, expected, strict=True):
        assert said in problem.message
    lines = (located / "sources.yaml").read_text(encoding="utf-8").splitlines()
    for problem in found:
        if problem.code.endswith(("-sentence", "-after-all")):
            assert problem.file == str(located / "sources.yaml")
            assert lines[problem.line - 1].startswith("      - {span: [")
            assert lines[problem.line - 1][problem.column - 1 :].startswith(("[", digest_at(lines[problem.line - 1])))


def digest_at(line: str) -> str:
    return line.partition("sha256: ")[2][:64]


def test_a_sentence_in_no_claim_needs_a_reason_and_what_to_write_is_printed(located: Path, run: Run) -> None:
    sources = located / "sources.yaml"
    for sentence in REASONS:
        change(sources, reason_of(sentence), "")
    change(sources, "    uncovered:\n", "")
    done = run("verify", str(located), "--rules", str(located), "--uncovered")
    assert done.returncode == 1
    assert "(62 %), 3 in none and without a reason" in done.stdout
    said = (
        f"{sources}:2:9: D1: no claim covers [45, 66], and uncovered gives no reason why not: 'It is not for babies.'"
    )
    assert done.stderr.splitlines()[-3] == f"{said} (line 5); --uncovered prints what to write"
    lines = [line for line in done.stdout.splitlines() if line.startswith("      - {span")]
    assert lines == [reason_of(sentence).rstrip().partition(" why: ")[0] + " why: }" for sentence in REASONS]
    written = "\n".join(["    uncovered:", *lines, ""])
    sources.write_text(sources.read_text(encoding="utf-8") + written, encoding="utf-8")
    with pytest.raises(RulebookError, match="why is empty"):
        load_rulebook(located)
    change(sources, "why: }", "why: it is of no use}")
    done = run("verify", str(located), "--rules", str(located), "--uncovered")
    assert "sources.yaml" not in done.stderr
    assert "It is not for babies.\n    it is of no use\n" in done.stdout


def test_one_reason_may_be_for_several_sentences(located: Path) -> None:
    """What nobody means to take apart is no chore: one entry for all that stands between two claims."""
    change(located / "claims" / "D1.yaml", "  - id: D1-4\n", "  - id: D1-5\n")
    text = (located / "claims" / "D1.yaml").read_text(encoding="utf-8")
    (located / "claims" / "D1.yaml").write_text(text[: text.index("  - id: D1-5")], encoding="utf-8")
    assert codes(located) == ["uncovered"]
    (coverage,) = verify_sources(load_rulebook(located), located, located).coverage
    (gap,) = coverage.gaps
    assert gap.span == (197, 224)
    both = LEAFLET[152:224]
    entry = f"      - {{span: [152, 224], sha256: {sha256(both.encode()).hexdigest()}, why: not taken apart}}\n"
    change(located / "sources.yaml", reason_of("A cough that lasts three weeks needs a look."), entry)
    assert codes(located) == []


def test_what_is_no_span_of_a_sentence_is_told_when_the_rulebook_is_read(located: Path) -> None:
    change(located / "sources.yaml", "span: [45, 66]", "span: [66, 45]")
    with pytest.raises(RulebookError, match=r"sources\.yaml:11:16: a span is \[begin, end\]"):
        load_rulebook(located)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("span: [44, 20]", "a span is [begin, end], two offsets of which the first is less, not [44, 20]"),
        ("span: [20]", "a span is [begin, end], two offsets of which the first is less, not [20]"),
        ("span: here", "span: a list is expected, not text"),
        ("passage_sha256: " + "0" * 64, "passage_sha256 needs span; mbc-options claims locate writes both"),
    ],
)
def test_what_is_no_span_is_told_when_the_rulebook_is_read(span: str, said: str, rules: Path) -> None:
    change(rules / "claims" / "D1.yaml", "    topic: honey\n", f"    topic: honey\n    {span}\n")
    with pytest.raises(RulebookError) as raised:
        load_rulebook(rules)
    (problem,) = raised.value.problems
    assert problem.message == said
    assert problem.line == 7


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 3, "0 %"), (1, 999, "1 %"), (998, 999, "99 %"), (3, 3, "100 %")]
)
def test_a_share_is_all_or_nothing_only_where_it_is(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said
