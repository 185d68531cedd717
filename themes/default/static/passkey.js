// Passkeys (WebAuthn Level 3): options come from the server, the answer goes back as a form.
"use strict";

const ceremony = document.querySelector("form[data-passkey]");
if (ceremony) {
  const button = ceremony.querySelector("button[type=submit]");
  const status = ceremony.querySelector("[role=status]");
  const remember = document.getElementById("remember");
  const api = window.PublicKeyCredential;
  const creates = ceremony.dataset.passkey === "create";
  const parse = creates ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  // A challenge lives five minutes: what waits in the menu of a field is asked for anew before.
  const RENEW = 4 * 60 * 1000;
  let running = null;

  const options = async () => {
    const body = new URLSearchParams({ csrf: ceremony.elements.csrf.value });
    const response = await fetch(ceremony.dataset.options, { method: "POST", body, redirect: "error" });
    if (!response.ok) throw new Error(`options: ${response.status}`);
    return api[parse]((await response.json()).publicKey);
  };

  const run = async (mediation) => {
    running?.abort();
    const { signal } = (running = new AbortController());
    const publicKey = await options();
    if (signal.aborted) return;
    const request = mediation ? { publicKey, signal, mediation } : { publicKey, signal };
    const credential = await (creates ? navigator.credentials.create(request) : navigator.credentials.get(request));
    if (signal.aborted || !credential) return;
    ceremony.elements.credential.value = JSON.stringify(credential);
    if (remember?.checked) ceremony.append(Object.assign(document.createElement("input"), { type: "hidden", name: "remember", value: "1" }));
    HTMLFormElement.prototype.submit.call(ceremony);
  };

  let waiting = null;
  const wait = async () => {
    if (!("conditional" in ceremony.dataset) || !(await api.isConditionalMediationAvailable?.())) return;
    const arm = () => run("conditional").catch(() => {});
    arm();
    waiting ??= setInterval(arm, RENEW);
  };

  const begin = async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    status.textContent = "";
    clearInterval(waiting);
    waiting = null;
    try {
      await run();
    } catch (error) {
      if (error.name === "AbortError") return;
      status.textContent = (error.name === "InvalidStateError" && status.dataset.exists) || status.dataset.failed;
      wait();
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  if (api && api[parse]) {
    button.hidden = false;
    ceremony.addEventListener("submit", begin);
    wait();
  } else {
    status.textContent = status.dataset.unsupported;
    button.hidden = true;
  }
}
