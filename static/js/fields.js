// What stands in a form: its fields, what of it is not saved, and the fingerprint by which a text is known to be saved.
(() => {
  "use strict";
  const hgw = (window.hgw = window.hgw || {});
  const BOOKKEEPING = new Set(["csrfmiddlewaretoken", "key", "base_version"]);

  // A refused form comes back with its text as the field's own value: it is unsaved all the same.
  const refused = (field) => field.value && ["textarea", "text"].includes(field.type) && field.closest("form[data-unsaved]");
  const chosen = (select) => {
    const first = [...select.options].findIndex((option) => option.defaultSelected);
    return select.selectedIndex !== Math.max(first, 0);
  };
  const dirty = (field) =>
    refused(field) || (field.tagName === "SELECT" ? chosen(field) : field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : !["hidden", "file", "password"].includes(field.type) && field.value !== field.defaultValue);
  const ticks = (field) => ["checkbox", "radio"].includes(field.type);

  hgw.dirtyFields = (root) => [...root.querySelectorAll("input, textarea, select")].filter((field) => !field.closest("dialog") && dirty(field));
  // Asked of the element itself: in a form with a field of that name, `form.method` is the field.
  hgw.isPost = (form) => Boolean(form?.matches("[method=post]:not([data-asks])")); // what is looked for is no text to lose
  hgw.dirtyPosts = () => hgw.dirtyFields(document).filter((field) => hgw.isPost(field.form));
  hgw.isDirty = (root) => [...(root.elements || root.querySelectorAll("input, textarea, select"))]
    .some((field) => field.matches("input, textarea, select") && dirty(field));
  hgw.typable = (form) => [...form.elements].filter((field) => field.id && !["hidden", "file", "submit", "button"].includes(field.type));
  hgw.state = (field) => (ticks(field) ? String(field.checked) : field.value);
  hgw.setState = (field, state) => {
    if (ticks(field)) field.checked = state === "true";
    else field.value = state;
  };
  hgw.states = (form) => new Map(hgw.typable(form).map((field) => [field.id, hgw.state(field)]));

  // From now on this is what the server has: a field that differs from it is not saved.
  hgw.markSaved = (form, states) => {
    delete form.dataset.unsaved;
    for (const field of hgw.typable(form)) {
      if (!states.has(field.id)) continue;
      const now = hgw.state(field);
      const saved = states.get(field.id);
      if (ticks(field)) field.defaultChecked = saved === "true";
      else if (field.tagName === "SELECT") for (const option of field.options) option.defaultSelected = option.value === saved;
      else field.defaultValue = saved;
      hgw.setState(field, now);
    }
  };

  // By its own selector: buttons of a form may bear the name of a hidden field, to be sent in its place.
  hgw.hidden = (form, name) => form.querySelector(`input[name=${name}]`);
  hgw.pairs = (form, submitter) =>
    [...new FormData(form, submitter)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  hgw.canonical = (pairs) => {
    const names = [...new Set(pairs.map(([name]) => name))].filter((name) => !BOOKKEEPING.has(name)).sort();
    const lines = names.flatMap((name) => pairs.filter(([other]) => other === name).map(([, value]) => `${name}=${value}\n`));
    return lines.join("").replace(/\r\n?/g, "\n").normalize("NFC");
  };
  // Without a secure context there is no digest: then the key and the version have to do.
  hgw.digest = async (text) => {
    if (!window.crypto.subtle) return null;
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  hgw.newKey = () => {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };

  // What people read when they copy a form, or find its draft: its texts, one under the other.
  hgw.textOf = (form) =>
    hgw.typable(form).filter((field) => ["textarea", "text"].includes(field.type) && field.value.trim()).map((field) => field.value).join("\n\n");

  // Where two texts begin and stop to differ, as places in the first.
  const edge = (a, b) => {
    let start = 0;
    while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
    let end = 0;
    while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    return [start, a.length - end];
  };
  // Another text in a field, with the caret at the same letters as before.
  hgw.replaceText = (field, text) => {
    const [start, end] = edge(field.value, text);
    const moved = text.length - field.value.length;
    const at = (caret) => (caret <= start ? caret : caret >= end ? caret + moved : Math.min(caret, end + moved));
    const [from, to] = [at(field.selectionStart), at(field.selectionEnd)];
    field.value = text;
    field.setSelectionRange(from, to);
  };

  // A change that was made while a merged text was on its way, made again in that text; null when both touch one place.
  hgw.rebase = (sent, now, merged) => {
    if (now === sent) return merged;
    if (merged === sent || merged === now) return now;
    const [start, end] = edge(sent, now);
    const [otherStart, otherEnd] = edge(sent, merged);
    const typed = now.slice(start, now.length - (sent.length - end));
    if (end < otherStart) return merged.slice(0, start) + typed + merged.slice(end);
    const moved = merged.length - sent.length;
    if (start > otherEnd) return merged.slice(0, start + moved) + typed + merged.slice(end + moved);
    return null;
  };
})();
