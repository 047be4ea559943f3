"use strict";
// What a description of a patient says: from its fields, in the one written form that `Description.as_data` has, to what
// is known, as `mbc_options.patient.description` reads it; tests compare the two. And how one answer changes it.

/**
 * A text, or the same in clinical and in plain words.
 * @typedef {string | [string, string]} Said
 * @typedef {"clinical" | "plain"} Register
 *
 * @typedef {{kind: "percent", positive: string, negative: string, positive_from: number, low_to: number | null, notice: Said}} PercentForm
 * @typedef {{kind: "score", name: string, to: number, positive: string, negative: string, positive_from: number, negative_to: number, notice: Said}} ScoreForm
 * @typedef {{kind: "listed", forms: Record<string, [string | null, Said]>}} ListedForms
 * @typedef {PercentForm | ScoreForm | ListedForms} NotationForm
 *
 * @typedef {{id: string, kind: "text", flag: string}} TextData
 * @typedef {{id: string, kind: "choice", flag: string, called: Said, values: string[], settles: string | null, notations: NotationForm[],
 *   open: Record<string, {notice: Said, never_with: Record<string, string>, sentence: string}>}} ChoiceData
 * @typedef {{id: string, kind: "names", flag: string, names: string[], implied: Record<string, string[]>, free: string | null}} NamesData
 * @typedef {{id: string, kind: "treatments", flag: string, outcomes: string[], always: string, settings: Record<string, boolean>}} TreatmentsData
 * @typedef {TextData | ChoiceData | NamesData | TreatmentsData} FieldData
 *
 * @typedef {{label: string, class: string, member?: string, may_be?: string[]}} AgentData
 *
 * @typedef {object} VocabularyData
 * @property {boolean} is_bundled
 * @property {[string, string[]][]} facts
 * @property {FieldData[]} fields
 * @property {Record<string, string>} derived
 * @property {[number, number[]][][]} broken
 * @property {{sentence: string, cases: number[][]}[]} impossible
 * @property {{fact: string, value: string, unless_said: string | null, text: Said, hint: string | null}[]} assumptions
 * @property {{groups: Record<string, string>, tracked: string[], agents: Record<string, AgentData>,
 *   regimens: Record<string, {label: string, agents: string[]}>, together: Record<string, [string, string]>}} agents
 * @property {Record<string, string>} words
 *
 * What a description says of treatments: by treatment, or a complete list.
 * @typedef {"yes" | "no" | "unknown"} Answer
 * @typedef {{therapy: string, outcome?: string, setting?: string}} Entry
 * @typedef {Record<string, unknown>} Description
 *
 * @typedef {{text: string, fields: string[]}} Problem
 * What is known is every fact of which something is, with the values that it can still have; null where there is a problem.
 * @typedef {{knowledge: Reading, assumptions: string[], notices: string[], problem: Problem | null}} Described
 *
 * Where a fact stands in a description.
 * @typedef {{kind: "choice", field: ChoiceData}
 *   | {kind: "name", field: NamesData, name: string}
 *   | {kind: "outcome", field: TreatmentsData, group: string, outcome: string}
 *   | {kind: "setting", field: TreatmentsData, setting: string}
 *   | {kind: "derived", fact: string}} Place
 *
 * What a treatment is: its written form, its name, and the classes and members that it belongs to.
 * @typedef {{therapy: string, label: string, classes: string[]}} Named
 * @typedef {{named: Named, outcome: string, setting: string}} EntrySaid
 * @typedef {{outcomes: string[], setting: string, denied: string[]}} Told
 */

const _YES = "yes";
const _NO = "no";
const _NOT_KNOWN = "unknown";
const _OTHER_TEXT = "other:";
const _UNRELATED_TEXT = "unrelated:";
const _NOT_LISTED = "other";
const _MOST_ENTRIES = 200;
const _LONGEST_TEXT = 500;

/** Something in a description that cannot be used. */
class _Refused extends Error {
  /** @param {string} message @param {string[]} fields */
  constructor(message, fields) {
    super(message);
    this.fields = fields;
  }
}

/** @param {Record<string, unknown>} some @param {string} key */
const _has = (some, key) => Object.prototype.hasOwnProperty.call(some, key);

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const _isKeyed = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Text in one line, without what a page would obey instead of show. @param {string} text */
function plainText(text) {
  return text
    .replace(/[^\P{C}\u200c\u200d]|[\u2028\u2029]|\p{Zs}/gu, " ")
    .split(/\s+/u)
    .filter(Boolean)
    .join(" ");
}

/** A value as a message quotes it: short, in one line. @param {unknown} value @returns {string} */
function _quoted(value) {
  if (typeof value === "string") return plainText(value.length > 100 ? `${value.slice(0, 99)}…` : value);
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.length > 6 ? `[${value.length}]` : `[${value.map(_quotedInside).join(", ")}]`;
  const entries = Object.entries(value);
  if (entries.length > 6) return `{${entries.length}}`;
  return `{${entries.map(([key, one]) => `${_quoted(key)}: ${_quotedInside(one)}`).join(", ")}}`;
}

/** @param {unknown} value */
const _quotedInside = (value) => (typeof value === "object" && value !== null ? "…" : _quoted(value));

/** A text of words with its gaps filled. @param {string} text @param {Record<string, unknown>} gaps */
function filled(text, gaps) {
  return text.replace(/\{(\w+)\}/g, (whole, gap) => (_has(gaps, gap) ? String(gaps[gap]) : whole));
}

/** @param {Said} said @param {Register} words */
const _inWords = (said, words) => (typeof said === "string" ? said : said[words === "plain" ? 1 : 0]);

/** The fields and facts of a rulebook, laid out. */
class Vocabulary {
  /** @param {VocabularyData} data */
  constructor(data) {
    this.data = data;
    this.words = data.words;
    this.space = new Space(data.facts);
    this.theory = new Theory(
      this.space,
      data.broken.map((prime) =>
        this.space.cube(Object.fromEntries(prime.map(([i, values]) => [data.facts[i][0], values.map((j) => data.facts[i][1][j])]))),
      ),
    );
    /** @type {Map<string, FieldData>} */
    this.fields = new Map(data.fields.map((field) => [field.id, field]));
    this.history = /** @type {TreatmentsData | undefined} */ (data.fields.find((field) => field.kind === "treatments"));
    /** @type {Map<string, Place>} */
    this.places = new Map();
    for (const field of data.fields) {
      for (const [fact, place] of _placesOf(field, data.agents.tracked)) this.places.set(fact, place);
    }
    for (const fact of Object.keys(data.derived)) this.places.set(fact, { kind: "derived", fact });
    /** @type {Map<string, Map<string, bigint>>} by class or member, by outcome: the bit that allows yes */
    this.given = new Map();
    this.everyGiven = 0n;
    if (this.history) {
      const { id, outcomes } = this.history;
      for (const group of data.agents.tracked) {
        const bits = new Map(outcomes.map((one) => [one, this.space.bit(`${id}.${group}.${one}`, _YES)]));
        this.given.set(group, bits);
        for (const bit of bits.values()) this.everyGiven |= bit;
      }
    }
    /** @type {WeakMap<Description, Map<Register, Described>>} */
    this.described = new WeakMap();
  }

  /** What to tell. @param {string} word @param {Record<string, unknown>} gaps */
  say(word, gaps) {
    return filled(this.words[word], gaps);
  }
}

/** @param {FieldData} field @param {string[]} tracked @returns {Iterable<[string, Place]>} */
function* _placesOf(field, tracked) {
  if (field.kind === "choice") yield [field.id, { kind: "choice", field }];
  if (field.kind === "names") {
    for (const name of field.names) yield [`${field.id}.${name}`, { kind: "name", field, name }];
  }
  if (field.kind === "treatments") {
    for (const group of tracked) {
      for (const outcome of field.outcomes) yield [`${field.id}.${group}.${outcome}`, { kind: "outcome", field, group, outcome }];
    }
    for (const [setting, isFact] of Object.entries(field.settings)) {
      if (isFact) yield [_settingFact(field, setting), { kind: "setting", field, setting }];
    }
  }
}

/** @param {TreatmentsData} field @param {string} setting */
const _settingFact = (field, setting) => `${field.id}.${setting}.${field.always || "given"}`;

/** @param {VocabularyData} data */
const readVocabulary = (data) => new Vocabulary(data);

/** Something that was said: what it allows, in which field, and how to tell it again. */
class _Statement {
  /** @param {bigint} allows @param {string} field @param {unknown[]} text */
  constructor(allows, field, text) {
    this.allows = allows;
    this.field = field;
    this.text = text;
  }

  get quoted() {
    return this.text.map(_quoted).join(": ");
  }
}

/** A description while it is read. */
class _Draft {
  /** @param {Vocabulary} vocabulary @param {Register} words */
  constructor(vocabulary, words) {
    this.vocabulary = vocabulary;
    this.words = words;
    this.known = vocabulary.space.universe;
    /** @type {_Statement[]} */
    this.statements = [];
    /** @type {string[]} */
    this.notices = [];
    /** @type {Map<string, string>} what choices hold: a value, or a word that leaves them open */
    this.held = new Map();
    /** @type {Set<string>} the fields that say something */
    this.said = new Set();
  }

  /** @param {bigint} allows @param {string} field @param {unknown[]} text */
  say(allows, field, ...text) {
    this.known &= allows;
    this.statements.push(new _Statement(allows, field, text));
  }

  /** @param {string} field @param {string} word @param {Record<string, unknown>} [gaps] @returns {_Refused} */
  refusal(field, word, gaps = {}) {
    return new _Refused(this.vocabulary.say(word, { field, ...gaps }), [field]);
  }
}

/**
 * What a description says.
 * @param {Vocabulary} vocabulary
 * @param {Description} description never changed after this, as what was read is kept
 * @param {Register} [words] in which assumptions and notices are told
 * @returns {Described}
 */
function describe(vocabulary, description, words = "clinical") {
  if (!_isKeyed(description)) return _described(vocabulary, description, words);
  let known = vocabulary.described.get(description);
  if (!known) vocabulary.described.set(description, (known = new Map()));
  let found = known.get(words);
  if (!found) known.set(words, (found = _described(vocabulary, description, words)));
  return found;
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {Register} words @returns {Described} */
function _described(vocabulary, description, words) {
  const draft = new _Draft(vocabulary, words);
  try {
    _sayAll(draft, description);
    const { cube, assumptions } = _know(draft);
    return { knowledge: vocabulary.space.reading(cube), assumptions, notices: draft.notices, problem: null };
  } catch (refusal) {
    if (!(refusal instanceof _Refused)) throw refusal;
    const problem = { text: refusal.message, fields: refusal.fields };
    return { knowledge: {}, assumptions: [], notices: draft.notices, problem };
  }
}

/** @param {_Draft} draft @param {Description} description */
function _sayAll(draft, description) {
  const { vocabulary } = draft;
  if (!_isKeyed(description)) throw new _Refused(vocabulary.words.no_description, []);
  for (const name of Object.keys(description)) {
    if (!vocabulary.fields.has(name)) {
      const known = [...vocabulary.fields.keys()].join(", ");
      throw new _Refused(vocabulary.say("unknown_field", { written: _quoted(name), known }), [name]);
    }
  }
  for (const field of vocabulary.fields.values()) {
    const written = _has(description, field.id) ? description[field.id] : null;
    if (written === null || written === undefined) continue;
    if (field.kind === "text") _sayText(draft, field, written);
    else if (field.kind === "choice") _sayChoice(draft, field, written);
    else if (written === _NOT_KNOWN) continue;
    else if (field.kind === "names") _sayNames(draft, field, written);
    else _sayTreatments(draft, field, written);
  }
}

/** @param {_Draft} draft @param {TextData} field @param {unknown} written */
function _sayText(draft, field, written) {
  if (typeof written !== "string") throw draft.refusal(field.id, "no_text", { written: _quoted(written) });
  if (written.length > 2 * _LONGEST_TEXT || [...written].length > _LONGEST_TEXT) {
    throw draft.refusal(field.id, "too_long", { count: written.length, most: _LONGEST_TEXT });
  }
  if (plainText(written)) draft.said.add(field.id);
}

/** @param {_Draft} draft @param {ChoiceData} field @param {unknown} written */
function _sayChoice(draft, field, written) {
  const { space } = draft.vocabulary;
  const isAssumed = draft.vocabulary.data.assumptions.some((one) => one.unless_said === field.id);
  if (written === _NOT_KNOWN) {
    if (isAssumed) draft.said.add(field.id);
    return;
  }
  const read = typeof written === "string" ? _valueOf(field, written) : null;
  if (!read) {
    const known = [...field.values, ...Object.keys(field.open), _NOT_KNOWN].join(", ");
    throw draft.refusal(field.id, "no_value", { written: _quoted(written), known });
  }
  const notice = _inWords(read.notice, draft.words);
  if (notice) draft.notices.push(notice.replaceAll("{written}", /** @type {string} */ (written)));
  draft.said.add(field.id);
  if (read.value === null) {
    draft.held.set(field.id, /** @type {string} */ (written));
    return;
  }
  draft.held.set(field.id, read.value);
  let allows = space.cube({ [field.id]: [read.value] });
  if (field.settles) allows &= space.cube({ [field.settles]: [read.value] });
  draft.say(allows, field.id, field.id, written);
}

/**
 * What the one written form of a value means; null where it is none.
 * @param {ChoiceData} field @param {string} written
 * @returns {{value: string | null, notice: Said} | null}
 */
function _valueOf(field, written) {
  if (field.values.includes(written)) return { value: written, notice: "" };
  if (_has(field.open, written)) return { value: null, notice: field.open[written].notice };
  for (const notation of field.notations) {
    const read = _valueIn(notation, written);
    if (read) return read;
  }
  return null;
}

/** @param {NotationForm} notation @param {string} written @returns {{value: string | null, notice: Said} | null} */
function _valueIn(notation, written) {
  if (notation.kind === "listed") {
    if (!_has(notation.forms, written)) return null;
    const [value, notice] = notation.forms[written];
    return { value, notice };
  }
  const { positive, negative, positive_from: least } = notation;
  if (notation.kind === "score") {
    const figure = written.startsWith(`${notation.name} `) ? written.slice(notation.name.length + 1) : "";
    if (!/^\d{1,3}$/.test(figure) || Number(figure) > notation.to) return null;
    if (Number(figure) >= least) return { value: positive, notice: notation.notice };
    return Number(figure) <= notation.negative_to ? { value: negative, notice: notation.notice } : null;
  }
  const match = /^([<>]=?|≥|≤|~)?(\d{1,3}(?:\.\d+)?)%$|^(\d{1,3}(?:\.\d+)?)-(\d{1,3}(?:\.\d+)?)%$/.exec(written);
  if (!match) return null;
  const [sign, low, high] = match[3] ? ["", Number(match[3]), Number(match[4])] : [match[1] ?? "", Number(match[2]), Number(match[2])];
  if (high > 100 || low > high || (sign === ">" && low === 100) || (sign === "<" && low === 0)) return null;
  const [isAbove, isBelow] = [[">", ">=", "≥"].includes(sign), ["<", "<=", "≤"].includes(sign)];
  const isNegative = high < least || (high === least && sign === "<");
  if ((isAbove && isNegative) || (isBelow && !isNegative) || (!isNegative && low < least)) return null;
  const isLow = !isNegative && notation.low_to !== null && high <= notation.low_to && !isAbove;
  return { value: isNegative ? negative : positive, notice: isLow ? notation.notice : "" };
}

/** @param {_Draft} draft @param {NamesData} field @param {unknown} written */
function _sayNames(draft, field, written) {
  const { space } = draft.vocabulary;
  if (!Array.isArray(written) && !_isKeyed(written)) {
    throw draft.refusal(field.id, "no_names", { written: _quoted(written) });
  }
  _refuseTooMany(draft, field.id, written);
  draft.said.add(field.id);
  /** @param {string} name @param {string} value */
  const bit = (name, value) => space.bit(`${field.id}.${name}`, value);
  if (Array.isArray(written)) {
    let said = 0n;
    for (const name of written) {
      const known = _nameOf(draft, field, name, false);
      let forbidden = 0n;
      for (const one of [known, ...(field.implied[known] ?? [])]) {
        forbidden |= bit(one, _NO);
        said |= bit(one, _YES);
      }
      draft.say(space.outside(forbidden), field.id, field.id, name);
    }
    const every = field.names.reduce((all, name) => all | bit(name, _YES), 0n);
    draft.say(space.outside(every & ~said), field.id, `${field.id}: [${[...new Set(written)].join(", ")}]`);
    return;
  }
  for (const [name, answer] of Object.entries(written)) {
    const known = _nameOf(draft, field, name, true);
    const value = _answerOf(draft, field.id, name, answer);
    if (value === _NOT_KNOWN || (value === _NO && name.startsWith(_OTHER_TEXT))) continue;
    draft.say(space.outside(bit(known, value === _YES ? _NO : _YES)), field.id, field.id, name, value);
  }
}

/** The name whose fact a written name is. @param {_Draft} draft @param {NamesData} field @param {unknown} name @param {boolean} inMapping */
function _nameOf(draft, field, name, inMapping) {
  const listed = field.names.filter((one) => one !== field.free);
  if (typeof name === "string") {
    if (listed.includes(name)) return name;
    if (field.free && name.length <= _LONGEST_TEXT + _OTHER_TEXT.length) {
      if (name.startsWith(_OTHER_TEXT) && plainText(name.slice(_OTHER_TEXT.length))) return field.free;
      if (inMapping && name === _NOT_LISTED) return field.free;
    }
  }
  throw draft.refusal(field.id, "no_name", { written: _quoted(name), known: listed.join(", ") });
}

/** @param {_Draft} draft @param {string} field @param {string} name @param {unknown} answer @returns {Answer} */
function _answerOf(draft, field, name, answer) {
  if (answer === _YES || answer === _NO || answer === _NOT_KNOWN) return answer;
  if (answer === null) return _NOT_KNOWN;
  throw draft.refusal(field, "no_answer", { name: _quoted(name), written: _quoted(answer) });
}

/** @param {_Draft} draft @param {string} field @param {object} written */
function _refuseTooMany(draft, field, written) {
  const count = Object.keys(written).length;
  if (count > _MOST_ENTRIES) throw draft.refusal(field, "too_many", { count, most: _MOST_ENTRIES });
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown} written */
function _sayTreatments(draft, field, written) {
  if (!Array.isArray(written) && !_isKeyed(written)) {
    throw draft.refusal(field.id, "no_treatments", { written: _quoted(written) });
  }
  _refuseTooMany(draft, field.id, written);
  draft.said.add(field.id);
  if (Array.isArray(written)) {
    const entries = written.map((entry) => _entrySaid(draft, field, entry));
    draft.say(_settledBy(draft.vocabulary, field, entries, true), field.id, field.id);
    return;
  }
  for (const [key, value] of Object.entries(written)) {
    if (_isSetting(draft.vocabulary, field, key)) _saySetting(draft, field, key, value);
    else _sayTold(draft, field, _namedOf(draft, field, key), key, value);
  }
}

/** Whether a key of a mapping is a setting; a treatment of that name would come first. @param {Vocabulary} vocabulary @param {TreatmentsData} field @param {string} key */
const _isSetting = (vocabulary, field, key) => _has(field.settings, key) && !namedTreatment(vocabulary, key);

/** @param {_Draft} draft @param {TreatmentsData} field @param {string} setting @param {unknown} value */
function _saySetting(draft, field, setting, value) {
  const { space } = draft.vocabulary;
  if (!field.settings[setting]) throw draft.refusal(field.id, "no_fact", { name: setting });
  const answer = _answerOf(draft, field.id, setting, value);
  if (answer === _NOT_KNOWN) return;
  draft.say(space.cube({ [_settingFact(field, setting)]: [answer] }), field.id, field.id, setting, answer);
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {Named} named @param {string} key @param {unknown} value */
function _sayTold(draft, field, named, key, value) {
  const { vocabulary } = draft;
  const told = _toldBy(draft, field, key, value);
  if (told.outcomes.includes(_NO)) {
    draft.say(_neverHad(vocabulary, named.therapy, field.outcomes), field.id, field.id, key, value);
    return;
  }
  if (told.outcomes.length) {
    const entries = told.outcomes.map((outcome) => ({ named, outcome, setting: told.setting }));
    draft.say(_settledBy(vocabulary, field, entries, false), field.id, field.id, key, value);
  }
  for (const outcome of told.denied) {
    draft.say(_neverHad(vocabulary, named.therapy, [outcome]), field.id, field.id, key, outcome, _NO);
  }
}

/** What is so where a class, its members with it, had none of these outcomes. @param {Vocabulary} vocabulary @param {string} therapy @param {string[]} outcomes */
function _neverHad(vocabulary, therapy, outcomes) {
  let forbidden = 0n;
  for (const [group, bits] of vocabulary.given) {
    if (`${group}.`.startsWith(`${therapy}.`)) for (const one of outcomes) forbidden |= bits.get(one) ?? 0n;
  }
  return vocabulary.space.outside(forbidden);
}

/** What a mapping tells of one treatment. @param {_Draft} draft @param {TreatmentsData} field @param {string} key @param {unknown} value @returns {Told} */
function _toldBy(draft, field, key, value) {
  if (!_isKeyed(value)) return { outcomes: _outcomesSaid(draft, field, value), setting: _NOT_KNOWN, denied: [] };
  /** @type {Map<string, Answer>} */
  const answers = new Map();
  for (const [name, answer] of Object.entries(value)) {
    if (name === "outcome" || name === "setting") continue;
    if (!field.outcomes.includes(name)) throw draft.refusal(field.id, "no_outcome", { written: _quoted(name), known: field.outcomes.join(", ") });
    answers.set(name, _answerOf(draft, field.id, `${key}: ${name}`, answer));
  }
  const setting = _settingOf(draft, field, _has(value, "setting") ? value.setting : null);
  const affirmed = [...answers].filter(([, answer]) => answer === _YES).map(([name]) => name);
  const denied = [...answers].filter(([, answer]) => answer === _NO).map(([name]) => name);
  const isGiven = _has(value, "outcome") || setting !== _NOT_KNOWN || !answers.size || affirmed.length > 0;
  let outcomes = isGiven ? _outcomesSaid(draft, field, _has(value, "outcome") ? value.outcome : null) : [];
  const said = affirmed.filter((one) => one !== field.always);
  if (said.length) outcomes = [...new Set([...outcomes.filter((one) => one !== _NOT_KNOWN), ...said])];
  if (outcomes.includes(_NO) || denied.includes(field.always)) {
    if (setting !== _NOT_KNOWN) throw draft.refusal(field.id, "no_setting_of", { name: _quoted(key) });
    if (affirmed.length || outcomes.some((one) => one !== _NO)) throw draft.refusal(field.id, "no_outcome_of", { name: _quoted(key) });
    return { outcomes: [_NO], setting, denied: [] };
  }
  const both = denied.find((one) => outcomes.includes(one));
  if (both) throw draft.refusal(field.id, "both", { name: `${_quoted(key)}: ${both}` });
  return { outcomes, setting, denied };
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown} value @returns {string[]} */
function _outcomesSaid(draft, field, value) {
  if (value === _NO) return [_NO];
  if (value === null) return [_NOT_KNOWN];
  if (Array.isArray(value) && value.length) return value.map((one) => _outcomeSaid(draft, field, one));
  return [_outcomeSaid(draft, field, value)];
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown} value @returns {string} */
function _outcomeSaid(draft, field, value) {
  const known = [...field.outcomes.filter((one) => one !== field.always), _NOT_KNOWN];
  if (typeof value === "string" && known.includes(value)) return value;
  throw draft.refusal(field.id, "no_outcome", { written: _quoted(value), known: known.join(", ") });
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown} value @returns {string} */
function _settingOf(draft, field, value) {
  if (value === null || value === _NOT_KNOWN) return _NOT_KNOWN;
  if (typeof value === "string" && _has(field.settings, value)) return value;
  const known = [...Object.keys(field.settings), _NOT_KNOWN].join(", ");
  throw draft.refusal(field.id, "no_setting", { written: _quoted(value), known });
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown} entry @returns {EntrySaid} */
function _entrySaid(draft, field, entry) {
  const keys = ["therapy", "outcome", "setting"];
  if (!_isKeyed(entry) || !_has(entry, "therapy") || Object.keys(entry).some((key) => !keys.includes(key))) {
    throw draft.refusal(field.id, "no_entry", { written: _quoted(entry) });
  }
  return {
    named: _namedOf(draft, field, entry.therapy),
    outcome: _has(entry, "outcome") && entry.outcome !== null ? _outcomeSaid(draft, field, entry.outcome) : _NOT_KNOWN,
    setting: _settingOf(draft, field, _has(entry, "setting") ? entry.setting : null),
  };
}

/** @param {_Draft} draft @param {TreatmentsData} field @param {unknown} therapy @returns {Named} */
function _namedOf(draft, field, therapy) {
  const named = typeof therapy === "string" && therapy.length <= 2 * _LONGEST_TEXT ? namedTreatment(draft.vocabulary, therapy) : null;
  if (!named) throw draft.refusal(field.id, "no_therapy", { written: _quoted(therapy) });
  return named;
}

/**
 * What the one written form of a treatment stands for; null where it is none.
 * @param {Vocabulary} vocabulary @param {string} therapy
 * @returns {Named | null}
 */
function namedTreatment(vocabulary, therapy) {
  const { agents, groups, regimens } = vocabulary.data.agents;
  for (const beginning of [_OTHER_TEXT, _UNRELATED_TEXT]) {
    if (!therapy.startsWith(beginning)) continue;
    const label = plainText(therapy.slice(beginning.length));
    return label && label.length <= _LONGEST_TEXT ? { therapy: beginning + label, label, classes: [] } : null;
  }
  if (_has(regimens, therapy)) {
    const { label, agents: parts } = regimens[therapy];
    const named = _together(vocabulary, parts);
    return { therapy, label: `${label} (${named.label})`, classes: named.classes };
  }
  const parts = therapy.split(" + ").flatMap((part) => (_has(regimens, part) ? regimens[part].agents : [part]));
  return parts.every((part) => _has(agents, part) || _has(groups, part)) ? _together(vocabulary, parts) : null;
}

/** @param {Vocabulary} vocabulary @param {string[]} parts ids of agents, classes and members @returns {Named} */
function _together(vocabulary, parts) {
  const { agents, groups, together } = vocabulary.data.agents;
  const things = parts.map((id) => {
    if (_has(groups, id)) return { id, label: groups[id], kind: "group", ofClass: id.split(".")[0], member: "" };
    const { label, class: class_, member } = agents[id];
    return { id, label, kind: "agent", ofClass: class_ ?? "", member: member ?? "" };
  });
  return treatedTogether(together, things);
}

/**
 * What treatments given together are: several drugs of a class may make one of its members.
 * @param {Record<string, string[]>} together by class, what its drugs are together
 * @param {{id: string, label: string, kind: string, ofClass: string, member: string}[]} things classes, members and drugs
 * @returns {Named}
 */
function treatedTogether(together, things) {
  /** @type {Set<string>} */
  const classes = new Set();
  /** @type {Map<string, Set<string>>} */
  const byClass = new Map();
  for (const { id, kind, ofClass, member } of things) {
    if (!ofClass) continue;
    classes.add(ofClass);
    if (kind === "group") {
      classes.add(id);
      continue;
    }
    byClass.set(ofClass, (byClass.get(ofClass) ?? new Set()).add(id));
    if (member) classes.add(member);
  }
  for (const [class_, ids] of byClass) {
    if (ids.size > 1 && _has(together, class_)) classes.add(together[class_][0]);
  }
  return {
    therapy: things.map(({ id }) => id).join(" + "),
    label: things.map(({ label }) => label).join(" + "),
    classes: [...classes],
  };
}

/** What earlier treatments settle. @param {Vocabulary} vocabulary @param {TreatmentsData} field @param {EntrySaid[]} entries @param {boolean} isComplete */
function _settledBy(vocabulary, field, entries, isComplete) {
  const { given, space } = vocabulary;
  let forbidden = _forbiddenBySettings(vocabulary, field, entries, isComplete);
  let said = 0n;
  let leftOpen = 0n;
  for (const { named, outcome } of entries) {
    for (const group of _perhaps(vocabulary, named)) {
      for (const [one, bit] of given.get(group) ?? []) {
        if (outcome === _NOT_KNOWN || one === outcome || one === field.always) leftOpen |= bit;
      }
    }
    for (const class_ of named.classes) {
      for (const [one, bit] of given.get(class_) ?? []) {
        if (one === field.always || one === outcome) {
          forbidden |= space.bit(`${field.id}.${class_}.${one}`, _NO);
          said |= bit;
        } else if (outcome === _NOT_KNOWN) {
          leftOpen |= bit;
        }
      }
    }
  }
  if (isComplete) forbidden |= vocabulary.everyGiven & ~said & ~leftOpen;
  return space.outside(forbidden);
}

/** What settings rule out: one that is not told may be any. @param {Vocabulary} vocabulary @param {TreatmentsData} field @param {EntrySaid[]} entries @param {boolean} isComplete */
function _forbiddenBySettings(vocabulary, field, entries, isComplete) {
  const told = new Set(entries.map((entry) => entry.setting));
  let forbidden = 0n;
  for (const [setting, isFact] of Object.entries(field.settings)) {
    if (!isFact) continue;
    const fact = _settingFact(field, setting);
    if (told.has(setting)) forbidden |= vocabulary.space.bit(fact, _NO);
    else if (isComplete && !told.has(_NOT_KNOWN)) forbidden |= vocabulary.space.bit(fact, _YES);
  }
  return forbidden;
}

/** The classes and members that a treatment may have been, where it is not said which. @param {Vocabulary} vocabulary @param {Named} named @returns {Iterable<string>} */
function* _perhaps(vocabulary, named) {
  const { agents, together } = vocabulary.data.agents;
  if (named.therapy.startsWith(_OTHER_TEXT)) yield* vocabulary.given.keys();
  for (const part of named.therapy.split(" + ")) {
    if (_has(agents, part)) yield* agents[part].may_be ?? [];
    for (const group of vocabulary.given.keys()) if (group.startsWith(`${part}.`)) yield group;
  }
  for (const class_ of named.classes) {
    const [several, alone] = _has(together, class_) ? together[class_] : ["", ""];
    if (several && !named.classes.includes(several) && !named.classes.includes(alone)) yield several;
  }
}

/** @param {_Statement[]} statements @param {(one: _Statement) => boolean} holds */
const _last = (statements, holds) => [...statements].reverse().find(holds);

/** @param {_Draft} draft @returns {{cube: bigint, assumptions: string[]}} */
function _know(draft) {
  const { vocabulary, statements } = draft;
  const { space, theory, data } = vocabulary;
  if (space.isEmpty(draft.known)) {
    for (const [i, statement] of statements.entries()) {
      const before = _last(statements.slice(0, i), (one) => space.isEmpty(statement.allows & one.allows));
      if (before) {
        const text = vocabulary.say("contradict", { one: before.quoted, other: statement.quoted });
        throw new _Refused(text, [...new Set([before.field, statement.field])]);
      }
    }
  }
  _refuseOpenValues(draft);
  let cube = space.isEmpty(draft.known) ? null : theory.tighten(draft.known);
  if (cube === null) throw _contradiction(draft);
  const assumptions = [];
  for (const { fact, value, unless_said: unless, text } of data.assumptions) {
    const known = cube & space.mask(fact);
    const bit = space.bit(fact, value);
    if ((unless && draft.said.has(unless)) || !(known & bit) || known === bit) continue;
    cube = /** @type {bigint} */ (theory.tighten((cube & ~known) | bit));
    assumptions.push(_inWords(text, draft.words));
  }
  return { cube, assumptions };
}

/** Refuse what a word that leaves a fact open contradicts all the same. @param {_Draft} draft */
function _refuseOpenValues(draft) {
  for (const field of draft.vocabulary.fields.values()) {
    const held = draft.held.get(field.id) ?? "";
    if (field.kind !== "choice" || !_has(field.open, held)) continue;
    const { never_with: never, sentence } = field.open[held];
    for (const [fact, value] of Object.entries(never)) {
      if (draft.held.get(fact) !== value) continue;
      const sides = [`${fact}: ${value}`, `${field.id}: ${held}`].map((text) => draft.vocabulary.say("side", { text }));
      const gaps = { sides: sides.join(draft.vocabulary.words.and), reasons: sentence, hints: "" };
      throw new _Refused(draft.vocabulary.say("contradict_because", gaps), [fact, field.id]);
    }
  }
}

/** Both sides of a contradiction, and why they cannot both be. @param {_Draft} draft @returns {_Refused} */
function _contradiction(draft) {
  const { vocabulary, statements, known } = draft;
  const { space, theory, data, words } = vocabulary;
  let support = space.restricted(0n);
  for (const prime of theory.broken) {
    const restricted = space.restricted(prime);
    if ((known & prime) === known && restricted.length < support.length) support = restricted;
  }
  /** @type {Map<string, string>} */
  const sides = new Map();
  for (const i of support) {
    const said = _last(statements, (one) => Boolean(space.masks[i] & ~one.allows));
    if (said && !sides.has(said.quoted)) sides.set(said.quoted, said.field);
  }
  const direct = data.impossible.filter((one) => one.cases.some((facts) => facts.every((i) => support.includes(i))));
  const near = data.impossible.filter((one) => one.cases.some((facts) => facts.some((i) => support.includes(i))));
  const hints = data.assumptions
    .filter((one) => one.hint && support.includes(space.place(one.fact)) && !(known & space.bit(one.fact, one.value)))
    .map((one) => vocabulary.say("hint", { hint: one.hint }));
  const text = vocabulary.say("contradict_because", {
    sides: [...sides.keys()].map((side) => vocabulary.say("side", { text: side })).join(words.and),
    reasons: (direct.length ? direct : near).map((one) => one.sentence).join(words.reasons),
    hints: hints.join(""),
  });
  return new _Refused(text, [...new Set(sides.values())]);
}
