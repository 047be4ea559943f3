"""Which changes of a rulebook its expectations would notice.

A change means the same where no knowledge brings another answer; that is decided exactly, over all patients that can
be. One that does not, and that every expectation passes, *survives*: nothing holds the rulebook to what it says there.
Only what a change concerns is compiled anew.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_args

from mbc_options.errors import DescriptionError
from mbc_options.exploration.status import decider_of, scope_of
from mbc_options.package_data import rules_dir
from mbc_options.patient.description import of
from mbc_options.rulebook.compile import Compiler, compile_rulebook
from mbc_options.rulebook.conditions import Defined, leaves
from mbc_options.rulebook.load import read_rulebook
from mbc_options.rulebook.models import KindOfConsideration
from mbc_options.tools.patient_sets import description_of_cube
from mbc_options.tools.testing.expectations import BESIDE, Expectation, rules_of
from mbc_options.tools.testing.judge import answer_of, differences
from mbc_options.tools.testing.missing import Suggestion, beside_suggested
from mbc_options.tools.testing.mutants import entries_of
from mbc_options.tools.testing.patients import case_apart, largest, smallest_of
from mbc_options.tools.testing.shown import remark_of, remarks_of, telling_apart
from mbc_options.vocabulary.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mbc_options.exploration.status import Scope
    from mbc_options.logic import Function, PrimeFunction, Theory
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRemark, CompiledRulebook
    from mbc_options.rulebook.load import Read
    from mbc_options.rulebook.models import Member, NamedAgent, Rulebook
    from mbc_options.tools.testing.expectations import Beside, Placed
    from mbc_options.tools.testing.mutants import Entry, Mutant
    from mbc_options.vocabulary.facts import FactsFile

__all__ = ["Mutation", "Outcome", "authored_at"]

M = TypeVar("M", bound="Member")

_COPIES = count()
"""A number for each mutant that is explored, so that nothing is remembered of one for another."""


class Outcome(NamedTuple):
    """What became of a mutant.

    Attributes:
        mutant: the mutant.
        fate: whether an expectation notices it (`killed`), none does (`survived`), or it means the `same`.
        by: the expectation that notices it.
        suggestion: where it survived, an expectation that would; None where no description tells the two apart.
    """

    mutant: Mutant
    fate: Literal["killed", "survived", "same"]
    by: str = ""
    suggestion: Suggestion | None = None


class _Held(NamedTuple):
    """An expectation, and what its description says."""

    name: str
    expectation: Expectation
    knowledge: int
    scope: Scope


class _Found(NamedTuple):
    """What was found of one entry: which expectation notices its change, whether it means the same, or what would."""

    by: str = ""
    same: bool = False
    suggestion: Suggestion | None = None


def authored_at(directory: str | Path | None) -> Read:
    """Return a rulebook as it was written, with its places; by default the one that comes with the package.

    Raises:
        RulebookError: with everything that is wrong with it.
    """
    return read_rulebook(rules_dir() if directory is None else Path(directory))


class Mutation:
    """Tries mutants of a rulebook.

    Args:
        authored: the rulebook as it was written,
        rulebook: and compiled.
        expectations: what is expected of it; all of them are met.
        decide: how conditions are decided, as it was compiled.
    """

    def __init__(
        self,
        authored: Rulebook,
        rulebook: CompiledRulebook,
        expectations: Sequence[Placed],
        *,
        decide: Literal["primes", "cover"] | None = None,
    ) -> None:
        self.authored, self.rulebook, self._decide = authored, rulebook, decide
        self._compiler = Compiler(authored, decide)
        self._refused = tuple(placed for placed in expectations if placed.expectation.refused is not None)
        self._held = tuple(self._read(expectations))
        self._rules, self._remarks = rules_of(rulebook), remarks_of(rulebook)
        self._kinds = {one.authored.id: one.authored.kind for one in rulebook.considerations}
        self._said = self._expected_beside()
        self._answers: dict[str, list[tuple[_Held, str]]] = {}
        for held in self._held:
            for rule, answer in held.expectation.answers():
                self._answers.setdefault(rule, []).append((held, answer))
        self._therapies = {therapy.id: therapy for therapy in authored.therapies}
        self._users = _users_of_definitions(authored)

    def outcome(self, mutant: Mutant) -> Outcome:
        """Return what becomes of a mutant."""
        if mutant.facts is not None:
            return self._constrained(mutant, mutant.facts)
        if mutant.entry is not None:
            found = [self._found(mutant.entry, self._compiler)]
        else:
            definition = mutant.definition
            assert definition is not None
            changed = tuple(definition if one.id == definition.id else one for one in self.authored.definitions)
            compiler = Compiler(replace(self.authored, definitions=changed), self._decide)
            found = []
            for entry in self._users.get(definition.id, ()):
                found.append(self._found(entry, compiler))
                if found[-1].by:
                    break
        by = next((one.by for one in found if one.by), "")
        apart = [one for one in found if not one.same]
        if by or not apart:
            return Outcome(mutant, "killed" if by else "same", by)
        suggestions = (one.suggestion for one in apart if one.suggestion is not None)
        return Outcome(mutant, "survived", "", next(suggestions, None))

    def _read(self, expectations: Iterable[Placed]) -> Iterator[_Held]:
        for placed in expectations:
            try:
                knowledge = of(self.rulebook.vocabulary, placed.expectation.patient).knowledge
            except DescriptionError:
                continue
            yield _Held(placed.name, placed.expectation, knowledge, scope_of(self.rulebook, knowledge))

    def _expected_beside(self) -> dict[tuple[Beside, str], list[tuple[_Held, bool]]]:
        """Return who expects what is said beside the options to be shown, or not, by kind and id."""
        found: dict[tuple[Beside, str], list[tuple[_Held, bool]]] = {key: [] for key in self._remarks}
        for held in self._held:
            expectation = held.expectation
            for kind in BESIDE:
                for shown in (True, False):
                    for id_ in expectation.named(kind, shown=shown):
                        found[kind, id_].append((held, shown))
            for id_ in {*expectation.says, *expectation.says_not, *expectation.cites}:
                found["caution", id_].append((held, True))
            for name, ids in expectation.exactly.items():
                kind_of: Beside = "consideration" if name in get_args(KindOfConsideration) else name  # type: ignore[assignment]
                for kind, id_ in self._remarks:
                    if kind == kind_of and name in {kind, self._kinds.get(id_)}:
                        found[kind, id_].append((held, id_ in ids))
        return found

    def _found(self, entry: Entry, compiler: Compiler) -> _Found:
        """Return what is found of an entry that is changed, or that is compiled with changed definitions."""
        match entry.kind:
            case "rule":
                return self._rule(entry, compiler)
            case "drug":
                return self._drug(entry, compiler)
            case "scope":
                return self._scope(entry, compiler)
            case "subtype":
                return self._subtype(entry, compiler)
            case kind:
                return self._remark(kind, entry, compiler)

    def _scope(self, entry: Entry, compiler: Compiler) -> _Found:
        """Return what is found of another scope: every expectation says whether the documents concern its patient."""
        old, new = self.rulebook.scope, compiler.listed(entry.authored.when)
        for held in self._held:
            if answer_of(new, held.knowledge) != answer_of(old, held.knowledge):
                return _Found(held.name)
        apart = _apart_either_way(old, new, self.rulebook.theory)
        if not apart:
            return _Found(same=True)
        patient = smallest_of(apart, self.rulebook, lambda known: answer_of(old, known) != answer_of(new, known))
        return _Found(suggestion=None if patient is None else self._as_possible(patient))

    def _as_possible(self, patient: Mapping[str, Any]) -> Suggestion:
        """Return the expectation that there can be such a patient, in scope or not."""
        knowledge = of(self.rulebook.vocabulary, patient).knowledge
        return Suggestion(patient, "", "", scope_of(self.rulebook, knowledge))

    def _subtype(self, entry: Entry, compiler: Compiler) -> _Found:
        functions = {one.subtype.id: one.function for one in self.rulebook.subtypes}
        old, new = functions[entry.id], compiler.listed(entry.authored.when)
        functions[entry.id] = new
        for held in self._held:
            expected, known = held.expectation, held.knowledge
            settled = next((id_ for id_, one in functions.items() if one.entailed_by(known)), None)
            if (
                (expected.subtype is not None and settled != expected.subtype)
                or (entry.id in expected.subtypes and not new.entailed_by(known))
                or (entry.id in expected.no_subtypes and not new.refuted_by(known))
            ):
                return _Found(held.name)
        apart = _apart_either_way(old, new, self.rulebook.theory)
        if not apart:
            return _Found(same=True)

        def is_meant(known: int) -> bool:
            return answer_of(old, known) != "open" and answer_of(old, known) != answer_of(new, known)

        patient = smallest_of(apart, self.rulebook, is_meant)
        if patient is None:
            return _Found()
        suggestion = self._as_possible(patient)
        has_it = old.entailed_by(of(self.rulebook.vocabulary, patient).knowledge)
        return _Found(suggestion=suggestion._replace(key="subtypes" if has_it else "no_subtypes", id=entry.id))

    def _drug(self, entry: Entry, compiler: Compiler) -> _Found:
        """Return what is found of a drug that is named for other patients: by its name, or by its passages."""
        agents = self.rulebook.by_id[entry.option].agents
        one = compiler.beside(entry.authored)
        changed = (*agents[: entry.place], one, *agents[entry.place + 1 :])
        for held in self._held:
            named, expected = _named(changed, held.knowledge), held.expectation
            drugs = expected.named_by.get(entry.option, {})
            if {*expected.agents.get(entry.option, named)} != {*named} or (
                entry.id in drugs and {*drugs[entry.id]} != {*named.get(entry.id, ())}
            ):
                return _Found(held.name)

        def is_meant(known: int) -> bool:
            return _named(agents, known) != _named(changed, known)

        theory = self.rulebook.theory
        least = (
            (theory.space.universe,) if agent.function is None else largest(agent.function, theory)
            for agent in (agents[entry.place], one)
        )
        apart = [cube for cubes in least for cube in cubes if is_meant(cube)]
        if not apart:
            return _Found(same=True)
        by = self._noticed(
            self._with_class(self._class_with(entry, compiler)),
            lambda one: bool({*one.notices_on, *one.not_cited} & {*entry.authored.claims}),
        )
        patient = None if by else smallest_of(apart, self.rulebook, is_meant)
        if patient is None:
            return _Found(by)
        suggestion = self._as_possible(patient)
        claims = _named(agents, of(self.rulebook.vocabulary, patient).knowledge).get(entry.id, ())
        value = f"{{{entry.id}: [{', '.join(sorted(claims))}]}}"
        return _Found(suggestion=suggestion._replace(key="named_by", id=entry.option, value=value))

    def _constrained(self, mutant: Mutant, facts: FactsFile) -> Outcome:
        """Return what becomes of another constraint: of who can be, and of what follows from what is known."""
        old = self.rulebook.vocabulary
        new = Vocabulary(facts, old.agents, f"{old.sha256} mutant {next(_COPIES)}", old.words)
        if {*new.theory.broken} == {*old.theory.broken} and _implied(new) == _implied(old):
            return Outcome(mutant, "same")
        doubtful = [held for held in self._held if not new.theory.is_possible(held.knowledge)]
        by = next((held.name for held in doubtful if _refusal(new, held.expectation) is not None), "")
        for placed in self._refused:
            wanted, message = placed.expectation.refused or "", _refusal(new, placed.expectation)
            by = by or ("" if message is not None and wanted in message else placed.name)
        if by:
            return Outcome(mutant, "killed", by)
        said = replace(self.authored, vocabulary=new)
        whole = replace(compile_rulebook(said, decide=self._decide), sha256=self._digest())
        by = next((held.name for held in self._held if any(differences(held.expectation, whole))), "")
        return Outcome(
            mutant, "killed" if by else "survived", by, None if by else self._possible_suggested(mutant, new)
        )

    def _possible_suggested(self, mutant: Mutant, new: Vocabulary) -> Suggestion | None:
        """Return a patient who can be by the one and not by the other."""
        old = self.rulebook.vocabulary
        for cube in old.theory.broken:
            if new.theory.is_possible(cube):
                patient = description_of_cube(old, cube)
                said = Expectation(id="-", why="-", patient=patient)
                message = _refusal(old, said)
                if message and mutant.id in message and mutant.id not in (_refusal(new, said) or ""):
                    return Suggestion(patient, "refused", "", value=mutant.id)
        cubes = [old.theory.tighten(cube) for cube in new.theory.broken if old.theory.is_possible(cube)]
        patient_left = smallest_of(cubes, self.rulebook, lambda known: not new.theory.is_possible(known))
        return None if patient_left is None else self._as_possible(patient_left)

    def _rule(self, entry: Entry, compiler: Compiler) -> _Found:
        _, before = self._rules[entry.id]
        old, new = before.function, compiler.rule(entry.authored).function
        for held, answer in self._answers.get(entry.id, ()):
            if answer_of(new, held.knowledge) != answer:
                return _Found(held.name)
        if entry.authored.status != before.rule.status:
            return self._status(entry, compiler, old)
        apart = self._apart(old, new)
        if not apart:
            return _Found(same=True)
        by = self._option_noticed(entry, self._class_with(entry, compiler))
        return _Found(by) if by else _Found(suggestion=self._rule_suggested(entry.id, old, new, apart))

    def _status(self, entry: Entry, compiler: Compiler, function: Function) -> _Found:
        """Return what is found of a rule of another status: it changes verdicts, or is no reason any more."""
        class_ = self._class_with(entry, compiler)
        options = (class_, *class_.members)
        reasons = self._reasons_lost(entry, function)
        if not reasons and not any(map(self._verdicts_apart, options)):
            return _Found(same=True)
        by = self._option_noticed(entry, class_)
        if by:
            return _Found(by)
        return _Found(suggestion=self._verdict_suggested(options) or self._basis_suggested(entry, function, reasons))

    def _option_noticed(self, entry: Entry, class_: CompiledOption) -> str:
        """Return an expectation that notices that a class is another, through this entry; empty for none."""
        options = (class_, *class_.members)
        deciders = {one.id: decider_of(self.rulebook, one) for one in options}
        for held in self._held:
            if held.scope == "in":
                for id_, status in held.expectation.expect.items():
                    if id_ in deciders and deciders[id_].status(held.knowledge) != status:
                        return held.name
        return self._noticed(
            self._with_class(class_), lambda one: _names_option(one, entry, {*deciders}, self.rulebook)
        )

    def _apart(self, old: Function, new: Function) -> list[int]:
        pairs = ((old, new), (new, old))
        return [case for a, b in pairs if (case := case_apart(a, b, self.rulebook.inside)) is not None]

    def _verdicts_apart(self, option: CompiledOption) -> list[int]:
        """Return least knowledge for which an option has another verdict than before."""
        before = self.rulebook.by_id[option.id]
        return [*self._apart(before.candidate, option.candidate), *self._apart(before.described, option.described)]

    def _rule_suggested(self, id_: str, old: Function, new: Function, apart: Iterable[int]) -> Suggestion | None:
        def is_meant(knowledge: int) -> bool:
            inside = self.rulebook.scope.entailed_by(knowledge)
            return inside and answer_of(old, knowledge) != answer_of(new, knowledge)

        patient = smallest_of(apart, self.rulebook, is_meant)
        if patient is None:
            return None
        return Suggestion(patient, answer_of(old, of(self.rulebook.vocabulary, patient).knowledge), id_)

    def _verdict_suggested(self, options: Iterable[CompiledOption]) -> Suggestion | None:
        for option in options:
            old = decider_of(self.rulebook, self.rulebook.by_id[option.id])
            new = decider_of(self.rulebook, option)

            def is_meant(knowledge: int, old: Any = old, new: Any = new) -> bool:
                return self.rulebook.scope.entailed_by(knowledge) and old.status(knowledge) != new.status(knowledge)

            patient = smallest_of(self._verdicts_apart(option), self.rulebook, is_meant)
            if patient is not None:
                status = old.status(of(self.rulebook.vocabulary, patient).knowledge)
                return Suggestion(patient, "expect", option.id, value=status)
        return None

    def _reasons_lost(self, entry: Entry, function: Function) -> list[int]:
        """Return least knowledge for which a rule is no reason for a candidate any more; none where it never was."""
        if entry.authored.status == "candidate":
            return []
        inside, candidate = self.rulebook.inside, self.rulebook.by_id[entry.option].candidate
        both = (rule & option for rule in largest(function, inside) for option in largest(candidate, inside))
        return [inside.tighten(cube) for cube in both if not inside.space.is_empty(cube) and inside.is_possible(cube)]

    def _basis_suggested(self, entry: Entry, function: Function, reasons: Iterable[int]) -> Suggestion | None:
        candidate = self.rulebook.by_id[entry.option].candidate

        def is_meant(knowledge: int) -> bool:
            inside = self.rulebook.scope.entailed_by(knowledge)
            return inside and function.entailed_by(knowledge) and candidate.entailed_by(knowledge)

        patient = smallest_of(reasons, self.rulebook, is_meant)
        return None if patient is None else Suggestion(patient, "basis", entry.id, value=entry.authored.basis)

    def _class_with(self, entry: Entry, compiler: Compiler) -> CompiledOption:
        """Return the class of a rule or caution, compiled with the entry in the place of what has its id."""
        class_id, _, member_id = entry.option.partition(".")
        class_ = self._therapies[class_id]
        if not member_id:
            return compiler.class_(_with_entry(class_, entry))
        members = (_with_entry(one, entry) if one.id == member_id else one for one in class_.members)
        return compiler.class_(replace(class_, members=tuple(members)))

    def _with_class(self, class_: CompiledOption) -> Callable[[], CompiledRulebook]:
        def made() -> CompiledRulebook:
            options = tuple(class_ if one.id == class_.id else one for one in self.rulebook.options)
            by_id = {one.id: one for option in options for one in (option, *option.members)}
            return replace(self.rulebook, options=options, by_id=by_id, sha256=self._digest())

        return made

    def _digest(self) -> str:
        return f"{self.rulebook.sha256} mutant {next(_COPIES)}"

    def _noticed(self, mutated: Callable[[], CompiledRulebook], is_concerned: Callable[[Expectation], bool]) -> str:
        """Return the first of the expectations that a change may concern which is not met any more; empty for none."""
        rulebook = None
        for held in self._held:
            if is_concerned(held.expectation):
                rulebook = rulebook or mutated()
                if any(differences(held.expectation, rulebook)):
                    return held.name
        return ""

    def _remark(self, kind: Beside, entry: Entry, compiler: Compiler) -> _Found:
        old = self._remarks[kind, entry.id]
        compiled: CompiledRemark[Any]
        if kind == "caution":
            compiled = compiler.beside(entry.authored)
        elif kind in {"consideration", "question"}:
            compiled = compiler.knowing(entry.authored)
        else:
            compiled = compiler.remark(entry.authored)
        new = remark_of(kind, compiled, self.rulebook)
        for held, shown in self._said[kind, entry.id]:
            if new.is_shown(held.knowledge) != shown:
                return _Found(held.name)
        apart = [*telling_apart(old, new), *telling_apart(new, old)]
        if not apart:
            return _Found(same=True)
        by = self._noticed(
            lambda: self._with_remark(entry, compiled),
            lambda one: bool({*one.notices_on, *one.not_cited} & _claims_of(entry.authored)),
        )
        if not by and kind == "consideration" and entry.authored.is_urgent_sign:
            by = self._noticed(lambda: self._with_urgent(entry), lambda one: bool(one.proof))
        if by:
            return _Found(by)
        patient = smallest_of(apart, self.rulebook, lambda known: old.is_shown(known) != new.is_shown(known))
        if patient is None:
            return _Found()
        shown = old.is_shown(of(self.rulebook.vocabulary, patient).knowledge)
        return _Found(suggestion=beside_suggested(patient, old, shown=shown))

    def _with_remark(self, entry: Entry, compiled: CompiledRemark[Any]) -> CompiledRulebook:
        if entry.kind == "caution":
            return self._with_class(self._class_with(entry, self._compiler))()
        key = "background" if entry.kind == "background" else f"{entry.kind}s"
        remarks = tuple(compiled if one.authored.id == entry.id else one for one in getattr(self.rulebook, key))
        changed: dict[str, Any] = {key: remarks, "sha256": self._digest()}
        return replace(self.rulebook, **changed)

    def _with_urgent(self, entry: Entry) -> CompiledRulebook:
        """Compile the whole: which reasons are preferred rests on the urgent signs."""
        considerations = _replaced(self.authored.considerations, entry)
        return replace(compile_rulebook(replace(self.authored, considerations=considerations)), sha256=self._digest())


def _apart_either_way(old: PrimeFunction, new: PrimeFunction, theory: Theory) -> list[int]:
    """Return the largest knowledge to which the one condition surely answers, and the other not so."""
    held = [cube for cube in old.holds if theory.is_possible(cube) and not new.entailed_by(cube)]
    return held + [cube for cube in old.fails if theory.is_possible(cube) and not new.refuted_by(cube)]


def _named(agents: Iterable[CompiledRemark[NamedAgent]], knowledge: int) -> dict[str, set[str]]:
    """Return the drugs that are named where so much is known, with the claims by which they are."""
    found: dict[str, set[str]] = {}
    for one in agents:
        if one.applies_to(knowledge):
            found.setdefault(one.authored.agent, set()).update(one.authored.claims)
    return found


def _implied(vocabulary: Vocabulary) -> list[Any]:
    """Return what names mean as well where they stand in a list."""
    return [forms.implied for forms in vocabulary.names.values()]


def _refusal(vocabulary: Vocabulary, expectation: Expectation) -> str | None:
    """Return why there can be no such patient; None where there can."""
    try:
        of(vocabulary, expectation.patient)
    except DescriptionError as error:
        return "\n".join(problem.message for problem in error.problems)
    return None


def _with_entry(option: M, entry: Entry) -> M:
    """Return a class or member with a rule, caution or drug in the place of the one that it is instead of."""
    if entry.kind == "drug":
        agents = (*option.agents[: entry.place], entry.authored, *option.agents[entry.place + 1 :])
        return replace(option, agents=agents)
    key = f"{entry.kind}s"
    changed: dict[str, Any] = {key: _replaced(getattr(option, key), entry)}
    return replace(option, **changed)


def _replaced(some: Iterable[Any], entry: Entry) -> tuple[Any, ...]:
    return tuple(entry.authored if one.id == entry.id else one for one in some)


def _claims_of(authored: Any) -> set[str]:
    sides = getattr(authored, "sides", ())
    return {*getattr(authored, "claims", ()), *(claim for side in sides for claim in side.claims)}


def _names_option(expectation: Expectation, entry: Entry, options: set[str], rulebook: CompiledRulebook) -> bool:
    """Tell whether an expectation says something that a rule of these options may bear on, beside what it answers."""
    by_option = {*expectation.depends_on, *expectation.would_change, *expectation.proof}
    settled = {option for answers in expectation.settles.values() for ids in answers.values() for option in ids}
    if options & (by_option | settled) or entry.id in {*expectation.basis, *expectation.reasons, *expectation.notes}:
        return True
    about = {one.authored.id: one.authored.about for one in rulebook.questions}
    if options & {about[id_] for id_ in (*expectation.questions, *expectation.no_questions)}:
        return True
    cited = {claim for option in options for rule in rulebook.by_id[option].rules for claim in rule.rule.claims}
    return bool({*expectation.notices_on, *expectation.not_cited} & cited)


def _users_of_definitions(rulebook: Rulebook) -> Mapping[str, list[Entry]]:
    """Return the entries whose conditions name a definition, themselves or through others, by its id."""
    names: dict[str, set[str]] = {}

    def named(node: Any) -> set[str]:
        found: set[str] = set()
        for _, leaf in leaves(node) if node is not None else ():
            if isinstance(leaf, Defined):
                found |= {leaf.name, *through(leaf.name)}
        return found

    by_id = {definition.id: definition.when for definition in rulebook.definitions}

    def through(name: str) -> set[str]:
        if name not in names:
            names[name] = named(by_id[name])
        return names[name]

    users: dict[str, list[Entry]] = {}
    for entry in entries_of(rulebook):
        for name in named(entry.authored.when) | named(getattr(entry.authored, "unless", None)):
            users.setdefault(name, []).append(entry)
    return users
