"""What is in a rulebook: everything that has an id, how its condition reads, and what names what."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.rulebook.conditions import Defined, leaves
from mbc_options.rulebook.prose import condition_text
from mbc_options.source.forms import as_data, key_of
from mbc_options.vocabulary.facts import Choice, Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook
    from mbc_options.rulebook.models import Claim

__all__ = ["Entry", "as_authored", "claims_of", "contents", "find", "uses"]


class Reference(NamedTuple):
    """Something that is named: of which sort, and by which id."""

    sort: str
    id: str


class Entry(NamedTuple):
    """Something in a rulebook that has an id.

    Attributes:
        kind: what it is: `class`, `member`, `rule`, `claim`, `drug` and so on.
        id: its id; of a member, with that of its class. A constraint has none.
        label: what it says, in a line.
        authored: all of it, as it was authored.
        owner: the id of the class or member that a rule or caution belongs to, or else empty.
        reads: how its condition reads; None where it has none.
        values: of a fact, its values.
        names: what it names.
        decide: how a class or member is decided, `primes` or `cover`.
    """

    kind: str
    id: str
    label: str
    authored: Any
    owner: str = ""
    reads: str | None = None
    values: tuple[str, ...] = ()
    names: tuple[Reference, ...] = ()
    decide: str = ""


_SORTS = {"class": "option", "member": "option"}
"""By kind, the sort of reference that may mean it, where that is not the kind itself."""


def contents(rulebook: CompiledRulebook) -> tuple[Entry, ...]:
    """Return everything in a rulebook that has an id, in the order in which a report speaks of it."""
    return tuple(_Lister(rulebook).entries())


def find(entries: Sequence[Entry], wanted: str) -> tuple[Entry, ...]:
    """Return what an id means, which may be several things: nothing, where nobody has it.

    Args:
        entries: the contents.
        wanted: an id in any case; a member's may lack its class; `rule:ID` is the rule alone.
    """
    kind, colon, rest = wanted.lower().partition(":")
    known = [entry for entry in entries if entry.id]
    if colon and kind in {entry.kind for entry in known}:
        known, wanted = [entry for entry in known if entry.kind == kind], rest
    sought = wanted.lower()
    whole = tuple(entry for entry in known if entry.id.lower() == sought)
    return whole or tuple(
        e for e in known if e.kind in {"member", "fact"} and e.id.lower().rpartition(".")[2] == sought
    )


def uses(entries: Sequence[Entry], used: Entry) -> tuple[Entry, ...]:
    """Return what names an entry."""
    named = Reference(_SORTS.get(used.kind, used.kind), used.id)
    return tuple(entry for entry in entries if named in entry.names)


def claims_of(rulebook: CompiledRulebook, entry: Entry) -> tuple[Claim, ...]:
    """Return the claims that an entry rests on, each once; those of what stands inside it, too."""
    named = (name.id for name in _named(entry.authored, deep=True) if name.sort == "claim")
    return tuple(rulebook.claims[id_] for id_ in dict.fromkeys(named))


def as_authored(entry: Entry) -> str:
    """Return an entry as YAML, as its author wrote it: without what was left out, and without comments."""
    import yaml

    class Dumper(yaml.SafeDumper):
        yaml_implicit_resolvers = {}  # noqa: RUF012 - yes and 1 are text, as in the files

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
            super().increase_indent(flow, indentless=False)

    return yaml.dump(_written(entry.authored), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=76)


def _written(part: Any) -> Any:
    """Return a part as its author wrote it, in text, lists and mappings."""
    if is_dataclass(part) and not hasattr(part, "as_written"):
        said = {field.name: getattr(part, field.name) for field in fields(part)}
        defaults = {field.name: field.default for field in fields(part)}
        return {key_of(name): _written(value) for name, value in said.items() if value != defaults[name]}
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, tuple):
        return [_written(one) for one in part]
    data = as_data(part)
    return {key: _written(value) for key, value in data.items()} if isinstance(data, dict) else _text(data)


def _text(data: Any) -> Any:
    return [_written(one) for one in data] if isinstance(data, list) else str(data)


class _Lister:
    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        self.vocabulary = rulebook.vocabulary
        self.labels = {definition.id: definition.label for definition in rulebook.definitions}

    def entries(self) -> Iterator[Entry]:
        said = self.rulebook
        yield self.entry("scope", said.about.scope, said.about.scope.text, id_="scope")
        for option in said.options:
            yield from self.of_option("class", option)
            for member in option.members:
                yield from self.of_option("member", member)
        plain: dict[str, tuple[Sequence[Any], str]] = {
            "definition": (said.definitions, "label"),
            "subtype": (said.about.subtypes, "label"),
            "consideration": ([one.authored for one in said.considerations], "title"),
            "disagreement": ([one.authored for one in said.disagreements], "subject"),
            "note": ([one.authored for one in said.background], "title"),
            "question": ([one.authored for one in said.questions], "ask"),
            "prompt": (said.values, "ask"),
            "term": (said.glossary, "term"),
            "notice": (said.about.notices, "text"),
            "limit": (said.about.limits, "text"),
            "document": (tuple(said.sources.values()), "title"),
            "claim": (tuple(said.claims.values()), "statement"),
        }
        for kind, (parts, label) in plain.items():
            for part in parts:
                yield self.entry(kind, part, getattr(part, label))
        yield from self.of_facts()
        agents = self.vocabulary.agents
        for agent in agents.agents.values():
            yield self.entry("drug", agent, agent.label)
        for regimen in agents.regimens.values():
            names = tuple(Reference("drug", id_) for id_ in regimen.agents)
            yield Entry("regimen", regimen.id, regimen.label, regimen, names=names)

    def of_option(self, kind: str, option: CompiledOption) -> Iterator[Entry]:
        authored = option.authored
        yield self.entry(kind, authored, authored.label, id_=option.id)._replace(decide=option.decide)
        for rule in authored.rules:
            yield self.entry("rule", rule, rule.because, owner=option.id)
        for caution in authored.cautions:
            yield self.entry("caution", caution, caution.text, owner=option.id)

    def of_facts(self) -> Iterator[Entry]:
        file, facts = self.vocabulary.file, self.vocabulary.facts
        authored: dict[str, Any] = {fact.id: fact for fact in file.derived}
        for field in file.fields:
            if isinstance(field, Choice):
                authored[field.id] = field
                continue
            label = getattr(field, "help", None) or field.kind
            yield Entry("field", field.id, label, field)
            parts = field.names if isinstance(field, Names) else getattr(field, "outcomes", ())
            authored |= {
                fact: part
                for part in parts
                for fact in facts
                if fact.startswith(f"{field.id}.") and fact.endswith(f".{part.id}")
            }
        for fact, words in facts.items():
            yield Entry("fact", fact, words.label, authored[fact], values=tuple(words.values))
        for constraint in file.constraints:
            names = tuple(Reference("fact", fact) for case in constraint.never for fact in case)
            yield Entry("constraint", "", constraint.sentence, constraint, names=names)

    def entry(self, kind: str, authored: Any, label: str, *, id_: str = "", owner: str = "") -> Entry:
        when = getattr(authored, "when", None)
        return Entry(
            kind=kind,
            id=id_ or authored.id,
            label=" ".join(label.split()),
            authored=authored,
            owner=owner,
            reads=None if when is None else condition_text(when, self.vocabulary, self.labels),
            names=tuple(_named(authored, deep=False)),
        )


_NAMING = {"claims": "claim", "mentions": "claim", "options": "option", "when_unknown": "fact"}
_HOLDS_ENTRIES = {"rules", "cautions", "members"}


def _named(authored: Any, *, deep: bool) -> Iterator[Reference]:
    """Yield what an authored part names.

    Args:
        authored: the part.
        deep: whether to go into the rules, cautions and members of a class, too.
    """
    for key, sort in _NAMING.items():
        yield from (Reference(sort, id_) for id_ in getattr(authored, key, ()))
    if about := getattr(authored, "about", None):
        yield Reference("option", about)
    for agent in getattr(authored, "agents", ()):
        yield Reference("drug", agent.agent)
        yield from (Reference("claim", claim) for claim in agent.claims)
    for side in getattr(authored, "sides", ()):
        yield from (Reference("claim", claim) for claim in side.claims)
    when = getattr(authored, "when", None)
    for _, leaf in leaves(when) if when is not None else ():
        yield Reference("definition", leaf.name) if isinstance(leaf, Defined) else Reference("fact", leaf.fact)
    for key in _HOLDS_ENTRIES if deep else ():
        for part in getattr(authored, key, ()):
            yield from _named(part, deep=True)
