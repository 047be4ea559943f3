"use strict";
// What cannot be, and conditions by all their primes: whether knowledge settles them, on what they depend, and which
// patients nearby they hold for. As `mbc_options.logic` (theory, function, region) has it.

/**
 * The nearest patients: `facts` restricts what is otherwise to its new values, `given` unknown facts besides.
 * @typedef {{facts: bigint, given: bigint}} Edit
 * What would have to be learned, and whether nothing else would do.
 * @typedef {{cubes: bigint[], areAll: boolean}} Conditions
 * A distance of -1 where there is none, or none was found.
 * @typedef {{distance: number, ways: Edit[], areAll: boolean}} Nearest
 * Constraints that share no fact with any others.
 * @typedef {{facts: bigint, broken: bigint[], forbidden: bigint[], isCertain: boolean}} Group
 * A condition, by its primes or on demand.
 * @typedef {PrimeFunction | CoverFunction} Condition
 */

/** What cannot be: the constraints between facts. */
class Theory {
  /** @param {Space} space @param {bigint[]} broken all primes of what cannot be */
  constructor(space, broken) {
    this.space = space;
    this.broken = broken;
    this.forbidden = broken.map((prime) => space.outside(prime));
    /** @type {Group[]} */
    this.groups = this._independentGroups();
  }

  /** Whether there is such a patient. @param {bigint} cube */
  isPossible(cube) {
    return this.forbidden.every((forbidden) => cube & forbidden);
  }

  /** The smallest cube around the possible patients; null where there is none. @param {bigint} cube */
  tighten(cube) {
    const space = this.space;
    let tight = cube;
    for (const group of this.groups) {
      const known = cube & group.facts;
      if (known === group.facts && !group.isCertain) continue;
      for (const [i, forbidden] of group.forbidden.entries()) {
        const outside = cube & forbidden;
        if (!outside) return null;
        const field = space.masks[space.factAt[lowestPlace(outside)]];
        if (!(outside & ~field)) tight &= ~(group.broken[i] & field);
      }
    }
    return tight;
  }

  /** The constraints that share a fact with these, directly or through others. @param {bigint} facts */
  touching(facts) {
    return this.groups.filter((group) => group.facts & facts).flatMap((group) => group.broken);
  }

  /** The bits of facts, and of those that constraints tie to them. @param {bigint} facts */
  linked(facts) {
    let found = facts;
    for (const group of this.groups) if (group.facts & found) found |= group.facts;
    return found;
  }

  /** @returns {Group[]} */
  _independentGroups() {
    const space = this.space;
    /** @type {{mask: bigint, members: bigint[]}[]} */
    let groups = [];
    for (const prime of this.broken) {
      let mask = space.named(prime);
      const members = [prime];
      const apart = [];
      for (const other of groups) {
        if (other.mask & mask) {
          mask |= other.mask;
          members.push(...other.members);
        } else {
          apart.push(other);
        }
      }
      groups = [...apart, { mask, members }];
    }
    return groups.map(({ mask, members }) => ({
      facts: mask,
      broken: members,
      forbidden: members.map((prime) => space.outside(prime)),
      isCertain: members.some((prime) => space.restricted(prime).length === 1),
    }));
  }
}

/** The first cube that knowledge lies inside. @param {bigint} known @param {bigint[]} cubes */
const _around = (known, cubes) => cubes.find((cube) => (known & cube) === known);

/** A condition with all its primes: a subset test decides, and the prime is the reason. */
class PrimeFunction {
  /**
   * @param {bigint[]} holds the primes of "it holds, or the patient cannot be", in the order in which they are preferred
   * @param {bigint[]} fails those of the contrary
   * @param {bigint} named the bits of the facts that its author named
   * @param {bigint[]} urgent those of either that tell of something urgent, which are preferred
   */
  constructor(holds, fails, named, urgent) {
    this.holds = holds;
    this.fails = fails;
    this.named = named;
    this.urgent = urgent;
  }

  /** Whether every patient who fits satisfies it. @param {bigint} known */
  entailedBy(known) {
    return _around(known, this.holds) !== undefined;
  }

  /** Whether none does. @param {bigint} known */
  refutedBy(known) {
    return _around(known, this.fails) !== undefined;
  }

  /** The preferred minimal reason why it holds. @param {bigint} known */
  proof(known) {
    return this._preferred(known, this.holds);
  }

  /** The preferred minimal reason why it fails. @param {bigint} known */
  refutation(known) {
    return this._preferred(known, this.fails);
  }

  /** @param {bigint} known @param {bigint[]} primes */
  _preferred(known, primes) {
    const found = _around(known, primes);
    return found === undefined ? found : (_around(known, this.urgent) ?? found);
  }

  /** Where it holds, or where it fails. @param {Theory} theory @param {boolean} holds @returns {Region | RegionOnDemand} */
  region(theory, holds) {
    return new Region(theory, holds ? this.holds : this.fails, this.named);
  }
}

/**
 * A prime with what is asked of it again and again: the facts that it restricts, those that constraints tie to them, and
 * these constraints.
 * @typedef {object} PreparedPrime
 * @property {bigint} cube
 * @property {bigint[]} fields
 * @property {bigint} linked
 * @property {number} size
 * @property {bigint[]} constraints
 * @property {bigint[]} broken
 * @property {{bits: bigint, constraints: bigint, uses: [bigint, bigint][]}[]} others
 */

/** The possible patients for whom a condition holds. */
class Region {
  /** @param {Theory} theory @param {bigint[]} primes @param {bigint} named */
  constructor(theory, primes, named) {
    this.theory = theory;
    const space = theory.space;
    this.primes = primes.filter((prime) => !(space.outside(prime) & ~named)).map((prime) => this._prepared(prime));
    /** @type {Map<string, bigint[]>} */
    this._goals = new Map();
  }

  /** @param {bigint} cube @returns {PreparedPrime} */
  _prepared(cube) {
    const space = this.theory.space;
    const constraints = this.theory.touching(space.named(cube));
    const linked = constraints.reduce((all, one) => all | space.named(one), 0n);
    const others = space.masks.filter((mask) => mask & linked && (mask & cube) === mask);
    return {
      cube,
      fields: space.restricted(cube).map((i) => space.masks[i]),
      linked,
      size: bitCount(space.low & linked),
      constraints,
      broken: constraints.map((one) => space.outside(one)),
      others: others.map((bits) => _linkedFact(bits, constraints)),
    };
  }

  /** What would have to be learned for the condition to hold: all of it. @param {bigint} known @returns {Conditions} */
  conditions(known) {
    const space = this.theory.space;
    /** @type {Set<bigint>} */
    const found = new Set();
    for (const prime of this.primes) {
      const both = known & prime.cube;
      if (space.isEmpty(both) || !prime.broken.every((forbidden) => both & forbidden)) continue;
      let rest = space.universe;
      const forbidden = known & ~prime.cube;
      for (const field of prime.fields) if (forbidden & field) rest &= ~field | prime.cube;
      found.add(rest);
    }
    const all = [...found];
    return { cubes: all.filter((one) => !all.some((other) => other !== one && !(one & ~other))), areAll: true };
  }

  /** How far away it is, and every way that is that short. @param {bigint} known @returns {Nearest} */
  nearest(known) {
    const space = this.theory.space;
    const apart = this.primes.map((prime) => ({ prime, lows: space.low & ~space.occupied(known & prime.cube) }));
    let best = -1;
    /** @type {Map<string, Edit>} */
    const ways = new Map();
    for (const { prime, lows } of sortedBy(apart, (one) => bitCount(one.lows))) {
      if (best >= 0 && best < bitCount(lows)) break;
      for (const [lowsApart, goal] of this._goalsOf(known, prime, lows)) {
        const distance = bitCount(lowsApart);
        if (best >= 0 && best < distance) continue;
        if (distance !== best) {
          best = distance;
          ways.clear();
        }
        const fields = space.fields(lowsApart);
        const facts = space.universe & ~(fields & ~goal);
        const given = space.universe & ~(known & ~fields & ~prime.cube);
        ways.set(`${facts} ${given}`, { facts, given });
      }
    }
    const all = [...ways.values()];
    return { distance: best, ways: all.length > 1 ? _simplest(space, all) : all, areAll: true };
  }

  /**
   * Where to arrive, cube by cube of possible patients, each with the lowest bits of the facts to change.
   * @param {bigint} known @param {PreparedPrime} prime @param {bigint} apart
   * @returns {Generator<[bigint, bigint]>}
   */
  *_goalsOf(known, prime, apart) {
    const space = this.theory.space;
    const isSingle = bitCount(known & prime.linked) === prime.size;
    if (isSingle) {
      const fields = space.fields(apart);
      const changed = (known & prime.cube & ~fields) | (prime.cube & fields);
      const isKnown = bitCount(changed & prime.linked) === prime.size;
      if (isKnown && prime.broken.every((forbidden) => changed & forbidden)) {
        yield [apart, changed];
        return;
      }
    }
    const atStake = _atStake(known, prime);
    const broken = prime.constraints.filter((_, i) => (atStake >> BigInt(i)) & 1n);
    const key = `${prime.cube} ${atStake}`;
    let goals = this._goals.get(key);
    if (goals === undefined) {
      goals = sortedBy(sharp(space, prime.cube, broken), (goal) => space.restricted(goal));
      this._goals.set(key, goals);
    }
    const starts = isSingle ? [known] : sharp(space, known, broken);
    for (const goal of goals) for (const start of starts) yield [space.low & ~space.occupied(start & goal), goal];
  }
}

/** @param {bigint} bits @param {bigint[]} constraints */
function _linkedFact(bits, constraints) {
  /** @type {[bigint, bigint][]} */
  const uses = [];
  for (const [i, cube] of constraints.entries()) {
    if ((cube & bits) !== bits) uses.push([1n << BigInt(i), cube & bits]);
  }
  return { bits, constraints: uses.reduce((all, [bit]) => all | bit, 0n), uses };
}

/**
 * Which constraints can keep a patient who fits from one inside the prime who is near.
 * @param {bigint} known @param {PreparedPrime} prime
 */
function _atStake(known, prime) {
  let kept = (1n << BigInt(prime.constraints.length)) - 1n;
  let found = -1n;
  while (found !== kept) {
    found = kept;
    for (const fact of prime.others) {
      if (!(kept & fact.constraints)) continue;
      let taken = 0n;
      for (const [bit, values] of fact.uses) if (kept & bit) taken |= values;
      if (known & fact.bits & ~taken) kept &= ~fact.constraints;
    }
  }
  return kept;
}

/** Without the ways that ask more of unknown facts than another with the same change. @param {Space} space @param {Edit[]} ways */
function _simplest(space, ways) {
  /** @type {Map<bigint, bigint[]>} */
  const byFacts = new Map();
  for (const { facts, given } of ways) byFacts.set(facts, [...(byFacts.get(facts) ?? []), given]);
  /** @type {Edit[]} */
  const kept = [];
  for (const [facts, givens] of byFacts) {
    for (const given of givens) {
      if (!givens.some((other) => other !== given && !(given & ~other))) kept.push({ facts, given });
    }
  }
  return sortedBy(kept, (way) => bitCount(space.outside(way.given)));
}
