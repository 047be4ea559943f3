"""Complaints about `facts.yaml` and `agents.yaml`, each at its file, line and column.

Every folder of `vocabularies` holds one of them or both, wrong, and the complaints in `expected.txt`, a line each, as a
person reads them. Adding a folder adds a test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mbc_options import RulebookError
from mbc_options.vocabulary.load import read_vocabulary

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
