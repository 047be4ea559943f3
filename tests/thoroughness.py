"""How many examples a law tries: enough in every run to fail soon, and all of them where a run asks for it.

`pytest --hypothesis-profile=thorough` tries all; `.ci/run` does so once.
"""

from __future__ import annotations

from hypothesis import settings

ALL = 100
"""What a law without a number of its own tries in a thorough run."""

# No deadline: no test depends on how long something takes.
settings.register_profile("thorough", deadline=None, max_examples=ALL)
settings.register_profile("every run", deadline=None, max_examples=30)
settings.load_profile("every run")


def examples(most: int) -> int:
    """Of the examples that a thorough run tries, how many this run does."""
    return most * settings.default.max_examples // ALL
