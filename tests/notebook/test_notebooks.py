"""The notebooks in `docs/`: kept without output, and run from top to bottom as a reader runs them."""

from __future__ import annotations

import json
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

DOCS = Path(__file__).parents[2] / "docs"
EXPLORING = DOCS / "exploring-one-patient.ipynb"
TEACHING = DOCS / "teaching-with-a-case.ipynb"
COUNTING = DOCS / "from-a-table-to-a-methods-section.ipynb"
RECORDS = DOCS / "from-records-to-a-cohort.ipynb"
NOTEBOOKS = (EXPLORING, TEACHING, COUNTING, RECORDS)

REQUIRED = "MBC_OPTIONS_REQUIRE_NOTEBOOK"
"""Set where the notebooks must be run: what is missing is a failure then."""

_PACKAGES = ("nbclient", "ipykernel")

CARD, TEXT, WIDGETS = "text/html", "text/plain", "application/vnd.jupyter.widget-view+json"


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
        return self._stream(cell, "stdout")

    def complaints(self, cell: str) -> str:
        """What stays of what a cell said besides: where work takes long, how far it has come, which is wiped away."""
        return "".join(line.rpartition("\r")[2] for line in re.split(r"(?<=\n)", self._stream(cell, "stderr")))

    def _stream(self, cell: str, name: str) -> str:
        return "".join(out["text"] for out in self.cells[cell]["outputs"] if out.get("name") == name)

    def shown(self, cell: str) -> dict[str, str]:
        """What the last expression of a cell shows, by kind."""
        (data,) = (out["data"] for out in self.cells[cell]["outputs"] if out["output_type"] == "execute_result")
        shown: dict[str, str] = data
        return shown


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text(encoding="utf-8")


def test_no_notebook_goes_untested() -> None:
    assert sorted(DOCS.rglob("*.ipynb")) == sorted(NOTEBOOKS)


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


def run(path: Path, temporary: pytest.TempPathFactory, *, widgets: bool = False) -> Run:
    """Run a notebook in a fresh kernel and an empty folder, with nothing of the reader's own settings.

    Without widgets, ipywidgets cannot be imported in the kernel, whether it is installed or not.
    """
    missing = [name for name in (*_PACKAGES, *["ipywidgets"][: int(widgets)]) if find_spec(name) is None]
    if missing:
        reason = f"the notebook was not run: {' and '.join(missing)} not found; pip install -e '.[notebook]'"
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    settings, folder = temporary.mktemp("settings"), temporary.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(settings / name))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        if not widgets:
            instead = temporary.mktemp("instead")
            (instead / "ipywidgets.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
            patch.setenv("PYTHONPATH", str(instead), prepend=os.pathsep)
        where = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, kernel_name="python3", timeout=300, resources=where).execute()
    return Run({cell["id"]: cell for cell in notebook.cells if cell["cell_type"] == "code"}, folder)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(EXPLORING, tmp_path_factory)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(TEACHING, tmp_path_factory, widgets=True)


@pytest.fixture(scope="module")
def taught_without_widgets(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(TEACHING, tmp_path_factory)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(COUNTING, tmp_path_factory)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(RECORDS, tmp_path_factory)


@pytest.fixture(params=["done", "taught", "taught_without_widgets", "counted", "recorded"])
def any_run(request: pytest.FixtureRequest) -> Run:
    found: Run = request.getfixturevalue(request.param)
    return found


def test_every_cell_runs_in_order_and_complains_of_nothing(any_run: Run) -> None:
    assert [cell["execution_count"] for cell in any_run.cells.values()] == list(range(1, len(any_run.cells) + 1))
    outputs = [(id_, out) for id_, cell in any_run.cells.items() for out in cell["outputs"]]
    assert [id_ for id_, out in outputs if out["output_type"] == "error"] == []
    assert {id_: told for id_ in any_run.cells if (told := any_run.complaints(id_))} == {}


def test_every_cell_but_the_imports_has_something_to_show(any_run: Run) -> None:
    assert [id_ for id_, cell in any_run.cells.items() if not cell["outputs"]] == ["import"]


# Exploring one patient


@pytest.mark.parametrize("cell", ["patient", "assessment", "undetermined", "matrix", "compare"])
def test_what_is_described_and_explored_shows_as_a_card_and_as_text(done: Run, cell: str) -> None:
    shown = done.shown(cell)
    assert set(shown) == {CARD, TEXT}
    assert shown[CARD].startswith('<article class="mbc-card ')


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


# Teaching with a case


def test_the_widgets_are_away_where_they_are_meant_to_be(taught: Run, taught_without_widgets: Run) -> None:
    for cell in ("lesson", "review"):
        assert set(taught.shown(cell)) == {CARD, TEXT, WIDGETS}
        assert set(taught_without_widgets.shown(cell)) == {CARD, TEXT}


def test_apart_from_the_widgets_both_runs_show_the_same(taught: Run, taught_without_widgets: Run) -> None:
    assert list(taught.cells) == list(taught_without_widgets.cells)
    for cell, found in taught.cells.items():
        if any(out["output_type"] == "execute_result" for out in found["outputs"]):
            shown, without = dict(taught.shown(cell)), taught_without_widgets.shown(cell)
            shown.pop(WIDGETS, None)
            assert shown == without, cell
        assert taught.text(cell) == taught_without_widgets.text(cell)


@pytest.mark.parametrize("cell", ["case", "stage", "question", "bad", "hint", "good", "review", "mended", "choices"])
def test_what_belongs_to_a_case_shows_as_a_card(taught: Run, cell: str) -> None:
    assert taught.shown(cell)[CARD].startswith('<article class="mbc-card ')


def test_every_case_of_the_package_is_listed(taught: Run) -> None:
    from mbc_options.cases.catalog import case_names

    listed = [line.partition(" (")[0] for line in taught.text("list").splitlines() if not line.startswith(" ")]
    assert sorted(listed) == sorted(case_names())


def test_there_are_classes_that_move_and_something_moves_each(taught: Run) -> None:
    moving = taught.text("moves").splitlines()[1:]
    lines = taught.text("movers").splitlines()
    moved = [line.partition(": ")[0] for line in lines if not line.startswith(" ")]
    assert moved
    assert all(any(line.startswith(name) for line in moving) for name in moved)
    for i, line in enumerate(lines):
        assert line.startswith(" ") or lines[i + 1].startswith("    "), line


def test_the_first_answer_is_bad_and_the_second_good_as_the_text_says(taught: Run) -> None:
    assert "<strong>Not right.</strong>" in taught.shown("bad")[CARD]
    assert "<strong>Right.</strong>" in taught.shown("good")[CARD]


def test_who_answers_right_has_every_point_but_that_of_the_first_answer(taught: Run) -> None:
    points, asked = re.findall(r"\d+", taught.text("rest"))[:2]
    assert int(points) == int(asked) - 1
    assert f"<strong>{points} of {asked} points.</strong>" in taught.shown("review")[CARD]


def test_five_learners_are_summed_up_with_what_they_took_for_the_real_rule(taught: Run) -> None:
    scores = [float(line.split(" has ")[1].split()[0]) for line in taught.text("learners").splitlines()]
    assert len(scores) == 5
    assert scores[0] == max(scores)
    assert len(set(scores)) > 3
    wrong, _, rules = taught.text("results").partition("Near-miss rules taken for the real ones:\n")
    assert re.search(r"^    taken [1-5]x: \w", wrong, re.MULTILINE)
    assert re.search(r"^    .+: .+ \([1-5] of 5\)$", rules, re.MULTILINE)
    assert "Question, the hardest first" in taught.shown("results")[CARD]


def test_each_error_is_told_at_its_place(taught: Run) -> None:
    lines = (taught.folder / "my-case.yaml").read_text(encoding="utf-8").splitlines()
    for cell, message, mended in (
        ("write", "did you mean positive?", "positive"),
        ("second", "hormone_therapy is candidate here", "anti_her2"),
    ):
        place, _, told = taught.text(cell).partition(": ")
        name, line, column = place.split(":")
        assert name == "my-case.yaml"
        assert message in told
        assert lines[int(line) - 1][int(column) - 1 :].startswith(mended)


def test_only_what_the_text_announces_is_written(
    done: Run, taught: Run, taught_without_widgets: Run, counted: Run, recorded: Run
) -> None:
    assert [path.name for path in done.folder.iterdir()] == ["report.html"]
    announced = {"answers/", "my-case.yaml", "handout.html", "case.html"}
    (title, *_) = json.loads(TEACHING.read_text(encoding="utf-8"))["cells"]
    assert set(re.findall(r"`([^`]+)`", "".join(title["source"]))) == announced
    for notebook, found in ((COUNTING, counted), (RECORDS, recorded)):
        (title, *_) = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        assert {path.name for path in found.folder.iterdir()} <= set(re.findall(r"`([^`]+)`", "".join(title["source"])))
    for found in (taught, taught_without_widgets):
        written = {path.name + "/" * path.is_dir() for path in found.folder.iterdir()}
        assert written == announced
        assert {path.suffix for path in (found.folder / "answers").iterdir()} == {".json"}


def test_the_handout_gives_no_answer_away_and_the_answers_no_name(taught: Run) -> None:
    handout = (taught.folder / "handout.html").read_text(encoding="utf-8")
    assert "It is a candidate" not in handout
    assert "It is a candidate" in (taught.folder / "case.html").read_text(encoding="utf-8")
    for path in (taught.folder / "answers").iterdir():
        saved = json.loads(path.read_text(encoding="utf-8"))
        assert set(saved) == {"case", "answers"}


# From a table to a methods section


def test_the_table_of_patients_is_summed_up_as_a_card(counted: Run) -> None:
    assert counted.shown("summary")[CARD].startswith('<article class="mbc-card ')
    assert "400 rows" in counted.shown("mapping")[TEXT]


def test_a_row_has_the_statuses_of_the_patient_alone(counted: Run) -> None:
    in_the_table, alone = counted.text("one").splitlines()
    assert in_the_table == alone


def test_what_is_not_understood_stands_apart_from_what_is_not_known(counted: Run) -> None:
    told = counted.text("receipt")
    for kind in ("refused: Lymph Node", "borderline: Peri", "not_recorded: Unk/ND", "borderline: 2+"):
        assert kind in told


def test_the_sentences_of_the_paper_have_the_numbers_of_the_summary(counted: Run) -> None:
    text = " ".join(counted.shown("summary")[TEXT].split())
    in_scope, open_ = (int(number) for number in re.findall(r"in scope (\d+), scope open (\d+)", text)[0])
    methods, results = (" ".join(counted.text(cell).split()) for cell in ("methods", "results"))
    assert f"Of {open_} the table did not say" in methods
    assert f"which left {in_scope}." in methods
    candidate, undetermined, *_, silent = re.findall(r"Chemotherapy: (.*?) [A-Z]", text)[0].split(", ")
    assert f"Chemotherapy was a candidate for {candidate.split()[1]} of {in_scope} " in results
    assert f"not described for {silent.split()[2]} of {in_scope} " in results
    assert f"for {undetermined.split()[1]} of {in_scope} " in results


def test_a_broken_bundle_and_another_cancer_stop_no_patient(recorded: Run) -> None:
    read, *passed_over = recorded.text("read").splitlines()
    assert recorded.shown("made-up")[TEXT] == "122"
    assert read == "120 patients"
    assert len(passed_over) == 2
    assert "bundles/p-122.json" in " ".join(passed_over)


def test_a_result_entered_in_error_is_told_and_counts_for_nothing(recorded: Run) -> None:
    assert "it was entered in error" in recorded.text("why-not")
    assert recorded.shown("first-ignored")[CARD].startswith('<article class="mbc-card ')


def test_the_records_are_summed_up_and_what_they_lack_is_told(recorded: Run) -> None:
    assert recorded.shown("summary")[TEXT].startswith("120 rows ")
    assert "HER2 would settle" in recorded.text("most")
