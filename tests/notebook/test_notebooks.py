"""The notebook in `docs/`: kept without output, and run from top to bottom as a reader runs it."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOK = DOCS / "exploring-one-patient.ipynb"

REQUIRED = "MBC_OPTIONS_REQUIRE_NOTEBOOK"
"""Set where the notebook must be run: what is missing is a failure then."""

_PACKAGES = ("nbclient", "ipykernel")


class Run(NamedTuple):
    """A notebook after it was run.

    Attributes:
        cells: its code cells, by id.
        folder: where it was run.
    """

    cells: dict[str, Any]
    folder: Path

    def text(self, cell: str) -> str:
        """What a cell printed."""
        return "".join(out["text"] for out in self.cells[cell]["outputs"] if out["output_type"] == "stream")

    def shown(self, cell: str) -> dict[str, str]:
        """What the last expression of a cell shows, by kind."""
        (data,) = (out["data"] for out in self.cells[cell]["outputs"] if out["output_type"] == "execute_result")
        shown: dict[str, str] = data
        return shown


@pytest.fixture(scope="module")
def source() -> str:
    return NOTEBOOK.read_text(encoding="utf-8")


def test_no_notebook_goes_untested() -> None:
    assert list(DOCS.rglob("*.ipynb")) == [NOTEBOOK]


def test_no_output_is_kept(source: str) -> None:
    cells = [cell for cell in json.loads(source)["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell["id"] for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []


def test_nothing_is_kept_of_where_it_was_written(source: str) -> None:
    notebook = json.loads(source)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook["metadata"] == {"kernelspec": kernel, "language_info": {"name": "python"}}
    assert [cell["id"] for cell in notebook["cells"] if cell["metadata"]] == []


def test_the_file_changes_only_where_its_content_does(source: str) -> None:
    notebook = json.loads(source)
    names = [cell["id"] for cell in notebook["cells"]]
    assert len(names) == len(set(names))
    assert source == json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the notebook in a fresh kernel and an empty folder, with nothing of the reader's own settings."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        reason = f"the notebook was not run: {' and '.join(missing)} not found; pip install -e '.[notebook]'"
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    settings, folder = tmp_path_factory.mktemp("settings"), tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(settings / name))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        where = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, kernel_name="python3", timeout=300, resources=where).execute()
    return Run({cell["id"]: cell for cell in notebook.cells if cell["cell_type"] == "code"}, folder)


def test_every_cell_runs_in_order_and_complains_of_nothing(done: Run) -> None:
    assert [cell["execution_count"] for cell in done.cells.values()] == list(range(1, len(done.cells) + 1))
    outputs = [(id_, out) for id_, cell in done.cells.items() for out in cell["outputs"]]
    assert [id_ for id_, out in outputs if out["output_type"] == "error" or out.get("name") == "stderr"] == []


def test_every_cell_but_the_imports_has_something_to_show(done: Run) -> None:
    assert [id_ for id_, cell in done.cells.items() if not cell["outputs"]] == ["import"]


@pytest.mark.parametrize("cell", ["patient", "assessment", "undetermined", "matrix", "compare"])
def test_what_is_described_and_explored_shows_as_a_card_and_as_text(done: Run, cell: str) -> None:
    shown = done.shown(cell)
    assert set(shown) == {"text/html", "text/plain"}
    assert shown["text/html"].startswith('<article class="mbc-card ')


def test_learning_a_fact_closes_open_verdicts_as_the_text_says(done: Run) -> None:
    lines = done.text("learned").splitlines()
    assert lines
    assert [line for line in lines if not line.partition(": ")[2].startswith("undetermined, now ")] == []


def test_there_are_ten_thousand_patients_as_the_heading_says(done: Run) -> None:
    first, *rest = done.text("counts").splitlines()
    patients = int(first.split()[0].replace(",", ""))
    assert patients > 10_000
    assert rest
    assert {sum(int(number.replace(",", "")) for number in line.split()[1:]) for line in rest} == {patients}


def test_a_wrong_word_is_met_with_the_right_one(done: Run) -> None:
    assert "did you mean her2?" in done.text("error")
    assert "did you mean positive?" in done.text("error")


def test_only_the_report_is_written(done: Run) -> None:
    assert [path.name for path in done.folder.iterdir()] == ["report.html"]
