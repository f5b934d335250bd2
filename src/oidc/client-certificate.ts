import { X509Certificate } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';

/**
 * The certificate that a client showed to the proxy, from the header `name` that this proxy fills in: as URL-encoded PEM (nginx
 * `$ssl_client_escaped_cert`, and others) or as RFC 9440 writes it. Undefined without one, and for what is none. Whoever could reach Regain past the
 * proxy could write the header too, so it is read only where the configuration names it (CLIENT_CERT_HEADER).
 */
export function clientCertificate({ req }: Pick<KoaContextWithOIDC, 'req'>, name: string): X509Certificate | undefined {
  const header = req.headers[name.toLowerCase()];
  if (typeof header !== 'string' || header === '') return undefined;
  try {
    const der = /^:([A-Za-z0-9+/=]+):$/.exec(header)?.[1];
    return new X509Certificate(der === undefined ? decodeURIComponent(header) : Buffer.from(der, 'base64'));
  } catch {
    return undefined;
  }
}
