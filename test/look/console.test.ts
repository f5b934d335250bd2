import { describe, expect, test } from 'vitest';
import { addressesOf } from '../../src/web/frame/address.ts';
import type { PageSettings } from '../../src/web/frame/answer.ts';
import { layoutOf } from '../../src/web/frame/layout.ts';
import { pageWith, render } from './render.ts';

const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, '');
const when = { datetime: '2026-11-22T12:05:30.000Z', text: '2 hours ago', exact: '22 November 2026 at 12:05 (UTC)' };
const time = '<time datetime="2026-11-22T12:05:30.000Z" title="22 November 2026 at 12:05 (UTC)">2 hours ago</time>';
const line = async (given: unknown): Promise<string> => (await render('parts/line', { line: given })).trim();
const rows = (items: readonly object[], more: object = {}): Promise<string> =>
  render('parts/rows', { page: pageWith(), rows: { id: 'devices', empty: 'Nothing yet.', items, ...more } });
const table = (...all: readonly unknown[][]): Promise<string> =>
  render('parts/table', {
    page: pageWith(),
    table: { label: 'Activity', columns: ['What', 'When', ''], empty: 'Nothing yet.', rows: all },
  });
const frame = (more: Record<string, unknown> = {}): Promise<string> =>
  render('layout/page', { page: pageWith(more), body: '<h1>Devices</h1>' });
const pager = (given: object): Promise<string> => render('parts/pager', { pager: given });
const layout = (settings: PageSettings): Readonly<Record<string, unknown>> =>
  layoutOf({
    title: 'Devices',
    locale: 'en',
    brand: { name: 'Regain', supportHref: '/support' },
    nonce: 'n0nce',
    settings,
    here: '/account/devices',
    assetsVersion: 'v1',
    addresses: addressesOf(new URL('https://example.org/id')),
    csrf: () => 'token',
  });

describe('a line with a time in it', () => {
  test('has the time where the text says so, exact in its title', async () => {
    expect(await line({ text: 'Added {when}, from here', when })).toBe(`Added ${time}, from here`);
    expect(await line({ when })).toBe(time);
  });

  test('is whole when it has no time, whatever somebody called their device', async () => {
    expect(await line('My {when} phone')).toBe('My {when} phone');
    expect(await line({ text: 'My {when} phone' })).toBe('My {when} phone');
    expect(await line({ text: 'Just a phone', when })).toBe('Just a phone');
  });
});

describe('rows', () => {
  test('say in words what something is, and which one the reader holds', async () => {
    const html = await rows([{ name: 'Phone', here: true, state: { text: 'Switched off', tone: 'off' } }]);
    expect(textOf(html)).toMatch(/Phone parts:this_device Switched off/);
    expect(textOf(await rows([{ name: 'A', here: 'This browser' }]))).toMatch(/A This browser/);
  });

  test('have actions whose names are the words alone, and that the thing describes', async () => {
    const html = await rows([
      { name: 'Phone', actions: [{ text: 'Manage', href: '/a' }] },
      { name: 'Laptop', id: 'laptop', actions: [{ text: 'Remove', action: '/b', values: { id: '7' } }] },
    ]);
    expect(html).toContain('<strong id="devices-1-name">Phone</strong>');
    expect(html).toContain('<a class="act" href="/a" aria-describedby="devices-1-name">Manage</a>');
    expect(html).toContain('<strong id="laptop-name">Laptop</strong>');
    expect(html).toContain('<button class="act" type="submit" aria-describedby="laptop-name">Remove</button>');
    expect(html).toContain('<form method="post" action="/b" novalidate>');
    expect(html).toContain('name="_csrf" value="csrf-token"');
    expect(html).toContain('name="id" value="7"');
  });

  test('say what would be here when there is nothing', async () => {
    const html = await rows([]);
    expect(textOf(html).trim()).toBe('Nothing yet.');
    expect(html).not.toContain('<ul');
  });
});

describe('a table', () => {
  test('stays one for assistive technology where it is laid out as cards', async () => {
    const html = await table(['Signed in', { when }, ''], ['Password changed', { when }, '']);
    const roles = [...html.matchAll(/role="(\w+)"/g)].map(([, role = '']) => role);
    const count = (name: string): number => roles.filter((role) => role === name).length;
    expect(count('table')).toBe(1);
    expect(count('row')).toBe(3);
    expect([count('columnheader'), count('rowheader'), count('cell')]).toEqual([2, 2, 5]);
    expect(html.match(/<(?:table|thead|tbody|tr|th|td)\b(?![^>]*\srole=)/g)).toBeNull();
    expect(html.match(/scope="row"/g)).toHaveLength(2);
  });

  test('names each value as its column is, and leaves out what is empty', async () => {
    const html = await table(['Signed in', { when }, '']);
    expect(html.match(/data-label="When"/g)).toHaveLength(1);
    expect(html.match(/<td role="cell" class="none">/g)).toHaveLength(1);
  });

  test('has actions that are described by the first cell of their row', async () => {
    const html = await table(['A', '', ''], ['B', '', { actions: [{ text: 'This wasn’t me', href: '/n' }] }]);
    expect(html).toContain('aria-describedby="row-2"');
    expect(html).toMatch(/<th role="rowheader" scope="row" id="row-2">[^]*?B[^]*?<\/th>/);
  });

  test('says what would be here when there is nothing', async () => {
    expect(textOf(await table()).trim()).toBe('Nothing yet.');
  });

  test('goes on by links, and has none when it is all here', async () => {
    expect((await pager({})).trim()).toBe('');
    expect(await pager({ older: '/x?before=9' })).toContain('href="/x?before=9" rel="next">parts:older');
    expect(await pager({ older: '/x' })).not.toContain('parts:newer');
  });
});

describe('a summary with things to do', () => {
  test('puts them into the list as descriptions, each described by its term', async () => {
    const html = await render('parts/summary-list', {
      summaryList: {
        rows: [
          { key: 'Name', value: 'É', act: { text: 'Change', href: '/c' } },
          { key: 'A', value: 'b' },
        ],
      },
    });
    expect(html).toContain('<dt id="rows-1">Name</dt><dd>É</dd><dd class="acts"><a');
    expect(html).toContain('aria-describedby="rows-1">Change</a>');
    expect(html).toContain('<dt>A</dt><dd>b</dd></div>');
  });
});

describe('choosing', () => {
  test('a list keeps what was chosen', async () => {
    const select = {
      name: 'kind',
      label: 'What',
      value: 'b',
      options: ['a', 'b'].map((it) => ({ value: it, text: it })),
    };
    const html = await render('parts/select', { select });
    expect(html).toContain('<label for="f-kind">What</label>');
    expect(html.match(/ selected/g)).toHaveLength(1);
    expect(html).toContain('<option value="b" selected>b</option>');
  });

  test('radio buttons share a name and a legend; the summary of errors leads to the first', async () => {
    const choice = {
      type: 'radio',
      name: 'lang',
      legend: 'Language',
      options: [
        { value: 'en', text: 'English' },
        { value: 'fr', text: 'Français', checked: true },
      ],
    };
    const page = pageWith({ errors: [{ field: 'lang', text: 'Choose one.' }] });
    const html = await render('parts/choice', { choice, page });
    expect(html).toMatch(/<fieldset[^>]*aria-describedby="f-lang-error"/);
    expect(html).toMatch(/<legend>Language<\/legend>/);
    expect(html).toContain('<input type="radio" id="f-lang" name="lang" value="en" aria-invalid="true">');
    expect(html).toContain('<input type="radio" id="f-lang-2" name="lang" value="fr" checked aria-invalid="true">');
    expect(html).toContain('<label for="f-lang-2">Français</label>');
  });

  test('one checkbox alone has no group around it, and its error describes it', async () => {
    const choice = { type: 'checkbox', name: 'all', error: 'Tick this.', options: [{ value: '1', text: 'All' }] };
    const html = await render('parts/choice', { choice });
    expect(html).not.toContain('fieldset');
    expect(html).toContain('aria-describedby="f-all-error"');
  });

  test('a filter changes nothing: it is a GET without a token', async () => {
    const html = await render('parts/filter', { page: pageWith(), filter: { label: 'Filter', values: { of: '7' } } });
    expect(html).toContain('method="get"');
    expect(html).not.toContain('_csrf');
    expect(html).toContain('name="of" value="7"');
  });
});

describe('the frame of a console', () => {
  test('has its sections once, one of them current, and is wide', async () => {
    const nav = [
      { text: 'Your account', href: '/account' },
      { text: 'Devices', href: '/account/devices', current: true },
    ];
    const html = await frame({ nav, wide: true });
    expect(html).toContain('<body class="wide">');
    expect(html).toContain('<nav class="sections" aria-label="parts:nav">');
    expect(html.match(/aria-current="page"/g)).toHaveLength(1);
    expect(html).toContain('<a href="/account/devices" aria-current="page">Devices</a>');
    expect(html.indexOf('class="skip"')).toBeLessThan(html.indexOf('<nav'));
  });

  test('is nothing that other pages pay for', async () => {
    expect(await frame()).not.toMatch(/wide|sections|banner|data-live|<template/);
  });

  test('has a place for live notices from the start, which is all that live.js needs', async () => {
    const html = await frame({ live: '/account/live', scripts: ['live.js'] });
    expect(html).toContain('<main id="main" tabindex="-1" data-live="/account/live">');
    expect(html).toContain('<div class="banner" id="banner" role="status" aria-atomic="false"></div>');
    expect(html).toMatch(
      /<template id="banner-notice"><div class="notice alarm">[^]*?<strong><\/strong> <a href=""><\/a>/,
    );
  });

  test('says above all else what happened, and takes that it was seen', async () => {
    const banner = {
      notices: [{ text: 'A passkey was added.', href: '/account/activity', when }],
      dismiss: { action: '/account/seen', values: { until: '9' } },
    };
    const html = await frame({ banner });
    expect(html).toMatch(/role="status"[^>]*><div class="notice alarm">/);
    expect(html).toContain(`<strong>A passkey was added.</strong> <span class="soft">${time}</span>`);
    expect(html).toContain('<a href="/account/activity">parts:banner_look</a>');
    expect(html).toMatch(
      /<form method="post" action="\/account\/seen"[^]*name="until" value="9"[^]*parts:banner_dismiss/,
    );
    expect(html.indexOf('role="status"')).toBeLessThan(html.indexOf('<h1>'));
  });
});

test('what a page says of its console is put below the path of the issuer', () => {
  const notice = { text: 'A passkey was added.', href: '/account/activity' };
  expect(
    layout({
      nav: [{ text: 'Devices', href: '/account/devices', current: true }],
      banner: { notices: [notice], dismiss: { action: '/account/seen' } },
      live: '/account/live',
      passkey: true,
    }),
  ).toMatchObject({
    nav: [{ text: 'Devices', href: '/id/account/devices', current: true }],
    wide: true,
    banner: { notices: [{ ...notice, href: '/id/account/activity' }], dismiss: { action: '/id/account/seen' } },
    live: '/id/account/live',
    scripts: ['simplewebauthn-browser.js', 'passkey.js', 'live.js'],
  });
  expect(layout({})).toMatchObject({ nav: undefined, wide: false, banner: undefined, live: undefined, scripts: [] });
});
