"use strict";
// What a person writes in a field of a patient, as a description has it. The same answer as the readers in Python
// (`patient.aliases`, `patient.prior`, `patient.description`), or a refusal.

/**
 * @typedef {object} ChoiceSpelling
 * @property {"choice"} kind
 * @property {string} id
 * @property {string} label
 * @property {Map<string, Reading>} readings  by the word, what it means
 * @property {string[]} prefixes
 * @property {Notation[]} notations
 * @property {string[]} known  words to offer where one is a slip of them
 * @property {boolean} isYesNo
 * @property {boolean} withdraws  whether it says something that it is unknown
 */

/**
 * @typedef {object} NamesSpelling
 * @property {"names"} kind
 * @property {string} id
 * @property {string} label
 * @property {Map<string, string>} names  by the word, the name that it means
 * @property {Map<string, string>} notices  by the word, what a reader should know where it is used
 * @property {Set<string>} beside  words that say nothing beside a name
 * @property {string[]} known
 * @property {boolean} takesOther  whether it takes `other:<text>`
 */

/**
 * @typedef {object} TreatmentsSpelling
 * @property {"treatments"} kind
 * @property {string} id
 * @property {string} label
 * @property {Map<string, string>} outcomes  by the word, the outcome that it means
 * @property {Map<string, string>} settings
 */

/** @typedef {{kind: "text", id: string, label: string}} TextSpelling */
/** @typedef {ChoiceSpelling | NamesSpelling | TreatmentsSpelling | TextSpelling} FieldSpelling */

/**
 * @typedef {object} Spellings
 * @property {Map<string, FieldSpelling>} fields  by id, in order
 * @property {Map<string, string>} called  by the word, the field that it names
 * @property {Map<string, string>} notAsked  by the word, the notice of what no document asks for
 * @property {TreatmentNames} treatments
 * @property {Record<string, Set<string>>} words
 * @property {{parts: RegExp, between: RegExp, comma: RegExp, remark: RegExp}} patterns
 * @property {{missing: string, empty: string, known: string}} notices
 * @property {{text: number, written: number, names: number}} limits
 */

/**
 * What a field says, as a description holds it (null where it says nothing), with what a reader should know of it; for
 * a choice with the value of its fact, which `said` may be more than (`IHC 3+`). Or the part that cannot be read.
 * @typedef {{said: any, value?: string | null, notices: string[]}} FieldRead
 * @typedef {{refused: string, near: string[]}} FieldRefused
 */

/** @typedef {{therapy: string, outcome: string, setting: string}} TreatmentEntry */

const _KEYS = ["therapy", "outcome", "setting"], _UNKNOWN = "unknown", _NOT_GIVEN = "no";

/**
 * @param {any} data  the page's `#spellings`
 * @param {string} [register]  in which notices and labels speak; the first where it is not said
 * @returns {Spellings}
 */
function readSpellings(data, register) {
  const place = Math.max(0, data.registers.indexOf(register));
  /** @param {number} number */
  const text = (number) => (Array.isArray(data.texts[number]) ? data.texts[number][place] : data.texts[number]);
  const { parts, between, comma, remark } = data.patterns;
  const patterns = {
    parts: patternOf(parts, "i"),
    between: patternOf(between, "g"),
    comma: patternOf(comma),
    remark: wholePattern(remark),
  };
  /** @type {Map<string, FieldSpelling>} */
  const fields = new Map();
  const called = new Map();
  for (const said of data.fields) {
    fields.set(said.id, _fieldOf(said, data.patterns, text));
    for (const name of said.kind === "text" ? [said.id] : [said.id, ...said.also]) called.set(foldedName(name), said.id);
  }
  const notAsked = new Map();
  for (const [notice, ...names] of data.not_asked) for (const name of names) notAsked.set(foldedName(name), text(notice));
  const words = Object.fromEntries(Object.entries(data.words).map(([name, some]) => [name, new Set(some)]));
  const treatments = readTreatmentNames(data.treatments, data.patterns);
  return { fields, called, notAsked, treatments, words, patterns, notices: data.notices, limits: data.limits };
}

/** @param {any} said @param {Record<string, string>} patterns @param {(n: number) => string} text @returns {FieldSpelling} */
function _fieldOf(said, patterns, text) {
  const { id, kind } = said;
  if (kind === "text") return { id, kind, label: id };
  const label = text(said.label);
  const shown = label.slice(0, 1).toUpperCase() + label.slice(1);
  if (kind === "choice") return _choiceOf(said, shown, patterns, text);
  if (kind === "names") return _namesOf(said, shown, text);
  /** @param {[string, string[]][]} entries */
  const forms = (entries) => new Map(entries.flatMap(([one, also]) => [one, ...also].map((form) => [normalWord(form), one])));
  return { id, kind, label: shown, outcomes: forms(said.outcomes), settings: forms(said.settings) };
}

/** @param {any} said @param {string} label @param {Record<string, string>} patterns @param {(n: number) => string} text @returns {ChoiceSpelling} */
function _choiceOf(said, label, patterns, text) {
  /** @type {Map<string, Reading>} */
  const readings = new Map();
  /** @type {string[]} */
  const forms = [];
  /** @param {string[]} written @param {(form: string) => Reading} means */
  const add = (written, means) => {
    for (const form of written) if (!readings.has(normalWord(form))) readings.set(normalWord(form), means(form));
  };
  for (const [value, also, noted = []] of said.values) {
    add([value, value.replaceAll("_", " "), ...also], () => reading(value));
    forms.push(...also);
    for (const [notice, others] of noted) {
      add(others, (form) => reading(value, "", filledIn(text(notice), { written: form })));
      forms.push(...others);
    }
  }
  for (const [word, also, notice] of said.open_values) {
    add([word, word.replaceAll("_", " "), ...also], () => reading(null, word, text(notice)));
    forms.push(...also);
  }
  const ids = [...said.values, ...said.open_values].map(([id]) => id);
  return {
    kind: "choice",
    id: said.id,
    label,
    readings,
    prefixes: said.prefixes,
    notations: said.notations.map((/** @type {any} */ one) => notationOf(one, patterns, text)),
    known: said.notations.length ? ids : [...ids, ...forms.filter((form) => form.length > 1)],
    isYesNo: said.is_yes_no,
    withdraws: said.withdraws,
  };
}

/** @param {any} said @param {string} label @param {(n: number) => string} text @returns {NamesSpelling} */
function _namesOf(said, label, text) {
  const names = new Map(), notices = new Map();
  const other = said.free ? [[...said.free]] : [];
  /** @param {string} name @param {string} form  what a word means: a name, or a text of its own that is known */
  const meant = (name, form) => (said.free && name === said.free[0] ? `${_OTHER}${form}` : name);
  for (const [name] of said.names) names.set(foldedName(name), name);
  const listed = [...names.values()];
  const entries = [...said.names, ...other];
  for (const [name, also] of entries) for (const form of also) names.set(foldedName(form), meant(name, form));
  for (const [name, , noted = []] of entries) {
    for (const [notice, forms] of noted) {
      for (const form of forms) {
        names.set(foldedName(form), meant(name, form));
        notices.set(foldedName(form), filledIn(text(notice), { written: form }));
      }
    }
  }
  const beside = new Set(said.beside.map(foldedName));
  const known = [...new Set([...listed, ...names.keys()])];
  return { kind: "names", id: said.id, label, names, notices, beside, known, takesOther: Boolean(said.free) };
}

// Reading what stands in a field

/**
 * What a value written in a field means.
 * @param {Spellings} spellings
 * @param {string} id  of the field
 * @param {unknown} written  as a file holds it: text, number, truth value, list, mapping or null
 * @returns {FieldRead | FieldRefused}
 */
function readField(spellings, id, written) {
  const field = spellings.fields.get(id);
  if (!field) throw new Error(`no field ${id}`);
  /** @type {string[]} */
  const notices = [];
  try {
    if (written === null || written === undefined) return { said: null, notices };
    if (field.kind === "choice") {
      const read = readChoice(spellings, field, written);
      return { said: _saidOf(field, read), value: read.value, notices: read.notice ? [read.notice] : [] };
    }
    if (field.kind === "text") {
      if (typeof written !== "string") throw new Refusal(shortened(written));
      return { said: _freeText(spellings, written) || null, notices };
    }
    if (_saysNothing(spellings, field, written, notices)) return { said: null, notices };
    const said = field.kind === "names" ? _readNames(spellings, field, written, notices) : _readTreatments(spellings, field, written, notices);
    return { said, notices: field.kind === "names" ? notices : [...new Set(notices)] };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { refused: refusal.message, near: refusal.near };
    throw refusal;
  }
}

/** @param {ChoiceSpelling} field @param {Reading} read  as a description holds it */
function _saidOf(field, read) {
  if (read.asWritten && read.asWritten !== read.value) return read.asWritten;
  return read.value ?? (field.withdraws ? _UNKNOWN : read.form || read.asWritten || null);
}

/** @param {Spellings} spellings @param {string} written */
function _refuseTooLong(spellings, written) {
  if (isLonger(written, spellings.limits.written)) throw new Refusal(written);
}

/** @param {Spellings} spellings @param {string} written */
function _freeText(spellings, written) {
  if (written.length > 20 * spellings.limits.text) throw new Refusal(written);
  const text = plainText(written);
  if (isLonger(text, spellings.limits.text)) throw new Refusal(written);
  return text;
}

/** @param {Spellings} spellings @param {string} written @returns {boolean} whether it marks a value that is not there */
function isMissingWord(spellings, written) {
  const { missing, unknown } = spellings.words;
  const text = normalWord(written);
  const bare = trimmed(text.replace(/^[[\](){}<>]+|[[\](){}<>]+$/gu, ""));
  return missing.has(text) || (bare !== "" && missing.has(bare)) || (bare !== text && unknown.has(bare));
}

/** @param {Spellings} spellings @param {string} label @param {string} written */
function _missingNotice(spellings, label, written) {
  const text = plainText(written);
  return filledIn(text ? spellings.notices.missing : spellings.notices.empty, { field: label, written: text });
}

/**
 * What a value of a choice means.
 * @param {Spellings} spellings
 * @param {ChoiceSpelling} field
 * @param {unknown} written
 * @returns {Reading}
 */
function readChoice(spellings, field, written) {
  if (typeof written === "boolean" && field.isYesNo) return reading(written ? "yes" : _NOT_GIVEN);
  if (typeof written === "number") {
    const found = Number.isSafeInteger(written) ? _readForm(field, String(written)) : null;
    if (found) return found;
  }
  if (typeof written !== "string") throw new Refusal(shortened(written));
  _refuseTooLong(spellings, written);
  if (hasOtherDigits(written)) throw new Refusal(written);
  const { unknown } = spellings.words;
  const text = normalWord(written);
  if (unknown.has(text) || unknown.has(_withoutPrefix(field, text))) return reading(null);
  const spaced = text.replaceAll("_", " ");
  const found = _readForm(field, text) ?? _readForm(field, spaced) ?? _readBoth(spellings, field, spaced);
  if (found) return found;
  if (isMissingWord(spellings, written) || isMissingWord(spellings, _withoutPrefix(field, text))) {
    return reading(null, "", _missingNotice(spellings, field.label, written));
  }
  throw new Refusal(written, _nearOfChoice(field, text));
}

/** @param {ChoiceSpelling} field @param {string} text */
function _nearOfChoice(field, text) {
  return _oneOfEach(slipsOf(text, [...field.known, _UNKNOWN]), (word) => field.readings.get(normalWord(word)) ?? word);
}

/** @param {string[]} words @param {(word: string) => unknown} means @returns {string[]} those that mean something else than any before */
function _oneOfEach(words, means) {
  const found = new Map();
  for (const word of words) if (!found.has(means(word))) found.set(means(word), word);
  return [...found.values()];
}

/** @param {ChoiceSpelling} field @param {string} text @returns {Reading | null} what one form of a value means */
function _readForm(field, text) {
  const bare = _withoutPrefix(field, text);
  const found = field.readings.get(text) ?? field.readings.get(bare);
  if (found) return found;
  for (const notation of field.notations) {
    const read = notation.read(bare);
    if (read) return read;
  }
  return null;
}

/**
 * What a value means that is written in two forms (`positive (90%)`), or with how strong it is stained.
 * @param {Spellings} spellings @param {ChoiceSpelling} field @param {string} text @returns {Reading | null}
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
    /** @param {Reading} a @returns {number} */
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

/** @param {Spellings} spellings @param {NamesSpelling | TreatmentsSpelling} field @param {unknown} written @param {string[]} notices */
function _saysNothing(spellings, field, written, notices) {
  const only = Array.isArray(written) && written.length === 1 ? written[0] : written;
  if (only === null || only === undefined) return true;
  if (typeof only !== "string" || isLonger(only, spellings.limits.written)) return false;
  if (spellings.words.unknown.has(normalWord(only))) return true;
  if (!isMissingWord(spellings, only)) return false;
  notices.push(_missingNotice(spellings, field.label, only));
  return true;
}

/** @param {Spellings} spellings @param {unknown} written @returns {unknown[]} the elements of a complete list */
function _listed(spellings, written) {
  const only = Array.isArray(written) && written.length === 1 && typeof written[0] === "string" ? written[0] : written;
  if (typeof only === "string") {
    return !isLonger(only, spellings.limits.written) && spellings.words.none.has(normalWord(only)) ? [] : [only];
  }
  if (!Array.isArray(only) || only.length > spellings.limits.names) throw new Refusal(shortened(written));
  return only;
}

/** @param {unknown} written @returns {written is Record<string, unknown>} */
function _isMapping(written) {
  return typeof written === "object" && written !== null && !Array.isArray(written);
}

/** @param {Spellings} spellings @param {NamesSpelling} field @param {unknown} written @param {string[]} notices */
function _readNames(spellings, field, written, notices) {
  if (!_isMapping(written)) {
    return [...new Set(_listed(spellings, written).flatMap((item) => readNames(spellings, field, item, notices)))];
  }
  const entries = Object.entries(written);
  if (entries.length > spellings.limits.names) throw new Refusal(shortened(Object.keys(written).length));
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [key, value] of entries) {
    for (const name of readNames(spellings, field, key, notices)) {
      const answer = readYesNo(spellings, value);
      if (answer === null || (name.startsWith(_OTHER) && answer === _NOT_GIVEN)) continue;
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
  const entries = _isMapping(written) ? Object.entries(written) : [];
  const isOther = entries.length === 1 && entries[0][0].toLowerCase() === _OTHER.slice(0, -1);
  const word = isOther && typeof entries[0][1] === "string" ? `${_OTHER}${entries[0][1]}` : written;
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
  if (!field.takesOther || !text.toLowerCase().startsWith(_OTHER)) return null;
  const rest = _freeText(spellings, text.slice(_OTHER.length));
  if (!rest || _namesNothing(spellings, rest)) throw new Refusal(written);
  const known = _readOneName(spellings, field, rest);
  if (!known) return { name: `${_OTHER}${rest}`, notices: [] };
  if (known.name.startsWith(_OTHER)) return known;
  const notice = filledIn(spellings.notices.known, { field: field.id, written: `${_OTHER}${rest}`, read_as: known.name });
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

/**
 * What the name of an earlier treatment means.
 * @param {Spellings} spellings
 * @param {TreatmentsSpelling} field
 * @param {string} written
 * @param {string[]} notices  is added to
 * @returns {NamedTreatment}
 */
function readTherapy(spellings, field, written, notices) {
  _refuseTooLong(spellings, written);
  const names = spellings.treatments;
  const found = names.find(written);
  if (found && found.kind !== "regimen" && !written.includes("+")) return treatedTogether(names, [found]);
  const text = wordsOf(written).join(" ");
  const beginning = [_OTHER, _UNRELATED].find((word) => text.toLowerCase().startsWith(word));
  if (beginning) return _notListed(spellings, field, beginning, text.slice(beginning.length), notices);
  const parts = text.split("+");
  if (!parts.every((part) => trimmed(part))) throw new Refusal(written);
  if (!found) return treatedTogether(names, parts.flatMap((part) => _oneTreatment(spellings, part)));
  const named = treatedTogether(names, _oneTreatment(spellings, text));
  return found.kind === "regimen" ? { ...named, therapy: found.id, label: `${found.label} (${named.label})` } : named;
}

/** @param {Spellings} spellings @param {string} text @returns {Treatment[]} */
function _oneTreatment(spellings, text) {
  const { find, byId, known } = spellings.treatments;
  const found = find(text);
  if (!found) throw new Refusal(text, _isNegated(spellings, text) || isInitials(text) ? [] : _oneOfEach(slipsOf(text, known), String));
  return found.kind === "regimen" ? found.agents.map((id) => /** @type {Treatment} */ (byId.get(id))) : [found];
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} beginning @param {string} written @param {string[]} notices @returns {NamedTreatment} */
function _notListed(spellings, field, beginning, written, notices) {
  const rest = _freeText(spellings, written);
  if (!rest || _namesNothing(spellings, rest)) throw new Refusal(`${beginning}${rest}`);
  if (!rest.split("+").every(spellings.treatments.find)) return { therapy: `${beginning}${rest}`, label: rest, classes: [] };
  const named = readTherapy(spellings, field, rest, notices);
  notices.push(filledIn(spellings.notices.known, { field: field.id, written: `${beginning}${rest}`, read_as: named.label }));
  return named;
}

/** @param {Spellings} spellings @param {Map<string, string>} known @param {unknown} written @returns {string} */
function _readWord(spellings, known, written) {
  if (written === null || written === undefined) return _UNKNOWN;
  if (typeof written !== "string" || isLonger(written, spellings.limits.written)) throw new Refusal(shortened(written));
  const text = normalWord(written);
  const found = known.get(text);
  if (found) return found;
  if (spellings.words.unknown.has(text) || isMissingWord(spellings, written)) return _UNKNOWN;
  const accepted = new Set([...known.values(), _UNKNOWN, ...known.keys()]);
  throw new Refusal(written, _oneOfEach(slipsOf(written, accepted), String));
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written  the outcome of a treatment */
function readOutcome(spellings, field, written) {
  return _readWord(spellings, field.outcomes, written);
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written  the setting of a treatment */
function readSetting(spellings, field, written) {
  return _readWord(spellings, field.settings, written);
}

/**
 * What one element of a list of earlier treatments means.
 * @param {Spellings} spellings
 * @param {TreatmentsSpelling} field
 * @param {unknown} written  `"letrozole: progressed"`, `{letrozole: progressed}` or `{therapy, outcome, setting}`
 * @param {string[]} notices  is added to
 * @returns {TreatmentEntry}
 */
function readEntry(spellings, field, written, notices) {
  if (typeof written === "string") return _entryOfText(spellings, field, written, notices);
  if (!_isMapping(written)) throw new Refusal(shortened(written));
  if (Object.hasOwn(written, _KEYS[0])) {
    for (const key of Object.keys(written)) if (!_KEYS.includes(key)) throw new Refusal(key);
    const { therapy, outcome, setting } = /** @type {any} */ (written);
    if (typeof therapy !== "string") throw new Refusal(shortened(therapy ?? null));
    const named = readTherapy(spellings, field, therapy, notices);
    return { therapy: named.therapy, outcome: readOutcome(spellings, field, outcome), setting: readSetting(spellings, field, setting) };
  }
  const entries = Object.entries(written);
  if (entries.length !== 1) throw new Refusal(shortened(written));
  const [[name, rest]] = entries;
  const beginning = `${trimmed(name).toLowerCase()}:`;
  if ((beginning === _OTHER || beginning === _UNRELATED) && typeof rest === "string") {
    return _entryOfText(spellings, field, `${name}:${rest}`, notices);
  }
  const { therapy } = readTherapy(spellings, field, name, notices);
  if (typeof rest === "string") return { therapy, ..._outcomeAndSetting(spellings, field, rest) };
  return { therapy, outcome: readOutcome(spellings, field, rest), setting: _UNKNOWN };
}

/** @param {string} text @param {string} sign @returns {[string, string, string]} what is before it, it, and what is behind */
function _divided(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), sign, text.slice(at + sign.length)];
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} written @param {string[]} notices @returns {TreatmentEntry} */
function _entryOfText(spellings, field, written, notices) {
  if (written.length > 4 * spellings.limits.written) throw new Refusal(written);
  let [name, colon, rest] = _divided(written, ":");
  const beginning = `${trimmed(name).toLowerCase()}:`;
  if (colon && (beginning === _OTHER || beginning === _UNRELATED)) {
    const [text, , behind] = _divided(rest, ":");
    name = `${beginning}${text}`;
    rest = behind;
  }
  const { therapy } = readTherapy(spellings, field, name, notices);
  return { therapy, ...(colon ? _outcomeAndSetting(spellings, field, rest) : { outcome: _UNKNOWN, setting: _UNKNOWN }) };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} written  what stands after a treatment's name */
function _outcomeAndSetting(spellings, field, written) {
  const [outcome, , setting] = _divided(written, ":").map(trimmed);
  if (setting.includes(":")) throw new Refusal(written);
  return {
    outcome: readOutcome(spellings, field, outcome || _UNKNOWN),
    setting: readSetting(spellings, field, setting || _UNKNOWN),
  };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written @param {string[]} notices */
function _readTreatments(spellings, field, written, notices) {
  if (!_isMapping(written)) {
    return _listed(spellings, written).map((item) => readEntry(spellings, field, item, notices));
  }
  const entries = Object.entries(written);
  if (Object.hasOwn(written, _KEYS[0]) || entries.length > spellings.limits.names) throw new Refusal(shortened(written));
  /** @type {Map<string, {outcomes: Set<string>, setting: string}>} */
  const found = new Map();
  for (const [key, value] of entries) {
    const { therapy } = readTherapy(spellings, field, key, notices);
    const { outcomes, setting } = _outcomesInSetting(spellings, field, value);
    const said = found.get(therapy) ?? { outcomes: new Set(), setting };
    const isContradicted = said.outcomes.size > 0 && said.outcomes.has(_NOT_GIVEN) !== outcomes.includes(_NOT_GIVEN);
    if (isContradicted || said.setting !== setting) throw new Refusal(key);
    for (const outcome of outcomes) said.outcomes.add(outcome);
    found.set(therapy, said);
  }
  return Object.fromEntries([...found].map(([therapy, { outcomes, setting }]) => [therapy, _told([...outcomes], setting)]));
}

/** @param {string[]} outcomes @param {string} setting  as a description holds them under the name of a treatment */
function _told(outcomes, setting) {
  const outcome = outcomes.length === 1 ? outcomes[0] : outcomes;
  return setting === _UNKNOWN ? outcome : { outcome, setting };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written @returns {{outcomes: string[], setting: string}} */
function _outcomesInSetting(spellings, field, written) {
  if (!_isMapping(written)) return { outcomes: _outcomes(spellings, field, written), setting: _UNKNOWN };
  for (const key of Object.keys(written)) if (!_KEYS.slice(1).includes(key)) throw new Refusal(key);
  const outcomes = _outcomes(spellings, field, written.outcome), setting = readSetting(spellings, field, written.setting);
  if (outcomes.includes(_NOT_GIVEN) && setting !== _UNKNOWN) throw new Refusal(setting);
  return { outcomes, setting };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written @returns {string[]} outcomes, or just `no` */
function _outcomes(spellings, field, written) {
  const isShort = typeof written === "string" && !isLonger(written, spellings.limits.written);
  if (written === false || (isShort && spellings.words.never.has(trimmed(written).toLowerCase()))) return [_NOT_GIVEN];
  if (!Array.isArray(written)) return [readOutcome(spellings, field, written)];
  if (!written.length || written.length > spellings.limits.names) throw new Refusal(shortened(written));
  return [...new Set(written.map((item) => readOutcome(spellings, field, item)))];
}
