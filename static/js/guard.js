// Keeps what is being typed: nothing is swapped over a field with unsaved text, and what was refused says so.
(() => {
  "use strict";

  const { dirtyFields, typable, state, states, say } = window.hgw;
  const hgw = window.hgw;

  // Signing in again in another tab changes the token; the cookie always has the one that counts.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = hgw.token();
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token;
  });

  const sent = new WeakMap(); // form → what stood in it when it last asked something
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form && event.detail.requestConfig.verb === "post") sent.set(form, states(form));
  });

  // What looks by itself, or by what is typed in a search, can do so a little later: by which name, and how. Nothing for the rest.
  const howToAskAgain = ({ elt, triggeringEvent: began }) => {
    if (elt.matches("[data-asks]")) return [elt, () => window.htmx.trigger(elt, "change")];
    if (elt.getAttribute("hx-trigger")?.startsWith("every ")) return [elt, () => {}];
    return began?.type === "item-saved" ? [began.type, () => began.target.dispatchEvent(new CustomEvent(began.type))] : null;
  };
  const toAsk = new Map();
  const askAgain = async (name, ask) => {
    const isFirst = !toAsk.size;
    toAsk.set(name, ask);
    if (!isFirst) return;
    await hgw.untilLetGo();
    const all = [...toAsk.values()];
    toAsk.clear();
    all.forEach((each) => each());
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const form = event.detail.requestConfig.elt.closest("form");
    if (!event.detail.shouldSwap || !target) return;
    // A button that is pressed at this moment stays where it is until it is let go.
    const again = hgw.pressing() && howToAskAgain(event.detail.requestConfig);
    if (again) {
      event.detail.shouldSwap = false;
      askAgain(...again);
      return;
    }
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
  document.addEventListener("input", (event) => {
    if (hgw.isPost(event.target.form) && !event.target.closest("dialog")) hgw.show();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) hgw.askToSignIn();
    say(status === 409 ? "look" : status === 401 || status === 403 ? "signIn" : "refused");
  });
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("offline"));
  window.addEventListener("beforeunload", (event) => {
    if (hgw.leaving || hgw.isLetGo) return;
    const typed = hgw.dirtyPosts().some((field) => !field.form.dataset.sent);
    if (typed || hgw.jobs().length) event.preventDefault();
  });
  // A page that is sent is gone, with what was typed in it: first ask whether its writer is there, and for the token of now.
  const reachable = async (form) => {
    try {
      const { user } = document.body.dataset;
      const headers = { "HX-Request": "true", ...(user && { "X-User": user }) };
      const answer = await fetch(form.action, { method: "OPTIONS", headers, signal: AbortSignal.timeout(10000) });
      if (answer.status !== 401 && answer.status < 500) {
        await hgw.here();
        return true;
      }
      say(answer.status === 401 ? "signIn" : "refused");
      if (answer.status === 401) hgw.askToSignIn();
    } catch {
      say("offline");
    }
    return false;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[method=dialog]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault(); // a second click on a busy button
    form.dataset.sent = "1";
    const unsaved = hgw.isPost(form) && document.getElementById("save-state") && dirtyFields(form).length;
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
