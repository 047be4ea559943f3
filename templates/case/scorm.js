// Keeps answers and points on a learning platform, by SCORM 1.2. Where there is none, the page is as it is without this.
// It asks the platform for no name, and gives it the right answers of a question only with the learner's own.
'use strict';
(() => {
  const told = document.getElementById('platform').dataset;
  const line = document.getElementById('platform-tells');
  const MOST = 4096; // characters of suspend_data

  // The platform's API is in a frame around the page, or in the window that opened it; what we may not see has none.
  const among = (frame) => {
    try {
      for (let at = frame, steps = 0; at && steps < 500; at = at.parent, steps++) {
        if (at.API) return at.API;
        if (at.parent === at) return null;
      }
    } catch { /* a frame of another origin */ }
    return null;
  };
  const opener = () => {
    try { return window.opener || window.top.opener; } catch { return window.opener; }
  };
  const api = among(window) || among(opener());
  if (!api) return;

  const get = (name) => String(api.LMSGetValue(name));
  const set = (name, value) => String(api.LMSSetValue(name, String(value))) === 'true';
  const tell = (isKept) => {
    line.hidden = false;
    line.classList.toggle('lost', !isKept); // stays in sight
    line.textContent = isKept ? told.kept : told.lost;
  };
  if (String(api.LMSInitialize('')) !== 'true') return tell(false);

  const began = Date.now();
  // What the graded questions are as the page has just been opened: later it may set the answers out otherwise.
  const questions = new Map([...document.querySelectorAll('[data-graded]')].map((quiz) => [quiz.id, {
    name: told.questions.split(' ').find((name) => name.startsWith(quiz.id + '_')),
    many: quiz.querySelector('.choices input').type === 'checkbox',
    right: [...quiz.querySelectorAll('.answers > li')].flatMap((answer, place) => answer.classList.contains('is') ? [place] : []),
  }]));
  const records = !['review', 'browse'].includes(get('cmi.core.lesson_mode'));
  const answered = new Map();
  const standing = { asked: [...questions.keys()].filter((id) => !document.getElementById(id).dataset.arm).length, complete: !questions.size };
  let points = 0, restoring = true, finished = false;
  const two = (number) => String(number).padStart(2, '0');

  // The digest tells answers to another edition of the case, which do not come back.
  const state = () => told.case + '|' + [...answered].map(([question, chosen]) => question + ':' + chosen.join('.')).join(',');
  const restored = (text) => {
    const [digest, answers] = text.split('|');
    if (digest !== told.case || !answers) return {};
    return Object.fromEntries(answers.split(',').map((one) => {
      const [question, chosen] = one.split(':');
      return [question, chosen ? chosen.split('.').map(Number) : []];
    }));
  };

  // The standard has one sign for a choice, and hence no more than 36 of them.
  const signs = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const pattern = (places) => places.every((place) => place < signs.length) ? places.map((place) => signs[place]).join(',') : '';
  const interaction = ({ question, chosen, score }) => {
    const { name, many, right } = questions.get(question);
    const at = `cmi.interactions.${Number(get('cmi.interactions._count')) || 0}`;
    const now = new Date();
    set(`${at}.id`, name);
    set(`${at}.type`, 'choice');
    set(`${at}.time`, [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':'));
    set(`${at}.weighting`, 1);
    if (pattern(chosen)) set(`${at}.student_response`, pattern(chosen));
    (many ? [right] : right.map((place) => [place])).filter(pattern).forEach((places, i) => {
      set(`${at}.correct_responses.${i}.pattern`, pattern(places));
    });
    set(`${at}.result`, score === 1 ? 'correct' : score < 0.005 ? 'wrong' : score.toFixed(2));
  };

  const save = () => {
    const text = state();
    let isKept = text.length <= MOST && set('cmi.suspend_data', text);
    if (standing.asked) isKept = set('cmi.core.score.raw', (100 * points / standing.asked).toFixed(2).replace('.00', '')) && isKept;
    // A platform may have made "passed" or "failed" of the points, and that stays.
    if (!['passed', 'failed'].includes(get('cmi.core.lesson_status')))
      isKept = set('cmi.core.lesson_status', standing.complete ? 'completed' : 'incomplete') && isKept;
    tell(String(api.LMSCommit('')) === 'true' && isKept);
  };

  document.addEventListener('case:answered', ({ detail }) => {
    answered.set(detail.question, detail.chosen);
    Object.assign(standing, { asked: detail.asked, complete: detail.complete });
    points += detail.score;
    if (restoring || finished || !records) return;
    interaction(detail);
    set('cmi.core.lesson_location', detail.question);
    save();
  });

  document.dispatchEvent(new CustomEvent('case:restore', { detail: restored(get('cmi.suspend_data')) }));
  restoring = false;
  if (answered.size && !location.hash) document.getElementById(get('cmi.core.lesson_location'))?.scrollIntoView();
  if (records) {
    if (questions.size) {
      set('cmi.core.score.min', 0);
      set('cmi.core.score.max', 100);
    }
    save();
  }

  addEventListener('pagehide', () => {
    if (finished) return;
    finished = true;
    if (records) {
      const seconds = Math.round((Date.now() - began) / 1000);
      set('cmi.core.session_time', [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':'));
      set('cmi.core.exit', 'suspend');
      api.LMSCommit('');
    }
    api.LMSFinish('');
  });
  // A page that comes back out of the browser's memory has said goodbye to the platform.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
