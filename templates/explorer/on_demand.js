"use strict";
// Conditions of too many primes to be listed: whether knowledge settles them is found from the patients themselves, and a
// minimal reason is grown. As `mbc_options.logic` (search, cover_function, demand) has it.

const MOST_LISTED = 50; // how many answers to a question are listed
const EXAMPLES = 5; // how many are, where there are more than could be sorted out
const MOST_STEPS = 2000; // how much is done in search of the nearest patients
const GROWING = 20; // a step where a reason has to be grown counts for so many
const MOST_STARTS = 200; // from how many cubes the search may begin

/** @typedef {{cube: bigint, forbidden: bigint, allowed: bigint, needed: bigint, isPlain: boolean}} Row */

/** A cover, prepared to be looked through quickly. */
class Cubes {
  /** @param {Space} space @param {bigint[]} cover */
  constructor(space, cover) {
    this.space = space;
    this.cover = cover;
    /** @type {Row[]} */
    this.rows = cover.map((cube) => _preparedRow(space, cube));
    this.forbidden = this.rows.map((row) => row.forbidden);
    this.needed = this.rows.map((row) => row.needed);
    this.rare = 0n; // of each fact, the value that the fewest cubes allow
    for (const [i, mask] of space.masks.entries()) {
      const allowed = cover.map((cube) => cube & mask).filter((bits) => bits !== mask);
      const uses = space.bits[i].map((bit) => allowed.filter((bits) => bits & bit).length);
      this.rare |= space.bits[i][uses.indexOf(Math.min(...uses))];
    }
  }

  /** The cubes that hold all of this one. @param {bigint} cube */
  around(cube) {
    return this.cover.filter((_, i) => !(cube & this.forbidden[i]));
  }

  /** @param {bigint} cube */
  holdsInOne(cube) {
    return !this.forbidden.every((forbidden) => cube & forbidden);
  }

  /** What each of the cubes has in common with this one, where it has anything. @param {bigint} cube @returns {Generator<bigint>} */
  *parts(cube) {
    const outside = this.space.outside(cube);
    if (this.needed.every((needed) => outside & needed)) return;
    for (const row of this.rows) {
      if (!(row.needed & outside) && (row.isPlain || !this.space.isEmpty(row.cube & cube))) yield row.cube & cube;
    }
  }

  /** @param {bigint} cube */
  _meets(cube) {
    return !this.parts(cube).next().done;
  }

  /** A cube of patients inside this one who lie in none of the cubes; undefined where there is none. @param {bigint} cube */
  wayOut(cube) {
    if (this.holdsInOne(cube)) return undefined;
    const rare = cube & this.rare;
    const guess = rare | (cube & ~this.space.fields(rare));
    const isCase = bitCount(guess) === this.space.masks.length;
    if (!(isCase ? this.holdsInOne(guess) : this._meets(guess))) return guess;
    return _wayOut(this.space, cube, this.rows);
  }

  /** A part of what the cube asks for that leaves no way out either; the cube has none. @param {bigint} cube */
  enough(cube) {
    const space = this.space;
    const causes = new Map(space.restricted(cube).map((i) => [i, space.masks[i]]));
    return cube | (~_conflict(space, cube, this.rows, causes) & space.universe);
  }
}

/** @param {Space} space @param {bigint} cube @returns {Row} */
function _preparedRow(space, cube) {
  let needed = 0n;
  let isPlain = true;
  for (const i of space.restricted(cube)) {
    const bits = cube & space.masks[i];
    if (bits & (bits - 1n)) isPlain = false;
    else needed |= bits;
  }
  return { cube, forbidden: space.outside(cube), allowed: cube & space.named(cube), needed, isPlain };
}

/** @param {Space} space @param {bigint} cube @param {Row[]} rows @returns {bigint | undefined} */
function _wayOut(space, cube, rows) {
  const propagated = _propagated(space, cube, rows);
  if (!propagated) return undefined;
  const { left, live } = propagated;
  if (!live.length) return left;
  let asked = 0n;
  let touched = 0n;
  for (const row of live) {
    touched |= row.forbidden;
    asked |= row.allowed;
  }
  const free = left & touched & ~asked;
  if (free) return _wayOut(space, free | (left & ~space.fields(free)), live); // values that no cube here asks for
  const [oneValue, others] = _split(space, left, live);
  return _wayOut(space, oneValue, live) ?? _wayOut(space, others, live);
}

/** The first element with the least, or the most, of something. @template T @param {Iterable<T>} some @param {(one: T) => any} key */
const _least = (some, key) => sortedBy(some, key)[0];

/** A cube with one value of a fact, and with the others: a value by which many cubes are left behind.
 * @param {Space} space @param {bigint} cube @param {Row[]} live @returns {[bigint, bigint]} */
function _split(space, cube, live) {
  const ways = _least(live.map((row) => cube & row.forbidden), bitCount);
  const bit = _least(singleBits(ways), (one) => -live.filter((row) => row.forbidden & one).length);
  const field = space.masks[space.factAt[lowestPlace(bit)]];
  return [(cube & ~field) | bit, cube & ~bit];
}

/** What is left of a cube after every way out that is the only one, and the cubes not yet left behind.
 * @param {Space} space @param {bigint} cube @param {Row[]} rows @returns {{left: bigint, live: Row[]} | null} */
function _propagated(space, cube, rows) {
  let left = cube;
  let live = rows;
  for (let moved = true; moved; ) {
    moved = false;
    /** @type {Row[]} */
    const kept = [];
    for (const row of live) {
      if (row.needed & ~left || !(row.isPlain || !space.isEmpty(row.cube & left))) continue;
      const ways = left & row.forbidden;
      if (!ways) return null;
      const field = space.masks[space.factAt[lowestPlace(ways)]];
      if (!(ways & ~field)) {
        left &= ~(row.cube & field);
        moved = true;
        continue;
      }
      kept.push(row);
    }
    live = kept;
  }
  return { left, live };
}

/** The bits of facts whose values, as they are at the start, leave no way out.
 * @param {Space} space @param {bigint} cube @param {Row[]} rows @param {Map<number, bigint>} causes changed @returns {bigint} */
function _conflict(space, cube, rows, causes) {
  let left = cube;
  let live = rows;
  for (let moved = true; moved; ) {
    moved = false;
    /** @type {Row[]} */
    const kept = [];
    for (const row of live) {
      if (row.needed & ~left || !(row.isPlain || !space.isEmpty(row.cube & left))) continue;
      const ways = left & row.forbidden;
      const place = ways ? space.factAt[highestPlace(ways)] : -1;
      if (ways && ways & ~space.masks[place]) {
        kept.push(row);
        continue;
      }
      const why = space.restricted(row.cube).reduce((all, i) => all | (causes.get(i) ?? 0n), 0n);
      if (!ways) return why;
      causes.set(place, why);
      left &= ~(row.cube & space.masks[place]);
      moved = true;
    }
    live = kept;
  }
  const [oneValue, others] = _split(space, left, live);
  return _conflict(space, oneValue, live, new Map(causes)) | _conflict(space, others, live, new Map(causes));
}

/** Of the conditions, the place of the first that a cube tells of; their number where it tells of none.
 * @param {bigint} cube @param {Condition[]} urgent */
function howUrgent(cube, urgent) {
  const found = urgent.findIndex((one) => one.entailedBy(cube));
  return found < 0 ? urgent.length : found;
}

/** A condition that is decided on demand: one cover save another. */
class CoverFunction {
  /** @param {Theory} theory @param {bigint[]} within @param {bigint[]} butNot @param {bigint} named @param {Condition[]} urgent */
  constructor(theory, within, butNot, named, urgent) {
    const space = theory.space;
    const broken = theory.broken.filter((prime) => space.outside(prime) & named);
    this.theory = theory;
    this.named = named;
    this.urgent = urgent;
    this.within = new Cubes(space, within);
    this.butNot = new Cubes(space, butNot);
    this.withinOrBroken = new Cubes(space, [...within, ...broken]);
    this.butNotOrBroken = new Cubes(space, [...butNot, ...broken]);
    this.isComplement = within.length === 1 && within[0] === space.universe;
  }

  /** @param {bigint} known */
  entailedBy(known) {
    for (const part of this.butNot.parts(known)) if (this.theory.isPossible(part)) return false;
    return this.isComplement || this.withinOrBroken.wayOut(known) === undefined;
  }

  /** @param {bigint} known */
  refutedBy(known) {
    const isPlain = !this.butNot.cover.length;
    for (const part of this.within.parts(known)) {
      if (this.theory.isPossible(part) && (isPlain || this.butNotOrBroken.wayOut(part) !== undefined)) return false;
    }
    return true;
  }

  /** A minimal reason why it holds. @param {bigint} known @returns {bigint | undefined} */
  proof(known) {
    if (!this.entailedBy(known)) return undefined;
    const start = this._enough(known, this.isComplement ? null : this.withinOrBroken, this.butNot);
    return this._grown(start, (cube) => this.entailedBy(cube));
  }

  /** A minimal reason why it fails. @param {bigint} known @returns {bigint | undefined} */
  refutation(known) {
    if (!this.refutedBy(known)) return undefined;
    let start;
    if (this.isComplement) start = this._enough(known, this.butNotOrBroken, null);
    else if (!this.butNot.cover.length) start = this._enough(known, null, this.within);
    else start = this._about(known);
    return this._grown(start, (cube) => this.refutedBy(cube));
  }

  /** @param {Theory} _theory that it was compiled under @param {boolean} holds @returns {Region | RegionOnDemand} */
  region(_theory, holds) {
    return new RegionOnDemand(this, holds);
  }

  /** What is known of the facts that the verdict can rest on. @param {bigint} known */
  _about(known) {
    return known | this.theory.space.outside(this.theory.linked(this.named));
  }

  /** A part of what is known by which it lies inside a cube of the one, and meets none of the other.
   * @param {bigint} known @param {Cubes | null} around @param {Cubes | null} apart */
  _enough(known, around, apart) {
    const space = this.theory.space;
    let found = space.universe;
    if (around) {
      const cubes = around.around(known).filter((cube) => this.theory.isPossible(cube));
      found = cubes.length ? _least(cubes, (cube) => this._preference(cube)) : around.enough(known);
    }
    let left = [];
    for (const cube of apart ? apart.cover : []) {
      const ways = space.low & ~space.occupied(cube & known);
      if (!ways) return this._about(known); // apart by a constraint
      if (!space.isEmpty(cube & found)) left.push(ways);
    }
    while (left.length) {
      /** @type {Map<bigint, number>} */
      const uses = new Map();
      for (const ways of left) for (const low of singleBits(ways)) uses.set(low, (uses.get(low) ?? 0) + 1);
      const best = _least(uses.keys(), (low) => [-(uses.get(low) ?? 0), low]);
      left = left.filter((ways) => !(ways & best));
      found &= ~space.fields(best) | known;
    }
    return found;
  }

  /** @param {bigint} cube */
  _preference(cube) {
    const fields = this.theory.space.restricted(cube);
    return [howUrgent(cube, this.urgent), fields.length, fields];
  }

  /** What is left of a cube after leaving out what can be; what tells of the most urgent goes at last.
   * @param {bigint} start @param {(cube: bigint) => boolean} isEnough */
  _grown(start, isEnough) {
    const { masks } = this.theory.space;
    const rank = howUrgent(start, this.urgent);
    const kept = rank < this.urgent.length ? this.urgent[rank].named & this.named : 0n;
    const fields = sortedBy(this.theory.space.restricted(start), (i) => [
      masks[i] & kept ? 1 : 0,
      masks[i] & this.named ? 1 : 0,
      -i,
    ]);
    return smallestPart(start, fields.map((i) => masks[i]), isEnough);
  }
}

/** The cube without the facts, and then without the limits on values, that it can do without.
 * @param {bigint} start @param {bigint[]} fields those first that are to go first @param {(cube: bigint) => boolean} isEnough */
function smallestPart(start, fields, isEnough) {
  let cube = start;
  const kept = [];
  for (const mask of fields) {
    if (isEnough(cube | mask)) cube |= mask;
    else kept.push(mask);
  }
  for (const mask of kept) {
    if (bitCount(mask) < 3) continue;
    for (const bit of singleBits(mask & ~cube)) if (isEnough(cube | bit)) cube |= bit;
  }
  return cube;
}

/** The possible patients for whom a condition holds, or those for whom it fails. */
class RegionOnDemand {
  /** @param {CoverFunction} condition @param {boolean} holds */
  constructor(condition, holds) {
    this.condition = condition;
    this.theory = condition.theory;
    this.holds = holds;
    // Where one cover tells of the region, or of what is outside it, that cover is enough.
    const holding = condition.butNot.cover.length ? null : condition.within;
    const failing = condition.isComplement ? condition.butNot : null;
    const inside = holds ? holding : failing;
    this.keptBy = holds ? failing : holding;
    this._region = inside && new Region(this.theory, inside.cover, condition.named);
  }

  /** @param {bigint} known */
  _reaches(known) {
    return this.holds ? this.condition.entailedBy(known) : this.condition.refutedBy(known);
  }

  /** What would have to be learned for the condition to hold, or some of it. @param {bigint} known @returns {Conditions} */
  conditions(known) {
    const within = this._open(this.condition.within, known);
    const butNot = this._open(this.condition.butNot, known);
    let [found, areAll] = this._whole(within, butNot);
    if (!areAll && !found.length) found = this._examples(known, this.holds ? butNot : within);
    const ordered = sortedBy(found.filter((cube) => this._isPossible(known & cube)), (cube) => this._preference(cube));
    const least = absorb(ordered.slice(0, MOST_LISTED).map((cube) => this.least(known, cube)));
    return {
      cubes: sortedBy(least, (cube) => this._preference(cube)),
      areAll: areAll && ordered.length <= MOST_LISTED,
    };
  }

  /** @param {bigint} cube */
  _preference(cube) {
    const fields = this.theory.space.restricted(cube);
    return [fields.length, fields, cube];
  }

  /** @param {bigint} cube */
  _isPossible(cube) {
    return !this.theory.space.isEmpty(cube) && this.theory.isPossible(cube);
  }

  /** What would have to be learned to lie in each cube that is still possible. @param {Cubes} cubes @param {bigint} known */
  _open(cubes, known) {
    const { universe } = this.theory.space;
    const found = [];
    for (const part of cubes.parts(known)) if (this.theory.isPossible(part)) found.push(universe & ~(known & ~part));
    return absorb(found);
  }

  /** A cover of what is in the one and not in the other, or of the contrary, and whether it is whole.
   * @param {bigint[]} within @param {bigint[]} butNot @returns {[bigint[], boolean]} */
  _whole(within, butNot) {
    const space = this.theory.space;
    try {
      if (!this.holds) return [[...complement(space, within, MOST_LISTED), ...butNot], true];
      if (!butNot.length) return [within, true];
      const rest = complement(space, butNot, MOST_LISTED);
      const isAll = within.length === 1 && within[0] === space.universe;
      return [isAll ? rest : intersect(space, within, rest, MOST_CUBES), true];
    } catch (error) {
      if (!(error instanceof TooManyCubes)) throw error;
      return [this.holds ? [] : butNot, false];
    }
  }

  /** Some ways to learn enough to be out of all these cubes. @param {bigint} known @param {bigint[]} cubes */
  _examples(known, cubes) {
    const space = this.theory.space;
    const exits = cubes.map((cube) => known & ~cube);
    /** @type {Map<bigint, number>} */
    const common = new Map();
    for (const ways of exits) for (const bit of singleBits(ways)) common.set(bit, (common.get(bit) ?? 0) + 1);
    const first = sortedBy(common.keys(), (bit) => [-(common.get(bit) ?? 0), bit]);
    /** @type {Set<bigint>} */
    const seen = new Set();
    for (const start of first.slice(0, EXAMPLES)) {
      const chosen = _outOfAll(exits, start, common, space);
      if (chosen === undefined) continue;
      const cube = space.universe & ~(space.fields(chosen) & ~chosen);
      if (!seen.has(cube) && this.theory.isPossible(known & cube)) seen.add(cube);
    }
    return [...seen];
  }

  /** The cube without what need not be learned. @param {bigint} known @param {bigint} cube */
  least(known, cube) {
    const space = this.theory.space;
    const fields = space.restricted(cube).reverse();
    return smallestPart(cube, fields.map((i) => space.masks[i]), (larger) => this._reaches(known & larger));
  }

  /** How far away it is, and the ways that are that short, or some of them. @param {bigint} known @returns {Nearest} */
  nearest(known) {
    if (!this._region) return new Approach(this, known).nearest();
    const { distance, ways } = this._region.nearest(known);
    const found = ways.slice(0, MOST_LISTED).map((way) => this._askingLeast(known, way));
    return { distance, ways: distinct(found), areAll: ways.length <= MOST_LISTED };
  }

  /** @param {bigint} known @param {Edit} way @returns {Edit} */
  _askingLeast(known, { facts, given }) {
    const fields = this.theory.space.named(facts);
    const changed = (known & ~fields) | (facts & fields);
    return { facts, given: this.least(changed, given) };
  }

  /** Cubes around the knowledge that keep all in them out of the region, and whether they had to be grown.
   * @param {bigint} known @returns {[bigint[], boolean]} */
  obstacles(known) {
    const { theory, condition } = this;
    if (!theory.isPossible(known)) return [theory.broken.filter((prime) => !(known & ~prime)), false];
    const found = this.keptBy ? this.keptBy.around(known) : [];
    if (found.length) return [found, false];
    const reason = this.holds ? condition.refutation(known) : condition.proof(known);
    return reason === undefined ? [[], false] : [[reason], true];
  }
}

/** How many cubes a step on the way to a cover may have. */
const MOST_CUBES = 10_000;

/** Without repeats. @param {Edit[]} ways */
function distinct(ways) {
  return [...new Map(ways.map((way) => [`${way.facts} ${way.given}`, way])).values()];
}

/** The place of the highest bit. @param {bigint} bits at least one */
function highestPlace(bits) {
  return bits.toString(2).length - 1;
}

/** Values, one of a fact at most, of which each of these sets has one; undefined where none was found at once.
 * @param {bigint[]} exits @param {bigint} start @param {Map<bigint, number>} common @param {Space} space */
function _outOfAll(exits, start, common, space) {
  let chosen = start;
  let closed = space.fields(start);
  for (const ways of sortedBy(exits, bitCount)) {
    if (ways & chosen) continue;
    const left = ways & ~closed;
    if (!left) return undefined;
    const bit = _least(singleBits(left), (one) => [-(common.get(one) ?? 0), one]);
    chosen |= bit;
    closed |= space.fields(bit);
  }
  for (const bit of singleBits(chosen)) if (exits.every((ways) => ways & chosen & ~bit)) chosen &= ~bit;
  return chosen;
}

/** The search takes too long. */
class TooLong extends Error {}

/** The search for the nearest patients in a region, by the number of facts that are otherwise. */
class Approach {
  /** @param {RegionOnDemand} region @param {bigint} known */
  constructor(region, known) {
    this.region = region;
    this.known = known;
    this.start = known;
    this.space = region.theory.space;
    this.steps = 0;
    /** @type {Map<bigint, bigint[]>} */
    this.obstaclesOf = new Map();
    /** @type {Map<string, Edit>} */
    this.found = new Map();
    this.areAll = true;
  }

  /** @returns {Nearest} */
  nearest() {
    try {
      const starts = this._starts();
      for (let distance = 0; distance <= this.space.facts.length; distance++) {
        for (this.start of starts) this._search(this.start, this.space.outside(this.start), distance);
        if (!this.found.size) continue;
        const ordered = sortedBy(this.found.values(), (way) => bitCount(this.space.outside(way.given)));
        const areAll = this.areAll && ordered.length <= MOST_LISTED;
        return { distance, ways: ordered.slice(0, MOST_LISTED), areAll };
      }
    } catch (error) {
      if (!(error instanceof TooLong || error instanceof TooManyCubes)) throw error;
      return { distance: -1, ways: [], areAll: false };
    }
    return { distance: -1, ways: [], areAll: true };
  }

  /** Cubes that hold, together, the possible patients who fit, and no others. */
  _starts() {
    const { space, region } = this;
    let found = [this.known];
    for (const prime of region.theory.touching(region.condition.named)) {
      if (!found.some((cube) => !space.isEmpty(cube & prime))) continue;
      found = intersect(space, found, complement(space, [prime], MOST_CUBES), MOST_STARTS);
    }
    return found;
  }

  /** Find the ways with just so many changes more.
   * @param {bigint} known changed so far @param {bigint} free the values that facts may still change to @param {number} changes */
  _search(known, free, changes) {
    if (this.found.size > MOST_LISTED) return;
    const { space } = this;
    const obstacles = this._obstacles(known);
    if (!obstacles.length) {
      if (!changes) this._keep(known);
      return;
    }
    const ways = sortedBy(obstacles.map((obstacle) => free & ~obstacle), bitCount);
    let apart = 0;
    let taken = 0n;
    for (const exits of ways) {
      if (exits & taken) continue;
      apart += 1;
      taken |= space.fields(exits);
    }
    if (!ways[0] || apart > changes) return;
    let left = free;
    for (const bit of singleBits(ways[0])) {
      const field = space.masks[space.factAt[lowestPlace(bit)]];
      this._search((known & ~field) | bit, left & ~field, changes - 1);
      left &= ~bit;
    }
  }

  /** @param {bigint} known */
  _obstacles(known) {
    let found = this.obstaclesOf.get(known);
    if (found === undefined) {
      const [obstacles, isGrown] = this.region.obstacles(known);
      found = obstacles;
      this.obstaclesOf.set(known, found);
      this.steps += isGrown ? GROWING : 1;
      if (this.steps > MOST_STEPS) throw new TooLong();
    }
    return found;
  }

  /** @param {bigint} known */
  _keep(known) {
    const { space } = this;
    const changed = space.fields(known & ~this.start);
    const facts = space.universe & ~(changed & ~known);
    const conditions = this.region.conditions(known);
    this.areAll &&= conditions.areAll;
    const whole = (this.known & ~changed) | (known & changed);
    const ofStart = space.universe & ~(whole & ~known);
    for (const given of conditions.cubes) {
      const way = { facts, given: this.region.least(whole, given & ofStart) };
      this.found.set(`${way.facts} ${way.given}`, way);
    }
  }
}
