// Lets a class vote twice on each question of a projected page: hands, bars, talk, hands again, and then the answer.
// What was counted stays in the tab until that is closed, so that a page loaded again goes on where it was.
(() => {
  const button = (text, act) => {
    const element = made('button', '', text);
    element.type = 'button';
    element.addEventListener('click', act);
    return element;
  };
  const toggle = document.getElementById('vote');
  const voters = document.getElementById('voters');
  const counted = document.getElementById('counted');
  const ROUNDS = ['first', 'second'];
  const questions = [];
  const isOn = () => toggle.getAttribute('aria-pressed') === 'true';
  const numberIn = (input) => Number(input.value.replace(/\D/g, '')) || 0;
  document.getElementById('modes').hidden = false;

  class Question {
    constructor(quiz) {
      this.quiz = quiz;
      this.reveal = quiz.querySelector('.reveal');
      this.isMany = quiz.querySelector('.choices input').type === 'checkbox';
      this.choices = [...quiz.querySelectorAll('.choices li')].map((item) => ({
        item,
        id: item.querySelector('input').value,
        letter: item.querySelector('b').textContent,
        label: item.querySelector('label > span').textContent,
      }));
      this.hands = { first: null, second: null };
      this.round = 0;
      this.show();
    }

    show() {
      this.inputs = {};
      for (const round of ROUNDS) this.inputs[round] = [];
      for (const choice of this.choices) {
        choice.hands = made('div', 'hands');
        for (const round of ROUNDS) {
          const input = made('input', 'count');
          Object.assign(input, { inputMode: 'numeric', maxLength: 4, autocomplete: 'off' });
          input.setAttribute('aria-label', filled(words[`hands${round[0].toUpperCase()}${round.slice(1)}`], choice.letter));
          input.addEventListener('keydown', (event) => this.lead(event, input, round));
          input.addEventListener('focus', () => input.select());
          input.addEventListener('input', () => this.typed(input, round));
          choice.hands.append(made('span', `round ${round}`, made('small', '', words[round]), input, made('span', 'bar', made('span', 'part'))));
          this.inputs[round].push(input);
        }
        choice.item.append(choice.hands);
      }
      this.status = made('p', 'counting');
      this.status.setAttribute('role', 'status');
      this.go = button('', () => this.close());
      this.back = button(words.again, () => this.reopen());
      this.panel = made('div', 'vote-panel secret', this.status, made('p', 'does', this.go, this.back));
      this.reveal.before(this.panel);
      this.update();
    }

    // A number, then Enter or an arrow; with up to nine voters a digit alone leads on.
    lead(event, input, round) {
      const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.focus(this.inputs[round].indexOf(input) + step, round);
    }

    typed(input, round) {
      input.value = input.value.replace(/\D/g, '');
      keep();
      const all = numberIn(voters);
      if (input.value && all > 0 && all <= 9) this.focus(this.inputs[round].indexOf(input) + 1, round);
    }

    focus(place, round) {
      const to = this.inputs[round][place] ?? (place < 0 ? null : this.go);
      to?.focus();
    }

    count(round) {
      return this.inputs[round].map(numberIn);
    }

    close() {
      const round = ROUNDS[this.round];
      const hands = this.count(round);
      const sum = hands.reduce((all, one) => all + one, 0);
      const most = this.isMany ? Math.max(...hands) : sum;
      const all = numberIn(voters);
      if (!sum || (all && most > all)) {
        this.status.textContent = sum ? filled(words.tooMany, most, all) : words.noHands;
        this.inputs[round][0].focus();
        return;
      }
      this.hands[round] = hands;
      this.round += 1;
      this.update();
      (this.round < 2 ? this.inputs.second[0] : this.reveal.querySelector('summary')).focus();
      tell();
    }

    reopen() {
      if (this.reveal.open) return;
      this.round -= 1;
      this.hands[ROUNDS[this.round]] = null;
      this.update();
      this.inputs[ROUNDS[this.round]][0].focus();
      tell();
    }

    update() {
      const all = numberIn(voters);
      ROUNDS.forEach((round, place) => {
        const hands = this.hands[round];
        const whole = Math.max(1, all, ...ROUNDS.flatMap((name) => {
          const given = this.hands[name] ?? [0];
          return this.isMany ? given : [given.reduce((sum, one) => sum + one, 0)];
        }));
        this.inputs[round].forEach((input, index) => {
          input.readOnly = hands !== null;
          input.disabled = place > this.round;
          if (hands) input.value = hands[index];
          input.nextSibling.firstChild.style.inlineSize = `${hands ? (100 * hands[index]) / whole : 0}%`;
        });
      });
      this.status.textContent = [words.voteFirst, words.voteTalk, words.voteDone][this.round];
      this.go.textContent = [words.showFirst, words.showSecond, ''][this.round];
      this.go.hidden = this.round > 1;
      this.back.hidden = this.round < 1 || this.reveal.open;
      this.reveal.hidden = this.round < 2;
      this.quiz.toggleAttribute('data-voted', true);
    }

    typedIn() {
      return Object.fromEntries(ROUNDS.map((round) => [round, this.inputs[round].map((input) => input.value)]));
    }

    isOurs(kept) {
      return [0, 1, 2].includes(kept?.round) && ROUNDS.every((round) => Array.isArray(kept[round])
        && kept[round].length === this.choices.length && kept[round].every((hands) => /^\d{0,4}$/.test(hands)));
    }

    goOn(kept) {
      for (const round of ROUNDS) this.inputs[round].forEach((input, place) => { input.value = kept[round][place]; });
      for (const round of ROUNDS.slice(0, kept.round)) this.hands[round] = this.count(round);
      this.round = kept.round;
      this.update();
      if (kept.open === true && kept.round > 1) this.reveal.open = true; // never before the second vote
    }

    leave() {
      if (this.round > 1 || this.reveal.open) return; // what the class has done stays
      for (const choice of this.choices) choice.hands.remove();
      this.panel.remove();
      this.reveal.hidden = false;
      this.quiz.removeAttribute('data-voted');
      this.isLeft = true;
    }
  }

  // For this tab alone: the browser shows it to no other page, and forgets it with the tab. Of a question that asks
  // something else by now nothing is taken up.
  const PLACE = `votes ${words.case}`;
  const nameOf = (quiz) => `${quiz.dataset.id} ${quiz.dataset.sha256}`;
  let isKept = true, isSaved = true;
  const keep = () => {
    const counted = Object.fromEntries(questions.map((one) => [nameOf(one.quiz), { round: one.round, open: one.reveal.open, ...one.typedIn() }]));
    isSaved = !questions.some((one) => one.hands.first);
    try {
      sessionStorage.setItem(PLACE, JSON.stringify({ on: isOn(), voters: voters.value, counted }));
      isKept = true;
    } catch {
      isKept = false;
    }
  };
  const keptBefore = () => {
    try {
      return JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
    } catch {
      return {};
    }
  };
  // Where the browser keeps nothing, leaving would lose what no file holds.
  addEventListener('beforeunload', (event) => {
    if (!isKept && !isSaved) event.preventDefault();
  });

  // Both distributions, for the review; the order is that of the questions.
  const tell = () => {
    keep();
    const voted = questions.filter((one) => one.hands.first);
    document.getElementById('votes').hidden = !voted.length;
    counted.replaceChildren(...voted.map((one) => {
      const row = (tag, ...cells) => {
        const parts = cells.map((cell, place) => {
          const element = made(place && tag !== 'th' ? 'td' : 'th', '', String(cell));
          if (element.tagName === 'TH') element.scope = tag === 'th' ? 'col' : 'row';
          return element;
        });
        return made('tr', '', ...parts);
      };
      const number = one.quiz.id.slice(1);
      const heading = one.quiz.querySelector('h3').textContent;
      const rows = one.choices.map((choice, place) => row('td', `${choice.letter} ${choice.label}`, one.hands.first[place],
        one.hands.second ? one.hands.second[place] : words.notVoted));
      return made('table', 'tally', made('caption', '', `${filled(words.question, number)}: ${heading}`),
        made('thead', '', row('th', words.choice, words.firstVote, words.secondVote)), made('tbody', '', ...rows));
    }));
  };

  const byId = (one, hands) => hands === null ? {} : Object.fromEntries(one.choices.map((choice, place) => [choice.id, hands[place]]));
  document.getElementById('save-votes').addEventListener('click', () => {
    const votes = questions.filter((one) => one.hands.first).map((one) => ({
      question: one.quiz.dataset.id, sha256: one.quiz.dataset.sha256,
      first: byId(one, one.hands.first), second: byId(one, one.hands.second),
    }));
    download(filled(words.votesFile, words.case), { case: words.case, voters: numberIn(voters), votes });
    isSaved = true;
  });

  voters.addEventListener('input', () => {
    voters.value = voters.value.replace(/\D/g, '');
    for (const one of questions) if (!one.isLeft) one.update();
    keep();
  });
  const letVote = (on) => {
    toggle.setAttribute('aria-pressed', String(on));
    document.getElementById('voting').hidden = !on;
    if (on) {
      for (const quiz of document.querySelectorAll('[data-graded]')) {
        if (quiz.querySelector('.reveal').open || quiz.querySelector('.vote-panel')) continue;
        const before = questions.findIndex((one) => one.quiz === quiz);
        if (before >= 0 && questions[before].hands.first) continue; // its second vote was left out
        if (before >= 0) questions.splice(before, 1);
        questions.push(new Question(quiz));
      }
      const order = [...document.querySelectorAll('[data-graded]')];
      questions.sort((a, b) => order.indexOf(a.quiz) - order.indexOf(b.quiz));
    } else for (const one of questions) if (!one.isLeft) one.leave();
  };
  toggle.addEventListener('click', () => {
    letVote(!isOn());
    keep();
  });
  // A digit on a slide begins its count, so that no mouse is needed; only while the class votes.
  document.addEventListener('keydown', (event) => {
    if (!isOn() || !/^\d$/.test(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest('input, textarea')) return;
    const one = questions.find(({ quiz, round, isLeft }) => {
      const { top, bottom } = quiz.getBoundingClientRect();
      return !isLeft && round < 2 && top < innerHeight / 3 && bottom > innerHeight / 3;
    });
    if (!one) return;
    event.preventDefault();
    const round = ROUNDS[one.round];
    const input = one.inputs[round].find((found) => !found.value) ?? one.inputs[round][0];
    input.focus();
    input.value = event.key;
    input.setSelectionRange(1, 1);
    one.typed(input, round);
  });
  for (const quiz of document.querySelectorAll('[data-graded]'))
    quiz.querySelector('.reveal').addEventListener('toggle', () => {
      const one = questions.find((found) => found.quiz === quiz && !found.isLeft);
      if (one) {
        one.back.hidden = true;
        one.status.textContent = '';
        keep();
      }
    });

  const before = keptBefore();
  const found = typeof before.counted === 'object' ? Object.entries(before.counted ?? {}) : [];
  if (before.on || found.some(([, kept]) => kept?.round)) {
    letVote(true);
    voters.value = /^\d{1,4}$/.test(before.voters) ? before.voters : '';
    for (const one of questions) {
      const kept = found.find(([name]) => name === nameOf(one.quiz))?.[1];
      if (one.isOurs(kept)) one.goOn(kept);
    }
    if (!before.on) letVote(false);
    tell();
  }
})();
