import { createPublicKey, verify } from 'node:crypto';

export interface Jwt {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
}

function part(text: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}

/** Header and claims, unchecked. */
export function decode(token: string | undefined): Jwt {
  const [header = '', payload = ''] = (token ?? '').split('.');
  return { header: part(header), payload: part(payload) };
}

/** Header and claims of a token that a key published by this provider has signed by RS256; throws for any other. */
export async function verified(issuer: string, token: string | undefined): Promise<Jwt> {
  const { keys } = JSON.parse(await (await fetch(`${issuer}/jwks`)).text());
  const { header, payload } = decode(token);
  const jwk = keys.find(({ kid }: { kid: string }) => kid === header['kid']);
  const [signed, signature] = [token?.slice(0, token.lastIndexOf('.')) ?? '', token?.split('.').at(-1) ?? ''];
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (!verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url')))
    throw new Error('not signed by it');
  return { header, payload };
}
