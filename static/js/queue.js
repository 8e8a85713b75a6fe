// Sends the forms that hold what people type (data-save) until the server says that it keeps exactly this text.
// One request at a time for each place; what is sent is read from the form when it is sent, so the newest text wins.
// A save without an answer may have been done: it is sent again as it was, with the same key, before anything newer.
(() => {
  "use strict";
  const hgw = window.hgw;
  const NO_ANSWER = 15000;
  const ACCEPTABLE_AGAIN = new Set([408, 425, 429, 500, 502, 503, 504, 507]);
  const LARGEST_AT_LEAVING = 60000; // what a browser still takes along from a page that goes
  const entries = new Map(); // id of a place → what is under way there

  const entryOf = (form) => {
    const id = hgw.placeOf(form);
    if (!entries.has(id)) entries.set(id, { id, jobs: [], wants: null, busy: false, tries: 0, timer: 0, key: null });
    return entries.get(id);
  };
  // After a 409 the same form waits for a choice; opened anew it is another one.
  const isBlocked = (entry, form) => Boolean(entry.blocked) && entry.blocked === form;
  const isLine = (form) => form.hasAttribute("data-add");

  // In the middle of a composed letter (an ë by a dead key) nothing may be sent, and nothing may change in the field.
  let composing = null;
  document.addEventListener("compositionstart", () => {
    composing ||= Promise.withResolvers ? Promise.withResolvers() : resolvers();
  });
  document.addEventListener("compositionend", () => {
    window.setTimeout(() => {
      composing?.resolve();
      composing = null;
    });
  });
  const resolvers = () => {
    const made = {};
    made.promise = new Promise((resolve) => (made.resolve = resolve));
    return made;
  };

  // -- what is asked for ------------------------------------------------------------------------------------------

  // `show` wants the fragment that takes the form's place; otherwise the form stays and only learns its version.
  const save = (form, show, submitter = null) => {
    const entry = entryOf(form);
    window.clearTimeout(entry.timer);
    if (isLine(form) && show) return enter(entry, form, submitter);
    if (isBlocked(entry, form) && !show) return;
    if (entry.byHand === form && !show) return; // who reads it was changed: that goes out when somebody says so
    entry.blocked = entry.byHand = null;
    entry.wants = { show: show || entry.wants?.show, submitter: submitter || entry.wants?.submitter };
    pump(entry);
  };

  // A sentence in the line under a list: entered once, it is on its way, also while an earlier one still waits.
  const enter = (entry, form, submitter) => {
    const job = build(entry, form, true, submitter);
    const before = entry.jobs.at(-1);
    if (before && !before.waits && before.canonical === job.canonical) return; // a double click
    if (before && !before.waits) {
      entry.again = { submitter }; // typed on and entered: it is sent from the fresh line
      return;
    }
    entry.jobs.push(job);
    if (before) hgw.free(entry, job);
    pump(entry);
  };

  const build = (entry, form, show, submitter) => {
    const chosen = submitter?.name === "base_version" ? submitter.value : null;
    if (chosen) hgw.hidden(form, "base_version").value = chosen; // “keep mine”: over what the colleague wrote
    const pairs = hgw.pairs(form, chosen ? null : submitter);
    const canonical = hgw.canonical(pairs);
    const base = pairs.findLast(([name]) => name === "base_version")?.[1] || "0";
    const first = hgw.hidden(form, "key");
    const text = `${base}\n${canonical}`;
    if (entry.text !== undefined && entry.text !== text && first) first.value = hgw.newKey(); // another text, another key
    entry.text = text;
    return {
      id: entry.id, show, canonical, base, key: first?.value || hgw.newKey(), states: hgw.states(form), text: hgw.textOf(form),
      plain: hgw.canonical(hgw.pairs(form)), isLine: isLine(form), waits: null,
      action: submitter?.getAttribute("formaction") || form.getAttribute("action") || location.pathname,
      pairs: pairs.filter(([name]) => name !== "key" && name !== "base_version"),
    };
  };

  // -- sending ----------------------------------------------------------------------------------------------------

  const pump = (entry, leaving = false) => {
    if (entry.busy || hgw.leaving) return;
    if (composing) return composing.promise.then(() => pump(entry));
    let job = entry.jobs[0];
    if (!job) {
      const form = hgw.formAt(entry.id);
      const wants = entry.wants;
      entry.wants = null;
      if (!form || !wants) return;
      if (!wants.show && !hgw.isDirty(form)) return settle(entry, form);
      job = build(entry, form, Boolean(wants.show), wants.submitter);
      entry.jobs.push(job);
    }
    send(entry, job, leaving);
  };

  // With what each fragment of this page says of it: for whom it was made, and whether it is projected.
  const pageHeaders = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true" });
  const headers = (job) => ({
    ...pageHeaders(), "X-CSRFToken": hgw.token(), "X-Save": job.show ? "show" : "keep", Accept: "application/json",
  });

  const send = async (entry, job, leaving) => {
    entry.busy = true;
    window.clearTimeout(entry.retry);
    hgw.mark(entry.id, entry.tries && !navigator.onLine ? "waiting" : "saving");
    const body = new URLSearchParams([...job.pairs, ["key", job.key], ["base_version", job.base]]);
    let answer = null;
    let status = 0;
    try {
      const response = await fetch(job.action, {
        method: "POST", body, headers: headers(job), redirect: "manual", signal: AbortSignal.timeout(NO_ANSWER),
        keepalive: leaving && String(body).length < LARGEST_AT_LEAVING,
      });
      status = response.type === "opaqueredirect" ? 0 : response.status;
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      answer = isJson ? await response.json() : null;
      // Where items change places in their list by what was chosen, the answer only says where that list is.
      if (answer?.location) answer.html = await (await fetch(answer.location, { headers: pageHeaders(), signal: AbortSignal.timeout(NO_ANSWER) })).text();
    } catch {
      status = 0; // no connection, or no answer in time
    }
    if (hgw.leaving) return;
    if (composing) await composing.promise;
    entry.busy = false;
    await answered(entry, job, status, answer);
  };

  const isAcknowledged = async (job, answer) => {
    if (answer?.key !== job.key || !Number.isInteger(answer.version)) return false;
    const digest = await hgw.digest(job.canonical);
    return digest === null || digest === answer.hash;
  };

  const answered = async (entry, job, status, answer) => {
    if (status === 200 && (await isAcknowledged(job, answer))) return acknowledged(entry, job, answer);
    if (status === 401) return signedOut(entry, job);
    if (status === 403 && answer?.reason !== "forbidden" && !job.hasNewToken) {
      job.hasNewToken = true; // somebody signed in meanwhile, in another tab: the same save with the token of now
      await hgw.freshToken();
      return send(entry, job);
    }
    if (status === 409) return conflict(entry, job, answer || {});
    if (status === 422) return refused(entry, job, answer || {});
    if (status >= 400 && answer?.reason !== "csrf" && !ACCEPTABLE_AGAIN.has(status)) return stopped(entry, job);
    again(entry, job);
  };

  // No answer, or none that counts: the same again, later and later, as long as the page is there.
  const again = (entry, job) => {
    const pause = Math.min(8000, 500 * 2 ** entry.tries) * (0.75 + Math.random() / 2);
    entry.tries += 1;
    entry.retry = window.setTimeout(() => pump(entry), pause);
    hgw.drafts?.keep(entry.id);
    if (job.isLine) hgw.free(entry, job);
    hgw.mark(entry.id, "waiting");
  };
  window.addEventListener("online", () => entries.forEach((entry) => entry.jobs.length && pump(entry)));
  window.addEventListener("offline", () => entries.forEach((entry) => {
    if (hgw.stateOf(entry.id)) hgw.mark(entry.id, "waiting");
  }));

  // -- answers ----------------------------------------------------------------------------------------------------

  const done = (entry, job) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    entry.tries = 0;
  };

  const acknowledged = (entry, job, answer) => {
    done(entry, job);
    hgw.drafts?.acknowledged(job);
    hgw.savedAt(answer.at);
    const form = hgw.formAt(entry.id);
    if (form) {
      const typedOn = hgw.canonical(hgw.pairs(form)) !== job.plain;
      if (!job.isLine) hgw.adopt(form, job, answer);
      if (answer.html && (job.isLine || !typedOn)) show(entry, job, answer);
      else if (!job.isLine) clear(form);
    }
    job.waits?.remove();
    const fresh = hgw.formAt(entry.id);
    if (entry.again && fresh) enter(entry, fresh, null);
    entry.again = null;
    settle(entry, fresh);
    // The stepper, the gates and the drawing look again, once what was saved stands on the page.
    window.setTimeout(() => document.body.dispatchEvent(new CustomEvent("item-saved")), 40);
  };

  // The state of a field that is ticked or chosen, from the value or values that the server names.
  const chosenBy = (field, given) => {
    const values = [given].flat().map(String);
    return ["checkbox", "radio"].includes(field.type) ? String(values.includes(field.value)) : (values[0] ?? "");
  };

  // The form stays; it learns the version it now stands on, and what the server merged into its text.
  hgw.adopt = (form, job, answer) => {
    const version = hgw.hidden(form, "base_version");
    const merged = new Map();
    for (const [name, value] of Object.entries((answer.merged && answer.fields) || {})) {
      const field = form.elements.namedItem(name);
      if (typeof value !== "string" || !field?.id || !["text", "textarea"].includes(field.type)) continue;
      const now = hgw.rebase(job.states.get(field.id) ?? field.value, field.value, value);
      if (now === null) return; // one place in the text: let the server compare what stands here with what it has
      merged.set(field, [value, now]);
    }
    // What a colleague chose goes along, unless somebody chose here meanwhile: else the next save would put the old choice back.
    for (const field of (answer.merged && hgw.typable(form)) || []) {
      const theirs = answer.fields?.[field.name];
      if (theirs === undefined || ["text", "textarea"].includes(field.type)) continue;
      const state = chosenBy(field, theirs);
      if (hgw.state(field) === job.states.get(field.id)) hgw.setState(field, state);
      job.states.set(field.id, state);
    }
    if (version) version.value = answer.version;
    const place = document.getElementById(job.id);
    if (place.dataset.version) place.dataset.version = answer.version; // what others see of it is this
    hgw.markSaved(form, job.states);
    for (const [field, [value, now]] of merged) {
      field.defaultValue = value;
      if (field.value !== now) hgw.replaceText(field, now);
    }
  };

  // The fragment takes the form's place. What was typed on in a line while it was sent belongs to the next item.
  const show = (entry, job, answer) => {
    const form = hgw.formAt(entry.id);
    const target = placeFor(form, answer);
    if (!target) return;
    const carried = new Map();
    if (job.isLine && form) {
      for (const field of hgw.typable(form)) {
        const before = job.waits ? job.freed.get(field.id) : job.states.get(field.id);
        const now = hgw.state(field);
        if (before === undefined || before === now) continue;
        const next = field.matches("[data-line]") && now.startsWith(before);
        carried.set(field.id, next ? now.slice(before.length) : now);
      }
    }
    if (!swap(target, answer, entry.id) && job.isLine && !job.waits) empty(form);
    for (const [id, state] of carried) {
      const field = document.getElementById(id);
      if (field) hgw.setState(field, state);
    }
  };
  // Where an answer goes: the form says so, unless the answer itself does.
  const placeFor = (form, answer) => (answer.target ? document.querySelector(answer.target) : form.closest(form.dataset.target));
  const swap = (target, answer, id) => {
    const elsewhere = hgw.dirtyFields(target).some((field) => !field.form || hgw.placeOf(field.form) !== id);
    if (elsewhere) { // never over unsaved text
      hgw.say("kept");
      return false;
    }
    const form = hgw.formAt(id);
    const waiting = [...target.querySelectorAll(".item.waits")];
    const eventInfo = { xhr: {}, target, requestConfig: { elt: form } };
    hgw.rememberFocus(eventInfo);
    window.htmx.swap(target, answer.html, { swapStyle: answer.swap || "outerHTML", swapDelay: 0, settleDelay: 0 }, {
      select: answer.target ? (answer.select || "").replace("unset", "") : form.dataset.select || "", eventInfo, contextElement: form,
    });
    waiting.forEach((item) => document.getElementById(item.dataset.place)?.before(item));
    return true;
  };
  const empty = (form) => {
    form.reset();
    delete form.dataset.unsaved;
    const line = form.querySelector("[data-line]");
    if (line) line.value = "";
    hgw.hidden(form, "key").value = hgw.newKey();
  };

  // What a swapped list would take along goes with it; nothing else on the page is touched.
  const settle = (entry, form) => {
    if (entry.jobs.length) return pump(entry);
    if (entry.wants) return pump(entry);
    if (!form || !hgw.isDirty(form)) {
      hgw.drafts?.keep(entry.id); // nothing is left to keep
      return hgw.mark(entry.id, "");
    }
    hgw.mark(entry.id, "dirty");
    if (form.dataset.save === "itself") entry.timer = window.setTimeout(() => save(form, false), 0);
  };

  const clear = (form) => {
    form.querySelectorAll(".save-errors, .save-stopped").forEach((said) => said.remove());
    form.querySelectorAll(".stale").forEach((panel) => panel.replaceChildren());
  };

  const signedOut = (entry, job) => {
    if (!job.isLine) {
      entry.jobs = [];
      entry.wants = { show: job.show };
    }
    hgw.drafts?.keep(entry.id);
    hgw.mark(entry.id, "signIn");
    hgw.askToSignIn();
  };
  hgw.resume = () => entries.forEach((entry) => {
    if (hgw.stateOf(entry.id) === "signIn") pump(entry);
  });

  const conflict = (entry, job, answer) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    const form = hgw.formAt(entry.id);
    entry.blocked = form;
    const panel = answer.target ? document.querySelector(answer.target) : form?.querySelector(".stale");
    if (panel && answer.html) {
      // Of a form that came back whole, only what is said beside the field: the field keeps what stands in it.
      const select = answer.target ? "" : ".stale > *";
      window.htmx.swap(panel, answer.html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }, { select });
      panel.answer = answer;
      panel.sent = job.plain;
      panel.querySelectorAll("[data-keep=both]").forEach((button) => (button.hidden = false));
    }
    hgw.giveBack(job);
    if (answer.reason !== "stale") hgw.stop(entry.id, job.text, panel);
    hgw.drafts?.keep(entry.id);
    hgw.mark(entry.id, answer.reason === "closed" || !form ? "stopped" : "conflict");
    if (entry.jobs.length) pump(entry);
  };

  const refused = (entry, job, answer) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    const form = hgw.formAt(entry.id);
    if (form && answer.reason === "key_reused") {
      hgw.hidden(form, "key").value = hgw.newKey();
      entry.text = undefined;
      if (!answer.html) return save(form, job.show);
    }
    hgw.giveBack(job);
    if (form) {
      const typedOn = hgw.canonical(hgw.pairs(form)) !== job.plain;
      if (answer.html && !typedOn) show(entry, { ...job, isLine: false }, answer);
      else if (answer.html && job.isLine) refuseLine(entry, job, answer);
      else sayErrors(form, answer.errors || {});
    }
    hgw.drafts?.keep(entry.id);
    entry.again = null;
    hgw.mark(entry.id, "look");
    if (entry.jobs.length) pump(entry);
  };
  // The refused line comes back with all that was typed in it meanwhile.
  const refuseLine = (entry, job, answer) => {
    const now = hgw.states(hgw.formAt(entry.id));
    swap(placeFor(hgw.formAt(entry.id), answer), answer, entry.id);
    for (const [id, state] of now) {
      const field = document.getElementById(id);
      if (field) hgw.setState(field, state);
    }
  };
  const sayErrors = (form, errors) => {
    clear(form);
    const said = document.createElement("ul");
    said.className = "errorlist save-errors";
    for (const message of new Set(Object.values(errors).flat())) said.append(Object.assign(document.createElement("li"), { textContent: message }));
    if (said.children.length) (form.querySelector(".btns, .keep") || form.lastElementChild).before(said);
  };

  const stopped = (entry, job) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    hgw.giveBack(job);
    hgw.drafts?.keep(entry.id);
    hgw.stop(entry.id, job.text);
    hgw.mark(entry.id, "stopped");
    if (entry.jobs.length) pump(entry);
  };

  hgw.queue = { entries, entryOf, isBlocked, enter, pump, build, empty, chosenBy, headers, READERS: ["visibility", "circle"] };
  hgw.jobs = () => [...entries.values()].flatMap((entry) => entry.jobs);
  hgw.save = save;
  hgw.useKey = (form, key, canonical) => { // of a draft: if its text was saved after all, it is not saved twice
    const entry = entryOf(form);
    const base = hgw.hidden(form, "base_version")?.value || "0";
    hgw.hidden(form, "key").value = key;
    entry.text = `${base}\n${canonical}`;
  };
})();
