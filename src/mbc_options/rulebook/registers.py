"""A rulebook in its other register: what it knows in plain words, for patients and their families.

What an entry says in plain words stands beside its other words (`plain`), key by key. The rulebook in plain words has
them in the place of the others, and decides by the very same conditions.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mbc_options.rulebook.compile import by_claim
from mbc_options.rulebook.prose import condition_text
from mbc_options.source.forms import Form, frozen, key_of
from mbc_options.vocabulary.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.rulebook.compiled import (
        CompiledOption,
        CompiledRemark,
        CompiledRule,
        CompiledRulebook,
        CompiledSubtype,
    )

__all__ = ["in_plain_words"]

P = TypeVar("P")


def in_plain_words(rulebook: CompiledRulebook) -> CompiledRulebook:
    """Return a rulebook with the plain words of every entry, and with its other words where it has no plain ones."""
    if rulebook.words == "plain":
        return rulebook
    known = rulebook.vocabulary
    vocabulary = Vocabulary(_plain(known.file), known.agents, known.sha256, words="plain")
    definitions = _plain(rulebook.definitions)
    register = _Register(vocabulary, {definition.id: definition.label for definition in definitions})
    about = _plain(rulebook.about)
    options = tuple(map(register.option, rulebook.options))
    spoken: CompiledRulebook = frozen(
        replace(
            rulebook,
            words="plain",
            about=about,
            vocabulary=vocabulary,
            options=options,
            by_id={option.id: option for class_ in options for option in (class_, *class_.members)},
            subtypes=tuple(map(_subtype, rulebook.subtypes)),
            considerations=tuple(map(_remark, rulebook.considerations)),
            disagreements=tuple(map(_remark, rulebook.disagreements)),
            background=tuple(map(_remark, rulebook.background)),
            questions=tuple(map(_remark, rulebook.questions)),
            values=_plain(rulebook.values),
            glossary=_plain(rulebook.glossary),
            definitions=definitions,
            sources=_plain(rulebook.sources),
            notices_by_claim=by_claim(about.notices),
        )
    )
    return spoken


class _Register:
    def __init__(self, vocabulary: Vocabulary, labels: Mapping[str, str]) -> None:
        self.vocabulary, self.labels = vocabulary, labels

    def option(self, option: CompiledOption) -> CompiledOption:
        return replace(
            option,
            authored=_plain(option.authored),
            rules=tuple(map(self.rule, option.rules)),
            cautions=tuple(map(_remark, option.cautions)),
            members=tuple(map(self.option, option.members)),
        )

    def rule(self, compiled: CompiledRule) -> CompiledRule:
        reads = condition_text(compiled.rule.when, self.vocabulary, self.labels)
        return replace(compiled, rule=_plain(compiled.rule), reads=reads)


def _remark(remark: CompiledRemark[Any]) -> CompiledRemark[Any]:
    return replace(remark, authored=_plain(remark.authored))


def _subtype(compiled: CompiledSubtype) -> CompiledSubtype:
    return replace(compiled, subtype=_plain(compiled.subtype))


def _plain(part: P) -> P:
    """Return what an author wrote, with its plain words in the place of the others wherever it has any."""
    found: Any = part
    if isinstance(part, Form) and not hasattr(part, "as_written"):  # a condition has no words
        changes = {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
        plain = changes.get("plain") or {}
        found = replace(part, **changes | {name: plain[key_of(name)] for name in changes if key_of(name) in plain})
    elif isinstance(part, tuple):
        found = tuple(map(_plain, part))
    elif isinstance(part, dict):
        found = {key: _plain(value) for key, value in part.items()}
    return cast("P", found)
