"use strict";
// Values in numbers and signs: percentages, scores with a name, scores of immunohistochemistry with hybridization. As
// Python's `vocabulary.notations`, whose patterns the page carries.

/**
 * What a written value means.
 * @typedef {object} WordReading
 * @property {string | null} value  the fact's value; null where the value says nothing
 * @property {string} asWritten  a form that says more than the value (`IHC 3+`, `5%`), or empty
 * @property {string} notice  what a reader should know about the reading, or empty
 * @property {string} form  where the value says nothing, what the field holds all the same (`2+`), or empty
 */

/** @typedef {(text: string) => WordReading | null} Notation  what a value in a notation means; null where it is in none */

/**
 * @param {string | null} value
 * @param {string} [asWritten]
 * @param {string} [notice]
 * @param {string} [form]
 * @returns {WordReading}
 */
function wordReading(value, asWritten = "", notice = "", form = "") {
  return { value, asWritten, notice, form };
}

/**
 * @param {NotationForm} said  a notation with its parameters, as a description's written forms are read by
 * @param {any} more  what it is read by beyond them
 * @param {Record<string, string>} patterns
 * @param {(said: Said) => string} text  in the words of the page's register
 * @returns {Notation}
 */
function notationOf(said, more, patterns, text) {
  if (said.kind === "percent") return _percent(said, patterns, text);
  return said.kind === "score" ? _score(said, more, text) : _ihcIsh(said, more, patterns, text);
}

/** @param {PercentForm} said @param {Record<string, string>} patterns @param {(said: Said) => string} text @returns {Notation} */
function _percent(said, patterns, text) {
  const pattern = wholePattern(patterns.percent);
  const lowNotice = text(said.notice);
  const least = said.positive_from;
  /** @param {string} written @param {boolean} isLow */
  const positive = (written, isLow) => wordReading(said.positive, written, isLow ? filled(lowNotice, { written }) : "");
  /** @param {number} percent */
  const isLow = (percent) => said.low_to !== null && percent <= said.low_to;

  /** @param {string[]} ends */
  function range(ends) {
    const [low, high] = Number(ends[0]) <= Number(ends[1]) ? ends : [ends[1], ends[0]];
    const written = `${low}-${high}%`;
    if (Number(high) > 100) throw new Refusal(written);
    if (Number(high) < least) return wordReading(said.negative, written);
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
    return isNegative ? wordReading(said.negative, asWritten) : positive(asWritten, isLow(percent) && !above);
  };
}

/** @param {ScoreForm} said @param {any} more @param {(said: Said) => string} text @returns {Notation} */
function _score(said, more, text) {
  const pattern = wholePattern(more.form);
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
    return wordReading(value, asWritten, filled(notice, { written: asWritten }));
  };
}

/** @param {ListedForms} said @param {any} more @param {Record<string, string>} patterns @param {(said: Said) => string} text @returns {Notation} */
function _ihcIsh(said, more, patterns, text) {
  const scored = wholePattern(patterns.ihc), alone = wholePattern(patterns.ish);
  const ratio = wholePattern(patterns.ratio), no = wholePattern(patterns.ish_no);
  /** @param {string} result */
  const sign = (result) => (no.test(result) ? "-" : "+");

  /** @param {string} score @param {string} ish  what a score means, with hybridization or without */
  function readScore(score, ish) {
    const written = `IHC ${score}${ish ? `, ISH${ish}` : ""}`;
    if (!_has(said.forms, written)) throw new Refusal(written); // the two contradict each other
    const [value, notice] = said.forms[written];
    return wordReading(value, written, filled(text(notice), { written }), value === null ? score : "");
  }

  /** @param {string} low @param {string} high @param {string} ish  one meaning for what lies between two scores */
  function readRange(low, high, ish) {
    const [one, other] = [readScore(low, ish), readScore(high, ish)];
    const written = `IHC ${low} to ${high}${ish ? `, ISH${ish}` : ""}`;
    if (low > high || one.value !== other.value || one.value === null) throw new Refusal(written);
    return wordReading(one.value, "", other.notice.split(other.asWritten).join(written));
  }

  /** @param {string} written  a result of hybridization by itself, or its ratio */
  function readHybridization(written) {
    const match = alone.exec(written);
    if (match) return wordReading(sign(match[1] ?? match[2]) === "+" ? more.positive : more.negative);
    const found = ratio.exec(written);
    if (!found) return null;
    const value = Number(found[1].replaceAll(",", ".")) >= more.positive_from ? more.positive : more.negative;
    return wordReading(value, "", filled(text(more.ratio), { written: found[1], value }));
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
