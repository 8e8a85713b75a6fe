// Sends the forms that hold what people type (data-save) until the server says that it keeps exactly this text.
// One request at a time for each place; what is sent is read from the form when it is sent, so the newest text wins.
// A save without an answer may have been done: it is sent again as it was, with the same key, before anything newer.
(() => {
  "use strict";
  const hgw = window.hgw;
  const NO_ANSWER = 15000;
  const LONGEST_ASKED = 300000; // a busy server that asks for more is asked again all the same
  const LARGEST_AT_LEAVING = 60000; // what a browser still takes along from a page that goes
  const entries = new Map(); // id of a place → what is under way there

  const entryOf = (form) => {
    const id = hgw.placeOf(form);
    if (!entries.has(id)) entries.set(id, { id, jobs: [], wants: null, busy: false, tries: 0, timer: 0, notBefore: 0 });
    return entries.get(id);
  };
  // After a 409 the same form waits for a choice; opened anew it is another one.
  const isBlocked = (entry, form) => Boolean(entry.blocked) && entry.blocked === form;
  const isLine = (form) => form.hasAttribute("data-add");
  // A button that does something at once, and saves no text: move, take away, yes or no.
  const isAct = (form, submitter) => Boolean(submitter?.hasAttribute("formaction")) || (form.dataset.save === "choice" && !hgw.typable(form).length);
  const isDoubleClick = (entry, form, submitter) => {
    const before = entry.jobs.at(-1);
    return Boolean(before?.show) && !before.isLine && before.canonical === hgw.canonical(hgw.pairs(form, submitter));
  };

  // -- what is asked for ------------------------------------------------------------------------------------------

  // `show` wants the fragment that takes the form's place; otherwise the form stays and only learns its version.
  const save = (form, show, submitter = null) => {
    const entry = entryOf(form);
    window.clearTimeout(entry.timer);
    if (show && isDoubleClick(entry, form, submitter)) return pump(entry);
    if (show && entry.goesTo && !hgw.isDirty(form)) return queue.goOn(entry); // saved already; the next page is slow to come
    if (isAct(form, submitter)) return act(entry, form, submitter);
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

  // Each in its turn: what is under way may have been done, so another choice comes after it, never in its place.
  const act = (entry, form, submitter) => {
    form.closest("[popover]")?.hidePopover();
    entry.jobs.push(build(entry, form, true, submitter));
    pump(entry);
  };

  // A form that was put in the place of the one that somebody clicked in has a button of its own for that.
  const sameButton = (form, submitter) => (!submitter || submitter.form === form ? submitter
    : [...form.elements].find((button) => button.type === "submit" && button.name === submitter.name && button.value === submitter.value) || null);

  const build = (entry, form, show, clicked) => {
    const submitter = sameButton(form, clicked);
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
      plain: hgw.canonical(hgw.pairs(form)), isLine: isLine(form), isAct: isAct(form, submitter), waits: null,
      submitter, mayBeDone: false,
      goes: show && form.hasAttribute("data-goes"), isOnlyHere: isAct(form, submitter) || form.dataset.save === "choice",
      action: submitter?.getAttribute("formaction") || form.getAttribute("action") || location.pathname,
      pairs: pairs.filter(([name]) => name !== "key" && name !== "base_version"),
    };
  };

  // -- sending ----------------------------------------------------------------------------------------------------

  const pump = (entry, leaving = false) => {
    if (entry.busy || hgw.leaving) return;
    const early = leaving ? 0 : entry.notBefore - performance.now();
    if (early > 0) return wake(entry, early);
    // A letter that is being composed is not sent by half.
    if (hgw.composing() && !leaving) return hgw.composing().then(() => pump(entry));
    let job = entry.jobs[0];
    if (!job) {
      const form = hgw.formAt(entry.id);
      const wants = entry.wants;
      entry.wants = null;
      if (!form || !wants) return;
      if (!wants.show && isBlocked(entry, form)) return; // typed before the choice was asked: it goes with what is chosen
      if (!wants.show && !hgw.isDirty(form)) return queue.settle(entry, form);
      job = build(entry, form, Boolean(wants.show), wants.submitter);
      entry.jobs.push(job);
    }
    send(entry, job, leaving);
  };

  // With what each fragment of this page says of it: for whom it was made, and whether it is projected.
  const pageHeaders = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true" });
  const headers = (job) => ({
    ...pageHeaders(), "X-CSRFToken": hgw.token(), "X-Save": job.goes ? "go" : job.show ? "show" : "keep", Accept: "application/json",
  });

  const read = async (address) => {
    const page = await fetch(address, { headers: pageHeaders(), signal: AbortSignal.timeout(NO_ANSWER) });
    if (!page.ok) throw new Error(String(page.status));
    return page.text();
  };

  const send = async (entry, job, leaving) => {
    entry.busy = true;
    window.clearTimeout(entry.retry);
    hgw.mark(entry.id, entry.tries && !navigator.onLine ? "waiting" : "saving");
    const body = new URLSearchParams([...job.pairs, ["key", job.key], ["base_version", job.base]]);
    let answer = null;
    let status = 0;
    let after = 0;
    try {
      const response = await fetch(job.action, {
        method: "POST", body, headers: headers(job), redirect: "manual", signal: AbortSignal.timeout(NO_ANSWER),
        keepalive: leaving && String(body).length < LARGEST_AT_LEAVING,
      });
      status = response.type === "opaqueredirect" ? 0 : response.status;
      after = asksToWait(response);
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      answer = isJson ? await response.json() : null;
      // Where items change places in their list by what was chosen, the answer only says where that list is.
      if (answer?.location && !job.goes) answer.html = await read(answer.location);
    } catch {
      status = 0; // no connection, or no answer in time
    }
    if (hgw.leaving) return;
    await hgw.untilCalm();
    if (hgw.leaving) return;
    entry.busy = false;
    try {
      await queue.answered(entry, job, status, answer, after);
    } catch (fault) {
      // Whatever went wrong in showing the answer: the page does not go on saying that it is saving.
      window.reportError(fault);
      if (entry.jobs.includes(job)) again(entry, job);
      else queue.settle(entry, hgw.formAt(entry.id));
    }
  };

  // How long a busy server wants to be left alone (Retry-After, in seconds or as a date), in milliseconds.
  const asksToWait = (response) => {
    const said = response.headers.get("Retry-After");
    const wait = Number(said) * 1000 || Date.parse(said) - Date.now() || 0;
    return Math.min(Math.max(wait, 0), LONGEST_ASKED);
  };
  // Not every timer keeps the time of the clock that is read: one that comes too early is set once more.
  const wake = (entry, pause) => {
    window.clearTimeout(entry.retry);
    entry.retry = window.setTimeout(() => pump(entry), pause);
  };
  // No answer, or none that counts: the same again, later and later, as long as the page is there.
  const again = (entry, job, after = 0) => {
    const pause = Math.max(Math.min(8000, 500 * 2 ** entry.tries) * (0.75 + Math.random() / 2), after);
    entry.tries += 1;
    job.mayBeDone = true;
    entry.notBefore = performance.now() + after;
    wake(entry, pause);
    hgw.drafts?.keep(entry.id);
    if (job.isLine) hgw.free(entry, job);
    hgw.mark(entry.id, "waiting");
  };
  window.addEventListener("online", () => entries.forEach((entry) => (entry.jobs.length || entry.wants) && pump(entry)));
  window.addEventListener("offline", () => entries.forEach((entry) => {
    if (["saving", "waiting"].includes(hgw.stateOf(entry.id))) hgw.mark(entry.id, "waiting"); // the rest waits for somebody
  }));

  const queue = (hgw.queue = {
    entries, entryOf, isBlocked, enter, pump, send, again, build, headers, pageHeaders, READERS: ["visibility", "circle"],
  });
  hgw.jobs = () => [...entries.values()].flatMap((entry) => entry.jobs);
  hgw.save = save;
  hgw.useKey = (form, key, canonical) => { // of a draft: if its text was saved after all, it is not saved twice
    const entry = entryOf(form);
    const base = hgw.hidden(form, "base_version")?.value || "0";
    hgw.hidden(form, "key").value = key;
    entry.text = `${base}\n${canonical}`;
  };
})();
