"use strict";
// Which written words are the same word, and which are slips of the keyboard: as Python's `vocabulary.spelling` has it,
// sign for sign. What Python calls a blank, a letter or a digit is not what JavaScript's \s, \w and \d are.

const _BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const _LETTER_OR_DIGIT = "\\p{L}\\p{N}";
const _OF_WORD = `${_LETTER_OR_DIGIT}_`;
const _BLANKS = new RegExp(`[${_BLANK}]+`, "gu");
const _BLANKS_AT_ENDS = new RegExp(`^[${_BLANK}]+|[${_BLANK}]+$`, "gu");
const _BLANKS_AND_HYPHENS = new RegExp(`[${_BLANK}\\-]+`, "gu");
const _NO_LETTER_OR_DIGIT = new RegExp(`[^${_LETTER_OR_DIGIT}]+`, "gu");
const _PIECES = new RegExp(`[${_LETTER_OR_DIGIT}]+`, "gu");
const _SIGNS = /[\u2212\u2013\u2014\u2011\uff0b]/gu;

/** What cannot be read; `near` are the known words of which it may be a slip. */
class Refusal extends Error {
  /** @param {string} written @param {string[]} [near] */
  constructor(written, near = []) {
    super(shortened(written));
    this.near = near;
  }
}

/** @param {string} text @returns {string[]} its words, divided by blanks */
function wordsOf(text) {
  return text.split(_BLANKS).filter(Boolean);
}

/** @param {string} text */
function trimmed(text) {
  return text.replace(_BLANKS_AT_ENDS, "");
}

/**
 * A word as values and outcomes are compared: in small letters, with single spaces and plain signs.
 * @param {string} written
 */
function normalWord(written) {
  return wordsOf(written.replace(_SIGNS, (sign) => (sign === "\uff0b" ? "+" : "-")).toLowerCase()).join(" ");
}

/**
 * A name as the names of a field are compared: in small letters, with _ for spaces and hyphens.
 * @param {string} name
 */
function foldedName(name) {
  return trimmed(name).toLowerCase().replace(_BLANKS_AND_HYPHENS, "_");
}

/**
 * A name as the names of treatments are compared: without case, spaces and punctuation.
 * @param {string} name
 */
function barestName(name) {
  return name.toLowerCase().replace(_NO_LETTER_OR_DIGIT, "");
}

/** @param {string} text @returns {string[]} the letters and digits of a text, where other signs divide them */
function piecesOf(text) {
  return text.match(_PIECES) ?? [];
}

/** @param {unknown} written @returns {string} what was written, short, for a message */
function shortened(written) {
  if (typeof written === "object" && written !== null) return Array.isArray(written) ? "[…]" : "{…}";
  const signs = [...plainText(String(written).slice(0, 400))];
  return signs.length > 100 ? `${signs.slice(0, 99).join("")}…` : signs.join("");
}

/** @param {string} text @param {number} most @returns {boolean} whether it has more signs than that */
function isLonger(text, most) {
  return text.length > most && (text.length > 2 * most || [...text].length > most);
}

/** @param {string} text @returns {boolean} whether it has digits that only Python reads as numbers */
function hasOtherDigits(text) {
  return /(?![0-9])\p{Nd}/u.test(text);
}

/**
 * A pattern of Python's `re`, of the little that ours are made of, as one of JavaScript.
 * @param {string} source
 * @param {string} [flags] further ones
 */
function patternOf(source, flags = "") {
  let isInClass = false;
  const word = `[${_OF_WORD}]`;
  const translated = source.replace(/\\.|[[\]]/gsu, (sign) => {
    if (sign === "[" || sign === "]") isInClass = sign === "[";
    else if (sign === "\\s") return isInClass ? _BLANK : `[${_BLANK}]`;
    else if (sign === "\\w") return isInClass ? _OF_WORD : word;
    else if (sign === "\\d") return "[0-9]";
    else if (sign === "\\b") return `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
    return sign;
  });
  return new RegExp(translated, `u${flags}`);
}

/** @param {string} source @returns {RegExp} a pattern of Python's that has to fit the whole of a text */
function wholePattern(source) {
  return patternOf(`^(?:${source})$`);
}

const _ONE_SLIP = 5, _TWO_SLIPS = 10, _BEGINNING = 4;

/**
 * The known words of which a word is a slip of the keyboard, the nearest; none where it may be a word of its own.
 * @param {string} word
 * @param {Iterable<string>} known
 * @returns {string[]}
 */
function slipsOf(word, known) {
  const letters = [...barestName(word)];
  const isAlpha = letters.length > 0 && letters.every((sign) => /\p{L}/u.test(sign));
  /** @type {Map<number, Map<string, string>>} */
  const best = new Map();
  for (const name of known) {
    const other = [...barestName(name)];
    const length = Math.max(letters.length, other.length);
    const most = length < _ONE_SLIP || !isAlpha ? 0 : length < _TWO_SLIPS ? 1 : 2;
    if (Math.abs(other.length - letters.length) > most || letters[0] !== other[0]) continue;
    const distance = _distanceOf(letters, other, most);
    const isSameBeginning = letters.slice(0, _BEGINNING).join("") === other.slice(0, _BEGINNING).join("");
    if (distance > Math.min(most, 1) && !(distance <= most && isSameBeginning)) continue;
    const at = best.get(distance) ?? new Map();
    best.set(distance, at);
    if (!at.has(other.join(""))) at.set(other.join(""), name);
  }
  return best.size ? [...(best.get(Math.min(...best.keys())) ?? new Map()).values()] : [];
}

/**
 * How many slips lie between two words (optimal string alignment), or `most` + 1 where it is more.
 * @param {string[]} one @param {string[]} other @param {number} most
 */
function _distanceOf(one, other, most) {
  /** @type {number[]} */
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const last = row, older = before;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, older[j - 2] + 1);
      }
      row.push(cost);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
  }
  return row[other.length];
}
