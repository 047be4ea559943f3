() => {
  const width = document.documentElement.clientWidth;
  const at = (element) => `${element.localName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`;
  const problems = [];
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const reach = (element) => {
    const box = element.getBoundingClientRect();
    return Math.max(box.right, box.left + element.scrollWidth);
  };
  const insideScroller = (element) => {
    for (let box = element.parentElement; box; box = box.parentElement) if (scrolls(box)) return true;
    return false;
  };
  if (document.documentElement.scrollWidth > width) {
    problems.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
    for (const element of document.body.querySelectorAll("*"))
      if (element.checkVisibility() && reach(element) > width + 1 && !scrolls(element) && !insideScroller(element))
        problems.push(`reaches to ${Math.round(reach(element))}: ${at(element)}`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const over = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (!over) continue;
    const style = getComputedStyle(element);
    const hides = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    const forScreenReaders = element.clientWidth <= 1 || element.clientHeight <= 1;
    if (hides && !forScreenReaders && element.checkVisibility()) problems.push(`cut off: ${at(element)}`);
  }
  return problems;
};
