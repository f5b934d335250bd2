import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interactions } from '../flows/ports/interactions.ts';
import type { LogoutNotice } from '../flows/ports/jobs.ts';
import type { SigningKey } from '../flows/ports/provider.ts';
import { tellLogout } from './back-channel.ts';
import type { OidcDependencies } from './dependencies.ts';
import { createProviderFactory } from './provider.ts';
import { createInteractions } from './sign-in-result.ts';
import { pushSignals } from './signals/push.ts';

/** The provider as the server uses it. It follows the signing keys by itself. */
export interface Engine {
  readonly interactions: Interactions;
  /** Answers a request that `adoptOrigin` has put right. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Tells one application that a session has ended (Back-Channel Logout 2.5). Throws when it could not be told: again later. */
  tellLogout(notice: LogoutNotice): Promise<void>;
  /** Pushes what waits on a stream of signals. Throws when it could not: again later. */
  pushSignals(streamId: string): Promise<void>;
  /** Reads the keys anew; builds a new Provider when they have changed. */
  refresh(): Promise<void>;
  close(): void;
}

/** Longest that a timer takes; by then the keys are read again anyway. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

export async function createEngine(deps: OidcDependencies): Promise<Engine> {
  const build = createProviderFactory(deps);
  let keys = await deps.keys.published(deps.now());
  let provider = build(keys);
  let answer = provider.callback();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const read = async (): Promise<void> => {
    const published = await deps.keys.published(deps.now());
    if (closed) return;
    if (shapeOf(published) !== shapeOf(keys)) {
      keys = published;
      provider = build(keys);
      answer = provider.callback();
    }
    schedule();
  };
  // One after the other: an earlier answer must not overwrite a later one.
  let last: Promise<void> = Promise.resolve();
  const refresh = (): Promise<void> => {
    const next = last.then(read);
    last = next.catch(() => undefined);
    return next;
  };
  const refreshLater = (): void => {
    refresh().catch((error: Error) => {
      deps.events.fault(undefined, error);
      schedule();
    });
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(refreshLater, untilNextChange(keys, deps.now())).unref();
  };

  deps.keys.onChange((what) => {
    if (!closed && (what === 'keys' || what === 'all')) refreshLater();
  });
  schedule();

  return {
    interactions: createInteractions(deps, () => provider),
    handle: async (req, res) => answer(req, res),
    tellLogout: (notice) => tellLogout(provider, notice),
    pushSignals: async (streamId) => {
      const { signals } = deps;
      if (signals) await pushSignals({ ...deps, signals }, provider, keys, streamId);
    },
    refresh,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Which keys there are and in what order: the first of an algorithm signs. */
function shapeOf(keys: readonly SigningKey[]): string {
  return keys.map(({ kid, state }) => `${kid} ${state}`).join();
}

/** Milliseconds until a key begins to sign or leaves the set. */
function untilNextChange(keys: readonly SigningKey[], now: number): number {
  const changes = keys.flatMap((key) => [key.activeFrom, key.retiredAt ?? 0]).filter((at) => at > now);
  return Math.min(LONGEST_WAIT_MS, ...changes.map((at) => at - now + 1));
}
