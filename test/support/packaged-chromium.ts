import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions } from 'playwright';

const PACKAGE = '@sparticuz/chromium@153.0.0';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regain');
const HOME = join(CACHE, 'chromium-153.0.0');

/**
 * A Chromium from npm (66 MB, Linux on x64), for machines with neither a browser nor root nor the browsers' own
 * servers. It goes into the user's cache, once, and never into node_modules. Returns options to try: with the machine's
 * libraries, then with those that it brings. Or why there is none.
 */
export function installPackagedChromium(): LaunchOptions[] | string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'only for Linux on x64';
  const why = existsSync(HOME) ? undefined : install();
  return why ?? cachedChromium();
}

/** The same, when it was installed before. */
export function cachedChromium(): LaunchOptions[] | string {
  if (!existsSync(HOME)) return 'none';
  const unpacked = join(HOME, 'unpacked');
  const executablePath = join(unpacked, 'chromium');
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(unpacked, 'fonts') };
  const environment = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const libraries = [join(unpacked, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  const env = { ...Object.fromEntries(environment), ...fonts };
  return [
    { executablePath, env },
    { executablePath, env: { ...env, LD_LIBRARY_PATH: libraries } },
  ];
}

/** Into a folder beside its place, renamed when whole. Undefined when it went well. */
function install(): string | undefined {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(`${HOME}.new-`);
  const unpacked = join(unfinished, 'unpacked');
  mkdirSync(unpacked);
  // On Windows npm is a script for the shell; this runs on Linux only.
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save', PACKAGE], {
    cwd: unfinished,
    encoding: 'utf8',
    timeout: 300_000,
  });
  // It unpacks into the temporary folder, and its libraries only where it believes to be in a Lambda.
  const unpack = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', "import c from '@sparticuz/chromium'; await c.executablePath();"],
    {
      cwd: unfinished,
      encoding: 'utf8',
      timeout: 300_000,
      env: { ...process.env, TMPDIR: unpacked, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
    },
  );
  const failed = [npm, unpack].find(({ status }) => status !== 0);
  if (failed) {
    rmSync(unfinished, { recursive: true, force: true });
    const said = failed.error?.message ?? failed.stderr.split('\n').find((line) => line.trim() !== '');
    return `cannot be installed: ${said ?? `exit ${failed.status}`}`.slice(0, 200);
  }
  renameSync(unfinished, HOME);
  return undefined;
}
