// When a save is asked for: by a button or Enter, a while after the last letter, and before a page is left.
(() => {
  "use strict";
  const hgw = window.hgw;
  const queue = hgw.queue;

  const PAUSE = 1500; // after the last letter, in milliseconds
  const savesItself = (form) => form.dataset.save === "itself";

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-save]")) return;
    const submitter = event.submitter;
    if (submitter?.dataset.save === "no") return; // a button that does something else
    event.preventDefault();
    hgw.save(form, true, submitter?.name ? submitter : null);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("form[data-save]")) return;
    form.autocomplete = "off"; // the browser's own memory of this page would bring back what was changed since
    const entry = queue.entryOf(form);
    window.clearTimeout(entry.timer);
    if (queue.READERS.includes(event.target.name)) entry.byHand = form;
    if (!queue.isBlocked(entry, form) && !entry.jobs.length) hgw.mark(entry.id, hgw.isDirty(form) ? "dirty" : "");
    if (savesItself(form) && !queue.isBlocked(entry, form)) entry.timer = window.setTimeout(() => hgw.save(form, false), PAUSE);
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.form;
    if (form?.matches("form[data-save=itself]") && hgw.isDirty(form) && !form.contains(event.relatedTarget)) hgw.save(form, false);
  });

  const unsaved = () => [...document.querySelectorAll("form[data-save=itself]")].filter((form) => hgw.isDirty(form) && !queue.isBlocked(queue.entryOf(form), form) && queue.entryOf(form).byHand !== form);
  const flush = () => {
    for (const form of unsaved()) {
      const entry = queue.entryOf(form);
      window.clearTimeout(entry.timer);
      entry.wants = { ...entry.wants };
      queue.pump(entry, true);
    }
    hgw.drafts?.keepAll();
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
  window.addEventListener("pagehide", flush);

  // Whoever goes on to another page has first saved what saves itself; then the page asks nothing.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
    if (link.matches("[hx-get], [href^='#']") || link.origin !== location.origin) return;
    for (const form of unsaved()) hgw.save(form, false);
    const busy = () => hgw.composing() || [...queue.entries.values()].some((entry) => entry.busy);
    if (!busy()) return;
    event.preventDefault();
    for (let passed = 0; busy() && passed < 3000; passed += 50) await new Promise((resolve) => window.setTimeout(resolve, 50));
    location.assign(link.href);
  });
})();
