"""What is wrong with a vocabulary, each problem at its place."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Protocol

from mbc_options.errors import Problem, nearest_word, unknown_name
from mbc_options.logic import Theory
from mbc_options.vocabulary.agents import NO_CLASS, Agent, Agents, AgentsFile, TreatmentGroup, fold
from mbc_options.vocabulary.facts import Choice, FactsFile, Names, TextField, Treatments
from mbc_options.vocabulary.spelling import NEGATIONS, NEVER_WORDS, UNKNOWN_WORDS, folded, normal, words_beside
from mbc_options.vocabulary.vocabulary import domains_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.agents import Meaning
    from mbc_options.vocabulary.facts import AnyField, Assumption, DerivedFact, Noted, OpenValue, Percent, Score
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Places", "check_agents", "check_facts", "check_possible"]

_CONDITIONS = {"all", "any", "not"}
"""What a condition is built with, so that no fact can have the name."""


class Places(Protocol):
    """What turns a path into a problem at a place: a file by itself, or one that extends another."""

    def problem(self, message: str, path: KeyPath = (), *, at_key: bool = False, code: str = "") -> Problem:
        """Return a problem at the value (or key) that `path` leads to, or at the nearest thing above it."""
        ...

    def where(self, path: KeyPath) -> str:
        """Return the line and column of a value, as text; empty where another file says it."""
        ...


def _first_at(tree: Places, first: KeyPath, here: KeyPath, what: str = "first") -> str:
    """Return where the other of two that claim one name stands, for the end of a message; nothing in another file."""
    place = tree.where(first)
    return f"; {what} at {place}" if place and place != tree.where(here) else ""


def _twice(entries: Sequence[Any], what: str, tree: Places, *path: str | int) -> Iterator[Problem]:
    """Find ids that stand twice among entries."""
    seen: dict[str, KeyPath] = {}
    for i, entry in enumerate(entries):
        here = (*path, i, "id")
        first = seen.setdefault(entry.id, here)
        if first != here:
            yield tree.problem(f"the {what} {entry.id!r} is there already{_first_at(tree, first, here)}", here)


def check_agents(file: AgentsFile, tree: Places) -> list[Problem]:
    """Find what is wrong with the names of treatments: dangling ones, and names that mean two things."""
    problems = [
        problem
        for kind, what in (("classes", "class"), ("agents", "agent"), ("regimens", "regimen"))
        for problem in _twice(getattr(file, kind), what, tree, kind)
    ]
    problems += _check_members(file, tree)
    if problems:
        return problems
    known = {fold(name): owner.id for name, owner in Agents(file).names() if not owner.id.endswith(f".{name}")}
    return [
        *_check_agents(file, tree),
        *_check_names_of_treatments(file, tree),
        *_check_beside(file.beside, fold, str.split, known, tree, ("beside",)),
    ]


def _check_beside(
    words: Sequence[str],
    spelled: Callable[[str], str],
    divided: Callable[[str], list[str]],
    known: Mapping[str, str],
    tree: Places,
    path: KeyPath,
) -> Iterator[Problem]:
    """Find words said to mean nothing beside a name that mean something, or that are never met alone."""
    for i, word in enumerate(words):
        here = (*path, i)
        if len(divided(word)) != 1:
            yield tree.problem(f"{word!r} is several words; write each as an element of its own", here)
        elif normal(word) in NEGATIONS | UNKNOWN_WORDS | NEVER_WORDS:
            yield tree.problem(f"{word!r} beside a name says that it is absent or not known", here)
        elif spelled(word) in known:
            means = known[spelled(word)] or "a text of its own"
            yield tree.problem(f"{word!r} means {means}, and cannot say nothing", here)
        elif normal(word) in map(normal, words[:i]):
            yield tree.problem(f"{word!r} is there already", here)


def _check_agents(file: AgentsFile, tree: Places) -> Iterator[Problem]:
    members = {entry.id: {member.id for member in entry.members} for entry in file.classes}
    known = [agent.id for agent in file.agents]
    for i, agent in enumerate(file.agents):
        if agent.class_ != NO_CLASS and agent.class_ not in members:
            yield tree.problem(unknown_name("class", agent.class_, (NO_CLASS, *members)), ("agents", i, "class"))
        elif agent.member is not None and agent.member not in members.get(agent.class_, ()):
            near = nearest_word(agent.member, members.get(agent.class_, ()))
            hint = f"; did you mean {near}?" if near else ""
            yield tree.problem(f"{agent.class_} has no member {agent.member!r}{hint}", ("agents", i, "member"))
        for j, class_ in enumerate(agent.may_be):
            if class_ not in members:
                yield tree.problem(unknown_name("class", class_, tuple(members)), ("agents", i, "may_be", j))
    for i, regimen in enumerate(file.regimens):
        if not regimen.agents:
            yield tree.problem(f"{regimen.id} names no agents", ("regimens", i, "agents"))
        for j, id_ in enumerate(regimen.agents):
            if id_ not in known:
                yield tree.problem(unknown_name("agent", id_, known), ("regimens", i, "agents", j))


def _check_members(file: AgentsFile, tree: Places) -> Iterator[Problem]:
    for i, class_ in enumerate(file.classes):
        here = ("classes", i)
        if class_.id == NO_CLASS:
            yield tree.problem(f"{NO_CLASS} is what an agent of no class has; a class needs another id", (*here, "id"))
        yield from _dotted([class_], tree, "classes", first=i)
        yield from _twice(class_.members, "member", tree, *here, "members")
        yield from _dotted(class_.members, tree, *here, "members")
        for key in ("together", "alone"):
            member = getattr(class_, key)
            if member and member not in {one.id for one in class_.members}:
                yield tree.problem(f"{class_.id} has no member {member!r}", (*here, key))
        if class_.alone and not class_.together:
            yield tree.problem("alone says nothing without together", (*here, "alone"), at_key=True)


def _dotted(entries: Sequence[Any], tree: Places, *path: str | int, first: int = 0) -> Iterator[Problem]:
    """Find ids with a dot, which divides the parts of a longer id."""
    for i, entry in enumerate(entries, first):
        if "." in entry.id:
            message = f"the id {entry.id!r} has a dot; did you mean {entry.id.replace('.', '_')}?"
            yield tree.problem(message, (*path, i, "id"))


def _check_names_of_treatments(file: AgentsFile, tree: Places) -> Iterator[Problem]:
    """Find names that nobody could use, or that mean two things; a member may share the name of its own drug."""
    owners: dict[str, tuple[Meaning, str]] = {}
    told: set[tuple[str, str]] = set()  # two things may share several ways of writing a name
    for name, owner in Agents(file).names():
        here = _place(owner, name, file)
        if not fold(name):
            yield tree.problem(f"the name {name!r} has no letter and no digit", here)
            continue
        if normal(name) in UNKNOWN_WORDS | NEVER_WORDS:
            yield tree.problem(f"{name!r} says that there was none, or none known", here)
        if ":" in name:
            yield tree.problem(f"the name {name!r} has a colon, after which an outcome stands", here)
        known, first = owners.setdefault(fold(name), (owner, name))
        is_its_drug = isinstance(known, Agent) and owner.id == f"{known.class_}.{known.member}"
        if known != owner and not is_its_drug:
            owned = f"{known.id} and to {owner.id}" if known.id != owner.id else f"two things with the id {known.id}"
            message = f"the name {name!r} belongs to {owned}"
            if (fold(name), owner.id) in told:
                continue
            told.add((fold(name), owner.id))
            other = _place(known, first, file)
            if not tree.where(here):  # of a file that extends another, only what it says itself has a place
                here, other = other, here
            yield tree.problem(f"{message}{_first_at(tree, other, here, 'the other')}", here)


def _place(owner: Meaning, name: str, file: AgentsFile) -> KeyPath:
    """Return where a file gives a name to something."""
    if isinstance(owner, TreatmentGroup):
        class_id, _, member_id = owner.id.partition(".")
        i, class_ = next((i, one) for i, one in enumerate(file.classes) if one.id == class_id)
        if not member_id:
            return _named("classes", i, class_, name)
        j, member = next((j, one) for j, one in enumerate(class_.members) if one.id == member_id)
        return ("classes", i, *_named("members", j, member, name))
    kind = "agents" if isinstance(owner, Agent) else "regimens"
    i = next(i for i, one in enumerate(getattr(file, kind)) if one.id == owner.id)
    return _named(kind, i, owner, name)


def _named(kind: str, i: int, entry: Any, name: str) -> KeyPath:
    for key in ("brands", "also"):
        names = getattr(entry, key, ())
        if name in names:
            return (kind, i, key, names.index(name))
    return (kind, i, "label" if name == entry.label else "id")


def check_facts(file: FactsFile, tree: Places, agents: Agents) -> list[Problem]:
    """Find what is wrong with facts: names that nothing has, words that mean two things, constraints on nothing."""
    return _check_shape(file, tree, agents) or _check_meaning(file, tree, agents)


def check_possible(vocabulary: Vocabulary, tree: Places) -> Iterator[Problem]:
    """Find what leaves a value to no patient at all: a derived fact or constraint, by itself or with those before."""
    space = vocabulary.space
    reported: set[KeyPath] = set()
    for fact, values in space.domains.items():
        for value in values:
            cube = space.cube({fact: [value]})
            if vocabulary.theory.is_possible(cube):
                continue
            place = next(place for place, theory in _growing(vocabulary) if not theory.is_possible(cube))
            if place not in reported:
                reported.add(place)
                yield tree.problem(f"with this, {fact} could never be {value}", place)


def _growing(vocabulary: Vocabulary) -> Iterator[tuple[KeyPath, Theory]]:
    """Yield the places of derived facts and constraints, and what cannot be by all up to there."""
    space, derived = vocabulary.space, len(vocabulary.file.derived)
    cubes: list[int] = []
    for i, one in enumerate(vocabulary.impossible):
        cubes += [space.cube(case) for case in one.cases]
        place = ("derived", i, "any_of") if i < derived else ("constraints", i - derived, "never")
        yield place, Theory(space, cubes)


def _check_shape(file: FactsFile, tree: Places, agents: Agents) -> list[Problem]:
    """Find what keeps the facts from being laid out."""
    problems = [*_twice(file.fields, "field", tree, "fields"), *_twice(file.derived, "fact", tree, "derived")]
    fields = {field.id: field for field in file.fields}
    for kind in (TextField, Treatments):
        for i in [i for i, field in enumerate(file.fields) if isinstance(field, kind)][1:]:
            problems.append(tree.problem("there is a field of this kind already", ("fields", i, "kind")))
    for i, field in enumerate(file.fields):
        problems += _check_id(field.id, tree, ("fields", i, "id"))
        problems += _check_entries(field, agents, tree, ("fields", i))
    problems += _check_flags(file, tree)
    problems += _check_names_of_fields(file, tree)
    for i, fact in enumerate(file.derived):
        problems += _check_id(fact.id, tree, ("derived", i, "id"))
        problems += _check_derived(fact, fields, tree, ("derived", i))
    if not file.fields:
        problems.append(tree.problem("holds no fields"))
    return problems


def _check_id(id_: str, tree: Places, path: KeyPath) -> Iterator[Problem]:
    """Find ids that no argument in Python and no condition could name."""
    if not id_.isidentifier():
        near = re.sub(r"\W", "_", id_)
        hint = f"; did you mean {near}?" if near.isidentifier() else ""
        yield tree.problem(f"the id {id_!r} must be letters, digits and _, and begin with a letter{hint}", path)
    elif id_ in _CONDITIONS or iskeyword(id_):
        yield tree.problem(f"the id {id_!r} is taken: conditions or Python read it otherwise", path)


def _check_entries(field: AnyField, agents: Agents, tree: Places, path: KeyPath) -> Iterator[Problem]:
    """Find fields that make no fact, or facts of the same name."""
    if isinstance(field, Choice):
        yield from _twice(field.values, "value", tree, *path, "values")
        if len(field.values) < 2:
            yield tree.problem(f"{field.id} has {len(field.values)} values; a choice needs two", (*path, "values"))
    elif isinstance(field, Names):
        yield from _twice(field.names, "name", tree, *path, "names")
        yield from _dotted(field.names, tree, *path, "names")
        if not field.names:
            yield tree.problem(f"{field.id} has no names", (*path, "names"))
    elif isinstance(field, Treatments):
        yield from _twice(field.outcomes, "outcome", tree, *path, "outcomes")
        yield from _dotted(field.outcomes, tree, *path, "outcomes")
        if not field.outcomes:
            yield tree.problem(f"{field.id} has no outcomes, so that nothing could be known of a treatment", path)
        if not agents.groups:
            message = "a field of treatments needs an agents.yaml with classes of them; extends: bundled takes ours"
            yield tree.problem(message, (*path, "kind"))
        for i in [i for i, outcome in enumerate(field.outcomes) if outcome.always][1:]:
            message = "there is an outcome already that every treatment has"
            yield tree.problem(message, (*path, "outcomes", i, "always"))


def _check_flags(file: FactsFile, tree: Places) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for i, field in enumerate(file.fields):
        flag = (field.flag or field.id).replace("_", "-")
        owner = taken.setdefault(flag, field.id)
        if owner != field.id:
            path = ("fields", i, "flag" if field.flag else "id")
            yield tree.problem(f"--{flag} is the flag of {owner} already; flag: gives it another", path)


def _check_names_of_fields(file: FactsFile, tree: Places) -> Iterator[Problem]:
    """Find names that two fields have, or a field and what no document asks for."""
    taken: dict[str, tuple[str, KeyPath]] = {}
    kinds: tuple[tuple[str, Sequence[Any]], ...] = (("fields", file.fields), ("not_asked", file.not_asked))
    for key, entries in kinds:
        for i, entry in enumerate(entries):
            places: list[tuple[str, KeyPath]] = [(entry.id, ("id",))]
            places += [(also, ("also", j)) for j, also in enumerate(getattr(entry, "also", ()))]
            for name, place in places:
                here = (key, i, *place)
                owner, first = taken.setdefault(folded(name), (entry.id, here))
                if owner != entry.id:
                    message = f"{name!r} names both {owner} and {entry.id}"
                    yield tree.problem(f"{message}{_first_at(tree, first, here)}", here)
    yield from _twice(file.not_asked, "name", tree, "not_asked")


def _check_derived(fact: DerivedFact, fields: dict[str, AnyField], tree: Places, path: KeyPath) -> Iterator[Problem]:
    if fact.id in fields:
        yield tree.problem(f"{fact.id!r} is a field already", (*path, "id"))
    field = fields.get(fact.any_of)
    if not isinstance(field, Names):
        of_names = [id_ for id_, one in fields.items() if isinstance(one, Names)]
        yield tree.problem(unknown_name("field of names", fact.any_of, of_names), (*path, "any_of"))
        return
    known = [name.id for name in field.names]
    for i, name in enumerate(fact.except_):
        if name not in known:
            yield tree.problem(unknown_name("name", name, known), (*path, "except", i))


def _check_meaning(file: FactsFile, tree: Places, agents: Agents) -> list[Problem]:
    problems: list[Problem] = []
    fields = {field.id: field for field in file.fields}
    domains = domains_of(file, agents)
    for i, field in enumerate(file.fields):
        problems += _check_field(field, fields, domains, tree, ("fields", i))
    for i, assumption in enumerate(file.assumptions):
        problems += _check_assumption(assumption, fields, domains, tree, ("assumptions", i))
    for i, constraint in enumerate(file.constraints):
        problems += _check_constraint(constraint.never, domains, tree, ("constraints", i, "never"))
    problems += _check_order(file.fact_order, "fact or field", (*fields, *domains), tree, "fact_order")
    names = [field.id for field in file.fields if isinstance(field, Names)]
    problems += _check_order(file.heading_order, "field of names", names, tree, "heading_order")
    return problems


def _check_order(order: Sequence[str], kind: str, known: Sequence[str], tree: Places, key: str) -> Iterator[Problem]:
    for i, name in enumerate(order):
        if name not in known:
            yield tree.problem(unknown_name(kind, name, known), (key, i))
        elif name in order[:i]:
            yield tree.problem(f"{name} is there already", (key, i))


def _check_field(
    field: AnyField,
    fields: dict[str, AnyField],
    domains: dict[str, tuple[str, ...]],
    tree: Places,
    path: KeyPath,
) -> Iterator[Problem]:
    if isinstance(field, Choice):
        yield from _check_choice(field, domains, tree, path)
        for i, word in enumerate(field.open_values):
            yield from _check_open_value(word, fields, domains, tree, (*path, "open_values", i))
    elif isinstance(field, Names):
        yield from _check_names(field, tree, path)
    elif isinstance(field, Treatments):
        yield from _check_words([("outcomes", field.outcomes)], normal, UNKNOWN_WORDS | NEVER_WORDS, tree, path)
        yield from _check_words([("settings", field.settings)], normal, UNKNOWN_WORDS, tree, path)
        for i, outcome in enumerate(field.outcomes):
            for key in ("label", "question", "yes", "no"):
                yield from _check_stand_ins(
                    getattr(outcome, key), ("class",), tree, (*path, "outcomes", i, key), needed=True
                )


def _check_names(field: Names, tree: Places, path: KeyPath) -> Iterator[Problem]:
    reserved, free = {folded(word) for word in UNKNOWN_WORDS | {"none"}}, field.free_text
    yield from _check_words([("names", field.names)], folded, reserved, tree, path)
    for i, name in enumerate(field.names):
        yield from _check_noted(name.noted, tree, (*path, "names", i))
    known = {folded(word): name.id for name in field.names for word in _words_of(name)}
    if free:
        if free.name not in {name.id for name in field.names}:
            message = unknown_name("name", free.name, [name.id for name in field.names])
            yield tree.problem(message, (*path, "free_text", "name"))
        here = (*path, "free_text")
        yield from _check_noted(free.noted, tree, here)
        for word, place in _placed_words(free):
            if folded(word) in reserved:
                yield tree.problem(
                    f"{word!r} means something in every field, and cannot mean {free.name}", here + place
                )
            elif folded(word) in known:
                owner = known[folded(word)]
                message = f"{word!r} means {owner} already" if owner else f"{word!r} is there already"
                yield tree.problem(message, here + place)
            known.setdefault(folded(word), "")
    yield from _check_beside(
        field.beside, folded, lambda word: words_beside(folded(word)), known, tree, (*path, "beside")
    )


def _placed_words(entry: Any) -> Iterator[tuple[str, KeyPath]]:
    """Yield the words of an entry, beside its id, with where they stand in it."""
    yield from ((also, ("also", j)) for j, also in enumerate(entry.also))
    for k, noted in enumerate(getattr(entry, "noted", ())):
        yield from ((also, ("noted", k, "also", j)) for j, also in enumerate(noted.also))


def _words_of(entry: Any) -> list[str]:
    return [entry.id, *(word for word, _ in _placed_words(entry))]


def _check_noted(noted: Sequence[Noted], tree: Places, path: KeyPath) -> Iterator[Problem]:
    for i, one in enumerate(noted):
        yield from _check_stand_ins(one.notice, ("written",), tree, (*path, "noted", i, "notice"))


def _check_choice(field: Choice, domains: dict[str, tuple[str, ...]], tree: Places, path: KeyPath) -> Iterator[Problem]:
    entries = [("values", field.values), ("open_values", field.open_values)]
    yield from _check_words(entries, normal, UNKNOWN_WORDS, tree, path)
    for i, value in enumerate(field.values):
        yield from _check_noted(value.noted, tree, (*path, "values", i))
    scores = field.notations.scores if field.notations else ()
    notations: list[tuple[Any, KeyPath]] = [
        *((getattr(field.notations, key, None), (key,)) for key in ("percent", "ihc_ish")),
        *((score, ("scores", i)) for i, score in enumerate(scores)),
    ]
    for said, place in notations:
        here = (*path, "notations", *place)
        for key in ("positive", "negative") if said else ():
            if getattr(said, key) not in domains[field.id]:
                yield tree.problem(_no_value(field.id, getattr(said, key), domains), (*here, key))
        if said and said.positive == said.negative:
            yield tree.problem(f"positive and negative are both {said.negative}", (*here, "negative"))
        for key, stand_ins in _NOTICES.items():
            yield from _check_stand_ins(getattr(said, key, None) or "", stand_ins, tree, (*here, key))
    if field.notations and field.notations.percent:
        yield from _check_cutoffs(field.notations.percent, tree, (*path, "notations", "percent"))
    yield from _check_scores(scores, tree, (*path, "notations", "scores"))
    if field.settles and domains.get(field.settles) != domains[field.id]:
        message = (
            unknown_name("fact", field.settles, domains)
            if field.settles not in domains
            else f"{field.settles} has other values than {field.id}"
        )
        yield tree.problem(message, (*path, "settles"))


_NOTICES = {
    "low_notice": ("written",),
    "equivocal_notice": ("written",),
    "notice": ("written",),
    "ratio_notice": ("written", "value"),
}
"""The notices of notations, and what is put into them."""


def _check_scores(scores: Sequence[Score], tree: Places, path: KeyPath) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for i, score in enumerate(scores):
        here = (*path, i)
        if score.to < 1:
            yield tree.problem(f"to is the highest figure, of 1 or more, not {score.to}", (*here, "to"))
        elif not 0 <= score.negative_to < score.positive_from <= score.to:
            message = f"negative_to lies below positive_from, both from 0 to {score.to}"
            yield tree.problem(message, (*here, "positive_from"))
        places: list[tuple[str, KeyPath]] = [(score.name, ("name",)), *_placed_words(score)]
        for name, place in places:
            if not any(map(str.isalpha, name)):
                yield tree.problem(f"the name {name!r} has no letter", (*here, *place))
            elif taken.setdefault(normal(name), score.name) != score.name:
                yield tree.problem(f"{name!r} names both {taken[normal(name)]} and {score.name}", (*here, *place))


def _check_cutoffs(said: Percent, tree: Places, path: KeyPath) -> Iterator[Problem]:
    for key in ("positive_from", "low_to"):
        figure = getattr(said, key)
        if figure is not None and not 0 <= figure <= 100:
            yield tree.problem(f"{key} is a percentage, from 0 to 100, not {figure}", (*path, key))
    if said.low_to is not None and said.low_to < said.positive_from:
        message = f"low_to lies below positive_from ({said.positive_from}), so that nothing would be low"
        yield tree.problem(message, (*path, "low_to"))
    if (said.low_to is None) != (said.low_notice is None):
        yield tree.problem("low_to and low_notice need each other", path)


def _check_stand_ins(
    text: str, known: Sequence[str], tree: Places, path: KeyPath, *, needed: bool = False
) -> Iterator[Problem]:
    """Find words in braces that nothing is put in for, and text without the one that it needs."""
    found = re.findall(r"\{(.*?)\}", text)
    for word in found:
        if word not in known:
            near = nearest_word(word, known) or known[0]
            yield tree.problem(f"nothing is put in for {{{word}}}; did you mean {{{near}}}?", path)
    if needed and not found:
        yield tree.problem(f"needs {{{known[0]}}}, which stands for the name of the treatment", path)


def _check_open_value(
    word: OpenValue,
    fields: dict[str, AnyField],
    domains: dict[str, tuple[str, ...]],
    tree: Places,
    path: KeyPath,
) -> Iterator[Problem]:
    choices = [id_ for id_, field in fields.items() if isinstance(field, Choice)]
    for fact, value in (word.never_with or {}).items():
        if fact not in choices:
            yield tree.problem(unknown_name("choice", fact, choices), (*path, "never_with", fact), at_key=True)
        elif value not in domains[fact]:
            yield tree.problem(_no_value(fact, value, domains), (*path, "never_with", fact))
    if word.never_with and not word.sentence:
        yield tree.problem("never_with needs a sentence that says why", (*path, "never_with"), at_key=True)


def _check_words(
    groups: Sequence[tuple[str, Sequence[Any]]],
    spelled: Callable[[str], str],
    reserved: Iterable[str],
    tree: Places,
    path: KeyPath,
) -> Iterator[Problem]:
    """Find words that mean two things, or what they mean in every field."""
    taken: dict[str, tuple[Any, KeyPath]] = {}
    for key, entries in groups:
        for i, entry in enumerate(entries):
            places: list[tuple[str, KeyPath]] = [(entry.id, ("id",))]
            places += _placed_words(entry)
            for word, place in places:
                here = (*path, key, i, *place)
                owner, first = taken.setdefault(spelled(word), (entry, here))
                if spelled(word) in reserved:
                    yield tree.problem(f"{word!r} means something in every field, and cannot mean {entry.id}", here)
                elif owner.id != entry.id:
                    message = f"{word!r} means both {owner.id} and {entry.id}"
                    yield tree.problem(f"{message}{_first_at(tree, first, here)}", here)


def _check_assumption(
    assumption: Assumption,
    fields: dict[str, AnyField],
    domains: dict[str, tuple[str, ...]],
    tree: Places,
    path: KeyPath,
) -> Iterator[Problem]:
    fact, value = assumption.fact, assumption.value
    if fact not in domains:
        yield tree.problem(unknown_name("fact", fact, domains), (*path, "fact"))
    elif value not in domains[fact]:
        yield tree.problem(_no_value(fact, value, domains), (*path, "value"))
    if assumption.unless_said and assumption.unless_said not in fields:
        yield tree.problem(unknown_name("field", assumption.unless_said, fields), (*path, "unless_said"))


def _check_constraint(
    cases: tuple[dict[str, str | tuple[str, ...]], ...],
    domains: dict[str, tuple[str, ...]],
    tree: Places,
    path: KeyPath,
) -> Iterator[Problem]:
    if not cases:
        yield tree.problem("names no combination that cannot be", path)
    for i, case in enumerate(cases):
        if not case:
            yield tree.problem("names no fact: nothing at all could be", (*path, i))
        for fact, values in case.items():
            if fact not in domains:
                yield tree.problem(unknown_name("fact", fact, domains), (*path, i, fact), at_key=True)
                continue
            for value in (values,) if isinstance(values, str) else values:
                if value not in domains[fact]:
                    yield tree.problem(_no_value(fact, value, domains), (*path, i, fact))
            if not values:
                yield tree.problem(f"{fact} needs a value", (*path, i, fact))


def _no_value(fact: str, value: str, domains: dict[str, tuple[str, ...]]) -> str:
    near = nearest_word(value, domains[fact])
    hint = f"; did you mean {near}?" if near else ""
    return f"{fact} cannot be {value!r}; it is {' or '.join(domains[fact])}{hint}"
