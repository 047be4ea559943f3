"""The vocabulary of the rulebook that comes with the package."""

from __future__ import annotations

import pickle
from functools import cache
from typing import TYPE_CHECKING

from mbc_options import package_data

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["bundled_vocabulary"]


@cache
def bundled_vocabulary() -> Vocabulary:
    """Return the vocabulary of the rulebook that comes with the package; read once, at first use."""
    compiled = package_data.compiled()
    if compiled is not None:
        vocabulary: Vocabulary = pickle.loads(compiled.vocabulary)  # noqa: S301 - written when the package was built
        return vocabulary
    from mbc_options.vocabulary.load import read_vocabulary

    return read_vocabulary(package_data.rules_dir())
