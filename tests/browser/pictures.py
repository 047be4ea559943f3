"""Make the pictures of the README: parts of real pages about the shipped examples.

`python tests/browser/pictures.py` writes them to `docs/pictures/`; `--check` says, without a browser,
whether each is still of the page that would be made now. What each was made of stands beside them, as a
digest of its part of the page and of the stylesheet, so that a picture goes out of date only by what it shows.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mbc_options import Patient, explore, explorer, load_case, load_patient, matrix, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tab import Scheme, Tab

__all__ = ["FOLDER", "LARGEST", "PICTURES", "Picture", "outdated"]

TOP = Path(__file__).parents[2]
PATIENTS = TOP / "tests" / "patients"
FOLDER = TOP / "docs" / "pictures"
MADE_OF = FOLDER / "made_of.json"

LARGEST = 150_000
"""How many bytes a picture may have."""

SCALE = 1.25
COLORS = 128
MARGIN = 10


class Picture(NamedTuple):
    """What a picture shows.

    Attributes:
        example: a file in `tests/patients`, or the name of a case.
        page_of: makes the page of it.
        parts: the elements that it shows, from the first to the last: the first `table`, or an id as `#answer`.
        width: of the window, in CSS pixels.
        scheme: the colors.
        height: how much of it at most, in CSS pixels.
        clicked: the elements that are clicked before it is taken.
        drawn: what a script of the page draws of it, and what decides that; not written in the page.
    """

    example: str
    page_of: Callable[[str], str]
    parts: tuple[str, ...]
    width: int
    scheme: Scheme
    height: int = 2000
    clicked: tuple[str, ...] = ()
    drawn: str = ""

    def page(self) -> str:
        """Return the page that it is of."""
        return self.page_of(self.example)

    def digest(self, page: str | None = None) -> str:
        """Return what tells whether another picture would look otherwise.

        Args:
            page: by default, the page as it is now.
        """
        page = self.page() if page is None else page
        style = re.findall(r"<style>.*?</style>", page, re.DOTALL)
        made_of = [
            *map(str, self[2:]),
            str((SCALE, COLORS, MARGIN)),
            *style,
            *(_source(page, part) for part in self.parts),
        ]
        return sha256("\0".join(made_of).encode()).hexdigest()


@cache
def report(example: str) -> str:
    """Return the report on a patient as a page."""
    return render(explore(load_patient(PATIENTS / example)), format="html")


@cache
def subtypes(example: str) -> str:
    """Return the map by subtype for a patient as a page."""
    return render(matrix(load_patient(PATIENTS / example)), format="html")


@cache
def explored(_: str) -> str:
    """Return the explorer's page, which a picture shows with a patient."""
    return explorer().html


def drawn_of(patient: Patient) -> str:
    """Return what the explorer draws of a patient: the verdicts, and by which scripts."""
    (script,) = re.findall(r"<script>.*?</script>", explored(""), re.DOTALL)
    return f"{explore(patient)}{matrix(patient)}{sha256(script.encode()).hexdigest()}"


EXPLORED = Patient(er="positive", her2="negative", menopause="postmenopausal")


@cache
def lesson(name: str) -> str:
    """Return a case as a page to click through."""
    return render(load_case(name), format="html")


PICTURES = {
    "glance-light": Picture("after-letrozole.yaml", report, ("header", "#answer"), 1100, "light"),
    "glance-dark": Picture("after-letrozole.yaml", report, ("header", "#answer"), 1100, "dark"),
    "class": Picture("after-letrozole.yaml", report, ("#o-chemotherapy",), 900, "light", 1100),
    "phone": Picture("her2-brain.yaml", report, ("header", "#answer"), 390, "light", 844),
    "lesson": Picture(
        "bone-after-menopause",
        lesson,
        ("#q1",),
        1000,
        "light",
        900,
        (*(f"#q1 label >> nth={choice}" for choice in (0, 2, 4, 7, 9)), "#q1 .reveal > summary"),
    ),
    "explorer": Picture(
        "",
        explored,
        ("header", "#bench"),
        1280,
        "light",
        745,
        ("[name=er][value=positive]", "[name=her2][value=negative]", "[name=menopause][value=postmenopausal]"),
        drawn_of(EXPLORED),
    ),
    "map": Picture("after-letrozole.yaml", subtypes, ("table",), 1100, "light", 1400),
}


def outdated() -> list[str]:
    """Return the names of the pictures that are missing, or of a page that has changed since."""
    made_of = json.loads(MADE_OF.read_text(encoding="utf-8")) if MADE_OF.exists() else {}
    return [
        name
        for name, picture in PICTURES.items()
        if not (FOLDER / f"{name}.png").exists() or made_of.get(name) != picture.digest()
    ]


def _source(page: str, part: str) -> str:
    """Return how a part is written; it holds no other element of its kind."""
    opening = rf'<(\w+)[^>]*\bid="?{re.escape(part[1:])}"?[\s>]' if part.startswith("#") else rf"<({part})\b"
    if (begin := re.search(opening, page)) is None:
        msg = f"the page has no {part}"
        raise LookupError(msg)
    return page[begin.start() : page.index(f"</{begin[1]}>", begin.end())]


def _taken(tab: Tab, picture: Picture) -> bytes:
    """Return the picture as PNG with a palette of its own."""
    from PIL import Image

    page = tab.open(picture.page(), anew=bool(picture.clicked), scheme=picture.scheme, width=picture.width).page
    for element in picture.clicked:
        page.locator(element).click()
    if picture.drawn:
        page.wait_for_selector("body[data-drawn=all]")
    page.evaluate("scrollTo(0, 0)")
    boxes = [box for part in picture.parts if (box := page.locator(part).first.bounding_box()) is not None]
    left, top = min(box["x"] for box in boxes) - MARGIN, boxes[0]["y"] - MARGIN
    right, bottom = (
        max(box["x"] + box["width"] for box in boxes) + MARGIN,
        boxes[-1]["y"] + boxes[-1]["height"] + MARGIN,
    )
    left, top, right = max(left, 0), max(top, 0), min(right, picture.width)
    clip = {"x": left, "y": top, "width": right - left, "height": min(bottom - top, picture.height)}
    whole = Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True))).convert("RGB")
    small = io.BytesIO()
    whole.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _make(names: list[str]) -> None:
    import chromium
    from tab import Tab

    if (reason := chromium.missing()) is not None:
        sys.exit(reason)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium.started() as browser, tempfile.TemporaryDirectory() as folder:
        tab = Tab(browser, Path(folder), scale=SCALE)
        for name in names:
            taken = _taken(tab, PICTURES[name])
            (FOLDER / f"{name}.png").write_bytes(taken)
            print(f"{name}.png: {len(taken)} bytes")
        tab.close()
    made_of = {name: picture.digest() for name, picture in PICTURES.items()}
    MADE_OF.write_text(json.dumps(made_of, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Make the pictures that are out of date, or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say which are out of date; exit 1 if any is")
    parser.add_argument("--all", action="store_true", help="make those that are up to date, too")
    options = parser.parse_args()
    names = list(PICTURES) if options.all else outdated()
    if options.check:
        sys.exit(f"out of date: {', '.join(names)}; run {Path(__file__).relative_to(TOP)}" if names else 0)
    _make(names)


if __name__ == "__main__":
    main()
