"""The account of the claims register: what uses each claim, or why nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.source.forms import as_data
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["Account", "account"]

_KINDS = {
    "rules": "rule",
    "cautions": "caution",
    "mentions": "mention",
    "agents": "agent",
    "considerations": "consideration",
    "sides": "disagreement",
    "background": "background note",
    "definitions": "definition",
    "glossary": "term of the glossary",
    "questions": "question",
    "values": "prompt",
    "scope": "scope",
}


class Account(NamedTuple):
    """What uses each claim.

    Attributes:
        uses: for each claim of the register, what cites it (`rule bone-metastases`), in order.
        not_encoded: for a claim that nothing uses, the reason.
    """

    uses: Mapping[str, tuple[str, ...]]
    not_encoded: Mapping[str, str]

    def problems(self) -> Iterator[str]:
        """Yield every claim that is neither used nor given a reason, or that is given one and used."""
        for claim, uses in self.uses.items():
            if not uses and claim not in self.not_encoded:
                yield f"{claim}: nothing uses it, and no reason is given (not_encoded)"
            if uses and claim in self.not_encoded:
                yield f"{claim}: is said not to be encoded, but {uses[0]} uses it"

    def summary(self) -> str:
        """Return the account in one line for each kind of use."""
        kinds: dict[str, int] = {}
        for uses in self.uses.values():
            for kind in sorted({use.partition(": ")[0] for use in uses}):
                kinds[kind] = kinds.get(kind, 0) + 1
        used = sum(bool(uses) for uses in self.uses.values())
        reasoned = sum(claim in self.not_encoded for claim, uses in self.uses.items() if not uses)
        missing = len(self.uses) - used - reasoned
        claims = counted(len(self.uses), "claim")
        lines = [f"{claims}: {used} used, {reasoned} not encoded with a reason, {missing} unaccounted for"]
        lines += [
            f"  {count} by {'an' if kind[0] in 'aeiou' else 'a'} {kind}"
            for kind, count in sorted(kinds.items(), key=lambda item: -item[1])
        ]
        return "\n".join(lines)


def account(rulebook: CompiledRulebook) -> Account:
    """Return what uses each claim of a rulebook's register. A notice or a limit alone is no use."""
    uses: dict[str, list[str]] = {claim: [] for claim in rulebook.claims}
    authored: dict[str, Iterable[Any]] = {
        "options": [option.authored for option in rulebook.options],
        "considerations": [one.authored for one in rulebook.considerations],
        "disagreements": [one.authored for one in rulebook.disagreements],
        "background": [one.authored for one in rulebook.background],
        "definitions": rulebook.definitions,
        "glossary": rulebook.glossary,
        "questions": [one.authored for one in rulebook.questions],
        "values": rulebook.values,
    }
    for kind, entries in authored.items():
        for entry in entries:
            _collect(as_data(entry), kind, entry.id, uses)
    _collect(as_data(rulebook.about.scope), "scope", "scope", uses)
    return Account(
        {claim: tuple(dict.fromkeys(found)) for claim, found in uses.items()},
        {id_: claim.not_encoded for id_, claim in rulebook.claims.items() if claim.not_encoded},
    )


def _collect(part: Any, kind: str, owner: str, uses: dict[str, list[str]]) -> None:
    if isinstance(part, dict):
        owner = part.get("id") or owner
        for key, value in part.items():
            if key in {"claims", "mentions"}:
                name = _KINDS.get("mentions" if key == "mentions" else kind, kind)
                for claim in value:
                    uses[claim].append(f"{name}: {owner}")
            elif isinstance(value, (dict, list)):
                _collect(value, key if key in _KINDS else kind, owner, uses)
    elif isinstance(part, list):
        for item in part:
            _collect(item, kind, owner, uses)
