import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** Before the digest of a JWT in place of a token. Nobody gets one by naming it: what is sent in this form is taken for nothing. */
const PREFIX = 'jwt:';
const referenceOf = (token: string): string => `${PREFIX}${createHash('sha256').update(token).digest('base64url')}`;

const ASKED = new Set(['introspection', 'revocation']);

/**
 * oidc-provider forgets a JWT access token once it is made, so it can neither be revoked nor asked about. Here its row is kept like that of an
 * opaque one, by a digest: introspection tells at once when it ended with its grant, session or account (SPEC "Rules", ATTACKS A20), and its
 * client can revoke it. APIs that read it by themselves see it for five minutes at most.
 */
export function keepStructuredTokens(provider: Provider): void {
  for (const model of [provider.AccessToken, provider.ClientCredentials]) {
    model.prototype.save = async function saved(this: Kept): Promise<string> {
      const value = await provider.BaseToken.prototype.save.call(this);
      if (this.format === 'jwt') {
        const { iat, exp } = decodeJwt(value);
        const { constructor: own } = this;
        const fields = own.IN_PAYLOAD.flatMap((name) =>
          this[name] === undefined ? [] : [[name, this[name]] as const],
        );
        const jti = referenceOf(value);
        await own.adapter.upsert(
          jti,
          { ...Object.fromEntries(fields), jti, kind: own.name, iat, exp },
          this.expiration,
        );
      }
      return value;
    };
  }
  const bodies = new WeakMap<object, unknown>();
  Object.defineProperty(provider.OIDCContext.prototype, 'body', {
    configurable: true,
    get(this: Oidc) {
      return bodies.get(this);
    },
    set(this: Oidc, body: unknown) {
      bodies.set(this, ASKED.has(this.route) ? referred(body) : body);
    },
  });
}

type Oidc = KoaContextWithOIDC['oidc'];

/** A token model as far as its types do not say it. */
interface Kept {
  readonly [field: string]: unknown;
  readonly format?: string;
  readonly expiration: number;
  readonly constructor: {
    readonly name: string;
    readonly IN_PAYLOAD: readonly string[];
    readonly adapter: { upsert(id: string, payload: Record<string, unknown>, expiresIn: number): Promise<unknown> };
  };
}

/** The body of a request about a token, with a JWT replaced by what its row is found by. */
function referred(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('token' in body) || typeof body.token !== 'string') return body;
  const { token } = body;
  const isJwt = token.split('.').length === 3;
  if (!isJwt && !token.startsWith(PREFIX)) return body;
  return { ...body, token: isJwt ? referenceOf(token) : '-' };
}
