// How an answer gets onto the page: a form that stays learns what it now stands on, and a fragment takes its place, never
// over what somebody typed meanwhile.
(() => {
  "use strict";
  const hgw = window.hgw;
  const queue = hgw.queue;

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
      const chosen = new Map(); // stands as it stood for the item before, and for whoever types on it stands for the next too
      for (const field of hgw.typable(form)) {
        const before = job.waits ? job.freed.get(field.id) : job.states.get(field.id);
        const now = hgw.state(field);
        if (before === undefined) continue;
        if (before === now && !["text", "textarea"].includes(field.type)) chosen.set(field.id, now);
        if (before === now) continue;
        const next = field.matches("[data-line]") && now.startsWith(before);
        carried.set(field.id, next ? now.slice(before.length) : now);
      }
      if (carried.size) for (const [id, state] of chosen) carried.set(id, state);
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
    if (!target) return false; // that part of the page is gone
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
  // A refused line comes back with all that was typed in it meanwhile.
  const takePlace = (entry, answer) => {
    const form = hgw.formAt(entry.id);
    const now = hgw.states(form);
    swap(placeFor(form, answer), answer, entry.id);
    for (const [id, state] of now) {
      const field = document.getElementById(id);
      if (field) hgw.setState(field, state);
    }
  };

  Object.assign(queue, { show, takePlace, empty, chosenBy });
})();
