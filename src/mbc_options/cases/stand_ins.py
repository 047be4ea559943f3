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
        unsure: the places of the stages whose patient is not as the author wrote it.
    """

    file: CaseFile | None
    problems: tuple[Problem, ...]
    unsure: frozenset[KeyPath]


def read_through(tree: Tree) -> ReadThrough:
    """Read a case past everything that is wrong with its form."""
    data = deepcopy(tree.data)
    problems: list[Problem] = []
    unsure: set[KeyPath] = set()
    for _ in range(ROUNDS + 1):  # after the last mending, it is looked at once more
        file, found = check(CaseFile, tree._replace(data=data))
        if file is not None:
            return ReadThrough(file, tuple(problems), frozenset(unsure))
        problems += found
        mended = _Mended(data)
        if not all(mended.mend(problem) for problem in found):
            break
        unsure |= mended.unsure
    return ReadThrough(None, tuple(problems), frozenset())


class _Mended:
    """What a case says, in which something sound is put for each mistake.

    Attributes:
        data: what it says.
        unsure: the places of the stages whose patient is another by that.
    """

    def __init__(self, data: Any) -> None:
        self.data = data
        self.unsure: set[KeyPath] = set()

    def mend(self, problem: Problem) -> bool:
        """Put something sound for a mistake; tell whether that can be done."""
        if not isinstance(self.data, dict) or not problem.path:
            return False
        if problem.path[0] == "stages":
            return self._mend_stage(self.data.get("stages"), problem, ("stages",))
        if problem.path[0] == "fork":
            return self._mend_fork(problem)
        self.data.pop(str(problem.path[0]), None)
        _fill(self.data, {"title": TEXT, "level": "introductory", "summary": TEXT, "goals": [TEXT]})
        return True

    def _mend_fork(self, problem: Problem) -> bool:
        """Mend a stage of an arm, or what an arm is called; without what makes a fork there is none."""
        fork = self.data.get("fork")
        if not isinstance(fork, dict):
            self.data.pop("fork", None)
            return True
        match problem.path:
            case ("fork", "asks", *_):
                fork["asks"] = TEXT
            case ("fork", "arms", int(k), "stages", int(_), *_):
                path = ("fork", "arms", k, "stages")
                return self._mend_stage(fork["arms"][k]["stages"], problem, path)
            case ("fork", "arms", int(k), "id" | "title" as key, *_) if isinstance(fork["arms"][k], dict):
                fork["arms"][k][key] = f"arm-{k + 1}"
            case ("fork", "arms", int(k)) if isinstance(fork["arms"][k], dict) and fork["arms"][k].get("stages"):
                _fill(fork["arms"][k], {"id": f"arm-{k + 1}", "title": f"arm-{k + 1}"})
            case _:
                self.data.pop("fork", None)
        return True

    def _mend_stage(self, stages: Any, problem: Problem, here: KeyPath) -> bool:
        within = problem.path[len(here) :]
        if not within or not isinstance(stages, list):
            return False
        number = int(within[0])
        place = (*here, number)
        stage = stages[number]
        if not isinstance(stage, dict):
            stage = stages[number] = {}
            self.unsure.add(place)
        elif within[1:2] == ("questions",):
            _ask_nothing(stage, within[2:])
        elif len(within) > 1:
            if within[1] in {"patient", "change"} or problem.code == "unknown-key":
                self.unsure.add(place)
            stage.pop(str(within[1]), None)
        _fill(stage, {"id": "-".join(map(str, (*here[2:], "stage", number + 1))), "title": TEXT, "narrative": TEXT})
        if place == ("stages", 0):
            if not isinstance(stage.get("patient"), dict):
                stage["patient"] = {}
                self.unsure.add(place)
        elif not stage.get("change"):
            stage.setdefault("wish", TEXT)
            if here[0] == "fork" and number == 0:  # what is found on the arm is missing
                self.unsure.add(place)
        return True


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
