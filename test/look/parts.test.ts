import { describe, expect, test } from 'vitest';
import { pageWith, render } from './render.ts';

const tag = (html: string, name: string): string => new RegExp(`<${name}\\b[^>]*>`).exec(html)?.[0] ?? '';
const attribute = (element: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1];
const described = (html: string, element: string): string[] =>
  (attribute(element, 'aria-describedby') ?? '').split(' ').map((id) => {
    const text = new RegExp(`id="${id}"[^>]*>(.*?)</p>`, 's').exec(html)?.[1];
    return (text ?? 'no such id').replaceAll(/<[^>]*>/g, '').trim();
  });

const again = (seconds: number): Promise<string> =>
  render('parts/again', { again: { text: 'Send it again', seconds } });
const frame = (more: Record<string, unknown> = {}): Promise<string> =>
  render('layout/page', { page: pageWith(more), body: '<h1>Second factor</h1>' });

describe('the field for a code', () => {
  test('is one labelled field that phones fill in and that takes pasted spaces', async () => {
    const html = await render('parts/code-field', { codeField: { label: 'Code', hint: 'Six digits.' } });
    const input = tag(html, 'input');
    expect(html.match(/<input/g)).toHaveLength(1);
    expect(html).toContain(`<label for="${attribute(input, 'id')}">Code</label>`);
    expect(attribute(input, 'type')).toBe('text');
    expect(attribute(input, 'autocomplete')).toBe('one-time-code');
    expect(attribute(input, 'inputmode')).toBe('numeric');
    expect(input).not.toMatch(/maxlength|pattern|\svalue=/);
    expect(described(html, input)).toEqual(['Six digits.']);
  });
});

describe('a field', () => {
  test('keeps what was typed, and its hint and error describe it', async () => {
    const html = await render('parts/field', {
      page: pageWith({ errors: [{ field: 'identifier', text: 'Enter your username.' }] }),
      field: { name: 'identifier', label: 'Username', value: 'amélie', hint: 'Or your e-mail.', describedBy: 'x' },
    });
    const input = tag(html, 'input');
    expect(attribute(input, 'value')).toBe('amélie');
    expect(attribute(input, 'aria-invalid')).toBe('true');
    expect(described(html, input)).toEqual([
      'Or your e-mail.',
      'common:error_prefixEnter your username.',
      'no such id',
    ]);
  });

  test('never gives a password back', async () => {
    const field = { name: 'password', label: 'Password', type: 'password', value: 'hunter2' };
    expect(await render('parts/field', { field })).not.toContain('hunter2');
  });

  test('takes nothing of another part or page that has the same names', async () => {
    const html = await render('parts/field', {
      hint: 'of the page',
      error: 'of the page',
      field: { name: 'a', label: 'A' },
    });
    expect(html).not.toContain('of the page');
  });
});

describe('buttons', () => {
  test('the line below a quiet one describes it and is no part of its name', async () => {
    const html = await render('parts/button', {
      button: {
        kind: 'quiet',
        icon: 'key-round',
        text: 'Use a passkey',
        hint: 'A line.',
        name: 'method',
        value: 'passkey',
      },
    });
    expect(/<button[^>]*>(.*?)<\/button>/s.exec(html)?.[1]).toBe('Use a passkey');
    expect(described(html, tag(html, 'button'))).toEqual(['A line.']);
  });

  test('"Send it again" is disabled exactly while the server would refuse it', async () => {
    expect(tag(await again(0), 'button')).not.toContain('disabled');
    expect(tag(await again(-3), 'button')).not.toContain('disabled');
    expect(tag(await again(119.2), 'button')).toContain('disabled data-wait="120"');
    expect(await again(119.2)).toContain('>parts:again_in 2:00<');
  });
});

describe('the secret of an authenticator app', () => {
  test.each(['JBSWY3DPEHPK3PXP', 'JBSWY3DPEHPK3PXPJ', 'ABC'])('%s is text without gaps', async (secret) => {
    const html = await render('parts/qr', { qr: { svg: '<svg></svg>', secret, label: '', copy: '' } });
    const element = /<code[^>]*data-testid="totp-secret"[^>]*>(.*?)<\/code>/s.exec(html)?.[1];
    expect(element?.replaceAll(/<[^>]*>/g, '')).toBe(secret);
  });
});

describe('the form of a passkey', () => {
  test('carries its options whole, and says in words when it cannot work', async () => {
    const options = { challenge: 'a"b<c>&', rp: { name: "L'école" } };
    const html = await render('parts/passkey-form', {
      page: pageWith(),
      passkeyForm: { kind: 'register', options, button: { text: 'Register a passkey' } },
    });
    const escapes: Record<string, string> = { '&#34;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' };
    const carried = attribute(tag(html, 'form'), 'data-options')?.replaceAll(/&[#a-z0-9]+;/g, (e) => escapes[e] ?? e);
    expect(JSON.parse(carried ?? '')).toEqual(options);
    expect(html).toContain('name="_csrf" value="csrf-token"');
    expect(html).toMatch(/role="alert" hidden/);
    expect(html).toMatch(/<noscript>.*passkey_needs_javascript/);
  });
});

describe('the frame of a page', () => {
  test('says its language, names the other in its own, and is not for search engines', async () => {
    const html = await frame();
    expect(html).toMatch(/^\s*<!doctype html>\s*<html lang="en">/);
    expect(html).toContain('<a href="/language?to=fr" lang="fr" hreflang="fr">Français</a>');
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).toContain('href="/assets/regain.css?v=v1"');
  });

  test('speaks of errors in the title and in one alert that links to the field', async () => {
    const errors = [{ field: 'code', text: 'That is not the code.' }];
    const html = await frame({ errors, errorPrefix: 'Error: ' });
    expect(html).toContain('<title>Error: Second factor – Regain</title>');
    expect(html.match(/role="alert"/g)).toHaveLength(1);
    expect(html).toContain('<a href="#f-code">That is not the code.</a>');
    expect(await frame()).toContain('<title>Second factor – Regain</title>');
    expect(await frame()).not.toContain('role="alert"');
  });

  test('runs under a strict policy: every script has the nonce, nothing is inline', async () => {
    const html = await frame({
      scripts: ['simplewebauthn-browser.js', 'passkey.js'],
      brand: { name: 'A', stylesheet: '/brand/a.css' },
    });
    const scripts = html.match(/<script[^>]*>/g) ?? [];
    expect(scripts).toHaveLength(3);
    for (const script of scripts) expect(script).toMatch(/nonce="n0nce" src="\/assets\/[a-z-]+\.js\?v=v1" defer>/);
    expect(html).toContain('<link rel="stylesheet" href="/brand/a.css">');
    expect(html).not.toContain('<style');
    expect(html).not.toMatch(/\son[a-z]+=|\sstyle=|javascript:/);
  });

  test('shows the steps with their state in words', async () => {
    const html = await frame({
      steps: [
        { text: 'E-mail', state: 'done' },
        { text: 'SMS', state: 'current' },
      ],
    });
    expect(html.match(/aria-current="step"/g)).toHaveLength(1);
    expect(html).toContain('(parts:step_done)');
    expect(html).toContain('(parts:step_current)');
  });

  test('has the mark until an organization brings its own', async () => {
    expect(await frame()).toContain('class="mark"');
    const own = await frame({ brand: { name: 'Lake', logo: { src: '/brand/a.png', width: 96, height: 32 } } });
    expect(own).toContain('<img src="/brand/a.png" width="96" height="32" alt="Lake">');
    expect(own).not.toContain('class="mark"');
  });
});
