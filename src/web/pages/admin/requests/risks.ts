import type { AuditKind } from '../../../../domain/audit-event.ts';
import type { QueuedRequest } from '../../../../flows/ports.ts';
import type { Desk } from '../desk.ts';

const DAY_MS = 86_400_000;
const CHANGES: readonly AuditKind[] = [
  'contact.added',
  'contact.removed',
  'contact.made-primary',
  'username.changed',
  'recovery.finished',
  'emergency-code.made',
];
const FAILURES: readonly AuditKind[] = ['sign-in.failed', 'recovery.proof-failed'];
const MOST = 20;
const LATELY = { changes: 30 * DAY_MS, failures: 7 * DAY_MS, requests: 90 * DAY_MS };

/** What speaks for looking twice at who asks, in the reader's words; empty: nothing does. */
export async function risksOf({ ctx, ports }: Desk, request: QueuedRequest): Promise<readonly string[]> {
  const { t } = ctx;
  const { store } = ports;
  const since = (kinds: readonly AuditKind[], from: number) =>
    store.activity
      .of(request.accountId, { kinds, limit: MOST })
      // Up to now: whoever asks must not push them out of sight with more of the same.
      .then((entries) => entries.filter(({ at }) => at >= from).length);
  const now = ports.now();
  const [changes, failures, requests] = await Promise.all([
    since(CHANGES, now - LATELY.changes),
    since(FAILURES, now - LATELY.failures),
    store.emergencyRequests.countSince(request.accountId, now - LATELY.requests),
  ]);
  return [
    ...(changes > 0 ? [t('admin:risk_changes', { count: changes })] : []),
    ...(failures > 0 ? [t('admin:risk_failures', { count: failures })] : []),
    ...(requests > 1 ? [t('admin:risk_requests', { count: requests - 1 })] : []),
    ...(request.knownBrowser ? [] : [t('admin:risk_browser')]),
  ];
}
