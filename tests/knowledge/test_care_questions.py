"""No question for the care team asks what the description says, whoever the patient is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import Patient, explore, load_rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

RULEBOOK = load_rulebook()
VOCABULARY = RULEBOOK.vocabulary

ANSWERED_BY: Final[Mapping[str, tuple[dict[str, Any], ...]]] = {
    "distant_spread": ({"metastasis_confirmed": "yes"}, {"receptors_tested_on": "metastasis"}),
    "unknown_receptors": (
        {"er": "positive", "pr": "negative", "her2": "negative"},
        {"er": "0%", "pr": "0%", "her2": "3+"},
    ),
    "receptors_again": ({"receptors_tested_on": "metastasis"},),
    "biomarker_test": ({"immunotherapy_biomarker": "positive"}, {"immunotherapy_biomarker": "negative"}),
    "unknown_menopause": ({"menopause": "pre"}, {"menopause": "post"}, {"sex": "male"}),
    "which_hormone_therapy": ({"prior": "letrozole: ongoing"}, {"prior": "tamoxifen: ongoing"}),
    "another_hormone_therapy": ({"prior": "fulvestrant: ongoing"},),
    "cdk46_with_what": ({"prior": "letrozole + palbociclib: ongoing"}, {"prior": "ribociclib: progressed"}),
    "pi3k_mtor_for_whom": ({"prior": "everolimus: ongoing"}, {"prior": "alpelisib: progressed"}),
    "which_anti_her2_drug": ({"prior": "trastuzumab: ongoing"},),
    "why_chemotherapy": ({"prior": "capecitabine: ongoing"},),
    "one_drug_or_several": ({"prior": "capecitabine: ongoing"}, {"prior": "FEC: ongoing"}),
    "immunotherapy_for_me": ({"prior": "pembrolizumab: ongoing"}, {"prior": "pembrolizumab: stable"}),
    "radioactive_medicine_or_rays": ({"prior": "strontium-89: completed"},),
    "radiation_for_what": ({"prior": "radiation_therapy: ongoing"},),
    "surgery_or_radiation": ({"prior": "radiation_therapy: ongoing"}, {"prior": "surgery: ongoing"}),
    "palliative_care_early": ({"prior": "palliative_care: ongoing"},),
    "trial_for_me": ({"prior": "clinical_trial: ongoing"},),
    "calcium_tablets": ({"findings": {"hypercalcemia": "no"}},),
    "men_and_the_texts": ({"sex": "female"},),
    "cost_of_care": ({"situation": {"financial_stress": "no"}},),
}
"""What a description may say that answers a question, or shows that it is none; by question."""

BEYOND_DESCRIPTION: Final = {
    "goal_of_treatment",
    "side_effects",
    "if_it_stops_working",
    "second_opinion",
    "protecting_bones",  # also by how one moves, which no treatment says
    "help_for_daily_life",  # of several kinds, of which one may be there
    "urgent_signs",  # a number to call
}
"""Questions on what no fact of a description says."""


def test_every_question_is_on_one_of_the_two_lists() -> None:
    assert {one.authored.id for one in RULEBOOK.questions} == {*ANSWERED_BY, *BEYOND_DESCRIPTION}
    assert not BEYOND_DESCRIPTION & {*ANSWERED_BY}


def _anything() -> st.SearchStrategy[dict[str, Any]]:
    receptor = st.sampled_from(["positive", "negative", "unknown"])
    outcomes = st.sampled_from(["progressed", "stable", "ongoing", "completed"])
    treatments = st.sampled_from([*VOCABULARY.agents.groups, *VOCABULARY.agents.agents])
    listed = {
        field: st.lists(st.sampled_from([*VOCABULARY.names[field].yes]), max_size=3, unique=True)
        for field in ("extent", "findings", "situation")
    }
    return st.fixed_dictionaries(
        {
            "er": receptor,
            "pr": receptor,
            "her2": receptor,
            "prior": st.lists(st.builds("{}: {}".format, treatments, outcomes), max_size=3),
        },
        optional={
            **listed,
            "sites": st.lists(st.sampled_from(["bone", "liver", "lung", "brain"]), min_size=1, max_size=3, unique=True),
            "menopause": st.sampled_from(["pre", "post"]),
            "receptors_tested_on": st.sampled_from(["primary", "metastasis"]),
            "immunotherapy_biomarker": receptor,
        },
    )


def _patient(said: dict[str, Any]) -> Patient | None:
    try:
        return Patient(**said)
    except ValueError:  # contradicts itself
        return None


@pytest.mark.parametrize(
    ("question", "answer"), [(question, answer) for question, answers in ANSWERED_BY.items() for answer in answers]
)
def test_a_question_is_not_asked_where_the_description_answers_it(question: str, answer: dict[str, Any]) -> None:
    @settings(
        max_examples=examples(25),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(_anything())
    def held(said: dict[str, Any]) -> None:
        more = dict(answer)
        if treatment := more.pop("prior", None):
            more["prior"] = [*said["prior"], treatment]
        patient = _patient(said | more)
        assume(patient is not None)
        assert patient is not None
        assert question not in {one.id for one in explore(patient).questions}

    held()
