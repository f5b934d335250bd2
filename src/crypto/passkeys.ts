import { createHash } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { PasskeyCredential, Passkeys } from '../flows/ports.ts';
import { isTransport, readAuthentication, readRegistration } from './passkey-response.ts';

/** EdDSA, ES256, RS256. Named, because the library would else ask the runtime for ML-DSA, which warns on the console. */
const ALGORITHMS = [-8, -7, -257];
/** Five minutes, the least that leaves everybody time enough (STANDARDS B-07). */
const TIMEOUT = 300_000;

/**
 * The `Passkeys` port (WebAuthn Level 3). `issuer`: its host is the RP id, its origin the only one that is accepted.
 * Every response that does not hold is `undefined`, whatever is wrong with it: shape, challenge, origin, RP id,
 * signature, a counter that went back (ATTACKS A25), somebody else's user handle. `challenge` is any random string.
 */
export function createPasskeys({ issuer, rpName }: { issuer: URL; rpName: string }): Passkeys {
  const expected = (challenge: string) => ({
    expectedChallenge: Buffer.from(challenge).toString('base64url'),
    expectedOrigin: issuer.origin,
    expectedRPID: issuer.hostname,
    // Whether the user was verified is reported, and decided upon by the policy (NIST WAN-02, WAN-03).
    requireUserVerification: false,
  });

  return {
    registrationOptions: ({ challenge, accountId, username, displayName, exclude }) =>
      generateRegistrationOptions({
        rpName,
        rpID: issuer.hostname,
        userName: username,
        userDisplayName: displayName,
        userID: userHandle(accountId),
        challenge,
        timeout: TIMEOUT,
        attestationType: 'none',
        excludeCredentials: exclude.map(descriptor),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        supportedAlgorithmIDs: ALGORITHMS,
      }),

    accepted: (accountId, held) => ({
      rpId: issuer.hostname,
      userId: Buffer.from(userHandle(accountId)).toString('base64url'),
      allAcceptedCredentialIds: held.map(({ webauthnId }) => webauthnId),
    }),

    verifyRegistration: (response, challenge) =>
      orUndefined(async () => {
        const read = readRegistration(response);
        if (!read) return undefined;
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          ...expected(challenge),
          response: read,
          supportedAlgorithmIDs: ALGORITHMS,
        });
        if (!verified || registrationInfo.credential.id !== read.id) return undefined;
        return {
          webauthnId: registrationInfo.credential.id,
          publicKey: Buffer.from(registrationInfo.credential.publicKey),
          signCount: registrationInfo.credential.counter,
          transports: read.response.transports,
          // Backup eligible: it may be synchronised at any time, and never ceases to be so.
          synced: registrationInfo.credentialDeviceType === 'multiDevice',
        };
      }),

    authenticationOptions: ({ challenge, allow }) =>
      generateAuthenticationOptions({
        rpID: issuer.hostname,
        challenge,
        timeout: TIMEOUT,
        allowCredentials: allow.map(descriptor),
        // Alone, a passkey has to be two factors; beside a password it need not.
        userVerification: allow.length === 0 ? 'required' : 'preferred',
      }),

    claimedId: (response) => {
      try {
        return readAuthentication(response)?.id;
      } catch {
        return undefined;
      }
    },

    verifyAuthentication: (response, challenge, credential, accountId) =>
      orUndefined(async () => {
        const read = readAuthentication(response);
        if (!read || read.id !== credential.webauthnId) return undefined;
        const handle = read.response.userHandle;
        if (handle !== undefined && handle !== Buffer.from(userHandle(accountId)).toString('base64url'))
          return undefined;
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          ...expected(challenge),
          response: read,
          credential: {
            id: credential.webauthnId,
            publicKey: new Uint8Array(credential.publicKey),
            counter: credential.signCount,
          },
        });
        return verified
          ? { signCount: authenticationInfo.newCounter, userVerified: authenticationInfo.userVerified }
          : undefined;
      }),
  };
}

/** 32 bytes that look random and tell nothing about the account, the same each time (WebAuthn 14.6.1). */
function userHandle(accountId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(`regain/passkey-user/1:${accountId}`).digest());
}

function descriptor({ webauthnId, transports }: PasskeyCredential) {
  return { id: webauthnId, transports: transports.filter(isTransport) };
}

/** The library says no by throwing. A response that makes it stumble is one that does not hold. */
async function orUndefined<T>(verify: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}
