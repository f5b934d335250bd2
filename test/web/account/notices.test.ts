import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toNextStep } from '../../attacks/support/clock.ts';
import { rows } from '../../attacks/support/rows.ts';
import { signIn } from '../../attacks/support/walks.ts';
import type { Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import { NOT_ME, takeOver } from '../recovery/contests.ts';
import type { PageOf } from '../recovery/page.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => {
  world().later(16 * 60_000);
  toNextStep(world());
});

const bannerOf = (page: PageOf): string[] =>
  [
    ...(/<div class="banner"[^]*?<main|<div class="banner"[^]*/.exec(page.html)?.[0] ?? '').matchAll(
      /<strong>([^<]*)<\/strong>/g,
    ),
  ]
    .map(([, text = '']) => text.replaceAll('’', "'"))
    .filter((text) => !['', 'Done', 'Good to know'].includes(text));
const seenAt = async ({ id }: Person) =>
  (await world().ports.store.devices.of(id)).map(({ seenNoticesAt }) => seenNoticesAt).toSorted((a, b) => a - b);
const frozenAt = async ({ id }: Person) => (await world().ports.store.accounts.load(id))?.frozenAt ?? null;

/** A person signed in at home, and somewhere else since. */
async function twoBrowsers(): Promise<{ person: Person; home: Browser; away: Browser }> {
  const person = await world().person();
  const [home, away] = [world().browser(), world().browser()];
  await signIn(world(), app, home, person);
  world().later(60_000);
  await signIn(world(), app, away, person);
  return { person, home, away };
}

describe('the banner', () => {
  test('tells a signed-in browser what was done in another one, until it says that it has seen it; GET marks nothing', async () => {
    const { person, home, away } = await twoBrowsers();
    const before = await seenAt(person);
    const page = await home.open('/account/devices');
    expect(bannerOf(page)).toEqual(['A new browser signed in to your account']);
    expect(page.links.map(({ text }) => text)).toContain("Wasn't this you?");
    // Its own sign-in is no news to the other one.
    expect(bannerOf(await away.open('/account/devices'))).toEqual([]);
    expect(bannerOf(await home.open('/account/activity'))).toEqual(['A new browser signed in to your account']);
    expect(await seenAt(person)).toEqual(before);

    const back = await home.press(page, 'Understood');
    expect([back.path, bannerOf(back)]).toEqual(['/account/devices', []]);
    expect(await seenAt(person)).not.toEqual(before);
  });

  test('what comes after that is shown again; what another browser has seen is its own', async () => {
    const { person, home } = await twoBrowsers();
    await home.press(await home.open('/account'), 'Understood');
    world().later(60_000);
    const third = world().browser();
    await signIn(world(), app, third, person);
    expect(bannerOf(await home.open('/account'))).toHaveLength(1);
    expect(bannerOf(await third.open('/account'))).toEqual([]);
  });

  test('A27 a form that says otherwise marks nothing, and leads nowhere else', async () => {
    const { person, home } = await twoBrowsers();
    const page = await home.open('/account');
    const before = await seenAt(person);
    for (const until of ['', 'tomorrow', '9e15', String(Date.now() + 86_400_000)])
      await home.post('/account/notices/seen', {
        _csrf: page.formWith('Understood').fields['_csrf'] ?? '',
        until,
        back: '/account',
      });
    expect(await seenAt(person)).toEqual(before);
    const away = await home.submit(page.formWith('Understood'), page, { back: '//elsewhere.example' }, 'Understood');
    expect(away.path).toBe('/account');
    expect((await home.open('/account/notices/seen')).path).toBe('/account');
  });
});

describe('"It wasn’t me" in the console', () => {
  test('X3 says the way back first, asks for no digits, and ends this session with all others', async () => {
    const { person, home, away } = await twoBrowsers();
    const banner = await home.open('/account');
    const page = await home.open(banner.link("Wasn't this you?"));
    expect(page.heading).toBe("Wasn't this you?");
    expect(page.text.indexOf('The way back')).toBeLessThan(page.text.indexOf('What happens at once'));
    expect(page.text).toContain('That includes you, here.');
    expect(page.text).not.toContain('two digits');
    expect(await frozenAt(person)).toBeNull();
    const blocked = await home.press(page, NOT_ME.en.block);
    expect([blocked.path, blocked.heading]).toEqual(['/not-me/blocked', NOT_ME.en.blocked]);
    expect(await frozenAt(person)).not.toBeNull();
    for (const browser of [home, away])
      expect((await browser.open('/account')).heading).toBe('Sign in to your account');
  });

  test('A4 another account’s act is not there, and one that was contested or cannot be says so', async () => {
    const [{ home }, other] = [await twoBrowsers(), await world().person()];
    const [foreign] = await world().ports.store.notices.toldSince(other.id, 0, 1);
    const page = await home.open(`/account/notices/${foreign?.id}/not-me`);
    expect([page.status, page.heading]).toEqual([410, 'This can no longer be stopped here']);
    const form = (await home.open('/account')).formWith('Understood').fields;
    const pressed = await home.post(`/account/notices/${foreign?.id}/not-me`, { _csrf: form['_csrf'] ?? '' });
    expect(pressed.status).toBe(410);
    expect(await frozenAt(other)).toBeNull();
    expect((await home.open('/account/notices/nonsense/not-me')).status).toBe(410);
  });

  test('nobody who is not signed in gets there', async () => {
    const { person } = await twoBrowsers();
    const [notice] = await world().ports.store.notices.toldSince(person.id, 0, 1);
    expect((await world().browser().open(`/account/notices/${notice?.id}/not-me`)).heading).toBe(
      'Sign in to your account',
    );
  });
});

/** The events of an open page, as they come. */
async function listen(browser: Browser) {
  const gone = new AbortController();
  const response = await browser.request('/account/live', {
    headers: { accept: 'text/event-stream' },
    signal: gone.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  /** False: there is no more. */
  const more = async (): Promise<boolean> => {
    const { done = true, value = '' } = (await reader?.read()) ?? {};
    text += value;
    return !done;
  };
  return {
    response,
    /** Everything so far, once this has come. */
    until: async (wanted: RegExp) => {
      while (!wanted.test(text) && (await more()));
      return text;
    },
    /** Everything, once it has ended. */
    end: async () => {
      while (await more());
      return text;
    },
    leave: () => gone.abort(),
  };
}

describe('/account/live', () => {
  test('tells an open page at once, in its language, of what is done elsewhere, and not of its own', async () => {
    const person = await world().person({ locale: 'fr' });
    const home = world().browser();
    await signIn(world(), app, home, person, { locale: 'fr' });
    const live = await listen(home);
    expect(live.response.status).toBe(200);
    expect(live.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(live.response.headers.get('x-accel-buffering')).toBe('no');
    expect(live.response.headers.get('cache-control')).toBe('no-store');
    expect(live.response.headers.get('set-cookie')).toBeNull();
    expect(await live.until(/^:\n\n/)).not.toContain('event:');
    world().later(60_000);
    await signIn(world(), app, world().browser(), person, { locale: 'fr' });
    const text = await live.until(/event: notice\ndata: .*\n\n/);
    const [, data = '{}'] = /event: notice\ndata: (.*)\n/.exec(text) ?? [];
    expect(JSON.parse(data)).toEqual({
      text: 'Connexion à votre compte depuis un nouveau navigateur',
      href: expect.stringMatching(/^\/account\/notices\/[\w-]+\/not-me$/),
      label: 'Ce n’était pas vous\u202f?',
    });
    live.leave();
  });

  test('A20 says what ended the session, and closes', async () => {
    const person = await world().person();
    const home = world().browser();
    await signIn(world(), app, home, person);
    const live = await listen(home);
    await live.until(/^:\n\n/);
    await takeOver(world(), person);
    const text = await live.end();
    expect(text).not.toContain('event: notice');
    const [, data = '{}'] = /event: ended\ndata: (.*)\n/.exec(text) ?? [];
    expect(JSON.parse(data)).toEqual({
      text: 'Your second factor was replaced. You were signed out here.',
      href: '/help/notices',
      label: 'What to do',
    });
  });

  test('and the console agree on which session is there: one that stands on no proof lives, until it is ended', async () => {
    const person = await world().person();
    const home = world().browser();
    await signIn(world(), app, home, person);
    await rows(world(), sql`update session_proofs set proofs = '[]' where account_id = ${person.id}`);
    const live = await listen(home);
    await live.until(/^:\n\n/);
    world().later(60_000);
    await signIn(world(), app, world().browser(), person);
    expect(await live.until(/event: /)).toContain('event: notice');
    expect((await home.open('/account')).heading).toBe('Your account');
    await world().ports.store.sessions.endAll(person.id);
    expect(await live.end()).toContain('event: ended');
    expect((await home.open('/account')).heading).toBe('Sign in to your account');
  });

  test('ends with a sign-out in the same browser', async () => {
    const person = await world().person();
    const home = world().browser();
    await signIn(world(), app, home, person);
    const live = await listen(home);
    await live.until(/^:\n\n/);
    await home.press(await home.open('/session/end'));
    expect(await live.end()).toContain('You were signed out here.');
  });

  test('without a session: only that, and no account is told of', async () => {
    const stranger = await listen(world().browser());
    expect(await stranger.end()).toBe(
      ':\n\nevent: ended\ndata: {"text":"You were signed out here.","href":"/account","label":"Sign in again"}\n\n',
    );
    const head = await world().browser().request('/account/live', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const posted = await world().browser().request('/account/live', { method: 'POST', body: '' });
    expect(posted.status).toBe(405);
  });

  test('A33 one session has ten pages open at most, and takes no place from another; a page that is gone makes room', async () => {
    const person = await world().person();
    const home = world().browser();
    await signIn(world(), app, home, person);
    const open = await Promise.all(Array.from({ length: 10 }, () => listen(home)));
    await Promise.all(open.map((live) => live.until(/^:\n\n/)));
    const refused = await home.request('/account/live');
    expect(refused.status).toBe(204);
    // Somebody else is not in the way, nor is another browser of the same account.
    const [other, another] = [world().browser(), world().browser()];
    await signIn(world(), app, other, await world().person());
    world().later(60_000);
    await signIn(world(), app, another, person);
    const others = [await listen(other), await listen(another)];
    expect(others.map(({ response }) => response.status)).toEqual([200, 200]);
    for (const live of [...open, ...others]) live.leave();
    await expect
      .poll(async () => {
        const again = await listen(home);
        again.leave();
        return again.response.status;
      })
      .toBe(200);
  });
});
