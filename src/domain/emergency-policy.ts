import { z } from 'zod';
import { ACR } from './assurance.ts';

/** Ways to check who asks that every help desk knows: their words are Regain's own, in both languages. */
export const USUAL_CHECKS = ['in-person', 'identity-document', 'called-back'] as const;

const LONGEST_LIFE = 30 * 86_400;

/** A code that is read over the phone is never a passkey. */
const emergencyAcr = z.enum(ACR).exclude(['phr']);

/** What a policy says of emergency codes (SPEC M2–M6). Times in seconds. */
export const emergencyCodeSchema = z.strictObject({
  /** Whether people may make one by themselves, at `/emergency-access`, by the routes of the goal `emergency-code`. */
  offered: z.boolean(),
  /** Of a code that its owner made; `acr`: the class that a sign-in with it may reach at most. */
  uses: z.int().min(1).max(20),
  lifetime: z.int().min(300).max(LONGEST_LIFE),
  acr: emergencyAcr,
  /** Of a code that an operator issued: what it may be given at most, and what it is given when nothing is said. */
  operator: z.strictObject({
    mostUses: z.int().min(1).max(20),
    longestLifetime: z.int().min(300).max(LONGEST_LIFE),
    acr: emergencyAcr,
    /** A second operator approves, and nobody but the owner ever holds the whole code. */
    fourEyes: z.boolean(),
    /** Whether people may ask for one (`/emergency-access/request`). */
    requests: z.boolean().default(true),
    /** How an operator may have checked who asks: some of `USUAL_CHECKS`, and whatever else the organization calls its own. */
    checks: z.array(z.string().min(1).max(80)).max(20),
  }),
});

/** What it says when it is silent. */
export const EMERGENCY_CODE = {
  offered: false,
  uses: 1,
  lifetime: 86_400,
  acr: 'urn:regain:acr:1' as const,
  operator: {
    mostUses: 5,
    longestLifetime: 7 * 86_400,
    acr: 'urn:regain:acr:1' as const,
    fourEyes: false,
    requests: true,
    checks: [...USUAL_CHECKS],
  },
};
