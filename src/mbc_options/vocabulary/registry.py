"""How the XML of a registry holds its reports together: the names of its elements, from `codes/*.yaml`."""

from __future__ import annotations

from mbc_options.source.forms import Form, Identifier, Text, YesNo

__all__ = ["Classified", "DatePrecision", "RegistryForm", "ReportKind", "ReportedSite", "Unread", "Variant"]


class DatePrecision(Form):
    """The attribute of a date that says how exact it is, and its letters: to the month, to the year, not at all."""

    attribute: Text
    month: Text
    year: Text
    no: Text


class ReportKind(Form):
    """A kind of report; `codes/obds.yaml` explains the keys."""

    element: Text
    begins: tuple[Text, ...] = ()
    ends: tuple[Text, ...] = ()
    of_diagnosis: YesNo = False
    is_treatment: YesNo = False
    each: Text | None = None
    unless: tuple[Text, ...] = ()
    by: tuple[Text, ...] = ()
    drugs: tuple[Text, ...] = ()
    protocol: Text | None = None
    told: Text | None = None
    ignored: Text | None = None


class ReportedSite(Form):
    """An element that says that the illness has spread, and the one within it that says where."""

    element: Text
    at: Text


class Variant(Form):
    """A variant of a gene: its name, its letters with what they mean, an answer in words; and the fields it may say."""

    element: Text
    name: Text
    letters: Text
    meaning: dict[Text, Text]
    answer: Text
    fields: tuple[Identifier, ...]


class Classified(Form):
    """A classification by its name, and the element that has the answer."""

    element: Text
    name: Text
    answer: Text


class Unread(Form):
    """Elements that say no field, and why."""

    elements: tuple[Text, ...]
    why: Text


class RegistryForm(Form):
    """The elements of a registry's XML that hold the others together; `codes/obds.yaml` explains the keys."""

    system: Identifier
    roots: tuple[Text, ...]
    read: tuple[Text, ...]
    prefixes: tuple[Text, ...] = ()
    kept: tuple[Text, ...] = ()
    patient: Text
    patient_id: Text
    person: Text
    of_person: tuple[Text, ...] = ()
    report: Text
    report_id: Text
    belongs: Text
    belongs_id: Text
    illness: tuple[Text, ...]
    illness_system: Identifier
    illness_text: Text
    since: Text
    side: Text
    sides: tuple[Text, ...] = ()
    precise: DatePrecision
    dated_by: tuple[Text, ...] = ()
    reported: tuple[ReportKind, ...]
    drug_code: Text
    drug_code_system: Identifier
    ended: Text
    settings: tuple[Text, ...] = ()
    site: ReportedSite
    nearby: tuple[Text, ...] = ()
    other_cancer: Text
    either_cancer: Text
    variant: Variant
    classified: Classified
    administrative: tuple[Text, ...] = ()
    unread: tuple[Unread, ...] = ()
