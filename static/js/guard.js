// Keeps what is being typed: nothing is swapped over a field with unsaved text, and what was refused says so.
(() => {
  "use strict";

  const { dirtyFields, typable, state, setState, states, say } = window.hgw;
  const hgw = window.hgw;

  // Signing in again in another tab changes the token; the cookie always has the one that counts.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = hgw.token();
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token;
  });

  // What is typed while a save is on its way stays: in the line under a list it belongs to the next item, in any other
  // field it is a change that waits to be saved.
  const sent = new WeakMap();
  const carried = new Map();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form && event.detail.requestConfig.verb === "post") sent.set(form, states(form));
  });
  const carry = (form, saved) => {
    for (const field of typable(form)) {
      const before = sent.get(form).get(field.id);
      if (before === undefined || before === state(field)) continue;
      const next = saved && field.matches("[data-line]") && field.value.startsWith(before);
      carried.set(field.id, next ? field.value.slice(before.length) : state(field));
    }
  };

  // A form in which somebody typed on stays as it is, caret and all; it only learns which version it now stands on.
  let typedOn = false;
  const adopt = (form, target, answer) => {
    const version = hgw.hidden(form, "base_version");
    if (!version || form.hasAttribute("data-add")) return false;
    const before = sent.get(form);
    if (typable(form).every((field) => before.get(field.id) === state(field))) return false;
    const page = new DOMParser().parseFromString(answer, "text/html");
    const places = [form.id, form.closest("li[id], section[id]")?.id, target.id].filter(Boolean);
    const found = places.map((id) => page.getElementById(id)?.querySelector("[name=base_version]")).find(Boolean);
    if (found) {
      version.value = found.value;
      hgw.hidden(form, "key").value = hgw.newKey();
    }
    for (const field of typable(form)) {
      if (["text", "textarea"].includes(field.type) && before.has(field.id)) field.defaultValue = before.get(field.id);
    }
    typedOn = true;
    return true;
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const form = event.detail.requestConfig.elt.closest("form");
    if (!event.detail.shouldSwap || !target) return;
    // What was ticked while a question was on its way is not in its answer: ask again.
    if (form && event.detail.requestConfig.elt.hasAttribute("data-asks") && typable(form).some((field) => target.contains(field) && sent.get(form)?.get(field.id) !== state(field))) {
      event.detail.shouldSwap = false;
      window.htmx.trigger(event.detail.requestConfig.elt, "change");
      return;
    }
    const kept = dirtyFields(target).filter((field) => !form || field.form !== form);
    // A list that only looks again leaves alone where somebody is: the cursor would be gone.
    const here = document.activeElement;
    if (!form && target.contains(here) && here.matches("input, textarea, select")) kept.push(here);
    if (kept.length && target.id !== "main") {
      event.detail.shouldSwap = false;
      say("kept");
      return;
    }
    if (!form && target.id && target.querySelector("details[open]")) opened.set(target.id, target.contains(here));
    if (!form || !sent.has(form) || !target.contains(form)) return;
    const saved = event.detail.xhr.status < 300;
    if (saved && adopt(form, target, event.detail.xhr.responseText)) event.detail.shouldSwap = false;
    else carry(form, saved);
  });
  // A form that somebody opened stays open when its list looks again.
  const opened = new Map();
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, focused] of opened) {
      const details = document.querySelector(`#${id} details`);
      if (details) details.open = true;
      if (details && focused) details.querySelector("summary").focus();
    }
    opened.clear();
  });
  document.addEventListener("htmx:afterSwap", () => { // at once: the next letter is on its way
    for (const [id, text] of carried) {
      const field = document.getElementById(id);
      if (!field) continue;
      setState(field, text);
      carried.delete(id);
      typedOn = Boolean(text);
      if (text) say("dirty");
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.form?.method === "post" && !event.target.closest("dialog")) hgw.show();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) hgw.askToSignIn();
    say(status === 409 ? "look" : status === 401 || status === 403 ? "signIn" : "refused");
  });
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("offline"));
  document.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr.status;
    if (event.detail.requestConfig.verb !== "post" || event.detail.elt.hasAttribute("data-asks")) return; // a question saves nothing
    if (status === 422) say("look"); // for htmx a success: its answer is swapped in
    if (status < 200 || status >= 400) return;
    hgw.savedAt(new Date().toLocaleTimeString("nl-BE", { hour: "2-digit", minute: "2-digit" }));
    hgw.show(); // what was sent is saved; what was typed meanwhile is not
    typedOn = false;
    // The stepper, the gates and the drawing look again, once what was saved stands on the page.
    window.setTimeout(() => document.body.dispatchEvent(new CustomEvent("item-saved")), 40);
  });

  window.addEventListener("beforeunload", (event) => {
    if (hgw.leaving) return;
    const typed = dirtyFields(document).some((field) => field.form && field.form.method === "post" && !field.form.dataset.sent);
    if (typed || hgw.jobs().length) event.preventDefault();
  });
  // A page that is sent is gone, with what was typed in it: first ask whether somebody is there to take it.
  const reachable = async (form) => {
    try {
      const answer = await fetch(form.action, { method: "OPTIONS", headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(10000) });
      if (answer.status !== 401 && answer.status < 500) return true;
      say(answer.status === 401 ? "signIn" : "refused");
      if (answer.status === 401) hgw.askToSignIn();
    } catch {
      say("offline");
    }
    return false;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[hx-post], [method=dialog]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault(); // a second click on a busy button
    form.dataset.sent = "1";
    const unsaved = form.method === "post" && document.getElementById("save-state") && dirtyFields(form).length;
    if (unsaved && !form.dataset.checked) {
      event.preventDefault();
      reachable(form).then((there) => {
        delete form.dataset.sent;
        if (!there) return;
        form.dataset.checked = "1";
        form.requestSubmit(event.submitter);
      });
      return;
    }
    delete form.dataset.checked;
    window.setTimeout(() => delete form.dataset.sent, 15000); // stopped on its way: it can be sent again
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
