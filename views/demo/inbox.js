// New messages appear by themselves, those on the page stay as they are. Without this script the page reloads every 5 seconds.
const list = document.getElementById('messages');

function fit(frame) {
  const show = () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${page.scrollHeight + 2}px`;
  };
  frame.addEventListener('load', show);
  show();
}

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.getElementById('count').replaceWith(fresh.getElementById('count'));
  for (const message of [...fresh.querySelectorAll('.message')].toReversed()) {
    if (document.getElementById(message.id)) continue;
    list.prepend(message);
    message.querySelectorAll('iframe').forEach(fit);
  }
}

document.querySelectorAll('.message iframe').forEach(fit);
const news = new EventSource('/events');
// also after a restart of the server: what was missed is fetched
news.addEventListener('open', () => void refresh());
news.addEventListener('message', () => void refresh());
