"""Rulebooks that load, and complaints about those that do not, each at its file, line and column.

Every folder of `rulebooks/positive` is a rulebook. Every folder of `rulebooks/negative` holds the files
that differ from `rulebooks/positive/lesson`, and the complaints in `expected.txt`, a line each, as a person
reads them. Adding a folder adds a test.
"""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Patient, RulebookError, explore, load_rulebook, statuses
from mbc_options.package_data import rules_dir
from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import Names
from mbc_options.rulebook.load import read_rulebook, survey
from mbc_options.rulebook.partial import partial
from mbc_options.rulebook.references import ReadFile, cross_check
from mbc_options.source import yaml_positions
from mbc_options.source.validation import check
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

    from mbc_options.source.yaml_positions import Data, KeyPath

RULEBOOKS = Path(__file__).parent / "rulebooks"
LESSON = RULEBOOKS / "positive" / "lesson"


def folders(kind: str) -> list[str]:
    return sorted(folder.name for folder in (RULEBOOKS / kind).iterdir())


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Return a copy of the lesson, to be changed."""
    return Path(shutil.copytree(LESSON, tmp_path / "rulebook"))


def complaints(directory: Path) -> list[str]:
    """Return what is wrong with a rulebook, with files as seen from its directory."""
    with pytest.raises(RulebookError) as caught:
        read_rulebook(directory)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem).replace(f"{directory}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize("name", folders("positive"))
def test_a_rulebook_loads_and_gives_verdicts(name: str) -> None:
    rulebook = load_rulebook(RULEBOOKS / "positive" / name)
    patient = Patient(er="positive", pr="positive", menopause="post")
    assessment = explore(patient, rulebook)
    assert {unit.id: unit.status for option in assessment.options for unit in (option, *option.members)} == statuses(
        patient, rulebook
    )
    assert assessment["hormone_therapy"].status == "candidate"


@pytest.mark.parametrize("name", folders("negative"))
def test_a_complaint_names_the_place(name: str, lesson: Path) -> None:
    folder = RULEBOOKS / "negative" / name
    shutil.copytree(folder, lesson, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    assert complaints(lesson) == (folder / "expected.txt").read_text(encoding="utf-8").splitlines()


def test_a_place_is_data_too(lesson: Path) -> None:
    (lesson / "considerations.yaml").write_text("considerations:\n  - {id: ask}\n", encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        read_rulebook(lesson)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.column) == (str(lesson / "considerations.yaml"), 2, 5)
    assert problem.path == ("considerations", 0, "kind")


@pytest.mark.parametrize("name", ["._hormone_therapy.yaml", ".#hormone_therapy.yaml", ".yaml"])
def test_a_file_that_its_author_does_not_see_is_not_read(name: str, lesson: Path) -> None:
    before = read_rulebook(lesson).rulebook
    for folder in ("therapies", "claims"):
        (lesson / folder).mkdir(exist_ok=True)
        (lesson / folder / name).write_bytes(b"\0\5\x16\7")
    assert read_rulebook(lesson).rulebook == before


def test_a_rulebook_without_its_first_file(lesson: Path) -> None:
    (lesson / "rulebook.yaml").unlink()
    assert complaints(lesson) == ["rulebook.yaml: is missing"]


def test_a_rulebook_without_therapies(lesson: Path) -> None:
    shutil.rmtree(lesson / "therapies")
    assert complaints(lesson) == [f"{lesson}: holds no therapies/*.yaml"]


def test_an_empty_directory_lacks_both(tmp_path: Path) -> None:
    assert complaints(tmp_path) == ["rulebook.yaml: is missing", f"{tmp_path}: holds no therapies/*.yaml"]


def test_a_therapy_that_cannot_be_read_is_no_missing_one(lesson: Path) -> None:
    file = lesson / "therapies" / "hormone_therapy.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("label:", "lable:", 1), encoding="utf-8")
    assert complaints(lesson) == ["therapies/hormone_therapy.yaml:3:1: unknown key 'lable'; did you mean label?"]


def test_no_directory(tmp_path: Path) -> None:
    assert complaints(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: is no directory of a rulebook"]


def test_bytes_that_are_no_text(lesson: Path) -> None:
    (lesson / "background.yaml").write_bytes(b"notes:\n  - id: \xff\n")
    assert complaints(lesson) == ["background.yaml:2:9: is not UTF-8 text (byte 0xff); save it as UTF-8"]


def test_the_shared_agents_may_lie_beside_it(lesson: Path) -> None:
    shutil.copyfile(rules_dir() / "agents.yaml", lesson / "agents.yaml")
    read_rulebook(lesson)


def test_the_words_of_before_are_refused_with_the_mend(lesson: Path) -> None:
    (lesson / "vocabulary.yaml").write_text("facts: []\n", encoding="utf-8")
    assert complaints(lesson) == [
        "vocabulary.yaml: is no longer read: facts and their words stand in facts.yaml, which may say extends: bundled"
    ]


def test_a_negation_is_told_in_its_own_words() -> None:
    rulebook = load_rulebook()
    either = ("premenopausal", "postmenopausal")
    assert rulebook.vocabulary.phrase("menopause", either) == "pre- or postmenopausal, not known which"
    assert rulebook.vocabulary.phrase("menopause", ("postmenopausal", "not_applicable")) == "not premenopausal"


def test_the_bundled_rulebook_reads_without_a_complaint() -> None:
    assert len(read_rulebook(rules_dir()).rulebook.therapies) == 13


def pairs_of_facts(lesson: Path, count: int) -> None:
    """Add a class that is described for whoever meets one of some pairs of facts."""
    facts = [fact for fact, values in load_rulebook().space.domains.items() if values == ("yes", "no")]
    facts = [fact for fact in facts if fact.startswith("findings.")][: 2 * count]
    assert len(facts) == 2 * count
    rules = [
        f"  - {{id: pair-{i}, when: {{all: [{{{a}: yes}}, {{{b}: yes}}]}}, status: candidate, because: B.,"
        " claims: [], basis: editorial}"
        for i, (a, b) in enumerate(zip(facts[::2], facts[1::2], strict=True))
    ]
    text = "\n".join(["id: pairs", "order: 2", "label: Pairs", "gloss: Pairs", "summary: They are.", "rules:", *rules])
    (lesson / "therapies" / "pairs.yaml").write_text(f"{text}\n", encoding="utf-8")


def test_a_class_with_many_reasons_against_it_loads(lesson: Path) -> None:
    pairs_of_facts(lesson, 6)
    rulebook = load_rulebook(lesson)
    nothing = Patient(er="+", findings=[])
    assert statuses(nothing, rulebook)["pairs"] == "not_described"
    assert statuses(Patient(er="+"), rulebook)["pairs"] == "undetermined"


def test_a_class_with_too_many_reasons_to_list_is_decided_on_demand_and_that_is_told(lesson: Path, run: Run) -> None:
    pairs_of_facts(lesson, 9)
    rulebook = load_rulebook(lesson)
    assert {option.id: option.decide for option in rulebook.options} == {"hormone_therapy": "primes", "pairs": "cover"}
    nothing = Patient(er="+", findings=[])
    assert statuses(nothing, rulebook)["pairs"] == "not_described"
    assert statuses(Patient(er="+"), rulebook)["pairs"] == "undetermined"
    assert "pairs: Pairs (decided on demand)" in run("rules", "list", "--rules", str(lesson)).stdout
    assert "are decided on demand, and are as exact." in run("rules", "show", "pairs", "--rules", str(lesson)).stdout
    compiled = run("rules", "compile", "--rules", str(lesson))
    assert compiled.stderr.startswith("decided on demand, by a cover")
    assert compiled.stderr.endswith("to be listed): pairs\n")


@pytest.mark.parametrize("command", [["report", "--full"], ["why", "pairs"]], ids=lambda command: str(command[0]))
@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_where_too_much_would_settle_a_class_it_is_said_that_there_is_more(
    command: list[str], format_: str, lesson: Path, run: Run
) -> None:
    pairs_of_facts(lesson, 9)
    said = "And in other ways, too many to be listed."
    shown = [*command, "--rules", str(lesson), "--format", format_, "--er", "+"]
    assert said in " ".join(run(*shown).stdout.split())
    assert said not in " ".join(run(*shown, "--finding", "pain", "--finding", "bone_pain").stdout.split())


def test_a_class_of_which_neither_side_can_be_listed_is_refused_at_its_place_and_at_once(
    lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mbc_options.rulebook.conditions.FEW_CUBES", 50)
    monkeypatch.setattr("mbc_options.rulebook.conditions.MOST_CUBES", 50)
    pairs_of_facts(lesson, 6)
    sites = ("liver", "lung", "brain", "skin", "bone", "bone_marrow")
    others = ("fatigue", "malaise", "headache", "seizures", "weakness", "jaundice")
    either = ", ".join(
        f"{{any: [{{sites.{a}: yes}}, {{findings.{b}: yes}}]}}" for a, b in zip(sites, others, strict=True)
    )
    with (lesson / "therapies" / "pairs.yaml").open("a", encoding="utf-8") as file:
        file.write(
            f"  - {{id: all-of-either, when: {{all: [{either}]}}, status: candidate, because: B., claims: [], "
            "basis: editorial}\n"
        )
    with pytest.raises(RulebookError) as caught:
        load_rulebook(lesson)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{lesson}/therapies/pairs.yaml:1:5: the conditions of pairs are too many for one ")
    assert str(problem).endswith("can be listed; name fewer facts together, or divide it")


SURGERY = """id: surgery
order: 2
label: Surgery
gloss: An operation
summary: It takes out a tumor.
"""


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param(
            "surgery.yaml",
            SURGERY.replace("order: 2", "order: 1"),
            "therapies/surgery.yaml:2:8: order 1 is there already, at therapies/hormone_therapy.yaml:2:8; the classes "
            "stand by their ids; give each class a number of its own",
            id="equal order",
        ),
        pytest.param(
            "surgery.yaml",
            SURGERY.replace("An operation", "See item #3"),
            "therapies/surgery.yaml:4:17: the text ends before '#3', which is read as a comment; put text with # in "
            "quotes; before a comment, write two spaces",
            id="cut off",
        ),
        pytest.param(
            "surgery.yaml",
            SURGERY.replace("An operation", "What {agnet} does"),
            "therapies/surgery.yaml:4:8: nothing is put in for {agnet} here; write what is meant",
            id="stand-in",
        ),
        pytest.param(
            "surgery.yaml",
            f"{SURGERY}cautions:\n- {{id: c, when: always, text: 'After {{agent}}.', basis: editorial}}\n",
            "therapies/surgery.yaml:7:31: nothing is put in for {agent} here; did you mean {agents}?",
            id="stand-in of a caution",
        ),
        pytest.param(
            "surgery.yaml",
            SURGERY.replace("id: surgery", "id: chemoterapy"),
            "therapies/surgery.yaml:1:5: agents.yaml has no class 'chemoterapy', so that no earlier treatment counts "
            "as this; did you mean chemotherapy?",
            id="class that no drug has",
        ),
    ],
)
def test_what_an_author_likely_meant_otherwise_is_a_warning(name: str, text: str, told: str, lesson: Path) -> None:
    (lesson / "therapies" / name).write_text(text, encoding="utf-8")
    found = survey(lesson)
    assert [str(problem).replace(f"{lesson}/", "") for problem in found.problems] == [told]
    assert [problem.severity for problem in found.problems] == ["warning"]
    assert read_rulebook(lesson).rulebook.therapies[-1].label == "Surgery"


def test_every_problem_of_a_rulebook_has_a_code(lesson: Path) -> None:
    for name in folders("negative"):
        copy = Path(shutil.copytree(lesson, lesson.parent / name))
        shutil.copytree(RULEBOOKS / "negative" / name, copy, dirs_exist_ok=True)
        assert all(problem.code for problem in survey(copy).problems), name


def places(said: Data, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The places of values in what a file says."""
    if path:
        yield path
    for step, inside in said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ():
        yield from places(inside, (*path, step))


def test_a_value_of_any_other_kind_is_a_problem_and_nothing_worse() -> None:
    path = RULEBOOKS / "negative" / "members-without-a-dash" / "therapies" / "surgery.yaml"
    agents = "agents: [{agent: letrozole, claims: []}]"
    members = "members: [{id: a, label: A, gloss: A, summary: A., rules: []}]"
    sound, _, _ = path.read_text(encoding="utf-8").partition("members:")
    data = yaml_positions.parse(f"{sound}{agents}\n{members}\n", "surgery.yaml").data
    for *above, last in places(data):
        for other in ("a", ["a"], {"a": "b"}, [{"a": "b"}]):
            changed = deepcopy(data)
            part: Any = changed
            for step in above:
                part = part[step]
            part[last] = other
            tree = yaml_positions.parse(json.dumps(changed), "surgery.yaml", json=True)
            found, _ = check(models.Therapy, tree, Names(bundled_vocabulary()))
            form = partial(models.Therapy, tree.data) if found is None else found
            for problem in cross_check([ReadFile(form, tree, found is not None)], bundled_vocabulary()):
                assert problem.line
