// A passkey: what the library's script does when its button is clicked, and words where it cannot, or where it failed.
(() => {
  "use strict";
  const form = document.querySelector("[data-passkey]");
  if (!form) return;
  const button = document.getElementById("passkey-button");
  if (!window.isSecureContext || !window.webauthnJSON?.supported()) {
    form.querySelector("[data-cannot]").hidden = false;
    return;
  }
  button.hidden = false;
  const kind = form.dataset.passkey; // add, authenticate or login
  const ids = { credential: "id_credential", data: "passkey-data", passwordless: "id_passwordless" };
  window.allauth.webauthn.forms[`${kind}Form`]({ ids: { ...ids, [kind]: "passkey-button" } });

  const said = form.querySelector("[role=alert]");
  button.addEventListener("click", () => { said.textContent = ""; }, true);
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    said.textContent = said.dataset.failed;
  });
})();
