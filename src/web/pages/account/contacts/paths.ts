import type { ContactKind } from '../../../../domain/contact.ts';

/** The addresses of these pages; `/account/contacts/:id` with an id in its place. */
export const ADD: Readonly<Record<ContactKind, string>> = {
  email: '/account/contacts/add-email',
  phone: '/account/contacts/add-phone',
};
export const CONFIRM = '/account/contacts/confirm/:id';
export const CONTACT = '/account/contacts/:id';

export const confirmPath = (codeId: string): string => CONFIRM.replace(':id', codeId);
export const contactPath = (id: string, below = ''): string => `${CONTACT.replace(':id', id)}${below}`;
