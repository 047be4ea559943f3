"""What the tests of patient descriptions ask again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest
from pydantic import ValidationError

from mbc_options import DescriptionError, Patient, Problem, load_patient
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Complaint(NamedTuple):
    path: tuple[str | int, ...]
    message: str


class Possible(Protocol):
    def __call__(self, patient: Patient, fact: str) -> tuple[str, ...]: ...


@pytest.fixture(scope="session")
def possible() -> Possible:
    """The values that a patient's knowledge leaves possible for a fact."""

    def values(patient: Patient, fact: str) -> tuple[str, ...]:
        return bundled_vocabulary().space.values(patient.knowledge, fact)

    return values


@pytest.fixture(scope="session")
def refused() -> Callable[[dict[str, Any]], list[Complaint]]:
    """Everything found wrong with a description that must be refused."""

    def complaints(description: dict[str, Any]) -> list[Complaint]:
        with pytest.raises(ValidationError) as caught:
            Patient.model_validate(description)
        return [Complaint(error["loc"], error["msg"]) for error in caught.value.errors()]

    return complaints


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Patient]:
    """The patient that a file with this content describes."""

    def loaded(content: str | bytes, name: str = "p.yaml") -> Patient:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_patient(path)

    return loaded


@pytest.fixture
def problems(load: Callable[..., Patient], tmp_path: Path) -> Callable[..., tuple[Problem, ...]]:
    """Everything found wrong with a file that must be refused; `file` is its name without the folder."""

    def found(content: str | bytes, name: str = "p.yaml") -> tuple[Problem, ...]:
        with pytest.raises(DescriptionError) as caught:
            load(content, name)
        for problem in caught.value.problems:
            assert problem.file == str(tmp_path / name)
        return tuple(problem._replace(file=name) for problem in caught.value.problems)

    return found
