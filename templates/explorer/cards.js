// What a class opens into: why, on what it depends, cautions, similar patients, disagreements, drugs, members, passages.
"use strict";

/**
 * What a card is made of.
 * @typedef {object} Shown
 * @property {Texts} texts
 * @property {Portable} portable
 * @property {Found} found
 * @property {Reading} known
 * @property {Set<string>} asked the facts that a reader can answer
 */

/** A part of a card with its name; nothing where there is nothing. @param {string} name @param {Node[]} content */
function _row(name, content) {
  if (!content.length) return [];
  const row = part("row");
  const [head, body] = row.children;
  head.textContent = name;
  body.append(...content);
  return [row];
}

/**
 * The card of a class.
 * @param {Shown} shown @param {OptionFound} option @param {(id: string) => boolean} isOpen of a member
 * @returns {Node[]}
 */
function cardOf(shown, option, isOpen) {
  const { texts, found } = shown;
  const { say, words } = texts;
  const disagreements = found.disagreements.filter((id) => words.disagreements[id]?.options.includes(option.id));
  return [
    texts.piece(`summary:${option.id}`),
    ..._row(say.path, _path(shown, option)),
    ..._rows(shown, option, null),
    ..._row(say.disagree, disagreements.map((id) => _folded(words.disagreements[id].subject, texts.piece(`disagreement:${id}`), id))),
    ..._row(say.within, option.members.map((member) => _member(shown, member, option, isOpen(member.id)))),
    ..._row(say.who_says, [_passages(texts, option)]),
  ];
}

/** @param {Shown} shown @param {OptionFound} option */
const _path = ({ texts, portable, known, asked }, option) => pathOf(texts, portable, option, known, asked) ?? [];

/** The rows that classes and members share; what a member shares with its class is not said again.
 * @param {Shown} shown @param {OptionFound} option @param {OptionFound | null} parent */
function _rows({ texts, found }, option, parent) {
  const { say } = texts;
  const words = texts.words.options[option.id];
  const alike = (/** @type {"because" | "would_change"} */ key) => parent !== null && _same(option[key], parent[key]);
  const saysWhy = parent === null || option.status !== parent.status || !alike("because");
  const isOpen = option.status === "undetermined";
  const inScope = found.scope === "in";
  return [
    ...(saysWhy ? _row(say.why, _reasons(texts, option, parent)) : []),
    ..._row(say.on_what, isOpen && inScope ? _dependencies(texts, option) : []),
    ..._row(say.cautions, option.cautions.length ? [listOf(option.cautions.map((id) => [texts.piece(`caution:${id}`)]))] : []),
    ..._row(say.similar, isOpen || alike("would_change") ? [] : _similar(texts, option)),
    ..._row(say.drugs, _drugs(texts, option)),
    ..._row(say.mentioned, parent === null && words.mentions ? [_mentions(texts, words.mentions)] : []),
    ..._row(say.not_said, texts.has(`silence:${option.id}`) ? [texts.piece(`silence:${option.id}`)] : []),
  ];
}

/** @param {unknown} a @param {unknown} b */
const _same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {Texts} texts @param {OptionFound} option @param {OptionFound | null} parent @returns {Node[]} */
function _reasons(texts, option, parent) {
  const { say } = texts;
  const items = option.because.map((reason, i) => {
    const facts = texts.phrases(reason.proof).join(say.also);
    if (reason.rule === null) {
      return facts ? [strongLine(`${say.silent}${say.decides}`, facts, ".")] : [say.silent_always];
    }
    const before = option.because[i - 1];
    const after = option.because[i + 1];
    /** @type {Node[]} */
    const item = [];
    if (!before || !_same(before.proof, reason.proof)) {
      const everyone = option.id.includes(".") ? say.everyone_in_class : say.everyone_in_scope;
      item.push(facts ? strongLine(reason.certain ? say.because : say.either, facts, ".") : strongLine("", everyone, ""));
    }
    if (!after || after.rule !== reason.rule) item.push(texts.piece(`rule:${reason.rule}`));
    return item;
  });
  const ofClass = option.because_of_class;
  if (ofClass.length && (parent === null || !_same(ofClass, parent.because))) {
    const grounds = [...new Set(ofClass.map((one) => texts.phrases(one.proof).join(say.and) || say.everyone_in_scope))];
    items.push([put(say.with_class, grounds.join(say.or))]);
  }
  return items.length ? [listOf(items)] : [];
}

/** @param {Texts} texts @param {OptionFound} option */
function _dependencies(texts, option) {
  const { say } = texts;
  /** @type {Map<Status, {any: string[], all: string[][]}>} */
  const groups = new Map();
  for (const one of option.depends_on) {
    const group = groups.get(one.then) ?? { any: [], all: [] };
    groups.set(one.then, group);
    const facts = texts.phrases(one.if);
    if (facts.length === 1) group.any.push(facts[0]);
    else group.all.push(facts);
  }
  const items = [...groups].flatMap(([then, { any, all }]) => [
    ...(any.length > 1 ? [strongLine(put(say.any_fact, String(any.length), texts.makes[then]), any.join(say.also), ".")] : []),
    ...(any.length === 1 ? [strongLine(put(say.this_fact, texts.makes[then]), any[0], ".")] : []),
    ...all.map((facts) => strongLine(put(say.all_facts, String(facts.length), texts.makes[then]), facts.join(say.also), ".")),
  ]);
  return [listOf([...items.map((item) => [item]), ...(option.lists_all ? [] : [[say.more_ways]])])];
}

/** Similar patients, each of whom can be tried on. @param {Texts} texts @param {OptionFound} option */
function _similar(texts, option) {
  const { say } = texts;
  const items = option.would_change.map((one) => {
    const change = texts.phrases(Object.fromEntries(Object.entries(one.change).map(([fact, value]) => [fact, [value]])));
    const provided = texts.phrases(one.if);
    const line = strongLine(
      put(say.would, sentenceOf(texts.would[one.to])),
      change.join(say.also),
      provided.length ? put(say.provided, provided.join(say.also)) : "",
    );
    const button = part("try");
    button.textContent = say.try;
    button.setAttribute("aria-label", put(say.try_named, change.join(say.also)));
    button.dataset.change = JSON.stringify({ ...one.change, ..._settledIn(one.if) });
    line.append(" ", button);
    return [line];
  });
  /** @type {(Node | string)[][]} */
  const all = option.lists_all ? items : [...items, [say.more_ways]];
  return all.length ? [listOf(all)] : [];
}

/** The facts of which one value is left. @param {Reading} reading */
const _settledIn = (reading) =>
  Object.fromEntries(Object.entries(reading).flatMap(([fact, values]) => (values.length === 1 ? [[fact, values[0]]] : [])));

/** @param {Texts} texts @param {OptionFound} option */
function _drugs(texts, option) {
  const names = option.agents.map((id) => texts.words.agents[id]);
  const own = texts.option(option.id).toLowerCase();
  return names.length && !(names.length === 1 && names[0] === own) ? [document.createTextNode(`${names.join(", ")}.`)] : [];
}

/** @param {Texts} texts @param {string[]} claims */
const _mentions = (texts, claims) => listOf(claims.map((id) => [`${texts.words.claims[id][0]} [`, texts.claim(id), "]"]));

/** Something folded in. @param {string} name @param {Node} content @param {string} [key] */
function _folded(name, content, key = "") {
  const fold = part("fold");
  within(fold, "summary").textContent = name;
  within(fold, "div").append(content);
  fold.dataset.key = key;
  return fold;
}

/** @param {Shown} shown @param {OptionFound} member @param {OptionFound} parent @param {boolean} isOpen */
function _member(shown, member, parent, isOpen) {
  const { texts } = shown;
  const box = /** @type {HTMLDetailsElement} */ (part("member"));
  box.dataset.member = member.id;
  box.open = isOpen;
  colorBy(texts, box, member.status);
  const head = within(box, "h5");
  showStatus(texts, head, member.status);
  within(head, "span").textContent = texts.option(member.id);
  box.append(texts.piece(`summary:${member.id}`), ..._rows(shown, member, parent));
  return box;
}

/** The passages of a class and its members, folded in; each is told when it is opened. @param {Texts} texts @param {OptionFound} option */
function _passages(texts, option) {
  const rules = [option, ...option.members].flatMap((one) => [...one.because, ...one.because_of_class]);
  const keys = [
    ...rules.map(({ rule }) => `rule:${rule}`),
    ...[option, ...option.members].flatMap(({ cautions }) => cautions.map((id) => `caution:${id}`)),
  ];
  const claims = new Set(texts.words.options[option.id].mentions ?? []);
  for (const key of keys) for (const id of texts.claimsOf(key)) claims.add(id);
  const fold = _folded(put(texts.say.passages, String(claims.size)), document.createDocumentFragment(), "passages");
  fold.addEventListener("toggle", () => {
    const body = within(fold, "div");
    if (!body.children.length) body.append(...[...claims].sort().map((id) => texts.passage(id)));
  });
  return fold;
}
