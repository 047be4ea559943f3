// The way in: each class for this patient, and for a patient otherwise alike of each kind.
"use strict";

/**
 * Shows a status by shape and word.
 * @param {Texts} texts @param {Element} inside has an `i` and a `.st` @param {Status} status
 */
function showStatus(texts, inside, status) {
  const mark = within(inside, "i");
  if (mark.className !== status) mark.className = status;
  setText(within(inside, ".st"), texts.status[status].name);
}

/** Gives an element the colors of a status, and of no other. @param {Texts} texts @param {Element} element @param {Status | null} status */
function colorBy(texts, element, status) {
  for (const one of Object.keys(texts.status)) element.classList.toggle(one, one === status);
}

/** The rows of the map. */
const mapRows = () => allWithin(byId("map"), "tbody tr");

/**
 * Shows the verdicts on the present patient: the first answer after a touch.
 * @param {Texts} texts @param {Record<string, Status>} now @param {Record<string, Status>} before
 */
function showVerdicts(texts, now, before) {
  for (const row of mapRows()) {
    const id = row.dataset.option ?? "";
    const cell = within(row, "td.this");
    colorBy(texts, cell, now[id]);
    showStatus(texts, cell, now[id]);
    const moved = before[id] !== undefined && before[id] !== now[id];
    row.classList.toggle("moved", moved);
    setText(within(cell, ".was"), moved ? put(texts.say.was, texts.status[before[id]].name) : "");
  }
}

/** Shows what decides each verdict. @param {Texts} texts @param {Found} found */
function showDeciding(texts, found) {
  const byOption = new Map(found.options.map((option) => [option.id, option]));
  for (const row of mapRows()) {
    const option = /** @type {OptionFound} */ (byOption.get(row.dataset.option ?? ""));
    const deciding = decidingIn(texts, option);
    const { length } = option.cautions;
    setText(within(row, "td.this .q"), length ? put(texts.say.some_cautions, deciding && `${deciding}.`, String(length)).trim() : deciding);
  }
}

/** What decides a verdict, in a line. @param {Texts} texts @param {OptionFound} option */
function decidingIn(texts, option) {
  const proof = texts.phrases(option.proof);
  if (proof.length) return put(option.status === "not_described" ? texts.say.no_passage : texts.say.decided, texts.inShort(proof));
  if (option.depends_on.length) return put(texts.say.depends, texts.inShort(needed(texts, option)));
  return option.status === "candidate" || option.status === "unspecified" ? texts.say.everyone : "";
}

/** The names of the facts on which an open verdict depends. @param {Texts} texts @param {OptionFound} option */
const needed = (texts, option) => [...new Set(option.depends_on.flatMap((one) => Object.keys(one.if)))].map((fact) => texts.label(fact));

/**
 * Shows the columns of the kinds.
 * @param {Texts} texts @param {ReturnType<typeof mapOf>} columns @param {string | null} here the kind of the present patient
 */
function showKinds(texts, columns, here) {
  for (const column of columns) {
    for (const cell of allWithin(byId("map"), "[data-subtype]")) {
      if (cell.dataset.subtype !== column.id) continue;
      cell.classList.toggle("present", column.id === here);
      if (cell.tagName === "TH") {
        setAttribute(cell, "aria-current", column.id === here ? "true" : null);
        const set = /** @type {HTMLButtonElement} */ (within(cell, "button"));
        set.disabled = !column.possible;
        continue;
      }
      const id = /** @type {HTMLElement} */ (cell.closest("tr")).dataset.option ?? "";
      const status = column.statuses[id] ?? null;
      colorBy(texts, cell, status);
      if (status) showStatus(texts, cell, status);
      else {
        within(cell, "i").className = "";
        setText(within(cell, ".st"), column.possible ? "" : texts.say.impossible_column);
      }
    }
  }
}
