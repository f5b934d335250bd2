import { isIP } from 'node:net';
import type { Context } from 'koa';
import type { Visitor } from '../../flows/ports.ts';

const LONGEST = 256;

/**
 * Who is at the other end. The address is that of the hop that TRUST_PROXY believes (set on the Koa application), in its plain form; the user
 * agent is cut, and rid of control and direction characters (ATTACKS A28).
 */
export function visitorOf(ctx: Context, deviceHash: Buffer | null): Visitor {
  return { ip: plain(ctx.ip) ?? plain(ctx.req.socket.remoteAddress) ?? '', userAgent: agent(ctx), deviceHash };
}

function plain(address: string | undefined): string | undefined {
  const ip = address?.trim().replace(/^::ffff:(?=\d+\.)/i, '');
  return ip && isIP(ip) ? ip : undefined;
}

function agent(ctx: Context): string {
  const text = ctx.get('user-agent').slice(0, LONGEST * 4);
  return Array.from(text.replaceAll(/\p{C}/gu, ' ').trim()).slice(0, LONGEST).join('');
}
