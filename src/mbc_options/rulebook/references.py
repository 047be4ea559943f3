"""What the files of a rulebook say of each other: names that nothing has, ids that two things claim, and the like.

It looks at every file that is YAML, also where its form is wrong, so that an author is told of all at once.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import Problem, nearest_word
from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import GROUPS, Defined, in_order, leaves, near_fact
from mbc_options.source.forms import key_of
from mbc_options.vocabulary.agents import NO_CLASS
from mbc_options.vocabulary.load import AGENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from mbc_options.rulebook.conditions import Node
    from mbc_options.source.forms import Form
    from mbc_options.source.yaml_positions import KeyPath, Tree
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["ReadFile", "cross_check", "parts"]

_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""An address that a page links to, with the signs that RFC 3986 gives it and no other."""


class ReadFile(NamedTuple):
    """A file as read.

    Attributes:
        form: what it says; of a file whose form is wrong, what can be understood of it.
        tree: its positions.
        is_whole: whether its form is right.
    """

    form: Form
    tree: Tree
    is_whole: bool = True


class _Known:
    """What names may mean, by the kind of thing; a kind of which the file cannot be read is not there."""

    def __init__(self, files: Sequence[ReadFile], vocabulary: Vocabulary | None, unread: Container[str]) -> None:
        self.names: dict[str, dict[str, None]] = {
            kind: {} for kind, file in _FILE_OF_KIND.items() if file not in unread
        }
        for file in files:
            for _, part in parts(file.form):
                self._take(part)
        if vocabulary is not None and AGENTS not in unread:
            self.names["agent"] = dict.fromkeys(vocabulary.agents.agents)
            self.names["fact"] = dict.fromkeys(vocabulary.facts)
        self.facts: Mapping[str, tuple[str, ...]] = vocabulary.space.domains if vocabulary else {}
        self._have_claims = {models.source_of(claim) for claim in self.names.get("claim", ())}
        self._told: set[str] = set()  # documents without claims

    def _take(self, part: Form) -> None:
        kind = _KIND_OF_ID.get(type(part))
        if isinstance(part, models.Ruling):
            self._add("ruling", part.number)
        elif isinstance(part, models.Therapy):
            self._add("option", part.id)
            self._add("class or member", part.id)
            for member in part.members:
                self._add("class or member", f"{part.id}.{member.id}")
        elif kind in self.names:
            self._add(kind, part.id)  # type: ignore[attr-defined]

    def _add(self, kind: str, name: object) -> None:
        if kind in self.names and name is not None:
            self.names[kind][str(name)] = None

    def complaint(self, kind: str, name: str) -> tuple[str, str] | None:
        """Return what is wrong with a name and what mends it; None where it means something, or nobody can tell."""
        known = self.names.get(kind)
        if known is None or name in known:
            return None
        if kind == "definition":
            if name in self.facts:
                return f"{name!r} is a fact, and needs a value", f"write {self._with_value(name)}"
            if (said := _SAID.fullmatch(name)) and said[2] in self.facts.get(said[1], ()):
                return f"{name!r} is no definition", f"write {{{said[1]}: {said[2]}}}"
            near = nearest_word(name, (*known, "always"))
            fact = None if near else near_fact(name, self.facts)
            meant = near or (self._with_value(fact) if fact and fact in self.facts else fact)
            none = "" if known else "there is no definition, as definitions.yaml has none or is missing"
            return f"unknown {kind} {name!r}", f"did you mean {meant}?" if meant else none
        source = models.source_of(name) if kind == "claim" else ""
        if source in self.names.get("source", ()) and source not in self._have_claims:
            # One file is missing, and every claim of it therefore.
            is_told = source in self._told
            self._told.add(source)
            message = f"unknown claim {name!r}: no file of claims/ is of {source}"
            return None if is_told else (message, "its other claims are as unknown, and told no more")
        near = nearest_word(name, known)
        return f"unknown {kind} {name!r}", f"did you mean {near}?" if near else ""

    def _with_value(self, fact: str) -> str:
        """Return how a condition names a fact: with its first value, which is yes where it is yes or no."""
        return f"{{{fact}: {self.facts[fact][0]}}}"


_SAID = re.compile(r"([\w.]+) *(?:=|==|:|\bis\b) *(\w+)")
"""A fact and its value, as one writes them elsewhere."""

_FILE_OF_KIND = {
    "claim": "claims",
    "definition": "definitions.yaml",
    "option": "therapies",
    "class or member": "therapies",
    "source": "sources.yaml",
    "ruling": "rulings.yaml",
}
"""Where things of a kind are named. The names of a file that is no YAML are not known."""


def cross_check(
    files: Sequence[ReadFile], vocabulary: Vocabulary | None, unread: Container[str] = ()
) -> Iterator[Problem]:
    """Find what is named but not there, ids that two things claim, and what is wrong with a part by itself.

    Args:
        files: every file that is YAML.
        vocabulary: the facts and drugs; None where the file of facts is wrong.
        unread: files and folders of which something is no YAML, so that what they name is not known.
    """
    known = _Known(files, vocabulary, unread)
    taken: dict[tuple[str, str], str] = {}
    for file in files:
        for path, part in parts(file.form):
            yield from _check_id(file.tree, path, part, taken)
            yield from _check_name(file.tree, path, part, known.facts, vocabulary)
            for kind, field, name, where in _references(part):
                if complaint := known.complaint(kind, name):
                    message, hint = complaint
                    problem = file.tree.problem(message, (*path, field, *where), code="unknown-name")
                    yield problem._replace(hint=hint)
            if file.is_whole:
                yield from _check_alone(file.tree, path, part)
                yield from _check_texts(file.tree, path, part)
            if isinstance(part, models.ClaimsFile) and part.source and "source" in known.names:
                yield from _check_source(file.tree, part, known.names["source"])
    yield from _check_orders(files)
    yield from _circular(files)


def _check_name(
    tree: Tree, path: KeyPath, part: Form, facts: Container[str], vocabulary: Vocabulary | None
) -> Iterator[Problem]:
    """Find ids that a condition, or whoever names a class or member, reads otherwise."""
    id_ = getattr(part, "id", None)
    if not isinstance(id_, str):
        return
    here = (*path, "id")
    if isinstance(part, models.Definition):
        fields_ = vocabulary.fields if vocabulary else ()
        what = (
            "every patient"
            if id_ == "always"
            else "what builds a condition"
            if id_ in GROUPS
            else "a fact"
            if id_ in facts
            else "a field of a patient"
            if id_ in fields_
            else ""
        )
        if what:
            message = f"the id {id_!r} is taken: in a condition it is {what}"
            yield tree.problem(message, here, code="taken-id")._replace(hint="give the definition another id")
    elif isinstance(part, models.Member) and "." in id_:
        message = f"the id {id_!r} has a dot, which stands between a class and its member"
        yield tree.problem(message, here, code="dotted-id")._replace(hint=f"did you mean {id_.replace('.', '_')}?")
    if isinstance(part, models.Therapy) and vocabulary is not None:
        yield from _check_names_of_groups(tree, path, part, vocabulary.agents.groups)
        for i, named in enumerate(part.agents):
            agent = vocabulary.agents.agents.get(named.agent or "")
            if agent is not None and agent.class_ not in {NO_CLASS, id_} and id_ not in agent.may_be:
                message = f"{agent.id} is of the class {agent.class_} in agents.yaml, and not of {id_}"
                problem = tree.problem(message, (*path, "agents", i, "agent"), code="agent-of-another-class")
                yield problem._replace(
                    severity="warning", hint=f"name it there, or in a member of {id_} that joins them"
                )


def _check_names_of_groups(
    tree: Tree, path: KeyPath, therapy: models.Therapy, groups: Iterable[str]
) -> Iterator[Problem]:
    """Find a class, or a member of one, that agents.yaml calls a little otherwise; others may be new."""
    named: dict[str, list[str]] = {"": []}
    for group in groups:
        class_, _, member_id = group.rpartition(".")
        named.setdefault(class_, []).append(member_id)
    found = [("class", therapy.id, named[""], (*path, "id"))]
    taken = {member.id for member in therapy.members}
    known = [name for name in named.get(therapy.id, ()) if name not in taken]
    for i, member in enumerate(therapy.members):
        if member.id and member.id not in named.get(therapy.id, ()):
            found.append((f"member of {therapy.id}", member.id, known, (*path, "members", i, "id")))
    for what, id_, names, place in found:
        if id_ not in names and (near := nearest_word(id_, names)):
            message = f"agents.yaml has no {what} {id_!r}, so that no earlier treatment counts as this"
            problem = tree.problem(message, place, code="class-without-names")
            yield problem._replace(severity="warning", hint=f"did you mean {near}?")


def _check_orders(files: Iterable[ReadFile]) -> Iterator[Problem]:
    """Find classes of which nobody says which stands first."""
    taken: dict[str, str] = {}
    for file in files:
        if isinstance(file.form, models.Therapy) and file.form.order is not None:
            problem = file.tree.problem("", ("order",), code="same-order")
            first = taken.setdefault(str(file.form.order), f"{problem.file}:{problem.line}:{problem.column}")
            if not first.startswith(f"{problem.file}:"):
                message = f"order {file.form.order} is there already, at {first}; the classes stand by their ids"
                yield problem._replace(message=message, severity="warning", hint="give each class a number of its own")


_STAND_IN = re.compile(r"\{[a-z_]+\}")


def _check_texts(tree: Tree, path: KeyPath, part: Form) -> Iterator[Problem]:
    """Find words in braces: nothing is put in for them in the texts of these files."""
    for field in fields(part):
        text = getattr(part, field.name)
        known = models.AGENTS_PLACEHOLDER if isinstance(part, models.Caution) and field.name == "text" else ""
        found = _STAND_IN.findall(text) if isinstance(text, str) else ()
        if wrong := next((word for word in found if word != known), None):
            problem = tree.problem(f"nothing is put in for {wrong} here", (*path, key_of(field.name)), code="stand-in")
            hint = f"did you mean {known}?" if known else "write what is meant"
            yield problem._replace(severity="warning", hint=hint)


def _check_alone(tree: Tree, path: KeyPath, part: Form) -> Iterator[Problem]:
    """Find what is wrong with a part whatever stands beside it."""
    if isinstance(part, models.Consideration) and part.when is None and not part.when_unknown:
        yield tree.problem("needs when, when_unknown, or both", path, code="missing-key")
    if isinstance(part, models.Claim):
        yield from _check_spans(tree, path, part)
    if getattr(part, "basis", "editorial") != "editorial" and not getattr(part, "claims", True):
        message = f"{part.id!r} is {part.basis}, and cites no claim"  # type: ignore[attr-defined]
        problem = tree.problem(message, (*path, "basis"), code="no-claim")
        yield problem._replace(severity="warning", hint="cite what it rests on, or write basis: editorial")
    if getattr(part, "supports", None):
        yield from _check_supports(tree, path, part)
    if isinstance(part, models.Uncovered):
        yield from _check_span(tree, (*path, "span"), part.span)
    if isinstance(part, models.Source) and part.url and not _ADDRESS.fullmatch(part.url):
        message = f"url begins with https:// and has only what an address may have, not {part.url!r}"
        yield tree.problem(message, (*path, "url"), code="wrong-value")


_KIND_OF_ID = {
    models.Rule: "rule",
    models.Caution: "caution",
    models.Consideration: "consideration",
    models.Disagreement: "disagreement",
    models.Definition: "definition",
    models.Claim: "claim",
    models.Source: "source",
    models.Therapy: "therapy",
    models.Member: "member",
    models.Note: "note",
    models.Notice: "notice",
    models.Limit: "limit",
    models.Term: "term",
    models.CareQuestion: "question",
    models.ReaderValue: "value",
    models.Subtype: "subtype",
}


def _claimed(part: Form) -> Iterator[tuple[str, object, KeyPath]]:
    """Yield the names that a part claims for itself: of what kind, the name, and where it stands in the part."""
    kind = _KIND_OF_ID.get(type(part))
    if kind is not None:
        yield kind, part.id, ("id",)  # type: ignore[attr-defined]
    if isinstance(part, models.Ruling):
        yield "ruling", part.number, ("number",)
    if isinstance(part, models.Term) and isinstance(part.term, str):
        yield "word", part.term, ("term",)


def _check_id(tree: Tree, path: KeyPath, part: Form, taken: dict[tuple[str, str], str]) -> Iterator[Problem]:
    for kind, name, place in _claimed(part):
        if name is None:  # of a part that is not whole
            continue
        problem = tree.problem("", (*path, *place), code="duplicate-id")
        here = f"{problem.file}:{problem.line}:{problem.column}"
        # Two classes may each have a member of the same name; all else is unique in the whole rulebook.
        key = f"{tree.file}: {name}" if kind == "member" else str(name)
        first = taken.setdefault((kind, key), here)
        if first != here:
            yield problem._replace(message=f"the {kind} {str(name)!r} is there already, at {first}")


def _check_source(tree: Tree, file: models.ClaimsFile, sources: Collection[str]) -> Iterator[Problem]:
    """Find claims of a document that is not there, or not this file's; `001` is short for `S001`."""
    source = file.source if file.source in sources else f"S{file.source}"
    if source not in sources:
        near = nearest_word(file.source, sources) or nearest_word(source, sources)
        problem = tree.problem(f"unknown source {file.source!r}", ("source",), code="unknown-name")
        yield problem._replace(hint=f"did you mean {near}?" if near else "")
        return
    for i, claim in enumerate(file.claims):
        if claim.id and models.source_of(claim.id) != source:
            message = f"the claim {claim.id!r} is not one of {source}; its id begins with '{source}-'"
            yield tree.problem(message, ("claims", i, "id"), code="claim-of-another-source")


def _check_spans(tree: Tree, path: KeyPath, claim: models.Claim) -> Iterator[Problem]:
    """Find spans that are none, and what makes no sense without one."""
    for place, span in ((("span",), claim.span), *((("repeats", i), one) for i, one in enumerate(claim.repeats))):
        if span is not None:
            yield from _check_span(tree, (*path, *place), span)
    for key in ("repeats", "passage_sha256"):
        if claim.span is None and getattr(claim, key):
            yield tree.problem(
                f"{key} needs span; mbc-options claims locate writes both", (*path, key), at_key=True, code="span"
            )


def _check_supports(tree: Tree, path: KeyPath, part: Any) -> Iterator[Problem]:
    """Find claims that a part does not cite, and what says of a claim only what the basis says of all."""
    for claim, support in part.supports.items():
        place = (*path, "supports", claim)
        if claim not in part.claims:
            near = nearest_word(claim, part.claims)
            hint = f"; did you mean {near}?" if near else ""
            yield tree.problem(
                f"{claim!r} is not among the claims of {part.id!r}{hint}", place, at_key=True, code="supports"
            )
        elif support == models.SUPPORT_BY_BASIS[part.basis]:
            message = f"each claim of what is {part.basis} {support} it, if nothing else is said; leave it out"
            yield tree.problem(message, place, code="supports")


def _check_span(tree: Tree, path: KeyPath, span: tuple[int, ...]) -> Iterator[Problem]:
    if not (len(span) == 2 and 0 <= span[0] < span[1]):
        message = f"a span is [begin, end], two offsets of which the first is less, not {list(span)}"
        yield tree.problem(message, path, code="span")


def parts(form: Form, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Form]]:
    """Yield a form and every form inside it, with its path in the file."""
    yield path, form
    for field in fields(form):
        value: Any = getattr(form, field.name)
        here = (*path, key_of(field.name))
        if is_dataclass(value):
            yield from parts(value, here)  # type: ignore[arg-type]
        elif isinstance(value, tuple) and not hasattr(value, "_fields"):
            for i, item in enumerate(value):
                if is_dataclass(item):
                    yield from parts(item, (*here, i))  # type: ignore[arg-type]


_NAMING = (
    ("claim", "claims"),
    ("claim", "mentions"),
    ("option", "options"),
    ("fact", "when_unknown"),
    ("ruling", "rulings"),
    ("class or member", "about"),
)
"""Which sort of thing a field names."""


def _references(part: Form) -> Iterator[tuple[str, str, str, KeyPath]]:
    """Yield what a part names: kind, field, name, and the path inside the field."""
    for kind, field in _NAMING:
        names = getattr(part, field, ())
        if isinstance(names, tuple) and all(isinstance(name, (str, int)) for name in names):
            for i, name in enumerate(names):
                yield kind, field, str(name), (i,)
    if isinstance(part, models.NamedAgent) and part.agent is not None:  # of a part that is not whole
        yield "agent", "agent", part.agent, ()
    if isinstance(part, models.CareQuestion) and part.about is not None:
        yield "option", "about", part.about, ()
    for field in ("when", "unless"):
        node: Node | None = getattr(part, field, None)
        for where, leaf in leaves(node) if node is not None else ():
            if isinstance(leaf, Defined):
                yield "definition", field, leaf.name, where


def _circular(files: Sequence[ReadFile]) -> Iterator[Problem]:
    found_in = [file.form for file in files if isinstance(file.form, models.DefinitionsFile)]
    definitions = {one.id: one.when for one in chain.from_iterable(form.definitions for form in found_in)}
    sound = set(in_order(definitions))
    uses = {
        id_: [leaf.name for _, leaf in leaves(when) if isinstance(leaf, Defined) and leaf.name not in sound]
        for id_, when in definitions.items()
        if id_ not in sound
    }

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        ahead = [start]
        while ahead:
            news = set(uses.get(ahead.pop(), ())) - found
            found |= news
            ahead += news
        return found

    for file in files:
        if isinstance(file.form, models.DefinitionsFile):
            for i, definition in enumerate(file.form.definitions):
                if definition.id in reached(definition.id):
                    message = f"the definition {definition.id!r} uses itself"
                    yield file.tree.problem(message, ("definitions", i, "when"), code="circular")
