import type { Account, Contact, FormerContact } from '../../../../flows/ports.ts';
import { formatDateTime, type When, whenOf } from '../../../../i18n/dates.ts';
import type { PageContext } from '../../../frame/page.ts';
import { contactPath } from './paths.ts';

interface State {
  readonly text: string;
  readonly tone?: 'ok' | 'off' | 'alert';
}

/** One line of `parts/rows`. */
export interface ContactRow {
  readonly name: string;
  readonly icon: string;
  readonly state: readonly State[];
  readonly details: readonly (string | { readonly text: string; readonly when: When })[];
  readonly actions: readonly { readonly text: string; readonly href: string }[];
}

const ICONS: Readonly<Record<Contact['kind'], string>> = { email: 'mail', phone: 'smartphone' };

/** Addresses, then numbers, each with its state in words; at the end those that were given up and are the account's own for a while. */
export function contactRows(ctx: PageContext, account: Account): ContactRow[] {
  const now = ctx.ports.now();
  const byKind = [...ofKind(account, 'email'), ...ofKind(account, 'phone')];
  const held = byKind.map((contact) => ({
    ...nameOf(contact),
    state: statesOf(ctx, contact),
    details: [sinceWhen(ctx, contact, now), countsLater(ctx, contact, now)].filter((line) => line !== undefined),
    actions: [{ text: ctx.t('contacts:change'), href: ctx.url(contactPath(contact.id)) }],
  }));
  const former = account.formerContacts.filter(({ vetoUntil }) => vetoUntil > now);
  return [...held, ...former.map((contact) => givenUp(ctx, contact))];
}

/** "Primary", "Not verified", "Switched off"; nothing for what is as it mostly is. */
export function statesOf({ t }: Pick<PageContext, 't'>, contact: Contact): State[] {
  const { kind, primary, verifiedAt, offAt } = contact;
  return [
    ...(verifiedAt === null ? [{ text: t(`contacts:state_unverified_${kind}`), tone: 'alert' as const }] : []),
    ...(primary && verifiedAt !== null ? [{ text: t(`contacts:state_primary_${kind}`) }] : []),
    ...(offAt === null ? [] : [{ text: t('contacts:state_off'), tone: 'off' as const }]),
  ];
}

/** From when it counts in a recovery, while it does not yet. */
export function countsLater({ t, locale }: PageContext, contact: Contact, now: number): string | undefined {
  if (contact.verifiedAt === null || contact.countsFrom <= now) return undefined;
  return t('contacts:counts_from', { when: formatDateTime(locale, contact.countsFrom) });
}

/** When it was verified. */
function sinceWhen(
  { t, locale }: PageContext,
  { kind, verifiedAt }: Contact,
  now: number,
): ContactRow['details'][number] {
  if (verifiedAt === null) return t('contacts:unverified_says');
  return { text: t(`contacts:verified_${kind}`, { when: '{when}' }), when: whenOf(locale, verifiedAt, now) };
}

function givenUp({ t, locale }: PageContext, contact: FormerContact): ContactRow {
  return {
    ...nameOf(contact),
    state: [{ text: t(`contacts:state_given_up_${contact.kind}`), tone: 'off' }],
    details: [
      t(contact.silent ? 'contacts:silent_until' : 'contacts:hears_until', {
        when: formatDateTime(locale, contact.vetoUntil),
      }),
    ],
    actions: [],
  };
}

const ofKind = ({ contacts }: Account, wanted: Contact['kind']) => contacts.filter(({ kind }) => kind === wanted);

const nameOf = ({ kind, value }: Contact) => ({ name: value, icon: ICONS[kind] });

/** Warns when none of these addresses counts in a recovery by now, and when one does again; else nothing. */
export function noneCounts({ t, locale, ports }: PageContext, left: readonly Contact[], otherwise?: number): string[] {
  const counting = left.flatMap((held) => (held.kind === 'email' && held.verifiedAt !== null ? [held.countsFrom] : []));
  const soonest = Math.min(...counting, otherwise ?? Number.POSITIVE_INFINITY);
  if (soonest <= ports.now() || soonest === Number.POSITIVE_INFINITY) return [];
  return [t('contacts:none_counts', { when: formatDateTime(locale, soonest) })];
}
