import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.4); that its signature holds is tested elsewhere. */
export interface LogoutToken {
  readonly aud?: string;
  readonly sub?: string;
  readonly sid?: string;
}

/** Where applications hear of sign-outs. */
export interface Receiver {
  readonly url: string;
  readonly heard: readonly LogoutToken[];
  /** Resolves when the next one has come. */
  next(): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const heard: LogoutToken[] = [];
  const events = new EventEmitter();
  const hear = async (request: IncomingMessage) => {
    const [, claims = ''] = (new URLSearchParams(await text(request)).get('logout_token') ?? '').split('.');
    heard.push(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    events.emit('heard');
  };
  const server = createServer((request, response) => {
    void hear(request).finally(() => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/signed-out`,
    heard,
    next: async () => {
      await once(events, 'heard');
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
