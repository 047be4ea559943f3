// Saves what was answered, only where the learner asks: as the file that a terminal writes, or as a code; and takes a file up again.
(() => {
  const quizzes = [...document.querySelectorAll('.quiz')];
  const told = document.getElementById('kept');
  const LONGEST = 10000;
  const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const given = new Map();
  document.getElementById('keep').hidden = false;

  const choices = (quiz) => [...quiz.querySelectorAll('.choices label > input')];
  const hintsOf = (quiz) => quiz.querySelectorAll('.hint[data-taken]').length;
  for (const hint of document.querySelectorAll('.hint'))
    hint.addEventListener('toggle', () => {
      if (hint.open) hint.dataset.taken = '';
    });
  document.addEventListener('case:answered', ({ detail }) => {
    given.set(detail.question, { chosen: detail.chosen, hints: hintsOf(document.getElementById(detail.question)) });
  });

  // What is not seen is left out, as no file of answers may hold it (`unseen` in Python); a joiner stays within a script or an emoji.
  const UNSEEN = /[^\P{C}\n\u200c\u200d]|\p{Cs}|[\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0]/gu;
  const LONE = /(?<![\u0300-\u200b\u200e-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\u200b\u200e-\u{10ffff}])/gu;
  const printable = (text) => [...text.replace(UNSEEN, '')].slice(0, LONGEST).join('').replace(LONE, '');
  const answers = () => quizzes.flatMap((quiz) => {
    const { id: question, sha256 } = quiz.dataset;
    const area = quiz.querySelector('textarea');
    if (area) return area.value.trim() ? [{ question, sha256, chosen: [], text: printable(area.value), hints: hintsOf(quiz) }] : [];
    const answer = given.get(quiz.id);
    if (!answer) return [];
    return [{ question, sha256, chosen: answer.chosen.map((place) => choices(quiz)[place].value), text: '', hints: answer.hints }];
  });
  document.getElementById('save').addEventListener('click', () => {
    const file = { case: words.case, answers: answers() };
    const name = filled(words.answersFile, words.case);
    download(name, file);
    told.textContent = filled(words.saved, name, file.answers.length);
  });

  // The code: see the module `answer_code`, which reads it.
  const checked = (text) => {
    let rest = ~0;
    for (const sign of text) {
      rest ^= sign.charCodeAt(0);
      for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xEDB88320 : rest >>> 1;
    }
    return BigInt(~rest >>> 0);
  };
  const inDigits = (number, length) => {
    let text = '';
    for (let place = 0; place < length; place++, number /= 32n) text = DIGITS[Number(number % 32n)] + text;
    return text;
  };
  const codeOf = () => {
    let number = 0n, most = 1n;
    for (const quiz of quizzes.filter((one) => 'graded' in one.dataset).reverse()) {
      const inputs = choices(quiz);
      const many = inputs[0].type === 'checkbox';
      const states = 1n + (many ? 1n << BigInt(inputs.length) : 1n + BigInt(inputs.length));
      const answer = given.get(quiz.id);
      let state = 0n;
      if (answer) {
        state = 1n;
        for (const place of answer.chosen) state += many ? 1n << BigInt(place) : 1n + BigInt(place);
      }
      number = number * states + state;
      most *= states;
    }
    let length = 1;
    while (32n ** BigInt(length) < most) length++;
    const text = words.code + inDigits(number, length);
    return (text + inDigits(checked(text), 4)).replace(/(.{4})(?=.)/g, '$1-');
  };
  document.getElementById('show-code').addEventListener('click', () => {
    const box = document.getElementById('code');
    box.querySelector('output').textContent = codeOf();
    box.hidden = false;
  });

  const isAnswer = (one) => one !== null && typeof one === 'object' && typeof one.question === 'string'
    && Array.isArray(one.chosen ?? []) && typeof (one.text ?? '') === 'string';
  const takeUp = (file) => {
    let taken = 0, older = 0, before = 0;
    const back = {};
    for (const one of file.answers) {
      const quiz = quizzes.find((found) => found.dataset.id === one.question && found.dataset.sha256 === one.sha256)
        ?? quizzes.find((found) => found.dataset.sha256 === one.sha256);
      const area = quiz?.querySelector('textarea');
      const places = quiz && !area ? (one.chosen ?? []).map((id) => choices(quiz).findIndex((input) => input.value === id)) : [];
      if (!quiz || places.includes(-1)) {
        older++;
      } else if (area ? area.value.trim() : given.has(quiz.id)) {
        before++;
      } else {
        taken++;
        [...quiz.querySelectorAll('.hint')].slice(0, one.hints ?? 0).forEach((hint) => { hint.dataset.taken = ''; });
        if (area) area.value = one.text ?? '';
        else back[quiz.id] = places;
      }
    }
    document.dispatchEvent(new CustomEvent('case:restore', { detail: back }));
    told.textContent = [filled(words.loaded, taken), older ? filled(words.older, older) : '', before ? filled(words.before, before) : '']
      .filter(Boolean).join(' ');
  };
  document.getElementById('load').addEventListener('change', async ({ target }) => {
    const [picked] = target.files;
    if (!picked) return;
    let file = null;
    try {
      file = JSON.parse(await picked.text());
    } catch {
      file = null;
    }
    target.value = '';
    if (!file || typeof file.case !== 'string' || !Array.isArray(file.answers) || !file.answers.every(isAnswer))
      told.textContent = filled(words.noAnswers, picked.name);
    else if (file.case !== words.case) told.textContent = filled(words.otherCase, file.case);
    else takeUp(file);
  });
})();
