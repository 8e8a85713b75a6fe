// Says where every text of the page stands: one line for the whole page, and a mark at the form it is about.
(() => {
  "use strict";
  const hgw = window.hgw;
  // The worst of what is the case somewhere on the page is what the line says.
  const WORST_FIRST = ["conflict", "signIn", "stopped", "undone", "look", "waiting", "saving", "dirty"];
  const places = new Map(); // id of the place of a form → its state
  let savedAt = "";
  let last = "";

  const line = () => document.getElementById("save-state");
  const word = (name) => line()?.dataset[name] || "";
  const worded = (state) => (state === "waiting" && !hgw.drafts?.isSafe() ? word("waitingHere") : word(state));

  hgw.say = (name) => {
    if (line()) line().textContent = last = word(name);
  };
  // What was asked at a form is over with that form: a fresh one in its place says nothing of it.
  const isOver = (id, state) => (["conflict", "undone"].includes(state) ? hgw.formAt(id)?.dataset.state !== state
    : state !== "waiting" && !document.getElementById(id));
  hgw.renewed = () => [...places].some(([id, state]) => isOver(id, state)) && hgw.show();
  document.addEventListener("htmx:afterSettle", () => hgw.renewed());
  hgw.show = () => {
    if (!line()) return;
    for (const [id, state] of places) if (isOver(id, state)) places.delete(id);
    const states = new Set(places.values());
    const worst = WORST_FIRST.find((state) => states.has(state))
      || (document.querySelector(".item.waits") ? "stopped" : "")
      || (hgw.dirtyPosts().length ? "dirty" : "");
    const text = worst ? worded(worst) : savedAt && `${word("saved")} ${savedAt}`;
    if (text === last) return; // a line that is written anew is read aloud anew
    line().textContent = last = text;
    line().dataset.state = worst || "saved";
  };

  // The words for what seldom happens lie in a template; one piece of it stands on the page at a time.
  hgw.part = (selector) => document.getElementById("save-parts").content.querySelector(selector).cloneNode(true);

  hgw.savedAt = (at) => {
    savedAt = at;
  };
  hgw.placeOf = (form) => form.closest("[id]").id;
  hgw.formAt = (id) => {
    const place = document.getElementById(id);
    if (place?.matches("form")) return place;
    return [...(place?.querySelectorAll("form[data-save]") || [])].find((form) => hgw.placeOf(form) === id);
  };
  hgw.mark = (id, state) => {
    if (state) places.set(id, state);
    else places.delete(id);
    const form = hgw.formAt(id);
    if (form) {
      if (state) form.dataset.state = state;
      else delete form.dataset.state;
      beside(form, ["signIn", "waiting", "undone"].includes(state) ? worded(state) : "");
    }
    hgw.show();
  };
  // While somebody types, nothing may jump: only what asks for attention takes a line of its own.
  const beside = (form, text) => {
    const near = form.closest("[popover]")?.parentElement || form; // a menu that closed says nothing
    let mark = near.querySelector(":scope > .save-mark");
    if (!text) return mark?.remove();
    if (!mark) {
      mark = document.createElement("p");
      mark.className = "save-mark";
      near.append(mark);
    }
    if (mark.textContent !== text) mark.textContent = text;
  };
  hgw.stateOf = (id) => places.get(id) || "";
  hgw.isUnsaved = () => Boolean(document.querySelector(".item.waits")) || [...places.values()].some((state) => state !== "saved");

  // Saving is not allowed any more: the text stays where it is, and can be taken along.
  // Where the server said why beside the field, only the button to copy joins that.
  hgw.stop = (id, text, said) => {
    const form = hgw.formAt(id);
    if (!form || form.querySelector(".save-stopped")) return;
    const panel = hgw.part(".save-stopped");
    const button = panel.querySelector("button");
    button.addEventListener("click", () => hgw.copy(hgw.textOf(form) || text, button));
    if (said?.textContent.trim()) said.append(button);
    else form.append(panel);
  };
  hgw.copy = async (text, button) => {
    const copied = document.createElement("textarea");
    copied.value = text;
    copied.className = "vh";
    button.after(copied);
    copied.select();
    const done = document.execCommand("copy"); // also where the page is not in a secure context
    copied.remove();
    button.focus();
    if (!done) await navigator.clipboard?.writeText(text);
    button.textContent = button.dataset.copied;
  };
})();
