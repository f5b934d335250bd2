import type { AuditLog } from './flows/ports.ts';
import type { Log } from './observability/log.ts';
import { logFault } from './observability/log.ts';
import type { ProviderEvents } from './oidc/dependencies.ts';

/** What happens in the provider, into the log and the audit log. */
export function providerEvents(log: Log, audit: AuditLog): ProviderEvents {
  return {
    fault: (_at, error) => {
      logFault(log, error, { in: 'provider' });
    },
    refused: (_at, event, problem) => log.info({ event, ...problem }, 'the provider refused a request'),
    notTold: (client, error) => log.warn({ client, err: error }, 'an application could not be told of a sign-out'),
    signedOut: (_at, accountId) => audit.append({ kind: 'signed-out', accountId, actor: 'user' }),
  };
}
