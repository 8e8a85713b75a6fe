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

  // What had the focus may be gone with what the server put in its place: go on in the item it stood in. Each answer
  // remembers its own item: the stepper and the foot of the page look again at the same moment.
  const left = new WeakMap();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const place = event.detail.requestConfig.elt.closest("li[id], tr[id]");
    if (place?.contains(document.activeElement)) left.set(event.detail.xhr, place.id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const id = left.get(event.detail.xhr);
    const item = id && document.activeElement === document.body && document.getElementById(id);
    if (!item) return;
    const field = item.matches(".editing") && item.querySelector("textarea, select, input:not([type=hidden])");
    const next = field || item.querySelector(".dots") || item.querySelector("summary, button");
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  });
})();
