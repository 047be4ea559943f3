// The answers of a reader: what is known, what follows, what cannot be, and what each answer would settle.
"use strict";

/** @typedef {{fact: string, field: HTMLElement, inputs: HTMLInputElement[], about: HTMLElement}} Control */

/**
 * Makes the controls, group by group, and returns them.
 * @param {Texts} texts @param {{id: string, deciding: string[], others: string[]}[]} groups
 * @returns {Control[]}
 */
function makeControls(texts, groups) {
  /** @type {Control[]} */
  const controls = [];
  const make = (/** @type {string} */ fact) => {
    const control = _control(texts, fact);
    controls.push(control);
    return control.field;
  };
  byId("groups").replaceChildren(
    ...groups.map(({ id, deciding, others }, i) => {
      const box = /** @type {HTMLDetailsElement} */ (part("group"));
      box.dataset.group = id;
      box.open = i === 0;
      box.append(...deciding.map(make));
      if (others.length) {
        const rest = part("others");
        rest.append(...others.map(make));
        box.append(rest);
      }
      return box;
    }),
  );
  return controls;
}

/** @param {Texts} texts @param {string} fact @returns {Control} */
function _control(texts, fact) {
  const field = part("fact");
  const about = within(field, ".about");
  field.dataset.fact = fact;
  about.id = `q-${fact}`;
  field.setAttribute("aria-describedby", about.id);
  const inputs = [...Object.keys(texts.words.facts[fact].values), ""].map((value) => {
    const label = part("answer");
    const input = /** @type {HTMLInputElement} */ (within(label, "input"));
    input.name = fact;
    input.value = value;
    within(field, ".answers").append(label);
    return input;
  });
  return { fact, field, inputs, about };
}

/** Shows the names of the facts and of their groups. @param {Texts} texts @param {Control[]} controls */
function nameFacts(texts, controls) {
  for (const { fact, field, inputs } of controls) {
    setText(within(field, "legend"), sentenceOf(texts.label(fact)));
    for (const input of inputs) setText(within(/** @type {HTMLElement} */ (input.parentElement), "span"), texts.value(input.value, fact));
  }
  for (const box of allWithin(byId("groups"), "details[data-group]")) {
    setText(within(box, "h3"), texts.words.groups[box.dataset.group ?? ""] || texts.say.single_facts);
    const rest = box.querySelector(".others");
    if (rest) setText(within(rest, "summary"), put(texts.say.others, String(rest.querySelectorAll("fieldset").length)));
  }
}

/**
 * Shows which answer each fact has.
 * @param {Control[]} controls @param {Record<string, string[]>} known
 */
function showAnswers(controls, known) {
  for (const { fact, inputs } of controls) {
    const values = known[fact];
    const answer = values?.length === 1 ? values[0] : "";
    for (const input of inputs) if (input.checked !== (input.value === answer)) input.checked = input.value === answer;
  }
}

/**
 * Shows what follows and what cannot be answered, with the reason, and what an answer would settle.
 * @param {Texts} texts
 * @param {Control[]} controls
 * @param {Record<string, string[]>} known
 * @param {{isSaid: (fact: string) => boolean, impossible: (fact: string, value: string) => string | null, matters: Set<string>,
 *   settles: (fact: string) => Record<string, Record<string, Status>>}} about
 */
function showAbout(texts, controls, known, about) {
  for (const { fact, field, inputs, about: line } of controls) {
    const isKnown = known[fact]?.length === 1;
    const follows = isKnown && !about.isSaid(fact);
    /** @type {string[]} */
    const said = [];
    if (follows) said.push(texts.say.follows);
    /** @type {Map<string, string[]>} */
    const reasons = new Map();
    for (const input of inputs) {
      const answered = input.checked || (isKnown && !follows && input.value === "");
      const why = answered ? null : input.value ? about.impossible(fact, input.value) : follows ? "" : null;
      if (input.disabled !== (why !== null)) input.disabled = why !== null;
      if (why) reasons.set(why, [...(reasons.get(why) ?? []), texts.value(input.value, fact)]);
    }
    for (const [why, values] of reasons) said.push(put(texts.say.impossible, values.join(texts.say.or), why));
    const matters = !isKnown && about.matters.has(fact);
    if (matters) said.push(settledInShort(texts, fact, about.settles(fact)));
    field.classList.toggle("back", !isKnown && !matters);
    setText(line, said.join(". "));
  }
}

/** How many classes each answer settles, in a few words. @param {Texts} texts @param {string} fact @param {Record<string, Record<string, Status>>} settled */
function settledInShort(texts, fact, settled) {
  const ways = Object.entries(settled).map(([value, found]) => ({
    value: texts.value(value, fact),
    classes: Object.keys(found).filter((id) => !id.includes(".")).length,
    all: Object.keys(found).length,
  }));
  if (ways.every(({ classes }) => classes === 0)) {
    return ways.some(({ all }) => all) ? texts.say.members_only : texts.say.settles_no_class;
  }
  const [first] = ways;
  if (ways.every(({ classes }) => classes === first.classes)) return put(texts.say.settles, String(first.classes));
  return ways.map(({ value, classes }) => put(texts.say.settles_by, value, String(classes))).join(", ");
}

/** How many facts of each group are known, beside its name. @param {Texts} texts @param {Control[]} controls @param {Record<string, string[]>} known */
function countKnown(texts, controls, known) {
  for (const group of allWithin(byId("groups"), "details[data-group]")) {
    const here = controls.filter(({ fact, field }) => known[fact]?.length === 1 && group.contains(field));
    setText(within(group, "summary .q"), here.length ? put(texts.say.known_count, String(here.length)) : "");
  }
}

/**
 * Shows the question to ask next, its answers and why.
 * @param {Texts} texts @param {NextQuestion | undefined} question
 */
function showQuestion(texts, question) {
  const box = byId("next");
  const isHere = byId("ask-answers").contains(document.activeElement);
  box.hidden = !question;
  if (!question) {
    if (isHere) byId("facts").focus({ preventScroll: true });
    return;
  }
  setText(byId("ask"), texts.words.facts[question.fact]?.question ?? question.fact);
  const values = Object.keys(question.settles);
  byId("ask-answers").replaceChildren(
    ...values.map((value) => {
      const choice = part("choice");
      choice.dataset.fact = question.fact;
      choice.dataset.value = value;
      choice.textContent = texts.value(value, question.fact);
      return choice;
    }),
  );
  if (isHere) /** @type {HTMLElement} */ (byId("ask-answers").firstElementChild).focus({ preventScroll: true });
  byId("ask-why").replaceChildren(
    ...listOf(values.map((value) => [`${sentenceOf(texts.value(value, question.fact))}: ${waysSettled(texts, question, value)}.`])).children,
  );
}

/** What an answer settles, and which way. @param {Texts} texts @param {NextQuestion} question @param {string} value */
function waysSettled(texts, question, value) {
  /** @type {Map<Status, string[]>} */
  const ways = new Map();
  question.settles[value].forEach((id, i) => {
    const then = question.then[value][i];
    ways.set(then, [...(ways.get(then) ?? []), texts.option(id)]);
  });
  if (!ways.size) return texts.say.settles_no_class;
  const told = [...ways].map(([then, names]) => put(texts.say.in_words, texts.listing(names), texts.status[then].name));
  return told.join(texts.say.also);
}

/** Lists the words of the glossary, each of which opens where it stands. @param {Texts} texts */
function explainWords(texts) {
  byId("terms").replaceChildren(
    ...Object.entries(texts.words.terms).map(([id, [term, means]]) => {
      const word = part("word");
      word.id = `g-${id}`;
      setText(within(word, "dt"), term);
      setText(within(word, "dd"), means);
      return word;
    }),
  );
}
