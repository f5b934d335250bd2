// Small comforts. Every page works without this file; nothing here decides anything.
(() => {
  'use strict';
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const timeOf = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

  each('[data-error-summary]', (summary) => summary.focus());

  // Show and hide a password. It is hidden again before it is sent, so that browsers do not remember it as plain text.
  each('input[data-show]', (input) => {
    const button = document.createElement('button');
    const word = document.createElement('span');
    const what = document.createElement('span');
    button.type = 'button';
    button.className = 'inside';
    button.setAttribute('aria-controls', input.id);
    what.className = 'unseen';
    what.textContent = ` ${input.dataset.what}`;
    const set = (shown) => {
      input.type = shown ? 'text' : 'password';
      word.textContent = shown ? input.dataset.hide : input.dataset.show;
      input.style.paddingRight = `${button.offsetWidth + 8}px`;
    };
    button.append(word, what);
    input.after(button);
    set(false);
    button.addEventListener('click', () => set(input.type === 'password'));
    input.form?.addEventListener('submit', () => set(false));
  });

  each('[data-copy]', (button) => {
    const source = document.getElementById(button.dataset.copy);
    const word = button.querySelector('span[aria-live]');
    const before = word.textContent;
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        word.textContent = button.dataset.done;
        setTimeout(() => (word.textContent = before), 4000);
      } catch {
        getSelection().selectAllChildren(source);
      }
    });
  });

  each('[data-print]', (it) => Object.assign(it, { hidden: false, onclick: () => print() }));

  // "Send it again": counts down by the clock, so that a sleeping phone wakes up to the truth.
  each('button[data-wait]', (button) => {
    const line = button.parentElement.querySelector('[data-wait-text]');
    const done = button.parentElement.querySelector('[data-wait-done]');
    const end = Date.now() + button.dataset.wait * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) {
        line.textContent = line.dataset.waitText.replace('{time}', timeOf(left));
        return;
      }
      clearInterval(timer);
      button.disabled = false;
      line.remove();
      done.textContent = done.dataset.waitDone;
    };
    const timer = setInterval(tick, 1000);
    tick();
  });

  // Length first; the server says the rest when it refuses.
  each('[data-strength]', (line) => {
    const { min, short, enough, long, repeats } = line.dataset;
    const input = document.getElementById(line.dataset.strength);
    const judge = () => {
      const characters = [...input.value.normalize('NFC')];
      const count = characters.length;
      let is = count < min ? 'short' : count < 20 ? 'enough' : 'long';
      if (is !== 'short' && new Set(characters).size < 5) is = 'repeats';
      line.dataset.is = is;
      line.textContent = count ? { short, enough, long, repeats }[is].replace('{length}', count) : '';
    };
    input.addEventListener('input', judge);
    judge();
  });

  // A form is sent once. After ten seconds without an answer, or when one comes back to the page, it may be sent anew.
  const sent = new Set();
  const release = () => {
    sent.clear();
    each('button[aria-disabled]', (button) => button.removeAttribute('aria-disabled'));
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || 'again' in form.dataset) return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    event.submitter?.setAttribute('aria-disabled', 'true');
    setTimeout(release, 10_000);
  });
  addEventListener('pageshow', (event) => event.persisted && release());
})();
