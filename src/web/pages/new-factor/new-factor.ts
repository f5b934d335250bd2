import { z } from 'zod';
import type { Journey } from '../../../domain/journey.ts';
import { type EnrolRefusal, enrolPasskey, enrolTotp } from '../../../flows/enrol-factor.ts';
import type { Completed, Refused } from '../../../flows/outcome.ts';
import type { Visitor } from '../../../flows/ports.ts';
import { type Answer, type PageError, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { rememberingDevice } from './device.ts';
import { readResponse } from './response.ts';
import { type Around, showOffer } from './show-offer.ts';

/** A journey at whose end a second factor is registered. The page that uses this may carry more in it. */
export interface Registering {
  readonly journey: Journey;
}

export interface NewFactorSettings<Loaded extends Registering> {
  /**
   * This browser's journey; or where to go instead, when it is gone or not its turn. It tells the frame whom the page is for (`ctx.knowing`). A
   * POST out of turn is refused by the flow, so it need not be checked here.
   */
  load(ctx: PageContext, method: 'GET' | 'POST'): Promise<Loaded | Answer>;
  /** What is shown next. The factor is registered and the journey ended; nothing is left to be undone. */
  done(ctx: PageContext, loaded: Loaded, completed: Completed): Answer | Promise<Answer>;
  /** The path that shows whose turn it is: for a form that came too early, twice, or from an old tab. */
  turn(loaded: Loaded): string;
  /** What surrounds the page. */
  around?(ctx: PageContext, loaded: Loaded): Around;
}

/**
 * "Register a new second factor" (SPEC T7) at `path`, with `path/totp` and `path/passkey` that its forms post to: an authenticator app,
 * confirmed by its first code, or a passkey. A wrong code keeps the same secret. The browser becomes a known device when it is done.
 */
export function newFactorPages<Loaded extends Registering>(
  path: string,
  settings: NewFactorSettings<Loaded>,
): readonly Page[] {
  const offer = async (ctx: PageContext, loaded: Loaded, base: string, error?: PageError): Promise<Answer> => {
    const around = settings.around?.(ctx, loaded) ?? {};
    return (await showOffer(ctx, loaded.journey, base, around, error)) ?? seeOther(settings.turn(loaded));
  };

  const enrol = async (ctx: PageContext, way: Way): Promise<Answer> => {
    const loaded = await settings.load(ctx, 'POST');
    if (!('journey' in loaded)) return loaded;
    const outcome = await rememberingDevice(ctx, (visitor) => way.enrol(ctx, visitor, loaded.journey));
    if (outcome.outcome !== 'refused') return settings.done(ctx, loaded, outcome);
    if (outcome.reason === 'not-asked') return seeOther(settings.turn(loaded));
    const error =
      outcome.reason === 'browser-blocked' ? { text: ctx.t('factor:browser_blocked') } : way.error(ctx, outcome);
    return offer(ctx, loaded, filled(path, ctx.params), error);
  };

  const back = (ctx: PageContext): Answer => seeOther(filled(path, ctx.params));
  return [
    page(path, {
      get: async (ctx) => {
        const loaded = await settings.load(ctx, 'GET');
        return 'journey' in loaded ? offer(ctx, loaded, filled(path, ctx.params)) : loaded;
      },
    }),
    page(`${path}/totp`, { get: back, post: (ctx) => enrol(ctx, TOTP) }),
    page(`${path}/passkey`, { get: back, post: (ctx) => enrol(ctx, PASSKEY) }),
  ];
}

interface Way {
  enrol(ctx: PageContext, visitor: Visitor, journey: Journey): Promise<Completed | Refused<EnrolRefusal>>;
  error(ctx: PageContext, refusal: Refused<EnrolRefusal>): PageError;
}

const codeForm = z.object({ code: field() });
const responseForm = z.object({ response: field(65_536) });

const TOTP: Way = {
  enrol: (ctx, visitor, journey) => enrolTotp(ctx.ports, visitor, journey, ctx.form(codeForm).code),
  error: (ctx, { reason }) => {
    if (ctx.form(codeForm).code.trim() === '') return { field: 'code', text: ctx.t('factor:code_missing') };
    const text = reason === 'not-a-code' ? 'factor:not_a_code' : 'factor:register_wrong_code';
    return { field: 'code', text: ctx.t(text) };
  },
};

const PASSKEY: Way = {
  enrol: (ctx, visitor, journey) =>
    enrolPasskey(ctx.ports, visitor, journey, readResponse(ctx.form(responseForm).response)),
  error: (ctx) => {
    const sent = ctx.form(responseForm).response !== '';
    return { text: ctx.t(sent ? 'factor:register_passkey_failed' : 'parts:passkey_needs_javascript') };
  },
};

/** `/sign-in/:uid/new-factor` with its names filled in. */
function filled(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}
