"""What the elements of reports to a registry mean, and the letters that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.vocabulary.codes import Coding

if TYPE_CHECKING:
    from mbc_options.vocabulary.code_forms import CodedAnswer, CodedTest
    from mbc_options.vocabulary.codes import Codes
    from mbc_options.vocabulary.registry import RegistryForm

__all__ = ["RegistryCodes"]

_SHOWN = 40
"""How much of a letter a receipt shows: it may be no letter at all."""


class RegistryCodes:
    """The codes, looked up by the names of elements.

    Args:
        codes: what elements and letters mean.
        form: how the elements hold together.

    Attributes:
        kinds: the kind of report that an element is.
        tests: the test that an element is.
        unread: why an element says no field.
        confirmed_by: the field that says whether there is spread; empty where there is none.
    """

    def __init__(self, codes: Codes, form: RegistryForm) -> None:
        self.codes, self.form = codes, form
        self.kinds = {kind.element: kind for kind in form.reported}
        self.tests = {code: test for test in codes.tests.entries for code in (test.codes or {}).get(form.system, ())}
        self.unread = {name: one.why for one in form.unread for name in one.elements}
        self.confirmed_by = codes.places.confirmed_by if codes.places else ""

    def coding(self, letter: str) -> Coding:
        """Return a letter, or an element with its letter, as a code of the registry."""
        return Coding(self.form.system, letter)

    def shown(self, letter: str) -> str:
        """Return a letter as a receipt shows it, with the system that it is of."""
        return f"{self.form.system} {letter[:_SHOWN]}".strip()

    def unknown(self, letter: str) -> str:
        """Say that a letter is not known."""
        return f"{letter[:_SHOWN]!r} is no letter of it that is known"

    def answer(self, test: CodedTest, letter: str) -> CodedAnswer | None:
        """Return what a letter answers to a test; None where it is not known."""
        return self.codes.own_answers[id(test)].find([self.coding(letter)], letter)
