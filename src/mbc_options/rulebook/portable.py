"""The public form of a compiled rulebook: what decides, as JSON that any program can read and decide by.

It names facts and values instead of bits, and carries what decides: no reason, claim or caution. A cube stands as the
values that it allows for each fact that it restricts; of a fact that is not named, anything is allowed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from mbc_options.errors import Problem, RulebookError, first_of
from mbc_options.logic import PrimeFunction
from mbc_options.misuse import refuse_kind
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.source.forms import Digest, Form, as_data
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mbc_options.logic import Function, Space
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

__all__ = [
    "ByCover",
    "ByPrimes",
    "PortableCases",
    "PortableFact",
    "PortableOption",
    "PortableRulebook",
    "PortableScope",
    "PortableValue",
    "RulebookName",
    "decided_by_primes",
    "portable",
    "portable_over",
    "portable_schema",
    "read_portable",
]

FORMAT, VERSION = "mbc_options.portable", 1

Cube: TypeAlias = dict[str, tuple[str, ...]]
"""The values allowed for each fact that is restricted."""


class RulebookName(Form):
    """Which rulebook a form was made of."""

    name: str
    version: str
    sha256: Digest
    title: str


class PortableValue(Form):
    """A value of a fact, and how "the fact has this value" reads."""

    id: str
    text: str


class PortableFact(Form):
    """A fact that decides something, with its values in order.

    Attributes:
        id: the fact.
        label: its name.
        question: the question that settles it.
        values: all that it can be.
    """

    id: str
    label: str
    question: str
    values: tuple[PortableValue, ...]


class PortableScope(Form):
    """Which patients the documents concern at all.

    Attributes:
        holds: the primes of "the documents concern the patient".
        fails: the primes of the contrary.
        text: what the scope is.
        outside: what those out of scope are told.
        open: what is told where it is not known.
    """

    holds: tuple[Cube, ...]
    fails: tuple[Cube, ...]
    text: str
    outside: str
    open: str


class PortableOption(Form):
    """What a client shows of a class or member.

    Attributes:
        id: `chemotherapy`, or `chemotherapy.combination`.
        label: its name.
        gloss: what it is, in a few words.
        within: the class of a member; None for a class.
    """

    id: str
    label: str
    gloss: str
    within: str | None = None


class ByPrimes(Form):
    """What decides options by subset tests alone, for patients in scope.

    Attributes:
        options: the ids of the options that it decides.
        decide: `primes`.
        candidate: the primes of "a document describes it".
        not_candidate: the primes of the contrary.
        described: the primes of "a document describes it, or names it without a criterion".
        not_described: the primes of the contrary.
    """

    options: tuple[str, ...]
    decide: Literal["primes"]
    candidate: tuple[Cube, ...]
    not_candidate: tuple[Cube, ...]
    described: tuple[Cube, ...]
    not_described: tuple[Cube, ...]


class PortableCases(Form):
    """Patients: all who lie in a cube of the one cover, save those in a cube of the other.

    Attributes:
        within: cubes of patients; one that names no fact is everybody.
        but_not: cubes of those who do not belong to them.
    """

    within: tuple[Cube, ...]
    but_not: tuple[Cube, ...]


class ByCover(Form):
    """What decides options of too many primes: patients, and no proof that is ready.

    Attributes:
        options: the ids of the options that it decides.
        decide: `cover`.
        candidate: whom a document describes it for.
        described: those, and the patients for whom the documents name it without a criterion.
    """

    options: tuple[str, ...]
    decide: Literal["cover"]
    candidate: PortableCases
    described: PortableCases


class _ByItsKind:
    """Has pydantic read a decision by what its `decide` says."""

    def __get_pydantic_core_schema__(self, _: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        kinds: dict[Any, Any] = {"primes": handler.generate_schema(ByPrimes), "cover": handler.generate_schema(ByCover)}
        return core_schema.tagged_union_schema(kinds, "decide")


Decision = Annotated[ByPrimes | ByCover, _ByItsKind()]
"""What decides one or more options."""


class PortableRulebook(Form):
    """A rulebook in its public form. Make one with `portable`, or read one with `read_portable`.

    Attributes:
        format: the name of the form.
        version: its version; a reader refuses one that it does not know.
        rulebook: which rulebook it was made of.
        facts: the facts that decide an option or the scope, themselves or through what is impossible.
        impossible: the primes of what cannot be: nobody lies inside one of them.
        scope: which patients the documents concern at all.
        options: classes and members in the order of a report, each class before its members.
        decisions: what decides them; those that decide alike share one.
    """

    format: Literal["mbc_options.portable"]
    version: Literal[1]
    rulebook: RulebookName
    facts: tuple[PortableFact, ...]
    impossible: tuple[Cube, ...]
    scope: PortableScope
    options: tuple[PortableOption, ...]
    decisions: tuple[Decision, ...]

    def as_json(self) -> str:
        """Return the form as JSON in one line: the same bytes for equal rulebooks."""
        return json.dumps(as_data(self), ensure_ascii=False, separators=(",", ":")) + "\n"

    def statuses(self, knowledge: Mapping[str, Collection[str]]) -> dict[str, str]:
        """Return the status of every option by id, as `mbc_options.statuses` does.

        Args:
            knowledge: for each fact the values that are still possible, at least one. A fact that is missing may be
                anything; one that the form does not carry decides nothing.

        Raises:
            ValueError: where an option has no primes to be decided by.
        """
        scope, ids = self.scope, [option.id for option in self.options]
        if not _is_inside(knowledge, scope.holds):
            return dict.fromkeys(ids, "out_of_scope" if _is_inside(knowledge, scope.fails) else "undetermined")
        found = {id_: _status(knowledge, one) for one in decided_by_primes(self) for id_ in one.options}
        return {id_: found[id_] for id_ in ids}


def _is_inside(knowledge: Mapping[str, Collection[str]], primes: Iterable[Cube]) -> bool:
    """Tell whether all that is possible lies inside one of the primes."""
    return any(
        all(fact in knowledge and set(knowledge[fact]) <= set(values) for fact, values in prime.items())
        for prime in primes
    )


def _status(knowledge: Mapping[str, Collection[str]], decision: ByPrimes) -> str:
    if _is_inside(knowledge, decision.candidate):
        return "candidate"
    if not _is_inside(knowledge, decision.not_candidate):
        return "undetermined"
    if _is_inside(knowledge, decision.described):
        return "unspecified"
    return "not_described" if _is_inside(knowledge, decision.not_described) else "undetermined"


def decided_by_primes(form: PortableRulebook) -> tuple[ByPrimes, ...]:
    """Return what decides the options, where it is primes throughout.

    Raises:
        ValueError: where it is not, naming the options.
    """
    by_primes = tuple(one for one in form.decisions if isinstance(one, ByPrimes))
    if len(by_primes) < len(form.decisions):
        others = ", ".join(id_ for one in form.decisions if isinstance(one, ByCover) for id_ in one.options)
        msg = f"{others}: decided by a cover (its primes are too many), and only primes can be tested here"
        raise ValueError(msg)
    return by_primes


def portable(rulebook: CompiledRulebook, *, whole: bool = False) -> PortableRulebook:
    """Return a rulebook in its public form, by which any client decides as `statuses` does.

    Args:
        rulebook: the rulebook.
        whole: whether it carries every fact, for a client that does more than decide. By default it carries those that
            decide something; of earlier treatments what conditions name, and no other outcome.
    """
    rulebook = rulebook_of(rulebook)
    space = rulebook.space
    left_out = 0 if whole else _unnamed_treatments(rulebook)
    decided = _decided(rulebook, left_out)
    bits = 0
    scope = rulebook.scope.holds, rulebook.scope.fails
    for cubes in (*scope, *(cover for deciding in decided for cover in deciding.covers)):
        for cube in cubes:
            bits |= space.named(cube)
    bits = space.universe if whole else rulebook.theory.linked(bits) & ~left_out
    return _form(rulebook, decided, bits, left_out)


def portable_over(rulebook: CompiledRulebook, facts: Iterable[str]) -> PortableRulebook:
    """Return a rulebook in its public form, for a client that can know nothing but these facts.

    It decides alike whatever can be known of them, and carries no prime that asks for more.

    Raises:
        KeyError: where the rulebook does not have one of them.
    """
    space = rulebook.space
    bits = sum(map(space.mask, frozenset(facts)))
    left_out = space.universe & ~bits
    return _form(rulebook, _decided(rulebook, left_out), bits, left_out)


def _decided(rulebook: CompiledRulebook, left_out: int) -> dict[_Deciding, list[str]]:
    """Return what decides the options, each with the ids of those that it decides, for who knows nothing of some facts.

    Args:
        rulebook: the rulebook.
        left_out: the bits of those facts.
    """
    alike: dict[_Deciding, list[str]] = {}
    for option in rulebook.by_id.values():
        alike.setdefault(_deciding(option), []).append(option.id)
    found: dict[_Deciding, list[str]] = {}
    for deciding, ids in alike.items():
        if deciding.decide == "primes":
            covers = tuple(_without(rulebook.space, some, left_out) for some in deciding.covers)
            found.setdefault(deciding._replace(covers=covers), []).extend(ids)
        else:
            found.setdefault(deciding, []).extend(ids)
    order = {id_: i for i, id_ in enumerate(rulebook.by_id)}
    return {deciding: sorted(ids, key=order.__getitem__) for deciding, ids in found.items()}


def _without(space: Space, primes: Iterable[int], left_out: int) -> tuple[int, ...]:
    """Return the primes that ask for nothing that is left out; inside the others lies nobody of whom it is unknown."""
    return tuple(prime for prime in primes if not space.outside(prime) & left_out)


def _form(
    rulebook: CompiledRulebook, decided: Mapping[_Deciding, Sequence[str]], bits: int, left_out: int
) -> PortableRulebook:
    space, about, scope = rulebook.space, rulebook.about, rulebook.scope
    return PortableRulebook(
        format="mbc_options.portable",
        version=1,
        rulebook=RulebookName(name=rulebook.name, version=rulebook.version, sha256=rulebook.sha256, title=about.title),
        facts=tuple(_fact(rulebook, fact) for fact in space.facts_of(bits)),
        impossible=_readable(space, _without(space, rulebook.theory.touching(bits), left_out)),
        scope=PortableScope(
            holds=_readable(space, _without(space, scope.holds, left_out)),
            fails=_readable(space, _without(space, scope.fails, left_out)),
            text=about.scope.text,
            outside=about.scope.outside,
            open=about.scope.open,
        ),
        options=tuple(
            _option(option, class_.id if option is not class_ else None)
            for class_ in rulebook.options
            for option in (class_, *class_.members)
        ),
        decisions=tuple(_decision(space, deciding, ids) for deciding, ids in decided.items()),
    )


def _unnamed_treatments(rulebook: CompiledRulebook) -> int:
    """Return the bits of the facts of earlier treatments that neither the scope nor a condition of an option names."""
    space = rulebook.space
    found = space.fields(sum(forms.every_yes for forms in rulebook.vocabulary.treatments.values()))
    for function in (rulebook.scope, *(option.described for option in rulebook.by_id.values())):
        found &= ~function.named
    return found


class _Deciding(NamedTuple):
    """What decides an option.

    Attributes:
        decide: how.
        covers: the primes of being a candidate and of the contrary, of being described and of the contrary; or of both
            the patients, each as those of one cover and then those who do not belong to them.
    """

    decide: Literal["primes", "cover"]
    covers: tuple[tuple[int, ...], ...]


def _deciding(option: CompiledOption) -> _Deciding:
    candidate, described = option.candidate, option.described
    if isinstance(candidate, PrimeFunction) and isinstance(described, PrimeFunction):
        return _Deciding("primes", (candidate.holds, candidate.fails, described.holds, described.fails))
    return _Deciding("cover", (*_cases(candidate), *_cases(described)))


def _cases(function: Function) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if isinstance(function, PrimeFunction):
        return function.holds, ()
    return function.within.cover, function.but_not.cover


def _decision(space: Space, deciding: _Deciding, options: Sequence[str]) -> ByPrimes | ByCover:
    a, b, c, d = (_readable(space, some) for some in deciding.covers)
    if deciding.decide == "cover":
        return ByCover(
            options=tuple(options),
            decide="cover",
            candidate=PortableCases(within=a, but_not=b),
            described=PortableCases(within=c, but_not=d),
        )
    return ByPrimes(
        options=tuple(options),
        decide="primes",
        candidate=a,
        not_candidate=b,
        described=c,
        not_described=d,
    )


def _readable(space: Space, cubes: Iterable[int]) -> tuple[Cube, ...]:
    return tuple(map(space.reading, cubes))


def _fact(rulebook: CompiledRulebook, fact: str) -> PortableFact:
    words = rulebook.vocabulary.facts[fact]
    values = tuple(PortableValue(id=value, text=text) for value, text in words.values.items())
    return PortableFact(id=fact, label=words.label, question=words.question, values=values)


def _option(option: CompiledOption, within: str | None) -> PortableOption:
    said = option.authored
    return PortableOption(id=option.id, label=said.label, gloss=said.gloss, within=within)


def portable_schema() -> dict[str, Any]:
    """Return the JSON Schema of the public form."""
    from mbc_options.source.validation import adapter

    return {**adapter(PortableRulebook).json_schema(), "title": "A compiled mbc-options rulebook"}


def read_portable(text: str) -> PortableRulebook:
    """Return the rulebook that a text holds in its public form.

    Raises:
        RulebookError: where it holds none, or one of another version.
        TypeError: where `text` is none.
    """
    if not isinstance(text, str):
        refuse_kind("text, as Path(FILE).read_text() returns it", text)
    from pydantic import ValidationError

    from mbc_options.source.validation import adapter

    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: no JSON ({error.msg})"
        raise RulebookError([Problem(message)]) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets without end
        message = "no compiled rulebook: it holds a number that is too long, or is nested too deeply"
        raise RulebookError([Problem(message)]) from None
    found = (data.get("format"), data.get("version")) if isinstance(data, dict) else (None, None)
    if found[0] != FORMAT:
        message = f"no compiled rulebook: its format is {quoted(found[0])}, not {FORMAT!r}; rules compile makes one"
        raise RulebookError([Problem(message)])
    if found[1] != VERSION:
        message = f"version {quoted(found[1])} of the form is not known here; this reader knows version {VERSION}"
        raise RulebookError([Problem(message)])
    try:
        form: PortableRulebook = adapter(PortableRulebook).validate_python(data)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]
        raise RulebookError(first_of([Problem(problem) for problem in problems])) from None
    return form
