import type { Client as ProviderClient } from 'oidc-provider';
import { SIGNAL_EVENTS } from '../../domain/signal.ts';
import type { SignalStream, StreamSettings } from '../../flows/ports/signals.ts';

export const PUSH = 'urn:ietf:rfc:8935';
export const POLL = 'urn:ietf:rfc:8936';
/** Seconds between two verifications (Shared Signals Framework 1.0, 8.1.1). */
export const MIN_VERIFICATION_INTERVAL = 60;

const LONGEST = 500;

/**
 * The settings that a receiver asks for, `before` being those that it does not mention; a text when they cannot be (Shared Signals Framework
 * 1.0, 8.1.1.1). A push goes to an origin that an operator registered for the application by hand, as a back-channel logout does, and to no
 * other: else a token would be enough to make this server call any address of its network (SSRF).
 */
export function readSettings(
  body: Readonly<Record<string, unknown>>,
  client: ProviderClient,
  before: StreamSettings | undefined,
): StreamSettings | string {
  const { events_requested: asked = before?.events ?? [...SIGNAL_EVENTS], delivery } = body;
  const { description = before?.description ?? null } = body;
  if (!Array.isArray(asked)) return 'events_requested must be a list of event types';
  if (description !== null && !(typeof description === 'string' && description.length <= LONGEST))
    return 'description must be a short text';
  const events = SIGNAL_EVENTS.filter((event) => asked.includes(event));
  const rest = { events, description };
  if (delivery === undefined && before) return { ...before, ...rest };
  if (delivery === undefined) return { ...rest, ...POLLED };
  if (typeof delivery !== 'object' || delivery === null || !('method' in delivery))
    return 'delivery must have a method';
  if (delivery.method === POLL) return { ...rest, ...POLLED };
  if (delivery.method !== PUSH) return `delivery.method must be ${PUSH} or ${POLL}`;
  const endpointUrl = 'endpoint_url' in delivery ? delivery.endpoint_url : undefined;
  if (typeof endpointUrl !== 'string' || !isRegistered(endpointUrl, client))
    return 'delivery.endpoint_url must be on the origin of an address that is registered for this client';
  const header = 'authorization_header' in delivery ? delivery.authorization_header : null;
  if (header !== null && !(typeof header === 'string' && /^[\x20-\x7e]{1,500}$/.test(header)))
    return 'delivery.authorization_header must be what a header can hold';
  return { ...rest, method: 'push', endpointUrl, authorizationHeader: header };
}

const POLLED = { method: 'poll', endpointUrl: null, authorizationHeader: null } as const;

function isRegistered(address: string, client: ProviderClient): boolean {
  const url = URL.parse(address);
  if (!url || address.length > LONGEST || !['https:', 'http:'].includes(url.protocol)) return false;
  if (url.username !== '' || url.hash !== '') return false;
  const known = [...(client.redirectUris ?? []), ...(client.postLogoutRedirectUris ?? []), client.backchannelLogoutUri];
  return known.some((uri) => typeof uri === 'string' && URL.parse(uri)?.origin === url.origin);
}

/** A stream as its receiver sees it. */
export function configurationOf(issuerUrl: string, stream: SignalStream): Record<string, unknown> {
  return {
    stream_id: stream.id,
    iss: issuerUrl,
    aud: stream.clientId,
    events_supported: SIGNAL_EVENTS,
    events_requested: stream.events,
    events_delivered: stream.events,
    delivery:
      stream.method === 'push'
        ? { method: PUSH, endpoint_url: stream.endpointUrl }
        : { method: POLL, endpoint_url: `${issuerUrl}/ssf/poll/${stream.id}` },
    min_verification_interval: MIN_VERIFICATION_INTERVAL,
    ...(stream.description !== null && { description: stream.description }),
  };
}
