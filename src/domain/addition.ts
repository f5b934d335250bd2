/**
 * What an owner can add, in the order in which one is proposed when two help as much: a restore code, where there are any, costs a sheet of
 * paper and needs no other device; a passkey on another device cannot be phished
 * and serves beside a password as well as in its place; an app needs no network; a second address costs nothing and is
 * nowhere on the phone; a number can be taken over with its SIM card, and NIST calls it restricted (SP 800-63B-4, 3.2.9);
 * a password comes last, since nobody lacks one who did not choose to.
 */
export const ADDITIONS = ['restore-code', 'passkey', 'totp', 'email', 'phone', 'password'] as const;
export type Addition = (typeof ADDITIONS)[number];

/** What a policy may have proposed at a sign-in: a restore code is proposed by its own rules (`restoreCode.promptAtSignIn`). */
export const PROPOSABLE = ['passkey', 'totp', 'email', 'phone', 'password'] as const satisfies readonly Addition[];
