"""Whether the documents are the ones that were read, and whether each claim's key words stand in its document."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["Verification", "verify_sources"]


class Verification(NamedTuple):
    """What was looked up, and what was not found.

    Attributes:
        documents: how many documents were read.
        claims: how many claims were looked up.
        key_terms: how many key terms were looked for.
        problems: what is wrong, a line each.
    """

    documents: int
    claims: int
    key_terms: int
    problems: tuple[str, ...]

    def summary(self) -> str:
        """Return the figures in one line."""
        return (
            f"{self.documents} documents, {self.claims} claims, {self.key_terms} key terms looked up: "
            f"{len(self.problems)} problems"
        )


def verify_sources(rulebook: CompiledRulebook, directory: str | Path) -> Verification:
    """Look up every claim of a rulebook in the documents.

    Args:
        rulebook: with its sources (file name and sha256) and claims (key terms, which must stand in
            the document word for word, white space aside).
        directory: holds the documents.
    """
    problems: list[str] = []
    texts: dict[str, str] = {}
    for id_, source in rulebook.sources.items():
        path = Path(directory) / source.file
        try:
            raw = path.read_bytes()
        except OSError as error:
            problems.append(f"{id_}: {path} cannot be read: {error.strerror or error}")
            continue
        digest = sha256(raw).hexdigest()
        if digest != source.sha256:
            problems.append(f"{id_}: {path} is not the document that was read: its sha256 is {digest}")
        texts[id_] = " ".join(raw.decode("utf-8", errors="replace").split())
    looked_up = terms = 0
    for id_, claim in rulebook.claims.items():
        text = texts.get(id_.partition("-")[0])
        if text is None:
            continue
        looked_up += 1
        for term in claim.key_terms:
            terms += 1
            if " ".join(term.split()) not in text:
                problems.append(f"{id_}: the key term {term!r} does not stand in its document")
    return Verification(len(texts), looked_up, terms, tuple(problems))
