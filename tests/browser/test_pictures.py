"""The pictures of the README are of the pages as they are now. No browser is needed to tell."""

from __future__ import annotations

import pytest
from pictures import FOLDER, LARGEST, PICTURES, outdated

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is only in a checkout")


def test_every_picture_is_up_to_date() -> None:
    assert outdated() == [], "make them anew with tests/browser/pictures.py, and look at them"


def test_there_are_no_others() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small(name: str) -> None:
    assert (FOLDER / f"{name}.png").stat().st_size <= LARGEST


@pytest.mark.parametrize(
    ("old", "new", "is_shown"),
    [
        ("<h2 id=h-answer>", "<h2 id=h-answer>Now ", True),
        ("<h1>", "<h1>Now ", True),
        ("<style>", "<style>p{margin:0}", True),
        ("<footer>", "<footer>Now ", False),
    ],
)
def test_a_picture_goes_out_of_date_by_what_it_shows_alone(old: str, new: str, is_shown: bool) -> None:  # noqa: FBT001
    picture = PICTURES["glance-light"]
    page = picture.page()
    assert page.count(old) == 1
    assert (picture.digest(page.replace(old, new)) != picture.digest()) is is_shown


def test_a_picture_goes_out_of_date_by_how_it_is_taken() -> None:
    assert PICTURES["glance-light"].digest() != PICTURES["glance-dark"].digest()
