import { maskContact } from '../../../domain/contact.ts';
import { type SeenPairing, seePairing } from '../../../flows/pairing/see-pairing.ts';
import type { Account } from '../../../flows/ports.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

export const PAIR = '/pair';
export const CODE = `${PAIR}/code`;
export const NEW_FACTOR = `${PAIR}/new-factor`;
export const CANCEL = `${PAIR}/cancel`;
export const DONE = `${PAIR}/done`;
export const OVER = `${PAIR}/over`;
export const LIVE = `${PAIR}/live`;

/** The pairing that this phone has claimed, told to the frame; undefined when it has none. */
export async function pairingHere(ctx: PageContext): Promise<SeenPairing | undefined> {
  const browserHash = ctx.cookies.hash('pairing');
  const seen = browserHash ? await seePairing(ctx.ports, { browserHash }) : undefined;
  if (seen) await knowing(ctx, seen.account);
  return seen;
}

/** The address of where it is. */
export function addressOf({ at }: SeenPairing): string {
  switch (at.stage) {
    case 'claimed':
      return CODE;
    case 'confirmed':
      return NEW_FACTOR;
    case 'done':
      return DONE;
    case 'shown':
    case 'over':
      return OVER;
  }
}

/** This phone's pairing where it is the turn of `path`; else where to go instead. */
export async function itsTurn(ctx: PageContext, path: string): Promise<SeenPairing | Answer> {
  const seen = await pairingHere(ctx);
  if (!seen) return seeOther(OVER);
  const turn = addressOf(seen);
  return turn === path ? seen : seeOther(turn);
}

export function knowing(ctx: PageContext, { locale, organizationId }: Account): Promise<void> {
  return ctx.knowing({ account: locale, organizationId });
}

/** Enough for its owner to know it again: whoever else scans the QR code learns no more (DESIGN rule 4). */
export function maskedName({ contacts, username }: Account): string {
  const verified = contacts.filter(({ kind, verifiedAt }) => kind === 'email' && verifiedAt !== null);
  const shown = verified.find(({ primary }) => primary) ?? verified[0];
  return shown ? maskContact(shown) : `${Array.from(username)[0] ?? ''}•••`;
}
