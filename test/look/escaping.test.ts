import { describe, expect, test } from 'vitest';
import { pageWith, render } from './render.ts';

const hostile = `'"><script>alert(1)</script>`;
/** All of it, so that a quote cannot end an attribute either. */
const marked = '&#39;&#34;&gt;&lt;script&gt;';
const bad = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, hostile]));
const count = (html: string): number => html.split(marked).length - 1;

/** Every text that a part takes, hostile; and how often it must come back, escaped. */
const parts: readonly [string, Record<string, unknown>, number][] = [
  ['parts/error-summary', { errorSummary: { title: hostile, errors: [{ field: hostile, text: hostile }] } }, 3],
  [
    'parts/field',
    {
      field: {
        ...bad('name', 'label', 'type', 'value', 'hint', 'error'),
        ...bad('autocomplete', 'inputmode', 'describedBy'),
      },
    },
    15,
  ],
  ['parts/field', { field: { name: 'a', label: 'A' }, page: { errors: [{ field: 'a', text: hostile }] } }, 1],
  ['parts/field', { field: { name: 'a', label: hostile, type: 'password', optional: true } }, 1],
  ['parts/code-field', { codeField: { label: hostile, name: hostile, hint: hostile, error: hostile } }, 10],
  [
    'parts/button',
    { button: { text: hostile, name: hostile, value: hostile, form: hostile, formaction: hostile, type: hostile } },
    6,
  ],
  ['parts/button', { button: { kind: 'quiet', text: hostile, hint: hostile, href: hostile } }, 3],
  ['parts/button', { button: { kind: hostile, text: hostile, href: hostile } }, 3],
  [
    'parts/form',
    { form: { ...bad('action', 'id', 'username'), values: { [hostile]: hostile } }, page: { csrf: hostile } },
    6,
  ],
  ['parts/steps', { steps: [{ text: hostile, state: hostile }] }, 3],
  ['parts/notice', { notice: { kind: 'warning', title: hostile, text: hostile } }, 2],
  ['parts/summary-list', { summaryList: { rows: [{ key: hostile, value: [hostile, hostile] }] } }, 3],
  ['parts/strength', { strength: { for: hostile, min: hostile } }, 4],
  [
    'parts/again',
    { again: { text: hostile, seconds: 9, name: hostile, value: hostile, form: hostile, until: hostile } },
    5,
  ],
  [
    'parts/qr',
    { qr: { svg: '', secret: '<scr"ipt>', label: hostile, copy: hostile, uri: hostile, uriText: hostile } },
    4,
  ],
  [
    'parts/passkey-form',
    {
      passkeyForm: {
        ...bad('kind', 'action', 'id', 'cancelled', 'failed', 'unsupported', 'known'),
        options: { challenge: hostile },
        button: { text: hostile },
        values: { [hostile]: hostile },
      },
      page: { csrf: hostile },
    },
    11, // and the options, whose quotes JSON escapes as well: read back whole in parts.test.ts
  ],
  ['parts/when', { when: bad('datetime', 'text', 'exact') }, 3],
  ['parts/line', { line: hostile }, 1],
  ['parts/line', { line: { text: `${hostile}{when}${hostile}`, when: bad('datetime', 'text', 'exact') } }, 5],
  ['parts/state', { state: bad('text', 'tone') }, 2],
  ['parts/act', { act: bad('text', 'href'), describedBy: hostile }, 3],
  [
    'parts/act',
    {
      act: { ...bad('text', 'action', 'kind', 'name', 'value'), values: { [hostile]: hostile } },
      describedBy: hostile,
    },
    8,
  ],
  ['parts/rows', { rows: { id: 'a', empty: hostile, items: [] } }, 1],
  [
    'parts/rows',
    {
      rows: {
        ...bad('id', 'label'),
        items: [
          {
            ...bad('name', 'here', 'id'),
            state: bad('text', 'tone'),
            details: [hostile],
            actions: [bad('text', 'href')],
          },
        ],
      },
    },
    12,
  ],
  ['parts/table', { table: { empty: hostile, rows: [] } }, 1],
  [
    'parts/table',
    {
      table: {
        label: hostile,
        columns: [hostile, hostile],
        rows: [
          [
            hostile,
            {
              text: hostile,
              hint: [hostile],
              when: bad('datetime', 'text', 'exact'),
              state: bad('text', 'tone'),
              actions: [bad('text', 'href')],
            },
          ],
        ],
      },
    },
    14,
  ],
  ['parts/pager', { pager: bad('newer', 'older') }, 2],
  ['parts/filter', { filter: { ...bad('label', 'action'), values: { [hostile]: hostile } } }, 4],
  [
    'parts/select',
    { select: { ...bad('name', 'label', 'hint', 'error', 'autocomplete'), options: [bad('value', 'text')] } },
    13,
  ],
  [
    'parts/choice',
    {
      choice: {
        ...bad('type', 'name', 'legend', 'hint', 'error'),
        options: [bad('value', 'text', 'hint', 'name'), bad('value', 'text')],
      },
    },
    22,
  ],
  [
    'parts/banner',
    {
      banner: {
        notices: [{ ...bad('text', 'href', 'label'), when: bad('datetime', 'text', 'exact') }],
        dismiss: { ...bad('action', 'text'), values: { [hostile]: hostile } },
      },
    },
    10,
  ],
];

describe('parts escape what they are given', () => {
  test.each(parts)('%s', async (template, locals, times) => {
    const html = await render(template, locals);
    expect(html).not.toContain('<script');
    expect(count(html)).toBe(times);
  });

  test('words of the catalogue are escaped too', async () => {
    for (const [template, locals] of parts) {
      expect(await render(template, { ...locals, t: () => hostile })).not.toContain('<script');
    }
    const frame = await render('layout/page', { page: pageWith(), body: '', t: () => hostile });
    expect(frame).not.toContain('<script>');
  });

  test('the secret of the authenticator app is escaped', async () => {
    const html = await render('parts/qr', { qr: { svg: '', secret: '<b>x', label: '', copy: '' } });
    expect(html).not.toContain('<b>');
  });

  test('an icon is a name and nothing else', async () => {
    for (const icon of ['../../../package', hostile, 'a/b', '']) {
      await expect(render('parts/icon', { icon })).rejects.toThrow('no icon is called');
    }
  });

  test('the frame of the page', async () => {
    const page = pageWith({
      ...bad('title', 'lang', 'errorPrefix', 'errorTitle', 'nonce', 'version'),
      otherLang: bad('code', 'label', 'href'),
      errors: [{ text: hostile }],
      brand: { name: hostile, stylesheet: hostile, logo: bad('src', 'width', 'height') },
      footer: [bad('href', 'text')],
      steps: [{ text: hostile, state: 'done' }],
      scripts: [hostile],
      cancelled: hostile,
      nav: [bad('href', 'text')],
      banner: { notices: [bad('text', 'href', 'label')] },
      live: hostile,
    });
    const html = await render('layout/page', { page, body: '<p>rendered</p>' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('<p>rendered</p>');
    expect(count(html)).toBe(32);
  });
});
