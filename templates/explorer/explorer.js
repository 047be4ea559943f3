"use strict";
// What the rulebook decides for anything that may be known of a patient: each status with the reason that is preferred,
// what an open one depends on, the nearest patients, and what to ask next. As `mbc_options.exploration` decides; tests
// compare the two, answer by answer.

/**
 * @typedef {"candidate" | "undetermined" | "unspecified" | "not_described" | "out_of_scope"} Status
 * @typedef {"in" | "out" | "open"} Scope
 * What is known of a patient: a cube.
 * @typedef {bigint} Known
 *
 * A cube, short: the places of the values that it forbids, counted through all facts.
 * @typedef {number[]} Forbidding
 * A condition as the page carries it: by primes, or, where they are too many, the patients themselves; with the places of
 * the facts that its author named.
 * @typedef {{holds: Forbidding[], fails?: Forbidding[], named: number[], urgent?: number[]}} CarriedPrimes
 * @typedef {{within: Forbidding[], but_not: Forbidding[], named: number[]}} CarriedCover
 * @typedef {CarriedPrimes | CarriedCover} CarriedCondition
 * Something said beside the options where `when` holds, or where one of the facts `unknown` is, save where `unless` does.
 * @typedef {{when: CarriedCondition | null, unknown?: number[], unless?: CarriedCondition}} CarriedRemark
 *
 * What a condition has beside its primes: `urgent` are the places of those that tell of something urgent.
 * @typedef {{named: number[], urgent?: number[]}} Explaining
 *
 * @typedef {object} CarriedOption
 * @property {Explaining | CarriedCondition} candidate
 * @property {Explaining | CarriedCondition | null} described null where it is the same
 * @property {CarriedCondition | null} unspecified
 * @property {(CarriedCondition & {id: string, status: Status})[]} rules
 * @property {(CarriedRemark & {id: string})[]} cautions
 * @property {(CarriedRemark & {id: string})[]} agents
 *
 * @typedef {CarriedRemark & {id: string, beyond_scope: boolean}} CarriedNote
 * @typedef {CarriedNote & {about: string | null, status: Status[]}} CarriedQuestion
 *
 * @typedef {{options: string[], decide: "primes", candidate: Reading[], not_candidate: Reading[], described: Reading[], not_described: Reading[]}} ByPrimes
 * @typedef {{options: string[], decide: "cover"}} ByCover
 *
 * The compiled rulebook in its public form (docs/portable.md), as far as it is used here.
 * @typedef {object} Portable
 * @property {{id: string, values: {id: string}[]}[]} facts
 * @property {Reading[]} impossible
 * @property {{holds: Reading[], fails: Reading[]}} scope
 * @property {{id: string, within: string | null}[]} options
 * @property {(ByPrimes | ByCover)[]} decisions
 *
 * What explains, beside what decides.
 * @typedef {object} More
 * @property {Forbidding[]} impossible_in_scope
 * @property {number[]} scope_named
 * @property {CarriedCondition[]} urgent
 * @property {Record<string, CarriedOption>} options
 * @property {(CarriedPrimes & {id: string})[]} subtypes
 * @property {CarriedNote[]} considerations
 * @property {CarriedNote[]} disagreements
 * @property {CarriedQuestion[]} questions
 *
 * @typedef {{rule: string | null, proof: Reading, certain: boolean}} Reason
 * @typedef {{if: Reading, then: Status}} Dependency
 * @typedef {{change: Record<string, string>, if: Reading, to: Status}} Counterfactual
 * @typedef {object} OptionFound
 * @property {string} id
 * @property {Status} status
 * @property {Reading} proof
 * @property {Reason[]} because
 * @property {Reason[]} because_of_class
 * @property {Dependency[]} depends_on
 * @property {Counterfactual[]} would_change
 * @property {boolean} lists_all
 * @property {string[]} cautions
 * @property {string[]} agents
 * @property {OptionFound[]} members
 *
 * @typedef {{fact: string, settles: Record<string, string[]>, then: Record<string, Status[]>, always: number, sometimes: number}} NextQuestion
 *
 * @typedef {object} Found
 * @property {Scope} scope
 * @property {{is: string | null, may_be: string[]}} subtype
 * @property {OptionFound[]} options
 * @property {string[]} considerations
 * @property {string[]} disagreements
 * @property {string[]} questions
 * @property {NextQuestion[]} ask_next
 */

/** @type {Status[]} the statuses that can be settled for a patient in scope */
const SETTLED = ["candidate", "unspecified", "not_described"];

/** A class or member with the conditions that decide it. */
class TherapyOption {
  /** @param {Rulebook} rulebook @param {string} id @param {ByPrimes | ByCover} decision @param {CarriedOption} carried */
  constructor(rulebook, id, decision, carried) {
    const { inside } = rulebook;
    /** @param {any} said @param {Reading[]} holds @param {Reading[]} fails @returns {Condition} */
    const condition = (said, holds, fails) =>
      decision.decide === "primes"
        ? _byPrimes(rulebook, said, rulebook.space.cubes(holds), rulebook.space.cubes(fails))
        : _condition(rulebook, inside, said);
    const by = /** @type {ByPrimes} */ (decision);
    this.id = id;
    /** @type {Condition} */
    this.candidate = condition(carried.candidate, by.candidate, by.not_candidate);
    /** @type {Condition} */
    this.described = carried.described ? condition(carried.described, by.described, by.not_described) : this.candidate;
    this.unspecified = carried.unspecified && _condition(rulebook, inside, carried.unspecified);
    this.rules = carried.rules.map((rule) => new Rule(rulebook, rule));
    this.cautions = carried.cautions.map((one) => ({ id: one.id, remark: new Remark(rulebook, one) }));
    this.agents = carried.agents.map((one) => ({ id: one.id, remark: new Remark(rulebook, one) }));
    /** @type {TherapyOption[]} */
    this.members = [];
    this.restsOn = inside.linked(this.described.named);
    this._inside = inside;
    /** @type {Map<Status, Region | RegionOnDemand | null>} */
    this._regions = new Map();
  }

  /** The status for knowledge in scope: the one that all who fit share, or undetermined. @param {Known} known @returns {Status} */
  status(known) {
    if (this.candidate.entailedBy(known)) return "candidate";
    if (!this.candidate.refutedBy(known)) return "undetermined";
    if (this.described === this.candidate) return "not_described";
    if (this.described.entailedBy(known)) return "unspecified";
    return this.described.refutedBy(known) ? "not_described" : "undetermined";
  }

  /** Where a settled status lies; null where it cannot have it. @param {Status} status */
  region(status) {
    let found = this._regions.get(status);
    if (found === undefined) {
      const by = status === "candidate" ? this.candidate : status === "unspecified" ? this.unspecified : this.described;
      found = by && by.region(this._inside, status !== "not_described");
      this._regions.set(status, found);
    }
    return found;
  }
}

/** A rule, and the patients for whom it holds. */
class Rule {
  /** @param {Rulebook} rulebook @param {CarriedCondition & {id: string, status: Status}} carried */
  constructor(rulebook, carried) {
    this.id = carried.id;
    this.status = carried.status;
    this.condition = _condition(rulebook, rulebook.inside, carried);
    this._inside = rulebook.inside;
    /** @type {Region | RegionOnDemand | null} */
    this._region = null;
  }

  get region() {
    this._region ??= this.condition.region(this._inside, true);
    return this._region;
  }
}

/** Something said beside the options where its condition holds. */
class Remark {
  /** @param {Rulebook} rulebook @param {CarriedRemark} carried */
  constructor(rulebook, carried) {
    this.when = carried.when && _condition(rulebook, rulebook.theory, carried.when);
    this.unless = carried.unless ? _condition(rulebook, rulebook.theory, carried.unless) : null;
    this.unknown = (carried.unknown ?? []).map((i) => rulebook.space.masks[i]);
  }

  /** Whether it is entailed, or asks about something that is not known. @param {Known} known */
  appliesTo(known) {
    if (this.unless?.entailedBy(known)) return false;
    if (this.when === null ? !this.unknown.length : this.when.entailedBy(known)) return true;
    return this.unknown.some((mask) => isOpen(known & mask));
  }
}

/** Whether more than one value is possible. @param {bigint} bits those of a fact */
const isOpen = (bits) => (bits & (bits - 1n)) !== 0n;

/** What the page carries of a rulebook, ready to decide. */
class Rulebook {
  /** @param {{portable: Portable, more: More}} data */
  constructor({ portable, more }) {
    this.space = new Space(portable.facts.map(({ id, values }) => [id, values.map((value) => value.id)]));
    this.theory = new Theory(this.space, this.space.cubes(portable.impossible));
    this.inside = new Theory(this.space, this.cubes(more.impossible_in_scope));
    /** @type {Condition[]} */
    this.urgent = [];
    this.urgent = more.urgent.map((one) => _condition(this, this.theory, one));
    const { holds, fails } = portable.scope;
    this.scope = _byPrimes(this, { named: more.scope_named }, this.space.cubes(holds), this.space.cubes(fails));
    const decisionOf = new Map(portable.decisions.flatMap((one) => one.options.map((id) => [id, one])));
    /** @type {Map<string, TherapyOption>} */
    this.byId = new Map();
    /** @type {TherapyOption[]} */
    this.options = [];
    for (const { id, within } of portable.options) {
      const decision = /** @type {ByPrimes | ByCover} */ (decisionOf.get(id));
      const option = new TherapyOption(this, id, decision, more.options[id]);
      this.byId.set(id, option);
      (within === null ? this.options : /** @type {TherapyOption} */ (this.byId.get(within)).members).push(option);
    }
    this.decisions = portable.decisions.map((one) => one.options);
    this.subtypes = more.subtypes.map((one) => ({ id: one.id, condition: _primes(this, one) }));
    this.subtypeFields = this.subtypes.reduce((all, one) => all | one.condition.named, 0n);
    this.considerations = more.considerations.map((one) => this._note(one));
    this.disagreements = more.disagreements.map((one) => this._note(one));
    this.questions = more.questions.map((one) => ({ ...this._note(one), about: one.about, status: one.status }));
    const named = [...this.byId.values()].reduce((all, option) => all | option.described.named, 0n);
    this.asked = this._askable(named);
  }

  /** @param {CarriedNote} carried */
  _note(carried) {
    const { id, beyond_scope: beyondScope } = carried;
    return { id, beyondScope, remark: new Remark(this, carried) };
  }

  /** @param {Forbidding[]} carried */
  cubes(carried) {
    const { universe } = this.space;
    return carried.map((places) => places.reduce((cube, place) => cube & ~(1n << BigInt(place)), universe));
  }

  /** @param {number[]} places of facts */
  bitsOf(places) {
    return places.reduce((all, i) => all | this.space.masks[i], 0n);
  }

  /**
   * The facts that conditions name, and those that tell of these through constraints, with what each of the latter forbids.
   * @param {bigint} named
   */
  _askable(named) {
    const space = this.space;
    const tied = this.inside.broken
      .map((prime) => ({ facts: space.named(prime), forbidden: space.outside(prime) }))
      .filter((one) => one.facts & named);
    const found = [];
    for (const [i, mask] of space.masks.entries()) {
      const telling = mask & named ? [] : tied.filter((one) => one.facts & mask).map((one) => one.forbidden);
      if (mask & named || telling.length) found.push({ fact: space.facts[i], mask, telling });
    }
    return found;
  }
}

/** @param {Rulebook} rulebook @param {Theory} theory @param {CarriedCondition} said @returns {Condition} */
function _condition(rulebook, theory, said) {
  if ("within" in said) {
    const within = rulebook.cubes(said.within);
    return new CoverFunction(theory, within, rulebook.cubes(said.but_not), rulebook.bitsOf(said.named), rulebook.urgent);
  }
  return _primes(rulebook, said);
}

/** @param {Rulebook} rulebook @param {CarriedPrimes} said */
const _primes = (rulebook, said) => _byPrimes(rulebook, said, rulebook.cubes(said.holds), rulebook.cubes(said.fails ?? []));

/** @param {Rulebook} rulebook @param {Explaining} said @param {bigint[]} holds @param {bigint[]} fails */
function _byPrimes(rulebook, said, holds, fails) {
  const both = [...holds, ...fails];
  return new PrimeFunction(holds, fails, rulebook.bitsOf(said.named), (said.urgent ?? []).map((i) => both[i]));
}

/** The rulebook that a page carries. @param {{portable: Portable, more: More}} data */
const readRulebook = (data) => new Rulebook(data);

/** What is known where just these values are still possible. @param {Rulebook} rulebook @param {Reading} reading @returns {Known} */
const knowing = (rulebook, reading) => rulebook.space.cube(reading);

/** What is known, by fact. @param {Rulebook} rulebook @param {Known} known */
const reading = (rulebook, known) => rulebook.space.reading(known);

/** Whether the documents concern the patient. @param {Rulebook} rulebook @param {Known} known @returns {Scope} */
function scopeOf(rulebook, known) {
  if (rulebook.scope.entailedBy(known)) return "in";
  return rulebook.scope.refutedBy(known) ? "out" : "open";
}

/** The status of every class and member. @param {Rulebook} rulebook @param {Known} known @returns {Record<string, Status>} */
function statuses(rulebook, known) {
  const scope = scopeOf(rulebook, known);
  /** @type {Map<string, Status>} */
  const found = new Map();
  for (const alike of rulebook.decisions) {
    const first = /** @type {TherapyOption} */ (rulebook.byId.get(alike[0]));
    const status = scope === "in" ? first.status(known) : scope === "out" ? "out_of_scope" : "undetermined";
    for (const id of alike) found.set(id, status);
  }
  return Object.fromEntries([...rulebook.byId.keys()].map((id) => [id, /** @type {Status} */ (found.get(id))]));
}

/** What kind of disease it is, or may be. @param {Rulebook} rulebook @param {Known} known */
function subtypeOf(rulebook, known) {
  const mayBe = [];
  for (const { id, condition } of rulebook.subtypes) {
    if (condition.entailedBy(known)) return { is: id, may_be: [] };
    if (!condition.refutedBy(known)) mayBe.push(id);
  }
  return { is: null, may_be: mayBe };
}

/** The status of an option. @param {Rulebook} rulebook @param {string} id @param {Known} known @returns {Status} */
function statusOf(rulebook, id, known) {
  const scope = scopeOf(rulebook, known);
  if (scope === "in") return _option(rulebook, id).status(known);
  return scope === "out" ? "out_of_scope" : "undetermined";
}

/** @param {Rulebook} rulebook @param {string} id */
const _option = (rulebook, id) => /** @type {TherapyOption} */ (rulebook.byId.get(id));

/**
 * What the documents describe for a patient, why, why not, and on what it depends.
 * @param {Rulebook} rulebook
 * @param {Known} known
 * @returns {Found}
 */
function explore(rulebook, known) {
  const scope = scopeOf(rulebook, known);
  const isIn = scope === "in";
  const options = rulebook.options.map((option) => ({
    ..._explored(rulebook, option, null, known, scope),
    members: option.members.map((member) => _explored(rulebook, member, option, known, scope)),
  }));
  const statusById = new Map(options.map(({ id, status }) => [id, status]));
  /** @param {{beyondScope: boolean, remark: Remark}} one */
  const isTold = (one) => (isIn || one.beyondScope) && one.remark.appliesTo(known);
  const questions = rulebook.questions.filter(
    (one) =>
      (one.about === null || one.status.includes(/** @type {Status} */ (statusById.get(one.about)))) && isTold(one),
  );
  /** @param {{id: string}[]} some */
  const ids = (some) => some.map(({ id }) => id);
  return {
    scope,
    subtype: subtypeOf(rulebook, known),
    options,
    considerations: ids(rulebook.considerations.filter(isTold)),
    disagreements: ids(rulebook.disagreements.filter(isTold)),
    questions: ids(questions),
    ask_next: askNext(rulebook, known, _openAmong(options, scope)),
  };
}

/**
 * @param {Rulebook} rulebook @param {TherapyOption} option @param {TherapyOption | null} class_ of a member @param {Known} known
 * @param {Scope} scope
 * @returns {OptionFound}
 */
function _explored(rulebook, option, class_, known, scope) {
  /** @type {OptionFound} */
  const found = {
    id: option.id,
    status: scope === "in" ? option.status(known) : scope === "out" ? "out_of_scope" : "undetermined",
    proof: {},
    because: [],
    because_of_class: [],
    depends_on: [],
    would_change: [],
    lists_all: true,
    cautions: [],
    agents: [...new Set(option.agents.filter(({ remark }) => remark.appliesTo(known)).map(({ id }) => id))],
    members: [],
  };
  if (scope !== "in") return found;
  const { space } = rulebook;
  const { status } = found;
  const isDescribed = status === "candidate" || status === "unspecified";
  if (status === "undetermined") {
    for (const then of SETTLED) {
      const conditions = option.region(then)?.conditions(known);
      if (!conditions) continue;
      found.depends_on.push(...conditions.cubes.map((cube) => ({ if: space.reading(cube), then })));
      found.lists_all &&= conditions.areAll;
    }
  } else {
    const by = status === "candidate" ? option.candidate : status === "unspecified" ? option.unspecified : null;
    const prime = /** @type {bigint} */ (by ? by.proof(known) : option.described.refutation(known));
    found.proof = space.reading(prime);
    found.because = isDescribed
      ? _grounds(space, option, status, known)
      : [{ rule: null, proof: found.proof, certain: true }];
    const { ways, areAll } = nearestPatients(option, status === "candidate" ? SETTLED.slice(1) : ["candidate"], known);
    found.would_change = ways.flatMap(({ edit, to }) => _counterfactuals(space, edit, to));
    found.lists_all = areAll;
  }
  if (class_ && isDescribed) found.because_of_class = _grounds(space, class_, status, known);
  found.cautions = option.cautions.filter(({ remark }) => remark.appliesTo(known)).map(({ id }) => id);
  return found;
}

/**
 * Which rules cover every patient who fits, each with what it rests on.
 * @param {Space} space @param {TherapyOption} option @param {Status} status @param {Known} known
 * @returns {Reason[]}
 */
function _grounds(space, option, status, known) {
  const rules = option.rules.filter((rule) => status !== "candidate" || rule.status === "candidate");
  /** @type {Reason[]} */
  const certain = [];
  for (const { id, condition } of rules) {
    const prime = condition.proof(known);
    if (prime !== undefined) certain.push({ rule: id, proof: space.reading(prime), certain: true });
  }
  if (certain.length) return certain;
  return rules.flatMap(({ id, region }) =>
    region.conditions(known).cubes.map((cube) => ({ rule: id, proof: space.reading(cube), certain: false })),
  );
}

/**
 * The nearest patients for whom an option has one of these statuses.
 * @param {TherapyOption} option @param {Status[]} statuses @param {Known} known
 * @returns {{ways: {edit: Edit, to: Status}[], areAll: boolean}}
 */
function nearestPatients(option, statuses, known) {
  /** @type {{edit: Edit, to: Status}[]} */
  let best = [];
  let least = -1;
  let areAll = true;
  for (const to of statuses) {
    const found = option.region(to)?.nearest(known);
    if (!found) continue;
    if (found.distance < 0 && !found.areAll) return { ways: [], areAll: false };
    if (found.distance < 0 || (least >= 0 && least < found.distance)) continue;
    if (found.distance !== least) {
      least = found.distance;
      best = [];
      areAll = true;
    }
    best.push(...found.ways.map((edit) => ({ edit, to })));
    areAll &&= found.areAll;
  }
  return { ways: best, areAll };
}

/** @param {Space} space @param {Edit} edit @param {Status} to @returns {Counterfactual[]} one for each choice of new values */
function _counterfactuals(space, { facts, given }, to) {
  /** @type {Record<string, string>[]} */
  let changes = [{}];
  for (const [fact, values] of Object.entries(space.reading(facts))) {
    changes = changes.flatMap((change) => values.map((value) => ({ ...change, [fact]: value })));
  }
  return changes.map((change) => ({ change, if: space.reading(given), to }));
}

/** The classes that are open, and the open members of those that are not. @param {OptionFound[]} options @param {Scope} scope */
function _openAmong(options, scope) {
  if (scope === "out") return [];
  return options.flatMap((option) =>
    (option.status === "undetermined" ? [option] : option.members)
      .filter(({ status }) => status === "undetermined")
      .map(({ id }) => id),
  );
}

/** Each value that a fact can turn out to have, with what is known then. @param {Rulebook} rulebook @param {string} fact @param {Known} known */
function answers(rulebook, fact, known) {
  const { space, theory } = rulebook;
  const mask = space.mask(fact);
  const broken = theory.touching(mask);
  /** @type {[string, Known][]} */
  const found = [];
  for (const [j, value] of space.values[space.place(fact)].entries()) {
    const bit = space.bits[space.place(fact)][j];
    const answered = (known & ~mask) | bit;
    if (known & bit && broken.every((cube) => answered & ~cube)) found.push([value, answered]);
  }
  return found;
}

/** Each open fact that some of these options rest on, with those. @param {Rulebook} rulebook @param {Known} known @param {string[]} ids */
function unknownFacts(rulebook, known, ids) {
  const found = [];
  for (const { fact, mask, telling } of rulebook.asked) {
    if (!isOpen(known & mask) || (telling.length && !_tells(rulebook.space, mask, telling, known))) continue;
    const concerned = ids.filter((id) => _option(rulebook, id).restsOn & mask);
    if (concerned.length) found.push({ fact, concerned });
  }
  return found;
}

/** Whether some answer to a fact rules out a value of another. @param {Space} space @param {bigint} mask @param {bigint[]} telling @param {Known} known */
function _tells(space, mask, telling, known) {
  const rest = known & ~mask;
  return telling.some((forbidden) => {
    const left = rest & forbidden;
    if (!left || !(known & mask & ~forbidden)) return false;
    const field = space.masks[space.factAt[lowestPlace(left)]];
    return !(left & ~field) && left !== (known & field);
  });
}

/**
 * The unknown facts that would settle something, those that settle most first.
 * @param {Rulebook} rulebook @param {Known} known @param {string[]} ids what is undetermined
 * @returns {NextQuestion[]}
 */
function askNext(rulebook, known, ids) {
  if (scopeOf(rulebook, known) !== "in") {
    if (!ids.length) return [];
    return rulebook.space.factsOf(rulebook.scope.named).map((fact) => {
      const told = answers(rulebook, fact, known).filter(([, answered]) => scopeOf(rulebook, answered) !== "open");
      return _question(fact, told, ids, (id, answered) => statusOf(rulebook, id, answered));
    });
  }
  const found = [];
  for (const { fact, concerned } of unknownFacts(rulebook, known, ids)) {
    const question = _question(fact, answers(rulebook, fact, known), concerned, (id, answered) =>
      _option(rulebook, id).status(answered),
    );
    const settled = Object.values(question.settles);
    if (!settled.some((some) => some.length)) continue;
    const members = new Set(settled.flat().filter((id) => id.includes(".")));
    const always = [...members].filter((id) => settled.every((some) => some.includes(id))).length;
    found.push({ question, rank: [-question.always, -question.sometimes, -always, -members.size] });
  }
  return sortedBy(found, ({ rank }) => rank).map(({ question }) => question);
}

/**
 * A question, with the classes (not the members) that it settles counted.
 * @param {string} fact @param {[string, Known][]} told @param {string[]} ids @param {(id: string, answered: Known) => Status} status
 * @returns {NextQuestion}
 */
function _question(fact, told, ids, status) {
  /** @type {[string, [string, Status][]][]} */
  const settles = told.map(([value, answered]) => {
    const then = ids.map((id) => /** @type {[string, Status]} */ ([id, status(id, answered)]));
    return [value, then.filter(([, found]) => found !== "undetermined")];
  });
  const settled = settles.map(([, some]) => new Set(some.map(([id]) => id)));
  const classes = new Set(settled.flatMap((some) => [...some]).filter((id) => !id.includes(".")));
  return {
    fact,
    settles: Object.fromEntries(settles.map(([value, some]) => [value, some.map(([id]) => id)])),
    then: Object.fromEntries(settles.map(([value, some]) => [value, some.map(([, found]) => found)])),
    always: [...classes].filter((id) => settled.every((some) => some.has(id))).length,
    sometimes: classes.size,
  };
}

/**
 * What each answer to a fact would settle of all that is open now.
 * @param {Rulebook} rulebook @param {Known} known @param {string} fact
 * @returns {Record<string, Record<string, Status>>}
 */
function settles(rulebook, known, fact) {
  const now = statuses(rulebook, known);
  const open = Object.keys(now).filter((id) => now[id] === "undetermined");
  const found = answers(rulebook, fact, known).map(([value, answered]) => {
    const then = open.map((id) => [id, statusOf(rulebook, id, answered)]);
    return [value, Object.fromEntries(then.filter(([, status]) => status !== "undetermined"))];
  });
  return Object.fromEntries(found);
}

/** The open facts on which an open class or member rests; the others cannot matter any more. @param {Rulebook} rulebook @param {Known} known */
function matters(rulebook, known) {
  const now = statuses(rulebook, known);
  const scope = scopeOf(rulebook, known);
  if (scope === "out") return new Set();
  const open = Object.keys(now).filter((id) => now[id] === "undetermined");
  const found = new Set(unknownFacts(rulebook, known, open).map(({ fact }) => fact));
  if (scope === "open") {
    const telling = rulebook.theory.linked(rulebook.scope.named);
    for (const i of rulebook.space.placesOf(telling)) {
      if (isOpen(known & rulebook.space.masks[i])) found.add(rulebook.space.facts[i]);
    }
  }
  return found;
}

/** The facts that tell the subtypes apart. @param {Rulebook} rulebook */
const subtypeFacts = (rulebook) => rulebook.space.factsOf(rulebook.subtypeFields);

/**
 * The map by subtype: the status that all share who fit the rest of the patient and the subtype.
 * @param {Rulebook} rulebook
 * @param {Known} rest what is known of a patient who is described without the facts that tell the subtypes apart
 * @returns {{id: string, possible: boolean, cases: Reading[], statuses: Record<string, Status>}[]} `cases` are the ways of
 *   having the subtype that the rest leaves open; no status where the rest rules it out, or is not in scope
 */
function mapOf(rulebook, rest) {
  const { space, theory } = rulebook;
  const known = /** @type {Known} */ (theory.tighten(rest | rulebook.subtypeFields));
  const isIn = scopeOf(rulebook, known) === "in";
  return rulebook.subtypes.map(({ id, condition }) => {
    const conditions = condition.region(theory, true).conditions(known).cubes;
    const cases = conditions.map((one) => known & one);
    const whole = cases.reduce((all, one) => all | one, 0n);
    /** @param {TherapyOption} option @returns {Status} */
    const shared = (option) => {
      const found = option.status(whole);
      if (found !== "undetermined") return found;
      const each = new Set(cases.map((one) => option.status(one)));
      return each.size === 1 ? [...each][0] : found;
    };
    const found = isIn && cases.length ? [...rulebook.byId.values()].map((one) => [one.id, shared(one)]) : [];
    return {
      id,
      possible: cases.length > 0,
      cases: conditions.map((one) => space.reading(one)),
      statuses: Object.fromEntries(found),
    };
  });
}
