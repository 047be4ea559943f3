() => {
  const problems = document.getAnimations().map((animation) => `moves: ${animation.effect?.target?.outerHTML.slice(0, 80)}`);
  for (const element of document.querySelectorAll("*")) {
    const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
    const at = element.outerHTML.slice(0, 80);
    if (transitionDuration.split(", ").some((time) => parseFloat(time) > 0)) problems.push(`would move: ${at}`);
    if (animationName !== "none") problems.push(`is animated: ${at}`);
    if (scrollBehavior === "smooth") problems.push(`scrolls smoothly: ${at}`);
  }
  return problems;
};
