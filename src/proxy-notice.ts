import type { IncomingMessage } from 'node:http';
import type { Log } from './observability/log.ts';

/**
 * Warns once when requests seem to come through a proxy that is not believed: everybody would then have the proxy's address, and
 * share one network's limits. Ask it before `adoptOrigin` takes the header away. Nothing of the header is logged.
 */
export function proxyNotice(
  { trustProxy }: { readonly trustProxy: number },
  log: Pick<Log, 'warn'>,
): (req: Pick<IncomingMessage, 'headers'>) => void {
  let told = trustProxy > 0;
  return ({ headers }) => {
    if (told || headers['x-forwarded-for'] === undefined) return;
    told = true;
    log.warn(
      'a request has X-Forwarded-For, and TRUST_PROXY is 0: behind a proxy all people share the limits of one network; set it to the number of proxies',
    );
  };
}
