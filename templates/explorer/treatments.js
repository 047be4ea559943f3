"use strict";
// What the name of a treatment stands for: a class, a member of one, a drug or a regimen, with what may stand beside the
// name. As Python's `vocabulary.agents` and `patient.prior`.

/**
 * What the name of a treatment stands for.
 * @typedef {object} Treatment
 * @property {"group" | "agent" | "regimen"} kind  a class or member, a drug, or several drugs
 * @property {string} id
 * @property {string} label
 * @property {string} ofClass  the class that it is or belongs to; empty where it belongs to none
 * @property {string} member  the id of the member (`class.member`) that a drug belongs to, or empty
 * @property {string[]} agents  the drugs of a regimen
 */

/**
 * @typedef {object} TreatmentNames
 * @property {Map<string, Treatment>} byId
 * @property {Record<string, [string, string]>} together  by class, what its drugs are together, and alone
 * @property {string[]} known  every name as written
 * @property {(name: string) => Treatment | null} find
 */

/**
 * @param {any} data  the treatments of the page's spellings
 * @param {VocabularyData["agents"]} agents  what they are
 * @param {Record<string, string>} patterns
 * @returns {TreatmentNames}
 */
function readTreatmentNames(data, agents, patterns) {
  /** @type {[string, Treatment][]} */
  const names = [], bare = [];
  /** @type {Map<string, Treatment>} */
  const byId = new Map();
  /** @param {Treatment} thing @param {string[]} called @param {string[]} [also] */
  const add = (thing, called, also = []) => {
    byId.set(thing.id, thing);
    for (const name of [...called, ...also]) names.push([name, thing]);
  };
  for (const [id, label] of Object.entries(agents.groups)) {
    const [ofClass, member] = id.split(".");
    /** @type {Treatment} */
    const group = { kind: "group", id, label, ofClass, member: "", agents: [] };
    add(group, member ? [id] : [id, label], data.groups[id]);
    if (member) bare.push(/** @type {[string, Treatment]} */ ([member, group]));
  }
  for (const [id, { label, class: ofClass, member = "" }] of Object.entries(agents.agents)) {
    add({ kind: "agent", id, label, ofClass, member, agents: [] }, [id, label], data.agents[id]);
  }
  for (const [id, { label, agents: parts }] of Object.entries(agents.regimens)) {
    add({ kind: "regimen", id, label, ofClass: "", member: "", agents: parts }, [id, label], data.regimens[id]);
  }
  names.push(...bare); // last, so that the name of a drug alone is the drug
  return { byId, together: agents.together, known: names.map(([name]) => name), find: _finder(names, data.beside, patterns) };
}

/**
 * @param {[string, Treatment][]} names
 * @param {string[]} besides
 * @param {Record<string, string>} patterns
 */
function _finder(names, besides, patterns) {
  /** @type {Map<string, Treatment>} */
  const known = new Map();
  for (const [name, thing] of names) if (!known.has(barestName(name))) known.set(barestName(name), thing);
  const spelled = new Set(names.map(([name]) => normalWord(name)));
  const beside = new Set(besides.map(normalWord));
  const inBrackets = patternOf(patterns.in_brackets, "g"), dose = patternOf(patterns.dose, "g");
  const biosimilar = patternOf(patterns.biosimilar, "g");

  /** @param {string} name */
  const named = (name) => {
    const found = known.get(barestName(name)) ?? null;
    const isElse = isInitials(name) && found?.kind !== "regimen" && !spelled.has(normalWord(name));
    return isElse ? null : found;
  };

  /** @param {string} text */
  const divided = (text) =>
    wordsOf(text.replace(dose, " ").replaceAll(",", " , ")).map((word) => word.replace(/^[.,;]+|[.,;]+$/gu, "")).filter(Boolean);

  /** @param {string[]} words  what they name without those that say nothing, taken from the end, as few as can be */
  const namedBare = (words) => {
    for (let i = words.length; i > 0; i--) {
      const found = named(words.slice(0, i).join(" "));
      if (found) return found;
      if (!beside.has(words[i - 1])) break;
    }
    const bare = words.filter((word) => !beside.has(word)).join(" ");
    return named(bare) ?? named(bare.replace(biosimilar, ""));
  };

  /** @param {string} name  with more beside it, where all of that says nothing, or the same */
  const namedBeside = (name) => {
    const text = normalWord(name);
    const parts = [text.replace(inBrackets, " "), ...[...text.matchAll(inBrackets)].map((match) => match[1])];
    const rests = parts.map(divided).filter((words) => words.some((word) => !beside.has(word)));
    const found = rests.map(namedBare);
    const [first] = found;
    return first && found.every((one) => one && _isOf(first, one)) ? first : null;
  };

  /** @param {string} name @returns {Treatment | null} */
  return (name) => {
    if (hasOtherDigits(name)) throw new Refusal(name);
    return named(name) ?? namedBeside(name);
  };
}

/** @param {string} name @returns {boolean} whether it is single letters with something between, as a regimen may be */
function isInitials(name) {
  const pieces = piecesOf(name);
  return pieces.length > 1 && pieces.every((piece) => [...piece].length === 1);
}

/** @param {Treatment} one @param {Treatment} other  whether it is the same, or the class or member of the first, a drug */
function _isOf(one, other) {
  if (one === other) return true;
  return one.kind === "agent" && other.kind === "group" && [one.ofClass, one.member].includes(other.id);
}
