() => {
  const problems = [];
  if (!document.documentElement.lang) problems.push("no language");
  if (!document.title.trim()) problems.push("no title");
  let before = 0;
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  for (const heading of headings) {
    const level = Number(heading.localName[1]);
    if (level > before + 1) problems.push(`heading skips from h${before} to h${level}: ${heading.textContent.trim()}`);
    before = level;
  }
  const first = headings.filter((heading) => heading.localName === "h1").length;
  if (first !== 1) problems.push(`${first} h1`);
  const ids = new Set();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (ids.has(id)) problems.push(`id twice: ${id}`);
    ids.add(id);
  }
  for (const link of document.querySelectorAll("a[href]")) {
    const target = link.getAttribute("href");
    if (target.startsWith("#") && !ids.has(decodeURIComponent(target.slice(1)))) problems.push(`link to nowhere: ${target}`);
  }
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
    for (const element of document.querySelectorAll(`[${name}]`))
      for (const id of element.getAttribute(name).split(/\s+/))
        if (!ids.has(id)) problems.push(`${name} names nothing: ${id}`);
  return problems;
};
