// The lock over a page: put there by hand, or when nothing was done for too long. The server locks the session and is the
// judge; here the page is covered, with all that is typed in it left as it is, until the password opens it again.
(() => {
  "use strict";
  const hgw = window.hgw;
  const LOCK = "/aanmelden/slot/";
  const UNLOCK = "/aanmelden/ontgrendelen/";
  const { user, locks } = document.body.dataset;
  const root = document.documentElement;
  const idle = Number(locks) * 1000; // how long nothing may be done
  let covered = null; // what is needed to go on where one was
  let isSure = true; // whether the server knows of a lock that was put by hand
  hgw.cover = hgw.uncover = () => {};
  if (!user || !idle) return;

  const pause = (time) => new Promise((resolve) => window.setTimeout(resolve, time));
  const tabs = window.BroadcastChannel ? new BroadcastChannel("hgw-lock") : null;
  const say = (what) => tabs?.postMessage({ what, user });

  // -- the cover: the stylesheet shows nothing else while it is there, to nobody and to no reader of the screen ---------

  const dialog = () => document.getElementById("locked");
  let typedIn = null; // where somebody was, before the button that locks took the focus
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("input, textarea, select") && !target.closest("dialog")) typedIn = target;
  });
  hgw.cover = () => {
    if (covered || hgw.leaving) return;
    const at = document.activeElement.closest("[data-lock]") ? typedIn : document.activeElement;
    covered = { title: document.title, x: window.scrollX, y: window.scrollY, goBack: hgw.keepCaret(at || undefined) };
    document.querySelectorAll(":popover-open").forEach((menu) => menu.hidePopover());
    root.dataset.locked = "yes";
    document.title = `${hgw.part("#locked").dataset.title} · HGW`;
    document.body.append(hgw.part("#locked"));
    show();
  };
  // Escape never takes it away; without it there is still nothing to see.
  const show = () => {
    const shown = dialog();
    shown.addEventListener("cancel", (event) => event.preventDefault());
    shown.addEventListener("close", () => covered && shown.isConnected && shown.showModal());
    shown.showModal();
    shown.querySelector("[name=password], [data-small-window]").focus();
  };
  // Only where the server answered that this user is here, and is not locked.
  hgw.uncover = () => {
    if (!covered || !isSure) return;
    const { title, x, y, goBack } = covered;
    covered = null;
    dialog().remove();
    hgw.isLetGo = false;
    delete root.dataset.locked;
    document.title = title;
    window.scrollTo(x, y);
    goBack();
    wait(idle);
  };

  // -- by hand ----------------------------------------------------------------------------------------------------

  const lock = async () => {
    if (covered) return;
    isSure = false;
    hgw.cover();
    say("locked");
    await Promise.race([hgw.drafts?.keepAll(), pause(1000)]); // while there is still a key for them
    while (!isSure) {
      const headers = { "X-CSRFToken": hgw.token(), "X-Lock": "yes" };
      const answer = await fetch(LOCK, { method: "POST", headers, keepalive: true, signal: AbortSignal.timeout(10000) }).catch(() => null);
      isSure ||= [200, 401].includes(answer?.status); // 401: locked already, or nobody is signed in any more
      if (answer?.status === 403) await hgw.freshToken();
      if (!isSure) await pause(2000);
    }
    say("sure");
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-lock]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    lock();
  }, true);

  // -- unlocking --------------------------------------------------------------------------------------------------

  document.addEventListener("submit", async (event) => {
    if (event.target !== dialog()?.querySelector("form")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = event.target;
    const said = form.querySelector("[role=alert]");
    const button = form.querySelector("button.main");
    said.textContent = "";
    button.disabled = true;
    await hgw.here();
    let answer = null;
    let status = 0;
    try {
      const response = await fetch(UNLOCK, {
        method: "POST", body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(15000),
        headers: { "X-CSRFToken": hgw.token(), "X-Lock": "yes" },
      });
      status = response.status;
      answer = await response.json();
    } catch {
      // no connection, or a page in the place of an answer: the words below say what to do
    }
    form.elements.password.value = "";
    button.disabled = false;
    if (status === 200 || status === 401) isSure = true;
    if (status === 200) say("open");
    const isIn = status === 200 ? await hgw.goesOn() : status === 401 ? false : null;
    if (isIn === false) hgw.askToSignIn(); // the sign-in ended behind the lock, or asks for a second step by now
    else if (!isIn) {
      said.textContent = answer?.errors?.join(" ") || said.dataset[status === 429 ? "tooMany" : "failed"];
      form.elements.password.focus();
    }
  }, true);

  // Somebody else goes to the sign-in page. What its writer did not save waits here, encrypted; where it cannot, the browser asks.
  // In a tab of its own, this page stays.
  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("#locked a") && hgw.drafts?.isSafe()) hgw.isLetGo = true;
  });

  tabs?.addEventListener("message", ({ data }) => {
    if (data.user !== user) return;
    if (data.what !== "open") isSure = data.what === "sure";
    if (data.what === "locked") hgw.cover();
    if (data.what === "open" && covered) {
      isSure = true;
      hgw.goesOn();
    }
  });

  // -- by itself --------------------------------------------------------------------------------------------------

  let dueAt = 0; // when it locks, as far as this page knows: other tabs are the same session
  let timer = 0;
  let lastDone = Date.now();
  const wait = (time) => {
    dueAt = Date.now() + time;
    window.clearTimeout(timer);
    timer = window.setTimeout(look, time + 100);
  };
  const look = async () => {
    if (covered || hgw.leaving) return;
    const answer = await hgw.here();
    if (answer?.user === user) wait(answer.locks_in * 1000);
    else if (answer?.reason === "locked") hgw.cover();
    else if (!answer && Date.now() - lastDone < idle) wait(Math.min(idle, 30000)); // no connection, and somebody is here
    else {
      hgw.cover();
      if (answer) hgw.askToSignIn();
    }
  };
  // Typing is something done, also where nothing is saved yet: that is said once in a while.
  let saidAt = Date.now();
  document.addEventListener("input", () => {
    lastDone = Date.now();
    if (covered || lastDone - saidAt < idle / 15) return;
    saidAt = lastDone;
    hgw.here("GET", { byItself: false });
  });
  // A computer that slept: first the cover, then the question.
  const back = () => {
    if (document.hidden) return;
    if (covered) hgw.goesOn();
    else if (Date.now() > dueAt + 5000) {
      hgw.cover();
      hgw.goesOn();
    }
  };
  document.addEventListener("visibilitychange", back);
  window.addEventListener("pageshow", (event) => event.persisted && look());
  wait(idle);
})();
