// Two people changed one place: the panel beside the field asks which text stays, mine, the colleague's, or both.
(() => {
  "use strict";
  const hgw = window.hgw;
  const queue = hgw.queue;

  // What was typed after the question came is given up too: first it goes into the history, or nothing happens.
  const setAside = async (form) => {
    const job = queue.build(queue.entryOf(form), form, false, null);
    const body = new URLSearchParams([...job.pairs, ["key", job.key], ["base_version", job.base]]);
    try {
      const response = await fetch(job.action, { method: "POST", body, headers: queue.headers(job), signal: AbortSignal.timeout(15000) });
      return response.status === 409 && (await response.json()).kept;
    } catch {
      return false;
    }
  };

  // My text, the colleague's, or both: by the buttons of the panel beside the field.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-keep]");
    const panel = button?.closest(".stale");
    const form = button?.closest("form") || hgw.formAt(panel?.closest("[id^=add-]")?.id);
    if (!panel?.answer || !form || button.dataset.keep === "mine") return;
    event.preventDefault();
    const typed = hgw.canonical(hgw.pairs(form));
    if (button.dataset.keep === "theirs" && typed !== panel.sent) {
      if (!(await setAside(form))) return hgw.say("offline");
      panel.sent = typed;
      if (hgw.canonical(hgw.pairs(form)) !== typed) return; // typed on meanwhile: that is to be chosen again
    }
    const { fields, version } = panel.answer;
    const isSecret = [fields?.visibility].flat().includes("confidential"); // and so are both texts together
    for (const field of hgw.typable(form)) {
      const theirs = fields?.[field.name];
      if (theirs === undefined) continue;
      if (["text", "textarea"].includes(field.type)) {
        const mine = field.value;
        field.defaultValue = theirs;
        field.value = button.dataset.keep === "both" && mine !== theirs ? `${theirs}\n${mine}`.trim() : theirs;
      } else if (button.dataset.keep === "theirs" || (isSecret && queue.READERS.includes(field.name))) {
        hgw.setState(field, queue.chosenBy(field, theirs));
      }
    }
    hgw.hidden(form, "base_version").value = version;
    panel.replaceChildren();
    panel.answer = null;
    const entry = queue.entryOf(form);
    entry.blocked = null;
    if (button.dataset.keep === "both") return hgw.save(form, true);
    hgw.markSaved(form, hgw.states(form));
    hgw.drafts?.drop(entry.id);
    hgw.mark(entry.id, "");
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
})();
