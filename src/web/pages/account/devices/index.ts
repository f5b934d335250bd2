import { json } from '../../../frame/answer.ts';
import { type Page, page } from '../../../frame/page.ts';
import { actPages } from './act.ts';
import { choosePage } from './add.ts';
import { addAppPage } from './add-app.ts';
import { addPasskeyPage } from './add-passkey.ts';
import { revokePage } from './emergency-code.ts';
import { listPage } from './list.ts';
import { onePages } from './one.ts';
import { pairPages } from './pair.ts';
import { ADD, LIST } from './paths.ts';

/** Where password managers look for the places to add a passkey and to see them (W3C Passkey Endpoints; STANDARDS B-06). */
const endpointsPage = page('/.well-known/passkey-endpoints', {
  get: ({ ports }) => json({ enroll: `${ports.issuer}${ADD}`, manage: `${ports.issuer}${LIST}` }),
});

/** `add`, `pair` and `emergency-code` stand before what takes any id. */
export const devicesPages: readonly Page[] = [
  listPage,
  choosePage,
  addAppPage,
  addPasskeyPage,
  ...pairPages,
  revokePage,
  ...onePages,
  ...actPages,
  endpointsPage,
];
