// Grades what was chosen when the answer is opened.
(() => {
  const written = (number) => (Math.round(Number((number * 100).toFixed(7))) / 100).toFixed(2).replace('.00', '');
  const shape = (name) => document.querySelector(`#words > .${name}`).cloneNode(true);
  const quizzes = [...document.querySelectorAll('[data-graded]')];
  const slides = [...document.querySelectorAll('body > header, .slide')];
  const scores = [];
  const answered = new Set();
  document.documentElement.classList.add('live');
  document.getElementById('keys').hidden = false;

  // The questions of an arm count once one of them is answered.
  const isMet = (arm) => [...document.querySelectorAll('.quiz[data-arm]')].some((quiz) => quiz.dataset.arm === arm
    && (answered.has(quiz.id) || quiz.querySelector('textarea')?.value.trim()));
  const arms = [...new Set(quizzes.map((quiz) => quiz.dataset.arm).filter(Boolean))];
  const standing = () => {
    const met = arms.filter(isMet);
    const counting = quizzes.filter(({ dataset }) => !dataset.arm || met.includes(dataset.arm));
    const complete = counting.every((quiz) => answered.has(quiz.id)) && (met.length > 0 || !arms.length);
    return { asked: counting.length, complete };
  };
  const total = () => {
    const sum = scores.reduce((all, one) => all + one, 0);
    document.getElementById('score').textContent = filled(words.total, written(sum), standing().asked, scores.length);
  };
  document.addEventListener('change', ({ target }) => target.matches('[data-arm] textarea') && scores.length && total());

  const scoreOf = (inputs, answers, many) => {
    const isRight = (index) => answers[index].classList.contains('is');
    const rights = answers.filter((_, index) => isRight(index)).length;
    const wrongs = answers.filter((_, index) => !isRight(index) && !('none' in inputs[index].dataset)).length;
    let hits = 0, mistakes = 0;
    inputs.forEach((input, index) => {
      if (input.checked) isRight(index) ? hits++ : mistakes++;
    });
    const score = many ? Math.max(0, hits / rights - (wrongs ? mistakes / wrongs : 0)) : Math.min(1, hits);
    const kind = score === 1 ? 'right' : hits ? (score < 0.005 ? 'lost' : 'part') : hits + mistakes ? 'wrong' : 'nothing';
    const how = inputs.map((input, index) => {
      if (isRight(index)) return input.checked ? 'hit' : !many && hits ? 'also' : 'missed';
      return input.checked ? 'wrong' : 'left';
    });
    return { score, kind, how };
  };

  // What went wrong comes first, then what was missed; the rest is folded, or open where it is all there is.
  const grouped = (reveal, answers, how) => {
    const group = (name) => {
      const found = answers.filter((_, index) => how[index] === name);
      if (!found.length) return [];
      const list = made('ul', `answers ${name}`, ...found);
      if (found.length > 4) list.classList.add('wide');
      return [made('h4', `how ${name}`, shape(name), `${words['group' + name[0].toUpperCase() + name.slice(1)]}: ${found.length}`), list];
    };
    const first = [...group('wrong'), ...group('missed')];
    const rest = ['hit', 'also', 'left'].flatMap(group);
    const number = how.filter((name) => name !== 'wrong' && name !== 'missed').length;
    const old = reveal.querySelector('.answers');
    if (!first.length) first.push(made('p', '', words.noneWrong));
    if (rest.length) first.push(made('details', 'rest', made('summary', '', filled(words.rest, number)), ...rest));
    old.replaceWith(...first);
  };

  for (const quiz of quizzes) {
    const inputs = [...quiz.querySelectorAll('.choices label > input')];
    const answers = [...quiz.querySelectorAll('.answers > li')];
    const reveal = quiz.querySelector('.reveal');
    const many = inputs[0].type === 'checkbox';
    let done = false;
    quiz.addEventListener('change', ({ target }) => {
      if (!many || !target.checked) return;
      for (const input of inputs)
        if (input !== target && ('none' in target.dataset || 'none' in input.dataset)) input.checked = false;
    });
    quiz.addEventListener('click', (event) => {
      if (done && inputs.includes(event.target)) event.preventDefault();
    });
    const commit = () => {
      if (done) return;
      done = true;
      const voted = 'voted' in quiz.dataset;
      const { score, kind, how } = scoreOf(inputs, answers, many);
      inputs.forEach((input, index) => {
        input.setAttribute('aria-disabled', 'true');
        const name = how[index] === 'left' ? '' : voted ? 'hit' : how[index];
        if (!name) return;
        const told = words['how' + name[0].toUpperCase() + name.slice(1)];
        input.parentElement.querySelector('.how').replaceChildren(shape(name), told);
      });
      reveal.querySelector('summary').textContent = words.answer;
      const chosen = inputs.flatMap((input, index) => input.checked ? [index] : []);
      if (voted) {
        quiz.querySelector('.graded').textContent = words.voted;
        return;
      }
      grouped(reveal, answers, how);
      quiz.querySelector('.graded').textContent = words[kind] + ' ' + filled(words.points, written(score));
      scores.push(score);
      answered.add(quiz.id);
      total();
      document.dispatchEvent(new CustomEvent('case:answered', { detail: { question: quiz.id, chosen, score, ...standing() } }));
    };
    reveal.addEventListener('toggle', () => reveal.open && commit());
    // What is kept elsewhere comes back: the chosen places of each question by its id.
    document.addEventListener('case:restore', ({ detail }) => {
      if (done || !(quiz.id in detail)) return;
      inputs.forEach((input, index) => { input.checked = detail[quiz.id].includes(index); });
      commit();
    });
  }

  const inControl = (element) => element.closest('input, textarea, select, button, [contenteditable]') !== null;
  const takesPages = (element) => element.closest('textarea, select, [contenteditable]') !== null;
  const scrolls = (element) => {
    const box = element.closest('.lines');
    return box !== null && box.scrollWidth > box.clientWidth;
  };
  const go = (step, event) => {
    const shown = slides.filter((slide) => slide.getClientRects().length);
    const at = shown.findLastIndex((slide) => slide.getBoundingClientRect().top < innerHeight / 3);
    const here = shown[Math.max(0, at)].getBoundingClientRect();
    const more = step > 0 ? here.bottom - innerHeight : -here.top;
    if (event.key.startsWith('Page') && more > 8) {
      // A slide that is taller than the window is read first, and no further than its end: left to themselves,
      // browsers stop between two slides.
      event.preventDefault();
      scrollBy({ top: step * Math.min(more, innerHeight * 0.85), behavior: 'instant' });
      return;
    }
    const to = shown[at + step];
    if (!to) return;
    event.preventDefault();
    const doors = shown[at]?.querySelectorAll('.arms a') ?? [];
    if (step > 0 && doors.length && !('taken' in shown[at].dataset)) return doors[0].focus(); // one is to be taken first
    to.tabIndex = -1;
    to.focus({ preventScroll: true });
    to.scrollIntoView();
  };
  // The explorer leads back to where one came from, if it knows the name of this page.
  for (const link of document.querySelectorAll('a.explored')) {
    const here = decodeURIComponent(location.pathname.split('/').at(-1));
    link.hash += `&back=${encodeURIComponent(`${here}#${link.dataset.part}`)}`;
  }
  document.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const keeps = event.key.startsWith('Page') ? takesPages : inControl;
    if (!keeps(event.target) && !scrolls(event.target)) go(step, event);
  });
})();
