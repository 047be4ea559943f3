"""The same description as a file, as flags and from Python is the same patient, with the same verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mbc_options import DescriptionError, Patient, load_rulebook, statuses
from mbc_options.cli.main import cli
from mbc_options.patient.file import load_description
from mbc_options.vocabulary.facts import Choice, Names, TextField

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.facts import AnyField
    from mbc_options.vocabulary.vocabulary import Vocabulary

OURS = load_rulebook()
HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"
RULEBOOKS = {"": OURS, str(HAY_FEVER): load_rulebook(HAY_FEVER)}


def values_of(field: AnyField, vocabulary: Vocabulary) -> st.SearchStrategy[Any]:
    """What a file, a flag and Python can all say of a field."""
    if isinstance(field, TextField):
        return st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=5)
    if isinstance(field, Choice):
        return st.sampled_from([*(value.id for value in field.values), *(also.id for also in field.open_values)])
    if isinstance(field, Names):
        names = st.lists(st.sampled_from([name.id for name in field.listed]), max_size=4, unique=True)
        return names | st.just("unknown")
    treatments = st.sampled_from([*vocabulary.agents.groups, *vocabulary.agents.agents])
    outcomes = st.sampled_from([*(outcome.id for outcome in field.outcomes if not outcome.always), "unknown"])
    entries = st.builds("{}:{}".format, treatments, outcomes) | treatments
    return st.lists(entries, max_size=3) | st.just("unknown")


def descriptions(vocabulary: Vocabulary) -> st.SearchStrategy[dict[str, Any]]:
    fields = {id_: values_of(field, vocabulary) for id_, field in vocabulary.fields.items()}
    return st.fixed_dictionaries({}, optional=fields).filter(bool)


def flags_of(description: dict[str, Any], vocabulary: Vocabulary) -> list[str]:
    flags = []
    for field, said in description.items():
        for value in (said or ["none"]) if isinstance(said, list) else [said]:
            flags += [f"--{vocabulary.flag_of(field)}", value]
    return flags


def from_flags(description: dict[str, Any], rules: str) -> dict[str, str] | None:
    """The verdicts of `report` by id, and None where it refuses the description."""
    named = ["--rules", rules] if rules else []
    flags = flags_of(description, RULEBOOKS[rules].vocabulary)
    done = CliRunner().invoke(cli, ["report", *flags, *named, "--format", "json"])
    if done.exit_code:
        assert isinstance(done.exception, SystemExit)
        assert done.exit_code == 2
        return None
    options = json.loads(done.stdout)["options"]
    return {one["id"]: one["status"] for option in options for one in (option, *option["members"])}


def from_file(path: Path, rulebook: CompiledRulebook) -> dict[str, str] | None:
    try:
        return dict(statuses(load_description(path, rulebook.vocabulary), rulebook))
    except DescriptionError:
        return None


def from_python(description: dict[str, Any], rulebook: CompiledRulebook) -> dict[str, str] | None:
    try:
        return dict(statuses(rulebook.patient(**description), rulebook))
    except DescriptionError:
        return None


@pytest.mark.parametrize("rules", RULEBOOKS, ids=["ours", "hay fever"])
def test_file_flags_and_python_give_the_same_verdicts(rules: str, tmp_path: Path) -> None:
    rulebook, path = RULEBOOKS[rules], tmp_path / "patient.json"

    @settings(deadline=None)
    @given(descriptions(rulebook.vocabulary))
    def held(description: dict[str, Any]) -> None:
        path.write_text(json.dumps(description), encoding="utf-8")
        expected = from_python(description, rulebook)
        assert from_file(path, rulebook) == expected
        assert from_flags(description, rules) == expected

    held()


OPEN_FLAGS = [
    (["--site", "bone=yes", "--site", "liver=no"], {"sites": {"bone": "yes", "liver": "no"}}),
    (["--site", "osseous mets=y"], {"sites": {"bone": "yes"}}),
    (["--site", "other=no"], {"sites": {"other": "no"}}),
    (["--site", "other:a=b"], {"sites": ["other:a=b"]}),
    (["--prior", "letrozole=progressed"], {"prior": {"letrozole": "progressed"}}),
    (["--prior", "letrozole = PD : adjuvant"], {"prior": {"letrozole": {"outcome": "progressed", "setting": "early"}}}),
    (["--prior", "chemo=stable", "--prior", "chemo=completed"], {"prior": {"chemotherapy": ["stable", "completed"]}}),
    (["--prior", "chemo=no", "--prior", "metastatic=no"], {"prior": {"chemotherapy": "no", "metastatic": "no"}}),
    (["--prior", "hormone_therapy:progressed=no"], {"prior": {"hormone_therapy": {"progressed": "no"}}}),
    (
        ["--prior", "FEC=unknown:early", "--prior", "FEC:progressed=no"],
        {"prior": {"FEC": {"outcome": "unknown", "setting": "early", "progressed": "no"}}},
    ),
    (["--prior", "other:a drug=progressed"], {"prior": {"other:a drug": "progressed"}}),
    (["--prior", "carboplatin AUC=5: stable"], {"prior": ["carboplatin: stable"]}),
    (
        ["--fact", "sites=bone=yes", "--fact", "prior=surgery=no"],
        {"sites": {"bone": "yes"}, "prior": {"surgery": "no"}},
    ),
]


@pytest.mark.parametrize(("flags", "description"), OPEN_FLAGS)
def test_flags_with_an_equals_sign_leave_the_rest_open(flags: list[str], description: dict[str, Any]) -> None:
    done = CliRunner().invoke(cli, ["report", *flags, "--format", "json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["patient"] == Patient(**description).description.as_data()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--site", "bone=yes", "--site", "liver"], "sites is a complete list (liver) or single answers"),
        (["--site", "bone=perhaps"], "--site: sites: bone takes yes, no or unknown here, not 'perhaps'"),
        (["--site", "bone=yes", "--site", "bone=no"], "bone is said to be both yes and no"),
        (["--prior", "letrozole=progresed"], "did you mean progressed?"),
        (["--prior", "letrozole:progresed=no"], "did you mean progressed?"),
        (["--prior", "letrozole=stable:early", "--prior", "letrozole=stable:metastatic"], "both early and metastatic"),
    ],
)
def test_flags_that_cannot_be_are_refused(flags: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, ["report", *flags])
    assert done.exit_code == 2
    assert message in done.output
