"use strict";
// Names in a field of names, each of them there or not. As Python's `patient.aliases` and `patient.description`.

/** @param {Spellings} spellings @param {NamesSpelling} field @param {unknown} written @param {string[]} notices */
function _readAllNames(spellings, field, written, notices) {
  if (!_isKeyed(written)) {
    return [...new Set(_listed(spellings, written).flatMap((item) => readNames(spellings, field, item, notices)))];
  }
  const entries = Object.entries(written);
  if (entries.length > spellings.limits.names) throw new Refusal(shortened(Object.keys(written).length));
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [key, value] of entries) {
    const isRest = field.free !== null && foldedName(key) === _NOT_LISTED && !field.names.has(_NOT_LISTED);
    for (const name of isRest ? [_NOT_LISTED] : readNames(spellings, field, key, notices)) {
      const answer = readYesNo(spellings, value);
      if (answer === null || (name.startsWith(_OTHER_TEXT) && answer === _NO)) continue;
      if ((found.get(name) ?? answer) !== answer) throw new Refusal(key);
      found.set(name, answer);
    }
  }
  return Object.fromEntries(found);
}

/**
 * The names in a field of names that a word means, mostly one.
 * @param {Spellings} spellings
 * @param {NamesSpelling} field
 * @param {unknown} written  the word; or a mapping of one, which YAML makes of `other: text`
 * @param {string[]} notices  is added to
 * @returns {string[]}
 */
function readNames(spellings, field, written, notices) {
  const entries = _isKeyed(written) ? Object.entries(written) : [];
  const isOther = entries.length === 1 && entries[0][0].toLowerCase() === _OTHER_TEXT.slice(0, -1);
  const word = isOther && typeof entries[0][1] === "string" ? `${_OTHER_TEXT}${entries[0][1]}` : written;
  if (typeof word !== "string") throw new Refusal(shortened(written));
  _refuseTooLong(spellings, word);
  const one = _readOneName(spellings, field, word);
  const parts = one ? [] : partsOf(spellings, word);
  const read = one ? [one] : parts.length > 1 ? parts.map((part) => _readOneName(spellings, field, part)) : [null];
  const names = [];
  for (const some of read) {
    if (!some) throw new Refusal(word, _nearOfNames(spellings, field, word));
    names.push(some.name);
  }
  for (const some of read) notices.push(...(some?.notices ?? []));
  return names;
}

/** @param {Spellings} spellings @param {NamesSpelling} field @param {string} written @returns {string[]} */
function _nearOfNames(spellings, field, written) {
  if (_isNegated(spellings, written.split(/[-_]/u).join(" "))) return [];
  const word = _bareName(field, foldedName(written));
  return _oneOfEach(slipsOf(word, field.known), (form) => field.names.get(foldedName(form)));
}

/** @param {Spellings} spellings @param {string} written  what a cell names, where a sign or a word divides it */
function partsOf(spellings, written) {
  return trimmed(written).split(spellings.patterns.parts).filter(Boolean);
}

/** @param {Spellings} spellings @param {NamesSpelling} field @param {string} written @returns {{name: string, notices: string[]} | null} */
function _readOneName(spellings, field, written) {
  const word = foldedName(written);
  for (const form of [word, _bareName(field, word)]) {
    const name = field.names.get(form);
    if (name === undefined) continue;
    const notice = field.notices.get(form);
    return { name, notices: notice ? [notice] : [] };
  }
  const text = wordsOf(written).join(" ");
  if (field.free === null || !text.toLowerCase().startsWith(_OTHER_TEXT)) return null;
  const rest = _freeText(spellings, text.slice(_OTHER_TEXT.length));
  if (!rest || _namesNothing(spellings, rest)) throw new Refusal(written);
  const known = _readOneName(spellings, field, rest);
  if (!known) return { name: `${_OTHER_TEXT}${rest}`, notices: [] };
  if (known.name.startsWith(_OTHER_TEXT)) return known;
  const notice = filled(spellings.notices.known, { field: field.id, written: `${_OTHER_TEXT}${rest}`, read_as: known.name });
  return { name: known.name, notices: [...known.notices, notice] };
}

/** @param {Spellings} spellings @param {string} rest  whether it is a word for unknown, or for none */
function _namesNothing(spellings, rest) {
  const { unknown, never } = spellings.words;
  return unknown.has(normalWord(rest)) || never.has(normalWord(rest)) || isMissingWord(spellings, rest);
}

/** @param {NamesSpelling} field @param {string} word  without those beside a name that say nothing of which it is */
function _bareName(field, word) {
  return word.split(/[_()[\].]+/u).filter((part) => part && !field.beside.has(part)).join("_");
}

/** @param {Spellings} spellings @param {unknown} written @returns {"yes" | "no" | null} null for unknown */
function readYesNo(spellings, written) {
  if (typeof written === "boolean") return written ? "yes" : "no";
  if (written === null || written === undefined) return null;
  if (typeof written !== "string" || isLonger(written, spellings.limits.written)) throw new Refusal(shortened(written));
  const text = wordsOf(written.toLowerCase()).join(" ");
  if (spellings.words.yes.has(text)) return "yes";
  if (spellings.words.no.has(text)) return "no";
  if (spellings.words.unknown.has(text) || isMissingWord(spellings, written)) return null;
  throw new Refusal(written);
}
