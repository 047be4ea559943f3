// Small things that whoever draws needs. Text is set as text; structure is cloned from the page's own templates.
"use strict";

/** The element with an id, which the page has. @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** The input with an id. @param {string} id */
const inputById = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

/** The first element inside another that fits. @param {ParentNode} inside @param {string} selector */
const within = (inside, selector) => /** @type {HTMLElement} */ (inside.querySelector(selector));

/** All elements inside another that fit. @param {ParentNode} inside @param {string} selector @returns {HTMLElement[]} */
const allWithin = (inside, selector) => [...inside.querySelectorAll(selector)].map((one) => /** @type {HTMLElement} */ (one));

/** A new copy of one of the page's templates. @param {string} name */
function part(name) {
  const { content } = /** @type {HTMLTemplateElement} */ (document.getElementById(`t-${name}`));
  return /** @type {HTMLElement} */ (/** @type {Element} */ (content.firstElementChild).cloneNode(true));
}

/** Sets a text where it is another. @param {Element} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute, or takes it away, where that changes it. @param {Element} element @param {string} name @param {string | null} value */
function setAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Puts values into a sentence, one for each `{}`. @param {string} sentence @param {...string} values */
function put(sentence, ...values) {
  return sentence.replace(/\{\}/g, () => values.shift() ?? "");
}

/** A list of things. @param {(Node | string)[][]} items */
function listOf(items) {
  const list = part("list");
  for (const item of items) {
    const line = part("item");
    line.append(...item);
    list.append(line);
  }
  return list;
}

/** A line of which the middle is what matters. @param {string} before @param {string} strong @param {string} after */
function strongLine(before, strong, after) {
  const line = part("strong");
  const [first, middle, last] = line.children;
  first.textContent = before;
  middle.textContent = strong;
  last.textContent = after;
  return line;
}

/** The first letter large. @param {string} text */
const sentenceOf = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What the page carries, unpacked. @param {string} packed gzip, as base64 @returns {Promise<any>} */
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed.trim()), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** Runs one step after another once the window has shown what was drawn, each as a task of its own, so that a reader's
 * next touch never waits for all of them. A later list of steps takes the place of one that is not done. @type {(steps: (() => void)[]) => void} */
const inTurn = (() => {
  let turn = 0;
  /** @param {(() => void)[]} steps */
  return (steps) => {
    turn += 1;
    const mine = turn;
    const rest = [...steps];
    const next = () => {
      if (turn !== mine) return;
      const step = rest.shift();
      if (!step) return;
      step();
      setTimeout(next);
    };
    let begun = false;
    const start = () => {
      if (!begun) setTimeout(next);
      begun = true;
    };
    requestAnimationFrame(start);
    setTimeout(start, 100); // a window that nobody sees draws nothing
  };
})();
