// A sentence that was entered and waits for the connection: it stands in the list, and its line is free for the next one.
(() => {
  "use strict";
  const hgw = window.hgw;
  const queue = hgw.queue;

  // The line is free for the next sentence; this one stands in the list, and says that it is not saved yet.
  hgw.free = (entry, job) => {
    const form = hgw.formAt(entry.id);
    if (job.waits || !form) return;
    const item = hgw.part(".waits");
    item.querySelector(".typed").textContent = job.text;
    item.dataset.place = entry.id;
    document.getElementById(entry.id).before(item);
    job.waits = item;
    const now = hgw.states(form);
    queue.empty(form);
    job.freed = hgw.states(form);
    carryOn(form, job.states, now);
    hgw.drafts?.keepWaiting(job).then(() => hgw.drafts.keep(entry.id)); // the line has a draft of what stands in it now
    const again = entry.again;
    entry.again = null;
    if (again) queue.enter(entry, form, again.submitter);
  };
  // What was typed or chosen while the sentence was on its way stays: in the line it belongs to the next one.
  const carryOn = (form, sent, now) => {
    for (const field of hgw.typable(form)) {
      const [before, state] = [sent.get(field.id), now.get(field.id)];
      if (before === undefined || before === state) continue;
      const isNext = field.matches("[data-line]") && state.startsWith(before);
      hgw.setState(field, isNext ? state.slice(before.length) : state);
    }
  };
  // It cannot be saved as it is: back into the form, where it can be changed, unless somebody types there by now.
  hgw.giveBack = (job) => {
    const form = job.waits && hgw.formAt(job.id);
    if (!form) return;
    if (hgw.isDirty(form)) {
      job.waits.querySelector(".src").textContent = document.getElementById("save-state").dataset.stopped;
      const copy = hgw.part(".save-stopped button");
      copy.addEventListener("click", () => hgw.copy(job.text, copy));
      job.waits.append(copy);
      return;
    }
    for (const field of hgw.typable(form)) if (job.states.has(field.id)) hgw.setState(field, job.states.get(field.id));
    job.waits.remove();
    hgw.drafts?.acknowledged(job); // it is in the form again, which keeps a draft of its own
  };
})();
