"use strict";
// What a reader's words add to a description: something more of a field, beside what is said of it already. A complete list
// stays complete; where the new words contradict the old, the new ones hold.

/**
 * A description of which a field says something more.
 * @param {Vocabulary} vocabulary
 * @param {Description} description stays as it is
 * @param {string} id the field
 * @param {unknown} more as a description holds it; null forgets what is said of the field
 * @returns {Description}
 */
function saidBesides(vocabulary, description, id, more) {
  const field = vocabulary.fields.get(id);
  const said = _has(description, id) ? description[id] : undefined;
  const isWhole = !_isKeyed(more) || said === undefined || said === null;
  if (isWhole) return withField(vocabulary, description, id, more ?? undefined);
  if (field?.kind === "names") return _namesBesides(vocabulary, description, field, more);
  if (field?.kind === "treatments") return _treatmentsBesides(vocabulary, description, field, more);
  return withField(vocabulary, description, id, more);
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {NamesData} field @param {Record<string, unknown>} more */
function _namesBesides(vocabulary, description, field, more) {
  let changed = description;
  for (const [name, answered] of Object.entries(more)) {
    const isFree = name.startsWith(_OTHER_TEXT);
    const written = changed[field.id];
    if (!isFree || answered !== _YES) {
      changed = _answerName(vocabulary, changed, field, isFree ? field.free ?? name : name, answered === _NOT_KNOWN ? null : String(answered));
    } else if (Array.isArray(written)) {
      changed = withField(vocabulary, changed, field.id, [...written.filter((one) => one !== name), name]);
    } else {
      const { [_NOT_LISTED]: _, ...rest } = /** @type {Record<string, unknown>} */ (written ?? {});
      changed = withField(vocabulary, changed, field.id, { ...rest, [name]: _YES });
    }
  }
  return changed;
}

/** @param {Vocabulary} vocabulary @param {Description} description @param {TreatmentsData} field @param {Record<string, unknown>} more */
function _treatmentsBesides(vocabulary, description, field, more) {
  const added = _treatmentsOneByOne(vocabulary, field, more);
  const written = description[field.id];
  const onlyGiven = [...added.values()].every((one) => typeof one !== "string" && one.outcomes.length && !one.outcomes.includes(_NO) && !one.denied.length);
  if (Array.isArray(written) && onlyGiven) {
    const entries = [...added].flatMap(([therapy, one]) => _entriesOf(therapy, /** @type {Told} */ (one)));
    const known = new Set(written.map((one) => JSON.stringify(one)));
    return withField(vocabulary, description, field.id, [...written, ...entries.filter((one) => !known.has(JSON.stringify(one)))]);
  }
  const told = _treatmentsOneByOne(vocabulary, field, written);
  for (const [key, one] of added) {
    const before = told.get(key);
    if (typeof one === "string") told.set(key, one);
    else told.set(key, typeof before === "object" ? _toldBesides(field, told, before, one) : one);
  }
  return withField(vocabulary, description, field.id, _asWritten(told));
}

/** @param {string} therapy @param {Told} told @returns {Entry[]} */
const _entriesOf = (therapy, { outcomes, setting }) => outcomes.map((outcome) => ({ therapy, outcome, setting }));

/**
 * Both of what is told of one treatment. Of two settings it is not told which outcome was in which; what each says by
 * itself is said apart.
 * @param {TreatmentsData} field @param {Map<string, Told | Answer>} told of all treatments; changed @param {Told} before @param {Told} more
 * @returns {Told}
 */
function _toldBesides(field, told, before, more) {
  if (more.outcomes.includes(_NO)) return more;
  let found = before;
  for (const outcome of more.outcomes) found = _answered(field, found, outcome === _NOT_KNOWN ? field.always : outcome, _YES);
  for (const outcome of more.denied) found = _answered(field, found, outcome, _NO);
  const wasGiven = before.outcomes.length > 0 && !before.outcomes.includes(_NO);
  if (!wasGiven) return { ...found, setting: more.setting };
  if (before.setting === more.setting || !more.outcomes.length) return found;
  for (const setting of [before.setting, more.setting]) if (field.settings[setting]) told.set(setting, _YES);
  return { ...found, setting: _NOT_KNOWN };
}
