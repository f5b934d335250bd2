import type { Verdict } from '../domain/verdict.ts';
import type { AccountShown, RouteShown } from '../flows/administration/show-account.ts';
import type { Account, Credential } from '../flows/ports.ts';
import { type Answer, isoTime } from './answer.ts';
import { noUser } from './user-acts.ts';

/** `user show`: everything but secrets. Times in ISO 8601, UTC. */
export async function show(identifier: string): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { showAccount } = await import('../flows/administration/show-account.ts');
  return administering(async (ports) => {
    const shown = await showAccount(ports, identifier);
    if (shown.outcome === 'refused') throw noUser(identifier);
    return { json: jsonOf(shown), text: textOf(shown) };
  });
}

function jsonOf({ account, devices, contests, routes }: AccountShown) {
  return {
    sub: account.id,
    organization: account.organizationId,
    username: account.username,
    given_name: account.givenName,
    family_name: account.familyName,
    locale: account.locale,
    suspended_at: isoTime(account.suspendedAt),
    frozen_at: isoTime(account.frozenAt),
    contests: contests.map(({ id, kind, at, contestedAt, ip, userAgent }) => ({
      id,
      kind,
      at: isoTime(at),
      contested_at: isoTime(contestedAt),
      ip,
      user_agent: userAgent,
    })),
    recovered_at: isoTime(account.recoveredAt),
    bound_to_second_factor: account.boundToSecondFactor,
    policy: { name: account.policy.name, version: account.policyVersion },
    contacts: account.contacts.map((contact) => ({
      kind: contact.kind,
      value: contact.value,
      verified: contact.verifiedAt !== null,
      verified_at: isoTime(contact.verifiedAt),
      primary: contact.primary,
      counts_from: isoTime(contact.countsFrom),
    })),
    credentials: account.credentials.map(credentialJson),
    emergency_code: emergencyCodeJson(account),
    devices: devices.map((device) => ({
      id: device.id,
      ip: device.ip,
      user_agent: device.userAgent,
      first_seen_at: isoTime(device.firstSeenAt),
      last_seen_at: isoTime(device.lastSeenAt),
    })),
    routes: Object.fromEntries(Object.entries(routes).map(([goal, list]) => [goal, list.map(routeJson)])),
  };
}

/** Never hash, secret or key: field by field, so that a new one is not printed by accident. */
function credentialJson(credential: Credential) {
  return {
    id: credential.id,
    kind: credential.kind,
    state: credential.state,
    label: credential.label,
    created_at: isoTime(credential.createdAt),
    last_used_at: isoTime(credential.lastUsedAt),
    unsettled_until: isoTime(credential.unsettledUntil),
    failures: credential.failures,
    ...(credential.kind === 'passkey' ? { synced: credential.synced, transports: credential.transports } : {}),
  };
}

/** The emergency code that is out, be it spent or over. */
function emergencyCodeJson({ emergencyCode: code }: Account) {
  return (
    code && {
      id: code.id,
      uses: code.uses,
      uses_left: code.usesLeft,
      valid_from: isoTime(code.validFrom),
      expires_at: isoTime(code.expiresAt),
      applications: code.clients,
      highest_acr: code.highestAcr,
      issued_by: code.issuedBy,
    }
  );
}

function routeJson({ route, verdict }: RouteShown) {
  return { route: route.id, proofs: route.proofs, ...stateOf(verdict) };
}

function stateOf(verdict: Verdict) {
  if (verdict.verdict === 'wait') return { open: false, opens_at: isoTime(verdict.until), reasons: [verdict.why] };
  return verdict.verdict === 'refuse' ? { open: false, reasons: verdict.reasons } : { open: true };
}

function textOf({ account, devices, contests, routes }: AccountShown): string[] {
  const name = [account.givenName, account.familyName].filter(Boolean).join(' ');
  return [
    `${account.username}${name ? ` (${name})` : ''}  ${account.id}`,
    `organization ${account.organizationId}, policy ${account.policy.name} (version ${account.policyVersion}), ${account.locale}`,
    ...(account.suspendedAt === null ? [] : [`suspended since ${isoTime(account.suspendedAt)}`]),
    ...(account.frozenAt === null
      ? []
      : [`blocked by "It wasn't me" since ${isoTime(account.frozenAt)}; below is what it held before`]),
    ...contests.map(({ kind, at, ip, userAgent }) => `contested  ${kind} of ${isoTime(at)}  ${ip}  ${userAgent}`),
    ...(account.recoveredAt === null ? [] : [`recovered at ${isoTime(account.recoveredAt)}`]),
    '',
    ...account.contacts.map(
      ({ kind, value, verifiedAt }) =>
        `${kind.padEnd(9)} ${value}  ${verifiedAt === null ? 'not verified' : 'verified'}`,
    ),
    ...account.credentials.map(
      ({ kind, state, lastUsedAt }) => `${kind.padEnd(9)} ${state}, last used ${isoTime(lastUsedAt) ?? 'never'}`,
    ),
    ...(account.emergencyCode
      ? [
          `emergency code  ${account.emergencyCode.usesLeft} of ${account.emergencyCode.uses} uses left, until ${isoTime(account.emergencyCode.expiresAt)}`,
        ]
      : []),
    ...devices.map(
      ({ ip, userAgent, lastSeenAt }) => `device    ${ip}  ${userAgent}  last seen ${isoTime(lastSeenAt)}`,
    ),
    '',
    'Routes',
    ...Object.entries(routes).flatMap(([goal, list]) =>
      list.length === 0 ? [`${goal.padEnd(20)} none`] : list.map((shown) => routeLine(goal, shown)),
    ),
  ];
}

function routeLine(goal: string, { route, verdict }: RouteShown): string {
  const state = stateOf(verdict);
  const said = state.open
    ? 'open'
    : `closed: ${state.reasons?.join(', ')}${state.opens_at ? ` until ${state.opens_at}` : ''}`;
  return `${goal.padEnd(20)} ${route.proofs.join(' + ')}  ${said}`;
}
