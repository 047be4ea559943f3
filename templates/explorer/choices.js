"use strict";
// A value of a choice: one of its words, a notation, or two of these. As Python's `patient.aliases`.

/**
 * What a value of a choice means.
 * @param {Spellings} spellings
 * @param {ChoiceSpelling} field
 * @param {unknown} written
 * @returns {WordReading}
 */
function readChoice(spellings, field, written) {
  if (typeof written === "boolean" && field.isYesNo) return wordReading(written ? "yes" : _NO);
  if (typeof written === "number") {
    const found = Number.isSafeInteger(written) ? _readForm(field, String(written)) : null;
    if (found) return found;
  }
  if (typeof written !== "string") throw new Refusal(shortened(written));
  _refuseTooLong(spellings, written);
  if (hasOtherDigits(written)) throw new Refusal(written);
  const { unknown } = spellings.words;
  const text = normalWord(written);
  if (unknown.has(text) || unknown.has(_withoutPrefix(field, text))) return wordReading(null);
  const spaced = text.replaceAll("_", " ");
  const found = _readForm(field, text) ?? _readForm(field, spaced) ?? _readBoth(spellings, field, spaced);
  if (found) return found;
  if (isMissingWord(spellings, written) || isMissingWord(spellings, _withoutPrefix(field, text))) {
    return wordReading(null, "", _missingNotice(spellings, field.label, written));
  }
  throw new Refusal(written, _nearOfChoice(field, text));
}

/** @param {ChoiceSpelling} field @param {string} text */
function _nearOfChoice(field, text) {
  return _oneOfEach(slipsOf(text, [...field.known, _NOT_KNOWN]), (word) => field.readings.get(normalWord(word)) ?? word);
}

/** @param {string[]} words @param {(word: string) => unknown} means @returns {string[]} those that mean something else than any before */
function _oneOfEach(words, means) {
  const found = new Map();
  for (const word of words) if (!found.has(means(word))) found.set(means(word), word);
  return [...found.values()];
}

/** @param {ChoiceSpelling} field @param {string} text @returns {WordReading | null} what one form of a value means */
function _readForm(field, text) {
  const bare = _withoutPrefix(field, text);
  const found = field.readings.get(text) ?? field.readings.get(bare);
  if (found) return found;
  for (const notation of field.notations) {
    const read = notation(bare);
    if (read) return read;
  }
  return null;
}

/**
 * What a value means that is written in two forms (`positive (90%)`), or with how strong it is stained.
 * @param {Spellings} spellings @param {ChoiceSpelling} field @param {string} text @returns {WordReading | null}
 */
function _readBoth(spellings, field, text) {
  const { between, comma, remark } = spellings.patterns;
  for (const match of text.matchAll(between)) {
    const one = text.slice(0, match.index), other = text.slice(match.index + match[0].length).replace(/[ )]+$/u, "");
    const first = _readForm(field, one);
    if (!first) continue;
    const read = [first];
    let isRead = true;
    for (const part of _readForm(field, other) ? [other] : other.split(comma)) {
      const second = _readForm(field, part);
      if (!second && !remark.test(part)) {
        isRead = false;
        break;
      }
      if (second && first.value !== null && second.value !== null && first.value !== second.value) throw new Refusal(text);
      if (second) read.push(second);
    }
    if (!isRead) continue;
    /** @param {WordReading} a @returns {number} */
    const rank = (a) => (a.value === null ? 0 : 2) + (a.asWritten ? 1 : 0);
    return read.reduce((best, next) => (rank(next) > rank(best) ? next : best));
  }
  return null;
}

/** @param {ChoiceSpelling} field @param {string} text @returns {string} without the name of the fact, and what joins them */
function _withoutPrefix(field, text) {
  const prefix = field.prefixes.find((one) => text.startsWith(one)) ?? "";
  const rest = text.slice(prefix.length);
  if (!prefix) return rest;
  return /^-\p{L}/u.test(rest) ? rest.slice(1) : rest.replace(/^[ :=]+/u, "");
}
