() => {
  const problems = [];
  let before = null;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!heading.checkVisibility()) continue;
    const top = heading.getBoundingClientRect().top;
    if (before !== null && top < before.top)
      problems.push(`"${heading.textContent.trim()}" comes after "${before.text}" and stands above it`);
    before = { top, text: heading.textContent.trim() };
  }
  return problems;
};
