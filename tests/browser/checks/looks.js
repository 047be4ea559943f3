// Tell in how many ways words look, by their own style and the boxes that they stand in, and mark an example of each.
(mark) => {
  const looks = [];
  const boxes = new Map();
  const boxesOf = (element) => {
    if (!element) return "";
    if (!boxes.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position, color } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity, position, color].join();
      boxes.set(element, `${own}|${boxesOf(element.parentElement)}`);
    }
    return boxes.get(element);
  };
  const seen = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    element.removeAttribute(mark);
    if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    if (!element.checkVisibility()) continue;
    const { color, fill, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
    const kind = element.closest("svg") ? "svg" : element.closest("a") ? "a" : "";
    const look = [kind, color, fill, fontSize, fontWeight, textDecorationLine, boxesOf(element)].join("|");
    if (seen.has(look)) continue;
    seen.add(look);
    element.setAttribute(mark, looks.length);
    looks.push(look);
  }
  return looks;
};
