import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { Places } from './data-dir.ts';

/** A PostgreSQL server: its process, its port on 127.0.0.1, and whether it says that it takes connections. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

// Above the largest pid that Linux, macOS or Windows give out.
const NOBODYS_PID = 2_147_483_646;

/** What postmaster.pid says; undefined when there is none. The process it names may be long gone. */
export function readPidFile(places: Places): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(places.pidFile, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** Whether `pid` is a living PostgreSQL on this cluster: no zombie, and no other program that got a dead one's pid. */
export function isPostmaster(pid: number, places: Places): boolean {
  if (!exists(pid)) return false;
  if (process.platform === 'win32') return true; // unverified: nothing better without another program
  const args = process.platform === 'linux' ? linuxArguments(pid) : listedArguments(pid);
  return args.includes(`-D ${places.cluster} `);
}

/**
 * Makes PostgreSQL see that postmaster.pid is stale although its pid is in use (a zombie, another program). Only the pid
 * is replaced: with the rest of the file PostgreSQL still checks that no child of the dead server is alive.
 */
export function disownPidFile({ pid }: Postmaster, places: Places): void {
  if (!exists(pid)) return;
  const [, ...rest] = readFileSync(places.pidFile, 'utf8').split('\n');
  writeFileSync(places.pidFile, [NOBODYS_PID, ...rest].join('\n'));
}

/** Fast shutdown: connections are ended, open transactions rolled back, everything is on disk when this returns. */
export async function stopPostmaster(pid: number, places: Places, binaries: Binaries, log: (line: string) => void) {
  if (process.platform === 'win32') {
    spawnSync(binaries.pgCtl, ['stop', '-D', places.cluster, '-m', 'fast', '-w']); // unverified
    return;
  }
  // SIGQUIT gives up writing everything out: the next start replays the write-ahead log.
  for (const [signal, patience] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 15_000],
  ] as const) {
    const began = Date.now();
    signalPostmaster(pid, signal, places);
    while (isPostmaster(pid, places) && Date.now() - began < patience) await delay(20);
    if (!isPostmaster(pid, places)) return;
    log(`PostgreSQL (process ${pid}) does not stop after ${signal}`);
  }
}

function signalPostmaster(pid: number, signal: NodeJS.Signals, places: Places): void {
  try {
    if (isPostmaster(pid, places)) process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

function exists(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Readable by everybody; empty for a zombie. */
function linuxArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function listedArguments(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,args=', '-p', String(pid)], { encoding: 'utf8' }); // unverified
  return stdout.startsWith('Z') ? '' : stdout;
}
