import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** Real servers that take what Regain sends: SMTP and an SMS gateway over HTTP. What came is parsed, kept and can be waited for. */
export interface Sink<Item, Behaviour extends string> {
  readonly url: string;
  readonly port: number;
  /** Everything accepted so far, oldest first. */
  readonly messages: readonly Item[];
  /** How many were offered, accepted or not. */
  readonly offered: number;
  /** The newest message that `wanted` likes, of those here and those to come; rejects after `patience` milliseconds. */
  waitFor(wanted: (message: Item) => boolean, patience?: number): Promise<Item>;
  /** Resolves when so many were offered, accepted or not. */
  waitForOffers(count: number, patience?: number): Promise<void>;
  /** From the next message on. `hold` gives no answer until the behaviour changes. */
  behave(behaviour: Behaviour): void;
  clear(): void;
  close(): Promise<void>;
}

export type MailBehaviour = 'accept' | 'later' | 'refuse-recipient' | 'refuse-sender' | 'refuse-text' | 'hold';
export interface ReceivedMail {
  /** Of the envelope: who really gets it. */
  readonly recipients: readonly string[];
  readonly sender: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Decoded header, '' when there is none. */
  header(name: string): string;
  readonly headerNames: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
}

const SMTP_ANSWERS = {
  later: [451, 'not now'],
  'refuse-recipient': [550, 'no such mailbox'],
  'refuse-sender': [553, 'sender not allowed'],
  'refuse-text': [554, 'looks like spam'],
} as const;

/** An SMTP server on loopback. `port`: to come back where an earlier one was. */
export async function startMailSink(options: { port?: number } = {}): Promise<Sink<ReceivedMail, MailBehaviour>> {
  const kept = collection<ReceivedMail, MailBehaviour>('accept');
  const refusal = (...when: MailBehaviour[]) => {
    const behaviour = kept.behaviour();
    if (!when.includes(behaviour) || behaviour === 'accept' || behaviour === 'hold') return null;
    const [responseCode, words] = SMTP_ANSWERS[behaviour];
    return Object.assign(new Error(words), { responseCode });
  };
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    onMailFrom: (_address, _session, done) => done(refusal('refuse-sender')),
    onRcptTo: (_address, _session, done) => {
      const refused = refusal('later', 'refuse-recipient');
      if (refused) kept.offer();
      done(refused);
    },
    onData: callbackify(async (stream: SMTPServerDataStream, { envelope }: SMTPServerSession) => {
      const raw = await buffer(stream);
      kept.offer();
      await kept.released();
      const refused = refusal('refuse-text');
      if (refused) throw refused;
      const sender = envelope.mailFrom ? envelope.mailFrom.address : '';
      const recipients = envelope.rcptTo.map((to) => to.address);
      kept.add(await parseMail(raw, sender, recipients));
    }),
  });
  server.on('error', () => {}); // a client that goes away is part of the tests
  const listening = server.listen(options.port ?? 0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = addressOf(listening.address());
  return {
    ...kept.api,
    url: `smtp://127.0.0.1:${port}`,
    port,
    get offered() {
      return kept.api.offered;
    },
    close: () => {
      kept.api.behave('accept');
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function parseMail(raw: Buffer, sender: string, recipients: readonly string[]): Promise<ReceivedMail> {
  const email = await PostalMime.parse(raw);
  return {
    recipients,
    sender,
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    header: (name) => email.headers.find((header) => header.key === name.toLowerCase())?.value ?? '',
    headerNames: email.headers.map((header) => header.originalKey),
    raw: raw.toString('utf8'),
  };
}

export type SmsBehaviour = 'accept' | 'later' | 'busy' | 'refuse' | 'hold' | 'hold-after';
export interface ReceivedSms {
  readonly to: string;
  readonly text: string;
  readonly idempotencyKey: string;
  readonly authorization: string;
  /** Whether `Regain-Signature` was there and right for the sink's secret. */
  readonly signed: boolean;
}

/**
 * An SMS gateway on loopback. With `secret` a missing or wrong signature is answered 401. A key that came before is answered
 * 200 and not sent again, as gateways do. `hold` keeps back both the message and the answer; `hold-after` only the answer.
 */
export async function startSmsSink(
  options: { port?: number; secret?: string } = {},
): Promise<Sink<ReceivedSms, SmsBehaviour>> {
  const kept = collection<ReceivedSms, SmsBehaviour>('accept');
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    kept.offer();
    const behaviour = kept.behaviour();
    if (behaviour === 'hold') await kept.released();
    const header = (name: string) => String(request.headers[name] ?? '');
    const signed = isSigned(body, header('regain-signature'), options.secret);
    const status =
      { later: 503, busy: 429, refuse: 400 }[behaviour as string] ?? (options.secret && !signed ? 401 : 200);
    const idempotencyKey = header('idempotency-key');
    const again = kept.api.messages.some((message) => message.idempotencyKey === idempotencyKey);
    if (status === 200 && !again && !response.socket?.destroyed) {
      kept.add({ ...readSms(body), idempotencyKey, authorization: header('authorization'), signed });
    }
    if (behaviour === 'hold-after') await kept.released();
    response.writeHead(status).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server.address());
  return {
    ...kept.api,
    url: `http://127.0.0.1:${port}/messages`,
    port,
    get offered() {
      return kept.api.offered;
    },
    close: () => {
      kept.api.behave('accept');
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port on loopback where nothing listens (any more). */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isSigned(body: string, signature: string, secret: string | undefined): boolean {
  if (secret === undefined) return false;
  const right = createHmac('sha256', secret).update(body).digest('hex');
  return signature.length === right.length && timingSafeEqual(Buffer.from(signature), Buffer.from(right));
}

function readSms(body: string): { to: string; text: string } {
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed !== 'object' || parsed === null || !('to' in parsed) || !('text' in parsed))
    throw new Error('no SMS');
  return { to: String(parsed.to), text: String(parsed.text) };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address;
}

/** What came, who waits for what, and how the sink behaves just now. */
function collection<Item, Behaviour extends string>(first: Behaviour | 'hold') {
  let behaviour: Behaviour | 'hold' = first;
  let offered = 0;
  const messages: Item[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  /** Asks `find` now and after each change, until it finds something. */
  const until = <T>(find: () => T | undefined, what: string, patience: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${what} did not come within ${patience} ms; ${messages.length} messages, ${offered} offers`));
      }, patience);
      const look = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    behaviour: () => behaviour,
    offer: () => {
      offered += 1;
      wake();
    },
    add: (item: Item) => {
      messages.push(item);
      wake();
    },
    /** Resolves once the sink does not hold. */
    released: () => until(() => (behaviour.startsWith('hold') ? undefined : true), 'release', 60_000),
    api: {
      messages,
      get offered() {
        return offered;
      },
      waitFor: (wanted: (message: Item) => boolean, patience = 10_000) =>
        until(() => messages.findLast(wanted), 'the message', patience),
      waitForOffers: async (count: number, patience = 10_000) => {
        await until(() => (offered >= count ? true : undefined), `offer ${count}`, patience);
      },
      behave: (next: Behaviour) => {
        behaviour = next;
        wake();
      },
      clear: () => {
        messages.length = 0;
      },
    },
  };
}
