import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Totp } from '../flows/ports.ts';

const PERIOD = 30;

/**
 * TOTP (RFC 6238): SHA-1, 6 digits, 30 s steps, what every authenticator app reads. The step of now and the one before
 * are taken, each once: one step for the way to us (RFC 6238, 5.2; STANDARDS X-04), none from the future.
 */
export function createTotp(): Totp {
  return {
    newSecret: () => generateSecret({ length: 20 }),

    // A colon parts issuer and name in the URI, so neither may hold one.
    uri: (secret, label, issuer) =>
      generateURI({ secret, label: label.replaceAll(':', ' '), issuer: issuer.replaceAll(':', ' '), period: PERIOD }),

    verify(secret, code, now, afterStep) {
      const step = stepOf(secret, code, now);
      return step !== undefined && isNewer(step, afterStep) ? step : undefined;
    },

    isReplay(secret, code, now, afterStep) {
      const step = stepOf(secret, code, now);
      return step !== undefined && !isNewer(step, afterStep);
    },
  };
}

function isNewer(step: number, afterStep: number | null): boolean {
  return afterStep === null || step > afterStep;
}

/** Compared in constant time by the library. */
function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const epoch = Math.floor(now / 1000);
  const result = verifySync({ secret, token: code, epoch, period: PERIOD, digits: 6, epochTolerance: [PERIOD, 0] });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
