import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';

/** What the attacker would like links to lead to. */
export const EVIL = 'evil.example';

/** The ways of saying so that something on the way may believe. */
export const POISONS: Readonly<Record<string, Poison>> = {
  'a false Host': { headers: { host: EVIL } },
  'a false Host with a port': { headers: { host: `${EVIL}:8443` } },
  'X-Forwarded-Host': {
    headers: { 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https', 'x-forwarded-port': '444' },
  },
  Forwarded: { headers: { forwarded: `for=192.0.2.1;host=${EVIL};proto=https` } },
  'X-Host and its like': {
    headers: {
      'x-host': EVIL,
      'x-forwarded-server': EVIL,
      'x-http-host-override': EVIL,
      'x-forwarded-prefix': `//${EVIL}`,
    },
  },
  'a request line with a whole address': { target: (path) => `http://${EVIL}${path}`, headers: {} },
  'all of them': {
    target: (path) => `http://${EVIL}${path}`,
    headers: { host: EVIL, 'x-forwarded-host': EVIL, forwarded: `host=${EVIL}`, 'x-forwarded-proto': 'https' },
  },
};

export interface Poison {
  readonly headers: Readonly<Record<string, string>>;
  readonly target?: (path: string) => string;
}

export interface Poisoner {
  readonly origin: string;
  close(): Promise<void>;
}

/** A proxy in front of Regain that hands every request on with false headers or a false request line, and the answers as they are. */
export async function startPoisoner(regain: string, { headers, target = (path) => path }: Poison): Promise<Poisoner> {
  const to = new URL(regain);
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    const onward = send({
      host: to.hostname,
      port: to.port,
      method: request.method,
      path: target(request.url ?? ''),
      headers: { ...request.headers, host: to.host, ...headers },
      setHost: false,
      agent: false,
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
