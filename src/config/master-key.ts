import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';
import { parseKey } from './variables.ts';

/**
 * The master key that is kept in the data directory as `master.key` (0600), made at the first start. Simultaneous starts
 * agree on one: the file appears whole or not at all, and the first one stays. Throws ConfigError when it cannot be made or
 * read, or when it is gone while the data that is sealed under it is there.
 */
export function masterKeyIn(dataDir: string): Buffer {
  const file = join(dataDir, 'master.key');
  try {
    // Looked at first: whoever makes the database has made the key before.
    const hasData = existsSync(join(dataDir, 'postgres'));
    const text = readKey(file) ?? (hasData ? undefined : makeKey(dataDir, file));
    if (text === undefined) {
      throw new ConfigError(
        `REGAIN_MASTER_KEY is not set and ${file} is missing, but REGAIN_DATA_DIR holds data that was sealed under a key; ` +
          'bring the file back, or set REGAIN_MASTER_KEY to that key',
      );
    }
    const key = parseKey(text.trim());
    if (!key) throw new ConfigError(`${file} is damaged; it takes 32 bytes in base64: bring it back from a backup`);
    return key;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(
      `REGAIN_DATA_DIR is ${JSON.stringify(dataDir)}, where master.key cannot be made or read (${code}); ` +
        'it takes a directory that Regain may write to, or set REGAIN_MASTER_KEY',
    );
  }
}

function readKey(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    // A copy from a backup may have come with any mode; not every file system has modes.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) tighten(file);
    return text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function tighten(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file, or a read-only one: it works all the same, and doctor says so.
  }
}

function makeKey(dataDir: string, file: string): string {
  makeDataDir(dataDir);
  const text = `${randomBytes(32).toString('base64')}\n`;
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
    // link(2) refuses where there is a file already: of simultaneous starts the first one's key stays.
    linkSync(draft, file);
    return text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readFileSync(file, 'utf8');
    throw error;
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
}

/** The same mode as the embedded PostgreSQL gives it: as root it runs as another user, who must pass through. */
function makeDataDir(dataDir: string): void {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  if (mkdirSync(dataDir, { recursive: true, mode }) !== undefined) chmodSync(dataDir, mode);
}
