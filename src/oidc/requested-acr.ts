import { ACR, type Acr, acrForToken, isAcr, satisfies } from '../domain/assurance.ts';

/** The classes of authentication that an authorization request names. */
export interface RequestedAcr {
  /** OIDC Core 5.5.1.1: one of these must be reached, else the authentication has failed. Undefined: nothing is essential. */
  readonly essential: readonly string[] | undefined;
  /** Voluntary: `acr_values` (3.1.2.1) and values in the claims parameter that are not essential. */
  readonly voluntary: readonly string[];
}

/**
 * Reads both ways of asking by itself: oidc-provider writes `acr_values` over an essential claim. Takes the parameters of a request
 * that it has checked. Members of a wrong type are refused earlier (`assertAcrClaim`), and ignored here.
 */
export function requestedAcr(params: Readonly<Record<string, unknown>>): RequestedAcr {
  const named = typeof params['acr_values'] === 'string' ? params['acr_values'].split(' ').filter(Boolean) : [];
  const member = acrMember(params['claims']);
  const values = [member?.value, ...(Array.isArray(member?.values) ? member.values : [])].filter(
    (v) => typeof v === 'string',
  );
  if (member?.essential === true && values.length > 0) return { essential: values, voluntary: named };
  return { essential: undefined, voluntary: [...named, ...values] };
}

/**
 * The acr for a token: with an essential claim one of its values, else the strongest that was asked for and reached. `byApis`: an API that is named
 * asks for the class that it takes.
 */
export function acrToTell(session: Acr, requested: RequestedAcr, byApis?: Acr): Acr {
  return acrForToken(session, requested.essential ?? [...requested.voluntary, ...(byApis ? [byApis] : [])]);
}

/** The least class that meets one of `values`; undefined when none of them is known here. */
export function weakestOf(values: readonly string[]): Acr | undefined {
  return ACR.find((acr) => values.includes(acr));
}

/** The class that meets all of those given. */
export function strongestOf(...needed: readonly (Acr | undefined)[]): Acr | undefined {
  return needed.filter((acr) => acr !== undefined).toSorted((a, b) => ACR.indexOf(b) - ACR.indexOf(a))[0];
}

/** A session's class; one that was never told is of one factor. */
export function acrOf(session: { readonly acr?: string | undefined } | undefined): Acr {
  return isAcr(session?.acr) ? session.acr : 'urn:regain:acr:1';
}

/** True when nothing is needed or `have` is good enough. */
export function meets(have: Acr, needed: Acr | undefined): boolean {
  return needed === undefined || satisfies(have, needed);
}

/** What is wrong with the acr member of a claims parameter, or undefined (OIDC Core 5.5.1). */
export function problemWithAcrClaim(claims: unknown): string | undefined {
  const member = memberOf(claims);
  if (member?.value !== undefined && typeof member.value !== 'string')
    return 'claims.id_token.acr.value must be a string';
  const { values } = member ?? {};
  if (values !== undefined && !(Array.isArray(values) && values.every((value) => typeof value === 'string'))) {
    return 'claims.id_token.acr.values must be an array of strings';
  }
  return undefined;
}

interface AcrMember {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

function acrMember(claims: unknown): AcrMember | undefined {
  if (typeof claims !== 'string') return undefined;
  try {
    return memberOf(JSON.parse(claims));
  } catch {
    return undefined;
  }
}

function memberOf(claims: unknown): AcrMember | undefined {
  const idToken = property(claims, 'id_token');
  const acr = property(idToken, 'acr');
  return typeof acr === 'object' && acr !== null ? acr : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
