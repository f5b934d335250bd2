import type { Acr } from '../domain/assurance.ts';
import type { Journey } from '../domain/journey.ts';
import type { Locale } from '../domain/message.ts';
import type { Ports, Visitor } from './ports.ts';
import { takeStep } from './take-step.ts';

/** As long as the provider keeps its interaction. */
const SIGN_IN_LASTS_MS = 3_600_000;

export interface SignInRequest {
  readonly interactionUid: string;
  readonly clientId: string;
  readonly organizationId: string;
  /** The authorization request, to start it anew when the interaction is gone. */
  readonly request: Readonly<Record<string, string>>;
  readonly locale: Locale;
  readonly loginHint: string;
  /** A session that is to be raised (step-up) or that owes a second factor: its proofs count. */
  readonly session?: {
    readonly uid: string;
    readonly accountId: string;
    /** How old (milliseconds) its proofs may be to count here; any age when left out. */
    readonly proofsLast?: number;
  };
  /** The class of authentication that is asked for. */
  readonly atLeast?: Acr;
}

/**
 * Begins signing in within one interaction of the provider, bound to this browser by the hash of its cookie. A step-up
 * starts from the proofs on which the session stands; everything else starts from nothing.
 */
export async function beginSignIn(
  ports: Ports,
  visitor: Visitor,
  asked: SignInRequest,
  browserHash: Buffer,
): Promise<Journey> {
  const now = ports.now();
  const { session } = asked;
  const account = session ? await ports.store.accounts.load(session.accountId) : undefined;
  const given = session && account ? await ports.store.sessions.proofsOf(session.uid, account.id) : [];
  const proofs = given.filter((proof) => now - proof.at <= (session?.proofsLast ?? Infinity));
  const journey = await ports.store.journeys.create(
    {
      id: ports.crypto.uuid(),
      kind: 'sign-in',
      goal: 'sign-in',
      atLeast: asked.atLeast ?? null,
      accountId: account?.id ?? null,
      organizationId: asked.organizationId,
      policyVersion: account?.policyVersion ?? 0,
      identifier: account?.username ?? asked.loginHint,
      interactionUid: asked.interactionUid,
      clientId: asked.clientId,
      request: asked.request,
      locale: asked.locale,
      proofs,
      state: { challenge: ports.crypto.token() },
      createdAt: now,
      expiresAt: now + SIGN_IN_LASTS_MS,
    },
    browserHash,
  );
  if (!account) return journey;
  // A step-up may start where an enrolment comes next: prepare that page now. A code by SMS waits for a button (DESIGN rule 5).
  const step = await takeStep(ports, visitor, journey, account, {}, 'get');
  return step.outcome === 'advanced' ? step.journey : journey;
}
