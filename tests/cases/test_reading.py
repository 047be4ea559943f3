"""What an author can get wrong, each told at its line and column with the nearest right word."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from mbc_options import CaseError, load_case
from mbc_options.cases.catalog import case_names, list_cases
from mbc_options.package_data import rules_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Case, Problem

SOUND = """\
title: A sore hip
level: introductory
summary: A woman with a sore hip.
goals: [Name the facts.]
stages:
  - id: first
    title: The first visit
    narrative: Her hip hurts.
    patient:
      sex: female
      menopause: post
      er: positive
      her2: negative
      sites: [bone]
      findings: [bone_pain]
      extent: []
      situation: []
      prior: [letrozole]
    questions: [candidates]
  - id: second
    title: A year later
    narrative: It has grown.
    change:
      add: {prior: ["letrozole: progressed"]}
    questions: [changed]
  - id: third
    title: Another year later
    narrative: It is in the liver.
    change: {add: {sites: [liver]}}
    questions: [undetermined]
"""
"""A case in which everything is right; the letrozole of the first stage has an unknown outcome."""


def test_a_sound_case_has_no_problem(load: Callable[[str], Case]) -> None:
    case = load(SOUND)
    assert (case.name, case.title, case.level) == ("case", "A sore hip", "introductory")
    assert [stage.id for stage in case.stages] == ["first", "second", "third"]
    assert [question.id for question in case.questions] == ["first.candidates", "second.changed", "third.undetermined"]


BROKEN: dict[str, tuple[str, str, str]] = {
    # what is replaced; by what, with » before the place that is to be told; words of the message
    "an unknown key": ("summary:", "»sumary:", "unknown key 'sumary'; did you mean summary?"),
    "an unknown key of a stage": ("narrative: It is", "»narative: It is", "unknown key 'narative'; did you mean narr"),
    "an unknown key of a change": ("{add: {sites", "{»ad: {sites", "unknown key 'ad'; did you mean add?"),
    "an unknown key of a question": (
        "[undetermined]",
        "[{ask: candidates, »off: surgery}]",
        "unknown key 'off'; did you mean of?",
    ),
    "something is missing": ("title: A sore hip\n", "", "title is missing"),
    "a level that there is not": ("introductory", "»introduction", "did you mean introductory?"),
    "an empty text": ("summary: A woman with a sore hip.", "summary:»", "summary is empty"),
    "text instead of a list": ("goals: [Name the facts.]", "goals: »Name the facts.", "a list is expected"),
    "no goal": ("[Name the facts.]", "»[]", "at least one goal"),
    "a stage id with spaces": ("id: third", "id: »the third", "id: "),
    "a stage twice": ("id: third", "id: »second", "'second' is there already"),
    "an unknown kind of question": ("[changed]", "[»changd]", "did you mean changed?"),
    "an unknown kind, as a mapping": ("[changed]", "[{ask: »why, option: surgery}]", "did you mean why_not?"),
    "no option": ("[changed]", "[»{ask: why_not}]", "why_not needs an option"),
    "an option that is not asked for": ("[changed]", "[{ask: changed, »option: surgery}]", "changed takes no option"),
    "a misspelled option": ("[changed]", "[{ask: why_not, option: »imunotherapy}]", "did you mean immunotherapy?"),
    "a misspelled member": (
        "[changed]",
        "[{ask: says_who, option: »hormone_therapy.tamoxifin}]",
        "did you mean hormone_therapy.tamoxifen?",
    ),
    "a class without members": (
        "[changed]",
        "[{ask: candidates, of: »surgery}]",
        "'surgery' has no members to ask for; these have: hormone_therapy",
    ),
    "an unknown class": ("[changed]", "[{ask: candidates, of: »chemotherpy}]", "did you mean chemotherapy?"),
    "why_not of a candidate": (
        "[changed]",
        "[{ask: why_not, option: »chemotherapy}]",
        "chemotherapy is candidate here, so that there is no “why not”; not described here: ",
    ),
    "moved_by of what did not move": (
        "[changed]",
        "[{ask: moved_by, option: »surgery}]",
        "surgery has the same status as at the stage before; these have: ",
    ),
    "says_who of silence": (
        "[changed]",
        "[{ask: says_who, option: »anti_her2}]",
        "anti_her2 is not described here, and of that no document says anything",
    ),
    "says_who of nothing": ("[changed]", "[»{ask: says_who}]", "an option or a disagreement, and not both"),
    "says_who of two things": (
        "[changed]",
        "[»{ask: says_who, option: surgery, disagreement: K01}]",
        "an option or a disagreement, and not both",
    ),
    "an unknown disagreement": (
        "[changed]",
        "[{ask: says_who, disagreement: »K111}]",
        "unknown disagreement 'K111'; did you mean K11?",
    ),
    "a disagreement about others": (
        "[changed]",
        "[{ask: says_who, disagreement: »K10}]",
        "K10 does not concern this patient; these do: ",
    ),
    "a side that there is not": (
        "[changed]",
        "[{ask: says_who, disagreement: K01, side: »9}]",
        "K01 has ",
    ),
    "sides from 0": ("[changed]", "[{ask: says_who, disagreement: K01, side: »0}]", "sides are counted from 1"),
    "a side that is no number": (
        "[changed]",
        "[{ask: says_who, disagreement: K01, side: »first}]",
        "a whole number is expected",
    ),
    "the side of an option": ("[changed]", "[{ask: says_who, option: surgery, »side: 1}]", "side is for a disagree"),
    "a reflection on nothing": ("[changed]", "[»reflect]", "reflect needs a prompt"),
    "a question twice": ("[changed]", "[changed, »{ask: changed}]", "changed is asked twice in this stage"),
    "a side twice": (
        "[changed]",
        "[{ask: says_who, disagreement: K01}, »{ask: says_who, disagreement: K01, side: 1}]",
        "says_who.K01.1 is asked twice",
    ),
    "the first stage looks back": ("[candidates]", "[»changed]", "the first stage has none before it"),
    "the first stage moves": (
        "[candidates]",
        "[{ask: »moved_by, option: surgery}]",
        "the first stage has none before it",
    ),
    "the first stage changes": (
        "    questions: [candidates]",
        "    »change: {set: {er: negative}}\n    questions: [candidates]",
        "the first stage has nothing to change",
    ),
    "a later stage describes the patient": (
        "    change: {add: {sites: [liver]}}",
        "    »patient: {sites: [liver]}",
        "only the first stage describes the patient",
    ),
    "nothing new": ("    change: {add: {sites: [liver]}}\n", "", "a later stage needs a change or a wish"),
    "a change of nothing": ("{add: {sites: [liver]}}", "»{}", "changes nothing; it takes set, add and remove"),
    "a change of nothing at all": ("{add: {sites: [liver]}}", "»{set: {}}", "changes nothing"),
    "an unknown field is set": ("{add: {sites: [liver]}}", "{set: {»menopaus: post}}", "did you mean menopause?"),
    "an unknown field is added to": ("{add: {sites", "{add: {»stes", "unknown 'stes'; did you mean sites?"),
    "a single value is added to": (
        "{add: {sites: [liver]}}",
        "{add: {»er: negative}}",
        "add is not for 'er', and set is",
    ),
    "a single value is removed": ("{add: {sites: [liver]}}", "{remove: {»her2: negative}}", "remove is not for 'her2'"),
    "a bad value is set": ("{add: {sites: [liver]}}", "{set: {er: »positiv}}", "did you mean positive?"),
    "a bad name is set": ("{add: {sites: [liver]}}", "{set: {sites: [bone, »livre]}}", "did you mean liver?"),
    "a bad name is added": ("[liver]", "[lung, »livre]", "did you mean liver?"),
    "one bad name is added": ("[liver]", "»livre", "did you mean liver?"),
    "a bad name is removed": (
        "{add: {sites: [liver]}}",
        "{remove: {findings: [»bone_pan]}}",
        "did you mean bone_pain?",
    ),
    "what is there is added": ("[liver]", "[lung, »bone]", "bone is there already"),
    "what is there under another name is added": ("[liver]", "[lung, »bones]", "bone is there already"),
    "what is not there is removed": (
        "{add: {sites: [liver]}}",
        "{remove: {findings: [»nausea]}}",
        "nausea is not there, so it cannot be removed",
    ),
    "a treatment is removed": (
        "{add: {sites: [liver]}}",
        "{remove: {»prior: [letrozole]}}",
        "what was given stays given",
    ),
    "a misspelled drug": ('["letrozole: progressed"]', '[»"letrozol: progressed"]', "did you mean letrozole?"),
    "a misspelled outcome": ('["letrozole: progressed"]', '[»"letrozole: progresed"]', "did you mean progressed?"),
    "a contradiction within the first stage": ("sex: female", "sex: male", "menopause does not apply to men"),
    "a bad value of the patient": ("her2: negative", "her2: »negativ", "did you mean negative?"),
    "a bad field of the patient": ("sites: [bone]", "»sitess: [bone]", "did you mean sites?"),
    "a bad site of the patient": ("sites: [bone]", "sites: [»bonne]", "did you mean bone?"),
    "a minus sign": ("er: positive", "er: »-", "for a minus sign write negative"),
    "a tab": ("narrative: Her hip hurts.", "\tnarrative: Her hip hurts.", "a tab cannot stand here"),
    "a second colon": ("summary: A woman", "summary: She: a woman", "a second colon in one line"),
    "a key twice": ("level: introductory", "level: introductory\n»level: advanced", "'level' is given twice"),
    "an alias": ("[Name the facts.]", "*facts", "an alias (*name) is not accepted"),
}
"""Every mistake, as an edit of the sound case."""

AT_SEVERAL_PLACES = {
    "a contradiction within the first stage",
    "a tab",
    "a second colon",
    "an alias",
}
"""Mistakes without one place: two facts contradict each other, or YAML stumbles only further on."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_told_where_it_is(name: str, problems: Callable[[str], tuple[Problem, ...]]) -> None:
    old, new, words = BROKEN[name]
    assert SOUND.count(old) == 1, "the edit is of one place"
    begin, _, rest = SOUND.replace(old, new).partition("»")
    found = problems(begin + rest)
    assert [problem for problem in found if words in problem.message], found
    if rest and name not in AT_SEVERAL_PLACES:
        expected = begin.count("\n") + 1, len(begin) - (begin.rfind("\n") + 1) + 1
        assert [(problem.line, problem.column) for problem in found] == [expected], found


def test_what_is_wrong_with_words_is_told_in_all_stages_at_once(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    """Who the patient is after a mistake, nobody knows; what no patient can have is wrong all the same."""
    text = SOUND.replace("sites: [bone]", "sites: [boen]").replace("letrozole: progressed", "letrozol: progressed")
    text = text.replace("[changed]", "[{ask: why_not, option: chemoterapy}]").replace(
        "{sites: [liver]}", "{sites: [livr]}"
    )
    text = text.replace("[undetermined]", "[{ask: says_who, disagreement: K999}]")
    found = {problem.message.partition(";")[0]: problem.line for problem in problems(text)}
    assert len(found) == 5, found
    lines = [next(i for i, line in enumerate(text.splitlines(), 1) if word in line) for word in WRONG_WORDS]
    assert sorted(found.values()) == sorted(lines)


WRONG_WORDS = ("boen", "letrozol:", "chemoterapy", "livr", "K999")


def test_all_layers_are_told_at_once(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    """A key, a question's need, a site, and an option that the engine does not know or cannot be asked of."""
    text = (
        SOUND.replace("level: introductory", "level: easy")
        .replace("questions: [candidates]", "questions: [candidates, says_who, {ask: why_not, option: surgerry}]")
        .replace("narrative: It has grown.", "narative: It has grown.")
        .replace("sites: [liver]", "sites: [livre]")
        .replace("[undetermined]", "[undetermined, {ask: why_not, option: leeches}]")
    )
    told = [(one.line, re.sub(r"[;(].*", "", one.message).strip()) for one in problems(text)]
    assert told == [
        (2, "level cannot be 'easy'"),
        (19, "says_who needs an option or a disagreement, and not both"),
        (19, "unknown option 'surgerry'"),
        (22, "unknown key 'narative'"),
        (29, "sites does not know 'livre'"),
        (30, "unknown option 'leeches'"),
    ]


@pytest.mark.parametrize(
    ("question", "column", "told"),
    [
        (
            "{ask: if_learned, option: surgery}",
            17,
            "if_learned needs learned: what would be learned, as",
        ),
        ("{ask: if_learned, learned: {er: positive}}", 17, "if_learned needs an option"),
        ("{ask: candidates, learned: {er: positive}}", 35, "candidates takes no learned"),
        ("{ask: if_learned, option: surgery, learned: {her: x}}", 61, "'her'"),
        ("{ask: if_learned, option: surgery, learned: {er: positive}}", 61, "that is known here already"),
        ("settled_most", 17, "settled_most: 3 known facts have to settle different numbers of classes"),
    ],
)
def test_what_a_question_about_learning_needs_is_told_at_its_place(
    question: str, column: int, told: str, problems: Callable[[str], tuple[Problem, ...]]
) -> None:
    """In a case of which nothing but the estrogen receptor is known."""
    text = SOUND.replace("questions: [candidates]", f"questions: [{question}]")
    text = re.sub(r"      (sex|menopause|her2|findings|extent|situation|prior): .*\n", "", text)
    one = problems(text)[0]
    assert told in one.message
    assert one.column == column


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("    patient:\n", "    patiens:\n", "unknown key 'patiens'; did you mean patient?"),
        ("    change:\n      add: {prior", "    change:\n      ad: {prior", "unknown key 'ad'; did you mean add?"),
        ("  - id: second\n", "  - id: Second visit\n", "id: takes small letters"),
        ("questions: [changed]", "questions: changed", "questions: a list is expected"),
        ("questions: [changed]", "questions: [[changed]]", "a mapping (key: value) is expected"),
        ("summary: A woman with a sore hip.\n", "", "summary is missing"),
        ("    narrative: It has grown.\n", "", "narrative is missing"),
        ("    change: {add: {sites: [liver]}}\n", "", "a later stage needs a change or a wish"),
    ],
)
def test_a_mistake_of_form_is_told_alone_where_nothing_else_is_wrong(
    right: str, wrong: str, told: str, problems: Callable[[str], tuple[Problem, ...]]
) -> None:
    """Nothing is told that only follows from it: who the patient is then, nobody knows."""
    assert right in SOUND
    (one,) = problems(SOUND.replace(right, wrong))
    assert told in one.message


def test_a_mistake_of_form_hides_none_in_the_patient_of_its_stage(
    problems: Callable[[str], tuple[Problem, ...]],
) -> None:
    one, two = problems(
        SOUND.replace("    narrative: ", "    narative: ", 1).replace("menopause: post", "menopause: pots")
    )
    assert "did you mean narrative?" in one.message
    assert "pots" in two.message


def test_what_a_mistake_makes_wrong_later_is_not_told(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    text = SOUND.replace("{add: {sites: [liver]}}", "{add: {sites: [bone]}}").replace(
        "menopause: post", "menopause: pots"
    )
    (found,) = problems(text)
    assert "pots" in found.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("{set: {sex: male}}", "menopause does not apply to men"),
        ("{set: {metastasis_confirmed: no}}", "some distant site is involved"),
        ("{add: {extent: [diffuse_bone]}, remove: {sites: [bone]}}", "diffuse bone disease means"),
        ("{add: {extent: [limited, extensive_visceral]}}", "limited disease is neither extensive"),
    ],
)
def test_a_contradiction_is_told_in_the_stage_that_brings_it(
    change: str, words: str, problems: Callable[[str], tuple[Problem, ...]]
) -> None:
    text = SOUND.replace("{add: {sites: [liver]}}", change)
    (problem,) = problems(text)
    assert words in problem.message
    assert problem.line == text[: text.index(change)].count("\n") + 1


def test_the_first_stage_describes_the_patient(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    begin, end = SOUND.index("    patient:"), SOUND.index("    questions: [cand")
    (problem,) = problems(SOUND[:begin] + SOUND[end:])
    assert (problem.line, problem.column) == (6, 5)
    assert "the first stage needs a patient" in problem.message


def test_a_case_asks_something(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    (problem,) = problems(re.sub(r"questions: \[.*\]", "questions: []", SOUND))
    assert (problem.line, "at least one question" in problem.message) == (6, True)


def test_a_mistake_in_one_stage_is_not_told_again_in_the_later_ones(
    problems: Callable[[str], tuple[Problem, ...]],
) -> None:
    (problem,) = problems(SOUND.replace("her2: negative", "her2: negativ"))
    assert problem.path == ("stages", 0, "patient", "her2")


def test_the_name_that_is_offered_for_a_stage_is_a_name(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    (problem,) = problems(SOUND.replace("id: third", f"id: {'x' * 59}-third"))
    assert problem.message.endswith(f", e.g. {'x' * 59}")


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(
    problems: Callable[[str], tuple[Problem, ...]],
) -> None:
    text = SOUND.replace("[candidates]", "[{ask: why_not, option: surgry}]").replace(
        "[undetermined]", "[{ask: says_who, disagreement: K99}]"
    )
    found = problems(text)
    assert [problem.path[1] for problem in found] == [0, 2]
    assert [(problem.line, problem.column) for problem in found] == sorted((p.line, p.column) for p in found)


@pytest.mark.parametrize(("text", "words"), [("", "empty"), ("- a\n- b\n", "mapping"), ("just words", "mapping")])
def test_what_is_no_case_at_all_is_told(text: str, words: str, problems: Callable[[str], tuple[Problem, ...]]) -> None:
    (problem,) = problems(text)
    assert words in problem.message
    assert problem.line == 1


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"nowhere\.yaml: cannot be read"):
        load_case(tmp_path / "nowhere.yaml")


def test_a_misspelled_name_of_a_case_is_told_with_the_nearest() -> None:
    name = case_names()[0]
    with pytest.raises(CaseError, match=f"did you mean {name}"):
        load_case(name + "x")


def test_a_case_may_be_json(write: Callable[..., Path]) -> None:
    path = write(
        """
        {"title": "t", "level": "advanced", "summary": "s", "goals": ["g"], "stages": [
          {"id": "one", "title": "t", "narrative": "n", "patient": {"er": "+"}, "questions": ["candidates"]}]}
        """,
        "mine.json",
    )
    assert load_case(path).name == "mine"


def test_a_comment_and_the_layout_change_no_digest_and_a_word_does(load: Callable[[str], Case]) -> None:
    case = load(SOUND)
    assert load("# for the next author\n" + SOUND.replace("[Name the facts.]", "\n  - Name the facts.")) == case
    assert load(SOUND.replace("sore hip.", "bad hip.")).sha256 != case.sha256


def test_paragraphs_are_divided_by_empty_lines(load: Callable[[str], Case]) -> None:
    told = "narrative: |-\n      Her hip\n      hurts.\n\n      She limps."
    case = load(SOUND.replace("narrative: Her hip hurts.", told))
    assert case.stages[0].narrative == ("Her hip hurts.", "She limps.")


def test_a_question_may_have_words_of_its_own_and_several_may_be_thought_about(load: Callable[[str], Case]) -> None:
    thoughts = "{ask: reflect, prompt: Why?}, {ask: reflect, prompt: And how?}"
    asked = f"[{{ask: changed, prompt: What is new?, hint: Look twice.}}, {thoughts}]"
    case = load(SOUND.replace("[changed]", asked))
    changed, *reflections = case.stages[1].questions
    assert (changed.prompt, changed.hints[0].kind, changed.hints[0].texts) == (
        "What is new?",
        "author",
        ("Look twice.",),
    )
    assert [one.id for one in reflections] == ["second.reflect", "second.reflect-2"]
    assert not any(one.is_graded or one.hints for one in reflections)


def test_a_stage_may_bring_nothing_but_a_wish(load: Callable[[str], Case]) -> None:
    case = load(SOUND.replace("    change: {add: {sites: [liver]}}", "    wish: To see the sea."))
    assert case.stages[2].wish == "To see the sea."
    assert case.stages[2].assessment == case.stages[1].assessment


def test_the_cases_of_a_rulebook_are_listed_the_easier_ones_first() -> None:
    levels = [listed.file.level for listed in list_cases()]
    assert levels == sorted(levels, key=("introductory", "intermediate", "advanced").index)
    assert sorted(listed.name for listed in list_cases()) == list(case_names())


@pytest.mark.parametrize("hidden", ["._bones.yaml", ".#bones.yaml", ".yaml"])
def test_a_hidden_file_is_no_case_of_a_rulebook(hidden: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(rules_dir(), rules, ignore=shutil.ignore_patterns("cases"))
    folder = rules / "cases"
    folder.mkdir()
    (folder / "bones.yaml").write_text(SOUND, encoding="utf-8")
    (folder / hidden).write_bytes(b"\x00\x05\x16\x07")
    assert case_names(rules) == ("bones",)
    assert [listed.name for listed in list_cases(rules)] == ["bones"]


def test_a_list_with_a_broken_case_tells_every_problem(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    for name, text in [("one", SOUND.replace("level:", "levl:")), ("two", SOUND), ("three", "title: t")]:
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        list_cases(tmp_path)
    assert {problem.file for problem in caught.value.problems} == {str(folder / f"{n}.yaml") for n in ("one", "three")}
