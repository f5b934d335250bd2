// Tells the browser which passkeys of this account are still accepted, so that it no longer offers the others (WebAuthn Level 3, 5.1.10.3).
// Browsers that do not know this keep offering them, and the sign-in page refuses.
(() => {
  'use strict';
  const { accepted } = document.querySelector('[data-accepted]')?.dataset ?? {};
  const signal = globalThis.PublicKeyCredential?.signalAllAcceptedCredentials;
  if (!accepted || !signal) return;
  signal.call(PublicKeyCredential, JSON.parse(accepted)).catch(() => {});
})();
