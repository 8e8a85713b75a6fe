// Drafts: what is typed and not saved yet outlives a reload and a closed tab. The browser keeps them encrypted; the key
// lies on the server, for one user in one browser, and here in memory only. Signing out wipes them.
(() => {
  "use strict";
  const hgw = window.hgw;
  const user = document.body.dataset.user;
  const page = location.pathname;
  const WITHIN = 1000; // milliseconds after a change
  const OLDEST = 7 * 24 * 60 * 60 * 1000;
  if (!user) return;

  // -- the store --------------------------------------------------------------------------------------------------

  const request = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  let opened = null;
  const store = async (mode) => {
    opened ||= new Promise((resolve, reject) => {
      const asked = indexedDB.open("hgw", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "id" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return (await opened).transaction("drafts", mode).objectStore("drafts");
  };
  const records = async () => {
    const all = await request((await store("readonly")).getAll());
    return all.filter((record) => record.user === user);
  };
  const remove = async (id) => request((await store("readwrite")).delete(id));

  // A tab that lives keeps its own drafts; only what a closed one left behind is offered.
  const tab = hgw.newKey();
  navigator.locks?.request(`hgw-tab-${tab}`, () => new Promise(() => {}));
  const liveTabs = async () => new Set((await navigator.locks.query()).held.map((lock) => lock.name.replace("hgw-tab-", "")));

  // -- the key ----------------------------------------------------------------------------------------------------

  let asked = null;
  const key = () => {
    asked ||= (async () => {
      if (!window.crypto.subtle) return null;
      // One tab at a time: the first one makes the browser known, the others get the same key.
      const answer = await navigator.locks.request("hgw-draft-key", () => hgw.here("POST"));
      if (answer?.user !== user || !answer.draft_key) {
        asked = null; // ask again at the next change
        return null;
      }
      const raw = Uint8Array.from(atob(answer.draft_key), (letter) => letter.charCodeAt(0));
      return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    })();
    return asked;
  };
  const sealed = (iv, of) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${user}\n${of}`) });
  const encrypt = async (content) => {
    const made = await key();
    if (!made) return null;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt(sealed(iv, page), made, new TextEncoder().encode(JSON.stringify(content)));
    return { iv, data };
  };
  const decrypt = async (record) => {
    const made = await key();
    if (!made) return undefined; // unknown: nobody is signed in, or there is no connection
    try {
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(sealed(record.iv, record.page), made, record.data)));
    } catch {
      return null; // of a key that was thrown away: nobody reads this any more
    }
  };

  // -- keeping ----------------------------------------------------------------------------------------------------

  const kept = new Map(); // id of a record → the text in it, once it was really stored
  const turns = new Map(); // id of a record → what is done with it, one thing after the other
  const inTurn = (id, act) => {
    const next = (turns.get(id) || Promise.resolve()).then(act).catch(() => {});
    turns.set(id, next);
    return next;
  };
  const idOf = (place, more = "") => [user, page, place, tab, more].join("|");

  const put = (id, text, content) => inTurn(id, async () => {
    if (kept.get(id) === text) return;
    const made = await encrypt(content);
    if (!made) return;
    await request((await store("readwrite")).put({ id, user, page, tab, at: Date.now(), ...made }));
    kept.set(id, text);
    hgw.show?.();
  });
  const drop = (id) => inTurn(id, async () => {
    if (!kept.delete(id)) return;
    await remove(id);
  });
  const subject = () => [document.querySelector(".subject b")?.textContent, document.title].filter(Boolean).join(" · ");
  const content = (place, pairs, more) => ({ place, pairs, subject: subject(), ...more });

  // What is only chosen is no text: it waits on the page, and is chosen again when that is gone.
  const holdsText = (form) => form.dataset.save !== "choice";
  const keep = (place) => {
    const form = hgw.formAt(place);
    if (!form && hgw.leaving) return; // the page was covered for somebody else: its writer finds the draft again
    if (!form || !holdsText(form) || !hgw.isDirty(form)) return drop(idOf(place));
    const pairs = hgw.pairs(form);
    const value = (name) => hgw.hidden(form, name)?.value;
    const text = hgw.canonical(pairs);
    return put(idOf(place), text, content(place, pairs, {
      text: hgw.textOf(form), key: value("key"), base: value("base_version"), canonical: text,
      action: form.getAttribute("action"), isLine: form.hasAttribute("data-add"),
    }));
  };
  const isDrafted = ({ form }) => form.matches("[data-save]") && holdsText(form);
  const dirtyPlaces = () => [...document.querySelectorAll("form[data-save]")].filter((form) => holdsText(form) && hgw.isDirty(form)).map(hgw.placeOf);

  hgw.drafts = {
    keep,
    keepAll: () => Promise.all(dirtyPlaces().map(keep)),
    // A sentence that left its line and waits for the connection.
    keepWaiting: (job) => put(idOf(job.id, job.key), job.plain, content(job.id, job.pairs, {
      text: job.text, key: job.key, base: job.base, canonical: job.canonical, action: job.action, isLine: true,
    })),
    // Gone only when exactly its text was acknowledged: what was typed since stays.
    acknowledged: (job) => Promise.all([idOf(job.id), idOf(job.id, job.key)].map((id) =>
      inTurn(id, () => kept.get(id) === job.plain && remove(id).then(() => kept.delete(id))))),
    drop: (place) => drop(idOf(place)),
    // Whether all that waits on this page really lies in the store.
    isSafe: () => hgw.dirtyPosts().every(isDrafted)
      && dirtyPlaces().every((place) => kept.get(idOf(place)) === hgw.canonical(hgw.pairs(hgw.formAt(place))))
      && hgw.jobs().every((job) => !job.isOnlyHere && (!job.waits || kept.has(idOf(job.id, job.key)))),
    any: async () => {
      try {
        return (await records()).length > 0;
      } catch {
        return false;
      }
    },
    wipe: async () => {
      try {
        for (const record of await records()) await remove(record.id);
      } catch {
        // without a store there is nothing to wipe
      }
    },
  };

  let timer = 0;
  const places = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("form[data-save]")) return;
    places.add(hgw.placeOf(form));
    timer ||= window.setTimeout(() => {
      timer = 0;
      for (const place of places) keep(place);
      places.clear();
    }, WITHIN);
    if (!window.crypto.subtle) sayWhy();
  });
  document.addEventListener("focusin", (event) => event.target.form?.matches("form[data-save]") && key());

  let said = false;
  const sayWhy = () => {
    const main = document.getElementById("main");
    if (said || !main) return;
    said = true;
    main.append(hgw.part(".no-drafts"));
  };

  // -- finding ----------------------------------------------------------------------------------------------------

  const time = (at) => new Date(at).toLocaleTimeString("nl-BE", { hour: "2-digit", minute: "2-digit" });

  const offer = (record, draft) => {
    const found = hgw.part(".found");
    const title = found.querySelector("b");
    title.textContent = title.textContent.replace("{time}", time(record.at));
    found.querySelector(".typed").textContent = draft.text;
    found.querySelector("[data-put-back]").addEventListener("click", () => putBack(record, draft, found));
    found.querySelector("[data-throw-away]").addEventListener("click", () => remove(record.id).then(() => found.remove()));
    (document.querySelector("main .lead, main > header") || document.querySelector("main").firstElementChild).after(found);
  };

  const putBack = async (record, draft, found) => {
    if (!hgw.formAt(draft.place) && document.getElementById(draft.place)) {
      await window.htmx.ajax("GET", draft.action, { target: `#${draft.place}`, swap: "outerHTML" });
    }
    const form = hgw.formAt(draft.place);
    if (!form || hgw.isDirty(form)) {
      hgw.copy(draft.text, found.querySelector("[data-put-back]")); // no place for it: it goes along on the clipboard
      return;
    }
    for (const field of hgw.typable(form)) {
      const values = draft.pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    // On the version that it was typed on: what a colleague saved since is compared, and never overwritten.
    const version = hgw.hidden(form, "base_version");
    if (version && draft.base) version.value = draft.base;
    if (form.dataset.later && draft.action) form.setAttribute("action", draft.action); // it was added before that page went
    else if (draft.isLine || form.dataset.later) hgw.useKey(form, draft.key, draft.canonical);
    const field = form.querySelector("textarea, input:not([type=hidden])");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    found.remove();
    await keep(draft.place);
    await remove(record.id);
  };

  const isSaved = (draft) => {
    const form = hgw.formAt(draft.place);
    return form && !draft.isLine && !hgw.isDirty(form) && hgw.canonical(hgw.pairs(form)) === draft.canonical;
  };

  const look = async () => {
    const live = await liveTabs();
    for (const record of await records()) {
      if (live.has(record.tab)) continue;
      const elsewhere = document.querySelector("[data-drafts]");
      if (record.page !== page && !elsewhere) continue;
      const draft = Date.now() - record.at > OLDEST ? null : await decrypt(record);
      if (draft === undefined) continue;
      if (draft === null || (record.page === page && isSaved(draft))) await remove(record.id);
      else if (record.page === page) offer(record, draft);
      else elsewhere.append(line(record, draft));
    }
  };
  const line = (record, draft) => {
    const found = hgw.part(".found-elsewhere");
    const title = found.querySelector("span");
    title.textContent = title.textContent.replace("{time}", time(record.at));
    Object.assign(found.querySelector("a"), { href: record.page, textContent: draft.subject });
    return found;
  };
  // On a wall nothing is offered: it waits until projecting ends.
  const isProjected = document.documentElement.dataset.view === "beamer";
  if (window.crypto.subtle && navigator.locks && !isProjected) look().catch(() => {});
})();
