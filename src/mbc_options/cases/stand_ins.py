"""Reading a case past its mistakes, so that what else is wrong with it is told at the same time."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.cases.case_file import CaseFile
from mbc_options.source.validation import check

if TYPE_CHECKING:
    from mbc_options.errors import Problem
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["ReadThrough", "read_through"]

ROUNDS = 4
"""How often mistakes are looked for: in values, then in questions, stages and the case as a whole."""

TEXT = "-"
QUESTION = {"ask": "reflect", "prompt": TEXT}


class ReadThrough(NamedTuple):
    """A case with its mistakes taken out.

    Attributes:
        file: the case, in which something sound stands for each wrong part, at its place; None where too little of
            it is sound.
        problems: the mistakes.
        sure: up to which stage, counted from 0, the patient is as the author wrote it.
    """

    file: CaseFile | None
    problems: tuple[Problem, ...]
    sure: int


def read_through(tree: Tree) -> ReadThrough:
    """Read a case past everything that is wrong with its form."""
    data = deepcopy(tree.data)
    problems: list[Problem] = []
    sure: int | None = None
    for _ in range(ROUNDS + 1):  # after the last mending, it is looked at once more
        file, found = check(CaseFile, tree._replace(data=data))
        if file is not None:
            return ReadThrough(file, tuple(problems), len(file.stages) if sure is None else sure)
        problems += found
        mended = _Mended(data)
        if not all(mended.mend(problem) for problem in found):
            break
        sure = min((stage for stage in (sure, mended.unsure) if stage is not None), default=None)
    return ReadThrough(None, tuple(problems), 0)


class _Mended:
    """What a case says, in which something sound is put for each mistake.

    Attributes:
        data: what it says.
        unsure: the first stage whose patient is another by that; None where there is none.
    """

    def __init__(self, data: Any) -> None:
        self.data = data
        self.unsure: int | None = None

    def mend(self, problem: Problem) -> bool:
        """Put something sound for a mistake; tell whether that can be done."""
        if not isinstance(self.data, dict) or not problem.path:
            return False
        if problem.path[0] != "stages":
            self.data.pop(str(problem.path[0]), None)
            _fill(self.data, {"title": TEXT, "level": "introductory", "summary": TEXT, "goals": [TEXT]})
            return True
        return self._mend_stage(problem)

    def _mend_stage(self, problem: Problem) -> bool:
        _, *within = problem.path
        if not within or not isinstance(self.data.get("stages"), list):
            return False
        number = int(within[0])
        stage = self.data["stages"][number]
        if not isinstance(stage, dict):
            stage = self.data["stages"][number] = {}
            self._not_sure(number)
        elif within[1:2] == ["questions"]:
            _ask_nothing(stage, within[2:])
        elif len(within) > 1:
            if within[1] in {"patient", "change"} or problem.code == "unknown-key":
                self._not_sure(number)
            stage.pop(str(within[1]), None)
        _fill(stage, {"id": f"stage-{number + 1}", "title": TEXT, "narrative": TEXT})
        if number == 0 and not isinstance(stage.get("patient"), dict):
            stage["patient"] = {}
            self._not_sure(0)
        elif number and not stage.get("change"):
            stage.setdefault("wish", TEXT)
        return True

    def _not_sure(self, stage: int) -> None:
        self.unsure = stage if self.unsure is None else min(self.unsure, stage)


def _ask_nothing(stage: dict[str, Any], path: KeyPath | list[Any]) -> None:
    """Put a question that is always sound in the place of one that is not."""
    if path and isinstance(stage["questions"], list):
        stage["questions"][int(path[0])] = dict(QUESTION)
    else:
        stage["questions"] = [dict(QUESTION)]


def _fill(mapping: dict[str, Any], needed: dict[str, Any]) -> None:
    """Put something sound where a key is missing."""
    for key, value in needed.items():
        mapping.setdefault(key, value)
