import { Client } from 'pg';
import { connectionConfig, type StoreLog } from './database.ts';

export type Changed = 'keys' | 'clients' | 'apis' | 'policies' | 'organizations' | 'all';

/** Hears what other nodes change. */
export interface Changes {
  /** True while the connection stands: only then may anything be kept in memory. */
  heard(): boolean;
  onChange(listener: (what: Changed) => void): void;
  /** Something happened to this account. Also called after each reconnect. Returns how to stop. */
  onAccount(accountId: string, listener: () => void): () => void;
  close(): Promise<void>;
}

const CHANNEL = 'regain_changed';
const ACCOUNTS = 'regain_account';
const NAMES: readonly string[] = ['keys', 'clients', 'apis', 'policies', 'organizations'] satisfies Changed[];
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
const HEARTBEAT_MS = 10_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;

/**
 * One connection that LISTENs, made anew whenever it is lost. After each connecting it says `all`: whatever was notified
 * in between was missed.
 */
export function listenForChanges(url: string, log: StoreLog): Changes & { ready: Promise<void> } {
  const listeners: ((what: Changed) => void)[] = [];
  const waiting = new Map<string, Set<() => void>>();
  let client: Client | undefined;
  let standing = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let retry = FIRST_RETRY_MS;
  const tell = (what: Changed) => {
    for (const listener of listeners) listener(what);
    if (what === 'all') for (const ofAccount of waiting.values()) for (const listener of ofAccount) listener();
  };
  const heardOf = (accountId: string | undefined) => {
    for (const listener of waiting.get(accountId ?? '') ?? []) listener();
  };

  function later(milliseconds: number, work: () => Promise<void>): void {
    timer = setTimeout(() => void work(), milliseconds);
    timer.unref();
  }

  function lose(lost: Client, why: unknown): void {
    if (client !== lost) return;
    client = undefined;
    standing = false;
    clearTimeout(timer);
    // Without listeners an `error` of the dying connection would end the process.
    lost.removeAllListeners().on('error', () => {});
    lost.end().catch(() => {});
    if (closed) return;
    log.warn({ err: why }, 'the connection that hears of changes is lost; connecting anew');
    later(retry, connect);
    retry = Math.min(2 * retry, LONGEST_RETRY_MS);
  }

  function beat(own: Client): void {
    later(HEARTBEAT_MS, async () => {
      try {
        await own.query('select 1');
        if (client === own) beat(own);
      } catch (error) {
        lose(own, error);
      }
    });
  }

  async function connect(): Promise<void> {
    if (closed) return;
    const own = new Client({
      ...connectionConfig(url),
      application_name: 'regain-listen',
      query_timeout: HEARTBEAT_TIMEOUT_MS,
    });
    client = own;
    own.on('error', (error) => lose(own, error));
    own.on('end', () => lose(own, new Error('the connection ended')));
    own.on('notification', ({ channel, payload }) =>
      channel === ACCOUNTS ? heardOf(payload) : tell(isChanged(payload) ? payload : 'all'),
    );
    try {
      await own.connect();
      await own.query(`listen ${CHANNEL}; listen ${ACCOUNTS}`);
      if (client !== own) return;
      standing = true;
      retry = FIRST_RETRY_MS;
      tell('all');
      beat(own);
    } catch (error) {
      lose(own, error);
    }
  }

  return {
    ready: connect(),
    heard: () => standing,
    onChange: (listener) => void listeners.push(listener),
    onAccount(accountId, listener) {
      const ofAccount = waiting.get(accountId) ?? new Set();
      waiting.set(accountId, ofAccount.add(listener));
      return () => {
        ofAccount.delete(listener);
        if (ofAccount.size === 0 && waiting.get(accountId) === ofAccount) waiting.delete(accountId);
      };
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      standing = false;
      await last?.end().catch(() => {});
    },
  };
}

function isChanged(payload: string | undefined): payload is Changed {
  return payload !== undefined && NAMES.includes(payload);
}
