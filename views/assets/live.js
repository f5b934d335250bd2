// What happens to the account while a page of the console is open. Without this file the next page says it.
(() => {
  'use strict';
  const { live } = document.querySelector('[data-live]')?.dataset ?? {};
  const banner = document.getElementById('banner');
  const template = document.getElementById('banner-notice');
  if (!live || !banner || !template || !window.EventSource) return;

  /** Text as text, never as HTML; a link only to a page of this site. Told twice (after a broken connection), it is shown once. */
  const show = ({ text, href, label }) => {
    const url = new URL(href, location.href);
    const same = (notice) =>
      notice.querySelector('a').href === url.href && notice.querySelector('strong').textContent === text;
    if (url.origin !== location.origin || [...banner.children].some(same)) return;
    const notice = template.content.cloneNode(true);
    notice.querySelector('strong').textContent = text;
    const link = notice.querySelector('a');
    link.textContent = label;
    link.href = url.href;
    banner.prepend(notice);
  };

  let source, over;
  const stop = () => source?.close();
  // A hidden page holds no connection (a browser has six for a site); shown again it is told what it missed.
  const listen = () => {
    stop();
    if (over || document.hidden) return;
    source = new EventSource(live);
    source.addEventListener('notice', (event) => show(JSON.parse(event.data)));
    source.addEventListener('ended', (event) => {
      over = true;
      stop();
      show(JSON.parse(event.data));
    });
  };
  addEventListener('pageshow', (event) => event.persisted && listen());
  document.addEventListener('visibilitychange', listen);
  listen();
})();
