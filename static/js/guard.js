// Keeps what is being typed: nothing is swapped over a field with unsaved text, and what was refused says so.
(() => {
  "use strict";

  // A refused form comes back with its text as the field's own value: it is unsaved all the same.
  const refused = (field) => field.value && ["textarea", "text"].includes(field.type) && field.closest("form[data-unsaved]");

  const dirty = (field) =>
    refused(field) || (field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName !== "SELECT" && field.type !== "hidden" && field.type !== "file" && field.value !== field.defaultValue);

  const dirtyFields = (root) => [...root.querySelectorAll("input, textarea")].filter(dirty);

  const say = (name) => {
    const line = document.getElementById("save-state");
    if (line) line.textContent = line.dataset[name] || "";
  };

  // Signing in again in another tab changes the token; the cookie always has the one that counts.
  document.addEventListener("htmx:configRequest", (event) => {
    const found = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
    if (!found) return;
    event.detail.headers["X-CSRFToken"] = found[1];
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = found[1];
  });

  // What is typed in the line while the line before it is being saved belongs to the next one.
  const sent = new WeakMap();
  const carried = new Map();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const line = event.detail.elt.querySelector?.("[data-line]");
    if (line) sent.set(event.detail.elt, line.value);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const form = event.detail.requestConfig.elt.closest("form");
    if (!event.detail.shouldSwap || !target) return;
    const kept = dirtyFields(target).filter((field) => !form || field.form !== form);
    if (kept.length && target.id !== "main") {
      event.detail.shouldSwap = false;
      say("kept");
      return;
    }
    const line = form && form.querySelector("[data-line]");
    if (line && sent.has(form) && event.detail.xhr.status < 300 && line.value !== sent.get(form)) {
      const before = sent.get(form);
      carried.set(line.id, line.value.startsWith(before) ? line.value.slice(before.length) : line.value);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, text] of carried) {
      const line = document.getElementById(id);
      if (line) line.value = text;
    }
    carried.clear();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 409) say("look");
    else say(status === 401 || status === 403 ? "signedOut" : "refused");
  });
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("offline"));
  document.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr.status;
    if (event.detail.requestConfig.verb !== "post") return;
    if (status === 422) say("look"); // for htmx a success: its answer is swapped in
    if (status < 200 || status >= 400) return;
    const line = document.getElementById("save-state");
    const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    if (line) line.textContent = line.dataset.saved + " " + now;
    // The stepper, the gates and the drawing look again, once what was saved stands on the page.
    window.setTimeout(() => document.body.dispatchEvent(new CustomEvent("item-saved")), 40);
  });

  window.addEventListener("beforeunload", (event) => {
    if (dirtyFields(document).some((field) => field.form && field.form.method === "post" && !field.form.dataset.sent)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault(); // a second click on a busy button
    else event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
