import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import type { Binaries } from './binaries.ts';
import type { Places } from './data-dir.ts';
import { codeOf, complaintIn, EmbeddedPostgresError } from './refusal.ts';

export interface Account {
  uid: number;
  gid: number;
  name: string;
}

/** How PostgreSQL's programs are run: as `account`, or as the user of this process when that is undefined. */
export interface RunAs {
  account: Account | undefined;
  command(file: string, args: readonly string[]): Command;
}

export interface Command {
  file: string;
  args: string[];
  options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };
}

type Wrap = RunAs['command'];

const plain: Wrap = (file, args) => ({ file, args: [...args], options: surroundings() });

/**
 * PostgreSQL refuses to run as root. So for root: as whoever owns the cluster already, else as `postgres`, else as
 * `nobody`. Where that account cannot reach the programs or the data (a folder above is 0700, as /root is), setpriv
 * gives it CAP_DAC_OVERRIDE: the right to pass by file permissions, nothing else of root's.
 */
export function chooseRunAs(places: Places, binaries: Binaries): RunAs {
  if (process.getuid?.() !== 0) return { account: undefined, command: plain };

  const account = clusterOwner(places.cluster) ?? accountOf('postgres') ?? accountOf('nobody');
  if (!account) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it: start Regain as another user',
    );
  }
  const { uid, gid } = account;
  const asAccount: Wrap = (file, args) => ({ file, args: [...args], options: { ...surroundings(), uid, gid } });
  if (reaches(asAccount, places, binaries).status === 0) return { account, command: asAccount };

  const capable: Wrap = (file, args) => ({
    file: 'setpriv',
    // Without the securebit access(2) ignores the capability, and initdb says "invalid binary".
    args: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--securebits=+no_setuid_fixup',
      '--',
      file,
      ...args,
    ],
    options: surroundings(),
  });
  const attempt = reaches(capable, places, binaries);
  if (attempt.status === 0) return { account, command: capable };
  const why = codeOf(attempt.error) === 'ENOENT' ? 'setpriv is not installed' : complaintIn(attempt.stderr ?? '');
  throw new EmbeddedPostgresError(
    `PostgreSQL runs as "${account.name}", who cannot reach ${places.dataDir} or ${binaries.postgres} (${why}): ` +
      'install setpriv (util-linux), or start Regain as another user than root, or set REGAIN_DATA_DIR to a directory ' +
      'below folders that are open to all',
  );
}

function reaches(command: Wrap, places: Places, binaries: Binaries): SpawnSyncReturns<string> {
  const script = 'cd "$1" && exec "$2" -V';
  const { file, args, options } = command('/bin/sh', ['-c', script, 'sh', places.dataDir, binaries.postgres]);
  return spawnSync(file, args, { ...options, encoding: 'utf8' });
}

/** Nothing of the caller's environment: PGPORT, PGDATA, LANG or TZ would change what PostgreSQL does. */
function surroundings(): { cwd: string; env: NodeJS.ProcessEnv } {
  if (process.platform === 'win32') return { cwd: process.cwd(), env: { ...process.env, LC_ALL: 'C' } }; // unverified
  return { cwd: '/', env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
}

function clusterOwner(cluster: string): Account | undefined {
  const found = statSync(cluster, { throwIfNoEntry: false });
  // Root's own (a restored copy, say) is given to PostgreSQL's user by ensureCluster.
  if (!found || found.uid === 0) return undefined;
  return { uid: found.uid, gid: found.gid, name: `user ${found.uid}` };
}

function accountOf(name: string): Account | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid), name };
  }
  return undefined;
}
