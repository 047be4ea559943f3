"""`facts.yaml` as its author writes it: fields, the facts behind them, and what cannot be true together."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from mbc_options.source.forms import Form, Identifier, Number, Plain, Text, YesNo

__all__ = [
    "Assumption",
    "Choice",
    "Constraint",
    "DerivedFact",
    "FactsFile",
    "Field",
    "FreeText",
    "IhcIsh",
    "Kinds",
    "Name",
    "Names",
    "NotAsked",
    "Notations",
    "Noted",
    "OpenValue",
    "Outcome",
    "Percent",
    "Score",
    "Setting",
    "TextField",
    "Treatments",
    "Value",
]


class Noted(Form):
    """Further ways to write something, with what a reader should know where they are used; `{written}` is what was."""

    also: tuple[Text, ...]
    notice: Text
    plain: Plain[Literal["notice"]] = None


class Value(Form):
    """A value of a choice.

    Attributes:
        id: the value.
        text: how "the fact has this value" reads.
        negation: how "any value but this one" reads, where "not ..." would not do.
        also: other ways to write it.
        noted: likewise, with a notice.
    """

    id: Identifier
    text: Text
    negation: Text | None = None
    plain: Plain[Literal["text", "negation"]] = None
    also: tuple[Text, ...] = ()
    noted: tuple[Noted, ...] = ()


class OpenValue(Form):
    """A word for a choice that is understood, and leaves the fact open.

    Attributes:
        id: the word.
        also: other ways to write it.
        notice: what a reader should know about the reading.
        never_with: values of other fields that it contradicts all the same.
        sentence: why.
    """

    id: Identifier
    also: tuple[Text, ...] = ()
    notice: Text
    plain: Plain[Literal["notice"]] = None
    never_with: dict[str, str] | None = None
    sentence: Text | None = None


class Percent(Form):
    """A notation: a percentage, which is positive from some figure on.

    Attributes:
        of: what is counted.
        positive_from: the least percentage that is positive.
        low_to: the percentage up to which a positive result is called low, where there are such.
        low_notice: what to say of a low one; `{written}` is what was written.
        positive, negative: the values that it settles.
    """

    of: Text
    positive_from: Number
    low_to: Number | None = None
    low_notice: Text | None = None
    plain: Plain[Literal["low_notice"]] = None
    positive: Identifier
    negative: Identifier


class Score(Form):
    """A notation: a score with a name, from 0 to a highest figure.

    Attributes:
        name: its name; `also`, others.
        to: the highest figure.
        positive_from: the least figure that is positive.
        negative_to: the highest that is negative; what lies between settles nothing.
        notice: what to say of it; `{written}` is what was written.
        positive, negative: the values that it settles.
    """

    name: Text
    also: tuple[Text, ...] = ()
    to: Number
    positive_from: Number
    negative_to: Number
    notice: Text | None = None
    plain: Plain[Literal["notice"]] = None
    positive: Identifier
    negative: Identifier


class IhcIsh(Form):
    """A notation: a score of immunohistochemistry from 0 to 3+, with the result of in situ hybridization.

    Attributes:
        ratio_notice: what to say of a ratio of HER2 to CEP17 alone; `{written}` is the ratio, `{value}` its reading.
        equivocal_notice: what to say of 2+ without ISH, which settles nothing.
        low_notice: what to say of 1+, and of 2+ with negative ISH; `{written}` is what was written.
        positive, negative: the values that it settles.
    """

    equivocal_notice: Text
    low_notice: Text
    ratio_notice: Text | None = None
    plain: Plain[Literal["equivocal_notice", "low_notice", "ratio_notice"]] = None
    positive: Identifier
    negative: Identifier


class Notations(Form):
    """How numbers and signs are read, each notation with its parameters."""

    percent: Percent | None = None
    scores: tuple[Score, ...] = ()
    ihc_ish: IhcIsh | None = None


class Choice(Form):
    """A field with one value of several; its fact has the name of the field.

    Attributes:
        id: the name of field and fact.
        also: other names of the field.
        flag: the name of its flag, where that is not the field's.
        help: what the command line says of the flag.
        label, question: its name, and the question that settles it.
        short: its name in a list of fields, where that is shorter.
        explains: an explanation for a reader.
        prefixes: names of the fact that may stand before a value (`ER positive`).
        values: its values, in order.
        open_values: words that leave it open.
        notations: notations that it may be written in.
        settles: another fact of which it says the same.
        constant: it does not change, and is no explanation of a change.
    """

    id: Identifier
    kind: Literal["choice"]
    also: tuple[Text, ...] = ()
    flag: Identifier | None = None
    help: Text
    label: Text
    short: Text | None = None
    question: Text
    explains: Text | None = None
    plain: Plain[Literal["label", "short", "question", "explains"]] = None
    prefixes: tuple[Text, ...] = ()
    values: tuple[Value, ...]
    open_values: tuple[OpenValue, ...] = ()
    notations: Notations | None = None
    settles: Identifier | None = None
    constant: YesNo = False


class Name(Form):
    """A name in a field of names: a yes/no fact of its own.

    Attributes:
        at: where it lies on the sketch of a body, as pairs of x (0 to 120) and y (0 to 240).
    """

    id: Identifier
    label: Text
    question: Text
    explains: Text | None = None
    yes: Text
    no: Text
    plain: Plain[Literal["label", "question", "explains", "yes", "no"]] = None
    also: tuple[Text, ...] = ()
    noted: tuple[Noted, ...] = ()
    at: tuple[tuple[Number, Number], ...] = ()


class FreeText(Form):
    """What `other:<text>` stands for in a field of names.

    Attributes:
        name: the name of the fact that it makes true.
        one: "a site", for messages.
        example: a text, for messages.
        also: texts that are known, and need no `other:`.
        noted: likewise, with a notice.
    """

    name: Identifier
    one: Text
    example: Text
    also: tuple[Text, ...] = ()
    noted: tuple[Noted, ...] = ()


class Names(Form):
    """A field with several names, each a yes/no fact of its own.

    Attributes:
        label: what it is called; the words of its id where it is not said.
        heading: what stands over its names on a page; the label where it is not said.
        nothing_else: how "no other of its names" reads.
        at_stages: what stands before its names where a case is told from stage to stage. The first field that has
            this is told there.
        also: other names of the field.
        beside: words that may stand beside a name and say nothing of which it is.
    """

    id: Identifier
    kind: Literal["names"]
    label: Text | None = None
    heading: Text | None = None
    nothing_else: Text | None = None
    plain: Plain[Literal["label", "heading", "nothing_else"]] = None
    at_stages: Text | None = None
    also: tuple[Text, ...] = ()
    flag: Identifier | None = None
    help: Text | None = None
    beside: tuple[Text, ...] = ()
    free_text: FreeText | None = None
    names: tuple[Name, ...]

    @property
    def listed(self) -> tuple[Name, ...]:
        """The names that are written as such: all but the one that free text stands for."""
        return tuple(name for name in self.names if self.free_text is None or name.id != self.free_text.name)


class Outcome(Form):
    """What can be known of an earlier treatment; `{class}` in its words stands for the treatment's name.

    Attributes:
        always: every treatment has it, and none is said to.
        passing: it is no longer so once a later outcome is told.
        told_by_list: the list of treatments says it in the same words.
    """

    id: Identifier
    always: YesNo = False
    passing: YesNo = False
    told_by_list: YesNo = False
    label: Text
    question: Text
    yes: Text
    no: Text
    plain: Plain[Literal["label", "question", "yes", "no"]] = None
    also: tuple[Text, ...] = ()


class SettingFact(Form):
    """How it reads that some treatment was given in a setting, where rules may ask for that."""

    label: Text
    question: Text
    yes: Text
    no: Text
    plain: Plain[Literal["label", "question", "yes", "no"]] = None


class Setting(Form):
    """In which setting a treatment was given.

    Attributes:
        text: how it reads after a treatment; the words of its id where it is not said.
        fact: a fact of its own: whether any treatment was given in it.
    """

    id: Identifier
    text: Text | None = None
    plain: Plain[Literal["text"]] = None
    also: tuple[Text, ...] = ()
    fact: SettingFact | None = None


class Treatments(Form):
    """The field of earlier treatments, which `agents.yaml` names.

    Attributes:
        label, nothing_else, also: as those of a field of names.
        example: the name of a treatment, for messages.
        outcomes: yes/no facts of each class, none excluding another.
        settings: settings; shown, and a fact where one is given.
        sentence: that what was not given has no outcome, in words for the person whose description breaks it.
    """

    id: Identifier
    kind: Literal["treatments"]
    label: Text | None = None
    nothing_else: Text | None = None
    plain: Plain[Literal["label", "nothing_else"]] = None
    flag: Identifier | None = None
    also: tuple[Text, ...] = ()
    help: Text | None = None
    example: Text | None = None
    outcomes: tuple[Outcome, ...] = ()
    settings: tuple[Setting, ...] = ()
    sentence: Text | None = None


class TextField(Form):
    """A field that is printed and never interpreted."""

    id: Identifier
    kind: Literal["text"]
    flag: Identifier | None = None
    help: Text
    about: Text


class _ByKind:
    """Tells pydantic to choose by `kind`, so that a mistake is told of that kind alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import Discriminator

        return handler.generate_schema(Annotated[source, Discriminator("kind")])


AnyField: TypeAlias = Choice | Names | Treatments | TextField
Field = Annotated[AnyField, _ByKind()]
"""A field of a description, of one of four kinds."""


class DerivedFact(Form):
    """A yes/no fact that no field says: it is yes exactly when one name of a field is.

    Attributes:
        any_of: the field.
        except_: names of the field that do not count.
        no_on_sketch: how a page says that it is not so, beside the sketch of a body.
        no_at_stage: how a case says so, where it is told from stage to stage.
        sentence: this, in words for the person whose description breaks it.
    """

    id: Identifier
    label: Text
    question: Text
    explains: Text | None = None
    yes: Text
    no: Text
    plain: Plain[Literal["label", "question", "explains", "yes", "no", "no_on_sketch"]] = None
    any_of: Identifier
    except_: tuple[Identifier, ...] = ()
    no_on_sketch: Text | None = None
    no_at_stage: Text | None = None
    sentence: Text


class Assumption(Form):
    """What is taken to be so where a description says nothing of it.

    Attributes:
        fact, value: what.
        unless_said: the field that withdraws it, whatever it says.
        text: how a report says it.
        hint: what may have been meant where a description contradicts `value`.
    """

    fact: Identifier
    value: Identifier
    unless_said: Identifier | None = None
    text: Text
    hint: Text | None = None
    plain: Plain[Literal["text"]] = None


class _Values:
    """One value, or a list of several; told in one sentence where it is neither."""

    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        value = core_schema.str_schema()
        return core_schema.union_schema(
            [value, core_schema.tuple_schema([value], variadic_item_index=0)],
            custom_error_type="values",
            custom_error_message="a value or a list of values is expected",
        )


Values = Annotated[str | tuple[str, ...], _Values()]
"""One value of a fact, or several."""


class Constraint(Form):
    """Facts that cannot be true together.

    Attributes:
        sentence: why, in words for the person whose description breaks it.
        never: the impossible combinations, each as a value, or several, by fact.
    """

    sentence: Text
    never: tuple[dict[str, Values], ...]


class Kinds(Form):
    """How the kinds of the illness, the subtypes of `rulebook.yaml`, are spoken of.

    Attributes:
        heading: what stands before the kind of a patient.
        told_by: the facts that tell them apart.
    """

    heading: Text
    told_by: Text


class NotAsked(Form):
    """Something that people write of a patient and that no document asks for: known by name, and told so.

    Attributes:
        id: its name as a field; `also`, others.
        notice: what to say where it is given.
    """

    id: Identifier
    also: tuple[Text, ...] = ()
    notice: Text
    plain: Plain[Literal["notice"]] = None


class FactsFile(Form):
    """`facts.yaml`.

    Attributes:
        not_asked: what no document asks for.
        extends: `bundled` where it adds to the facts that come with the package.
        patient: what a patient is called who has no label.
        kinds: how the kinds of the illness are spoken of.
        fields: the fields, in the order in which they are printed.
        derived: facts that no field says.
        assumptions: what is assumed.
        constraints: what cannot be.
        fact_order: facts or fields in the order in which reasons prefer them; others stand after these.
        heading_order: fields of names in the order in which pages list them; others stand after these.
    """

    extends: Literal["bundled"] | None = None
    patient: Text | None = None
    kinds: Kinds | None = None
    fields: tuple[Field, ...] = ()
    derived: tuple[DerivedFact, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()
    fact_order: tuple[Identifier, ...] = ()
    heading_order: tuple[Identifier, ...] = ()
