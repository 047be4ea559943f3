"""A rulebook as it would be if only some of its documents existed.

Of what rests on claims, what is *stated* stays while one claim that states it does, and what is *implied* while all
that support it do: it follows from them together. What is *editorial* no document says. Such a rule goes, and that is
told; such a remark stays, for it is ours in any case, and marked so. What is cited are claims of these documents
alone. The scope, the definitions and the glossary are how the documents are read, and stay. A disagreement stays while
all its sides do, for it tells what each of them says.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from mbc_options.errors import InputError, Problem, nearest_word
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.models import Rulebook, Therapy, source_of, support_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook
    from mbc_options.rulebook.models import Basis, Disagreement, Member, Supports

__all__ = ["limited_to", "speaking"]

M = TypeVar("M", bound="Member")

SUPPORTING = ("states", "implies")


def speaking(option: CompiledOption, documents: Iterable[str], knowledge: int | None = None) -> tuple[str, ...]:
    """Return the claims of some documents that support a rule of an option or of its members, enough alone or not.

    Args:
        option: a class or member.
        documents: ids of documents.
        knowledge: what is known of a patient: only rules count that hold or may hold then. Default: every rule counts.
    """
    chosen = frozenset(documents)
    return tuple(
        dict.fromkeys(
            claim
            for one in (option, *option.members)
            for rule in one.rules
            if knowledge is None or not rule.function.refuted_by(knowledge)
            for claim in rule.rule.claims
            if source_of(claim) in chosen and support_of(rule.rule.basis, rule.rule.supports, claim) in SUPPORTING
        )
    )


def limited_to(rulebook: CompiledRulebook, documents: Iterable[str]) -> CompiledRulebook:
    """Return a rulebook as if only these documents existed.

    Args:
        rulebook: the whole.
        documents: ids of some of its documents.

    Raises:
        TypeError: where `documents` is a text, and not several of them.
        InputError: where there is no document of that id, or none is named.
    """
    if isinstance(documents, str):
        msg = f"documents takes the ids of documents, as {{{documents!r}}}, not a text"
        raise TypeError(msg)
    chosen = frozenset(documents)
    known = rulebook.sources
    unknown = sorted(str(id_) for id_ in chosen if id_ not in known)
    if unknown or not chosen:
        what = f"there is no document {unknown[0]!r}" if unknown else "no document is named"
        near = nearest_word(unknown[0], known) if unknown else None
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise InputError([Problem(f"{what}; {hint}")])
    return _limited_to(rulebook, chosen)


@lru_cache(16)
def _limited_to(rulebook: CompiledRulebook, documents: frozenset[str]) -> CompiledRulebook:
    limit = _Limit(documents)
    whole = rulebook
    about = whole.about
    compiled = compile_rulebook(
        Rulebook(
            about=replace(
                about,
                scope=replace(about.scope, claims=limit.claims(about.scope.claims)),
                limits=tuple(replace(one, claims=limit.claims(one.claims)) for one in about.limits),
                notices=tuple(replace(one, claims=limit.claims(one.claims)) for one in about.notices),
            ),
            vocabulary=whole.vocabulary,
            definitions=limit.cited(whole.definitions),
            therapies=tuple(limit.therapy(option) for option in whole.options),
            considerations=limit.remarks(one.authored for one in whole.considerations),
            disagreements=limit.disagreements(one.authored for one in whole.disagreements),
            background=limit.remarks(one.authored for one in whole.background),
            glossary=limit.cited(whole.glossary),
            questions=limit.remarks(one.authored for one in whole.questions),
            values=limit.cited(whole.values),
            sources=tuple(source for id_, source in whole.sources.items() if id_ in documents),
            claims=tuple(claim for id_, claim in whole.claims.items() if source_of(id_) in documents),
            rulings=whole.rulings,
        )
    )
    return replace(compiled, words=whole.words)


class _Limit:
    """What of a rulebook some documents carry."""

    def __init__(self, documents: frozenset[str]) -> None:
        self.documents = documents

    def claims(self, claims: Iterable[str]) -> tuple[str, ...]:
        """Return the claims of these documents."""
        return tuple(claim for claim in claims if source_of(claim) in self.documents)

    def carries(self, basis: Basis, claims: Iterable[str], supports: Supports) -> bool:
        """Tell whether these documents alone say something that is stated or implied."""
        how = {claim: support_of(basis, supports, claim) for claim in claims}
        stating = [claim for claim, support in how.items() if support == "states"]
        if basis == "stated" and stating:
            return bool(self.claims(stating))
        supporting = tuple(claim for claim, support in how.items() if support in SUPPORTING)
        return bool(supporting) and self.claims(supporting) == supporting

    def citing(self, one: Any) -> Any:
        """Return something with those claims only, and what is said of how far these carry it."""
        claims = self.claims(one.claims)
        if not hasattr(one, "supports"):
            return replace(one, claims=claims)
        supports = type(one.supports)({id_: how for id_, how in one.supports.items() if id_ in claims})
        return replace(one, claims=claims, supports=supports)

    def cited(self, some: Iterable[Any]) -> tuple[Any, ...]:
        """Return all of them, with those claims only."""
        return tuple(map(self.citing, some))

    def remarks(self, some: Iterable[Any]) -> tuple[Any, ...]:
        """Return those that these documents carry, and those that are ours."""
        kept = (one for one in some if one.basis == "editorial" or self.carries(one.basis, one.claims, one.supports))
        return self.cited(kept)

    def disagreements(self, some: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
        """Return those that cite no other document."""
        return tuple(one for one in some if all(self.claims(side.claims) == tuple(side.claims) for side in one.sides))

    def member(self, authored: M) -> M:
        """Return a class or member with what these documents say of it."""
        rules = (
            rule
            for rule in authored.rules
            if rule.basis != "editorial" and self.carries(rule.basis, rule.claims, rule.supports)
        )
        return replace(
            authored,
            rules=self.cited(rules),
            agents=self.cited(agent for agent in authored.agents if self.claims(agent.claims)),
            cautions=self.remarks(authored.cautions),
            mentions=self.claims(authored.mentions),
        )

    def therapy(self, option: CompiledOption) -> Therapy:
        """Return a class with its members, likewise."""
        authored = self.member(option.authored)
        assert isinstance(authored, Therapy)
        return replace(authored, members=tuple(map(self.member, authored.members)))
