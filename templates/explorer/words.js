"use strict";
// Free words: what a line means of which it is not said what it is, by the readers of the fields.

/**
 * One meaning of a line: an edit of a description, as an open mapping where the field takes several; `written` is what
 * means the same under `field` in a file (as the only element of a list, or as `name: no`).
 * @typedef {{field: string, edit: Record<string, any>, text: string, written: any, notices: string[]}} Meaning
 */

/**
 * The meanings of a line, of which a person chooses where there are several; or none, with words that may have been
 * meant and notices on what no document asks for.
 * @typedef {{understood: Meaning[]} | {not_understood: string, near: string[], notices: string[]}} Understanding
 */

/**
 * What a line means, with or without the name of a field before it.
 * @param {Spellings} spellings
 * @param {string} text
 * @returns {Understanding}
 */
function understand(spellings, text) {
  const written = trimmed(text.slice(0, 4 * spellings.limits.written));
  if (!written || isLonger(text, spellings.limits.written)) return { not_understood: shortened(text), near: [], notices: [] };
  const named = _fieldsNamed(spellings, written);
  const found = new _Meanings();
  for (const field of spellings.fields.values()) {
    for (const rest of [written, ...(named.get(field.id) ?? [])]) _meaningOf(spellings, field, rest, rest !== written, found);
  }
  if (!found.meanings.size) {
    for (const field of spellings.fields.values()) {
      for (const rest of [written, ...(named.get(field.id) ?? [])]) _likelyMeaning(spellings, field, rest, found);
    }
  }
  if (found.meanings.size) return { understood: [...found.meanings.values()] };
  const notice = [..._beginnings(written)].map(([name]) => spellings.notAsked.get(foldedName(name))).find(Boolean);
  return { not_understood: shortened(text), near: [...found.near], notices: notice ? [notice] : [] };
}

/** The meanings found so far, each once, and the words that may have been meant. */
class _Meanings {
  constructor() {
    /** @type {Map<string, Meaning>} */
    this.meanings = new Map();
    /** @type {Set<string>} */
    this.near = new Set();
  }

  /** @param {string} field @param {any} said @param {string} text @param {any} written @param {string[]} [notices] */
  add(field, said, text, written, notices = []) {
    const edit = { [field]: said }, key = JSON.stringify(edit);
    if (!this.meanings.has(key)) this.meanings.set(key, { field, edit, text, written, notices });
  }

  /** @param {() => void} attempt  which may refuse; then it is noted what may have been meant */
  attempt(attempt) {
    try {
      attempt();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      for (const word of refusal.near) this.near.add(word);
    }
  }
}

/** @param {string} text @returns {Iterable<[string, string]>} what stands before a blank, colon or equals sign, and behind it */
function* _beginnings(text) {
  yield [text, ""];
  let count = 0;
  for (const match of text.matchAll(/[\s:=]+/gu)) {
    if (++count > 6) return;
    yield [text.slice(0, match.index), text.slice(match.index + match[0].length)];
  }
}

/** @param {Spellings} spellings @param {string} text @returns {Map<string, string[]>} by field whose name begins it, what is behind */
function _fieldsNamed(spellings, text) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const [name, rest] of _beginnings(text)) {
    const field = rest && spellings.called.get(foldedName(name));
    if (field) found.set(field, [...(found.get(field) ?? []), rest]);
  }
  return found;
}

/**
 * Add what a text means in a field, as the field's own reader has it.
 * @param {Spellings} spellings @param {FieldSpelling} field @param {string} text @param {boolean} isNamed @param {_Meanings} found
 */
function _meaningOf(spellings, field, text, isNamed, found) {
  found.attempt(() => {
    if (field.kind === "text") return;
    if (field.kind === "choice") {
      const read = readChoice(spellings, field, text), said = _saidOf(field, read);
      const bare = _withoutPrefix(field, normalWord(text));
      const isAbout = isNamed || (bare !== "" && bare !== normalWord(text)); // a marker by itself is about no field
      if (read.value === null && !read.asWritten && !isAbout) return;
      found.add(field.id, said, said ?? _NOT_KNOWN, text, read.notice ? [read.notice] : []);
      return;
    }
    /** @type {string[]} */
    const notices = [];
    if (_saysNothing(spellings, field, text, notices)) {
      if (isNamed) found.add(field.id, null, _NOT_KNOWN, text, notices);
    } else if (spellings.words.none.has(normalWord(text))) {
      found.add(field.id, [], _NO, text);
    } else if (field.kind === "names") {
      const names = [...new Set(readNames(spellings, field, text, notices))];
      found.add(field.id, Object.fromEntries(names.map((name) => [name, "yes"])), names.join(", "), text, notices);
    } else {
      _addEntry(field, readEntry(spellings, field, text, notices), text, found, [...new Set(notices)]);
    }
  });
}

/** @param {TreatmentsSpelling} field @param {WrittenEntry} entry @param {string} written @param {_Meanings} found @param {string[]} [notices] */
function _addEntry(field, { therapy, outcome, setting }, written, found, notices) {
  const text = [therapy, ...(outcome === _NOT_KNOWN && setting === _NOT_KNOWN ? [] : [outcome]), ...(setting === _NOT_KNOWN ? [] : [setting])];
  found.add(field.id, { [therapy]: _heldAs([outcome], setting) }, text.join(": "), written, notices);
}

/**
 * Add what a text likely means in a field that refuses it, where Python's reader says so: what is negated is absent, an
 * outcome may follow a treatment and a setting stand before it, and several treatments in one cell are several.
 * @param {Spellings} spellings @param {FieldSpelling} field @param {string} text @param {_Meanings} found
 */
function _likelyMeaning(spellings, field, text, found) {
  if (field.kind !== "names" && field.kind !== "treatments") return;
  const denied = _deniedPart(spellings, field, text);
  found.attempt(() => {
    if (field.kind === "names") {
      const name = denied && field.names.get(_bareName(field, foldedName(denied)));
      if (name && !name.startsWith(_OTHER_TEXT)) found.add(field.id, { [name]: "no" }, `${name}: no`, { [name]: "no" });
    } else if (/[+:]/u.test(text)) {
      return; // of which Python's reader tells of a part
    } else if (denied) {
      const thing = spellings.treatments.find(denied);
      if (thing) found.add(field.id, { [thing.id]: _NO }, `${thing.id}: ${_NO}`, { [thing.id]: _NO });
    } else if (!_isNegated(spellings, text)) {
      _likelyTreatment(spellings, field, text, found);
    }
  });
}

/** @param {Spellings} spellings @param {string} text */
function _isNegated(spellings, text) {
  return normalWord(text).split(" ").some((word) => spellings.words.negations.has(word));
}

/** @param {Spellings} spellings @param {FieldSpelling} field @param {string} text @returns {string} what one negation before it denies */
function _deniedPart(spellings, field, text) {
  const [first, ...rest] = normalWord(text).split(" ");
  if (!spellings.words.negations.has(first) || _isNegated(spellings, rest.join(" ").replaceAll(/[-_]/gu, " "))) return "";
  const isNamed = field.kind === "treatments" && spellings.called.get(rest[0] ?? "") === field.id; // "no prior chemo"
  return (isNamed ? rest.slice(1) : rest).join(" ");
}

const _CELL_SIGNS = patternOf("[\\s,;/|]+");

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} text @param {_Meanings} found */
function _likelyTreatment(spellings, field, text, found) {
  const { find } = spellings.treatments;
  for (const parts of [partsOf(spellings, text), trimmed(text).split(_CELL_SIGNS)]) {
    const names = parts.map((part) => part.replace(/^[()[\] ]+|[()[\] ]+$/gu, ""));
    if (names.length < 2 || !names.every(find)) continue;
    const together = names.join(" + ");
    _addEntry(field, readEntry(spellings, field, together, []), together, found);
    const apart = names.map((name) => readEntry(spellings, field, name, []).therapy);
    found.add(field.id, Object.fromEntries(apart.map((therapy) => [therapy, _NOT_KNOWN])), apart.join(", "), names);
    return;
  }
  const words = wordsOf(text);
  for (let i = 1; i < words.length; i++) {
    const [before, behind] = [words.slice(0, i), words.slice(i)].map((part) => part.join(" ").replace(/^[ ,;\-→()]+|[ ,;\-→()]+$/gu, ""));
    const outcome = field.outcomes.get(normalWord(behind)), setting = field.settings.get(normalWord(before));
    const said = outcome && find(before) ? `${before}: ${outcome}` : setting && find(behind) ? `${behind}: ${_NOT_KNOWN}: ${setting}` : "";
    if (!said) continue;
    _addEntry(field, readEntry(spellings, field, said, []), said, found);
    return;
  }
}
