import type { Account, ActivityEntry, Application, Browser, FormerUsername, LiveSession, Notice } from '../ports.ts';
import { MOST_LINES } from './export-activity.ts';
import { NEVER } from './owed-restore-code.ts';

/** Of `docs/account-export.md`; a field that is added keeps it, one that changes or goes does not. */
export const EXPORT_SCHEMA = 'urn:regain:account-export:1';

export type AccountExport = ReturnType<typeof exportOf>;

/** What is read of an account for its export. */
export interface Kept {
  readonly account: Account;
  readonly now: number;
  readonly formerUsernames: readonly FormerUsername[];
  readonly browsers: readonly Browser[];
  readonly sessions: readonly LiveSession[];
  readonly applications: readonly Application[];
  readonly notices: readonly Notice[];
  readonly activity: readonly ActivityEntry[];
}

/** As `docs/account-export.md` describes it: no secrets, and nothing that a secret could be guessed from. */
export function exportOf({ account, now, formerUsernames, browsers, sessions, applications, notices, activity }: Kept) {
  return {
    schema: EXPORT_SCHEMA,
    exported_at: time(now),
    account: {
      id: account.id,
      organization: account.organizationId,
      username: account.username,
      given_name: account.givenName,
      family_name: account.familyName,
      language: account.locale,
      created_at: time(account.createdAt),
      suspended_at: time(account.suspendedAt),
      recovered_at: time(account.recoveredAt),
      closes_at: time(account.closesAt),
      bound_to_second_factor: account.boundToSecondFactor,
      second_factor_used_last: account.lastMethod,
      in_pilot_group: account.inPilot,
      proposals_put_off_until: time(account.onboardingAfter),
    },
    former_usernames: formerUsernames.map(({ username, keptUntil }) => ({ username, kept_until: time(keptUntil) })),
    contacts: [
      ...account.contacts.map((held) => ({ ...contactOf(held), given_up_until: null })),
      ...account.formerContacts.map((held) => ({ ...contactOf(held), given_up_until: time(held.vetoUntil) })),
    ],
    credentials: account.credentials.map((held) => ({
      id: held.id,
      kind: held.kind,
      name: held.label || null,
      state: held.state,
      added_at: time(held.createdAt),
      added_from: held.addedFrom && { ip: held.addedFrom.ip, user_agent: held.addedFrom.userAgent },
      last_used_at: time(held.lastUsedAt),
      failed_tries_in_a_row: held.failures,
      reported_lost_at: time(held.lostAt),
      ...(held.kind === 'passkey' && {
        passkey: { id: held.webauthnId, transports: held.transports, synchronised: held.synced, uses: held.signCount },
      }),
    })),
    restore_code: restoreCodeOf(account),
    restoring: {
      forbidden: account.restoreForbidden,
      restored_at: account.restoreUses.map(time),
      sign_ins_without_code: Math.max(account.signInsAsked, 0),
      asked_no_more: account.signInsAsked === NEVER,
    },
    browsers: browsers.map((browser) => ({
      id: browser.id,
      name: browser.name,
      ip: browser.ip,
      first_ip: browser.firstIp,
      user_agent: browser.userAgent,
      first_signed_in_at: time(browser.firstSeenAt),
      last_signed_in_at: time(browser.lastSeenAt),
      blocked_at: time(browser.blockedAt),
    })),
    sessions: sessions.map((session) => ({
      since: time(session.at),
      ip: session.ip,
      user_agent: session.userAgent,
      by: session.proofs.map(({ kind, at }) => ({ proof: kind, at: time(at) })),
    })),
    applications: applications.map((application) => ({
      id: application.clientId,
      name: application.name,
      scopes: application.scopes,
      claims: application.claims,
      asked: application.consented,
      since: time(application.since),
      last_used_at: time(application.lastUsedAt),
    })),
    notices: notices.map((notice) => ({
      id: notice.id,
      at: time(notice.at),
      kind: notice.kind,
      ip: notice.ip,
      user_agent: notice.userAgent,
      contested_at: time(notice.contestedAt),
      settled_at: time(notice.settledAt),
    })),
    /** True: there are older lines than these. */
    activity_cut: activity.length >= MOST_LINES,
    activity: activity.map((entry) => ({
      number: entry.seq,
      at: time(entry.at),
      kind: entry.kind,
      by: entry.actor,
      ip: entry.ip,
      user_agent: entry.userAgent,
      details: entry.details,
    })),
  };
}

/** That there is one, and since when: the code itself is nobody's to read here. */
function restoreCodeOf({ restoreCode }: Account) {
  return (
    restoreCode && {
      id: restoreCode.id,
      made_at: time(restoreCode.createdAt),
      came_by: restoreCode.issuedBy,
      counts_in_recovery_from: time(restoreCode.unsettledUntil ?? restoreCode.createdAt),
      can_be_seen_again: restoreCode.sealed !== null,
    }
  );
}

function contactOf(held: Account['contacts'][number]) {
  return {
    id: held.id,
    kind: held.kind,
    value: held.value,
    verified_at: time(held.verifiedAt),
    primary: held.primary,
    counts_in_recovery_from: time(held.countsFrom),
    switched_off_at: time(held.offAt),
  };
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
