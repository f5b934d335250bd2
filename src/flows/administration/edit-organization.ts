import type { AuthenticatorApp, OrganizationSettings } from '../../domain/branding.ts';
import { mayGive } from '../../domain/role.ts';
import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { type OrganizationActRefusal, onOrganization } from './on-organization.ts';
import { readOrganization, type WrongOrganization } from './read-organization.ts';
import { record } from './record.ts';

export interface OrganizationEdited {
  readonly outcome: 'edited';
  /** What is otherwise than before; nothing: then nothing was written either. */
  readonly changed: readonly string[];
}

/**
 * Sets an organization's settings anew. `settings`: of what they are now, what they are to be. From which address its e-mails come is for the admins of all
 * organizations: one mail server sends for all of them, and could be made to write in another one's name. The log keeps what was changed, from what to what.
 */
export function editOrganization(
  ports: AdministrationPorts,
  id: string,
  settings: (now: OrganizationSettings) => OrganizationSettings,
  version?: number,
): Promise<OrganizationEdited | WrongOrganization | Refused<OrganizationActRefusal>> {
  return onOrganization(ports, id, version, async (tx, before): Promise<OrganizationEdited | WrongOrganization> => {
    const after = readOrganization(settings(before));
    if ('outcome' in after) return after;
    if (after.senderAddress !== before.senderAddress && !(await maySetSender(ports, tx.roles))) {
      return { outcome: 'refused', reason: 'wrong', wrong: [{ field: 'sender_address', why: 'not-yours' }] };
    }
    const [was, is] = [written(before), written(after)];
    const changed = Object.keys(is).filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
    if (changed.length === 0) return { outcome: 'edited', changed };
    await tx.organizations.change(id, after);
    const fromTo = changed.flatMap((key) => [
      [`${key}_before`, was[key] ?? null],
      [key, is[key] ?? null],
    ]);
    await record(ports, tx, {
      kind: 'organization.changed',
      organizationId: id,
      details: { changed, ...Object.fromEntries(fromTo) },
    });
    return { outcome: 'edited', changed };
  });
}

async function maySetSender(
  { operator }: AdministrationPorts,
  roles: { hold(accountId: string): Promise<Parameters<typeof mayGive>[0]> },
): Promise<boolean> {
  return operator === undefined || mayGive(await roles.hold(operator.account.id), null);
}

/** Settings in the words of the log. */
function written(settings: OrganizationSettings): Readonly<Record<string, string | null | readonly string[]>> {
  return {
    name: settings.name,
    locale: settings.locale,
    support_url: settings.supportUrl,
    support_email: settings.supportEmail,
    support_phone: settings.supportPhone,
    accent_light: settings.accentLight,
    accent_dark: settings.accentDark,
    sender_name: settings.senderName,
    sender_address: settings.senderAddress,
    sms_name: settings.smsName,
    apps: settings.apps.map(appLine),
  };
}

export const appLine = ({ name, apple, google }: AuthenticatorApp): string =>
  [name, ...[apple, google].filter((address) => address !== null)].join(' ');
