import type { Page } from '../../frame/page.ts';
import { bringPages } from './bring.ts';
import { pairPages } from './claim.ts';
import { pairLink } from './link.ts';

/** The new phone's side of a pairing by QR code. */
export const newPhonePages: readonly Page[] = [
  ...pairPages, //  /pair, …/code, …/cancel, …/done, …/over, …/live
  ...bringPages, // …/new-factor, …/new-factor/totp, …/new-factor/passkey
  pairLink, //      …/:key, after the names above
];
