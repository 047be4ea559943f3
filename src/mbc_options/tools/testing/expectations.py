"""Expectations: a patient, and what must come out. They stand in YAML beside a rulebook, in `tests/*.yaml`.

    cases:
      - id: lung-is-visceral
        why: Where the expectation comes from, in a sentence.
        patient: {her2: negative, sites: [lung]}         # as in a patient file
        expect: {chemotherapy: candidate}                # status by class or member
        fires: [chemotherapy-her2-negative-visceral]     # rules that surely hold
        silent: [chemotherapy-triple-negative]           # rules that surely do not
        open: [chemotherapy-salvage]                     # rules that depend on what is unknown

Further keys are those of `Expectation`.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationError

from mbc_options.errors import InputError, Problem, RulebookError, nearest_word
from mbc_options.exploration.status import Scope, Status  # noqa: TC001 - pydantic reads them
from mbc_options.rulebook.load import VISIBLE, not_read_in
from mbc_options.rulebook.models import Basis, KindOfConsideration  # noqa: TC001 - pydantic reads them
from mbc_options.source import yaml_positions
from mbc_options.source.forms import Text  # noqa: TC001 - pydantic reads it
from mbc_options.source.validation import Strict, adapter, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbc_options.rulebook.compiled import CompiledRemark, CompiledRule, CompiledRulebook
    from mbc_options.source.yaml_positions import KeyPath

__all__ = [
    "BESIDE",
    "FOLDER",
    "RULE_ANSWERS",
    "Beside",
    "Expectation",
    "Placed",
    "beside_of",
    "files_of",
    "read_expectations",
    "read_file",
    "rules_of",
    "unknown_names",
]

FOLDER = "tests"
"""The folder of a rulebook that holds its expectations."""

Beside = Literal["caution", "consideration", "disagreement", "background", "question"]
"""What is said beside the options; an expectation names it by the plural, and with `no_` where it is not to be said."""

BESIDE: tuple[Beside, ...] = ("caution", "consideration", "disagreement", "background", "question")

RULE_ANSWERS = ("fires", "silent", "open")
"""What a rule may answer: it surely holds, it surely does not, or that depends on what is unknown."""

Values = dict[str, str | tuple[str, ...]]
Ids = tuple[str, ...]


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Expectation(Strict):
    """A patient, and what is expected of the rulebook.

    Attributes:
        id: unique in its file.
        why: where the expectation comes from.
        ruling: the numbers of the rulings that it holds.
        patient: the description, as in a patient file.
        refused: words of why there can be no such patient; nothing else is expected then.
        scope: whether the documents concern the patient.
        subtype: the subtype, where it is settled.
        subtypes, no_subtypes: subtypes that the patient surely has, or surely has not.
        expect: statuses.
        fires, silent, open: rules that hold, do not hold, or depend on unknown facts.
        depends_on: for an option, facts that would together make it a candidate: one of its dependencies.
        would_change: for an option, what would have to differ for another verdict: one of its changes.
        basis: for a rule among the reasons, whether it is stated, implied or editorial.
        proof: for an option, words of what decides its verdict.
        reasons: for a rule among the reasons, words of its text.
        notes: for a rule among the reasons, words of our note on it.
        mentions: general mentions that stand beside an option, whatever its status.
        agents: exactly the drugs that are named for an option.
        named_by: for an option, drugs with exactly the claims by which they are named; none where they are not.
        cautions, no_cautions: cautions that are shown, or not, with any class or member.
        says: for a caution that is shown, words of its text.
        says_not: for a caution that is shown, words that its text must not have.
        cites: for a caution that is shown, claims that it names.
        considerations, no_considerations: considerations that are shown, or not.
        disagreements, no_disagreements: likewise.
        backgrounds, no_backgrounds: likewise of entries of the background.
        questions, no_questions: questions for the care team that are asked, or not.
        exactly: of a kind of consideration, of `caution`, `disagreement` or `background`: all that are shown.
        notices_on: claims that are cited with a notice of ours.
        not_cited: claims that nothing cites.
        settles: for an unknown fact among the next questions, options that an answer settles.
        assumed: words of an assumption.
        noticed: words of a notice on how the description was read.
    """

    id: Text
    why: Text
    ruling: Annotated[tuple[int, ...], BeforeValidator(_several)] = ()
    patient: dict[str, Any]
    refused: Text | None = None
    scope: Scope = "in"
    subtype: str | None = None
    subtypes: Ids = ()
    no_subtypes: Ids = ()
    expect: dict[str, Status] = Field(default_factory=dict)
    fires: Ids = ()
    silent: Ids = ()
    open: Ids = ()
    depends_on: dict[str, Values] = Field(default_factory=dict)
    would_change: dict[str, dict[str, str]] = Field(default_factory=dict)
    basis: dict[str, Basis] = Field(default_factory=dict)
    proof: dict[str, str] = Field(default_factory=dict)
    reasons: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    mentions: dict[str, Ids] = Field(default_factory=dict)
    agents: dict[str, Ids] = Field(default_factory=dict)
    named_by: dict[str, dict[str, Ids]] = Field(default_factory=dict)
    cautions: Ids = ()
    no_cautions: Ids = ()
    says: dict[str, str] = Field(default_factory=dict)
    says_not: dict[str, str] = Field(default_factory=dict)
    cites: dict[str, Ids] = Field(default_factory=dict)
    considerations: Ids = ()
    no_considerations: Ids = ()
    disagreements: Ids = ()
    no_disagreements: Ids = ()
    backgrounds: Ids = ()
    no_backgrounds: Ids = ()
    questions: Ids = ()
    no_questions: Ids = ()
    exactly: dict[KindOfConsideration | Literal["caution", "disagreement", "background"], Ids] = Field(
        default_factory=dict
    )
    notices_on: Ids = ()
    not_cited: Ids = ()
    settles: dict[str, dict[str, Ids]] = Field(default_factory=dict)
    assumed: str | None = None
    noticed: str | None = None

    def named(self, kind: Beside, *, shown: bool) -> Ids:
        """Return what of a kind it expects to be said, or not to be said, by its id."""
        found: Ids = getattr(self, f"{'' if shown else 'no_'}{kind}s")
        return found

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield each rule that it names, with the answer that it expects."""
        for answer in RULE_ANSWERS:
            yield from ((rule, answer) for rule in getattr(self, answer))


class _File(Strict):
    cases: tuple[Expectation, ...]


class Placed(NamedTuple):
    """An expectation with the file and line that it stands in."""

    expectation: Expectation
    file: str
    line: int

    @property
    def name(self) -> str:
        """What it is called among those of all files."""
        return f"{Path(self.file).stem}::{self.expectation.id}"


def rules_of(rulebook: CompiledRulebook) -> dict[str, tuple[str, CompiledRule]]:
    """Return every rule by its id, with the option that it is of."""
    return {rule.rule.id: (id_, rule) for id_, option in rulebook.by_id.items() for rule in option.rules}


def beside_of(rulebook: CompiledRulebook) -> dict[Beside, dict[str, CompiledRemark[Any]]]:
    """Return everything said beside the options, by kind and id."""
    cautions = [caution for option in rulebook.by_id.values() for caution in option.cautions]
    every: dict[Beside, Iterable[CompiledRemark[Any]]] = {
        "caution": cautions,
        "consideration": rulebook.considerations,
        "disagreement": rulebook.disagreements,
        "background": rulebook.background,
        "question": rulebook.questions,
    }
    return {kind: {one.authored.id: one for one in remarks} for kind, remarks in every.items()}


def read_expectations(directory: Path, rulebook: CompiledRulebook) -> tuple[Placed, ...]:
    """Read the expectations of a directory, file after file by name.

    Args:
        directory: holds `*.yaml`.
        rulebook: what they are about.

    Raises:
        RulebookError: with every problem at its place: in the form, an id that two of a file have, or a name that the
            rulebook has not; and every file that is not read, because of its ending.
    """
    if not directory.is_dir():
        raise RulebookError([Problem("is no directory of expectations", str(directory))])
    found: list[Placed] = []
    problems = [*not_read_in(directory)]
    for file in files_of(directory):
        try:
            found += read_file(file, rulebook)
        except InputError as error:
            problems += error.problems
    if problems:
        raise RulebookError(problems)
    return tuple(found)


def files_of(directory: Path) -> list[Path]:
    """Return the files of expectations in a directory, by name."""
    return sorted(directory.glob(VISIBLE))


def read_file(file: Path, rulebook: CompiledRulebook | None) -> tuple[Placed, ...]:
    """Read the expectations of one file; InputError likewise.

    Args:
        file: the file.
        rulebook: what they are about; None where the names in it are not to be looked up.
    """
    tree = yaml_positions.read(file)
    content, problems = check(_File, tree)
    found: list[Placed] = []
    lines: dict[str, int] = {}
    known = None if rulebook is None else _known(rulebook)
    for i, one in enumerate(content.cases) if content else _sound(tree.data):
        line = tree.values["cases", i][0]
        if one.id in lines:
            message = f"the expectation {one.id!r} is there already, in line {lines[one.id]}"
            problems.append(tree.problem(message, ("cases", i, "id")))
        lines.setdefault(one.id, line)
        if known is not None:
            for message, path, at_key in _unknown(one, known):
                problems.append(tree.problem(message, ("cases", i, *path), at_key=at_key))
        if one.scope != "in" and any(one.answers()):
            problems.append(tree.problem("fires, silent and open are for patients in scope", ("cases", i, "scope")))
        found.append(Placed(one, str(file), line))
    if problems:
        raise RulebookError(problems)
    return tuple(found)


def _sound(data: Any) -> Iterator[tuple[int, Expectation]]:
    """Yield the expectations whose form is right in a file where it is not throughout, so that all is told at once."""
    listed = data.get("cases") if isinstance(data, dict) else None
    for i, said in enumerate(listed if isinstance(listed, list) else ()):
        with suppress(ValidationError):
            yield i, adapter(Expectation).validate_python(said)


def _known(rulebook: CompiledRulebook) -> dict[str, Mapping[str, Any]]:
    return {
        "rule": rules_of(rulebook),
        "class or member": rulebook.by_id,
        "claim": rulebook.claims,
        "drug": rulebook.vocabulary.agents.agents,
        "subtype": {one.subtype.id: one for one in rulebook.subtypes},
        **{str(kind): remarks for kind, remarks in beside_of(rulebook).items()},
    }


_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("rule", (*RULE_ANSWERS, "basis", "reasons", "notes")),
    ("class or member", ("expect", "depends_on", "would_change", "proof", "mentions", "agents", "named_by")),
    ("subtype", ("subtypes", "no_subtypes")),
    ("claim", ("notices_on", "not_cited")),
    ("caution", ("says", "says_not", "cites")),
    *((kind, (f"{kind}s", f"no_{kind}s")) for kind in BESIDE),
)
"""Of which kind is what a key names."""


def unknown_names(expectation: Expectation, rulebook: CompiledRulebook) -> tuple[str, ...]:
    """Return what is to be said of each name in an expectation that a rulebook does not have."""
    return tuple(message for message, _, _ in _unknown(expectation, _known(rulebook)))


def _unknown(  # noqa: C901 - a key after another
    expectation: Expectation, known: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, KeyPath, bool]]:
    """Yield what is to be said of names that the rulebook has not, where, and whether that is a key."""
    for kind, keys in _NAMES:
        for key in keys:
            named = getattr(expectation, key)
            is_list = isinstance(named, tuple)
            for i, name in enumerate(named):
                if name not in known[kind]:
                    yield _no_such(kind, name, known[kind]), (key, i if is_list else name), not is_list
    for option, drugs in expectation.named_by.items():
        for drug in drugs:
            if drug not in known["drug"]:
                yield _no_such("drug", drug, known["drug"]), ("named_by", option, drug), True
    if expectation.subtype is not None and expectation.subtype not in known["subtype"]:
        yield _no_such("subtype", expectation.subtype, known["subtype"]), ("subtype",), False
    for option in {option for answers in expectation.settles.values() for ids in answers.values() for option in ids}:
        if option not in known["class or member"]:
            yield _no_such("class or member", option, known["class or member"]), ("settles",), False


def _no_such(kind: str, name: str, known: Iterable[str]) -> str:
    near = nearest_word(name, known)
    return f"unknown {kind} {name!r}" + (f"; did you mean {near}?" if near else "")
