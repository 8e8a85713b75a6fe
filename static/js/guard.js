// Keeps what is being typed: nothing is swapped over a field with unsaved text, and what was refused says so.
(() => {
  "use strict";

  const dirty = (field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName !== "SELECT" && field.type !== "hidden" && field.type !== "file" && field.value !== field.defaultValue;

  const dirtyFields = (root) => [...root.querySelectorAll("input, textarea")].filter(dirty);

  const state = () => document.getElementById("save-state");
  const say = (name) => {
    const line = state();
    if (line) line.textContent = line.dataset[name] || "";
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const sent = event.detail.requestConfig.elt.closest("form");
    if (!event.detail.shouldSwap || !target) return;
    const kept = dirtyFields(target).filter((field) => !sent || !sent.contains(field));
    if (kept.length) {
      event.detail.shouldSwap = false;
      say("kept");
    }
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 422 || status === 409) return;
    say(status === 401 || status === 403 ? "signedOut" : "refused");
  });
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("item-saved", () => {
    const line = state();
    if (line) line.textContent = line.dataset.saved + " " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirtyFields(document).some((field) => field.form && field.form.method === "post" && !field.form.dataset.sent)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => { event.target.dataset.sent = "1"; });
})();
