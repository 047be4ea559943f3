"""What the explorer page reads free words by: every way to write a value, a name or a treatment, and its one meaning.

It holds what the readers of this package (`patient.aliases`, `patient.prior`, `vocabulary.notations`) hold, so that the
page, which goes about it as they do (`spelling.js`, `notations.js`, `treatments.js`, `fields.js`, `words.js`), reads what they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.patient import aliases
from mbc_options.patient.description import MAX_NAMES, NONE_WORDS
from mbc_options.vocabulary import agents as treatment_names
from mbc_options.vocabulary import notations, spelling
from mbc_options.vocabulary.agents import NO_CLASS
from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.vocabulary.agents import Agent, Agents
    from mbc_options.vocabulary.facts import FreeText, Name, Noted, OpenValue, Outcome, Setting, Value
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["spellings"]


def spellings(*registers: Vocabulary) -> dict[str, Any]:
    """Return what the page reads words by, as plain data.

    Args:
        registers: the vocabulary of a rulebook, in one register or several, which differ in notices and labels only.

    Returns:
        The data. A number stands for a text of `texts`, which is a list of one for each register where they differ.
    """
    texts = _Texts(registers)
    first = registers[0]
    return {
        "registers": [vocabulary.words for vocabulary in registers],
        "limits": {"text": aliases.MAX_TEXT, "written": aliases.LONGEST, "names": MAX_NAMES},
        "words": {
            "unknown": sorted(spelling.UNKNOWN_WORDS),
            "missing": sorted(spelling.MISSING_WORDS),
            "never": sorted(spelling.NEVER_WORDS),
            "negations": sorted(spelling.NEGATIONS),
            "yes": sorted(aliases.YES_WORDS),
            "no": sorted(aliases.NO_WORDS),
            "none": sorted(NONE_WORDS),
        },
        "patterns": {
            **spelling.PATTERNS,
            **treatment_names.PATTERNS,
            **aliases.PATTERNS,
            **(notations.PATTERNS if any(forms.notations for forms in first.choices.values()) else {}),
        },
        "notices": {
            "missing": aliases.missing_notice("{field}", "{written}"),
            "empty": aliases.missing_notice("{field}", ""),
            "known": aliases.known_notice("{field}", "{written}", "{read_as}"),
        },
        "fields": [_field(i, texts) for i in range(len(first.file.fields))],
        "not_asked": [
            [texts.of(lambda one, i=i: one.file.not_asked[i].notice), said.id, *said.also]
            for i, said in enumerate(first.file.not_asked)
        ],
        "treatments": _treatments(first.agents),
        "texts": texts.found,
    }


class _Texts:
    """Texts as the registers have them, each once.

    Attributes:
        found: the texts; a list where the registers differ.
    """

    def __init__(self, registers: Iterable[Vocabulary]) -> None:
        self.registers = tuple(registers)
        self.found: list[str | list[str]] = []

    def of(self, told: Any) -> int:
        """Return the number of a text, which `told` takes from a vocabulary."""
        texts = [told(vocabulary) or "" for vocabulary in self.registers]
        text = texts[0] if len(set(texts)) == 1 else texts
        if text not in self.found:
            self.found.append(text)
        return self.found.index(text)


def _field(i: int, texts: _Texts) -> dict[str, Any]:
    """Return how what a field says is written."""
    vocabulary = texts.registers[0]
    field = vocabulary.file.fields[i]

    def told(of: Any) -> int:
        return texts.of(lambda one: of(one.file.fields[i]))

    said: dict[str, Any] = {"id": field.id, "kind": field.kind}
    if isinstance(field, TextField):
        return said
    said |= {"label": texts.of(lambda one: one.labels[field.id]), "also": field.also}
    if isinstance(field, Choice):
        assumptions = vocabulary.file.assumptions
        said |= {
            "prefixes": vocabulary.choices[field.id].prefixes,
            "values": [
                _value(one, told, lambda other, j=j: other.values[j]) for j, one in enumerate(field.values)
            ],
            "open_values": [
                [one.id, one.also, told(lambda other, j=j: other.open_values[j].notice)]
                for j, one in enumerate(field.open_values)
            ],
            "notations": _notations(field, told),
            "is_yes_no": vocabulary.choices[field.id].is_yes_no,
            "withdraws": any(assumption.unless_said == field.id for assumption in assumptions),
        }
    elif isinstance(field, Names):
        said |= {
            "beside": field.beside,
            "names": [_value(one, told, lambda other, j=j: other.listed[j]) for j, one in enumerate(field.listed)],
        }
        if field.free_text:
            said["free"] = _value(field.free_text, told, lambda other: other.free_text)
    elif isinstance(field, Treatments):
        said |= {
            "outcomes": [_word(one) for one in field.outcomes if not one.always],
            "settings": [_word(one) for one in field.settings],
        }
    return said


def _word(one: Outcome | Setting) -> list[Any]:
    return [one.id, one.also]


def _value(one: Value | Name | FreeText, told: Any, again: Any) -> list[Any]:
    """Return a value or name, the other ways to write it, and those with a notice."""
    id_ = getattr(one, "id", "") or getattr(one, "name", "")
    noted: list[Any] = [
        [told(lambda field, k=k: again(field).noted[k].notice), noted.also] for k, noted in enumerate(one.noted)
    ]
    return [id_, one.also, noted] if noted else [id_, one.also]


def _notations(field: Choice, told: Any) -> list[dict[str, Any]]:
    """Return the notations of a field with their parameters, in the order in which they are tried."""
    said = field.notations
    if said is None:
        return []
    found: list[dict[str, Any]] = []
    for notation in notations.notations_of(said):
        one = notation.said
        common = {"positive": one.positive, "negative": one.negative}
        if isinstance(notation, notations.PercentNotation):
            found.append(
                {"kind": "percent", **common, "positive_from": notation.said.positive_from}
                | {"low_to": notation.said.low_to, "low": told(lambda other: other.notations.percent.low_notice)}
            )
        elif isinstance(notation, notations.ScoreNotation):
            score, place = notation.said, said.scores.index(notation.said)
            found.append(
                {"kind": "score", **common, "name": score.name, "to": score.to, "form": notation.form.pattern}
                | {"positive_from": score.positive_from, "negative_to": score.negative_to}
                | {"notice": told(lambda other, j=place: other.notations.scores[j].notice)}
            )
        else:
            found.append(
                {"kind": "ihc_ish", **common, "amplified_from": notations.AMPLIFIED_FROM}
                | {
                    name: told(lambda other, key=f"{name}_notice": getattr(other.notations.ihc_ish, key))
                    for name in ("equivocal", "low", "ratio")
                }
            )
    return found


def _treatments(agents: Agents) -> dict[str, Any]:
    """Return what the names of treatments mean; a label that is the words of its id is left out."""
    file = agents.file
    return {
        "beside": file.beside,
        "classes": [
            [class_.id, class_.label, class_.also]
            + [[[member.id, member.label, member.also] for member in class_.members]]
            + ([agents.together[class_.id]] if class_.id in agents.together else [])
            for class_ in file.classes
        ],
        "agents": [_agent(agent) for agent in file.agents],
        "regimens": [[one.id, one.label, one.also, one.agents] for one in file.regimens],
    }


def _agent(agent: Agent) -> list[Any]:
    label = "" if agent.label == agent.id.replace("_", " ") else agent.label
    class_ = "" if agent.class_ == NO_CLASS else agent.class_
    said = [agent.id, label, class_, agent.member or "", [*agent.brands, *agent.also], agent.may_be]
    while not said[-1]:
        said.pop()
    return said
