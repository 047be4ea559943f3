"""What a difference between rulebooks means for the patients of teaching cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.cases.catalog import case_names, read_case
from mbc_options.cases.stages import patients_of
from mbc_options.errors import InputError
from mbc_options.exploration.status import statuses
from mbc_options.tools.difference.found import CaseMoved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.difference.sides import Side

__all__ = ["cases_moved"]


def cases_moved(old: Side, new: Side) -> Iterator[CaseMoved]:
    """Yield each status that is another for the patient of a teaching case, by the file of the new rulebook.

    A case that only the old rulebook has is read by its file there.
    """
    if old.rulebook is None or new.rulebook is None or old.directory is None or new.directory is None:
        return
    if old.rulebook == new.rulebook:
        return
    files = dict.fromkeys(case_names(old.directory), old.directory)
    files |= dict.fromkeys(case_names(new.directory), new.directory)
    for name, directory in sorted(files.items()):
        yield from _moved(name, directory / "cases" / f"{name}.yaml", old.rulebook, new.rulebook)


def _moved(name: str, path: Path, old: CompiledRulebook, new: CompiledRulebook) -> Iterator[CaseMoved]:
    try:
        stages = read_case(path).every_stage
    except InputError as error:
        yield CaseMoved(case=name, problem=error.problems[0].message)
        return
    told: list[list[dict[str, str]]] = []
    for rulebook in (old, new):
        patients, complaints = patients_of(stages, rulebook)
        if complaints:
            yield CaseMoved(case=name, problem=complaints[0].message)
            return
        told.append([dict(statuses(patient, rulebook)) for patient in patients if patient is not None])
    for stage, before, after in zip(stages, *told, strict=True):
        for option in dict.fromkeys((*after, *before)):
            was, is_ = before.get(option, "absent"), after.get(option, "absent")
            if was != is_:
                label = (new if option in new.by_id else old).by_id[option].authored.label
                yield CaseMoved(case=name, stage=stage.written.id, option=option, label=label, old=was, new=is_)
