import { parsePairingKey } from '../../../domain/pairing.ts';
import { seeOther } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { keepLink } from '../links/link-note.ts';
import { PAIR } from './here.ts';

/** The address in the QR code, scanned or typed. A GET, so it changes nothing here (ATTACKS A9): on to a clean address (STANDARDS D-05). */
export const pairLink = page(`${PAIR}/:key`, {
  get(ctx) {
    keepLink(ctx, 'pairing', parsePairingKey(ctx.params.key) ?? '');
    return seeOther(PAIR);
  },
});
