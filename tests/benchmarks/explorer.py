"""Benchmark of the explorer's page: its size, how soon it can be used, and how soon an answer shows after a click.

The browser's processor is slowed down six times, as a cheap phone's. Beside it, in the same run and not slowed down,
the peer: what `explore` takes in Python for some of the patients whom clicks describe.

Run `python tests/benchmarks/explorer.py` with the Python of an environment in which the package, `.[browser]` and
Chromium are installed. Always exits with 0.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from measure import Row, about, tell
from playwright.sync_api import sync_playwright

from mbc_options import Patient, explore, explorer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

SLOWER = 6
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

CLICK = """
async (i) => {
  const answers = [...document.querySelectorAll("input[type=radio]")].filter((one) => one.closest("fieldset"));
  const one = answers[i % answers.length];
  if (one.checked || one.disabled) return null;
  const begin = performance.now();
  one.click();
  const { port1, port2 } = new MessageChannel();
  await new Promise((done) => {
    port1.onmessage = done;
    requestAnimationFrame(() => port2.postMessage(null));
  });
  return performance.now() - begin;
}
"""
"""Click an answer, and return how long it takes, in milliseconds, until what is told at once has been drawn.

A message sent before a frame arrives when the frame is painted, before any timer: what is told later is not counted.
"""

PATIENTS: list[dict[str, Any]] = [
    {},
    {"er": "+", "her2": "1+"},
    {"er": "+", "her2": "1+", "menopause": "post", "sites": ["bone"]},
    {"er": "-", "pr": "-", "her2": "0", "sites": ["liver", "lung"], "prior": []},
]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opened", type=int, default=7, help="how often the page is opened")
    parser.add_argument("--clicks", type=int, default=60)
    chosen = parser.parse_args()
    about("mbc-options", "playwright")
    begin = perf_counter()
    html = explorer().html
    written = perf_counter() - begin
    raw, packed = len(html.encode()), len(gzip.compress(html.encode(), 9))
    rows = [
        Row("the page is written", 1, [written], [], "", met=True),
        Row("`explore` in Python, not slowed down", 40, list(_in_python(40)), [], "", met=True),
    ]
    program = next(path for name in PROGRAMS if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "explorer.html")
        path.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for slower in (1, SLOWER):
            page = browser.new_page()
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            opened = [_opened(page, path) for _ in range(chosen.opened)]
            rows.append(
                Row(f"opened, until it can be used, x{slower}", len(opened), opened, [], "1 s", max(opened) < 1)
            )
            clicks = list(_clicked(page, chosen.clicks))
            most = sorted(clicks)[3 * len(clicks) // 4]
            rows.append(
                Row(f"an answer after a click, x{slower}", len(clicks), clicks, [], "50 ms, 3 of 4", most < 0.05)
            )
            page.close()
        browser.close()
    print(f"size: {raw / 1000:.0f} kB (at most 500), {packed / 1000:.0f} kB gzipped (at most 150)")
    tell(rows)


def _in_python(times: int) -> Iterator[float]:
    patients = [Patient(**said) for said in PATIENTS]
    for i in range(times):
        begin = perf_counter()
        explore(patients[i % len(patients)])
        yield perf_counter() - begin


def _clicked(page: Page, times: int) -> Iterator[float]:
    """Click answers, one after another has been told in full, and give the seconds until each one's first frame."""
    for i in range(times):
        page.wait_for_selector("body[data-drawn=all]")
        milliseconds = page.evaluate(CLICK, 7 * i)
        if milliseconds is not None:
            yield milliseconds / 1000


def _opened(page: Page, path: Path) -> float:
    """Open the page, and return how long it takes in seconds until an answer can be given."""
    page.goto("about:blank")
    begin = perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector("input[type=radio]:enabled")
    return perf_counter() - begin


if __name__ == "__main__":
    main()
