"use strict";
// One answer changes a description, and the rest of it stays as it was: which statement says the fact, what withdraws it,
// and why an answer cannot be. A list, which is complete, becomes a mapping where something in it is no longer known.

/**
 * A description with one fact set, and everything else as it was.
 * @param {Vocabulary} vocabulary
 * @param {Description} description stays as it is
 * @param {string} fact
 * @param {string | null} value null: not known
 * @returns {Description}
 */
function answer(vocabulary, description, fact, value) {
  const place = vocabulary.places.get(fact);
  if (!place) throw new RangeError(`no fact ${JSON.stringify(fact)}`);
  if (place.kind === "choice") return _answerChoice(vocabulary, description, place.field, value);
  if (place.kind === "name") return _answerName(vocabulary, description, place.field, place.name, value);
  if (place.kind === "outcome") return _answerOutcome(vocabulary, description, place, value);
  if (place.kind === "setting") return _answerSetting(vocabulary, description, place, value);
  return _answerDerived(vocabulary, description, place.fact, value);
}

/**
 * Why a fact cannot have a value beside the rest of a description; null where it can.
 * @param {Vocabulary} vocabulary @param {Description} description @param {string} fact @param {string} value
 * @returns {Problem | null}
 */
function canBe(vocabulary, description, fact, value) {
  const changed = answer(vocabulary, description, fact, value);
  const { knowledge, problem } = describe(vocabulary, changed);
  if (problem) return problem;
  if ((knowledge[fact] ?? [value]).includes(value)) return null;
  return { text: vocabulary.say("cannot_be", { fact, value }), fields: [fact.split(".")[0]] };
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {string} field @param {unknown} said nothing where undefined @returns {Description} */
function withField(vocabulary, description, field, said) {
  const changed = { ...description, [field]: said };
  const entries = [...vocabulary.fields.keys()].map((id) => [id, _has(changed, id) ? changed[id] : undefined]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {ChoiceData} field @param {string | null} value */
function _answerChoice(vocabulary, description, field, value) {
  return withField(vocabulary, description, field.id, value ?? undefined);
}

/**
 * A fact that others settle is said by the field that settles it; where that only withdraws or restores what is assumed,
 * it says no more than that.
 * @param {Vocabulary} vocabulary @param {Description} description @param {string} fact @param {string | null} value
 * @returns {Description}
 */
function _answerDerived(vocabulary, description, fact, value) {
  const assumption = vocabulary.data.assumptions.find((one) => one.fact === fact);
  const by = [...vocabulary.fields.values()].find((field) => field.kind === "choice" && field.settles === fact);
  const unless = assumption?.unless_said ?? null;
  if (value === null) {
    const silent = by ? withField(vocabulary, description, by.id, undefined) : description;
    return unless ? withField(vocabulary, silent, unless, _NOT_KNOWN) : silent;
  }
  if (assumption?.value === value && unless) {
    const assumed = withField(vocabulary, description, unless, undefined);
    if (describe(vocabulary, assumed).knowledge[fact]?.join() === value) return assumed;
  }
  if (by) return withField(vocabulary, description, by.id, value);
  if (value !== _NO) return description;
  const field = vocabulary.fields.get(vocabulary.data.derived[fact]);
  if (field?.kind !== "names") return description;
  let changed = description;
  for (const name of field.names) {
    if (_derives(vocabulary, fact, `${field.id}.${name}`)) changed = _answerName(vocabulary, changed, field, name, _NO);
  }
  return changed;
}

/** Whether a name makes a derived fact so. @param {Vocabulary} vocabulary @param {string} fact @param {string} name */
function _derives(vocabulary, fact, name) {
  const { space, theory } = vocabulary;
  return !theory.isPossible(space.cube({ [name]: [_YES], [fact]: [_NO] }));
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {NamesData} field @param {string} name @param {string | null} value */
function _answerName(vocabulary, description, field, name, value) {
  const written = description[field.id];
  const isFree = name === field.free;
  /** @param {string} one */
  const is = (one) => (isFree ? one === _NOT_LISTED || one.startsWith(_OTHER_TEXT) : one === name);
  if (Array.isArray(written)) {
    const rest = written.filter((one) => !is(one));
    const isImplied = rest.some((one) => (field.implied[one] ?? []).includes(name));
    const isThere = rest.length < written.length;
    if (value === _YES && isThere) return description;
    if (value === _YES && !isFree) return withField(vocabulary, description, field.id, [...written, name]);
    if (value === _NO && !isImplied) return isThere ? withField(vocabulary, description, field.id, rest) : description;
  }
  const told = Array.isArray(written) ? _namesOneByOne(field, written) : _isKeyed(written) ? written : {};
  const own = Object.entries(told).filter(([one]) => is(one));
  const rest = Object.entries(told).filter(([one]) => !is(one));
  if (value === _YES && own.some(([one, said]) => said === _YES && one !== _NOT_LISTED)) return description;
  if (value !== null) rest.push([isFree ? _NOT_LISTED : name, value]);
  return withField(vocabulary, description, field.id, rest.length ? _listedWhereComplete(field, Object.fromEntries(rest)) : undefined);
}

/** What a complete list says, name by name; what its names imply is left to these. @param {NamesData} field @param {string[]} list */
function _namesOneByOne(field, list) {
  const implied = new Set(list.flatMap((one) => field.implied[one] ?? []));
  const hasFree = list.some((one) => one.startsWith(_OTHER_TEXT));
  const absent = field.names.filter((one) => !list.includes(one) && !implied.has(one) && !(one === field.free && hasFree));
  return Object.fromEntries([...list.map((one) => [one, _YES]), ...absent.map((one) => [one === field.free ? _NOT_LISTED : one, _NO])]);
}

/** A mapping that answers every name, as the list that says the same. @param {NamesData} field @param {Record<string, unknown>} told @returns {unknown} */
function _listedWhereComplete(field, told) {
  const present = Object.keys(told).filter((one) => told[one] === _YES);
  const absent = new Set(Object.keys(told).filter((one) => told[one] === _NO));
  const implied = present.flatMap((one) => field.implied[one] ?? []);
  if (present.includes(_NOT_LISTED) || implied.some((one) => absent.has(one))) return told;
  const isAnswered = field.names.every((name) => {
    if (name !== field.free) return present.includes(name) || absent.has(name) || implied.includes(name);
    return absent.has(_NOT_LISTED) || present.some((one) => one.startsWith(_OTHER_TEXT));
  });
  return isAnswered ? present : told;
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {{field: TreatmentsData, group: string, outcome: string}} place @param {string | null} value */
function _answerOutcome(vocabulary, description, { field, group, outcome }, value) {
  const known = describe(vocabulary, description).knowledge[`${field.id}.${group}.${outcome}`];
  if (value !== null && known?.join() === value) return description;
  const written = description[field.id];
  if (Array.isArray(written) && value === _YES && known?.join() === _NO) {
    return withField(vocabulary, description, field.id, _withOutcome(written, group, outcome === field.always ? _NOT_KNOWN : outcome));
  }
  const told = _treatmentsOneByOne(vocabulary, field, written);
  if (value === null) _withdraw(vocabulary, field, told, group, outcome);
  told.set(group, _answered(field, _toldOf(told, group), outcome, value));
  return withField(vocabulary, description, field.id, _asWritten(told));
}

/** @param {Map<string, Told | Answer>} told @param {string} therapy @returns {Told} */
function _toldOf(told, therapy) {
  const one = told.get(therapy);
  return typeof one === "object" ? one : { outcomes: [], setting: _NOT_KNOWN, denied: [] };
}

/** A complete list in which a treatment has an outcome, too. @param {unknown[]} list @param {string} therapy @param {string} outcome */
function _withOutcome(list, therapy, outcome) {
  const open = list.findIndex((one) => _isKeyed(one) && one.therapy === therapy && (one.outcome ?? _NOT_KNOWN) === _NOT_KNOWN);
  if (open < 0) return [...list, { therapy, outcome, setting: _NOT_KNOWN }];
  return list.map((one, i) => (i === open ? { .../** @type {Entry} */ (one), outcome } : one));
}

/** What is told of a treatment once one of its outcomes is answered. @param {TreatmentsData} field @param {Told} own @param {string} outcome @param {string | null} value @returns {Told} */
function _answered(field, own, outcome, value) {
  const wasGiven = own.outcomes.length > 0 && !own.outcomes.includes(_NO);
  if (outcome === field.always) {
    if (value === _NO) return { outcomes: [_NO], setting: _NOT_KNOWN, denied: [] };
    if (value === null) return { outcomes: [], setting: _NOT_KNOWN, denied: own.outcomes.includes(_NO) ? [] : own.denied };
    return wasGiven ? own : { ...own, outcomes: [_NOT_KNOWN] };
  }
  const rest = own.outcomes.filter((one) => one !== outcome && one !== _NOT_KNOWN);
  const denied = own.denied.filter((one) => one !== outcome);
  if (value === _YES) return { ...own, outcomes: [...rest.filter((one) => one !== _NO), outcome], denied };
  const outcomes = wasGiven && !rest.length ? [_NOT_KNOWN] : rest;
  return { ...own, outcomes, denied: value === _NO && !outcomes.includes(_NO) ? [...denied, outcome] : denied };
}

/** Take back what makes an outcome of a class so, or not so, under other names. @param {Vocabulary} vocabulary @param {TreatmentsData} field @param {Map<string, Told | Answer>} told @param {string} group @param {string} outcome */
function _withdraw(vocabulary, field, told, group, outcome) {
  for (const [therapy, one] of told) {
    if (typeof one === "string" || therapy === group || !one.outcomes.length || one.outcomes.includes(_NO)) continue;
    if (!namedTreatment(vocabulary, therapy)?.classes.includes(group)) continue;
    if (outcome === field.always) told.delete(therapy);
    else told.set(therapy, _answered(field, one, outcome, one.denied.includes(outcome) ? _NO : null));
  }
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {{field: TreatmentsData, setting: string}} place @param {string | null} value */
function _answerSetting(vocabulary, description, { field, setting }, value) {
  const known = describe(vocabulary, description).knowledge[_settingFact(field, setting)];
  if (value !== null && known?.join() === value) return description;
  const told = _treatmentsOneByOne(vocabulary, field, description[field.id]);
  if (value === null) {
    told.delete(setting);
    for (const [therapy, one] of told) {
      if (typeof one !== "string" && one.setting === setting) told.set(therapy, { ...one, setting: _NOT_KNOWN });
    }
  } else {
    told.set(setting, /** @type {Answer} */ (value));
  }
  return withField(vocabulary, description, field.id, _asWritten(told));
}

/**
 * What is told of treatments, one by one, and of settings; a complete list denies the rest one by one.
 * @param {Vocabulary} vocabulary @param {TreatmentsData} field @param {unknown} written
 * @returns {Map<string, Told | Answer>}
 */
function _treatmentsOneByOne(vocabulary, field, written) {
  const draft = new _Draft(vocabulary, "clinical");
  /** @type {Map<string, Told | Answer>} */
  const told = new Map();
  if (Array.isArray(written)) {
    _listOneByOne(draft, field, written, told);
  } else if (_isKeyed(written)) {
    for (const [key, value] of Object.entries(written)) {
      if (_isSetting(vocabulary, field, key)) told.set(key, _answerOf(draft, field.id, key, value));
      else told.set(key, _toldBy(draft, field, key, value));
    }
  }
  return told;
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown[]} list @param {Map<string, Told | Answer>} told */
function _listOneByOne(draft, field, list, told) {
  const { vocabulary } = draft;
  const entries = list.map((entry) => _entrySaid(draft, field, entry));
  for (const { named, outcome, setting } of entries) {
    const before = told.get(named.therapy);
    if (before === undefined || typeof before === "string") {
      told.set(named.therapy, { outcomes: [outcome], setting, denied: [] });
      continue;
    }
    const outcomes = [...new Set([...before.outcomes, outcome])];
    told.set(named.therapy, { ...before, outcomes, setting: before.setting === setting ? setting : _NOT_KNOWN });
  }
  const { space } = vocabulary;
  const known = _settledBy(vocabulary, field, entries, true);
  /** @param {string} fact @param {string} value */
  const isKnown = (fact, value) => (known & space.mask(fact)) === space.bit(fact, value);
  for (const group of vocabulary.given.keys()) {
    const class_ = group.split(".")[0];
    const above = class_ === group ? undefined : told.get(class_);
    const denied = field.outcomes.filter((one) => isKnown(`${field.id}.${group}.${one}`, _NO));
    const isNever = denied.includes(field.always) || denied.length === field.outcomes.length;
    const follows = (/** @type {string} */ one) => typeof above === "object" && (above.outcomes.includes(_NO) || above.denied.includes(one));
    const own = _toldOf(told, group);
    if (isNever && !own.outcomes.length) {
      if (!follows(field.always)) told.set(group, { ...own, outcomes: [_NO] });
    } else {
      told.set(group, { ...own, denied: denied.filter((one) => !follows(one)) });
    }
  }
  for (const [setting, isFact] of Object.entries(field.settings)) {
    if (!isFact) continue;
    const isTold = [...told.values()].some((one) => typeof one !== "string" && one.setting === setting);
    for (const value of /** @type {Answer[]} */ ([_YES, _NO])) {
      if (isKnown(_settingFact(field, setting), value) && !(value === _YES && isTold)) told.set(setting, value);
    }
  }
}

/** The one written form of what is told of treatments. @param {Map<string, Told | Answer>} told */
function _asWritten(told) {
  /** @type {[string, unknown][]} */
  const written = [];
  for (const [key, one] of told) {
    if (typeof one === "string") {
      if (one !== _NOT_KNOWN) written.push([key, one]);
      continue;
    }
    const { outcomes, setting, denied } = one;
    if (!outcomes.length && !denied.length) continue;
    const said = outcomes.length > 1 ? outcomes : outcomes[0];
    if (setting === _NOT_KNOWN && !denied.length) {
      written.push([key, said]);
      continue;
    }
    const answers = denied.map((outcome) => [outcome, _NO]);
    const parts = [["outcome", said], ["setting", setting === _NOT_KNOWN ? undefined : setting], ...answers];
    written.push([key, Object.fromEntries(parts.filter(([, value]) => value !== undefined))]);
  }
  return written.length ? Object.fromEntries(written) : undefined;
}
