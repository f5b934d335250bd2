import type { Page } from '../../../frame/page.ts';
import { addPages } from './add.ts';
import { confirmPages } from './confirm.ts';
import { onePages } from './one.ts';
import { removePage } from './remove.ts';

/** E-mail addresses and phone numbers of the owner. */
export const contactPages: readonly Page[] = [
  ...addPages, //     /account/contacts/add-email, …/add-phone, …/:id/replace
  ...confirmPages, // /account/contacts/confirm/:id, …/again
  ...onePages, //     /account/contacts/:id, …/primary, …/verify: after the names above
  removePage, //      /account/contacts/:id/remove
];
