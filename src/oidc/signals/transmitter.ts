import { randomUUID } from 'node:crypto';
import { Router } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { koaBody } from 'koa-body';
import type Provider from 'oidc-provider';
import type { SigningKey } from '../../flows/ports/provider.ts';
import type { SignalStream } from '../../flows/ports/signals.ts';
import { answerPoll } from './poll.ts';
import type { PushPorts } from './push.ts';
import { MANAGE, READ, receiverOf } from './receiver.ts';
import { configurationOf, MIN_VERIFICATION_INTERVAL, POLL, PUSH, readSettings } from './stream-settings.ts';

type Body = Readonly<Record<string, unknown>>;
type Receiver = NonNullable<Awaited<ReturnType<typeof receiverOf>>>;
/** What one of the addresses does for an application, and for the stream that it names. */
type Act = (ctx: Context, at: { readonly client: Receiver; readonly body: Body }) => Promise<void>;
type StreamAct = (ctx: Context, stream: SignalStream, body: Body, client: Receiver) => Promise<void>;

/** Adds the transmitter of OpenID Shared Signals Framework 1.0 to a provider: its metadata (7.1) and the management of streams (8). */
export function addTransmitter(ports: PushPorts, provider: Provider, keys: readonly SigningKey[]): void {
  const { issuerUrl, signals, now } = ports;
  const router = new Router();
  const open = (scope: typeof READ | typeof MANAGE, act: Act): Middleware => {
    return async (ctx) => {
      const client = await receiverOf(ctx, provider, scope);
      const body: unknown = ctx.request.body ?? {};
      if (!client) return;
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse(ctx, 400, 'no JSON object');
      await act(ctx, { client, body: { ...body } });
    };
  };
  const onStream = (scope: typeof READ | typeof MANAGE, act: StreamAct): Middleware =>
    open(scope, async (ctx, { client, body }) => {
      const stream = await signals.of(client.clientId);
      const named = ctx.params['id'] ?? body['stream_id'] ?? ctx.query['stream_id'];
      if (!stream || named !== stream.id) return refuse(ctx, 404, 'there is no such stream of this client');
      await act(ctx, stream, body, client);
    });

  router.get('/.well-known/ssf-configuration', (ctx) => {
    ctx.body = metadata(issuerUrl);
  });
  router.post(
    '/ssf/stream',
    open(MANAGE, async (ctx, { client, body }) => {
      const settings = readSettings(body, client, undefined);
      if (typeof settings === 'string') return refuse(ctx, 400, settings);
      if (!(await signals.create(randomUUID(), client.clientId, settings)))
        return refuse(ctx, 409, 'this client has a stream');
      const stream = await signals.of(client.clientId);
      ctx.status = 201;
      ctx.body = stream && configurationOf(issuerUrl, stream);
    }),
  );
  router.get(
    '/ssf/stream',
    open(READ, async (ctx, { client }) => {
      const stream = await signals.of(client.clientId);
      const named = ctx.query['stream_id'];
      if (named === undefined) ctx.body = stream ? [configurationOf(issuerUrl, stream)] : [];
      else if (stream?.id === named) ctx.body = configurationOf(issuerUrl, stream);
      else refuse(ctx, 404, 'there is no such stream of this client');
    }),
  );
  const change = (keep: boolean) =>
    onStream(MANAGE, async (ctx, stream, body, client) => {
      const settings = readSettings(body, client, keep ? stream : undefined);
      if (typeof settings === 'string') return refuse(ctx, 400, settings);
      const { method, endpointUrl, authorizationHeader, events, description } = settings;
      await signals.change(stream.id, { method, endpointUrl, authorizationHeader, events, description });
      ctx.body = configurationOf(issuerUrl, { ...stream, ...settings });
    });
  router.patch('/ssf/stream', change(true));
  router.put('/ssf/stream', change(false));
  router.delete(
    '/ssf/stream',
    onStream(MANAGE, async (ctx, stream) => {
      await signals.remove(stream.id);
      ctx.status = 204;
    }),
  );
  router.get(
    '/ssf/status',
    onStream(READ, async (ctx, stream) => {
      ctx.body = statusOf(stream);
    }),
  );
  router.post(
    '/ssf/status',
    onStream(MANAGE, async (ctx, stream, { status, reason }) => {
      if (status !== 'enabled' && status !== 'paused' && status !== 'disabled')
        return refuse(ctx, 400, 'status must be enabled, paused or disabled');
      const said = typeof reason === 'string' ? reason : null;
      await signals.setStatus(stream.id, status, said);
      ctx.body = statusOf({ ...stream, status, reason: said });
    }),
  );
  const subject = (muted: boolean, status: number) =>
    onStream(MANAGE, async (ctx, stream, body) => {
      const sub = subjectIn(body['subject'], issuerUrl);
      if (sub === undefined) return refuse(ctx, 400, 'subject must be an iss_sub of this issuer');
      await signals.mute(stream.id, sub, muted);
      ctx.status = status;
      ctx.body = null;
      ctx.status = status;
    });
  router.post('/ssf/subjects/add', subject(false, 200));
  router.post('/ssf/subjects/remove', subject(true, 204));
  router.post(
    '/ssf/verify',
    onStream(MANAGE, async (ctx, stream, { state }) => {
      if (state !== undefined && !(typeof state === 'string' && state.length <= 500))
        return refuse(ctx, 400, 'state must be a short text');
      if (stream.status === 'disabled') return refuse(ctx, 400, 'the stream is disabled');
      const asked = await signals.verify(stream.id, state, now() - MIN_VERIFICATION_INTERVAL * 1000);
      if (!asked) return refuse(ctx, 429, 'too soon after the last one');
      ctx.status = 204;
    }),
  );
  router.post(
    '/ssf/poll/:id',
    onStream(READ, (ctx, stream, body, client) => answerPoll(ctx, { ...ports, keys, client, stream }, body)),
  );

  const parse = koaBody({ json: true, jsonLimit: '64kb', urlencoded: false, text: false, multipart: false });
  const prepare: Middleware = async (ctx, next) => {
    if (!ctx.path.startsWith('/ssf/') && ctx.path !== '/.well-known/ssf-configuration') return next();
    ctx.set('cache-control', 'no-store');
    try {
      await parse(ctx, async () => {});
    } catch {
      return refuse(ctx, 400, 'the body is no JSON');
    }
    return next();
  };
  provider.use(prepare);
  provider.use(router.routes());
}

function metadata(issuerUrl: string): Record<string, unknown> {
  return {
    spec_version: '1_0',
    issuer: issuerUrl,
    jwks_uri: `${issuerUrl}/jwks`,
    delivery_methods_supported: [PUSH, POLL],
    configuration_endpoint: `${issuerUrl}/ssf/stream`,
    status_endpoint: `${issuerUrl}/ssf/status`,
    add_subject_endpoint: `${issuerUrl}/ssf/subjects/add`,
    remove_subject_endpoint: `${issuerUrl}/ssf/subjects/remove`,
    verification_endpoint: `${issuerUrl}/ssf/verify`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
    default_subjects: 'ALL',
  };
}

function statusOf({ id, status, reason }: SignalStream): Record<string, unknown> {
  return { stream_id: id, status, ...(reason !== null && { reason }) };
}

function subjectIn(subject: unknown, issuerUrl: string): string | undefined {
  if (typeof subject !== 'object' || subject === null) return undefined;
  const { format, iss, sub }: Record<string, unknown> = { ...subject };
  return format === 'iss_sub' && iss === issuerUrl && typeof sub === 'string' ? sub : undefined;
}

function refuse(ctx: Context, status: number, description: string): void {
  ctx.status = status;
  ctx.body = { error: status === 404 ? 'not_found' : 'invalid_request', error_description: description };
}
