// The page: what the reader has said, what is drawn of it and when. The verdicts are drawn first, within the touch; the
// rest follows in tasks of its own.
"use strict";

/**
 * What is known of a patient.
 * @typedef {object} Patient
 * @property {Description} description
 * @property {Known} known
 * @property {Reading} reading
 * @property {Record<string, Status>} statuses
 * @property {string[]} assumptions
 * @property {string[]} notices
 */

class Page {
  /** @param {any} carried what the page carries, unpacked */
  constructor(carried) {
    this.rulebook = readRulebook(carried.rulebook);
    /** @type {Portable} */
    this.portable = carried.rulebook.portable;
    this.vocabulary = readVocabulary(carried.vocabulary);
    this.texts = new Texts(carried.texts, carried.pieces, carried.rulebook.portable);
    this.carried = carried;
    /** @type {Partial<Record<Register, Spellings>>} */
    this.spellingsIn = {};
    this.labelField = [...this.vocabulary.fields.values()].find(({ kind }) => kind === "text")?.id ?? "";
    this.controls = makeControls(this.texts, carried.texts.groups);
    /** The page that a link came from. */
    this.back = "";
    /** The facts that a reader can answer. */
    this.asked = new Set(this.controls.map(({ fact }) => fact));
    /** @type {Patient} */
    this.now = /** @type {Patient} */ (this.patient({}).patient);
    /** @type {Patient | null} the patient who is kept while another is tried on */
    this.a = null;
    /** @type {{description: Description, moved: string}[]} */
    this.steps = [{ description: {}, moved: "" }];
    this.at = 0;
    /** @type {Found | null} */
    this.found = null;
    /** @type {Map<string, string>} of which each open card was made */
    this.held = new Map();
    /** @type {Record<string, Status>} the verdicts before the last touch */
    this.before = {};
  }

  /** How words are read, with notices in the register of the page; prepared when it is needed first. */
  get spellings() {
    const { register } = this.texts;
    return (this.spellingsIn[register] ??= readSpellings(this.carried.spellings, this.carried.vocabulary, register));
  }

  /** What is known where this is said; or what is wrong with it. @param {Description} description */
  patient(description) {
    const { knowledge, assumptions, notices, problem } = describe(this.vocabulary, description, this.texts?.register);
    if (problem) return { patient: null, problem };
    const known = knowing(this.rulebook, knowledge);
    /** @type {Patient} */
    const patient = { description, known, reading: knowledge, statuses: statuses(this.rulebook, known), assumptions, notices };
    return { patient, problem: null };
  }

  /**
   * Takes another description; where it cannot be, says why and stays as it was.
   * @param {Description} description @param {string} moved what has been changed, for the reader
   */
  change(description, moved) {
    const { patient, problem } = this.patient(description);
    if (!patient) {
      this.complain(problem.text);
      showAnswers(this.controls, this.now.reading);
      return false;
    }
    this.steps = [...this.steps.slice(0, this.at + 1), { description, moved }];
    this.at += 1;
    this.show(patient, moved);
    return true;
  }

  /** Goes back or forth. @param {number} by */
  step(by) {
    const to = this.steps[this.at + by];
    if (!to) return;
    const { moved } = by < 0 ? this.steps[this.at] : to;
    this.at += by;
    const { patient } = this.patient(to.description);
    const say = this.texts.say;
    if (patient) this.show(patient, put(say.pair, by < 0 ? say.undone : say.redone, moved));
  }

  /** Shows a patient: the verdicts at once, the rest when there is time. @param {Patient} patient @param {string} moved */
  show(patient, moved) {
    const { texts } = this;
    this.before = this.now.statuses;
    this.now = patient;
    this.found = null;
    byId("message").hidden = true;
    showVerdicts(texts, patient.statuses, this.before);
    this.tell(moved);
    document.body.dataset.drawn = "verdicts";
    this.drawRest();
  }

  /** Draws everything but the verdicts. */
  drawRest() {
    const steps = [
      () => this.drawAnswers(),
      () => this.drawExplained(),
      () => this.drawCards(),
      () => this.drawKinds(),
      () => this.drawAbout(),
      () => this.drawBeside(),
      () => this.drawComparison(),
      () => this.keepInAddress(),
      () => void (document.body.dataset.drawn = "all"),
    ];
    inTurn(steps);
  }

  /** Draws everything anew, in the register that was chosen. */
  redraw() {
    const { texts } = this;
    const again = this.patient(this.now.description).patient;
    if (again) this.now = again;
    nameFacts(texts, this.controls);
    for (const named of allWithin(document, "[data-option]")) {
      const label = named.querySelector("[data-label]");
      if (label) setText(label, texts.option(named.dataset.option ?? ""));
    }
    explainWords(texts);
    showVerdicts(texts, this.now.statuses, {});
    this.drawRest();
  }

  /** Says what has changed, with the fact that moved it. @param {string} moved */
  tell(moved) {
    const { texts, now, before } = this;
    const { say } = texts;
    const changed = Object.keys(now.statuses).filter((id) => !id.includes(".") && now.statuses[id] !== before[id]);
    const told = changed.map((id) => put(say.changed_class, texts.option(id), texts.status[now.statuses[id]].name));
    if (moved) setText(byId("changed"), told.length ? put(say.changed, moved, texts.inShort(told)) : put(say.unchanged, moved));
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = this.at === 0;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = this.at === this.steps.length - 1;
  }

  /** Says what cannot be done. @param {string} text */
  complain(text) {
    const message = byId("message");
    message.hidden = false;
    message.textContent = text;
    message.scrollIntoView({ block: "nearest" });
  }

  drawAnswers() {
    if (inputById("label").value !== this.label()) inputById("label").value = this.label();
    showAnswers(this.controls, this.now.reading);
    countKnown(this.texts, this.controls, this.now.reading);
  }

  /** What `explore` finds of the present patient, found once. @returns {Found} */
  explored() {
    return (this.found ??= explore(this.rulebook, this.now.known));
  }

  drawExplained() {
    const { texts, now } = this;
    const found = this.explored();
    showDeciding(texts, found);
    const urgent = urgentOf(texts, found);
    byId("urgent").hidden = !urgent.length;
    within(byId("urgent"), "div").replaceChildren(...urgent);
    const scope = byId("scope");
    scope.hidden = found.scope === "in";
    scope.replaceChildren(...(found.scope === "in" ? [] : [texts.piece(`scope:${found.scope}`)]));
    const label = this.label();
    setText(byId("who"), [...(label ? [`${label}.`] : []), this.kind(found), ...this.knownInShort(), ...this.remarks(now)].join(" "));
    showQuestion(texts, found.ask_next[0]);
  }

  /** What the description calls the patient; empty where it does not. */
  label() {
    const said = this.now.description[this.labelField];
    return typeof said === "string" ? said : "";
  }

  /** The kind of the disease, in words. @param {Found} found */
  kind(found) {
    const { texts } = this;
    const { say, words } = texts;
    const { is, may_be: mayBe } = found.subtype;
    if (is) return put(say.kind_known, words.kind, is);
    return mayBe.length ? put(say.kind_open, words.kind, mayBe.join(say.or)) : put(say.kind_none, words.kind);
  }

  /** What is said of the patient, without what follows from it. */
  knownInShort() {
    const { texts, now } = this;
    const said = Object.keys(now.reading).filter((fact) => this.asked.has(fact) && this.isSaid(fact));
    const phrases = said.map((fact) => texts.phrase(fact, now.reading[fact]));
    return [phrases.length ? put(texts.say.known, phrases.join(texts.say.also)) : texts.say.nothing_known];
  }

  /** What was assumed, and how the description was read. @param {Patient} patient */
  remarks({ assumptions, notices }) {
    const { say } = this.texts;
    return [...assumptions.map((text) => put(say.assumed, text)), ...notices.map((text) => put(say.noticed, text))];
  }

  /** Whether a fact is said, and does not just follow. @param {string} fact */
  isSaid(fact) {
    const { description, reading } = this.now;
    if (!reading[fact]) return false;
    const without = this.answered(description, fact, null);
    return without !== null && JSON.stringify(without) !== JSON.stringify(description);
  }

  /** A description with one answer; null where it cannot be given. @param {Description} description @param {string} fact @param {string | null} value */
  answered(description, fact, value) {
    try {
      return answer(this.vocabulary, description, fact, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return null;
    }
  }

  drawCards() {
    for (const box of allWithin(byId("classes"), "details.o")) this.drawCard(/** @type {HTMLDetailsElement} */ (box));
  }

  /** Draws a card, where it has changed; what is folded stays empty until somebody opens it. @param {HTMLDetailsElement} box */
  drawCard(box) {
    const { texts, now } = this;
    const id = box.dataset.option ?? "";
    colorBy(texts, box, now.statuses[id]);
    showStatus(texts, within(box, "summary"), now.statuses[id]);
    const body = within(box, ".body");
    if (!box.open) {
      body.replaceChildren();
      this.held.delete(id);
      return;
    }
    const found = this.explored();
    const option = found.options.find((one) => one.id === id);
    if (!option) return;
    const held = JSON.stringify([texts.register, option, found.scope, found.disagreements, now.reading]);
    if (this.held.get(id) === held) return;
    this.held.set(id, held);
    const at = body.contains(document.activeElement) ? document.activeElement?.closest("[data-member]") : undefined;
    const open = new Set(allWithin(body, "details[open][data-member]").map((one) => one.dataset.member));
    const folds = new Set(allWithin(body, "details.fold[open]").map((one) => one.dataset.key));
    const shown = { texts, portable: this.portable, found, known: now.reading, asked: this.asked };
    body.replaceChildren(...cardOf(shown, option, (member) => open.has(member)));
    for (const fold of allWithin(body, "details.fold")) {
      if (folds.has(fold.dataset.key)) /** @type {HTMLDetailsElement} */ (fold).open = true;
    }
    if (at === undefined) return; // else whoever is in it by the keyboard stays there
    const member = at instanceof HTMLElement ? at.dataset.member : undefined;
    const again = allWithin(body, "[data-member]").find((one) => one.dataset.member === member);
    within(again ?? box, "summary").focus({ preventScroll: true });
  }

  drawKinds() {
    let rest = this.now.description;
    for (const fact of subtypeFacts(this.rulebook)) rest = this.answered(rest, fact, null) ?? rest;
    const { patient } = this.patient(rest);
    this.columns = mapOf(this.rulebook, (patient ?? this.now).known);
    showKinds(this.texts, this.columns, this.explored().subtype.is);
  }

  drawAbout() {
    const { now, rulebook, vocabulary } = this;
    showAbout(this.texts, this.controls, now.reading, {
      isSaid: (fact) => this.isSaid(fact),
      impossible: (fact, value) => canBe(vocabulary, now.description, fact, value)?.text ?? null,
      matters: matters(rulebook, now.known),
      settles: (fact) => settles(rulebook, now.known, fact),
    });
  }

  drawBeside() {
    const { texts } = this;
    const { words } = texts;
    const found = this.explored();
    const kinds = new Map([
      ...found.considerations.map((id) => /** @type {const} */ ([`consideration:${id}`, words.considerations[id]?.kind])),
      ...found.disagreements.map((id) => /** @type {const} */ ([`disagreement:${id}`, "disagreement"])),
      ...found.questions.map((id) => /** @type {const} */ ([`question:${id}`, "question"])),
    ]);
    for (const box of allWithin(byId("beside"), "details[data-kind]")) {
      const keys = [...kinds].filter(([, kind]) => kind === box.dataset.kind).map(([key]) => key);
      box.hidden = !keys.length;
      setText(within(box, "summary .q"), put(texts.say.count, String(keys.length)));
      const body = within(box, "div");
      const held = keys.join(" ") + texts.register;
      if (body.dataset.held === held) continue;
      body.dataset.held = held;
      body.replaceChildren(...keys.flatMap((key) => this.besides(key)));
    }
  }

  /** What is said beside the classes, with its title. @param {string} key @returns {Node[]} */
  besides(key) {
    const { texts } = this;
    const { words } = texts;
    const [kind, id] = key.split(":");
    if (kind === "question") return [strongLine(words.questions[id], "", "")];
    const title = kind === "consideration" ? words.considerations[id].title : words.disagreements[id].subject;
    return [strongLine("", `${title}.`, ""), texts.piece(key)];
  }

  drawComparison() {
    const { a, now, texts } = this;
    byId("compare").hidden = !a;
    byId("to-compare").hidden = !a;
    setText(byId("pin"), a ? texts.say.pin_again : texts.say.pin);
    if (!a) return;
    const switched = (/** @type {string} */ fact, /** @type {string[] | undefined} */ values) => {
      const value = values?.length === 1 ? values[0] : null;
      const other = this.answered(a.description, fact, value);
      return other && (this.patient(other).patient?.statuses ?? null);
    };
    const sides = [a, now].map(({ reading: known, statuses: found }) => ({ known: this.shownFacts(known), statuses: found }));
    byId("difference").replaceChildren(...comparisonOf(texts, sides[0], sides[1], switched));
  }

  /** What is known of the facts that a reader can answer. @param {Reading} known @returns {Reading} */
  shownFacts(known) {
    return Object.fromEntries(Object.entries(known).filter(([fact]) => this.asked.has(fact)));
  }

  /** What stands in the address, from the # on: the patient, and the way back, where there is one. */
  fragment() {
    return `${toFragment(this.vocabulary, this.now.description)}${this.back && leadingBack(this.back)}`;
  }

  /** Keeps the patient in the address, from the # on, which is sent nowhere. */
  keepInAddress() {
    const fragment = this.fragment();
    if (fragment === location.hash) return; // an empty one reads as none
    try {
      history.replaceState(null, "", fragment || "#");
    } catch {
      // A page in a frame has no address of its own.
    }
  }

  /** What was said, as a reader's touch of a control. @param {string} fact @param {string | null} value */
  answer(fact, value) {
    const { texts } = this;
    const description = this.answered(this.now.description, fact, value);
    if (description) this.change(description, put(texts.say.pair, sentenceOf(texts.label(fact)), texts.value(value ?? "", fact)));
  }

  /** Sets what makes the disease of a kind; where there are several ways, the first. @param {string} id */
  setKind(id) {
    const column = this.columns?.find((one) => one.id === id);
    if (!column?.cases.length) return;
    let { description } = this.now;
    for (const fact of subtypeFacts(this.rulebook)) description = this.answered(description, fact, null) ?? description;
    for (const [fact, values] of Object.entries(column.cases[0])) {
      description = this.answered(description, fact, values[0]) ?? description;
    }
    this.change(description, put(this.texts.say.pair, this.texts.words.kind, id));
  }

  /** Tries on what a similar patient has; the present one is kept as A. @param {Record<string, string>} change */
  tryOn(change) {
    const { texts } = this;
    let { description } = this.now;
    for (const [fact, value] of Object.entries(change)) description = this.answered(description, fact, value) ?? description;
    const kept = this.a;
    this.a ??= this.now;
    const moved = Object.entries(change).map(([fact, value]) => texts.phrase(fact, [value])).join(texts.say.also);
    if (!this.change(description, put(texts.say.tried, moved))) {
      this.a = kept;
      return;
    }
    this.drawComparison();
    this.goTo("compare");
  }

  /** Keeps the present patient as A, or lets A go. */
  pin() {
    this.a = this.a ? null : this.now;
    setText(byId("changed"), this.a ? this.texts.say.pinned : this.texts.say.unpinned);
    this.drawComparison();
  }

  backToA() {
    const { a } = this;
    if (!a) return;
    this.a = null;
    this.change(a.description, this.texts.say.back_to_a);
  }

  startOver() {
    this.a = null;
    this.change({}, this.texts.say.cleared);
  }

  /** Takes the patient of the address, if it has one. */
  readAddress() {
    const back = leadsBack(location.hash);
    if (back) {
      this.back = back;
      byId("back").hidden = false;
      byId("back-to").setAttribute("href", back);
    }
    if (location.hash === this.fragment()) return;
    const shared = fromFragment(this.vocabulary, location.hash);
    if (shared.isPatient) this.take(shared, this.texts.say.linked);
  }

  /** Takes the patient of a file. @param {File} file */
  async readFile(file) {
    if (file.size > LARGEST_FILE) return this.complain(this.vocabulary.say("file_large", { name: plainText(file.name), most: LARGEST_FILE }));
    let text;
    try {
      text = await file.text();
    } catch {
      return this.complain(put(this.texts.say.file_unreadable, plainText(file.name)));
    }
    this.take(fromFile(this.vocabulary, text, file.name, wordReader(this.spellings)), put(this.texts.say.pair, this.texts.say.loaded, file.name));
  }

  /** Takes a patient out of a link or a file; where there is a problem, nobody, and says so. @param {Shared} shared @param {string} moved */
  take({ description, problem, notices }, moved) {
    this.a = null;
    this.change(description, problem ? this.texts.say.cleared : moved);
    showVerdicts(this.texts, this.now.statuses, {}); // of another patient, nothing has changed
    if (problem || notices.length) this.complain(problem ?? notices.join(" "));
  }

  /** What the reader's own words mean; each meaning is offered. What is not understood as a whole is taken part by part. */
  readWords() {
    const text = inputById("say").value;
    const whole = understand(this.spellings, text);
    const parts = text.split(/[,;]/).filter((one) => one.trim());
    const read = "understood" in whole || parts.length < 2 ? [whole] : parts.map((one) => understand(this.spellings, one));
    byId("say-found").replaceChildren(...read.flatMap((one) => [...this.offered(one), " "]));
  }

  /** What some words may mean, to be chosen, or that they are not understood. @param {ReturnType<typeof understand>} read @returns {(Node | string)[]} */
  offered(read) {
    const { texts } = this;
    const { say } = texts;
    if ("understood" in read) {
      const choices = read.understood.map((meaning) => {
        const choice = part("choice");
        const field = this.vocabulary.fields.get(meaning.field);
        const text = field?.kind === "choice" ? put(say.pair, sentenceOf(texts.label(meaning.field)), meaning.text) : meaning.text;
        choice.textContent = put(say.use, text);
        choice.dataset.edit = JSON.stringify(meaning.edit);
        choice.dataset.text = text;
        return choice;
      });
      return [say.understood, ...choices, ...read.understood.flatMap(({ notices }) => notices.map((one) => ` ${one}`))];
    }
    const near = read.near.length ? ` ${put(say.near, read.near.join(say.or))}` : "";
    return [put(say.not_understood, read.not_understood), near, ...read.notices.map((one) => ` ${one}`)];
  }

  /** Adds what some words mean to the description. @param {Record<string, any>} edit @param {string} text */
  edit(edit, text) {
    let { description } = this.now;
    for (const [field, said] of Object.entries(edit)) {
      description = saidBesides(this.vocabulary, description, field, said);
    }
    if (this.change(description, text)) {
      byId("say-found").replaceChildren();
      inputById("say").value = "";
      inputById("say").focus();
    }
  }

  /** The patient in one of the forms to be copied. @param {string} form */
  copied(form) {
    const { vocabulary } = this;
    const { description } = this.now;
    if (form === "link") return `${location.href.split("#")[0]}${toFragment(vocabulary, description)}`;
    if (form === "flags") return toFlags(vocabulary, description);
    if (form === "yaml") return toYaml(description);
    if (form === "json") return toJson(description);
    return toPython(vocabulary, description);
  }

  /** Shows a form of the patient, marked, and copies it where the browser lets it. @param {string} form */
  async copy(form) {
    const { say } = this.texts;
    const box = /** @type {HTMLTextAreaElement} */ (byId("copied"));
    box.value = this.copied(form);
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      setText(byId("copy-said"), say.copied);
    } catch {
      setText(byId("copy-said"), say.not_copied);
    }
  }

  /** Saves the patient as a file. */
  save() {
    const link = document.createElement("a");
    const name = `${this.texts.say.file}.yaml`;
    link.href = URL.createObjectURL(new Blob([this.copied("yaml")], { type: "application/yaml" }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
    setText(byId("copy-said"), put(this.texts.say.saved, name));
  }

  /** Makes the sheet that is printed. */
  fillSheet() {
    const found = this.explored();
    const about = { label: this.label(), kind: this.kind(found), assumptions: this.now.assumptions, notices: this.now.notices };
    fillSheet(this.texts, found, this.shownFacts(this.now.reading), about);
  }

  /** Opens a passage over the page. @param {string} id */
  openPassage(id) {
    const box = byId("passage");
    within(box, "div").replaceChildren(this.texts.passage(id));
    box.showPopover();
    within(box, "button").focus();
  }

  /** Goes to a part of the page, which opens; the address stays with the patient. @param {string} id */
  goTo(id) {
    const target = document.getElementById(id);
    if (!target) return;
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      this.drawCard(target);
    }
    target.scrollIntoView();
    (target.querySelector("summary") ?? target).focus({ preventScroll: true });
  }

  /** Lets the reader's touches through. */
  listen() {
    byId("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.readWords();
    });
    byId("form").addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.type === "radio") this.answer(target.name, target.value || null);
    });
    byId("registers").addEventListener("change", ({ target }) => {
      this.texts.register = /** @type {Register} */ (/** @type {HTMLInputElement} */ (target).value);
      this.redraw();
    });
    document.addEventListener("click", (event) => this.clicked(event));
    for (const box of allWithin(byId("classes"), "details.o")) {
      box.addEventListener("toggle", () => this.drawCard(/** @type {HTMLDetailsElement} */ (box)));
    }
    inputById("label").addEventListener("change", () => {
      const said = plainText(inputById("label").value);
      this.change(withField(this.vocabulary, this.now.description, this.labelField, said || undefined), this.texts.say.named);
    });
    inputById("load").addEventListener("change", () => {
      const [file] = inputById("load").files ?? [];
      if (file) void this.readFile(file);
      inputById("load").value = "";
    });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) void this.readFile(file);
    });
    addEventListener("hashchange", () => this.readAddress());
    addEventListener("beforeprint", () => this.fillSheet());
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = event.target instanceof Element ? event.target.closest("a, button") : null;
    if (!(target instanceof HTMLElement)) return;
    const { claim, set, change, edit, text, copy, fact, value } = target.dataset;
    const href = target.getAttribute("href");
    if (claim) this.openPassage(claim);
    else if (set) this.setKind(set);
    else if (change) this.tryOn(JSON.parse(change));
    else if (edit) this.edit(JSON.parse(edit), text ?? "");
    else if (copy) void this.copy(copy);
    else if (fact && value) this.answer(fact, value);
    else if (href?.startsWith("#")) this.goTo(href.slice(1));
    else this.pressed(target.id);
    if (href?.startsWith("#")) event.preventDefault();
  }

  /** @param {string} id */
  pressed(id) {
    /** @type {Record<string, () => void>} */
    const does = {
      undo: () => this.step(-1),
      redo: () => this.step(1),
      pin: () => this.pin(),
      over: () => this.startOver(),
      "back-to-a": () => this.backToA(),
      "keep-b": () => this.pin(),
      save: () => this.save(),
      print: () => print(),
    };
    does[id]?.();
  }
}

/** Says so where this browser lacks what the page needs. @param {unknown} error */
function giveUp(error) {
  byId("too-old").hidden = false;
  throw error;
}

/** Begins: unpacks what the page carries, shows the patient of the address, and listens. */
async function begin() {
  const page = new Page(await unpacked(/** @type {HTMLTemplateElement} */ (byId("data")).content.textContent ?? ""));
  const { texts } = page;
  /** @type {HTMLFieldSetElement} */ (byId("registers")).disabled = false;
  for (const choice of allWithin(byId("registers"), "input")) {
    const input = /** @type {HTMLInputElement} */ (choice);
    input.checked = input.value === texts.register;
  }
  byId("bench").hidden = false;
  byId("rest").hidden = false;
  byId("bar").hidden = false;
  page.listen();
  page.redraw();
  page.tell("");
  page.readAddress();
}

begin().catch(giveUp);
