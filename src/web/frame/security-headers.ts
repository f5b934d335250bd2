import type { Middleware } from 'koa';
import helmet from 'koa-helmet';
import type { Addresses } from './address.ts';
import { visitOf } from './visit.ts';

const ONE_YEAR = 31_536_000;
/** What pages of an identity provider never need, and passkeys on our own pages only. */
const PERMISSIONS = [
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
  'camera=()',
  'microphone=()',
  'geolocation=()',
  'payment=()',
  'usb=()',
].join(', ');

/**
 * On every answer, the provider's too (ASVS 3.4.1–3.4.8). No `form-action`: Chromium applies it to the redirect that follows
 * a form, which leads to the application. No `upgrade-insecure-requests`: it would break an http issuer in development. On an
 * https issuer HSTS holds for a year.
 */
export function securityHeaders({ secure }: Pick<Addresses, 'secure'>): Middleware {
  const protect = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: secure && { maxAge: ONE_YEAR, includeSubDomains: true },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    // tokens and keys are read by applications elsewhere, where CORS allows it
    crossOriginResourcePolicy: false,
    xFrameOptions: { action: 'deny' },
  });
  return (ctx, next) =>
    protect(ctx, () => {
      ctx.set('content-security-policy', contentPolicy(visitOf(ctx.req).nonce));
      ctx.set('permissions-policy', PERMISSIONS);
      return next();
    });
}

function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'self' 'nonce-${nonce}'`,
    `script-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'none'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
