"""What a new case begins with: two patients one change apart, of whom something holds for one and not for the other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import CaseError, load_case, load_rulebook
from mbc_options.cases.near_miss import Taught, near_miss
from mbc_options.cases.new_case import scaffold, write_new
from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.rendering.terminal import rendered

if TYPE_CHECKING:
    from mbc_options import Case

RULEBOOK = load_rulebook()
RULES = {rule.rule.id: rule for option in RULEBOOK.by_id.values() for rule in option.rules}
DISAGREEMENTS = {one.authored.id: one for one in RULEBOOK.disagreements}
NO_NEAR_MISS = "there is no near miss to begin with"


def tried(id_: str) -> Taught | None:
    try:
        return near_miss(id_, RULEBOOK)
    except CaseError:
        return None


def made(path: Path, teach: str) -> Case:
    write_new(path, scaffold(path, None, RULEBOOK, partial(rendered, "case/new.yaml.j2"), teach))
    return load_case(path)


@pytest.mark.parametrize("id_", ["immunotherapy", "anti_her2", "chemotherapy-after-hormone-therapy", "K29", "K17"])
def test_the_engine_agrees_that_it_holds_for_one_of_the_two_and_fails_for_the_other(id_: str, tmp_path: Path) -> None:
    taught = near_miss(id_, RULEBOOK)
    first, second = (stage.assessment.patient.knowledge for stage in made(tmp_path / "mine.yaml", id_).stages)
    before, after = (second, first) if not taught.comes else (first, second)
    if id_ in RULEBOOK.by_id:
        status = verdicts_of(RULEBOOK).status
        assert status(id_, after) == "candidate"
        assert status(id_, before) in {"not_described", "unspecified"}
    else:
        function = (RULES.get(id_) or DISAGREEMENTS[id_]).function
        assert function.entailed_by(after)
        assert function.refuted_by(before)


def test_mostly_one_fact_makes_the_difference() -> None:
    found = [taught for id_ in (*RULEBOOK.by_id, *RULES, *DISAGREEMENTS) if (taught := tried(id_)) is not None]
    assert len(found) > 100
    fields = [len({field for fields in taught.change.values() for field in fields}) for taught in found]
    assert fields.count(1) > 0.8 * len(fields)


def test_a_case_that_teaches_a_disagreement_asks_who_says_so(tmp_path: Path) -> None:
    case = made(tmp_path / "mine.yaml", "K29")
    assert [one.about for one in case.questions if one.says] == ["K29"]
    assert (
        (tmp_path / "mine.yaml").read_text().startswith("# Teaches: Brain metastases in HER2-positive disease (K29).")
    )


def test_a_case_that_teaches_an_option_asks_what_moved_it(tmp_path: Path) -> None:
    case = made(tmp_path / "mine.yaml", "immunotherapy")
    assert "immunotherapy" in {one.about for one in case.questions if one.kind == "moved_by"}


def test_of_what_holds_for_everybody_there_is_no_near_miss() -> None:
    with pytest.raises(CaseError, match=f"for 'nutrition-for-all' {NO_NEAR_MISS}"):
        near_miss("nutrition-for-all", RULEBOOK)


def test_what_the_rulebook_has_not_is_told_with_the_nearest() -> None:
    with pytest.raises(CaseError, match=r"nothing to teach is called 'immunoterapy'; did you mean immunotherapy\?"):
        near_miss("immunoterapy", RULEBOOK)


def test_a_rulebook_without_an_example_has_near_misses_too() -> None:
    rulebook = load_rulebook(Path(__file__).parents[1] / "rulebooks" / "hay-fever")
    assert rulebook.about.example is None
    taught = [near_miss(option.id, rulebook) for option in rulebook.options[:1]]
    assert all(isinstance(one, Taught) for one in taught)
