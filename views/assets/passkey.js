// Passkey ceremonies, with the browser bundle of @simplewebauthn/browser. A form says what to do in its data-passkey; the answer
// goes into its field `response` and the form is sent. What goes wrong is said in the form's own words.
(() => {
  'use strict';
  const webauthn = globalThis.SimpleWebAuthnBrowser;

  const ceremony = {
    register: (optionsJSON) => webauthn.startRegistration({ optionsJSON }),
    authenticate: (optionsJSON) => webauthn.startAuthentication({ optionsJSON }),
  };

  const wordsFor = (error, words) => {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return words.cancelled;
    return error.name === 'InvalidStateError' ? words.known : words.failed;
  };

  const say = (form, text) => {
    const alert = form.querySelector('[role="alert"]');
    alert.hidden = !text;
    alert.textContent = text;
  };

  const send = (form, response) => {
    form.elements.response.value = JSON.stringify(response);
    form.submit();
  };

  const run = async (form) => {
    say(form, '');
    if (!webauthn?.browserSupportsWebAuthn()) return say(form, form.dataset.unsupported);
    form.setAttribute('aria-busy', 'true');
    try {
      send(form, await ceremony[form.dataset.passkey](JSON.parse(form.dataset.options)));
    } catch (error) {
      say(form, wordsFor(error, form.dataset));
    }
    form.removeAttribute('aria-busy');
  };

  // A passkey offered in the list below the username field. Silence is right when there is none.
  const wait = async (form) => {
    if (!(await webauthn?.browserSupportsWebAuthnAutofill())) return;
    try {
      const optionsJSON = JSON.parse(form.dataset.options);
      send(form, await webauthn.startAuthentication({ optionsJSON, useBrowserAutofill: true }));
    } catch {}
  };

  document.querySelectorAll('form[data-passkey]').forEach((form) => {
    if (form.dataset.passkey === 'conditional') return wait(form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!form.hasAttribute('aria-busy')) run(form);
    });
  });
})();
