import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Colour, colourOf, contrast, mix } from './colour.ts';

const asset = (name: string): string => readFileSync(new URL(`../../views/assets/${name}`, import.meta.url), 'utf8');
const css = asset('regain.css').replaceAll(/\/\*.*?\*\//gs, '');

const propertiesIn = (block: string | undefined): Map<string, string> =>
  new Map(
    [...(block ?? '').matchAll(/(--[a-z-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.trim()]),
  );
const schemes = {
  light: propertiesIn(/^:root \{(.*?)\}/ms.exec(css)?.[1]),
  dark: propertiesIn(/prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}/s.exec(css)?.[1]),
};
const promised = 'ink ink-soft paper card accent accent-ink danger danger-paper ok ring line'
  .split(' ')
  .map((it) => `--${it}`);

describe('the stylesheet', () => {
  test('is at most 16 KB, and the scripts are small', () => {
    expect(Buffer.byteLength(asset('regain.css'))).toBeLessThanOrEqual(16 * 1024);
    expect(Buffer.byteLength(asset('comfort.js'))).toBeLessThanOrEqual(4 * 1024);
    expect(Buffer.byteLength(asset('passkey.js'))).toBeLessThanOrEqual(4 * 1024);
    expect(asset('live.js').split('\n').length).toBeLessThanOrEqual(41);
  });

  test('has the four text sizes and no other', () => {
    const sizes = [...css.matchAll(/font(?:-size)?:\s*(?:\d+ )?([\d.]+(?:px|rem|em))/g)].map(([, size]) => size);
    expect(sizes.length).toBeGreaterThan(4);
    expect(new Set(sizes)).toEqual(new Set(['1rem', '1.125rem', '1.5rem', '2rem']));
  });

  test('takes every colour from a property, but for the QR code, the shadow and paper in a printer', () => {
    const rules = css.replace(/^:root \{.*?\}/ms, '').replace(/@media screen and .*?\}\s*\}/s, '');
    const named = [...rules.matchAll(/([^{}]+)\{[^{}]*(#[0-9a-f]{3,8}|rgb\()/gi)].map(([, selector = '']) =>
      selector.trim(),
    );
    expect(named).toEqual(['main', '.qr-code', '@media print {\n  body'].map((name) => name.split('\n  ').pop()));
  });

  test.each(['light', 'dark'] as const)('defines what it uses and what organizations may override, in %s', (scheme) => {
    const used = new Set([...css.matchAll(/var\((--[a-z-]+)/g)].map(([, name = '']) => name));
    expect([...schemes[scheme].keys()].toSorted()).toEqual(promised.toSorted());
    expect([...used].filter((name) => !schemes[scheme].has(name))).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('contrast in %s', (scheme) => {
  const colour = (name: string): Colour => colourOf(schemes[scheme].get(name) ?? '');

  test.each([
    ['--ink', '--paper'],
    ['--ink', '--card'],
    ['--ink-soft', '--paper'],
    ['--ink-soft', '--card'],
    ['--accent', '--paper'],
    ['--accent', '--card'],
    ['--accent-ink', '--accent'],
    ['--danger', '--card'],
    ['--danger', '--danger-paper'],
    ['--ink', '--danger-paper'],
    ['--ink-soft', '--danger-paper'],
    ['--card', '--danger'],
    ['--ok', '--card'],
    ['--ok', '--paper'],
  ])('text %s on %s is at least 7:1', (text, ground) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(7);
  });

  test.each([
    ['--line', '--paper'],
    ['--line', '--card'],
    ['--ring', '--paper'],
    ['--ring', '--card'],
    ['--danger', '--card'],
    ['--danger', '--danger-paper'],
  ])('the outline of a control, %s on %s, is at least 3:1', (line, ground) => {
    expect(contrast(colour(line), colour(ground))).toBeGreaterThanOrEqual(3);
  });

  test('buttons keep theirs under the pointer', () => {
    const share = Number(/\.button:hover \{[^}]*var\(--accent\) (\d+)%/.exec(css)?.[1]) / 100;
    expect(contrast(colour('--accent-ink'), mix(colour('--accent'), share, colour('--ink')))).toBeGreaterThanOrEqual(7);
    expect(contrast(colour('--card'), mix(colour('--danger'), share, colour('--ink')))).toBeGreaterThanOrEqual(7);
  });
});
