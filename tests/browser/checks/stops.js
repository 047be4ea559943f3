// Return the stops that the Tab key should make, and note from now on, in window.met, those that the focus makes;
// looking also at whether something covers them takes long.
(looking) => {
  const wanted = "a[href], summary, button, input, select, textarea, [tabindex='0'], [contenteditable]";
  const groups = new Set();
  const oneOfGroup = ({ type, name }) => type !== "radio" || (!groups.has(name) && groups.add(name));
  const stops = [...document.querySelectorAll(wanted)].filter((stop) => stop.checkVisibility() && oneOfGroup(stop));
  const begins = [...document.querySelectorAll("main, main > :first-child, main > :first-child > :first-child")];
  const written = (stop) => (stop.getAttribute("href") ?? stop.textContent).trim().slice(0, 60);
  const names = new Map(stops.map((stop, index) => [stop, `${index}: ${stop.localName} ${written(stop)}`]));
  const problem = (stop) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(stop);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 1) return "has no outline when focused";
    if (!looking) return "";
    const box = stop.getBoundingClientRect();
    const outside = box.right <= 0 || box.bottom <= 0 || box.left >= innerWidth || box.top >= innerHeight;
    if (box.width < 2 || box.height < 2 || outside) return "cannot be seen when focused";
    const [line] = stop.getClientRects();
    const top = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
    return top && !stop.contains(top) && !top.contains(stop) ? `is covered by <${top.localName}> when focused` : "";
  };
  const meet = ({ target }) => {
    const href = target.getAttribute("href") ?? "";
    const goal = href.startsWith("#") ? document.getElementById(decodeURIComponent(href.slice(1))) : null;
    window.met.push({ name: names.get(target) ?? target.localName, skips: begins.includes(goal), problem: problem(target) });
  };
  if (window.meet) document.removeEventListener("focusin", window.meet);
  Object.assign(window, { met: [], meet, stops });
  document.addEventListener("focusin", meet);
  return [...names.values()];
};
