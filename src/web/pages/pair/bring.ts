import { toString as drawQr } from 'qrcode';
import { z } from 'zod';
import { deviceKind } from '../../../domain/user-agent.ts';
import type { Refused } from '../../../flows/outcome.ts';
import {
  type BringRefusal,
  bringFactor,
  type FactorBrought,
  offerFactors,
} from '../../../flows/pairing/bring-factor.ts';
import type { SeenPairing } from '../../../flows/pairing/see-pairing.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { nameFor, settingsFor } from '../account/devices/adding.ts';
import { defaultName, isElsewhere } from '../account/devices/default-name.ts';
import { appsFor } from '../new-factor/apps.ts';
import { readResponse } from '../new-factor/response.ts';
import { CANCEL, DONE, itsTurn, maskedName, NEW_FACTOR, PAIR } from './here.ts';

const TOTP = `${NEW_FACTOR}/totp`;
const PASSKEY = `${NEW_FACTOR}/passkey`;

const totpForm = z.object({ pending: field(), code: field() });
const passkeyForm = z.object({ pending: field(), response: field(65_536) });

/** "Set up this phone": a passkey of its own, or the secret for an authenticator app on it. */
const offerPage = page(NEW_FACTOR, {
  async get(ctx) {
    const seen = await itsTurn(ctx, NEW_FACTOR);
    return 'kind' in seen ? seen : show(ctx, seen);
  },
});

const totpPage = page(TOTP, {
  get: () => seeOther(PAIR),
  post: (ctx) =>
    bring(ctx, async (seen, browserHash) => {
      const { pending, code } = ctx.form(totpForm);
      const name = nameFor(seen, 'totp', defaultName(ctx, 'totp', seen.account));
      const outcome = await bringFactor(ctx.ports, ctx.visitor, browserHash, { kind: 'totp', pending, code, name });
      return answerTo(outcome, (refused) => {
        const missing = code.trim() === '' && refused.reason === 'not-a-code';
        const errors = missing ? { errors: [{ field: 'code', text: ctx.t('factor:code_missing') }] } : {};
        return show(ctx, seen, pending, { ...settingsFor(ctx, 'totp', refused), ...errors });
      });
    }),
});

const passkeyPage = page(PASSKEY, {
  get: () => seeOther(PAIR),
  post: (ctx) =>
    bring(ctx, async (seen, browserHash) => {
      const { pending, response: posted } = ctx.form(passkeyForm);
      const response = readResponse(posted);
      const proposed = isElsewhere(response) ? '' : defaultName(ctx, 'passkey', seen.account);
      const name = nameFor(seen, 'passkey', proposed);
      const brought = { kind: 'passkey', pending, response, name } as const;
      const outcome = await bringFactor(ctx.ports, ctx.visitor, browserHash, brought);
      return answerTo(outcome, (refused) => {
        const noScript = posted === '' && refused.reason === 'passkey-failed';
        const errors = noScript ? { errors: [{ text: ctx.t('parts:passkey_needs_javascript') }] } : {};
        return show(ctx, seen, '', { ...settingsFor(ctx, 'passkey', refused), ...errors });
      });
    }),
});

export const bringPages: readonly Page[] = [offerPage, totpPage, passkeyPage];

/** For a phone whose pairing is confirmed, or was finished by this very form, sent twice. */
async function bring(
  ctx: PageContext,
  work: (seen: SeenPairing, browserHash: Buffer) => Promise<Answer>,
): Promise<Answer> {
  const seen = await itsTurn(ctx, NEW_FACTOR);
  const browserHash = ctx.cookies.hash('pairing');
  return 'kind' in seen || !browserHash ? seeOther(PAIR) : work(seen, browserHash);
}

function answerTo(
  outcome: FactorBrought | Refused<BringRefusal>,
  again: (refused: Refused<BringRefusal>) => Promise<Answer>,
): Answer | Promise<Answer> {
  if (outcome.outcome === 'brought') return seeOther(DONE);
  return outcome.reason === 'over' ? seeOther(PAIR) : again(outcome);
}

async function show(ctx: PageContext, seen: SeenPairing, pending = '', settings: PageSettings = {}): Promise<Answer> {
  const { totp, passkey } = await offerFactors(ctx.ports, seen, pending);
  const { kinds } = seen.account.policy.secondFactor;
  const locals = {
    account: maskedName(seen.account),
    passkey: kinds.includes('passkey') && { ...passkey, action: ctx.url(PASSKEY) },
    totp: kinds.includes('totp') && {
      ...totp,
      action: ctx.url(TOTP),
      // A phone does not scan its own screen; a computer that is added so shows it to the phone with the app.
      ...(deviceKind(ctx.visitor.userAgent) !== 'phone' && {
        svg: await drawQr(totp.uri, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' }),
      }),
    },
    apps: appsFor(ctx),
    cancel: ctx.url(CANCEL),
  };
  return render('pair/new-factor', ctx.t('pairing:phone_bring_title'), locals, {
    passkey: kinds.includes('passkey'),
    returnTo: NEW_FACTOR,
    ...settings,
  });
}
