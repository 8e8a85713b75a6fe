// The live room: asks every two seconds, a little sooner where something just came, whether there is anything new in the
// meeting, fetches only that, and puts it on the page. Never over a place where somebody is or has unsaved text; nobody is
// scrolled, blurred or moved.
(() => {
  "use strict";

  const meeting = document.getElementById("meeting");
  if (!meeting?.dataset.poll) return;
  const known = { ...meeting.dataset };
  const OVER = "over"; // why nothing new comes in any more
  const tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const headers = () => ({ "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) });
  const byItself = () => ({ ...headers(), "X-By-Itself": "yes" }); // nobody does anything: it keeps no session awake
  const item = (id) => document.getElementById(`item-${id}`);
  const version = (place) => Number(place.dataset.version || place.querySelector("[name=base_version]")?.value || 0);

  // Where somebody is stays as it is: a field, a button, an open menu, a text that is not saved.
  const held = (place) => {
    const here = document.activeElement;
    return (here !== document.body && place.contains(here)) || Boolean(place.querySelector(":popover-open, :active")) || window.hgw.isDirty(place);
  };

  // --- asking ---

  let lastTyped = 0;
  document.addEventListener("input", () => { lastTyped = Date.now(); });
  const writesAt = () => {
    const field = document.activeElement;
    if (!field?.matches("textarea, input, select") || Date.now() - lastTyped > 30000) return "";
    const place = field.closest("form")?.closest("[id^=item-]");
    // What is confidential when it is saved, or was, is nobody's news before it.
    if (field.closest("form")?.querySelector("[name=visibility][value=confidential]:checked")) return "";
    return place ? place.id.slice(5) : field.closest("form.add, form.edit") ? "new" : "";
  };

  let failures = 0;
  let timer = 0;
  let begun = 0;
  let lastNews = -Infinity; // where something just came, more follows: ask a little sooner for a while
  const later = () => {
    const lively = performance.now() - lastNews < 15000 ? 1200 : 2000;
    const calm = document.hidden ? 10000 : Math.max(lively - (performance.now() - begun), 500);
    const wait = Math.min(calm * 2 ** Math.min(failures, 4), document.hidden ? 30000 : 8000);
    timer = window.setTimeout(poll, failures || document.hidden ? wait * (0.85 + Math.random() * 0.3) : wait);
  };
  let isOver = false;
  async function poll() {
    window.clearTimeout(timer);
    if (isOver) return;
    if (document.documentElement.dataset.locked) return later(); // nobody looks
    begun = performance.now();
    try {
      const answer = await fetch(`${known.poll}?tab=${tab}&at=${writesAt()}`, {
        headers: { "X-Room": known.ticket }, credentials: "same-origin", signal: AbortSignal.timeout(8000),
      });
      if (answer.status === 410) await ask();
      else if (!answer.ok) throw new Error(String(answer.status));
      else if ((await answer.json()).mark !== known.mark && !window.hgw.composing()) await ask();
      failures = 0;
    } catch (trouble) {
      isOver = trouble.cause === OVER; // asking again would be refused again
      if (isOver) return say(meeting, known.over, "changed-line");
      failures += 1;
    }
    later();
  }

  let asking = null;
  function ask({ all = false } = {}) {
    asking ??= fetchChanges(all).finally(() => { asking = null; });
    return asking;
  }
  async function fetchChanges(all) {
    const before = new Set([...document.querySelectorAll("li[id^=item-]")].map((place) => place.id));
    const query = all ? "state=&since=0" : `state=${known.state}&since=${known.since}`;
    const answer = await fetch(`${known.changes}?${query}`, { headers: byItself(), signal: AbortSignal.timeout(15000) });
    if (answer.status === 403 || answer.status === 404) throw new Error(known.over, { cause: OVER });
    if (answer.status === 401) window.hgw.goesOn(); // locked: then this page is covered
    if (!answer.ok || answer.headers.get("HX-Redirect")) throw new Error(String(answer.status));
    const news = await answer.json();
    await window.hgw.untilLetGo(); // a button that is pressed stays under the finger
    for (const name of ["ticket", "mark", "state", "since"]) known[name] = news[name];
    for (const html of Object.values(news.parts)) showPart(html);
    if (news.lists) {
      for (const [id, number] of news.texts) renew(item(id), id, number, news);
      const missing = showLists(news, before);
      if (missing && !all) await fetchChanges(true);
      else if (missing) await showRegions();
    }
    showBusy(news.busy);
    lastNews = performance.now();
  }

  // --- putting it on the page ---

  const element = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  };
  const put = (old, fresh) => {
    old.replaceWith(fresh);
    window.htmx.process(fresh);
    window.hgw.renewed();
  };
  const say = (place, words, name) => {
    let line = place.querySelector(`.${name}`);
    if (!line) {
      line = document.createElement("p");
      line.className = name;
      place.append(line);
    }
    if (line.textContent !== words) line.textContent = words;
  };

  const shown = new Map(); // parts as they came last, without what differs each time
  const settled = (html) => html.replace(/(name="(?:csrfmiddlewaretoken|key)" value=")[^"]*/g, "$1");
  function showPart(html, force = false) {
    const fresh = element(html);
    const old = fresh && document.getElementById(fresh.id);
    if (!old || shown.get(fresh.id) === settled(html) || (!force && held(old))) return;
    shown.set(fresh.id, settled(html));
    put(old, fresh);
    if (fresh.id === "step-clock") startClock(fresh);
  }

  const waiting = new Map(); // what came for a place where somebody is, until he or she leaves it
  function renew(place, id, number, news) {
    if (!place || version(place) >= number) return;
    const html = news.items[id];
    if (held(place)) {
      say(place, news.by[id] || known.changed, "changed-line");
      if (html) waiting.set(id, { html, number });
    } else if (html) {
      put(place, element(html));
    }
  }
  document.addEventListener("focusout", () => window.setTimeout(async () => {
    await window.hgw.untilLetGo();
    for (const [id, { html, number }] of waiting) {
      const place = item(id);
      if (place && version(place) < number && held(place)) continue;
      waiting.delete(id);
      if (place && version(place) < number) put(place, element(html));
    }
  }, 0));

  // Bring each list to what it should hold, in order; whether anything is missing that did not come along.
  function showLists(news, before) {
    let missing = false;
    const listed = new Set();
    for (const [key, rows] of Object.entries(news.lists)) {
      const list = document.getElementById(`list-${key}`);
      const ids = new Set(rows.map(([id]) => `item-${id}`));
      let last = null;
      for (const [id, number] of rows) {
        listed.add(`item-${id}`);
        if (!list) continue;
        let place = item(id);
        if (!place && news.items[id]) {
          place = element(news.items[id]);
          last ? last.after(place) : list.prepend(place);
          window.htmx.process(place);
        } else if (place) {
          renew(place, id, number, news);
          place = item(id);
        }
        if (!place) continue;
        let previous = place.previousElementSibling;
        while (previous && !ids.has(previous.id)) previous = previous.previousElementSibling;
        if ((place.parentElement !== list || previous !== last) && !place.contains(document.activeElement)) {
          last ? last.after(place) : list.prepend(place);
        }
        last = place;
      }
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      if (news.lists[count.dataset.count]) count.textContent = String(news.lists[count.dataset.count].length);
    }
    for (const place of document.querySelectorAll("ul[id^=list-] > li[id^=item-]")) {
      if (listed.has(place.id) || place.matches(".removed") || !before.has(place.id)) continue;
      if (held(place)) say(place, known.gone, "changed-line");
      else place.remove();
    }
    for (const [key, rows] of Object.entries(news.lists)) {
      if (rows.some(([id, number]) => (item(id) ? version(item(id)) < number && !held(item(id)) : key))) missing = true;
    }
    return missing;
  }

  // Where a part of the page was not there at all until now: read the page, and take those parts.
  async function showRegions() {
    const answer = await fetch(window.location.pathname, { headers: byItself() });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of page.querySelectorAll(".region[id]")) {
      const old = document.getElementById(fresh.id);
      if (old && !held(old)) put(old, document.importNode(fresh, true));
    }
  }

  function showBusy(busy) {
    for (const line of document.querySelectorAll(".busy-line")) {
      line.closest(".busy")?.classList.remove("busy");
      line.remove();
    }
    for (const [id, words] of Object.entries(busy)) {
      const place = item(id);
      if (!place) continue;
      place.classList.add("busy");
      say(place, words, "busy-line");
    }
  }

  // --- the clock: the server says how long ago the step began, the browser counts on ---

  let began = 0;
  function startClock(place) {
    began = performance.now() - Number(place.dataset.seconds || 0) * 1000;
  }
  function tick() {
    const place = document.getElementById("step-clock");
    const minute = place?.querySelector(".minute");
    if (!minute) return;
    const seconds = (performance.now() - began) / 1000;
    minute.textContent = String(Math.floor(seconds / 60) + 1);
    const part = Math.min(100, Math.floor((seconds * 100) / (Number(place.dataset.budget) * 60)));
    place.querySelector(".arc").setAttribute("stroke-dasharray", `${part} 100`);
  }

  // --- "ready", without leaving the page ---

  let saying = null; // the newest "ready" that is on its way: an older one that still tries gives up
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-room]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    sayReady(form.action, body, (saying = {}));
  }, true);

  async function sayReady(address, body, mine, tries = 0) {
    if (mine !== saying) return;
    const status = await postReady(address, body);
    const place = document.getElementById("room-ready");
    if (mine !== saying || !place) return;
    if (status === 200) return showReady(place);
    if (status === 403 && !tries) await window.hgw.freshToken(); // somebody signed in meanwhile, in another tab
    if (status === 401) window.hgw.askToSignIn();
    const isRefused = status >= 400 && status < 500 && status !== 401 && tries > 0;
    const words = document.getElementById("save-state").dataset;
    say(place, isRefused ? words.undone : status === 401 ? words.signIn : words.waitingHere, "changed-line");
    if (!isRefused) window.setTimeout(() => sayReady(address, body, mine, tries + 1), Math.min(8000, 1000 * 2 ** tries));
  }
  async function postReady(address, body) {
    body.set("csrfmiddlewaretoken", window.hgw.token());
    try {
      const sent = { method: "POST", body, headers: headers(), redirect: "manual", signal: AbortSignal.timeout(15000) };
      const answer = await fetch(address, sent);
      return answer.type === "opaqueredirect" ? 200 : answer.status;
    } catch {
      return 0; // no connection, or no answer in time
    }
  }
  async function showReady(place) {
    saying = null;
    place.querySelector(".changed-line")?.remove();
    shown.delete("room-ready"); // said the same as before, it still takes the words away
    if (place.contains(document.activeElement)) document.activeElement.blur();
    try {
      await asking;
      await ask();
      document.querySelector("#room-ready button")?.focus({ preventScroll: true });
    } catch {
      failures += 1; // the next round shows how it stands
    }
  }

  const clock = document.getElementById("step-clock");
  if (clock) startClock(clock);
  window.setInterval(tick, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  window.addEventListener("pagehide", () => {
    fetch(`${known.poll}?tab=${tab}&gone=1`, { headers: { "X-Room": known.ticket }, keepalive: true }).catch(() => {});
  });
  window.addEventListener("online", () => poll());
  window.addEventListener("pageshow", (event) => { if (event.persisted) poll(); });
  poll();
})();
