import type { Store } from './flows/ports.ts';
import { type Log, logFault } from './observability/log.ts';
import type { ProviderEvents } from './oidc/dependencies.ts';
import { visitOf } from './web/frame/visit.ts';

/** What happens in the provider, into the log and the audit log. */
export function providerEvents(log: Log, { audit, sessions }: Pick<Store, 'audit' | 'sessions'>): ProviderEvents {
  return {
    fault: (at, error) => {
      logFault(log, error, { in: 'provider', ...(at && { request: visitOf(at.req).reference }) });
    },
    refused: (at, event, problem) =>
      log.info({ reference: visitOf(at.req).reference, event, ...problem }, 'the provider refused a request'),
    notTold: (client, error) => log.warn({ client, err: error }, 'an application could not be told of a sign-out'),
    reused: (at, { accountId, clientId }) => {
      const { reference, visitor } = visitOf(at.req);
      const event = { kind: 'access.reused', accountId, actor: 'system', details: { client: clientId } } as const;
      audit.append(event, visitor).catch((error: unknown) => {
        logFault(log, error instanceof Error ? error : new Error(String(error)), {
          in: 'provider',
          request: reference,
        });
      });
    },
    signedOut: async (at, { uid, accountId }) => {
      // Pages of it that are open elsewhere in the browser hear no more.
      await sessions.forget(uid);
      await audit.append({ kind: 'signed-out', accountId, actor: 'user' }, visitOf(at.req).visitor);
    },
  };
}
