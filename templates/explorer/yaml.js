"use strict";
// The part of YAML that patient files are written in, JSON within it: mappings, lists, plain and quoted text, comments.
// Every scalar stays the text that its author saw (`no`, `1+`, `90%`), and one that is left empty is null, as
// `mbc_options.source.yaml_positions` has it. Whatever else YAML can do is refused, at its line, and never guessed.

const _DEEPEST = 40;
/** What is not seen, in a value or a comment: the signs that `mbc_options.text.unseen` tells of. */
const _UNSEEN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}\p{Cs}\p{Noncharacter_Code_Point}]|(?<![\u0300-\u200b\u200e-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\u200b\u200e-\u{10ffff}])/u;
const _CONTROL = /[\0-\x1f\x7f-\x9f\p{Cs}]/u;
/** @type {Record<string, string>} */
const _ESCAPED = {
  ...{ 0: "\0", a: "\x07", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\" },
  ...{ N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" },
};
/** @type {Record<string, number>} */
const _ESCAPED_DIGITS = { x: 2, u: 4, U: 8 };

/** What is no YAML of a patient file: a word for why, what it is about, and where. */
class NotYaml extends Error {
  /** @param {string} word @param {number} line from 1 @param {number} column from 1 @param {Record<string, unknown>} gaps */
  constructor(word, line, column, gaps) {
    super(`${line}:${column}: ${word}`);
    this.word = word;
    this.gaps = { line, column, ...gaps };
  }
}

/**
 * What a file says: mappings, lists, texts, and null for what is left empty.
 * @param {string} text @returns {unknown}
 * @throws {NotYaml}
 */
const readYaml = (text) => new _YamlReader(text).document();

class _YamlReader {
  /** @param {string} text */
  constructor(text) {
    this.text = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
    this.at = 0;
    this.depth = 0;
    /** Where the last line that was asked for begins, and how far breaks were looked for. */
    this.lineStart = 0;
    this.seen = 0;
    this.refuseUnseen(this.text);
  }

  /** @param {string} text in which nothing may stand that is not seen @param {number} [start] what to tell as its place, where that is not its own */
  refuseUnseen(text, start) {
    const bad = _UNSEEN.exec(text);
    if (!bad) return;
    const code = /** @type {number} */ (bad[0].codePointAt(0)).toString(16).toUpperCase().padStart(4, "0");
    throw this.refusal(_CONTROL.test(bad[0]) ? "yaml_control" : "yaml_unseen", start ?? bad.index, { sign: `U+${code}` });
  }

  /** @param {string} word @param {number} [at] @param {Record<string, unknown>} [gaps] */
  refusal(word, at = this.at, gaps = {}) {
    const before = this.text.slice(0, at);
    const line = before.split("\n").length;
    return new NotYaml(word, line, at - before.lastIndexOf("\n"), gaps);
  }

  document() {
    this.nextContent();
    if (/^---[ \t]*(?:#[^\n]*)?(?:\n|$)/.test(this.text.slice(this.at)) && !this.column) {
      this.at = this.lineEnd;
      this.nextContent();
    }
    const value = this.atEnd ? null : this.block(-1);
    if (!this.atEnd) throw this.refusal(this.isMarker ? "yaml_documents" : "yaml_indent");
    return value;
  }

  get atEnd() {
    return this.at >= this.text.length;
  }

  get sign() {
    return this.text[this.at] ?? "";
  }

  /** How far into its line the reader is. */
  get column() {
    if (this.at < this.lineStart) {
      this.lineStart = this.text.lastIndexOf("\n", this.at - 1) + 1;
      this.seen = this.at;
    }
    for (; this.seen < this.at; this.seen++) if (this.text[this.seen] === "\n") this.lineStart = this.seen + 1;
    return this.at - this.lineStart;
  }

  get lineEnd() {
    const end = this.text.indexOf("\n", this.at);
    return end < 0 ? this.text.length : end;
  }

  /** Whether a new document, or the end of one, stands here. */
  get isMarker() {
    return !this.column && /^(?:---|\.\.\.)(?:\s|$)/.test(this.text.slice(this.at, this.at + 4));
  }

  get isDash() {
    return this.sign === "-" && /^(?:\s|$)/.test(this.text.slice(this.at + 1, this.at + 2));
  }

  skipBlanks() {
    while (this.sign === " " || this.sign === "\t") this.at++;
  }

  /** Go to the next thing that is neither blank nor a comment, over lines. */
  nextContent() {
    for (;;) {
      const start = this.at;
      const isLineStart = !this.column;
      this.skipBlanks();
      if (isLineStart && this.text.slice(start, this.at).includes("\t")) throw this.refusal("yaml_tab");
      if (this.sign === "#" && (this.at > start || isLineStart)) this.at = this.lineEnd;
      if (this.sign !== "\n") break;
      this.at++;
    }
  }

  /** Whether nothing but a comment follows in this line; goes to its end, or stays. */
  endsLine() {
    const start = this.at;
    this.skipBlanks();
    if (this.sign === "#" && /\s/.test(this.text[this.at - 1] ?? "\n")) this.at = this.lineEnd;
    if (this.atEnd || this.sign === "\n") return true;
    this.at = start;
    return false;
  }

  /** Finish a value, which must end its line. */
  finishLine() {
    if (!this.endsLine()) throw this.refusal("yaml_more");
    this.nextContent();
  }

  /** @template T @param {() => T} read @returns {T} */
  deeper(read) {
    if (++this.depth > _DEEPEST) throw this.refusal("yaml_deep", this.at, { most: _DEEPEST });
    const found = read();
    this.depth--;
    return found;
  }

  /** The value that begins here and whose further lines are indented more than this. @param {number} above @returns {unknown} */
  block(above) {
    if (this.isMarker) throw this.refusal("yaml_documents");
    const { column } = this;
    if (this.isDash) return this.deeper(() => this.sequence(column));
    if (this.isKey()) return this.deeper(() => this.mapping(column));
    const value = this.inline(false);
    this.finishLine();
    if (!this.atEnd && this.column > above && !this.isMarker) throw this.refusal("yaml_lines");
    return value;
  }

  /** @param {number} column @returns {unknown[]} */
  sequence(column) {
    const found = [];
    while (!this.atEnd && this.column === column && this.isDash && !this.isMarker) {
      this.at++;
      if (/^ *\t/.test(this.text.slice(this.at, this.lineEnd))) throw this.refusal("yaml_tab");
      if (this.endsLine()) {
        this.nextContent();
        found.push(!this.atEnd && this.column > column ? this.block(column) : null);
      } else {
        this.skipBlanks();
        found.push(this.block(column));
      }
    }
    if (!this.atEnd && this.column > column) throw this.refusal("yaml_indent");
    return found;
  }

  /** @param {number} column @returns {Record<string, unknown>} */
  mapping(column) {
    /** @type {Map<string, unknown>} */
    const found = new Map();
    while (!this.atEnd && this.column === column && !this.isMarker) {
      if (this.isDash || !this.isKey()) throw this.refusal(this.isDash ? "yaml_indent" : "yaml_no_colon");
      const key = this.key(found);
      this.skipBlanks();
      this.at++; // the colon
      found.set(key, this.valueOfKey(column));
    }
    if (!this.atEnd && this.column > column) throw this.refusal("yaml_indent");
    return Object.fromEntries(found);
  }

  /** @param {number} column @returns {unknown} */
  valueOfKey(column) {
    if (!this.endsLine()) {
      this.skipBlanks();
      if (this.isDash) throw this.refusal("yaml_dash");
      const value = this.inline(false);
      this.skipBlanks();
      if (this.sign === ":") throw this.refusal("yaml_colon");
      this.finishLine();
      if (!this.atEnd && this.column > column) throw this.refusal("yaml_lines");
      return value;
    }
    this.nextContent();
    if (this.atEnd) return null;
    if (this.column > column) return this.block(column);
    return this.column === column && this.isDash && !this.isMarker ? this.deeper(() => this.sequence(column)) : null;
  }

  /** Whether a key and its colon stand here, in one line. */
  isKey() {
    const line = this.text.slice(this.at, this.lineEnd);
    if (/^[[{]/.test(line)) return false;
    if (line.startsWith('"')) return /^"(?:[^"\\]|\\.)*"[ \t]*:(?:\s|$)/.test(line);
    if (line.startsWith("'")) return /^'(?:[^']|'')*'[ \t]*:(?:\s|$)/.test(line);
    return /^[^\s#](?:[^#:]|:(?!\s|$)|(?<!\s)#)*:(?:\s|$)/.test(line);
  }

  /** @param {Map<string, unknown>} before @returns {string} */
  key(before) {
    const start = this.at;
    const key = this.sign === '"' || this.sign === "'" ? this.quoted() : this.plain(false);
    if (before.has(key)) throw this.refusal("yaml_twice", start, { key });
    return key;
  }

  /** A value that begins in this line. @param {boolean} inFlow @returns {unknown} */
  inline(inFlow) {
    if (this.sign === "[") return this.deeper(() => this.flowSequence());
    if (this.sign === "{") return this.deeper(() => this.flowMapping());
    if (this.sign === '"' || this.sign === "'") return this.quoted();
    const text = this.plain(inFlow);
    return text === "" || text === "~" || text === "null" ? null : text;
  }

  /** Text without quotes, up to a comment, the end of the line, or what ends it in brackets. @param {boolean} inFlow */
  plain(inFlow) {
    const { sign } = this;
    const next = this.text[this.at + 1] ?? "\n";
    if (sign === "&" || sign === "*" || sign === "!") throw this.refusal("yaml_reference", this.at, { sign });
    if (sign === "|" || sign === ">") throw this.refusal("yaml_block", this.at, { sign });
    if ("%@`,]}#".includes(sign)) throw this.refusal("yaml_sign", this.at, { sign });
    if ("-?:".includes(sign) && (/\s/.test(next) || (inFlow && ",[]{}".includes(next)))) {
      throw this.refusal(sign === "-" ? "yaml_dash" : "yaml_sign", this.at, { sign });
    }
    if (inFlow && "?:".includes(sign)) throw this.refusal("yaml_sign", this.at, { sign });
    const start = this.at;
    for (; !this.atEnd && this.sign !== "\n"; this.at++) {
      const after = this.text[this.at + 1] ?? "\n";
      if (this.sign === ":" && /\s/.test(after)) break;
      if (this.sign === ":" && inFlow && ",[]{}".includes(after)) throw this.refusal("yaml_colon");
      if (this.sign === "#" && /\s/.test(this.text[this.at - 1] ?? "\n")) break;
      if (inFlow && ",[]{}".includes(this.sign)) break;
    }
    const text = this.text.slice(start, this.at).replace(/[ \t]+$/, "");
    this.at = start + text.length;
    return text;
  }

  /** Text in quotes, which may go on over lines. @returns {string} */
  quoted() {
    const start = this.at;
    const mark = this.sign;
    let before = "";
    let line = "";
    for (this.at++; ; ) {
      if (this.atEnd || this.isMarker) throw this.refusal("yaml_quote", start);
      if (this.sign === mark) {
        if (mark === '"' || this.text[this.at + 1] !== mark) break;
        line += mark;
        this.at += 2;
      } else if (this.sign === "\n") {
        before += line.replace(/[ \t]+$/, "") + this.fold();
        line = "";
      } else if (mark === '"' && this.sign === "\\") {
        if (this.text[this.at + 1] === "\n") {
          this.at++;
          before += line + this.fold().replace(/^ /, "");
          line = "";
        } else {
          line += this.escaped();
        }
      } else {
        line += this.sign;
        this.at++;
      }
    }
    this.at++;
    const found = before + line;
    if (_LONE_HALF.test(found)) throw this.refusal("yaml_escape", start);
    this.refuseUnseen(found, start);
    return found;
  }

  /** A line break within quotes: a blank, or, before empty lines, one break less than there are. */
  fold() {
    let breaks = 0;
    while (this.sign === "\n" || this.sign === " " || this.sign === "\t") {
      if (this.sign === "\n") breaks++;
      this.at++;
      if (this.isMarker) break;
    }
    return breaks > 1 ? "\n".repeat(breaks - 1) : " ";
  }

  escaped() {
    const sign = this.text[this.at + 1] ?? "";
    if (Object.hasOwn(_ESCAPED, sign)) {
      this.at += 2;
      return _ESCAPED[sign];
    }
    const length = Object.hasOwn(_ESCAPED_DIGITS, sign) ? _ESCAPED_DIGITS[sign] : 0;
    const digits = this.text.slice(this.at + 2, this.at + 2 + length);
    if (!length || digits.length < length || !/^[0-9a-f]+$/i.test(digits) || parseInt(digits, 16) > 0x10ffff) {
      throw this.refusal("yaml_escape");
    }
    this.at += 2 + length;
    const code = parseInt(digits, 16);
    return length === 4 ? String.fromCharCode(code) : String.fromCodePoint(code);
  }

  /** @returns {unknown[]} */
  flowSequence() {
    const start = this.at++;
    /** @type {unknown[]} */
    const found = [];
    while (this.beforeFlowItem("]", start)) {
      const at = this.at;
      const isQuoted = this.sign === '"' || this.sign === "'";
      const item = this.inline(true);
      this.nextContent();
      if (this.sign === ":" && (isQuoted || /[\s,\]]/.test(this.text[this.at + 1] ?? "\n"))) {
        if (this.text.slice(at, this.at).includes("\n")) throw this.refusal("yaml_key", at);
        found.push(Object.fromEntries([[this.flowKey(item, at), this.flowValue("]")]]));
      } else {
        found.push(item);
      }
      this.afterFlowItem("]", start);
    }
    return found;
  }

  /** @returns {Record<string, unknown>} */
  flowMapping() {
    const start = this.at++;
    /** @type {Map<string, unknown>} */
    const found = new Map();
    while (this.beforeFlowItem("}", start)) {
      const at = this.at;
      const isQuoted = this.sign === '"' || this.sign === "'";
      const key = isQuoted ? this.quoted() : this.sign === "[" || this.sign === "{" ? null : this.plain(true);
      const name = this.flowKey(key, at);
      if (found.has(name)) throw this.refusal("yaml_twice", at, { key: name });
      this.nextContent();
      const hasValue = this.sign === ":" && (isQuoted || /[\s,}]/.test(this.text[this.at + 1] ?? "\n"));
      if (hasValue && this.text.slice(at, this.at).includes("\n")) throw this.refusal("yaml_key", at);
      found.set(name, hasValue ? this.flowValue("}") : null);
      this.afterFlowItem("}", start);
    }
    return Object.fromEntries(found);
  }

  /** @param {unknown} key @param {number} at @returns {string} */
  flowKey(key, at) {
    if (typeof key !== "string") throw this.refusal("yaml_key", at);
    return key;
  }

  /** What stands behind a colon in brackets. @param {string} closing @returns {unknown} */
  flowValue(closing) {
    this.at++;
    this.nextContent();
    return this.sign === "," || this.sign === closing ? null : this.inline(true);
  }

  /** Whether another item begins here; steps over the closing bracket where not. @param {string} closing @param {number} start */
  beforeFlowItem(closing, start) {
    this.nextContent();
    if (this.atEnd || this.isMarker) throw this.refusal("yaml_bracket", start, { closing });
    if (this.sign !== closing) return true;
    this.at++;
    return false;
  }

  /** @param {string} closing @param {number} start */
  afterFlowItem(closing, start) {
    this.nextContent();
    if (this.atEnd) throw this.refusal("yaml_bracket", start, { closing });
    if (this.sign === ",") this.at++;
    else if (this.sign !== closing) throw this.refusal("yaml_comma", this.at, { closing });
  }
}

const _LONE_HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
