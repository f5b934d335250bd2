import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { visitOf } from './visit.ts';

/**
 * Puts a request right before anything else looks at it: host, scheme and client address are what the configuration says (ATTACKS
 * A8), and the issuer's own path is taken off. `below`: whether it was there; else no address of ours is meant.
 */
export type AdoptOrigin = (req: IncomingMessage) => { readonly below: boolean };

export interface RunningServer {
  /** Where it listens: the port is the one given, or a free one for 0. */
  readonly port: number;
  /**
   * Takes nothing new, lets requests that are under way finish, then closes; after `patienceMs` it cuts what is left.
   * Resolves when nothing is open any more. May be called again.
   */
  stop(patienceMs?: number): Promise<void>;
}

/**
 * Listens. Slow and silent clients are let go: headers within 10 s, a whole request within 30 s. Rejects when the address cannot
 * be had, with Node's error.
 */
export async function startServer(parts: {
  readonly handler: RequestListener;
  readonly adopt: AdoptOrigin;
  readonly host: string;
  readonly port: number;
}): Promise<RunningServer> {
  const server = createServer(OPTIONS, (req, res) => {
    visitOf(req).below = parts.adopt(req).below;
    parts.handler(req, res);
  });
  const stopWhenIdle = trackConnections(server);
  const port = await listen(server, parts.host, parts.port);
  let stopping: Promise<void> | undefined;
  return { port, stop: (patienceMs = 10_000) => (stopping ??= stopWhenIdle(patienceMs)) };
}

const OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  // cookies may hold a stored authorization request
  maxHeaderSize: 32_768,
};

/**
 * Knows which connections have requests under way. Node's own `close` and `closeIdleConnections` leave open those on which
 * nothing was asked yet, and those that become idle later.
 */
function trackConnections(server: Server): (patienceMs: number) => Promise<void> {
  const busy = new Map<Socket, Set<ServerResponse>>();
  let stopping = false;
  server.on('connection', (socket) => {
    busy.set(socket, new Set());
    socket.once('close', () => busy.delete(socket));
  });
  server.prependListener('request', ({ socket }, res) => {
    const responses = busy.get(socket);
    responses?.add(res);
    if (stopping) res.shouldKeepAlive = false;
    res.once('close', () => {
      responses?.delete(res);
      if (stopping && responses?.size === 0) socket.end();
    });
  });
  return async (patienceMs) => {
    stopping = true;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const [socket, responses] of busy) {
      if (responses.size === 0) socket.destroy();
      for (const res of responses) res.shouldKeepAlive = false;
    }
    const cut = setTimeout(() => server.closeAllConnections(), patienceMs);
    await closed;
    clearTimeout(cut);
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
