import type { Page } from '../../frame/page.ts';
import { acceptPages } from './accept.ts';
import { invitationLink, invitationPage } from './invitation.ts';

/** From the invitation's e-mail to an account that is ready. */
export const invitationPages: readonly Page[] = [
  invitationPage, // /invitation
  ...acceptPages, // …/password, …/new-factor, …/totp, …/passkey, …/done, …/over
  invitationLink, // …/:token, after the names above
];
