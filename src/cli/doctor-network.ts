import type { Config } from '../config/config.ts';
import { driversFor } from '../delivery/drivers.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

const PATIENCE_MS = 5_000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Connects and, where SMTP_URL has a user, signs in; sends nothing. */
export async function checkMail(config: Config): Promise<Finding> {
  if (config.smtpUrl === undefined) {
    return note('smtp', 'SMTP_URL is not set: e-mail goes to the inbox page of the demo, and nowhere without it');
  }
  const { email } = driversFor(config);
  return check('smtp', 'SMTP_URL', `takes mail from ${config.mailFrom}`, email);
}

/** Asks the gateway for its headers; sends nothing. */
export async function checkSms(config: Config): Promise<Finding> {
  if (config.smsUrl === undefined) {
    return note('sms', 'SMS_URL is not set: routes that need an SMS are closed (the demo has its inbox page)');
  }
  const { sms } = driversFor(config);
  const clear = config.production && config.smsUrl.startsWith('http:');
  const says = clear ? 'answers; but codes travel to it unencrypted: take https://' : 'answers';
  const finding = await check('sms', 'SMS_URL', says, sms);
  return clear && finding.state === 'ok' ? note('sms', says) : finding;
}

/** Regain itself speaks http: an https issuer means that a proxy stands before it. */
export function checkProxy({ issuer, trustProxy }: Pick<Config, 'issuer' | 'trustProxy'>): Finding {
  if (trustProxy > 0) return ok('proxy', `the addresses that ${trustProxy} hop(s) report are believed`);
  return issuer.protocol === 'https:'
    ? note('proxy', 'TRUST_PROXY is 0, so all who come through a proxy share the limits of one network: set it')
    : ok('proxy', 'none is believed (TRUST_PROXY is 0)');
}

async function check(
  name: string,
  variable: string,
  says: string,
  driver: { check(): Promise<void>; close(): void },
): Promise<Finding> {
  try {
    await driver.check();
    return ok(name, says);
  } catch (error) {
    return wrong(name, `${variable}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    driver.close();
  }
}

/** Whether what answers at REGAIN_ISSUER is a Regain with this issuer. */
export async function checkIssuer({ issuer, issuerUrl }: Config): Promise<Finding> {
  const address = `${issuerUrl}/.well-known/openid-configuration`;
  try {
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status !== 200)
      return wrong('issuer', `${address} answers ${response.status}: does a proxy stand before Regain?`);
    const document: unknown = await response.json();
    const found =
      typeof document === 'object' && document !== null && 'issuer' in document ? document.issuer : undefined;
    return found === issuerUrl
      ? ok('issuer', `${issuerUrl} answers`)
      : wrong('issuer', `REGAIN_ISSUER is ${issuerUrl}, but what answers there calls itself ${String(found)}`);
  } catch (error) {
    const why = reasonOf(error);
    if (why === 'ECONNREFUSED' && LOOPBACK.includes(issuer.hostname)) {
      return note('issuer', `nothing answers at ${issuerUrl}: Regain is not running`);
    }
    return wrong('issuer', `${address} cannot be read (${why}): is Regain running, and does REGAIN_ISSUER lead to it?`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && 'code' in error.cause) return String(error.cause.code);
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
}
