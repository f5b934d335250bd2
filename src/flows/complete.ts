import type { Journey } from '../domain/journey.ts';
import { acceptInvitation } from './complete-invitation.ts';
import { completeRecovery } from './complete-recovery.ts';
import { completeSignIn } from './complete-sign-in.ts';
import { type Completed, type Gains, type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';

/** Ends a journey with what its last page brought, each kind in one transaction that decides once more. */
export function complete(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  gains: Gains,
): Promise<Completed | Refused<'not-asked' | 'browser-blocked'>> {
  switch (journey.kind) {
    case 'sign-in':
      return gains.factor
        ? completeSignIn(ports, visitor, journey, gains.factor)
        : Promise.resolve(refused('not-asked'));
    case 'recovery':
      return completeRecovery(ports, visitor, journey, gains);
    // A code is its usual end (complete-emergency-code.ts); this is "Reset my password" in its place.
    case 'emergency':
      return completeRecovery(ports, visitor, journey, gains);
    case 'invitation':
      return acceptInvitation(ports, visitor, journey, gains);
  }
}
