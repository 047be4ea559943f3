"""The explorer in a real browser: the tasks of somebody new to it, by pointer and by keyboard; and what must not be."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from checks import accessibility, contained

from mbc_options import Patient, explore, explorer, load_rulebook, matrix, statuses
from mbc_options.rendering.explorer.link import explorer_link
from mbc_options.rendering.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firefox import FirefoxTab
    from playwright.sync_api import Locator, Page
    from tab import Tab
    from webkit import WebKitTab

HAY_FEVER = Path(__file__).parent.parent / "rulebooks" / "hay-fever"
PATIENT = {"er": "positive", "her2": "negative", "menopause": "postmenopausal", "sites": {"bone": "yes"}}
"""A patient whom some class is described for, some not, and some perhaps."""
SEVERAL: list[dict[str, Any]] = [
    {},
    PATIENT,
    {"er": "negative", "pr": "negative", "her2": "negative", "findings": {"spinal_cord_compression": "yes"}},
    {"metastasis_confirmed": "no"},
    {"metastasis_confirmed": "unknown"},
    {"sex": "male", "er": "positive", "prior": {"hormone_therapy": {"outcome": ["progressed"]}}},
]


@pytest.fixture(scope="module")
def html() -> str:
    return explorer().html


@pytest.fixture
def page(html: str, tab: Tab) -> Iterator[Page]:
    opened(tab.open(html, anew=True).page)
    yield tab.page
    assert tab.errors == []
    assert tab.requests == []


def opened(page: Page) -> Page:
    """The page once everything is drawn; its policy lets no test evaluate a condition in it."""
    page.wait_for_selector("body[data-drawn=all]")
    return page


def settled(page: Page) -> Page:
    """The page once all that follows a touch has been drawn."""
    return opened(page)


def fragment_of(description: dict[str, Any]) -> str:
    data = json.dumps(description).encode()
    return f"#p=1.{urlsafe_b64encode(data).decode().rstrip('=')}"


FOLLOWED = """(fragment) => new Promise((done) => {
  if (location.hash === fragment) return done();
  addEventListener('hashchange', () => done(), { once: true });
  location.hash = fragment;
})"""
"""Follows a link within the page, and waits until the page has heard of it."""


def follow(page: Page, fragment: str) -> Page:
    page.evaluate(FOLLOWED, fragment)
    return settled(page)


def describe(page: Page, description: dict[str, Any]) -> Page:
    return follow(page, fragment_of(description)) if description else page


def say(page: Page, fact: str, value: str) -> Page:
    """Answer a fact by pointer."""
    field = page.locator(f'fieldset[data-fact="{fact}"]')
    page.evaluate("for (const one of document.querySelectorAll('#form details')) one.open = true")
    field.locator(f'input[value="{value}"]').check()
    return settled(page)


def shown_statuses(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('#map tbody tr')].map((row) =>
          [row.dataset.option, row.querySelector('td.this .verdict i').className]))"""
    )
    return found


def classes(description: dict[str, Any]) -> dict[str, str]:
    return {id_: status for id_, status in statuses(Patient(**description)).items() if "." not in id_}


def card(page: Page, option: str) -> Locator:
    """The card of a class, opened."""
    box = page.locator(f"#o-{option}")
    if box.get_attribute("open") is None:
        box.locator("> summary").click()
    box.locator(".body > *").first.wait_for()
    return box


def text_of(where: Locator) -> str:
    return " ".join(where.inner_text().split())


@pytest.mark.parametrize("description", SEVERAL, ids=str)
def test_the_page_says_what_explore_says(description: dict[str, Any], page: Page) -> None:
    describe(page, description)
    assert shown_statuses(page) == classes(description)
    assessment = explore(Patient(**description))
    if assessment.ask_next:
        assert text_of(page.locator("#ask")) == assessment.ask_next[0].question
    assert page.locator("#urgent").is_visible() == bool(assessment.urgent or assessment.urgent_cautions)
    for sign in assessment.urgent:
        assert sign.title in text_of(page.locator("#urgent"))


def test_a_stated_patient_is_described_by_pointer(page: Page) -> None:
    for fact, value in (
        ("er", "positive"),
        ("her2", "negative"),
        ("menopause", "postmenopausal"),
        ("sites.bone", "yes"),
    ):
        say(page, fact, value)
    assert shown_statuses(page) == classes(PATIENT)
    assert page.locator("#changed").inner_text().startswith("Bone metastases: yes. Now: Bisphosphonates is candidate")
    moved = page.locator('#map tr.moved[data-option="bisphosphonates"]')
    assert "was undetermined" in text_of(moved)


def test_silence_is_told_as_silence_and_never_as_a_decision_against(page: Page) -> None:
    describe(page, PATIENT)
    told = text_of(page.locator('#map tr[data-option="immunotherapy"] td.this'))
    assert told == "not described No passage fits: ER-positive"
    assert "Decided by: bone metastases" in text_of(page.locator('#map tr[data-option="bisphosphonates"] td.this'))


def test_a_stated_patient_is_described_by_keyboard_alone(page: Page) -> None:
    page.locator('fieldset[data-fact="er"] input[value=""]').focus()  # as Tab does
    page.keyboard.press("ArrowRight")  # around to the first answer
    assert page.evaluate("document.activeElement.value") == "positive"
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.name") == "pr"
    settled(page)
    assert shown_statuses(page) == classes({"er": "positive", "pr": "positive"})
    page.locator("#o-surgery > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#o-surgery .body > *").first.wait_for()
    assert "On what it depends" in text_of(page.locator("#o-surgery"))


def test_everything_is_reached_by_the_keyboard_in_the_order_of_the_page(page: Page) -> None:
    order = page.evaluate(
        """[...document.querySelectorAll('a[href], button, input, summary, textarea, [tabindex]')]
          .filter((one) => one.tabIndex > 0).length"""
    )
    assert order == 0
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert text_of(page.locator(":focus")) == "Skip to the answer"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "answer"
    assert "#answer" not in page.url


def test_a_kind_of_the_map_sets_the_receptors(page: Page) -> None:
    page.locator('[data-set="HR+/HER2-"]').click()
    settled(page)
    assert shown_statuses(page) == classes({"er": "positive", "her2": "negative"})
    assert page.locator('#map th[aria-current="true"]').get_attribute("data-subtype") == "HR+/HER2-"


@pytest.mark.parametrize("description", SEVERAL[:3], ids=str)
def test_the_map_is_that_of_matrix(description: dict[str, Any], page: Page) -> None:
    describe(page, description)
    rows: dict[str, dict[str, str]] = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('#map tbody tr')].map((row) => [row.dataset.option,
          Object.fromEntries([...row.querySelectorAll('td[data-subtype]')].map((cell) =>
            [cell.dataset.subtype, cell.querySelector('i').className]))]))"""
    )
    rest = {field: said for field, said in description.items() if field not in {"er", "pr", "her2"}}
    assert rows == {row.id: row.statuses for row in matrix(Patient(**rest)).rows}


def test_a_similar_patient_is_tried_on_and_left(page: Page) -> None:
    describe(page, PATIENT)
    before = shown_statuses(page)
    near = explore(Patient(**PATIENT))["immunotherapy"].would_change[0]
    card(page, "immunotherapy").locator("button.try").first.click()
    settled(page)
    assert shown_statuses(page)["immunotherapy"] != before["immunotherapy"] or near.if_
    assert page.evaluate("document.activeElement.id") == "compare"  # who came by the keyboard is there
    compared = text_of(page.locator("#compare"))
    assert "Known differently" in compared
    assert "With another status" in compared
    page.locator("#back-to-a").click()
    settled(page)
    assert shown_statuses(page) == before
    assert page.locator("#compare").is_hidden()


def test_two_patients_side_by_side_say_what_makes_the_difference(page: Page) -> None:
    describe(page, {"er": "positive", "her2": "negative"})
    page.locator("#pin").click()
    say(page, "her2", "positive")
    row = page.locator("#difference tr", has_text="Anti-HER2 drugs")
    assert text_of(row) == "Anti-HER2 drugs A: not described B: candidate HER2" or "HER2" in text_of(
        row.locator("td").last
    )


def test_a_reason_leads_to_its_passage_and_back(page: Page) -> None:
    describe(page, PATIENT)
    reason = explore(Patient(**PATIENT))["bisphosphonates"].because[0]
    link = card(page, "bisphosphonates").locator(f'[data-claim="{reason.claims[0]}"]').first
    link.click()
    passage = page.locator("#passage")
    claim = load_rulebook().claims[reason.claims[0]]
    assert claim.statement in text_of(passage)
    assert claim.where in text_of(passage)
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Enter")
    assert passage.is_hidden()
    assert page.evaluate("document.activeElement.dataset.claim") == reason.claims[0]


def test_a_card_tells_reasons_cautions_members_and_drugs(page: Page) -> None:
    describe(page, PATIENT)
    option = explore(Patient(**PATIENT))["cdk46_inhibitor"]
    told = text_of(card(page, "cdk46_inhibitor"))
    for said in (option.because[0].text, *(caution.text for caution in option.cautions), option.silence or ""):
        assert " ".join(said.split()) in told
    for drug in option.named:
        assert drug.label in told
    members = explore(Patient(**PATIENT))["hormone_therapy"].members
    inside = text_of(card(page, "hormone_therapy"))
    assert all(member.label in inside for member in members)


def test_a_path_shows_what_decides_and_what_can_no_longer_hold(page: Page) -> None:
    describe(page, PATIENT)
    ways = card(page, "cdk46_inhibitor").locator(".ways").first
    assert text_of(ways.locator(".way.decides")) == "ER-positive HER2-negative decides"
    describe(page, {"er": "negative", "pr": "negative", "her2": "negative"})
    failed = text_of(page.locator("#o-cdk46_inhibitor .way.fails").first)
    assert failed == "ER-positive: not so HER2-negative cannot hold"


def test_each_fact_says_what_it_would_settle_and_steps_back_when_it_cannot(page: Page) -> None:
    her2 = page.locator('fieldset[data-fact="her2"]')
    assert re.fullmatch(r"positive settles \d+, negative settles \d+", text_of(her2.locator(".about")))
    page.locator("#next summary").click()
    assert "Anti-HER2 drugs" in text_of(page.locator("#ask-why"))
    describe(page, {"metastasis_confirmed": "no"})
    assert "back" in (page.locator('fieldset[data-fact="sex"]').get_attribute("class") or "")
    assert page.locator('fieldset[data-fact="sex"] input').first.is_enabled()


def test_the_next_question_is_answered_where_it_is_asked(page: Page) -> None:
    asked = explore(Patient()).ask_next[0]
    value = next(iter(asked.settles))
    page.locator("#ask-answers button").first.press("Enter")
    settled(page)
    assert shown_statuses(page) == classes({asked.fact: value})
    assert page.evaluate("document.activeElement.parentElement.id") == "ask-answers"  # at the next one


def test_what_cannot_be_is_not_to_be_answered_and_says_why(page: Page) -> None:
    say(page, "sex", "male")
    field = page.locator('fieldset[data-fact="menopause"]')
    assert field.locator('input[value="premenopausal"]').is_disabled()
    assert "contradict each other: menopause does not apply to men" in text_of(field)
    assert page.locator("#q-menopause").get_attribute("id") == field.get_attribute("aria-describedby")


def test_every_change_is_taken_back_and_done_again(page: Page) -> None:
    before = shown_statuses(page)
    say(page, "her2", "positive")
    after = shown_statuses(page)
    page.locator("#undo").click()
    settled(page)
    assert shown_statuses(page) == before
    assert text_of(page.locator("#changed")).startswith("Taken back: HER2: positive. Now: ")
    page.locator("#redo").click()
    settled(page)
    assert shown_statuses(page) == after
    page.locator("#over").click()
    settled(page)
    assert shown_statuses(page) == before


def test_free_words_are_offered_and_used(page: Page) -> None:
    page.locator("#say").fill("letrozole PD")
    page.keyboard.press("Enter")
    page.locator("#say-found button").first.click()
    settled(page)
    assert shown_statuses(page) == classes({"prior": {"letrozole": {"outcome": ["progressed"]}}})
    page.locator("#say").fill("no such thing at all")
    page.keyboard.press("Enter")
    assert text_of(page.locator("#say-found")).startswith("Not understood: no such thing at all")


def test_words_say_more_of_what_is_said_already_and_of_which_fact(page: Page) -> None:
    page.locator("#say").fill("ER 90%, no such thing; letrozole PD")
    page.locator("#say-go").click()
    offered = page.locator("#say-found")
    assert "Not understood: no such thing" in text_of(offered)
    assert "Estrogen receptor (ER): 90%" in text_of(offered)
    offered.locator("button").first.click()
    settled(page)
    for said in ("letrozole PD", "adjuvant letrozole"):
        page.locator("#say").fill(said)
        page.locator("#say-go").click()
        offered.locator("button").first.click()
        settled(page)
    both = {"er": "positive", "prior": {"letrozole": "progressed"}}
    assert shown_statuses(page) == classes(both)


def test_a_patient_is_a_link(page: Page, tab: Tab) -> None:
    say(page, "er", "positive")
    say(page, "sites.bone", "yes")
    page.locator('[data-copy="link"]').click()
    link = page.locator("#copied").input_value()
    assert link.split("#")[1] == page.url.split("#")[1]
    before = shown_statuses(page)
    page.reload()
    tab.requests.clear()  # that of the page itself
    opened(page)
    assert shown_statuses(page) == before


def test_a_link_of_a_case_leads_back_to_it(page: Page) -> None:
    assert not page.locator("#back").is_visible()
    link = explorer_link("", Patient(**PATIENT).description)
    page.evaluate(f"location.hash = {json.dumps(link + '&back=case.html%23o2')}")
    page.wait_for_selector("#back:not([hidden])")
    assert page.locator("#back-to").get_attribute("href") == "case.html#o2"
    settled(page)
    assert shown_statuses(page) == classes(PATIENT)


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_patient_is_a_file_that_python_reads(form: str, page: Page) -> None:
    describe(page, PATIENT)
    page.locator(f'[data-copy="{form}"]').click()
    said = yaml.safe_load(page.locator("#copied").input_value())
    described = {
        field: {k: "yes" if v is True else v for k, v in one.items()} if isinstance(one, dict) else one
        for field, one in said.items()
    }
    assert statuses(Patient(**described)) == statuses(Patient(**PATIENT))


def test_a_file_is_opened_and_saved(page: Page) -> None:
    content = b"label: Case 7\ner: +\nher2: 1+\nsites: [bone]\nprior: ['letrozole: progressed']\n"
    page.locator("#load").set_input_files({"name": "patient.yaml", "mimeType": "application/yaml", "buffer": content})
    page.locator("#who", has_text="Case 7").wait_for()  # it is read before anything is drawn
    settled(page)
    read = {"er": "+", "her2": "1+", "sites": ["bone"], "prior": ["letrozole: progressed"]}
    assert shown_statuses(page) == classes(read)
    assert text_of(page.locator("#who")).startswith("Case 7. ")
    with page.expect_download() as saved:
        page.locator("#save").click()
    assert saved.value.suggested_filename == "patient.yaml"


HOSTILE = [
    "#p=1.%%%",
    "#p=2.e30",
    "#p=1." + "A" * 30_000,
    fragment_of({"__proto__": {"er": "positive"}}),
    fragment_of({"er": ["positive"]}),
    fragment_of({"er": "<img src=x onerror=alert(1)>"}),
    fragment_of({"sites": {"moon": "yes"}}),
    fragment_of({"nobody": 1}),
]


@pytest.mark.parametrize("fragment", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_or_newer_fragment_gives_a_message_and_the_empty_patient(fragment: str, page: Page) -> None:
    say(page, "er", "positive")
    follow(page, fragment)
    assert page.locator("#message").is_visible()
    assert shown_statuses(page) == classes({})
    assert page.locator("#message img, #message script").count() == 0


def test_a_hostile_label_is_text(page: Page) -> None:
    label = "<img src=x onerror=alert(1)> </script> ${1} '\"&"
    page.locator("#label").fill(label)
    page.locator("#label").press("Enter")
    page.locator("#label").blur()
    settled(page)
    assert label in text_of(page.locator("#who"))
    assert page.locator("#who img").count() == 0
    assert "onerror" not in page.url


def test_the_policy_is_there_and_works(html: str, page: Page, tab: Tab) -> None:
    policy = page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    ran = page.evaluate(
        """() => { const one = document.createElement('script'); one.textContent = 'window.ran = true';
          document.head.append(one); const two = document.createElement('p'); two.setAttribute('style', 'color: red');
          document.body.append(two); const color = getComputedStyle(two).color; two.remove(); one.remove();
          return [window.ran ?? false, color] }"""
    )
    assert ran[0] is False
    assert ran[1] != "rgb(255, 0, 0)"
    reached = page.evaluate("fetch('https://example.org').then(() => true, () => false)")
    assert reached is False
    assert not re.search(r"\son[a-z]+=|\sstyle=", html.split("<script", maxsplit=1)[0])
    tab.errors.clear()  # what was refused is told there
    tab.requests.clear()


def test_the_words_are_switched(page: Page) -> None:
    describe(page, PATIENT)
    card(page, "hormone_therapy")
    page.locator('#registers input[value="plain"]').check()
    plain = explore(Patient(**PATIENT), load_rulebook(words="plain"))
    assert plain.rulebook.words == "plain"
    page.locator("#o-hormone_therapy", has_text=" ".join(plain["hormone_therapy"].summary.split())).wait_for()


def test_words_of_the_glossary_open_what_they_mean(page: Page) -> None:
    term = card(page, "hormone_therapy").locator("button[popovertarget]").first
    term.click()
    entry = page.locator(f"#{term.get_attribute('popovertarget')}")
    assert entry.evaluate("one => one.matches(':popover-open')")
    words = Terms(load_rulebook().glossary)
    assert [piece.term for piece in words.pieces(term.inner_text()) if piece.term]


def test_what_is_printed_is_the_sheet_for_the_patient(page: Page) -> None:
    describe(page, SEVERAL[2])
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#map").is_hidden()
    sheet = text_of(page.locator("#sheet"))
    assessment = explore(Patient(**SEVERAL[2]))
    for option in assessment.options:
        assert option.label in sheet
    for question in assessment.questions:
        assert " ".join(question.ask.split()) in sheet
    for sign in assessment.urgent:
        assert sign.title in sheet
    page.emulate_media(media="screen")


def in_state(page: Page, state: str) -> Page:
    """The page in one of the states that are looked at."""
    if state == "answered, two classes open":
        describe(page, PATIENT)
        card(page, "hormone_therapy")
        card(page, "chemotherapy")
        page.evaluate(
            "for (const one of document.querySelectorAll('#o-hormone_therapy details, .kind')) one.open = true"
        )
        page.locator("#o-hormone_therapy details[data-key=passages] div > *").first.wait_for()
    elif state == "two patients":
        describe(page, PATIENT)
        page.locator("#pin").click()
        say(page, "her2", "positive")
    elif state == "urgent":
        describe(page, SEVERAL[2])
    elif state == "out of scope":
        describe(page, SEVERAL[3])
    elif state == "trouble":
        follow(page, "#p=9.x")
        page.locator("#say").fill("osseous mets")
        page.keyboard.press("Enter")
    return page


STATES = ["empty", "answered, two classes open", "two patients", "urgent", "out of scope", "trouble"]


@pytest.mark.parametrize("state", STATES)
def test_nothing_breaks_the_guidelines(state: str, page: Page) -> None:
    in_state(page, state)
    assert accessibility.problems(page) == []
    assert accessibility.size_problems(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES[:4])
def test_colors_are_told_from_their_background(state: str, scheme: Any, html: str, tab: Tab) -> None:
    page = opened(tab.open(html, anew=True, scheme=scheme).page)
    in_state(page, state)
    assert accessibility.color_problems(page) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1920])
@pytest.mark.parametrize("state", STATES[:4])
def test_nothing_is_wider_than_the_window(state: str, width: int, html: str, tab: Tab) -> None:
    page = opened(tab.open(html, anew=True, width=width).page)
    in_state(page, state)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    tab.resize(1280)


def test_without_a_script_the_page_says_so(html: str) -> None:
    assert re.search(r"<noscript>.*mbc-options report", html, re.DOTALL)


def test_nothing_from_elsewhere(html: str, tab: Tab) -> None:
    opened(tab.open(html, anew=True).page)
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert contained.problems(tab, script and script[1]) == []


def test_another_rulebook_is_explored_likewise(tab: Tab) -> None:
    rulebook = load_rulebook(HAY_FEVER)
    page = opened(tab.open(explorer(rulebook).html, anew=True).page)
    said: dict[str, Any] = {"age": "adult", "months": {"june": "yes"}, "signs": {"sneezing": "yes"}}
    describe(page, said)
    found = statuses(rulebook.patient(**said), rulebook)
    assert shown_statuses(page) == {id_: status for id_, status in found.items() if "." not in id_}
    first = next(iter(shown_statuses(page)))
    assert " ".join(rulebook.by_id[first].authored.summary.split()) in text_of(card(page, first))
    assert accessibility.problems(page) == []
    assert tab.errors == []


def test_it_works_in_the_frame_of_a_notebook(tab: Tab) -> None:
    shown = explorer(load_rulebook(HAY_FEVER))._repr_html_()
    page = tab.open(f"<!doctype html><title>A notebook</title>{shown}", anew=True).page
    frame = page.frame_locator("iframe")
    frame.locator("body[data-drawn=all]").wait_for(state="attached")
    frame.locator("#next button").first.click()
    frame.locator("#undo:enabled").wait_for()
    frame.locator("body[data-drawn=all]").wait_for(state="attached")
    assert tab.errors == []


SAID = f"""async (fragment) => {{
  const until = async (is) => {{ while (!is()) await new Promise((done) => setTimeout(done, 20)); }};
  const drawn = () => until(() => document.body.dataset.drawn === 'all');
  await drawn();
  await ({FOLLOWED})(fragment);
  await drawn();
  document.querySelector('#o-cdk46_inhibitor').open = true;
  await until(() => document.querySelector('#o-cdk46_inhibitor .body > *'));
  return Object.fromEntries([...document.querySelectorAll('#map tbody tr')].map((row) =>
    [row.dataset.option, row.querySelector('td.this .verdict i').className]));
}}"""
"""Follows a link, opens a class, and tells what stands in the map."""


def test_firefox_says_the_same_and_axe_finds_nothing(html: str, firefox: FirefoxTab) -> None:
    tab = firefox.open(html)
    assert tab.evaluate(SAID, fragment_of(PATIENT)) == classes(PATIENT)
    assert accessibility.problems(tab) == []


def test_webkit_says_the_same_and_axe_finds_nothing(html: str, webkit: WebKitTab) -> None:
    tab = webkit.open(html)
    assert tab.evaluate(SAID, fragment_of(PATIENT)) == classes(PATIENT)
    assert accessibility.problems(tab) == []
