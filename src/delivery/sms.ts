import { createHmac } from 'node:crypto';
import { type Handover, type SmsDriver, TemporaryFailure } from './driver.ts';

const PATIENCE = 10_000;
/** Refusals that another try may lift; 409 and 425 because the first try may still be under way (Idempotency-Key draft, 2.6). */
const LATER: readonly number[] = [408, 409, 425, 429];

/**
 * SMS by a JSON POST to a gateway: `{"to":"+41…","text":"…"}`. With `secret` the header `Regain-Signature` holds the
 * HMAC-SHA-256 of the body in hex. `Idempotency-Key` is the outbox id, the same in every try. User and password in the URL
 * become Basic authentication. Other schemes are refused here as at the start.
 */
export function httpSmsDriver(url: string, secret: string | undefined, patience = PATIENCE): SmsDriver {
  const gateway = new URL(url);
  if (gateway.protocol !== 'https:' && gateway.protocol !== 'http:') {
    throw new Error(`SMS_URL: ${gateway.protocol} is not supported yet; it takes an https:// or http:// URL`);
  }
  const authorization = basicFrom(gateway);
  return {
    async send({ to, text }, id) {
      const body = JSON.stringify({ to, text });
      const response = await post(gateway, patience, body, {
        'Content-Type': 'application/json; charset=utf-8',
        'Idempotency-Key': id,
        ...authorization,
        ...(secret !== undefined && { 'Regain-Signature': sign(body, secret) }),
      });
      return readAnswer(response);
    },
    async check() {
      // nothing may be sent for a check: that something answers is all that can be asked
      await request(gateway, { method: 'HEAD', headers: authorization, signal: AbortSignal.timeout(patience) });
    },
    close: () => {},
  };
}

/** HMAC-SHA-256 of the body's bytes (UTF-8), in hex. */
export function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

function basicFrom(gateway: URL): { Authorization?: string } {
  const { username, password } = gateway;
  gateway.username = '';
  gateway.password = '';
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

const post = (gateway: URL, patience: number, body: string, headers: Record<string, string>) =>
  request(gateway, { method: 'POST', body, headers, signal: AbortSignal.timeout(patience) });

/** Follows no redirect: a body with a code in it goes where the operator said and nowhere else. */
async function request(gateway: URL, init: RequestInit): Promise<number> {
  try {
    const response = await fetch(gateway, { ...init, redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    throw new TemporaryFailure(timedOut ? 'SMS gateway: no answer in time' : 'SMS gateway: out of reach');
  }
}

function readAnswer(status: number): Handover {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  const reason = `SMS gateway: ${status}`;
  if (status >= 400 && status < 500 && !LATER.includes(status)) return { outcome: 'refused', reason };
  throw new TemporaryFailure(reason);
}
