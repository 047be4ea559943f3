"use strict";
// What the page reads words by, laid out: by field, every way to write a thing and its one meaning.

/**
 * @typedef {object} ChoiceSpelling
 * @property {"choice"} kind
 * @property {string} id
 * @property {string} label
 * @property {Map<string, WordReading>} readings  by the word, what it means
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
 * @property {string | null} free  the name that `other:<text>` stands for, where it takes such
 */

/**
 * @typedef {object} TreatmentsSpelling
 * @property {"treatments"} kind
 * @property {string} id
 * @property {string} label
 * @property {Map<string, string>} outcomes  by the word, the outcome that it means
 * @property {Map<string, string>} settings
 * @property {Set<string>} settingFacts  the settings of which it is a fact whether a treatment was given in them
 * @property {string} always  the outcome that every treatment has; empty where there is none
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
 * @param {any} data  the page's `#spellings`
 * @param {VocabularyData} vocabulary  its `#vocabulary`
 * @param {Register} [words]  in which notices are told
 * @returns {Spellings}
 */
function readSpellings(data, vocabulary, words = "clinical") {
  /** @param {Said} said */
  const text = (said) => (typeof said === "string" ? said : said[words === "plain" ? 1 : 0]);
  const { parts, between, comma, remark } = data.patterns;
  const withdrawing = new Set(vocabulary.assumptions.map((one) => one.unless_said));
  /** @type {Map<string, FieldSpelling>} */
  const fields = new Map();
  /** @type {Map<string, string>} */
  const called = new Map();
  /** @type {Map<string, string>} */
  const notAsked = new Map();
  for (const field of vocabulary.fields) {
    const said = data.fields[field.id], name = text(said.called);
    const label = name.slice(0, 1).toUpperCase() + name.slice(1);
    for (const one of [field.id, ...said.also]) called.set(foldedName(one), field.id);
    if (field.kind === "choice") {
      const choice = _choiceOf(field, said, data.patterns, text);
      fields.set(field.id, { ...choice, label, withdraws: withdrawing.has(field.id) });
    } else if (field.kind === "names") fields.set(field.id, { ..._namesOf(field, said, text), label });
    else if (field.kind === "treatments") fields.set(field.id, { ..._treatmentsOf(field, said), label });
    else fields.set(field.id, { kind: "text", id: field.id, label });
  }
  for (const [notice, ...names] of data.not_asked) for (const name of names) notAsked.set(foldedName(name), text(notice));
  return {
    fields,
    called,
    notAsked,
    treatments: readTreatmentNames(data.treatments, vocabulary.agents, data.patterns),
    words: Object.fromEntries(Object.entries(data.words).map(([name, some]) => [name, new Set(some)])),
    patterns: {
      parts: patternOf(parts, "i"),
      between: patternOf(between, "g"),
      comma: patternOf(comma),
      remark: wholePattern(remark),
    },
    notices: data.notices,
    limits: data.limits,
  };
}

/** @param {ChoiceData} field @param {any} said @param {Record<string, string>} patterns @param {(said: Said) => string} text */
function _choiceOf(field, said, patterns, text) {
  /** @type {Map<string, WordReading>} */
  const readings = new Map();
  /** @type {string[]} */
  const forms = [];
  /** @param {string[]} written @param {(form: string) => WordReading} means */
  const add = (written, means) => {
    for (const form of written) if (!readings.has(normalWord(form))) readings.set(normalWord(form), means(form));
  };
  for (const value of field.values) {
    const also = said.words[value] ?? [];
    add([value, value.replaceAll("_", " "), ...also], () => wordReading(value));
    forms.push(...also);
    for (const [notice, others] of said.noted[value] ?? []) {
      add(others, (form) => wordReading(value, "", filled(text(notice), { written: form })));
      forms.push(...others);
    }
  }
  for (const [word, { notice }] of Object.entries(field.open)) {
    const also = said.open[word] ?? [];
    add([word, word.replaceAll("_", " "), ...also], () => wordReading(null, word, text(notice)));
    forms.push(...also);
  }
  const ids = [...field.values, ...Object.keys(field.open)];
  return {
    kind: /** @type {const} */ ("choice"),
    id: field.id,
    readings,
    prefixes: said.prefixes,
    notations: field.notations.map((one, i) => notationOf(one, said.notations[i], patterns, text)),
    known: field.notations.length ? ids : [...ids, ...forms.filter((form) => form.length > 1)],
    isYesNo: field.values.length === 2 && field.values.includes("yes") && field.values.includes("no"),
  };
}

/** @param {NamesData} field @param {any} said @param {(said: Said) => string} text */
function _namesOf(field, said, text) {
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {Map<string, string>} */
  const notices = new Map();
  /** @param {string} name @param {string} form  what a word means: a name, or a text of its own that is known */
  const means = (name, form) => (name === field.free ? `${_OTHER_TEXT}${form}` : name);
  const listed = field.names.filter((name) => name !== field.free);
  const entries = field.free === null ? listed : [...listed, field.free];
  for (const name of listed) names.set(foldedName(name), name);
  for (const name of entries) for (const form of said.words[name] ?? []) names.set(foldedName(form), means(name, form));
  for (const name of entries) {
    for (const [notice, forms] of said.noted[name] ?? []) {
      for (const form of forms) {
        names.set(foldedName(form), means(name, form));
        notices.set(foldedName(form), filled(text(notice), { written: form }));
      }
    }
  }
  const beside = new Set(/** @type {string[]} */ (said.beside).map(foldedName));
  const known = [...new Set([...listed, ...names.keys()])];
  return { kind: /** @type {const} */ ("names"), id: field.id, names, notices, beside, known, free: field.free };
}

/** @param {TreatmentsData} field @param {any} said */
function _treatmentsOf(field, said) {
  /** @param {string[]} ids @param {Record<string, string[]>} also @returns {Map<string, string>} */
  const forms = (ids, also) => new Map(ids.flatMap((id) => [id, ...(also[id] ?? [])].map((form) => [normalWord(form), id])));
  const settings = Object.keys(field.settings);
  return {
    kind: /** @type {const} */ ("treatments"),
    id: field.id,
    outcomes: forms(field.outcomes.filter((outcome) => outcome !== field.always), said.outcomes),
    settings: forms(settings, said.settings),
    settingFacts: new Set(settings.filter((setting) => field.settings[setting])),
    always: field.always,
  };
}
