// From facts to a verdict, as a picture that can be read as text: each way, with its facts as they stand.
"use strict";

/** @typedef {"holds" | "open" | "fails"} Standing */

/** How a condition on a fact stands. @param {string[] | undefined} known @param {string[]} asked @returns {Standing} */
function standingOf(known, asked) {
  if (!known) return "open";
  if (known.every((value) => asked.includes(value))) return "holds";
  return known.some((value) => asked.includes(value)) ? "open" : "fails";
}

/** How a way as a whole stands. @param {Reading} known @param {Reading} way @returns {Standing} */
function wayStands(known, way) {
  const all = Object.entries(way).map(([fact, asked]) => standingOf(known[fact], asked));
  return all.includes("fails") ? "fails" : all.every((one) => one === "holds") ? "holds" : "open";
}

/** Whether two ways ask for the same. @param {Reading} a @param {Reading} b */
function isSameWay(a, b) {
  const facts = Object.keys(a);
  return facts.length === Object.keys(b).length && facts.every((fact) => String(a[fact]) === String(b[fact] ?? ""));
}

/**
 * The ways to the verdicts on an option; null where there are too many to be listed.
 * @param {Texts} texts @param {Portable} portable @param {OptionFound} option @param {Reading} known
 * @param {Set<string>} asked the facts that a reader can answer; ways over others only say again what follows from these
 * @returns {HTMLElement[] | null}
 */
function pathOf(texts, portable, option, known, asked) {
  const decision = portable.decisions.find(({ options }) => options.includes(option.id));
  if (!decision || decision.decide !== "primes") return null;
  const found = [];
  const isTold = (/** @type {Reading} */ way) => Object.keys(way).every((fact) => asked.has(fact)) || isSameWay(way, option.proof);
  const [candidate, described, not_described] = [decision.candidate, decision.described, decision.not_described].map((ways) => ways.filter(isTold));
  if (candidate.length) found.push(_ways(texts, put(texts.say.ways_to, texts.status.candidate.name), candidate, "candidate", option, known));
  const named = described.filter((way) => !candidate.some((one) => isSameWay(one, way)));
  if (option.status === "unspecified" && named.length) {
    found.push(_ways(texts, put(texts.say.ways_to, texts.status.unspecified.name), named, "unspecified", option, known));
  }
  if (option.status === "not_described" && not_described.length) {
    const here = not_described.filter((way) => wayStands(known, way) === "holds");
    found.push(_ways(texts, texts.say.ways_out, here, "not_described", option, known));
  }
  return found;
}

/** @param {Texts} texts @param {string} name @param {Reading[]} ways @param {Status} to @param {OptionFound} option @param {Reading} known */
function _ways(texts, name, ways, to, option, known) {
  const order = ["holds", "open", "fails"];
  const standing = ways.map((way) => ({ way, stands: wayStands(known, way), decides: isSameWay(way, option.proof) }));
  standing.sort((a, b) => Number(b.decides) - Number(a.decides) || order.indexOf(a.stands) - order.indexOf(b.stands));
  const box = part("ways");
  within(box, "p").textContent = name;
  const list = within(box, "ol");
  /** @type {HTMLElement[]} */
  const faded = [];
  for (const { way, stands, decides } of standing) {
    const line = _way(texts, way, stands, decides, to, known);
    if (stands === "fails" && standing.length > 4) faded.push(line);
    else list.append(line);
  }
  if (faded.length) {
    const fold = part("fold");
    within(fold, "summary").textContent = put(texts.say.faded, String(faded.length));
    const rest = document.createElement("ol");
    rest.append(...faded);
    within(fold, "div").append(rest);
    box.append(fold);
  }
  return box;
}

/** @param {Texts} texts @param {Reading} way @param {Standing} stands @param {boolean} decides @param {Status} to @param {Reading} known */
function _way(texts, way, stands, decides, to, known) {
  const line = part("way");
  line.classList.add(stands);
  line.classList.toggle("decides", decides);
  const chips = within(line, ".chips");
  for (const [fact, asked] of Object.entries(way)) {
    const chip = part("chip");
    const how = standingOf(known[fact], asked);
    chip.classList.add(how);
    chip.textContent = put(texts.say[`fact_${how}`], texts.phrase(fact, asked));
    chips.append(chip);
  }
  if (!chips.children.length) {
    const chip = part("chip");
    chip.classList.add("holds");
    chip.textContent = texts.say.always_way;
    chips.append(chip);
  }
  within(line, ".to i").className = stands === "fails" ? "" : to;
  within(line, ".to span").textContent = decides ? texts.say.way_decides : texts.say[`way_${stands}`];
  within(line, ".to").classList.add(to);
  return line;
}
