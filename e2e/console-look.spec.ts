import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page as BrowserPage } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { whenOf } from '../src/i18n/dates.ts';
import { bytes, render } from '../src/web/frame/answer.ts';
import { page } from '../src/web/frame/page.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { startApp, type TestApp } from '../test/web/frame/app.ts';

/** One page with every part of a console on it. */
const VIEW = `<h1>Devices</h1>
<%- include('parts/rows', { rows: p.rows }) -%>
<%- include('parts/rows', { rows: { id: 'none', empty: 'Nothing yet.', items: [] } }) -%>
<%- include('parts/summary-list', { summaryList: { rows: [{ key: 'Name', value: 'Éloïse', act: { text: 'Change', href: '/x' } }] } }) -%>
<%- include('parts/filter', { filter: { label: 'Filter' } }) -%>
<%- include('parts/select', { select: { name: 'kind', label: 'What', options: [{ value: '', text: 'Everything' }] } }) -%>
<%- include('parts/button', { button: { kind: 'secondary', text: 'Show' } }) -%></form>
<%- include('parts/table', { table: p.table }) -%>
<%- include('parts/pager', { pager: { newer: '/x', older: '/y' } }) -%>
<%- include('parts/form', { form: {} }) -%>
<%- include('parts/choice', { choice: { type: 'radio', name: 'a', legend: 'Language', options: [{ value: 'en', text: 'English', hint: 'Now' }, { value: 'fr', text: 'Français' }] } }) -%>
<%- include('parts/choice', { choice: { type: 'checkbox', name: 'b', options: [{ value: '1', text: 'Sign me out everywhere else, at once' }] } }) -%></form>`;

const when = whenOf('en', Date.now() - 7_200_000, Date.now());
const act = (text: string) => ({ text, href: '/x' });
const ROWS = {
  id: 'devices',
  empty: 'Nothing yet.',
  items: [
    { name: 'Phone', icon: 'smartphone', here: true, state: { text: 'On', tone: 'ok' }, actions: [act('Manage')] },
    {
      name: 'Firefox on Linux, with the long name that somebody gave it',
      icon: 'monitor',
      state: [
        { text: 'Blocked', tone: 'alert' },
        { text: 'Switched off', tone: 'off' },
      ],
      details: [{ text: 'Added {when} from 2001:db8:1:2::/64', when }],
      actions: [act('Rename'), { text: 'Remove', action: '/x', kind: 'danger' }],
    },
  ],
};
const TABLE = {
  label: 'Activity',
  columns: ['What', 'When', 'Where', ''],
  rows: [
    [
      { text: 'Signed in', icon: 'log-in', hint: ['Password'] },
      { when },
      { text: '2001:db8:1:2::/64', hint: ['Samsung Internet on Android'] },
      { actions: [act('This wasn’t me')] },
    ],
  ],
};
const settings = {
  nav: ['Your account', 'Devices', 'Activity', 'If you lose …', 'Applications', 'My data', 'Sign out'].map(
    (text, index) => ({ text, href: `/${index}`, current: index === 1 }),
  ),
  banner: { notices: [{ text: 'A passkey was added.', href: '/x', when }], dismiss: { action: '/seen' } },
};

/** What each connection to the events is answered with, in order; the last again and again. */
let events: string[] = [];
let connections = 0;
const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const notice = (text: string, href = '/account/activity') =>
  event('notice', { text, href, label: 'See what happened' });
const stream = (text: string) => bytes(Buffer.from(`retry: 20\n\n${text}`), { 'content-type': 'text/event-stream' });

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
  app = await startApp({
    views: { 'test/console': VIEW },
    pages: [
      page('/console', { get: () => render('test/console', 'Devices', { rows: ROWS, table: TABLE }, settings) }),
      page('/live-console', {
        get: () => {
          const { nav } = settings;
          return render('test/console', 'Devices', { rows: ROWS, table: TABLE }, { nav, live: '/live' });
        },
      }),
      page('/live', { get: () => stream(events[Math.min(connections++, events.length - 1)] ?? '') }),
      page('/tick', { get: () => stream(event('tick', {})) }),
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

describe.each([
  ['a phone', 360],
  ['a desktop', 1100],
])('on %s', (_, width) => {
  it.each(['light', 'dark'] as const)(
    'in %s everything can be read and hit, and nothing sticks out',
    async (colorScheme) => {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      const shown = await context.newPage();
      await shown.goto(`${app.origin}/console`);
      const tags = ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await new AxeBuilder({ page: shown }).withTags(tags).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
      expect(await shown.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      const sizes = await Promise.all((await shown.locator(TARGETS).all()).map((target) => target.boundingBox()));
      expect(sizes.length).toBeGreaterThan(20);
      expect(sizes.filter((box) => !box || box.height < 44)).toEqual([]);
      await context.close();
    },
  );

  it('the column is as wide as lists need, and a phone is as wide as it is', async () => {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const shown = await context.newPage();
    await shown.goto(`${app.origin}/console`);
    const list = (await shown.locator('.list').boundingBox())?.width;
    expect(list).toBe(width === 360 ? 360 - 32 : 44 * 16);
    const wordsOfAColumn = shown.getByRole('columnheader', { name: 'When' });
    expect(await wordsOfAColumn.isVisible()).toBe(width !== 360);
    await context.close();
  });
});

/** What is pressed; of a checkbox and a radio button its line is. */
const TARGETS = 'header a, nav a, main a, main button, select, .option, footer a';

describe('what happens while the page is open', () => {
  let shown: BrowserPage;
  let complaints: string[];
  const told = () => shown.getByRole('status').locator('.notice');
  beforeEach(async () => {
    connections = 0;
    complaints = [];
    shown = await browser.newPage();
    shown.on('console', (message) => complaints.push(message.text()));
    shown.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(() => shown.close());

  /** Until the browser would have asked for the events of `/live` again, had it wanted to: several times as long. */
  const ticks = () =>
    shown.evaluate(`new Promise((done) => {
      let count = 0;
      const clock = new EventSource('/tick');
      clock.addEventListener('tick', () => ++count === 5 && done(clock.close()));
    })`);

  it('is said at the top, as text, once, however often it is told', async () => {
    events = [
      notice('<b onclick=alert(1)>Somebody</b>'),
      notice('<b onclick=alert(1)>Somebody</b>') + notice('Another'),
    ];
    await shown.goto(`${app.origin}/live-console`);
    await expect.poll(() => told().count()).toBe(2);
    await ticks();
    expect(connections).toBeGreaterThan(2);
    expect(await told().locator('strong').allInnerTexts()).toEqual(['Another', '<b onclick=alert(1)>Somebody</b>']);
    const link = told().first().getByRole('link', { name: 'See what happened' });
    expect(await link.getAttribute('href')).toBe(`${app.origin}/account/activity`);
    expect(complaints).toEqual([]);
  });

  it.each(['https://elsewhere.example/', '//elsewhere.example/', 'javascript:alert(1)', 'data:text/html,x'])(
    'never leads to %s',
    async (href) => {
      events = [notice('Bad', href) + notice('Good')];
      await shown.goto(`${app.origin}/live-console`);
      await expect.poll(() => told().count()).toBe(1);
      expect(await told().innerText()).toContain('Good');
    },
  );

  it('is not asked for any more once this session has ended', async () => {
    events = [
      event('ended', { text: 'You were signed out here.', href: '/account', label: 'Sign in' }),
      notice('Late'),
    ];
    await shown.goto(`${app.origin}/live-console`);
    await shown.getByRole('link', { name: 'Sign in' }).waitFor();
    await ticks();
    expect(connections).toBe(1);
    expect(await told().allInnerTexts()).toEqual(['You were signed out here.\nSign in']);
    expect(complaints).toEqual([]);
  });
});
