// Shows of the arms of a fork only those that were taken; each stays once it is, so that one may come back for another.
(() => {
  const words = document.getElementById('words').dataset;
  const fork = document.getElementById('fork');
  const doors = [...fork.querySelectorAll('.arms a')];
  const targetOf = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));
  const armAt = (hash) => targetOf(hash)?.closest('[data-arm]')?.dataset.arm;
  const take = (arm) => {
    if (!arm) return;
    for (const slide of document.querySelectorAll('[data-arm]')) if (slide.dataset.arm === arm) slide.classList.add('taken');
    for (const door of doors) if (armAt(door.hash) === arm) door.parentElement.querySelector('.how').textContent = words.taken;
    fork.dataset.taken = '';
  };
  // A link opens the arm before the browser goes there; an address opens it when the page does.
  document.addEventListener('click', ({ target }) => {
    const link = target.closest('a[href^="#"]');
    if (link) take(armAt(link.hash));
  });
  const follow = () => {
    const arm = location.hash && armAt(location.hash);
    if (!arm) return;
    take(arm);
    targetOf(location.hash).scrollIntoView({ behavior: 'instant' });
  };
  addEventListener('hashchange', follow);
  follow();
  // What was answered comes back with its arm.
  document.addEventListener('case:answered', ({ detail }) => take(document.getElementById(detail.question).dataset.arm));
  document.addEventListener('case:restore', () => {
    for (const area of document.querySelectorAll('[data-arm] textarea')) if (area.value.trim()) take(area.closest('[data-arm]').dataset.arm);
  });
})();
