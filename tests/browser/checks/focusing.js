// Focus each stop in the order of the Tab key, which is that of the page where no tabindex changes it.
() => {
  // What has the focus already would not be met again.
  document.activeElement.blur();
  for (const stop of window.stops) if (stop.tabIndex === 0) stop.focus({ focusVisible: true, preventScroll: true });
  const moved = window.stops.filter((stop) => stop.tabIndex > 0);
  return [...window.met, ...moved.map((stop) => ({ name: stop.outerHTML.slice(0, 60), problem: "is out of its turn" }))];
};
