// Grades what was chosen when the answer is opened. The page works without it; all words are the page's own.
'use strict';
(() => {
  const words = document.getElementById('words').dataset;
  const written = (number) => (Math.round(Number((number * 100).toFixed(7))) / 100).toFixed(2).replace('.00', '');
  const filled = (text, ...values) => text.replace(/\{\}/g, () => values.shift());
  const quizzes = [...document.querySelectorAll('[data-graded]')];
  const slides = [...document.querySelectorAll('body > header, .slide')];
  const scores = [];
  document.getElementById('keys').hidden = false;

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
    return { score, kind, satisfied: !many && hits };
  };

  for (const quiz of quizzes) {
    const inputs = [...quiz.querySelectorAll('input')];
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
      const { score, kind, satisfied } = scoreOf(inputs, answers, many);
      inputs.forEach((input, index) => {
        input.setAttribute('aria-disabled', 'true');
        const missed = answers[index].classList.contains('is') && !satisfied;
        const mine = input.checked ? words.hit : missed ? words.missed : '';
        answers[index].querySelector('.mine').textContent = mine;
        if (!mine) return;
        for (const part of ['.tick', '.mine']) input.parentElement.append(answers[index].querySelector(part).cloneNode(true));
      });
      reveal.querySelector('summary').textContent = words.answer;
      quiz.querySelector('.graded').textContent = words[kind] + ' ' + filled(words.points, written(score));
      scores.push(score);
      const total = scores.reduce((sum, one) => sum + one, 0);
      document.getElementById('score').textContent = filled(words.total, written(total), quizzes.length, scores.length);
      const chosen = inputs.flatMap((input, index) => input.checked ? [index] : []);
      document.dispatchEvent(new CustomEvent('case:answered', { detail: { question: quiz.id, chosen, score } }));
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
  const scrolls = (element) => {
    const box = element.closest('.lines');
    return box !== null && box.scrollWidth > box.clientWidth;
  };
  const go = (step, event) => {
    const at = slides.findLastIndex((slide) => slide.getBoundingClientRect().top < innerHeight / 3);
    const here = slides[Math.max(0, at)].getBoundingClientRect();
    const more = step > 0 ? here.bottom > innerHeight + 8 : here.top < -8;
    if (event.key.startsWith('Page') && more) return; // a slide that is taller than the window is read first
    const to = slides[at + step];
    if (!to) return;
    event.preventDefault();
    to.tabIndex = -1;
    to.focus({ preventScroll: true });
    to.scrollIntoView();
  };
  document.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!inControl(event.target) && !scrolls(event.target)) go(step, event);
  });
})();
