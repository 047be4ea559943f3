"""A rulebook in plain words: the same knowledge and verdicts, told to patients and their families."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mbc_options import explore, load_rulebook, render, statuses
from mbc_options.cli.main import cli

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.words import Words

LESSON = Path(__file__).parent / "rulebooks" / "positive" / "lesson"

RULE = """
id: surgery
order: 2
label: Surgery
gloss: An operation
summary: Resection of a metastasis.
plain: {label: An operation, summary: It takes out a tumor.}
rules:
  - id: surgery-pain
    when: {findings.pain: yes}
    status: candidate
    because: Pain is an indication.
    plain: {because: It may help where it hurts.}
    note: Ours.
    claims: []
    basis: editorial
cautions:
  - id: surgery-rarely
    when: always
    text: Rarely performed.
    plain: {text: It is seldom done.}
    basis: editorial
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return a rulebook that says some things in plain words, too."""
    found = shutil.copytree(LESSON, tmp_path / "lesson", ignore=shutil.ignore_patterns("expected.txt"))
    (found / "therapies" / "surgery.yaml").write_text(RULE, encoding="utf-8")
    return found


def told(rulebook: CompiledRulebook) -> tuple[str, ...]:
    option = explore(rulebook.patient(findings=["pain"]), rulebook)["surgery"]
    (reason,), (caution,) = option.because, option.cautions
    return option.label, option.summary, reason.text, reason.note or "", caution.text


def test_what_has_plain_words_is_told_in_them_and_the_rest_as_it_is(directory: Path) -> None:
    clinical, plain = load_rulebook(directory), load_rulebook(directory, words="plain")
    assert told(clinical) == (
        "Surgery",
        "Resection of a metastasis.",
        "Pain is an indication.",
        "Ours.",
        "Rarely performed.",
    )
    assert told(plain) == (
        "An operation",
        "It takes out a tumor.",
        "It may help where it hurts.",
        "Ours.",
        "It is seldom done.",
    )


def test_a_result_says_in_which_register_it_speaks(directory: Path) -> None:
    for words in ("clinical", "plain"):
        rulebook = load_rulebook(directory, words=words)  # type: ignore[arg-type]  # each of the two
        assert explore(rulebook.patient(), rulebook).model_dump(mode="json")["rulebook"]["words"] == words


def test_both_registers_are_one_rulebook_with_one_digest_and_are_not_taken_for_each_other(directory: Path) -> None:
    clinical, plain = load_rulebook(directory), load_rulebook(directory, words="plain")
    assert clinical.sha256 == plain.sha256
    assert clinical != plain
    assert clinical.vocabulary != plain.vocabulary


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"er": "+", "her2": "-", "sites": ["bone"], "prior": ["letrozole: progressed"]},
        {"er": "5%", "pr": "-", "her2": "2+", "menopause": "perimenopausal", "findings": ["hypercalcemia"]},
        {"sex": "male", "er": "-", "pr": "-", "her2": "3+", "sites": ["liver", "brain"], "prior": []},
        {"sites": []},
    ],
)
def test_both_registers_decide_alike_on_the_same_proofs(said: dict[str, object]) -> None:
    clinical, plain = load_rulebook(), load_rulebook(words="plain")
    patient = clinical.patient(**said)
    assert statuses(patient, clinical) == statuses(patient, plain)
    a, b = explore(patient, clinical), explore(patient, plain)
    assert [option.id for option in a.options] == [option.id for option in b.options]
    for first, second in zip(a.options, b.options, strict=True):
        assert [(reason.rule, reason.proof) for reason in first.because] == [
            (reason.rule, reason.proof) for reason in second.because
        ]
        assert [(way.if_, way.then) for way in first.depends_on] == [(way.if_, way.then) for way in second.depends_on]
    assert [one.fact for one in a.known] == [one.fact for one in b.known]
    assert [one.id for one in a.considerations] == [one.id for one in b.considerations]
    assert a.claims.keys() == b.claims.keys()


def test_the_command_line_speaks_in_the_register_that_is_asked_for(directory: Path) -> None:
    runner = CliRunner()
    for words, text in (("clinical", "Pain is an indication."), ("plain", "It may help where it hurts.")):
        for command in (["report", "--full"], ["why", "surgery"]):
            done = runner.invoke(cli, [*command, "--rules", str(directory), "--finding", "pain", "--words", words])
            assert done.exit_code == 0, done.output
            assert text in done.output


@pytest.mark.parametrize(("words", "remark"), [("clinical", "Our remark."), ("plain", "What we add.")])
@pytest.mark.parametrize(("file", "begin"), [("considerations", "kind: support"), ("background", "when: always")])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_remark_of_ours_stands_apart_from_what_the_documents_say(
    directory: Path, words: Words, remark: str, file: str, begin: str, format_: str
) -> None:
    entry = f"""
  - id: told
    {begin}
    title: Something beside
    {"when: always" if file == "considerations" else ""}
    text: What a document says.
    note: Our remark.
    plain: {{note: What we add.}}
    claims: []
    basis: stated
"""
    key = "notes" if file == "background" else file
    (directory / f"{file}.yaml").write_text(f"{key}:{entry}", encoding="utf-8")
    rulebook = load_rulebook(directory, words=words)
    page = render(explore(rulebook.patient(), rulebook), format_, parts=["full"] if format_ == "text" else [])
    assert f"Note of ours: {remark}" in page
    assert page.index("What a document says.") < page.index(remark)
