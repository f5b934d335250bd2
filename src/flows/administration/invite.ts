import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account, Repositories } from '../ports.ts';
import { record } from './record.ts';

const DAY_S = 86_400;

/**
 * Sends the invitation to the account's first e-mail address, inside the transaction that made the account. The token is
 * kept only as a hash; it lasts as long as the policy says and dies with the first completion (ATTACKS A16).
 */
export async function invite(ports: AdministrationPorts, tx: Repositories, account: Account): Promise<void> {
  const contact = account.contacts.find((known) => known.kind === 'email');
  if (!contact) throw new Error('an invitation needs an e-mail address');
  const token = ports.crypto.token();
  const { invitation } = account.policy.lifetimes;
  const expiresAt = ports.now() + invitation * 1000;
  await tx.codes.create({
    id: ports.crypto.uuid(),
    purpose: 'invitation',
    accountId: account.id,
    journeyId: null,
    contactId: contact.id,
    tokenHash: ports.crypto.hashToken(token),
    codeHash: null,
    expiresAt,
  });
  await tx.outbox.send({
    channel: 'email',
    to: contact.value,
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt,
    content: {
      template: 'invitation',
      link: `${ports.issuer}/invitation/${token}`,
      days: Math.max(1, Math.floor(invitation / DAY_S)),
      username: account.username,
    },
  });
  await record(ports, tx, {
    kind: 'invitation.sent',
    accountId: account.id,
    organizationId: account.organizationId,
    details: { expires_at: new Date(expiresAt).toISOString() },
  });
}
