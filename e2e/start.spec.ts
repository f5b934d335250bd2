import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { launchBrowser } from '../test/support/browser.ts';
import { createClock } from './support/clock.ts';
import { authenticator } from './support/person.ts';
import { fill, follow, press, typeCode, WORDS } from './support/steps.ts';
import { openVisit } from './support/visit.ts';

/** The first command of the README, as a stranger runs it. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REGAIN = 'http://localhost:3000';
const APP = 'http://localhost:3001';
const INBOX = 'http://localhost:3002';

let dataDir: string;
let browser: Browser;
let running: ChildProcess | undefined;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'regain-start-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  if (running?.exitCode === null && running.signalCode === null) await stopped(running, 'SIGKILL', true);
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts it and waits for the words on the console. */
function npmStart(): Promise<{ npm: ChildProcess; console: string }> {
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, REGAIN_DATA_DIR: dataDir, LOG_LEVEL: 'warn', LANG: '' },
    detached: true,
  });
  running = npm;
  return new Promise((resolve, reject) => {
    let text = '';
    npm.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.includes('Ctrl-C')) resolve({ npm, console: text });
    });
    npm.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    npm.on('exit', (code) => reject(new Error(`npm start ended with ${code}: ${text}`)));
  });
}

/** Everything of it: the addresses answer no more. */
async function stopped(npm: ChildProcess, signal: NodeJS.Signals, group = false): Promise<void> {
  const gone = new Promise((resolve) => npm.once('exit', resolve));
  process.kill(group && npm.pid ? -npm.pid : (npm.pid ?? 0), signal);
  await gone;
  await expect
    .poll(
      () =>
        fetch(REGAIN).then(
          () => 'answers',
          () => 'gone',
        ),
      { timeout: 20_000 },
    )
    .toBe('gone');
}

const secretOf = (text: string, who: string) =>
  new RegExp(`${who} [^]*?password +(.+)\\n +authenticator secret +(\\S+)`).exec(text)?.slice(1) ?? [];

async function inbox(wanted: RegExp): Promise<string> {
  let found = '';
  await expect
    .poll(
      async () => {
        const messages = z
          .array(z.object({ text: z.string() }))
          .parse(await (await fetch(`${INBOX}/messages.json`)).json());
        found = messages.map(({ text }) => wanted.exec(text)?.[1]).find((match) => match !== undefined) ?? '';
        return found;
      },
      { timeout: 10_000 },
    )
    .not.toBe('');
  return found;
}

it('starts from nothing, lets a stranger recover with the inbox page, stops on Ctrl-C, and finds everything again', async () => {
  const first = await npmStart();
  for (const address of [REGAIN, APP, INBOX]) expect(first.console).toContain(address);
  const [password = '', secret = ''] = secretOf(first.console, 'alice');
  expect(secretOf(first.console, 'benoit')).toHaveLength(2);

  const { page, seen, close } = await openVisit(browser, 'en-GB', {});
  await page.goto(APP);
  await page.getByRole('link', { name: 'Sign in with Regain' }).click();
  await fill(page, WORDS.en.username, 'alice');
  await fill(page, WORDS.en.password, password);
  await press(page, WORDS.en.signIn);
  await seen('Second factor');
  await follow(page, WORDS.en.lost);
  await fill(page, WORDS.en.username, 'alice');
  await press(page, WORDS.en.submit);
  await page.goto(await inbox(/(http:\/\/localhost:3000\/lost-credentials\/link\/\S+)/));
  await press(page, WORDS.en.resetFactor);
  await fill(page, WORDS.en.password, password);
  await press(page, WORDS.en.signIn);
  await typeCode(page, await inbox(/@localhost #(\d{6})/));
  const app = authenticator(await page.getByTestId('totp-secret').innerText(), createClock());
  await typeCode(page, app.code());
  await seen('Your second factor was replaced');
  await page.getByRole('link', { name: /^Continue to/ }).click();
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.waitForURL((url) => url.origin === APP);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:1');
  await close();

  // Ctrl-C reaches the whole group.
  await stopped(first.npm, 'SIGINT', true);
  const second = await npmStart();
  expect(secretOf(second.console, 'alice')).toEqual([password, app.secret]);
  expect(app.secret).not.toBe(secret);

  // SIGTERM reaches npm alone.
  await stopped(second.npm, 'SIGTERM');
  const third = await npmStart();
  await stopped(third.npm, 'SIGKILL', true);
  const fourth = await npmStart();
  expect(secretOf(fourth.console, 'alice')).toEqual([password, app.secret]);
  await stopped(fourth.npm, 'SIGTERM');
});

it('says in one line what stops a second one on the same directory', async () => {
  const first = await npmStart();
  await expect(npmStart()).rejects.toThrow(/ended with 1: [^]*(3002|another)/);
  running = first.npm;
  await stopped(first.npm, 'SIGTERM');
});
