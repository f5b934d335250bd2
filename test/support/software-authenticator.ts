import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What the browser and the authenticator say; each can be told to say something else. */
export interface Ceremony {
  /** As in the options, base64url. */
  challenge: string;
  origin: string;
  rpId: string;
  /** User present, user verified, backup eligible. */
  up?: boolean;
  uv?: boolean;
  be?: boolean;
  counter?: number;
  type?: string;
  crossOrigin?: boolean;
}

export interface SoftwareAuthenticator {
  readonly id: string;
  /** `RegistrationResponseJSON`, attestation `none` unless `attestation` is given. */
  register(ceremony: Ceremony, attestation?: { fmt: string; attStmt: Map<string, Cbor> }): object;
  /** `AuthenticationResponseJSON`, signed with the key of `register`. */
  assert(ceremony: Ceremony & { userHandle?: string; tamper?: boolean }): object;
}

type Cbor = number | string | Buffer | Map<string | number, Cbor> | Cbor[];

/** One passkey in software: a real ES256 key pair, and responses written byte by byte as WebAuthn (6.1, 6.5) says. */
export function createSoftwareAuthenticator(): SoftwareAuthenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coseKey = cbor(
    new Map<number, Cbor>([
      [1, 2], // kty: EC2
      [3, -7], // alg: ES256
      [-1, 1], // crv: P-256
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  );
  const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform' };

  return {
    id,
    register(ceremony, { fmt, attStmt } = { fmt: 'none', attStmt: new Map() }) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey]);
      const authData = authenticatorData(ceremony, attested);
      const attestationObject = cbor(
        new Map<string, Cbor>([
          ['fmt', fmt],
          ['attStmt', attStmt],
          ['authData', authData],
        ]),
      ); // prettier-ignore
      return {
        ...common,
        response: {
          clientDataJSON: clientData('webauthn.create', ceremony).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal', 'hybrid', 'telepathy'],
        },
      };
    },
    assert({ userHandle, tamper = false, ...ceremony }) {
      const authData = authenticatorData(ceremony);
      const client = clientData('webauthn.get', ceremony);
      const signature = sign(
        'sha256',
        Buffer.concat([authData, createHash('sha256').update(client).digest()]),
        privateKey,
      );
      // The flag for user verification, set after signing.
      if (tamper) authData[32] = (authData[32] ?? 0) | 0x04;
      return {
        ...common,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signature.toString('base64url'),
          ...(userHandle === undefined ? {} : { userHandle }),
        },
      };
    },
  };
}

function clientData(type: string, { challenge, origin, crossOrigin = false, ...ceremony }: Ceremony): Buffer {
  return Buffer.from(JSON.stringify({ type: ceremony.type ?? type, challenge, origin, crossOrigin }));
}

function authenticatorData(
  { rpId, up = true, uv = true, be = false, counter = 0 }: Ceremony,
  attested?: Buffer,
): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const flags = (up ? 0x01 : 0) | (uv ? 0x04 : 0) | (be ? 0x08 : 0) | (attested ? 0x40 : 0);
  const rpIdHash = createHash('sha256').update(rpId).digest();
  return Buffer.concat([rpIdHash, Buffer.of(flags), count, attested ?? Buffer.alloc(0)]);
}

/** As much of CBOR (RFC 8949) as an authenticator writes. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, held]) => [cbor(key), cbor(held)])]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length);
  if (length < 256) return Buffer.of((major << 5) | 24, length);
  return Buffer.of((major << 5) | 25, length >> 8, length & 255);
}
