// Signs in again in place, when a sign-in ended under somebody's hands. The page, the text and the caret stay.
// What the page holds is for the person it was sent to: if anybody else signs in here, it is covered and left.
(() => {
  "use strict";
  const hgw = window.hgw;
  const HERE = "/aanmelden/hier";
  const SIGN_IN = "/aanmelden/login/";
  const CODE = "/aanmelden/code/"; // the second step, after the password
  const SET_UP = "/aanmelden/tweede-stap/"; // for whom a role asks for one, and there is none yet
  let asking = false;
  let owes = false; // somebody is here, and did not take the second step
  let given = ""; // the token of the last answer; the cookie may be set so that no script reads it

  // Signing in, also in another tab, changes the token; the cookie always has the one that counts.
  hgw.token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] || given
    || JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];

  // Asking it is nothing done, unless somebody types (hgw/accounts/sessions.py).
  hgw.here = async (method = "GET", { byItself = true } = {}) => {
    try {
      const headers = { ...(byItself && { "X-By-Itself": "yes" }), ...(method === "POST" && { "X-CSRFToken": hgw.token() }) };
      const response = await fetch(HERE, { method, headers, signal: AbortSignal.timeout(10000) });
      const answer = await response.json();
      given = answer.token || given;
      owes = answer.reason === "second_factor";
      if (answer.user && isMine(answer)) renewForms(answer.token);
      return answer;
    } catch {
      return null; // no connection
    }
  };
  hgw.freshToken = () => hgw.here();
  // A form that the browser sends brings its own token. It gets the one of now when the same person is here, and no other:
  // what one typed is never sent as another's.
  const renewForms = (token) => document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));

  const dialog = () => document.getElementById("sign-in-again");
  const put = (id) => {
    document.body.append(hgw.part(`#${id}`));
    return document.getElementById(id);
  };
  // One of the two steps is there to fill in.
  const showStep = (step) => {
    for (const part of dialog()?.querySelectorAll("[data-step]") || []) part.hidden = part.disabled = part.dataset.step !== step;
  };
  const step = () => dialog().querySelector("[data-step]:not([hidden])").dataset.step;
  const focusStep = () => dialog().querySelector("[data-step]:not([hidden]) [data-first]").focus();
  const isMine = (answer) => answer.user === document.body.dataset.user;

  // The focus and the caret go back to where they were; a dialog that closes gives back the focus alone.
  hgw.keepCaret = (field = document.activeElement) => {
    const [from, to] = [field.selectionStart, field.selectionEnd];
    return () => {
      if (!field.isConnected) return;
      field.blur();
      field.focus({ preventScroll: true });
      if (typeof from === "number") field.setSelectionRange(from, to);
    };
  };
  let goBack = () => {};

  // True when somebody is there: the same person, and saving goes on; or another, and the page is gone. And when a lock is
  // over the session: then over this page too. Null when nobody answers.
  const goesOn = (hgw.goesOn = async () => {
    const answer = await hgw.here();
    if (answer?.reason === "locked") hgw.cover();
    if (!answer) return null;
    if (!answer.user) return answer.reason === "locked";
    if (isMine(answer)) {
      if (dialog()?.open) {
        dialog().close();
        showStep("password");
        goBack();
        await projectAgain();
      }
      hgw.uncover();
      hgw.resume();
      hgw.show(); // a page that asked something meanwhile was told to sign in
    } else await leave();
    return true;
  });

  // A wall stays a wall: a new sign-in knows nothing of it, and the next page would show everything.
  const projectAgain = async () => {
    const meeting = location.pathname.match(/^\/besprekingen\/[0-9a-f-]{36}\//);
    if (document.documentElement.dataset.view !== "beamer" || !meeting) return;
    const headers = { "X-CSRFToken": hgw.token() };
    const answer = await fetch(`${meeting[0]}projecteren/`, { method: "POST", headers, redirect: "manual" }).catch(() => null);
    if (answer?.type !== "opaqueredirect") await leave(); // not possible any more: then nothing is shown
  };

  const leave = async () => {
    const kept = hgw.drafts?.keepAll(); // encrypted, for who typed it
    hgw.leaving = true;
    document.title = "HGW";
    document.body.replaceChildren();
    await Promise.race([kept, new Promise((resolve) => window.setTimeout(resolve, 1000))]);
    location.replace("/");
  };

  hgw.askToSignIn = async () => {
    if (asking || hgw.leaving) return;
    asking = true;
    if (!(await goesOn()) && document.getElementById("save-parts")) {
      const asks = dialog() || put("sign-in-again");
      if (!asks.open) {
        goBack = hgw.keepCaret();
        asks.showModal();
      }
      if (owes) {
        const said = asks.querySelector("[role=alert]");
        said.textContent = said.dataset.secondFactor;
      }
      focusStep();
    }
    asking = false;
  };

  document.addEventListener("submit", async (event) => {
    if (event.target !== dialog()?.querySelector("form")) return;
    event.preventDefault();
    const form = event.target;
    const said = form.querySelector("[role=alert]");
    const button = form.querySelector("button.main");
    said.textContent = "";
    button.disabled = true;
    await hgw.here(); // the token to sign in with
    const words = step() === "code" ? await sendCode(form) : await sendPassword(form);
    for (const name of ["password", "code"]) form.elements[name].value = "";
    button.disabled = false;
    if (await goesOn()) return;
    said.textContent = words(said.dataset);
    focusStep();
  });

  const send = (form, address, more) => fetch(address, {
    method: "POST", body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(15000),
    headers: { "X-CSRFToken": hgw.token(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" }, ...more,
  });

  // Each gives what to say if nobody is here afterwards.
  const sendPassword = async (form) => {
    let answer = null;
    let status = 0;
    try {
      const response = await send(form, SIGN_IN);
      status = response.status;
      answer = await response.json();
    } catch {
      // no connection, or a page in the place of an answer: the words below say what to do
    }
    if (answer?.location === CODE) {
      showStep("code");
      return () => "";
    }
    const errors = answer?.form ? [...answer.form.errors, ...Object.values(answer.form.fields).flatMap((field) => field.errors)] : [];
    return (words) => errors.join(" ") || words[owes ? "secondFactor" : status === 429 ? "tooMany" : "failed"];
  };

  // A code that is right sends the browser on, where this page does not follow; one that is wrong brings its page back.
  const sendCode = async (form) => {
    const response = await send(form, CODE, { redirect: "manual" }).catch(() => null);
    if (response?.type === "opaqueredirect") showStep("password"); // in; or it took so long that the password is asked anew
    return (words) => words[response?.status === 429 ? "tooMany" : response?.ok ? "wrongCode" : "failed"];
  };

  // With a passkey or with single sign-on there is more than a field to fill in: that happens on the real sign-in page, in
  // a small window; so does setting up a second step, and opening a lock without a password. Whatever happens there, this
  // page only asks who is here now. A window that went to another place looks closed from here, and may not be: it goes on
  // asking as long as somebody is asked for, or until what was begun there no longer counts.
  const asksWho = () => dialog()?.open || "locked" in document.documentElement.dataset;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-small-window]");
    if (!button) return;
    const settingUp = owes; // then its last page holds codes to write down: it stays
    const page = button.dataset.smallWindow || SIGN_IN;
    const small = window.open(owes ? SET_UP : `${page}?next=${encodeURIComponent("/hulp/")}`, "hgw-sign-in", "popup,width=520,height=680");
    let left = 400;
    const look = window.setInterval(async () => {
      const is = await goesOn();
      if (is === false && !dialog()?.open && asksWho()) hgw.askToSignIn(); // the sign-in ended behind the lock
      if (asksWho() && left--) return;
      window.clearInterval(look);
      if (!settingUp) small?.close();
    }, 1500);
  });

  // A page that comes back from the browser's memory may be somebody else's by now.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.body.dataset.user) hgw.here().then((answer) => answer?.user && !isMine(answer) && leave());
  });

  // Signing out throws away what is not saved: ask first when there is any. A sign-in that ends by itself is no sign-out.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]") || form.dataset.asked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const unsaved = hgw.isUnsaved() || hgw.dirtyPosts().length || (await hgw.drafts?.any());
    if (unsaved) {
      const asks = put("sign-out-asks");
      asks.showModal();
      await new Promise((resolve) => asks.addEventListener("close", resolve, { once: true }));
      asks.remove();
      if (asks.returnValue !== "sign-out") return;
    }
    hgw.leaving = true;
    await hgw.drafts?.wipe();
    form.dataset.asked = "1";
    form.submit();
  }, true);
})();
