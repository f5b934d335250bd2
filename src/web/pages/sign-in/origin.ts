import { z } from 'zod';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import type { Ports } from '../../../flows/ports.ts';
import type { Cookies } from '../../frame/cookies.ts';
import type { PageContext } from '../../frame/page.ts';

const originSchema = z.object({
  /** The interaction that "Lost credentials?" was pressed in: this browser held it then. */
  uid: z.string(),
  clientId: z.string(),
  organizationId: z.string(),
  /** To start it anew; null when it was too long for a cookie. */
  request: z.record(z.string(), z.string()).nullable(),
  uiLocales: z.string().optional(),
  /** What was typed as username or e-mail address, or hinted at by the application; mostly empty. */
  identifier: z.string(),
});

/** The application's sign-in that led to "Lost credentials?". Carried by the browser in `regain_origin`, sealed. */
export type Origin = z.infer<typeof originSchema>;

const CONTEXT = 'origin';
const LONGEST_IDENTIFIER = 256;

/** Remembers for an hour where this browser came from. `identifier`: as it was typed. */
export function keepOrigin(
  ctx: Pick<PageContext, 'cookies' | 'ports'>,
  interaction: Interaction,
  identifier: string,
): void {
  const { uid, client, request } = interaction;
  const origin: Origin = {
    uid,
    clientId: client.id,
    organizationId: client.organizationId,
    request: { ...request },
    ...(request['ui_locales'] && { uiLocales: request['ui_locales'] }),
    identifier: identifier.length > LONGEST_IDENTIFIER ? '' : identifier,
  };
  const write = (kept: Origin) => ctx.cookies.setNote('origin', ctx.ports.crypto.seal(JSON.stringify(kept), CONTEXT));
  if (!write(origin)) write({ ...origin, request: null });
}

/** Undefined when this browser came from no application, or not within the hour. */
export function readOrigin(ctx: {
  readonly cookies: Pick<Cookies, 'note'>;
  readonly ports: Pick<Ports, 'crypto'>;
}): Origin | undefined {
  const sealed = ctx.cookies.note('origin');
  if (!sealed) return undefined;
  try {
    return originSchema.parse(JSON.parse(ctx.ports.crypto.open(sealed, CONTEXT)));
  } catch {
    return undefined; // not ours, or under a key that is no longer known
  }
}
