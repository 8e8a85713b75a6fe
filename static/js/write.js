// Makes writing quick: Enter saves a line, the opener of a help sentence starts it, a chip fills in a talent, a hint goes
// when its text changes, and the focus goes on where the work does.
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    const line = event.target;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !line.matches?.("textarea[data-line]")) return;
    event.preventDefault();
    line.form.requestSubmit();
  });

  // Enter in the field that finds students asks who fits; in any other line of that form it does what the form is for.
  document.addEventListener("keydown", (event) => {
    const line = event.target;
    if (event.key !== "Enter" || event.isComposing || !line.matches?.("input:not([type=checkbox], [type=radio])")) return;
    const search = line.form?.querySelector("button[name=search]");
    if (!search) return;
    event.preventDefault();
    if (line.type !== "search") line.form.requestSubmit(line.form.querySelector("button.main"));
    else if (line.closest("[data-asks]")) line.dispatchEvent(new Event("change", { bubbles: true }));
    else line.form.requestSubmit(search);
  });

  // A hint is about the text that was saved: it goes as soon as that text changes.
  document.addEventListener("input", (event) => event.target.form?.querySelectorAll(".hints").forEach((hint) => hint.remove()));

  const fill = (line, text) => {
    line.value = text;
    line.dispatchEvent(new Event("input", { bubbles: true }));
    line.focus();
    line.setSelectionRange(text.length, text.length);
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opening]");
    if (opener) {
      const form = document.querySelector(opener.dataset.form);
      const line = form && form.querySelector("[data-line]");
      if (!line || (line.value.trim() && line.value !== line.dataset.filled)) return; // what is typed is never overwritten
      event.preventDefault();
      const code = form.querySelector("[name=help_sentence]");
      if (code) code.value = opener.dataset.code;
      opener.closest("[popover]")?.hidePopover();
      line.dataset.filled = opener.dataset.opening;
      fill(line, opener.dataset.opening);
      return;
    }
    const chip = event.target.closest?.("[data-talent]");
    if (chip) {
      const form = [...document.querySelectorAll("form.add")].find((f) => f.elements.talent && f.dataset.last === "1")
        || [...document.querySelectorAll("form.add")].find((f) => f.elements.talent);
      if (!form) return;
      form.elements.talent.value = chip.dataset.talent;
      form.querySelector("[data-line]").focus();
    }
  });
  document.addEventListener("focusin", (event) => {
    const form = event.target.closest?.("form.add");
    if (!form || !form.elements.talent) return;
    for (const other of document.querySelectorAll("form.add[data-last]")) delete other.dataset.last;
    form.dataset.last = "1";
  });

  // Who tabs on out of a menu is done with it: open, it would lie over where the focus goes.
  document.addEventListener("focusin", (event) => {
    for (const open of document.querySelectorAll("[popover]:popover-open")) {
      if (!open.contains(event.target) && event.target.getAttribute("popovertarget") !== open.id) open.hidePopover();
    }
  });

  // What had the focus may be gone with what the server put in its place: go on in the item it stood in, or, in a part
  // that only looks again, where one was. Each answer remembers its own: the stepper and the foot look again at the same
  // moment.
  const left = new WeakMap();
  const remember = (detail) => {
    const here = document.activeElement;
    const place = detail.requestConfig.elt.closest("li[id], tr[id]");
    if (place?.contains(here)) left.set(detail.xhr, { id: place.id });
    else if (detail.target.contains(here)) left.set(detail.xhr, { id: detail.target.id, here });
  };
  window.hgw.rememberFocus = remember;
  document.addEventListener("htmx:beforeSwap", (event) => remember(event.detail));
  const like = (one) => (other) =>
    other.tagName === one.tagName && other.getAttribute("href") === one.getAttribute("href") && other.textContent === one.textContent;
  document.addEventListener("htmx:afterSettle", (event) => {
    const { id, here } = left.get(event.detail.xhr || event.detail) || {};
    const item = id && document.activeElement === document.body && document.getElementById(id);
    if (!item) return;
    const same = here && [...item.querySelectorAll("a, button, summary")].find(like(here));
    const field = item.matches(".editing") && item.querySelector("textarea, select, input:not([type=hidden])");
    // In a part that only looks again, no button that was not chosen: it might be the one that closes the meeting.
    const next = same || (!here && (field || item.querySelector(".dots") || item.querySelector("summary, button")));
    if (!next && here) {
      item.tabIndex = -1;
      item.focus({ preventScroll: true });
    }
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  });
})();
