"""Complaints about `facts.yaml` and `agents.yaml`, each at its file, line and column.

Every folder of `vocabularies` holds one of them or both, wrong, and the complaints in `expected.txt`, a line each, as a
person reads them. Adding a folder adds a test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mbc_options import RulebookError
from mbc_options.rendering.terminal import new_rulebook
from mbc_options.vocabulary.load import read_vocabulary, survey_vocabulary

VOCABULARIES = Path(__file__).parent / "vocabularies"


def complaints(directory: Path) -> list[str]:
    """Return what is wrong with a vocabulary, with files as seen from its directory."""
    with pytest.raises(RulebookError) as caught:
        read_vocabulary(directory)
    return [str(problem).replace(f"{directory}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize("name", sorted(folder.name for folder in VOCABULARIES.iterdir()))
def test_a_complaint_names_the_place(name: str) -> None:
    folder = VOCABULARIES / name
    assert complaints(folder) == (folder / "expected.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("agents.yaml", "classes: []\nagents:\n  - {id: a, label: a, class: b, kind: c}\n", id="own drugs"),
        pytest.param("agents.yaml", "classes: {}\n", id="no drugs that can be read"),
        pytest.param("agents.yml", "classes: []\n", id="misnamed"),
    ],
)
@pytest.mark.parametrize("extends", [False, True], ids=["own facts", "on top of ours"])
def test_beside_wrong_drugs_facts_are_known_without_the_constraints_on_treatments(
    name: str,
    text: str,
    extends: bool,  # noqa: FBT001 - of a table
    tmp_path: Path,
) -> None:
    facts = "extends: bundled\nconstraints:\n" if extends else new_rulebook("mine")["facts.yaml"]
    treated = "prior.chemotherapy.given" if extends else "tried.drops.failed"
    other = "er: positive, pr: negative" if extends else "duration: short, signs.hurts_to_eat: yes"
    own = f"  - {{sentence: kept, never: [{{{other}}}]}}\n  - {{sentence: left out, never: [{{{treated}: yes}}]}}\n"
    (tmp_path / "facts.yaml").write_text(f"{facts}{own}", encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    vocabulary, problems = survey_vocabulary(tmp_path, ("agents.yaml",) if name.endswith(".yml") else ())
    assert vocabulary is not None, problems
    sentences = [one.sentence for one in vocabulary.impossible]
    assert "kept" in sentences
    assert "left out" not in sentences
    assert not [one for one in problems if one.file.endswith("facts.yaml")]
