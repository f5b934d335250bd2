// Opens the next page once something has happened on the other device. Without this file a link does.
(() => {
  'use strict';
  const { follow, page } = document.querySelector('[data-follow]')?.dataset ?? {};
  if (!follow || !window.EventSource) return;
  const source = new EventSource(follow);
  source.addEventListener('changed', () => {
    source.close();
    location.replace(page);
  });
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (event) => event.persisted && location.replace(page));
})();
