// Passkeys: a button with data-passkey has the browser make one, or show one, and sends what that says with the button's
// form. Pages work without this file: what needs it is hidden until it runs.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  // Bytes travel in base64url, as WebAuthn's own JSON has them.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    const raw = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  class Refused extends Error {}

  // options asks the portal for a challenge.
  const options = async (button) => {
    const answer = await fetch(button.dataset.challenge, { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.includes("json")) {
      location.reload(); // the session has ended, or needs a proof: the page itself leads there
      return new Promise(() => {});
    }
    const said = await answer.json();
    if (!answer.ok) throw new Refused(said.detail || "The portal cannot ask for a passkey now. Try again in a moment.");
    const it = said.publicKey;
    it.challenge = bytes(it.challenge);
    if (it.user) it.user.id = bytes(it.user.id);
    for (const known of [...(it.allowCredentials ?? []), ...(it.excludeCredentials ?? [])]) known.id = bytes(known.id);
    return it;
  };

  // plain is a credential as JSON. Some password managers' own have no toJSON.
  const plain = (made) => {
    const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = made.response;
    const response = attestationObject
      ? { attestationObject: text(attestationObject), transports: made.response.getTransports?.() ?? [] }
      : { authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : undefined };
    response.clientDataJSON = text(clientDataJSON);
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
  };

  // The browser shows one such question at a time; a new one ends the one before.
  let question = new AbortController();
  const ask = async (button, mediation) => {
    question.abort();
    question = new AbortController();
    const { signal } = question;
    const publicKey = await options(button);
    const made = button.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey, signal })
      : await navigator.credentials.get({ publicKey, signal, mediation });
    button.form.elements.namedItem(button.dataset.field).value = plain(made);
    button.form.submit(); // and not requestSubmit: what else the form asks for need not be filled in
  };

  const why = (problem, button) => {
    if (problem instanceof Refused) return problem.message;
    switch (problem.name) {
      case "NotAllowedError":
        return "Nothing was done: it was cancelled, took too long, or no passkey was found here. Try again when you are ready.";
      case "InvalidStateError":
        return "There is a passkey for this account in this place already.";
      case "SecurityError":
        return `Passkeys of this portal work at ${button.dataset.site} only. Open it there.`;
      case "NotSupportedError":
      case "ConstraintError":
        return "This device cannot hold such a passkey: it has to ask for a finger, a face or a PIN.";
      case "TypeError":
        return "The portal cannot be reached. Check your connection and try again.";
    }
    return "Your browser could not do it. Try again, or prove who you are in another way.";
  };

  // Where the browser can, it offers passkeys while the address is typed. A challenge is good for five minutes, so it is
  // replaced before that for as long as nothing else was asked.
  const offer = async (button) => {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    ask(button, "conditional").catch(() => {});
    const mine = question;
    setTimeout(() => mine === question && offer(button), 4 * 60 * 1000);
  };

  document.querySelectorAll("[data-passkey-missing]").forEach((el) => (el.hidden = true));
  document.querySelectorAll("[data-passkey-part]").forEach((el) => (el.hidden = false));
  document.querySelectorAll("[data-passkey]").forEach((button) => {
    const says = document.getElementById(button.dataset.says);
    button.addEventListener("click", async (e) => {
      e.preventDefault();
      says.textContent = "";
      button.disabled = true;
      try {
        await ask(button);
      } catch (problem) {
        says.textContent = why(problem, button);
        button.disabled = false;
        button.focus();
      }
    });
    if (button.hasAttribute("data-offer")) offer(button);
  });
})();
