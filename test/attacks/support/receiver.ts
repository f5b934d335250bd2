import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.4); that its signature holds is tested elsewhere. */
export interface LogoutToken {
  readonly aud?: string;
  readonly sub?: string;
  readonly sid?: string;
}

/** Where an application hears of sign-outs. */
export interface Receiver {
  readonly url: string;
  readonly heard: readonly LogoutToken[];
  /** Resolves when so many have come. */
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const heard: LogoutToken[] = [];
  let wake = () => {};
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, claims = ''] = (new URLSearchParams(body).get('logout_token') ?? '').split('.');
      heard.push(JSON.parse(Buffer.from(claims, 'base64url').toString()));
      response.writeHead(200).end();
      wake();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/signed-out`,
    heard,
    waitFor: async (count) => {
      while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
