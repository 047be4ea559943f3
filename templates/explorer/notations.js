"use strict";
// Values in numbers and signs: percentages, scores with a name, scores of immunohistochemistry with hybridization. As
// Python's `vocabulary.notations`, whose patterns the page carries.

/**
 * What a written value means.
 * @typedef {object} Reading
 * @property {string | null} value  the fact's value; null where the value says nothing
 * @property {string} asWritten  a form that says more than the value (`IHC 3+`, `5%`), or empty
 * @property {string} notice  what a reader should know about the reading, or empty
 * @property {string} form  where the value says nothing, what the field holds all the same (`2+`), or empty
 */

/** @typedef {{kind: string, positive: string, negative: string, read: (text: string) => Reading | null}} Notation */

/**
 * @param {string | null} value
 * @param {string} [asWritten]
 * @param {string} [notice]
 * @param {string} [form]
 * @returns {Reading}
 */
function reading(value, asWritten = "", notice = "", form = "") {
  return { value, asWritten, notice, form };
}

/** @param {string} template @param {Record<string, string>} words @returns {string} with its words in their places */
function filledIn(template, words) {
  return Object.entries(words).reduce((text, [name, word]) => text.split(`{${name}}`).join(word), template);
}

/**
 * @param {any} said  a notation with its parameters
 * @param {Record<string, string>} patterns
 * @param {(place: number) => string} text  the text of a number
 * @returns {Notation}
 */
function notationOf(said, patterns, text) {
  const { kind, positive, negative } = said;
  if (kind === "percent") return { kind, positive, negative, read: _percent(said, patterns, text) };
  if (kind === "score") return { kind, positive, negative, read: _score(said, text) };
  return { kind, positive, negative, read: _ihcIsh(said, patterns, text) };
}

/** @param {any} said @param {Record<string, string>} patterns @param {(place: number) => string} text */
function _percent(said, patterns, text) {
  const pattern = wholePattern(patterns.percent);
  const lowNotice = text(said.low);
  const least = said.positive_from;
  /** @param {string} written @param {boolean} isLow */
  const positive = (written, isLow) => reading(said.positive, written, isLow ? filledIn(lowNotice, { written }) : "");
  /** @param {number} percent */
  const isLow = (percent) => said.low_to !== null && percent <= said.low_to;

  /** @param {string[]} ends */
  function range(ends) {
    const [low, high] = Number(ends[0]) <= Number(ends[1]) ? ends : [ends[1], ends[0]];
    const written = `${low}-${high}%`;
    if (Number(high) > 100) throw new Refusal(written);
    if (Number(high) < least) return reading(said.negative, written);
    if (Number(low) < least) throw new Refusal(written); // it leaves open which it is
    return positive(written, isLow(Number(high)));
  }

  /** @param {string} written */
  return (written) => {
    const match = pattern.exec(written);
    if (!match) return null;
    const figures = match.map((part) => (part ?? "").replaceAll(",", "."));
    if (match[3]) return range([figures[2], figures[3]]);
    const sign = match[4] ?? "", percent = Number(figures[5]);
    const asWritten = `${sign}${figures[5]}%`;
    const isBeyond = (sign === ">" && percent === 100) || (sign === "<" && percent === 0);
    if (percent > 100 || isBeyond) throw new Refusal(asWritten);
    const above = [">", ">=", "≥"].includes(sign), below = ["<", "<=", "≤"].includes(sign);
    const isNegative = percent < least || (percent === least && sign === "<");
    if ((above && isNegative) || (below && !isNegative)) throw new Refusal(asWritten); // it leaves open which it is
    return isNegative ? reading(said.negative, asWritten) : positive(asWritten, isLow(percent) && !above);
  };
}

/** @param {any} said @param {(place: number) => string} text */
function _score(said, text) {
  const pattern = wholePattern(said.form);
  const notice = text(said.notice);
  /** @param {string} written */
  return (written) => {
    const match = pattern.exec(written);
    if (!match) return null;
    const score = Number(match[3] ?? match[4]);
    const asWritten = `${said.name} ${score}`;
    const isSum = !match[1] || Number(match[1]) + Number(match[2]) === score;
    if (score > said.to || !isSum) throw new Refusal(written);
    if (score < said.positive_from && score > said.negative_to) throw new Refusal(asWritten); // it settles nothing
    const value = score >= said.positive_from ? said.positive : said.negative;
    return reading(value, asWritten, filledIn(notice, { written: asWritten }));
  };
}

/** @param {any} said @param {Record<string, string>} patterns @param {(place: number) => string} text */
function _ihcIsh(said, patterns, text) {
  const scored = wholePattern(patterns.ihc), alone = wholePattern(patterns.ish);
  const ratio = wholePattern(patterns.ratio), no = wholePattern(patterns.ish_no);
  const notices = { equivocal: text(said.equivocal), low: text(said.low), ratio: text(said.ratio) };
  /** @param {string} result */
  const sign = (result) => (no.test(result) ? "-" : "+");

  /** @param {string} score @param {string} ish */
  function readScore(score, ish) {
    const written = `IHC ${score}${ish ? `, ISH${ish}` : ""}`;
    const isLowest = score === "0" || score === "1+", isHighest = score === "3+";
    if ((isLowest && ish === "+") || (isHighest && ish === "-")) throw new Refusal(written);
    if (score === "2+" && !ish) return reading(null, written, notices.equivocal, score);
    if (ish === "+" || isHighest) return reading(said.positive, written);
    return reading(said.negative, written, score === "0" ? "" : filledIn(notices.low, { written }));
  }

  /** @param {string} low @param {string} high @param {string} ish  one meaning for what lies between two scores */
  function readRange(low, high, ish) {
    const [one, other] = [readScore(low, ish), readScore(high, ish)];
    const written = `IHC ${low} to ${high}${ish ? `, ISH${ish}` : ""}`;
    if (low > high || one.value !== other.value || one.value === null) throw new Refusal(written);
    return reading(one.value, "", other.notice.split(other.asWritten).join(written));
  }

  /** @param {string} written  a result of hybridization by itself, or its ratio */
  function readHybridization(written) {
    const match = alone.exec(written);
    if (match) return reading(sign(match[1] ?? match[2]) === "+" ? said.positive : said.negative);
    const found = ratio.exec(written);
    if (!found) return null;
    const value = Number(found[1].replaceAll(",", ".")) >= said.amplified_from ? said.positive : said.negative;
    return reading(value, "", filledIn(notices.ratio, { written: found[1], value }));
  }

  /** @param {string} written */
  return (written) => {
    const match = scored.exec(written);
    if (!match) return readHybridization(written);
    const score = match[1].replaceAll(" ", "").replaceAll("0+", "0");
    const to = (match[2] ?? "").replaceAll(" ", "");
    const ish = match[3] === undefined ? "" : sign(match[3]);
    return to ? readRange(score, to, ish) : readScore(score, ish);
  };
}
