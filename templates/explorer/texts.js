// What the page says: words, phrases of facts, and pieces of cards, in the register that the reader has chosen.
"use strict";

/**
 * @typedef {{label: string, question: string, values: Record<string, string>, explains?: string, negations?: Record<string, string>}} FactTexts
 * @typedef {{label: string, gloss: string, mentions?: string[], urgent?: string[], caution?: string[]}} OptionTexts
 * @typedef {object} Words
 * @property {Record<string, FactTexts>} facts
 * @property {Record<string, OptionTexts>} options
 * @property {Record<string, string>} agents
 * @property {Record<string, {subject: string, options: string[]}>} disagreements
 * @property {Record<string, {kind: string, general: boolean, title: string}>} considerations
 * @property {Record<string, [string, string, string[], number?]>} claims
 * @property {Record<string, {short: string, date: string, url?: string}>} sources
 * @property {Record<string, {claims: string[], text: string}>} notices
 * @property {Record<string, [string, string]>} terms
 * @property {Record<string, string>} groups
 * @property {string} patient
 * @property {string} kind
 * @property {Record<string, string>} questions
 * @property {string[]} values

 * @typedef {object} CarriedTexts
 * @property {Register} register
 * @property {Record<string, any>} say
 * @property {Record<string, Record<string, string>>} status
 * @property {Record<string, string>} makes
 * @property {Record<string, string>} would
 * @property {Record<string, any>} words by key, or by key and id, in clinical words and then what is otherwise in plain ones
 */

class Texts {
  /** @param {CarriedTexts} carried @param {string} pieces as HTML, which the page's templates made @param {{facts: {id: string, label: string, question: string, values: {id: string, text: string}[]}[]}} portable */
  constructor(carried, pieces, portable) {
    /** @type {Record<string, string>} */
    this.say = carried.say;
    this.status = carried.status;
    this.makes = carried.makes;
    this.would = carried.would;
    this.register = carried.register;
    const facts = Object.fromEntries(portable.facts.map((fact) => [fact.id, { ...fact, values: Object.fromEntries(fact.values.map(({ id, text }) => [id, text])) }]));
    const clinical = /** @type {Words} */ (_over({ facts }, _one(carried.words, 0)));
    /** @type {Record<Register, Words>} */
    this.registers = { clinical, plain: /** @type {Words} */ (_over(clinical, _one(carried.words, 1))) };
    this.pieces = _pieces(pieces);
    /** @type {Map<string, string[]>} the remarks on each claim, as ids */
    this.noticed = new Map();
    for (const [id, notice] of Object.entries(clinical.notices)) {
      for (const claim of notice.claims) this.noticed.set(claim, [...(this.noticed.get(claim) ?? []), id]);
    }
  }

  get words() {
    return this.registers[this.register];
  }

  /** How "this fact has one of these values" reads. @param {string} fact @param {string[]} values */
  phrase(fact, values) {
    const said = this.words.facts[fact];
    if (!said) return put(this.say.pair, fact, values.join(this.say.or));
    const missing = Object.keys(said.values).filter((value) => !values.includes(value));
    if (values.length > 1 && missing.length === 1) {
      return said.negations?.[missing[0]] ?? put(this.say.not, said.values[missing[0]]);
    }
    return values.map((value) => said.values[value]).join(this.say.or);
  }

  /** How what is known of several facts reads. @param {Record<string, string[]>} reading */
  phrases(reading) {
    return Object.entries(reading).map(([fact, values]) => this.phrase(fact, values));
  }

  /** What a fact is called. @param {string} fact */
  label(fact) {
    return this.words.facts[fact]?.label ?? fact;
  }

  /** What a value is called beside its fact: its own word, and in plain words how it reads, unless that is yes or no.
   * @param {string} value empty: not known @param {string} fact */
  value(value, fact) {
    if (!value) return this.say.unknown;
    const phrase = this.register === "plain" && value !== "yes" && value !== "no" ? this.words.facts[fact]?.values[value] : "";
    return phrase || value.replaceAll("_", " ");
  }

  /** What a class or member is called. @param {string} id */
  option(id) {
    return this.words.options[id].label;
  }

  /** The first of many, and how many more there are. @param {string[]} items */
  inShort(items) {
    const most = 3;
    if (items.length <= most + 1) return items.join(this.say.also);
    return [...items.slice(0, most), put(this.say.more, String(items.length - most))].join(this.say.also);
  }

  /** Names in a row: "a, b and c". @param {string[]} names */
  listing(names) {
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")}${this.say.and}${names[names.length - 1]}`;
  }

  /** A piece of a card, new; empty where there is none. @param {string} key */
  piece(key) {
    const found = this.pieces.get(key)?.[this.register];
    const fragment = document.createDocumentFragment();
    if (!found) return fragment;
    const copy = /** @type {Element} */ (document.importNode(found, true));
    for (const term of copy.querySelectorAll("a[t]")) term.replaceWith(this._term(term));
    for (const cited of copy.querySelectorAll("small[c]")) this._cite(cited);
    fragment.append(...copy.childNodes);
    return fragment;
  }

  /** Whether there is such a piece. @param {string} key */
  has(key) {
    return this.pieces.has(key);
  }

  /** The claims that a piece rests on. @param {string} key */
  claimsOf(key) {
    const cited = [...(this.pieces.get(key)?.clinical.querySelectorAll("small[c]") ?? [])];
    return cited.flatMap((one) => (one.getAttribute("c") ?? "").split(" ").filter(Boolean)).map((id) => id.split("(")[0]);
  }

  /** A word that opens what it means. @param {Element} term */
  _term(term) {
    const button = part("term");
    button.textContent = term.textContent;
    button.setAttribute("popovertarget", `g-${term.getAttribute("t")}`);
    return button;
  }

  /** Claims with their basis: buttons that open the passages. @param {Element} cited */
  _cite(cited) {
    const claims = (cited.getAttribute("c") ?? "").split(" ").filter(Boolean);
    const basis = cited.getAttribute("b") ?? "";
    const ours = basis === "editorial";
    cited.removeAttribute("c");
    cited.removeAttribute("b");
    cited.replaceChildren("[", ...(ours ? [this.say.ours] : []), ...(ours && claims.length ? [this.say.see] : []));
    let before = "";
    claims.forEach((claim, i) => {
      const [id, support] = claim.split(/[()]/);
      if (i) cited.append(", ");
      cited.append(this.claim(id, before), ...(support ? [` (${support})`] : []));
      before = id.split("-")[0];
    });
    if (basis && !ours) cited.append(`${claims.length ? "; " : ""}${basis}`);
    cited.append("]");
  }

  /** A button that opens a passage; after one of the same document its number is enough. @param {string} id @param {string} [before] */
  claim(id, before) {
    const link = part("claim");
    link.dataset.claim = id;
    const [source, number] = id.split("-");
    if (source === before) {
      const unseen = document.createElement("i");
      unseen.textContent = `${source}-`;
      link.append(unseen, number);
    } else link.append(id);
    return link;
  }

  /** A passage: what it says in our words, where it stands, and its text where the documents are at hand. @param {string} id */
  passage(id) {
    const found = part("passage");
    const [says, place] = found.children;
    const [statement, where, keys, damaged] = this.words.claims[id];
    const source = this.words.sources[id.split("-")[0]];
    says.textContent = statement;
    within(place, "b").textContent = id;
    const key = keys.length ? put(this.say.key, keys[0]) : "";
    within(place, "span").textContent = `${source.short}, ${where}${key}${damaged ? this.say.damaged : ""}`;
    if (source.url) place.append(" ", this._published(id, source.url, keys));
    for (const notice of this.noticed.get(id) ?? []) {
      const note = part("note");
      note.textContent = put(this.say.note, this.words.notices[notice].text);
      found.append(note);
    }
    found.append(this.piece(`passage:${id}`));
    return found;
  }

  /** A way out to the passage at its publisher; nothing is loaded before somebody follows it. @param {string} id @param {string} url @param {string[]} keys */
  _published(id, url, keys) {
    const link = part("out");
    const [page, fragment] = url.split("#");
    const words = keys.map((key) => `text=${encodeURIComponent(key).replaceAll("-", "%2D")}`).join("&");
    link.setAttribute("href", `${page}#${(fragment ?? "").split(":~:")[0]}:~:${words}`);
    link.textContent = put(this.say.at_publisher, id);
    return link;
  }
}

/** The words of one register, of those that stand side by side. @param {Record<string, any>} words @param {number} place */
function _one(words, place) {
  const of = (/** @type {any} */ said) =>
    Array.isArray(said) ? said[place] : Object.fromEntries(Object.entries(said).map(([id, pair]) => [id, pair[place]]));
  return Object.fromEntries(Object.entries(words).map(([key, said]) => [key, of(said)]));
}

/** Words of one register over those of another. @param {any} below @param {any} above @returns {any} */
function _over(below, above) {
  if (above === undefined || above === null) return below;
  if (typeof above !== "object" || Array.isArray(above)) return above;
  const found = { ...below };
  for (const [key, value] of Object.entries(above)) found[key] = _over(below?.[key], value);
  return found;
}

/** The pieces by key, in both registers. They are the page's own: its templates made and escaped them when it was written,
 * and it carries them packed; a parsed document runs nothing and loads nothing. @param {string} html */
function _pieces(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  /** @type {Map<string, Record<Register, Element>>} */
  const found = new Map();
  let key = "";
  for (const one of parsed.body.children) {
    key = one.getAttribute("k") ?? key;
    found.set(key, { clinical: found.get(key)?.clinical ?? one, plain: one });
  }
  return found;
}
