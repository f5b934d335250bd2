import type { Acr } from '../../domain/assurance.ts';
import { type Answer, seeOther } from './answer.ts';
import type { PageContext } from './page.ts';

/** What a sign-in for the console has to reach. */
interface Demand {
  readonly acr?: Acr | undefined;
  /** Seconds since the oldest proof that counts. */
  readonly maxAge?: number | undefined;
}

/** Regain's own clients, and the page to which the provider sends people back. */
const CONSOLES = { 'regain-account': '/account', 'regain-admin': '/admin' } as const;

/**
 * Through the authorization endpoint and back to `path` of that console (DESIGN rule 8): signing in, stepping up and signing in again are
 * the same code for an application and for the consoles. `state` carries the path; `acr_values` of an own client is a requirement.
 */
export function throughProvider(
  ctx: PageContext,
  console: keyof typeof CONSOLES,
  path: string,
  { acr, maxAge }: Demand = {},
): Answer {
  return seeOther(
    ctx.interactions.restartUrl({
      client_id: console,
      response_type: 'none',
      scope: 'openid',
      redirect_uri: `${ctx.ports.issuer}${CONSOLES[console]}`,
      state: path,
      ...(acr !== undefined && { acr_values: acr }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
    }),
  );
}
