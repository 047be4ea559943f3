"""The explorer as a page: small, the same for the same rulebook, of any rulebook, and in a frame of a notebook."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from mbc_options import InputError, TemplateError, explorer, load_rulebook, read_documents
from mbc_options.rendering.environment import environment
from mbc_options.rendering.explorer.fragments import differing, fact_groups, fragments
from mbc_options.rendering.explorer.page import SCRIPTS, script
from mbc_options.tools.locate import locate_all

HAY_FEVER = Path(__file__).parent.parent / "rulebooks" / "hay-fever"
KB = 1000


@pytest.fixture(scope="module")
def html() -> str:
    return explorer().html


def carried(html: str) -> dict[str, Any]:
    """What a page carries, unpacked as its script does."""
    packed = re.search(r"<template id=data>(.*?)</template>", html, re.DOTALL)
    assert packed
    data: dict[str, Any] = json.loads(gzip.decompress(b64decode(packed[1])))
    return data


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode()) <= 500 * KB
    assert len(gzip.compress(html.encode())) <= 150 * KB


def test_equal_input_gives_equal_bytes(html: str) -> None:
    assert explorer(load_rulebook()).html == html


def test_the_policy_names_the_one_script_and_the_one_style(html: str) -> None:
    policy = re.search(r'http-equiv="?Content-Security-Policy"? content="([^"]*)"', html)
    assert policy
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        named = re.search(rf"{kind} 'sha256-([^']*)'", policy[1])
        assert named
        assert b64decode(named[1]) == sha256(inside.encode()).digest()


def test_the_scripts_have_no_comment_and_all_that_is_needed(html: str) -> None:
    (inside,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert "/**" not in inside
    assert "class Page" in inside
    assert "class CoverFunction" not in inside  # nothing of ours is decided on demand
    assert "class CoverFunction" in script(environment(), on_demand=True)


def test_every_script_of_the_folder_is_in_the_page() -> None:
    from mbc_options.package_data import templates_dir

    assert sorted(SCRIPTS) == sorted(path.name for path in (templates_dir() / "explorer").glob("*.js"))


def test_no_script_makes_markup_of_text() -> None:
    whole = script(environment(), on_demand=True)
    for name in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert name not in whole


def test_every_word_of_an_author_is_in_the_page_in_both_registers() -> None:
    books = {"clinical": load_rulebook(), "plain": load_rulebook(words="plain")}
    made = fragments(books, environment(), lambda _: [])
    for place, words in enumerate(("clinical", "plain")):
        for option in books[words].by_id.values():
            for rule in option.rules:
                told = made.pieces[f"rule:{rule.rule.id}"]
                text = re.sub(r"<[^>]*>", "", told[place] or told[0])
                assert " ".join(rule.rule.because.split()) in " ".join(unescape(text).split())


def test_the_facts_that_are_asked_bear_on_something_and_no_derived_one_is_asked() -> None:
    rulebook = load_rulebook()
    asked = {fact for group in fact_groups(rulebook) for fact in (*group["deciding"], *group["others"])}
    assert not asked & rulebook.vocabulary.derived_ids
    named = {fact for option in rulebook.by_id.values() for fact in rulebook.space.facts_of(option.described.named)}
    assert named - rulebook.vocabulary.derived_ids <= asked


def test_only_what_differs_is_carried_twice() -> None:
    assert differing({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 1, "b": {"c": 2, "d": 4}}) == {"b": {"d": 3}}
    assert differing({"a": 1}, {"a": 1}) is None


def test_any_rulebook_has_an_explorer() -> None:
    rulebook = load_rulebook(HAY_FEVER)
    page = explorer(rulebook).html
    assert rulebook.about.title in unescape(page)
    assert carried(page)["rulebook"]["portable"]["rulebook"]["sha256"] == rulebook.sha256


def test_what_an_author_wrote_is_text(tmp_path: Path) -> None:
    import shutil

    rules = Path(shutil.copytree(HAY_FEVER, tmp_path / "rules"))
    hostile = "<img src=x onerror=alert(1)></template></script>"
    book = rules / "rulebook.yaml"
    text = book.read_text(encoding="utf-8")
    title = re.search(r"^title: .*$", text, re.MULTILINE)
    assert title
    book.write_text(text.replace(title[0], f"title: '{hostile}'"), encoding="utf-8")
    page = explorer(load_rulebook(rules)).html
    assert "<img" not in page
    assert "</template></script>" not in page
    assert "<img" not in carried(page)["pieces"]


def test_with_the_documents_each_passage_opens_within_its_paragraph(tmp_path: Path) -> None:
    import shutil

    rules = Path(shutil.copytree(HAY_FEVER, tmp_path / "rules"))
    assert locate_all(rules, rules, {}).problems == ()
    rulebook = load_rulebook(rules)
    documents = read_documents(rules, rulebook)
    pieces = carried(explorer(rulebook, documents=documents).html)["pieces"]
    cited = re.findall(r'k="?passage:([\w-]+)', pieces)
    assert cited
    for claim in cited:
        passage = documents.passages(claim)[0]
        assert f"<mark>{passage.marked}</mark>" in unescape(pieces)
    assert "passage:" not in carried(explorer(rulebook).html)["pieces"]


def test_templates_of_ones_own_come_before_ours(tmp_path: Path) -> None:
    (tmp_path / "explorer.html.j2").write_text(
        '{% extends "bundled/explorer.html.j2" %}{% block footer %}<p>Our school</p>{% endblock %}', encoding="utf-8"
    )
    assert "<p>Our school" in explorer(templates=tmp_path).html
    (tmp_path / "explorer.html.j2").write_text("{{ nothing_of_this_name }}", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"explorer\.html\.j2:1.*nothing_of_this_name"):
        explorer(templates=tmp_path)


def test_a_notebook_shows_it_in_a_frame_that_reaches_nothing_around_it() -> None:
    frame = explorer(load_rulebook(HAY_FEVER))._repr_html_()
    assert 'sandbox="allow-scripts allow-downloads allow-modals"' in frame
    assert "allow-same-origin" not in frame
    inside = re.search(r'srcdoc="([^"]*)"', frame)
    assert inside
    assert unescape(inside[1]).lstrip().startswith("<!doctype html>")


def test_it_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    made = explorer(load_rulebook(HAY_FEVER))
    made.save(tmp_path / "explorer.html")
    assert (tmp_path / "explorer.html").read_text(encoding="utf-8") == made.html
    with pytest.raises(InputError, match="cannot be written"):
        made.save(tmp_path / "nowhere" / "explorer.html")
    with pytest.raises(TypeError, match="expected a rulebook"):
        explorer("rules")  # type: ignore[arg-type]
