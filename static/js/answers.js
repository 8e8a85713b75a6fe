// What the server made of a save, and what that means for the page: saved, to be signed in for, changed by a colleague
// too, refused, or not possible any more. Nothing but an acknowledgement of exactly this save is called saved.
(() => {
  "use strict";
  const hgw = window.hgw;
  const queue = hgw.queue;
  const ACCEPTABLE_AGAIN = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

  const isAcknowledged = async (job, answer) => {
    if (answer?.key !== job.key || !Number.isInteger(answer.version)) return false;
    const digest = await hgw.digest(job.canonical);
    return digest === null || digest === answer.hash;
  };

  const answered = async (entry, job, status, answer, after) => {
    if (status === 200 && (await isAcknowledged(job, answer))) return acknowledged(entry, job, answer);
    if (status === 401) return signedOut(entry, job);
    if (status === 403 && answer?.reason !== "forbidden" && !job.hasNewToken) {
      job.hasNewToken = true; // somebody signed in meanwhile, in another tab: the same save with the token of now
      entry.busy = true; // one at a time, also while the token is fetched
      await hgw.freshToken();
      return queue.send(entry, job);
    }
    if (status === 409) return conflict(entry, job, answer || {});
    if (status === 422) return refused(entry, job, answer || {});
    if (status >= 400 && answer?.reason !== "csrf" && !ACCEPTABLE_AGAIN.has(status)) return stopped(entry, job);
    queue.again(entry, job, after);
  };

  const done = (entry, job) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    entry.tries = 0;
    entry.notBefore = 0;
  };

  const acknowledged = (entry, job, answer) => {
    done(entry, job);
    hgw.savedAt(answer.at);
    if (job.isAct) return acted(entry, job, answer);
    hgw.drafts?.acknowledged(job);
    const form = hgw.formAt(entry.id);
    if (form) {
      const typedOn = hgw.canonical(hgw.pairs(form)) !== job.plain;
      if (!job.isLine) hgw.adopt(form, job, answer);
      // It exists by now: what was typed on, or is sent once more, changes it, and adds no second one.
      if (form.dataset.later) form.setAttribute("action", form.dataset.later.replace(/0{8}(-0{4}){3}-0{12}/, answer.item));
      if (job.goes) entry.goesTo = answer.location;
      if (job.goes && !typedOn) return goOn(entry);
      if (answer.html && (job.isLine || !typedOn)) queue.show(entry, job, answer);
      else if (!job.isLine) clear(form);
    }
    job.waits?.remove();
    const fresh = hgw.formAt(entry.id);
    if (entry.again && fresh) queue.enter(entry, fresh, null);
    entry.again = null;
    settle(entry, fresh);
    lookAgain();
  };
  // The stepper, the gates and the drawing look again, once what was saved stands on the page.
  const lookAgain = () => window.setTimeout(() => document.body.dispatchEvent(new CustomEvent("item-saved")), 40);

  // The page of one item goes on to where the item stands, once this device keeps no draft of it any more, not even of half.
  const goOn = async (entry) => {
    await Promise.race([hgw.drafts?.keep(entry.id), new Promise((resolve) => window.setTimeout(resolve, 1000))]);
    location.assign(entry.goesTo);
  };

  // What a button does is done. What stands in the form beside it is not saved by that: it stays.
  const acted = (entry, job, answer) => {
    const form = hgw.formAt(entry.id);
    const [key, version] = form ? [hgw.hidden(form, "key"), hgw.hidden(form, "base_version")] : [];
    if (key?.value === job.key) key.value = hgw.newKey();
    if (version) version.value = answer.version;
    for (const next of entry.jobs) next.base = String(answer.version);
    hgw.mark(entry.id, "");
    if (form && answer.html) queue.takePlace(entry, answer);
    settle(entry, hgw.formAt(entry.id));
    lookAgain();
  };

  // What a swapped list would take along goes with it; nothing else on the page is touched.
  const settle = (entry, form) => {
    if (entry.jobs.length) return queue.pump(entry);
    if (entry.wants) return queue.pump(entry);
    if (!form || !hgw.isDirty(form)) {
      hgw.drafts?.keep(entry.id); // nothing is left to keep
      return hgw.mark(entry.id, "");
    }
    hgw.mark(entry.id, "dirty");
    if (form.dataset.save === "itself") entry.timer = window.setTimeout(() => hgw.save(form, false), 0);
  };

  const clear = (form) => {
    form.querySelectorAll(".save-errors, .save-stopped").forEach((said) => said.remove());
    form.querySelectorAll(".stale").forEach((panel) => panel.replaceChildren());
  };

  // What nobody took in is made anew of what stands there then, with the button that was pressed. What may have been done
  // goes out as it was, before that.
  const signedOut = (entry, job) => {
    if (!job.isLine && !job.isAct && !job.mayBeDone) {
      entry.jobs = entry.jobs.filter((other) => other !== job);
      entry.wants = { show: job.show || entry.wants?.show, submitter: entry.wants?.submitter || job.submitter };
    }
    hgw.drafts?.keep(entry.id);
    hgw.mark(entry.id, "signIn");
    hgw.askToSignIn();
  };
  // Whatever a place says by now: with nothing to send there, nothing is sent.
  hgw.resume = () => queue.entries.forEach((entry) => queue.pump(entry));

  const conflict = (entry, job, answer) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    const form = hgw.formAt(entry.id);
    if (!job.isAct) entry.blocked = form;
    const panel = (answer.target && document.querySelector(answer.target)) || form?.querySelector(".stale");
    if (panel && answer.html) {
      // Of a form that came back whole, only what is said beside the field: the field keeps what stands in it.
      const select = answer.target ? "" : ".stale > *";
      window.htmx.swap(panel, answer.html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }, { select });
      panel.answer = answer;
      panel.sent = job.plain;
      panel.querySelectorAll("[data-keep=both]").forEach((button) => (button.hidden = false));
    } else if (form && answer.html) { // what was chosen comes back in its place, with the reason
      queue.takePlace(entry, answer);
      entry.blocked = null;
    }
    hgw.giveBack(job);
    if (answer.reason !== "stale" && !job.isOnlyHere) hgw.stop(entry.id, job.text, panel);
    hgw.drafts?.keep(entry.id);
    const isOver = answer.reason === "closed" || !form;
    hgw.mark(entry.id, !isOver ? "conflict" : job.isOnlyHere ? "undone" : "stopped");
    if (entry.jobs.length) queue.pump(entry);
  };

  const refused = (entry, job, answer) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    const form = hgw.formAt(entry.id);
    if (form && answer.reason === "key_reused") {
      hgw.hidden(form, "key").value = hgw.newKey();
      entry.text = undefined;
      if (!answer.html && !job.isAct) return hgw.save(form, job.show);
    }
    hgw.giveBack(job);
    if (form) {
      const typedOn = hgw.canonical(hgw.pairs(form)) !== job.plain;
      if (answer.html && !typedOn) queue.show(entry, { ...job, isLine: false }, answer);
      else if (answer.html && (job.isLine || job.isAct)) queue.takePlace(entry, answer);
      else sayErrors(form, answer.errors || {});
    }
    hgw.drafts?.keep(entry.id);
    entry.again = null;
    hgw.mark(entry.id, job.isAct && !answer.html ? "undone" : "look");
    if (entry.jobs.length) queue.pump(entry);
  };
  const sayErrors = (form, errors) => {
    clear(form);
    const places = new Map(); // each beside its field, and what is about more than one above the button
    for (const [name, messages] of Object.entries(errors)) {
      const field = form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
      const place = field?.closest(".field") || null;
      places.set(place, new Set([...(places.get(place) || []), ...messages]));
    }
    for (const [place, messages] of places) {
      const said = Object.assign(document.createElement("ul"), { className: "errorlist save-errors" });
      for (const message of messages) said.append(Object.assign(document.createElement("li"), { textContent: message }));
      if (place) place.append(said);
      else (form.querySelector(".btns, .keep") || form.lastElementChild).before(said);
    }
  };

  const stopped = (entry, job) => {
    entry.jobs = entry.jobs.filter((other) => other !== job);
    hgw.giveBack(job);
    hgw.drafts?.keep(entry.id);
    if (!job.isOnlyHere) hgw.stop(entry.id, job.text);
    hgw.mark(entry.id, job.isOnlyHere ? "undone" : "stopped");
    if (entry.jobs.length) queue.pump(entry);
  };

  Object.assign(queue, { answered, settle, goOn });
})();
