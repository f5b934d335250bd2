import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL, isoCBOR } from '@simplewebauthn/server/helpers';
import { z } from 'zod';

/** What browsers send is under 2 KB; with long attestation statements under 20 KB. */
const bytes = z.base64url().min(1).max(32_768);
const credentialId = z.base64url().min(1).max(1_364); // 1023 bytes (WebAuthn 5.1)

const common = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.unknown().transform(() => ({})), // none is asked for, so none is believed
});

const registration = common.extend({
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(z.string())
      .max(16)
      .catch([])
      .transform((given) => given.filter(isTransport)),
  }),
});

const authentication = common.extend({
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullish(),
  }),
});

const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export function isTransport(value: string): value is Transport {
  return TRANSPORTS.some((transport) => transport === value);
}

/**
 * A `RegistrationResponseJSON` as the library takes it, or undefined. What the authenticator says about its own make is
 * taken out before anything looks at it: attestation `none` is asked for, so a browser leaves it out too, and to follow
 * a certificate that a stranger made would mean fetching addresses that he wrote into it (WebAuthn 5.4.7).
 */
export function readRegistration(response: unknown): z.output<typeof registration> | undefined {
  const read = registration.safeParse(response);
  if (!read.success || isCrossOrigin(read.data.response.clientDataJSON)) return undefined;
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(read.data.response.attestationObject));
  const bare = isoCBOR.encode(
    new Map<string, Parameters<typeof isoCBOR.encode>[0]>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', attestation.get('authData')],
    ]),
  );
  return { ...read.data, response: { ...read.data.response, attestationObject: isoBase64URL.fromBuffer(bare) } };
}

/** An `AuthenticationResponseJSON` as the library takes it, or undefined. */
export function readAuthentication(response: unknown): AuthenticationResponseJSON | undefined {
  const read = authentication.safeParse(response);
  if (!read.success || isCrossOrigin(read.data.response.clientDataJSON)) return undefined;
  const { userHandle, ...rest } = read.data.response;
  return { ...read.data, response: userHandle ? { ...rest, userHandle } : rest };
}

/** Our pages are never in somebody else's frame; the library checks that only where a browser names the outer page. */
function isCrossOrigin(clientDataJSON: string): boolean {
  return Boolean(decodeClientDataJSON(clientDataJSON).crossOrigin);
}
