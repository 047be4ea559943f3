// Mark an example of each drawing that is to be seen, and return how each is written. An empty <i> is a mark.
(mark) => {
  const seen = new Set();
  for (const drawing of document.querySelectorAll("svg, i:empty")) {
    drawing.removeAttribute(mark);
    const { width, height } = drawing.getBoundingClientRect();
    const source = drawing.outerHTML;
    if (!drawing.checkVisibility() || seen.has(source)) continue;
    if (drawing.localName === "svg" && (width < 2 || height < 2)) continue; // symbols for others to use
    drawing.setAttribute(mark, seen.size);
    seen.add(source);
  }
  return [...seen];
};
