"use strict";
// Earlier treatments: what one names, its outcome and its setting. As Python's `patient.prior` and `patient.description`.

/**
 * What the name of an earlier treatment means.
 * @param {Spellings} spellings
 * @param {TreatmentsSpelling} field
 * @param {string} written
 * @param {string[]} notices  is added to
 * @returns {Named}
 */
function readTherapy(spellings, field, written, notices) {
  _refuseTooLong(spellings, written);
  const names = spellings.treatments;
  const found = names.find(written);
  if (found && found.kind !== "regimen" && !written.includes("+")) return treatedTogether(names.together, [found]);
  const text = wordsOf(written).join(" ");
  const beginning = [_OTHER_TEXT, _UNRELATED_TEXT].find((word) => text.toLowerCase().startsWith(word));
  if (beginning) return _notListed(spellings, field, beginning, text.slice(beginning.length), notices);
  const parts = text.split("+");
  if (!parts.every((part) => trimmed(part))) throw new Refusal(written);
  if (!found) return treatedTogether(names.together, parts.flatMap((part) => _oneTreatment(spellings, part)));
  const named = treatedTogether(names.together, _oneTreatment(spellings, text));
  return found.kind === "regimen" ? { ...named, therapy: found.id, label: `${found.label} (${named.label})` } : named;
}

/** @param {Spellings} spellings @param {string} text @returns {Treatment[]} */
function _oneTreatment(spellings, text) {
  const { find, byId, known } = spellings.treatments;
  const found = find(text);
  if (!found) throw new Refusal(text, _isNegated(spellings, text) || isInitials(text) ? [] : _oneOfEach(slipsOf(text, known), String));
  return found.kind === "regimen" ? found.agents.map((id) => /** @type {Treatment} */ (byId.get(id))) : [found];
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} beginning @param {string} written @param {string[]} notices @returns {Named} */
function _notListed(spellings, field, beginning, written, notices) {
  const rest = _freeText(spellings, written);
  if (!rest || _namesNothing(spellings, rest)) throw new Refusal(`${beginning}${rest}`);
  if (!rest.split("+").every(spellings.treatments.find)) return { therapy: `${beginning}${rest}`, label: rest, classes: [] };
  const named = readTherapy(spellings, field, rest, notices);
  notices.push(filled(spellings.notices.known, { field: field.id, written: `${beginning}${rest}`, read_as: named.label }));
  return named;
}

/** @param {Spellings} spellings @param {Map<string, string>} known @param {unknown} written @returns {string} */
function _readWord(spellings, known, written) {
  if (written === null || written === undefined) return _NOT_KNOWN;
  if (typeof written !== "string" || isLonger(written, spellings.limits.written)) throw new Refusal(shortened(written));
  const text = normalWord(written);
  const found = known.get(text);
  if (found) return found;
  if (spellings.words.unknown.has(text) || isMissingWord(spellings, written)) return _NOT_KNOWN;
  const accepted = new Set([...known.values(), _NOT_KNOWN, ...known.keys()]);
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
 * @returns {WrittenEntry}
 */
function readEntry(spellings, field, written, notices) {
  if (typeof written === "string") return _entryOfText(spellings, field, written, notices);
  if (!_isKeyed(written)) throw new Refusal(shortened(written));
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
  if ((beginning === _OTHER_TEXT || beginning === _UNRELATED_TEXT) && typeof rest === "string") {
    return _entryOfText(spellings, field, `${name}:${rest}`, notices);
  }
  const { therapy } = readTherapy(spellings, field, name, notices);
  if (typeof rest === "string") return { therapy, ..._outcomeAndSetting(spellings, field, rest) };
  return { therapy, outcome: readOutcome(spellings, field, rest), setting: _NOT_KNOWN };
}

/** @param {string} text @param {string} sign @returns {[string, string, string]} what is before it, it, and what is behind */
function _partedAt(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), sign, text.slice(at + sign.length)];
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} written @param {string[]} notices @returns {WrittenEntry} */
function _entryOfText(spellings, field, written, notices) {
  if (written.length > 4 * spellings.limits.written) throw new Refusal(written);
  let [name, colon, rest] = _partedAt(written, ":");
  const beginning = `${trimmed(name).toLowerCase()}:`;
  if (colon && (beginning === _OTHER_TEXT || beginning === _UNRELATED_TEXT)) {
    const [text, , behind] = _partedAt(rest, ":");
    name = `${beginning}${text}`;
    rest = behind;
  }
  const { therapy } = readTherapy(spellings, field, name, notices);
  return { therapy, ...(colon ? _outcomeAndSetting(spellings, field, rest) : { outcome: _NOT_KNOWN, setting: _NOT_KNOWN }) };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {string} written  what stands after a treatment's name */
function _outcomeAndSetting(spellings, field, written) {
  const [outcome, , setting] = _partedAt(written, ":").map(trimmed);
  if (setting.includes(":")) throw new Refusal(written);
  return {
    outcome: readOutcome(spellings, field, outcome || _NOT_KNOWN),
    setting: readSetting(spellings, field, setting || _NOT_KNOWN),
  };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written @param {string[]} notices */
function _readAllTreatments(spellings, field, written, notices) {
  return _isKeyed(written)
    ? _readSomeTreatments(spellings, field, written, notices)
    : _listed(spellings, written).map((item) => readEntry(spellings, field, item, notices));
}

/**
 * What is told of one treatment: outcomes (or just `no`), the setting, and outcomes that are denied.
 * @typedef {{outcomes: string[], setting: string, denied: string[]}} TreatmentTold
 */

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {Record<string, unknown>} written @param {string[]} notices */
function _readSomeTreatments(spellings, field, written, notices) {
  const entries = Object.entries(written);
  if (Object.hasOwn(written, _KEYS[0]) || entries.length > spellings.limits.names) throw new Refusal(shortened(written));
  /** @type {Map<string, {stated: Set<string>, setting: string, denied: Set<string>}>} */
  const found = new Map();
  /** @type {Map<string, string>} */
  const settings = new Map();
  for (const [key, value] of entries) {
    _refuseTooLong(spellings, key);
    const inSetting = field.settings.get(normalWord(key));
    if (inSetting !== undefined && !spellings.treatments.find(key)) {
      if (!field.settingFacts.has(inSetting)) throw new Refusal(key);
      const answer = readYesNo(spellings, value);
      if (answer !== null && (settings.get(inSetting) ?? answer) !== answer) throw new Refusal(key);
      if (answer !== null) settings.set(inSetting, answer);
      continue;
    }
    const { therapy } = readTherapy(spellings, field, key, notices);
    const { outcomes, setting, denied } = _toldOfTreatment(spellings, field, value);
    const before = found.get(therapy) ?? { stated: new Set(), setting, denied: new Set() };
    const isContradicted = before.stated.size && outcomes.length && before.stated.has(_NO) !== outcomes.includes(_NO);
    if (isContradicted || before.setting !== setting) throw new Refusal(key);
    for (const outcome of outcomes) before.stated.add(outcome);
    for (const outcome of denied) before.denied.add(outcome);
    if ([...before.denied].some((outcome) => outcome !== _NO && before.stated.has(outcome))) throw new Refusal(key);
    found.set(therapy, before);
  }
  const told = [...found].filter(([, { stated, denied }]) => stated.size || denied.size);
  /** @type {[string, any][]} */
  const said = told.map(([therapy, { stated, setting, denied }]) => [therapy, _heldAs([...stated], setting, [...denied])]);
  return Object.fromEntries([...said, ...settings]);
}

/** @param {string[]} outcomes @param {string} setting @param {string[]} [denied]  as a description holds them under the name of a treatment */
function _heldAs(outcomes, setting, denied = []) {
  const outcome = outcomes.length > 1 ? outcomes : outcomes.join("");
  const no = outcomes.includes(_NO) ? [] : denied.map((one) => [one, _NO]);
  if (setting === _NOT_KNOWN && !no.length) return outcome;
  const told = outcomes.length ? [[_KEYS[1], outcome]] : [];
  return Object.fromEntries([...told, ...(setting === _NOT_KNOWN ? [] : [[_KEYS[2], setting]]), ...no]);
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written @returns {TreatmentTold} */
function _toldOfTreatment(spellings, field, written) {
  if (!_isKeyed(written)) return { outcomes: _outcomes(spellings, field, written), setting: _NOT_KNOWN, denied: [] };
  /** @type {Map<string, string>} */
  const answers = new Map();
  for (const [key, value] of Object.entries(written)) {
    if (key === _KEYS[1] || key === _KEYS[2]) continue;
    _refuseTooLong(spellings, key);
    const outcome = field.outcomes.get(normalWord(key)) ?? (field.always && normalWord(key) === field.always ? field.always : "");
    const answer = readYesNo(spellings, value) ?? _NOT_KNOWN;
    if (!outcome || (answers.get(outcome) ?? answer) !== answer) throw new Refusal(key);
    answers.set(outcome, answer);
  }
  const setting = readSetting(spellings, field, written.setting);
  const isYes = [...answers.values()].includes("yes");
  const isGiven = Object.hasOwn(written, _KEYS[1]) || setting !== _NOT_KNOWN || !answers.size || isYes;
  let outcomes = isGiven ? _outcomes(spellings, field, written.outcome) : [];
  const affirmed = [...answers].filter(([outcome, answer]) => answer === "yes" && outcome !== field.always).map(([outcome]) => outcome);
  if (affirmed.length) outcomes = [...new Set([...outcomes.filter((outcome) => outcome !== _NOT_KNOWN), ...affirmed])];
  const isNever = field.always !== "" && answers.get(field.always) === _NO;
  const isDenied = outcomes.includes(_NO) && (setting !== _NOT_KNOWN || outcomes.length > 1 || isYes);
  if ((isNever && outcomes.length) || isDenied) throw new Refusal(shortened(written));
  if (isNever) return { outcomes: [_NO], setting: _NOT_KNOWN, denied: [] };
  const denied = [...answers].filter(([, answer]) => answer === _NO).map(([outcome]) => outcome);
  return { outcomes, setting, denied };
}

/** @param {Spellings} spellings @param {TreatmentsSpelling} field @param {unknown} written @returns {string[]} outcomes, or just `no` */
function _outcomes(spellings, field, written) {
  const isShort = typeof written === "string" && !isLonger(written, spellings.limits.written);
  if (written === false || (isShort && spellings.words.never.has(trimmed(written).toLowerCase()))) return [_NO];
  if (!Array.isArray(written)) return [readOutcome(spellings, field, written)];
  if (!written.length || written.length > spellings.limits.names) throw new Refusal(shortened(written));
  return [...new Set(written.map((item) => readOutcome(spellings, field, item)))];
}
