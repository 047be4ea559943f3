"use strict";
// A patient as a link, a file, flags of the command line and a line of Python, each of which Python reads back as the
// same patient; and a description out of a link or a file, or what is wrong with it and nobody. Nothing here throws for
// what is written, and nothing of it is sent: the fragment of an address stays in the browser.

/**
 * A patient out of a link or a file; where there is a problem, one of whom nothing is known. `isPatient` is whether it
 * claims to be a patient at all.
 * @typedef {{description: Description, problem: string | null, notices: string[], isPatient: boolean}} Shared
 *
 * What reads the words of a file: the field that a name means (null for none, a notice for what nobody asks for), and
 * what a value in a field means, as a description holds it.
 * @typedef {{field: (name: string) => string | null | {notice: string},
 *   value: (field: string, written: unknown) => {said: any, notices: string[]} | {refused: string, near: string[]}}} WordReader
 */

const _FRAGMENT_BEGINS = "p";
const _FRAGMENT_VERSION = 1;
const _LEADING_BACK = "&back=";
const _LONGEST_FRAGMENT = 20_000;
const LARGEST_FILE = 1_000_000;

/** @param {string | null} problem @returns {Shared} */
const _nobody = (problem) => ({ description: {}, problem, notices: [], isPatient: problem !== null });

/**
 * The fragment of an address that holds a patient: a version, and the description as JSON in base64url.
 * @param {Vocabulary} vocabulary @param {Description} description @param {{label?: boolean}} [keep] whether its free text goes along
 */
function toFragment(vocabulary, description, { label = false } = {}) {
  const said = Object.entries(description).filter(([id]) => label || vocabulary.fields.get(id)?.kind !== "text");
  if (!said.length) return "";
  const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(said)));
  const signs = btoa(String.fromCharCode(...bytes));
  return `#${_FRAGMENT_BEGINS}=${_FRAGMENT_VERSION}.${signs.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** @param {Vocabulary} vocabulary @param {string} fragment with or without # @returns {Shared} */
function fromFragment(vocabulary, fragment) {
  const { words } = vocabulary;
  const text = fragment.replace(/^#/, "").split(_LEADING_BACK, 1)[0];
  if (!text.startsWith(`${_FRAGMENT_BEGINS}=`)) return _nobody(null);
  if (text.length > _LONGEST_FRAGMENT) return _nobody(words.link_long);
  const match = /^\w=(\d{1,9})\.(.*)$/s.exec(text);
  if (!match) return _nobody(words.link_broken);
  if (Number(match[1]) > _FRAGMENT_VERSION) return _nobody(words.link_newer);
  if (Number(match[1]) !== _FRAGMENT_VERSION) return _nobody(words.link_broken);
  let data;
  try {
    const signs = atob(match[2].replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
    data = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return _nobody(words.link_broken);
  }
  return _shared(vocabulary, data, [], "link_wrong");
}

/** What a link has behind its patient to lead back. @param {string} page */
const leadingBack = (page) => `${_LEADING_BACK}${encodeURIComponent(page)}`;

/** The page beside this one to which a link offers to lead back, as `case.html#o2`; null for none, and for anything that
 * lies elsewhere. @param {string} fragment */
function leadsBack(fragment) {
  const [, back = ""] = fragment.split(_LEADING_BACK, 2);
  try {
    const page = decodeURIComponent(back);
    return /^\w[\w .-]{0,200}\.html?(#[\w-]{0,100})?$/.test(page) ? page : null;
  } catch {
    return null;
  }
}

/** A description that can be read, with its texts in one line each. @param {Vocabulary} vocabulary @param {unknown} data @param {string[]} notices @param {string} word @returns {Shared} */
function _shared(vocabulary, data, notices, word) {
  const found = describe(vocabulary, /** @type {Description} */ (_isKeyed(data) ? data : [data]));
  if (found.problem) return _nobody(vocabulary.say(word, { problem: found.problem.text }));
  let description = /** @type {Description} */ (data);
  for (const [id, field] of vocabulary.fields) {
    const said = description[id];
    if (field.kind === "text" && typeof said === "string") description = withField(vocabulary, description, id, plainText(said) || undefined);
    else if (said === null) description = withField(vocabulary, description, id, undefined);
  }
  return { description, problem: null, notices, isPatient: true };
}

/**
 * A patient out of a file: YAML as patient files are written, or JSON.
 * @param {Vocabulary} vocabulary @param {string} text @param {string} name of the file
 * @param {WordReader} [reader] of its words; left out, only ids and what a description holds are understood
 * @returns {Shared}
 */
function fromFile(vocabulary, text, name, reader = _idsOnly(vocabulary)) {
  const { words } = vocabulary;
  if (text.length > LARGEST_FILE) return _nobody(vocabulary.say("file_large", { name: plainText(name), most: LARGEST_FILE }));
  const isJson = name.toLowerCase().endsWith(".json") || text.trimStart().startsWith("{");
  let data;
  try {
    data = readYaml(isJson ? text.replaceAll("\t", " ") : text);
  } catch (error) {
    if (!(error instanceof NotYaml)) throw error;
    const problem = vocabulary.say(error.word, _inOneLine(error.gaps));
    const { line, column } = error.gaps;
    return _nobody(vocabulary.say("file_at", { name: plainText(name), line, column, problem }));
  }
  /** @param {string} problem */
  const refused = (problem) => _nobody(vocabulary.say("file_wrong", { name: plainText(name), problem }));
  if (data === null) return refused(words.file_empty);
  if (!_isKeyed(data)) return refused(words.no_description);
  const read = _readByWords(vocabulary, data, reader);
  if (read.problem !== null) return refused(read.problem);
  const found = _shared(vocabulary, read.description, read.notices, "problem_alone");
  return found.problem === null ? found : refused(found.problem);
}

/** @param {Record<string, unknown>} gaps */
const _inOneLine = (gaps) => Object.fromEntries(Object.entries(gaps).map(([gap, said]) => [gap, _quoted(said)]));

/** @param {Vocabulary} vocabulary @param {Record<string, unknown>} data @param {WordReader} reader @returns {{description: Description, notices: string[], problem: string | null}} */
function _readByWords(vocabulary, data, reader) {
  /** @type {Map<string, unknown>} */
  const said = new Map();
  /** @type {string[]} */
  const notices = [];
  /** @param {string} word @param {Record<string, unknown>} gaps */
  const refused = (word, gaps) => ({ description: {}, notices: [], problem: vocabulary.say(word, gaps) });
  for (const [name, written] of Object.entries(data)) {
    const field = reader.field(name);
    if (field === null) return refused("unknown_field", { written: _quoted(name), known: [...vocabulary.fields.keys()].join(", ") });
    if (typeof field !== "string") notices.push(field.notice);
    else if (said.has(field)) return refused("field_twice", { field });
    else said.set(field, written);
  }
  /** @type {[string, unknown][]} */
  const found = [];
  for (const field of vocabulary.fields.keys()) {
    if (!said.has(field)) continue;
    const read = reader.value(field, said.get(field));
    if ("refused" in read) {
      const gaps = { field, written: _quoted(read.refused), near: read.near.join(", ") };
      return refused(read.near.length ? "not_understood_near" : "not_understood", gaps);
    }
    notices.push(...read.notices);
    if (read.said !== null && read.said !== undefined) found.push([field, read.said]);
  }
  return { description: Object.fromEntries(found), notices, problem: null };
}

/** @param {Vocabulary} vocabulary @returns {WordReader} */
const _idsOnly = (vocabulary) => ({
  field: (name) => (vocabulary.fields.has(name) ? name : null),
  value: (_, written) => ({ said: written, notices: [] }),
});

/** What reads the words of a file as people write them. @param {Spellings} spellings @returns {WordReader} */
const wordReader = (spellings) => ({
  field: (name) => {
    if (spellings.fields.has(name)) return name;
    const notice = spellings.notAsked.get(foldedName(name));
    return spellings.called.get(foldedName(name)) ?? (notice === undefined ? null : { notice });
  },
  value: (field, written) => readField(spellings, field, written),
});

/** The description as JSON, in lines. @param {Description} description */
const toJson = (description) => `${JSON.stringify(description, null, 2)}\n`;

/** The description as a patient file. @param {Description} description */
function toYaml(description) {
  const lines = Object.entries(description).map(([field, said]) => `${field}: ${_yaml(said)}\n`);
  return lines.join("") || "{}\n";
}

/** A value as YAML in one line. @param {unknown} said @returns {string} */
function _yaml(said) {
  if (Array.isArray(said)) return `[${said.map(_yaml).join(", ")}]`;
  if (_isKeyed(said)) return `{${Object.entries(said).map(([key, one]) => `${_yaml(key)}: ${_yaml(one)}`).join(", ")}}`;
  if (typeof said !== "string") return "null";
  const isPlain = /^[\p{L}\p{N}<>≥~](?:[\p{L}\p{N}_.%+/=-]| (?![ ]|$))*$/u.test(said) && !/^(?:null|>|~$)/.test(said);
  return isPlain ? said : _jsonText(said);
}

/** Text in double quotes as JSON, YAML and Python read it, whatever it holds. @param {string} text */
const _jsonText = (text) =>
  JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The description as a line of Python. @param {Vocabulary} vocabulary @param {Description} description */
function toPython(vocabulary, description) {
  const said = Object.entries(description).map(([field, one]) => `${field}=${_python(one)}`);
  return `${vocabulary.data.is_bundled ? "Patient" : "rulebook.patient"}(${said.join(", ")})`;
}

/** @param {unknown} said @returns {string} */
function _python(said) {
  if (Array.isArray(said)) return `[${said.map(_python).join(", ")}]`;
  if (_isKeyed(said)) return `{${Object.entries(said).map(([key, one]) => `${_python(key)}: ${_python(one)}`).join(", ")}}`;
  return typeof said === "string" ? _jsonText(said) : "None";
}

/**
 * The description as flags of the command line, each quoted for a shell.
 * @param {Vocabulary} vocabulary @param {Description} description
 */
function toFlags(vocabulary, description) {
  const flags = Object.entries(description).flatMap(([id, said]) => {
    const field = /** @type {FieldData} */ (vocabulary.fields.get(id));
    return _flagValues(field, said).map((value) => _flag(field.flag, value));
  });
  const rules = vocabulary.data.is_bundled ? [] : [vocabulary.words.rules_flag];
  return [vocabulary.words.command, ...rules, ...flags].join(" ");
}

/** @param {string} name @param {string} value */
const _flag = (name, value) => `--${name}${value.startsWith("-") ? "=" : " "}${_forShell(value)}`;

/** A word as a shell passes it on as it stands. @param {string} word */
const _forShell = (word) => (/^[\w%+,./:@-][\w%+,./:@=-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** @param {FieldData} field @param {unknown} said @returns {string[]} */
function _flagValues(field, said) {
  if (typeof said === "string") return [said];
  if (Array.isArray(said)) {
    if (!said.length) return ["none"];
    return said.map((one) => (field.kind === "treatments" ? _listedFlag(/** @type {Entry} */ (one)) : _withoutSigns(one, "=")));
  }
  if (!_isKeyed(said)) return [];
  if (field.kind === "names") {
    return Object.entries(said).map(([name, value]) => `${_withoutSigns(name, "=")}=${value}`);
  }
  return Object.entries(said).flatMap(([key, one]) => _openFlags(_withoutSigns(key, ":="), one));
}

/** @param {Entry} entry */
function _listedFlag({ therapy, outcome = _NOT_KNOWN, setting = _NOT_KNOWN }) {
  const parts = [_withoutSigns(therapy, ":="), outcome, setting];
  while (parts.length > 1 && parts[parts.length - 1] === _NOT_KNOWN) parts.pop();
  return parts.join(":");
}

/** What a mapping tells of one treatment: `name=outcome:setting`, and `name:outcome=no`. @param {string} name @param {unknown} said @returns {string[]} */
function _openFlags(name, said) {
  if (Array.isArray(said)) return said.map((one) => `${name}=${one}`);
  if (!_isKeyed(said)) return [`${name}=${said}`];
  const { outcome, setting, ...answers } = said;
  const outcomes = outcome === undefined ? (setting === undefined ? [] : [_NOT_KNOWN]) : Array.isArray(outcome) ? outcome : [outcome];
  const told = outcomes.map((one) => `${name}=${one}${setting === undefined ? "" : `:${setting}`}`);
  return [...told, ...Object.entries(answers).map(([one, value]) => `${name}:${one}=${value}`)];
}

/**
 * A name with the look-alikes of signs that mean something in a flag: only free text can hold them, which is printed and
 * never interpreted. @param {string} name @param {string} signs
 */
function _withoutSigns(name, signs) {
  const beginning = [_OTHER_TEXT, _UNRELATED_TEXT].find((one) => name.startsWith(one)) ?? "";
  if (!beginning) return name;
  const alike = { ":": "\uff1a", "=": "\uff1d" };
  return beginning + [...name.slice(beginning.length)].map((sign) => (signs.includes(sign) ? alike[/** @type {":" | "="} */ (sign)] : sign)).join("");
}
