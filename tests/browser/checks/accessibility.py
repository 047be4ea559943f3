"""What axe-core finds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checks.scripts import ask

if TYPE_CHECKING:
    from firefox import FirefoxTab
    from playwright.sync_api import Page
    from webkit import WebKitTab

__all__ = ["color_problems", "problems", "size_problems", "unsure_of_color"]

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOR_RULES = ["color-contrast", "link-in-text-block"]
_SIZE_RULE = "target-size"
_LOOK = "data-look"

_judged: dict[str, dict[str, list[str]]] = {}
"""What was found of each look, by kind of result: the same look is judged once in a session."""


def problems(page: Page | FirefoxTab | WebKitTab) -> list[str]:
    """Return what breaks WCAG 2.2 A and AA or axe's best practices, but for color and the size of targets."""
    others = {rule: {"enabled": False} for rule in (*_COLOR_RULES, _SIZE_RULE)}
    return _violations(page, {"runOnly": _TAGS, "rules": others})


def size_problems(page: Page) -> list[str]:
    """Return what is too small to be hit; to measure everything from everything else takes long."""
    return _violations(page, {"runOnly": {"type": "rule", "values": [_SIZE_RULE]}})


def color_problems(page: Page) -> list[str]:
    """Return what cannot be told from its background, in the colors that the page has now.

    To look at every word takes seconds. Words look alike that have the same color, size and weight
    inside boxes of the same backgrounds, so an example of each look is looked at.
    """
    return [text for found in _colors(page) for text in found["violations"]]


def unsure_of_color(page: Page) -> list[str]:
    """Return where axe cannot tell whether the contrast is enough, for a person to look at."""
    return [text for found in _colors(page) for text in found["incomplete"]]


def _colors(page: Page) -> list[dict[str, list[str]]]:
    looks: list[str] = ask(page, "looks", _LOOK)
    if new := {index: look for index, look in enumerate(looks) if look not in _judged}:
        by_selector = {f'[{_LOOK}="{index}"]': look for index, look in new.items()}
        options = {"runOnly": {"type": "rule", "values": _COLOR_RULES}, "selectors": False}
        results = _run(page, options, [[selector] for selector in by_selector])
        _judged.update({look: defaultdict(list) for look in new.values()})
        for kind, found in results.items():
            for result in found:
                for node in result["nodes"]:
                    look = next(look for selector, look in by_selector.items() if selector[1:-1] in node["html"])
                    _judged[look][kind].append(_told(result, node))
    return [_judged[look] for look in looks]


def _violations(page: Page | FirefoxTab | WebKitTab, options: dict[str, Any]) -> list[str]:
    return [_told(result, node) for result in _run(page, options)["violations"] for node in result["nodes"]]


def _run(
    page: Page | FirefoxTab | WebKitTab, options: dict[str, Any], include: list[list[str]] | None = None
) -> dict[str, Any]:
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(f"(_) => {{ {AXE_SCRIPT}\n}}", [])  # as a function, which needs no leave to evaluate
    results: dict[str, Any] = page.evaluate(
        """([include, options]) => axe.run(include ? {include} : document, options)
            .then(({violations, incomplete}) => ({violations, incomplete}))""",
        [include, {"resultTypes": ["violations", "incomplete"], "preload": False, **options}],
    )
    return results


def _told(result: dict[str, Any], node: dict[str, Any]) -> str:
    where = " ".join(map(str, node.get("target", [])))
    reasons = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
    return f"{result['id']}: {result['help']}: {where}: {node['html'][:200]}: {reasons}"
