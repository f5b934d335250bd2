import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type PasswordInput, passwordFromStdin } from '../../src/cli/password-input.ts';
import { createPasswords } from '../../src/crypto/passwords.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { createAccount } from '../../src/flows/administration/create-account.ts';
import { putInForce } from '../support/policy.ts';
import { usePorts } from './ports.ts';

const { ports, fixture } = usePorts();

const create = (password: string) =>
  createAccount(ports(), {
    username: 'maximilian',
    email: 'max.power@example.org',
    givenName: 'Max',
    familyName: 'Überländer',
    organizationId: 'default',
    emailVerified: true,
    phoneVerified: false,
    invite: false,
    password,
  });

describe('the password of a new account', () => {
  test.each([
    ['1234567', 'too-short'],
    ['é'.repeat(7), 'too-short'],
    ['x'.repeat(257), 'too-long'],
    ['password123', 'common'],
    ['PASSWORD123', 'common'],
    ['maximilian', 'about-you'],
    ['max.power@example.org', 'about-you'],
    ['überländer-1', 'about-you'],
    ['MaxÜberländer', 'about-you'],
    ['Regain-Regain!', 'about-you'],
  ])('%s is refused: %s', async (password, reason) => {
    expect(await create(password)).toEqual({ outcome: 'refused', reason });
    expect(await fixture().store.accounts.findByIdentifier('maximilian')).toBeUndefined();
  });

  test('where it may stand alone it takes 15 characters', async () => {
    const policy = { ...PRESETS.strict, secondFactor: { ...PRESETS.strict.secondFactor, required: false } };
    await putInForce(ports(), 'default', policy);
    expect(await create('fourteen chars')).toEqual({ outcome: 'refused', reason: 'too-short' });
    await putInForce(ports(), 'default', PRESETS['password-sms']);
  });

  test('is kept composed: whatever the keyboard sends, the same password is the same', async () => {
    expect(await create('re\u0301cupe\u0301rer ma vie')).toMatchObject({ outcome: 'created' });
    const account = await fixture().store.accounts.findByIdentifier('maximilian');
    const held = account?.credentials.find((credential) => credential.kind === 'password');
    const passwords = await createPasswords();
    expect((await passwords.verify('r\u00e9cup\u00e9rer ma vie', held?.hash)).ok).toBe(true);
  });
});

function input(...chunks: (string | Buffer)[]): PasswordInput {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return Object.assign(stream, { isTTY: false });
}

describe('--password-stdin', () => {
  test.each([
    ['as it came', ['secret word'], 'secret word'],
    ['the line end goes', ['secret word\n'], 'secret word'],
    ['that of Windows as well', ['secret word\r\n'], 'secret word'],
    ['spaces stay', ['  secret \t\n'], '  secret \t'],
    ['a character may be torn apart', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], 'é'],
  ])('%s', async (_what, chunks, password) => {
    expect(await passwordFromStdin(input(...chunks))).toBe(password);
  });

  test.each([
    ['nothing', [], 'no password'],
    ['an empty line', ['\n'], 'no password'],
    ['several lines', ['one\ntwo\n'], 'more than one line'],
    ['two line ends', ['one\n\n'], 'more than one line'],
    ['bytes that are no text', [Buffer.from([0x61, 0xff])], 'not UTF-8'],
    ['a flood', [Buffer.alloc(70_000, 97)], 'longer than any password'],
  ])('refuses %s', async (_what, chunks, line) => {
    await expect(passwordFromStdin(input(...chunks))).rejects.toThrow(line);
  });

  test('refuses a terminal, which would show it', async () => {
    const terminal = Object.assign(input('x'), { isTTY: true });
    await expect(passwordFromStdin(terminal)).rejects.toMatchObject({ exitCode: 2 });
  });
});
