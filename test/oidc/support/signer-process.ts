import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

const keys = new Map<string, { readonly alg: string; readonly key: KeyObject }>();

process.on('message', ({ id, create, sign: reference, data }: Record<string, string>) => {
  process.send?.({ id, text: create === undefined ? signed(reference ?? '', data ?? '') : made(create) });
});

function made(alg: string): string {
  const { privateKey, publicKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const reference = `slot-${keys.size}`;
  keys.set(reference, { alg, key: privateKey });
  return JSON.stringify({ reference, publicJwk: publicKey.export({ format: 'jwk' }) });
}

function signed(reference: string, data: string): string {
  const { alg, key } = keys.get(reference) ?? {};
  if (!key) throw new Error(`there is no ${reference}`);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const input = { key, dsaEncoding: 'ieee-p1363', ...(alg === 'PS256' && pss) } as const;
  return sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(data, 'base64'), input).toString('base64');
}
