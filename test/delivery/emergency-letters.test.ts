import { describe, expect, test } from 'vitest';
import { writeLetter } from '../../src/delivery/letter.ts';
import { type EmailContent, LOCALES } from '../../src/domain/message.ts';
import { AT, circumstances } from './messages.ts';

const ISSUER = 'https://id.example.org';
const HALF: EmailContent = {
  template: 'emergency-half',
  code: '7K2M-7K2M-7K2M-7K2M',
  username: 'alice',
  until: AT,
  circumstances,
};

describe.each(LOCALES)('in %s', (locale) => {
  test('a half of an emergency code: the code, the name, no button', () => {
    const letter = writeLetter(HALF, locale, ISSUER);
    expect(letter.code?.value).toBe('7K2M-7K2M-7K2M-7K2M');
    expect(letter.facts.map(({ value }) => value)).toContain('alice');
    expect(letter.button).toBeUndefined();
  });

  test('a request: one button, to the page that stops it, and above it the digits that are typed there', () => {
    const link = `${ISSUER}/emergency-access/stop/token`;
    const letter = writeLetter({ template: 'emergency-request', link, digits: '07', circumstances }, locale, ISSUER);
    expect(letter.button?.href).toBe(link);
    expect(letter.code).toMatchObject({ value: '07', beforeButton: true });
  });

  test('a refusal: what the help desk wrote, in which nothing becomes a link (ATTACKS A28)', () => {
    const answer = 'see https://evil.example/x\r\nBcc: all@example.org';
    const letter = writeLetter({ template: 'emergency-request-refused', answer, circumstances }, locale, ISSUER);
    expect(letter.before.join(' ')).not.toMatch(/https:\/\/|[\r\n]/);
    expect(letter.button).toBeUndefined();
  });
});
