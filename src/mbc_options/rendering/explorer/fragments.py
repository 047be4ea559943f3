"""Everything that the page may say, made once when it is written: pieces of HTML by key, and short words as data.

The script shows what holds of them. Both registers are made, the plain one only where it says something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from mbc_options.exploration.explore import OUTLOOK
from mbc_options.rendering.terms import Terms
from mbc_options.text import capitalized
from mbc_options.vocabulary.facts import Choice, Names, Treatments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jinja2 import Environment

    from mbc_options.rulebook.compiled import CompiledOption, CompiledRemark, CompiledRulebook
    from mbc_options.rulebook.documents import Passage
    from mbc_options.rulebook.models import Claim, Source, Term
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["FactGroup", "Fragments", "differing", "fact_groups", "fragments"]


class Fragments(NamedTuple):
    """What the page may say.

    Attributes:
        pieces: HTML by key (`rule:ID`, `caution:ID` ...), in clinical words and, where they differ, in plain ones: side
            by side, for so they are packed best.
        words: names and phrases, to be put into sentences: by key, or by key and id, first the clinical one and then,
            where it differs, what is otherwise in the plain one.
    """

    pieces: dict[str, tuple[str, str]]
    words: dict[str, Any]


class FactGroup(TypedDict):
    """Facts that are asked for together.

    Attributes:
        id: the field that says them; empty for the fields of one value.
        deciding: those on which some verdict rests.
        others: those that bear on cautions and the like alone.
    """

    id: str
    deciding: list[str]
    others: list[str]


class _Cites:
    """What templates ask for the short forms of claims; it keeps account of all that is cited."""

    def __init__(self) -> None:
        self.claims: set[str] = set()

    def cite(self, claims: Iterable[str]) -> list[tuple[str, str]]:
        """Return claims, each with its short form: after one of the same document its number alone."""
        found, before = [], ""
        for id_ in claims:
            source, _, number = id_.partition("-")
            found.append((id_, number if source == before else id_))
            before = source
            self.claims.add(id_)
        return found


def fact_groups(rulebook: CompiledRulebook) -> list[FactGroup]:
    """Return the facts that somebody can be asked for, and that bear on anything, field by field."""
    vocabulary = rulebook.vocabulary
    deciding, bearing = _named(rulebook)
    # What settles another fact stands for it: "confirmed" is asked, and "metastatic" follows.
    choices = [field for field in vocabulary.fields.values() if isinstance(field, Choice)]
    deciding |= {field.id for field in choices if field.settles in deciding}
    told = deciding | bearing
    answered = [fact for fact in vocabulary.facts if fact in told and fact not in vocabulary.derived_ids]
    groups = [_group("", [fact for fact in answered if fact in vocabulary.choices], deciding)]
    for field in vocabulary.fields.values():
        if isinstance(field, (Names, Treatments)):
            groups.append(
                _group(field.id, [fact for fact in answered if vocabulary.field_of(fact) == field.id], deciding)
            )
    return [group for group in groups if group["deciding"] or group["others"]]


def _group(id_: str, facts: list[str], deciding: set[str]) -> FactGroup:
    return FactGroup(
        id=id_,
        deciding=[fact for fact in facts if fact in deciding],
        others=[fact for fact in facts if fact not in deciding],
    )


def _named(rulebook: CompiledRulebook) -> tuple[set[str], set[str]]:
    """Return the facts on which verdicts rest, and those on which whatever is said beside them does."""
    space, vocabulary = rulebook.space, rulebook.vocabulary
    bits = rulebook.scope.named
    for option in rulebook.by_id.values():
        bits |= option.described.named | option.candidate.named
    for subtype in rulebook.subtypes:
        bits |= subtype.function.named
    deciding = set(space.facts_of(bits))
    history = vocabulary.history
    linked = space.facts_of(rulebook.theory.linked(bits))
    deciding.update(fact for fact in linked if vocabulary.field_of(fact) != history)
    bits = 0
    for remark in _remarks(rulebook):
        bits |= remark.function.named if remark.function else 0
        for mask in remark.unknown:
            bits |= mask
    return deciding, set(space.facts_of(bits))


def _remarks(rulebook: CompiledRulebook) -> Iterator[CompiledRemark[Any]]:
    """Yield whatever is said where a condition holds, and is no verdict."""
    for some in (rulebook.considerations, rulebook.disagreements, rulebook.questions):
        yield from some
    for option in rulebook.by_id.values():
        yield from option.cautions
        yield from option.agents


class _Register:
    """Makes the fragments of one register.

    Args:
        rulebook: in that register.
        environment: of the templates.
        evidence: gives a claim's passages as the documents have them.
        cites: keeps account of what is cited.
    """

    def __init__(
        self,
        rulebook: CompiledRulebook,
        environment: Environment,
        evidence: Callable[[str], list[Passage]],
        cites: _Cites,
    ) -> None:
        self.rulebook = rulebook
        self._cites = cites
        self.terms = Terms(rulebook.glossary, tells=False)
        context = {"terms": self.terms, "passages": cites, "evidence": evidence, "terse": True}
        self._say: Any = environment.get_template("explorer/pieces.html.j2").make_module(context)

    def pieces(self) -> Iterator[tuple[str, str]]:
        """Yield the pieces by key; those that say nothing are empty."""
        yield from self._pieces()
        for id_ in self._cited():
            yield f"passage:{id_}", self._made("passage", id_)

    def _cited(self) -> list[str]:
        return [id_ for id_ in self.rulebook.claims if id_ in self._cites.claims]

    def _made(self, macro: str, *arguments: Any) -> str:
        self.terms.section()
        return str(getattr(self._say, macro)(*arguments)).strip()

    def _pieces(self) -> Iterator[tuple[str, str]]:
        book = self.rulebook
        for option in book.by_id.values():
            yield from self._of_option(option)
        for kind, remarks in _told_beside(book).items():
            for authored in remarks:
                yield f"{kind}:{authored.id}", self._made(kind, authored)
        scope = book.about.scope
        for key, text in (("in", scope.text), ("out", scope.outside), ("open", scope.open)):
            yield f"scope:{key}", self._made("cited", text, scope.claims)

    def _of_option(self, option: CompiledOption) -> Iterator[tuple[str, str]]:
        said = option.authored
        yield f"summary:{option.id}", self._made("text", said.summary)
        for compiled in option.rules:
            yield f"rule:{compiled.rule.id}", self._made("rule", compiled.rule)
        for caution in option.cautions:
            yield f"caution:{caution.authored.id}", self._made("caution", caution.authored)
        if said.silence:
            yield f"silence:{option.id}", self._made("text", said.silence)
        self._cites.claims.update(said.mentions, *(agent.authored.claims for agent in option.agents))

    def words(self) -> dict[str, Any]:
        """Return names and phrases, once all pieces are made."""
        book, vocabulary = self.rulebook, self.rulebook.vocabulary
        return {
            "facts": _fact_words(book),
            "options": {id_: _option_words(option) for id_, option in book.by_id.items()},
            "agents": {
                agent.authored.agent: vocabulary.agents.agents[agent.authored.agent].label
                for option in book.by_id.values()
                for agent in option.agents
            },
            "disagreements": {
                one.id: {"subject": one.subject, "options": one.options} for one in _told_beside(book)["disagreement"]
            },
            "considerations": {
                one.id: {"kind": one.kind, "general": one.general, "title": one.title}
                for one in _told_beside(book)["consideration"]
            },
            "claims": {id_: _claim_words(book.claims[id_]) for id_ in self._cited()},
            "sources": {id_: _source_words(source) for id_, source in book.sources.items()},
            "notices": {one.id: {"claims": one.claims, "text": one.text} for one in book.about.notices},
            "terms": {term.id: [_term(term), term.means] for term in book.glossary},
            "groups": {field: _heading(vocabulary, field) for field in vocabulary.fields},
            "patient": vocabulary.patient,
            "kind": vocabulary.kinds.heading,
            "questions": {one.authored.id: one.authored.ask for one in book.questions},
            "values": [value.ask for value in book.values],
        }


def _told_beside(rulebook: CompiledRulebook) -> dict[str, list[Any]]:
    """Return what may be said beside the classes, by its kind.

    Outlook and survival are told on demand, and background decides nothing: the report has both, and why each question
    to a care team is worth asking.
    """
    return {
        "consideration": [one.authored for one in rulebook.considerations if one.authored.kind != OUTLOOK],
        "disagreement": [one.authored for one in rulebook.disagreements if not one.authored.outlook],
    }


def _option_words(option: CompiledOption) -> dict[str, Any]:
    said = option.authored
    found: dict[str, Any] = {
        "mentions": said.mentions,
        "urgent": [one.authored.id for one in option.cautions if one.authored.urgent],
    }
    return {"label": said.label, "gloss": said.gloss} | {key: ids for key, ids in found.items() if ids}


def _heading(vocabulary: Vocabulary, field: str) -> str:
    label = vocabulary.headings.get(field) or vocabulary.labels[field]
    return "" if field in vocabulary.choices else capitalized(label)


def _term(term: Term) -> str:
    return f"{term.term} ({term.stands_for})" if term.stands_for else term.term


def _claim_words(claim: Claim) -> list[Any]:
    """Return what a claim says, where it stands, words to find it by, and whether its passage is damaged."""
    return [claim.statement, claim.where, claim.key_terms[:1], *([1] if claim.certainty == "garbled" else [])]


def _source_words(source: Source) -> dict[str, str]:
    found = {"short": source.short, "date": source.date}
    return found | {"url": source.url} if source.url else found


def _fact_words(rulebook: CompiledRulebook) -> dict[str, Any]:
    """Return of each fact what the public form does not say: in plain words everything, to be told apart afterwards."""
    found: dict[str, Any] = {}
    told = {fact for some in _named(rulebook) for fact in some}
    for fact, words in rulebook.vocabulary.facts.items():
        found[fact] = {"negations": words.negations} if words.negations else {}
        if rulebook.words == "plain" and fact in told:
            found[fact] |= {"label": words.label, "question": words.question, "values": words.values}
    return {fact: said for fact, said in found.items() if said}


def differing(plain: Any, clinical: Any) -> Any:
    """Return what of some words is otherwise in the plain register; None where nothing is."""
    if isinstance(plain, dict) and isinstance(clinical, dict):
        found = {key: differing(value, clinical.get(key)) for key, value in plain.items()}
        return {key: value for key, value in found.items() if value is not None} or None
    return None if plain == clinical else plain


def fragments(
    rulebooks: Mapping[str, CompiledRulebook], environment: Environment, evidence: Callable[[str], list[Passage]]
) -> Fragments:
    """Return what the page may say.

    Args:
        rulebooks: the rulebook, by register.
        environment: of the templates.
        evidence: gives a claim's passages as the documents have them.
    """
    cites = _Cites()
    made = {words: _Register(book, environment, evidence, cites) for words, book in rulebooks.items()}
    clinical, plain = (dict(made[words].pieces()) for words in ("clinical", "plain"))
    pieces = {
        key: (html, "" if plain.get(key) == html else plain.get(key, "")) for key, html in clinical.items() if html
    }
    said = {words: one.words() for words, one in made.items()}
    used = {term.id for one in made.values() for term in one.terms.used}
    for one in said.values():
        one["terms"] = {id_: told for id_, told in one["terms"].items() if id_ in used}
    facts = _in_plain(said["plain"].pop("facts"), rulebooks["clinical"])
    other = {**(differing(said["plain"], said["clinical"]) or {}), "facts": facts}
    words = {key: _side_by_side(one, other.get(key)) for key, one in said["clinical"].items()}
    return Fragments(pieces, words)


def _side_by_side(clinical: Any, plain: Any) -> Any:
    if isinstance(clinical, dict):
        plain = plain or {}
        return {id_: [clinical.get(id_, {}), *([plain[id_]] if id_ in plain else [])] for id_ in {**clinical, **plain}}
    return [clinical, *([] if plain is None else [plain])]


def _in_plain(facts: Mapping[str, Any], clinical: CompiledRulebook) -> dict[str, Any]:
    """Return of the facts in plain words what is otherwise in the clinical ones."""
    known = {
        fact: {"label": one.label, "question": one.question, "values": one.values, "negations": one.negations}
        for fact, one in clinical.vocabulary.facts.items()
    }
    return differing(dict(facts), known) or {}
