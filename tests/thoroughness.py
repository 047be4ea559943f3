"""How many examples a law tries: enough in every run to fail soon, and all of them where a run asks for it."""

from __future__ import annotations

from hypothesis import settings

ALL = 100
"""What a law tries without a number of its own, when a run is thorough."""

settings.register_profile("thorough", deadline=None, max_examples=ALL)
settings.register_profile("every run", deadline=None, max_examples=30)  # no test depends on how long something takes
settings.load_profile("every run")


def examples(most: int) -> int:
    """Of the examples that a thorough run (`--hypothesis-profile=thorough`) tries, those that this run tries."""
    return most * settings.default.max_examples // ALL
