"use strict";
// What a person writes in a field of a patient, as a description has it. The same answer as the readers in Python
// (`patient.aliases`, `patient.prior`, `patient.description`), or a refusal.

/**
 * What a field says, as a description holds it (null where it says nothing), with what a reader should know of it; for
 * a choice with the value of its fact, which `said` may be more than (`IHC 3+`). Or the part that cannot be read.
 * @typedef {{said: any, value?: string | null, notices: string[]}} FieldRead
 * @typedef {{refused: string, near: string[]}} FieldRefused
 */

/** @typedef {{therapy: string, outcome: string, setting: string}} WrittenEntry */

const _KEYS = ["therapy", "outcome", "setting"];

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
    const said = field.kind === "names" ? _readAllNames(spellings, field, written, notices) : _readAllTreatments(spellings, field, written, notices);
    return { said, notices: field.kind === "names" ? notices : [...new Set(notices)] };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { refused: refusal.message, near: refusal.near };
    throw refusal;
  }
}

/** @param {ChoiceSpelling} field @param {WordReading} read  as a description holds it */
function _saidOf(field, read) {
  if (read.asWritten && read.asWritten !== read.value) return read.asWritten;
  return read.value ?? (field.withdraws ? _NOT_KNOWN : read.form || read.asWritten || null);
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
  return filled(text ? spellings.notices.missing : spellings.notices.empty, { field: label, written: text });
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

