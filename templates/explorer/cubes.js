"use strict";
// Sets of patients as bits: every fact owns a bit for each of its values, and a cube (a BigInt) allows the values whose
// bits it has. What is known of a patient is a cube, too. The same algebra as `mbc_options.logic`, whose documentation
// says what it is and who found it; tests compare the two.

/**
 * A cube in words: of each fact that it restricts, the values that it allows.
 * @typedef {Record<string, string[]>} Reading
 */

/** The facts, laid out in bits. */
class Space {
  /** @param {[string, string[]][]} domains each fact with its values, in the order in which facts are preferred */
  constructor(domains) {
    this.facts = domains.map(([fact]) => fact);
    /** @type {Map<string, number>} */
    this.index = new Map(this.facts.map((fact, i) => [fact, i]));
    this.values = domains.map(([, values]) => values);
    /** @type {bigint[]} the bits of each fact */
    this.masks = [];
    /** @type {bigint[][]} the bit of each value of each fact */
    this.bits = [];
    /** @type {number[]} of each bit, the place of its fact */
    this.factAt = [];
    /** @type {bigint} the lowest bit of every fact */
    this.low = 0n;
    for (const [i, values] of this.values.entries()) {
      const offset = this.factAt.length;
      this.bits.push(values.map((_, j) => 1n << BigInt(offset + j)));
      this.masks.push(this.bits[i].reduce((a, b) => a | b, 0n));
      this.low |= this.bits[i][0];
      for (const _ of values) this.factAt.push(i);
    }
    this.widest = Math.max(1, ...this.values.map((values) => values.length));
    this.universe = (1n << BigInt(this.factAt.length)) - 1n;
    /** @type {[bigint, bigint][]} how far, and in which facts, a cube is shifted to bring a value onto the lowest bit */
    this.shifts = [];
    for (let j = 1; j < this.widest; j++) {
      const fields = this.bits.reduce((all, bits) => (bits.length > j ? all | bits[0] : all), 0n);
      this.shifts.push([BigInt(j), fields]);
    }
  }

  /** The lowest bit of every fact for which the cube allows some value. @param {bigint} cube */
  occupied(cube) {
    let found = cube;
    for (const [shift, fields] of this.shifts) found |= (cube >> shift) & fields;
    return found & this.low;
  }

  /** Whether some fact is left without a value. @param {bigint} cube */
  isEmpty(cube) {
    return this.occupied(cube) !== this.low;
  }

  /** All bits of the facts of which there is one. @param {bigint} bits */
  fields(bits) {
    const lowest = this.occupied(bits);
    let found = lowest;
    for (const [shift, fields] of this.shifts) found |= (lowest & fields) << shift;
    return found;
  }

  /** Every bit that the cube forbids: knowledge lies inside it exactly when it has none of them. @param {bigint} cube */
  outside(cube) {
    return this.universe & ~cube;
  }

  /** All bits of the facts that the cube restricts. @param {bigint} cube */
  named(cube) {
    return this.fields(this.universe & ~cube);
  }

  /** The places of the facts that the cube restricts, in order. @param {bigint} cube @returns {number[]} */
  restricted(cube) {
    return this.placesOf(this.universe & ~cube);
  }

  /** The places of the facts of which there is a bit, in order. @param {bigint} bits @returns {number[]} */
  placesOf(bits) {
    const found = [];
    for (let missing = bits; missing; ) {
      const i = this.factAt[lowestPlace(missing)];
      found.push(i);
      missing &= ~this.masks[i];
    }
    return found;
  }

  /** The names of the facts of which there is a bit. @param {bigint} bits */
  factsOf(bits) {
    return this.placesOf(bits).map((i) => this.facts[i]);
  }

  /** The bits of a fact. @param {string} fact */
  mask(fact) {
    return this.masks[this.place(fact)];
  }

  /** @param {string} fact */
  place(fact) {
    const i = this.index.get(fact);
    if (i === undefined) throw new RangeError(`no fact ${JSON.stringify(fact)}`);
    return i;
  }

  /** The bit that allows a value. @param {string} fact @param {string} value */
  bit(fact, value) {
    const i = this.place(fact);
    const j = this.values[i].indexOf(value);
    if (j < 0) throw new RangeError(`no value ${JSON.stringify(value)} of ${fact}`);
    return this.bits[i][j];
  }

  /** The cube that allows just these values of the facts named. @param {Reading} reading */
  cube(reading) {
    let cube = this.universe;
    for (const [fact, values] of Object.entries(reading)) {
      const bits = values.reduce((all, value) => all | this.bit(fact, value), 0n);
      cube &= ~this.mask(fact) | bits;
    }
    return cube;
  }

  /** @param {Reading[]} readings */
  cubes(readings) {
    return readings.map((one) => this.cube(one));
  }

  /** The values that a cube allows for a fact. @param {bigint} cube @param {number} i its place */
  valuesAt(cube, i) {
    return this.values[i].filter((_, j) => cube & this.bits[i][j]);
  }

  /** The cube in words. @param {bigint} cube @returns {Reading} */
  reading(cube) {
    return Object.fromEntries(this.restricted(cube).map((i) => [this.facts[i], this.valuesAt(cube, i)]));
  }
}

/** @param {bigint} bits */
const lowestBit = (bits) => bits & -bits;

/** How many bits there are. @param {bigint} bits */
function bitCount(bits) {
  let found = 0;
  for (let rest = bits; rest; rest >>= 32n) {
    let word = Number(BigInt.asUintN(32, rest));
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    found += (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return found;
}

/** The place of the lowest bit. @param {bigint} bits at least one */
function lowestPlace(bits) {
  let place = 0;
  let rest = bits;
  let word = Number(BigInt.asUintN(32, rest));
  while (!word) {
    place += 32;
    rest >>= 32n;
    word = Number(BigInt.asUintN(32, rest));
  }
  return place + 31 - Math.clz32(word & -word);
}

/** Each bit by itself, the lowest first. @param {bigint} bits */
function* singleBits(bits) {
  for (let rest = bits; rest; ) {
    const lowest = lowestBit(rest);
    yield lowest;
    rest ^= lowest;
  }
}

/** Order of numbers, and of lists by their first difference. @param {any} a @param {any} b @returns {number} */
function compared(a, b) {
  if (!Array.isArray(a)) return a < b ? -1 : a > b ? 1 : 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const first = compared(a[i], b[i]);
    if (first) return first;
  }
  return a.length - b.length;
}

/**
 * The elements by what a key says of them, which is asked once for each; those alike keep their order.
 * @template T
 * @param {Iterable<T>} some
 * @param {(one: T) => any} key a number, a BigInt, a truth, or a list of such
 * @returns {T[]}
 */
function sortedBy(some, key) {
  const keyed = [...some].map((one) => ({ one, key: key(one) }));
  return keyed.sort((a, b) => compared(a.key, b.key)).map(({ one }) => one);
}

/** A cover has more cubes than can be listed. */
class TooManyCubes extends Error {}

/** The cubes that lie in no other one, the largest first. @param {Iterable<bigint>} cubes @returns {bigint[]} */
function absorb(cubes) {
  /** @type {bigint[]} */
  const kept = [];
  for (const cube of sortedBy(new Set(cubes), (one) => [-bitCount(one), one])) {
    if (!kept.some((other) => (cube & other) === cube)) kept.push(cube);
  }
  return kept;
}

/** What both covers hold. @param {Space} space @param {bigint[]} a @param {bigint[]} b */
function product(space, a, b) {
  const found = [];
  for (const one of a) {
    for (const other of b) {
      const both = one & other;
      if (!space.isEmpty(both)) found.push(both);
    }
  }
  return found.length < 2 ? found : absorb(found);
}

/** What both covers hold, in so many cubes at most. @param {Space} space @param {bigint[]} a @param {bigint[]} b @param {number} most */
function intersect(space, a, b, most) {
  return bounded(product(space, a, b), most);
}

/** @param {bigint[]} cubes @param {number} most */
function bounded(cubes, most) {
  if (cubes.length > most) throw new TooManyCubes();
  return cubes;
}

/** A cover of everything outside one cube. @param {Space} space @param {bigint} cube */
function outsideOf(space, cube) {
  return space.restricted(cube).map((i) => space.universe & ~(space.masks[i] & cube));
}

/** All primes of what is outside a cover, multiplied out. @param {Space} space @param {Iterable<bigint>} cover @param {number} most */
function complement(space, cover, most) {
  let result = [space.universe];
  for (const cube of cover) {
    const terms = outsideOf(space, cube);
    const apart = result.filter((one) => space.isEmpty(one & cube));
    const met = result.filter((one) => !space.isEmpty(one & cube));
    const fresh = met.flatMap((one) => terms.map((term) => one & term)).filter((one) => !space.isEmpty(one));
    const kept = absorb(fresh).filter((one) => !apart.some((other) => !(one & ~other)));
    result = bounded([...apart, ...kept], most);
  }
  return absorb(result);
}

/** What a cube holds outside a cover. @param {Space} space @param {bigint} cube @param {Iterable<bigint>} cover */
function sharp(space, cube, cover) {
  let result = [cube];
  for (const other of cover) {
    if (result.some((one) => !space.isEmpty(one & other))) result = product(space, result, outsideOf(space, other));
  }
  return result;
}
