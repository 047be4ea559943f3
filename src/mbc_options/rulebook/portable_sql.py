"""The public form of a rulebook as SQL: the status of every option, for a table of patients.

Over all primes, the three-valued `AND` and `OR` of SQL are exact, so that NULL means "not known" as we mean it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.rulebook.portable import decided_by_primes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.rulebook.portable import ByPrimes, Cube, PortableRulebook

__all__ = ["portable_sql"]


def portable_sql(form: PortableRulebook) -> str:
    """Return a SELECT from `patients` that adds a column with its status for every option.

    The table has a column for every fact of the form, by its id: one value of the fact as text, or NULL where it is
    not known.

    Raises:
        ValueError: where an option has no primes to be decided by.
    """
    decided = {id_: _case(form, one) for one in decided_by_primes(form) for id_ in one.options}
    columns = [f"{decided[option.id]} AS {_name(option.id)}" for option in form.options]
    about = form.rulebook
    head = " ".join(f"{about.name} {about.version}, sha256 {about.sha256}".split())
    return f"-- {head}\nSELECT patients.*" + "".join(f",\n{column}" for column in columns) + "\nFROM patients;\n"


def _case(form: PortableRulebook, decision: ByPrimes) -> str:
    return (
        f"CASE WHEN {_any(form.scope.holds)} THEN CASE\n"
        f"    WHEN {_any(decision.candidate)} THEN 'candidate'\n"
        f"    WHEN {_any(decision.not_candidate)} THEN CASE\n"
        f"      WHEN {_any(decision.described)} THEN 'unspecified'\n"
        f"      WHEN {_any(decision.not_described)} THEN 'not_described'\n"
        "      ELSE 'undetermined' END\n"
        "    ELSE 'undetermined' END\n"
        f"  WHEN {_any(form.scope.fails)} THEN 'out_of_scope'\n"
        "  ELSE 'undetermined' END"
    )


def _any(primes: Iterable[Cube]) -> str:
    """Return what is true exactly where a row lies inside one of the primes."""
    return " OR ".join(map(_all, primes)) or "1 = 0"


def _all(prime: Cube) -> str:
    tests = [f"{_name(fact)} IN ({', '.join(map(_text, values))})" for fact, values in prime.items()]
    return f"({' AND '.join(tests)})" if tests else "1 = 1"


def _name(id_: str) -> str:
    return '"' + id_.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
