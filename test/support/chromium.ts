import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type LaunchOptions } from 'playwright';
import { cachedChromium, installPackagedChromium } from './packaged-chromium.ts';

/** One place where a Chromium may be: options to try, or why there is none. */
interface Attempt {
  readonly name: string;
  readonly find: () => LaunchOptions[] | string;
}

const asRoot = process.getuid?.() === 0;

/**
 * Options that launch a Chromium, proven by launching it. It is looked for as CONTRACT "Two commands" says:
 * REGAIN_CHROMIUM, Playwright's own, the machine's; then installed: by Playwright, by apt (as root), from npm.
 * Rejects with one line that says what was tried. `say` takes lines for the console.
 */
export async function findChromium(say: (line: string) => void = () => {}): Promise<LaunchOptions> {
  const tried: string[] = [];
  for (const { name, find } of ATTEMPTS) {
    const candidates = find();
    if (typeof candidates === 'string') {
      tried.push(`${name}: ${candidates}`);
      continue;
    }
    for (const candidate of candidates) {
      // Our own pages only; the sandbox does not start as root, nor in most containers.
      const options: LaunchOptions = { chromiumSandbox: false, ...candidate };
      const result = await launch(options);
      if (result.works) {
        say(`Chromium ${result.version}: ${name}${options.executablePath ? ` (${options.executablePath})` : ''}`);
        return options;
      }
      tried.push(`${name}: ${result.why}`);
      if (name === 'REGAIN_CHROMIUM')
        say(`${process.env.REGAIN_CHROMIUM} does not start (REGAIN_CHROMIUM): ${result.why}`);
    }
  }
  throw new Error(`no Chromium for the browser tests; tried ${tried.join('; ')}`);
}

const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'REGAIN_CHROMIUM',
    find: () => (process.env.REGAIN_CHROMIUM ? [{ executablePath: process.env.REGAIN_CHROMIUM }] : 'not set'),
  },
  // Without a path: only so a headless shell is found that is installed alone.
  { name: "Playwright's browser", find: () => [{}] },
  {
    name: "the machine's browser",
    find: () => {
      const found = installedBrowsers();
      return found.length > 0 ? found : 'none found';
    },
  },
  // What the last attempt installed some other day, before anything else is downloaded.
  { name: 'the one in the cache', find: cachedChromium },
  {
    name: 'playwright install',
    // Never --with-deps: that changes the system before it finds out whether it can download anything.
    find: () => run(process.execPath, [playwrightCli(), 'install', '--only-shell', 'chromium']) ?? [{}],
  },
  {
    name: 'apt-get install chromium',
    find: () => {
      if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'no apt here';
      if (!asRoot) return 'needs root';
      return (
        run('apt-get', ['update']) ??
        run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']) ??
        installedBrowsers()
      );
    },
  },
  { name: 'npm @sparticuz/chromium', find: installPackagedChromium },
];

async function launch(
  options: LaunchOptions,
): Promise<{ works: true; version: string } | { works: false; why: string }> {
  try {
    const browser = await chromium.launch({ ...options, timeout: 30_000 });
    try {
      const page = await browser.newPage();
      await page.setContent('<p>works</p>');
      return { works: true, version: browser.version() };
    } finally {
      await browser.close();
    }
  } catch (error) {
    return { works: false, why: reasonOf(error) };
  }
}

/** The one line of Playwright's many that says what is wrong. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim());
  const line =
    lines.find((text) => /error while loading|cannot open|doesn't exist|ENOENT|EACCES/i.test(text)) ?? lines[0];
  return (line ?? '').replace(/^browserType\.launch: /, '').slice(0, 200);
}

function installedBrowsers(): LaunchOptions[] {
  const { ProgramFiles = '', 'ProgramFiles(x86)': x86 = '', LOCALAPPDATA = '' } = process.env;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => LINUX_NAMES.map((name) => join(folder, name)));
  const paths =
    process.platform === 'win32'
      ? [ProgramFiles, x86, LOCALAPPDATA].flatMap((folder) => WINDOWS_PATHS.map((path) => join(folder, path)))
      : process.platform === 'darwin'
        ? MACOS_NAMES.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
        : [
            ...LINUX_NAMES.map((name) => `/usr/bin/${name}`),
            ...onPath,
            '/snap/bin/chromium',
            '/opt/google/chrome/chrome',
          ];
  return [...new Set(paths)].filter((path) => existsSync(path)).map((executablePath) => ({ executablePath }));
}

const LINUX_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const MACOS_NAMES = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PATHS = [
  'Google/Chrome/Application/chrome.exe',
  'Chromium/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];

function playwrightCli(): string {
  return fileURLToPath(new URL('cli.js', import.meta.resolve('playwright/package.json')));
}

/** Runs a command to its end; undefined when it went well, else the last thing it said. */
function run(command: string, args: readonly string[]): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return undefined;
  const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const complaint = said.find((line) => /error|E:|unable/i.test(line)) ?? said.at(-1);
  return error?.message ?? (complaint ?? `exit ${status}`).trim().slice(0, 200);
}
