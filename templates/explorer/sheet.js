// The sheet for a patient, made when the page is printed: what the handout of a report says, by the same words.
"use strict";

/**
 * Fills in the sheet.
 * @param {Texts} texts @param {Found} found @param {Reading} known
 * @param {{label: string, kind: string, assumptions: string[], notices: string[]}} about
 */
function fillSheet(texts, found, known, about) {
  const { say, words } = texts;
  const sheet = byId("sheet");
  const slot = (/** @type {string} */ name) => within(sheet, `[data-slot="${name}"]`);
  setText(slot("title"), about.label || words.patient);
  const urgent = urgentOf(texts, found);
  slot("urgent").replaceChildren(...urgent);
  within(sheet, ".urgent").hidden = !urgent.length;
  const present = Object.entries(known).filter(([fact, values]) => !(values.length === 1 && values[0] === "no" && fact.includes(".")));
  slot("known").replaceChildren(
    ...listOf([
      [about.kind],
      [put(say.known, present.map(([fact, values]) => texts.phrase(fact, values)).join(say.also) || say.unknown)],
      ...about.assumptions.map((text) => [put(say.assumed, text)]),
      ...about.notices.map((text) => [put(say.noticed, text)]),
    ]).children,
  );
  slot("scope").replaceChildren(...(found.scope === "in" ? [] : [texts.piece(`scope:${found.scope}`)]));
  for (const box of allWithin(sheet, "[data-status]")) {
    const here = found.scope === "in" ? found.options.filter(({ status }) => status === box.dataset.status) : [];
    box.hidden = !here.length;
    within(box, "ul").replaceChildren(
      ...listOf(here.map((option) => [strongLine("", texts.option(option.id), `: ${texts.words.options[option.id].gloss}. ${decidingIn(texts, option)}`)])).children,
    );
  }
  const asked = found.ask_next.slice(0, 3).map(({ fact }) => [texts.words.facts[fact]?.question ?? fact]);
  slot("unknown").replaceChildren(...listOf(asked).children);
  const general = found.considerations.filter((id) => words.considerations[id]?.general);
  slot("general").replaceChildren(
    ...general.flatMap((id) => [strongLine("", words.considerations[id].title, ""), texts.piece(`consideration:${id}`)]),
  );
  slot("questions").replaceChildren(...listOf(found.questions.map((id) => [words.questions[id]])).children);
  slot("values").replaceChildren(...listOf(words.values.map((text) => [text])).children);
}

/** What cannot wait for this patient: the signs, and the cautions that go with them. @param {Texts} texts @param {Found} found */
function urgentOf(texts, found) {
  const { say, words } = texts;
  const signs = found.considerations.filter((id) => words.considerations[id]?.kind === "urgent" && !words.considerations[id].general);
  const cautions = found.options
    .flatMap((option) => [option, ...option.members])
    .flatMap(({ id, cautions: here }) => here.filter((one) => words.options[id].urgent?.includes(one)).map((one) => ({ id, one })));
  return [
    ...signs.flatMap((id) => [strongLine("", `${words.considerations[id].title}.`, ""), texts.piece(`consideration:${id}`)]),
    ...cautions.flatMap(({ id, one }) => [strongLine("", put(say.urgent_caution, texts.option(id)), ""), texts.piece(`caution:${one}`)]),
  ];
}
