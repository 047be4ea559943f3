"""How many examples a law tries, and which cases: enough in every run to fail soon, and all where a run asks for it.

`pytest --hypothesis-profile=thorough` tries all; `.ci/run` does so once.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from mbc_options.cases.catalog import case_names

ALL = 100
"""What a law without a number of its own tries in a thorough run."""

# No deadline, and slow examples are none too many: no test depends on how long something takes.
_ANY_TIME = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", _ANY_TIME, max_examples=ALL)
settings.register_profile("every run", _ANY_TIME, max_examples=30)
settings.load_profile("every run")


def is_thorough() -> bool:
    """Whether this run tries all."""
    return settings.default.max_examples == ALL


def examples(most: int) -> int:
    """Of the examples that a thorough run tries, how many this run does."""
    return most * settings.default.max_examples // ALL


SOME_CASES = ("a-marker-to-wait-for", "bone-after-menopause", "one-more-test", "two-documents-two-voices")
"""Cases that together have all that cases can have; `tests/cases/test_shipped.py` holds that."""


def cases_to_try() -> tuple[str, ...]:
    """Of the shipped cases, those for which this run tries what an output makes of each."""
    return case_names() if is_thorough() else SOME_CASES
