// Two patients side by side: A as it was, and B, a patient like A, but for what was changed since.
"use strict";

/**
 * @typedef {{known: Reading, statuses: Record<string, Status>}} Side
 * @typedef {{fact: string, a: string[] | undefined, b: string[] | undefined}} Difference
 */

/** The facts that A and B know differently. @param {Reading} a @param {Reading} b @returns {Difference[]} */
function differences(a, b) {
  const facts = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return facts.map((fact) => ({ fact, a: a[fact], b: b[fact] })).filter((one) => String(one.a) !== String(one.b));
}

/**
 * The comparison, as two tables: what is known differently, and the classes with another status.
 * @param {Texts} texts @param {Side} a @param {Side} b
 * @param {(fact: string, values: string[] | undefined) => Record<string, Status> | null} switched the verdicts on A with one fact as in B; null where there is no such patient
 * @returns {Node[]}
 */
function comparisonOf(texts, a, b, switched) {
  const { say } = texts;
  const facts = differences(a.known, b.known);
  const options = Object.keys(b.statuses).filter((id) => a.statuses[id] !== b.statuses[id]);
  const exchanges = facts.map(({ fact, b: values }) => ({ fact, found: switched(fact, values) }));
  const known = _table([say.facts_differ, say.a_is, say.b_is], facts.map(({ fact, a: was, b: is }) => [
    sentenceOf(texts.label(fact)),
    was ? texts.phrase(fact, was) : say.unknown,
    is ? texts.phrase(fact, is) : say.unknown,
  ]));
  if (!options.length) return [...(facts.length ? [known] : []), strongLine("", say.same, "")];
  const rows = options.map((id) => {
    const makers = exchanges.filter(({ found }) => found?.[id] === b.statuses[id]).map(({ fact }) => texts.label(fact));
    return [texts.option(id), _status(texts, a.statuses[id]), _status(texts, b.statuses[id]), makers.join(say.or) || say.several];
  });
  return [known, _table([say.classes_differ, say.a_is, say.b_is, say.makes_difference], rows)];
}

/** @param {Texts} texts @param {Status} status */
function _status(texts, status) {
  const shown = part("status");
  colorBy(texts, shown, status);
  showStatus(texts, shown, status);
  return shown;
}

/** @param {string[]} heads @param {(string | Node)[][]} rows */
function _table(heads, rows) {
  const table = part("table");
  within(table, "thead tr").append(
    ...heads.map((text) => {
      const head = part("head");
      head.textContent = text;
      return head;
    }),
  );
  for (const [first, ...cells] of rows) {
    const line = part("line");
    within(line, "th").append(first);
    cells.forEach((cell, i) => {
      const box = part("cell");
      within(box, ".over").textContent = `${heads[i + 1]}: `;
      box.append(cell);
      line.append(box);
    });
    within(table, "tbody").append(line);
  }
  return table;
}
