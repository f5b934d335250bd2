import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import { beginPairing } from '../../../../flows/pairing/begin-pairing.ts';
import { cancelPairing } from '../../../../flows/pairing/cancel-pairing.ts';
import { confirmPairing } from '../../../../flows/pairing/confirm-pairing.ts';
import { type SeenPairing, seePairing, unlessOffered } from '../../../../flows/pairing/see-pairing.ts';
import { type Answer, type PageSettings, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { type Page, type PageContext, page } from '../../../frame/page.ts';
import { followPairing } from '../../pair/follow.ts';
import { keepShown } from '../../pair/note.ts';
import { consolePage, notAllowed, ownerOf, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { pairRemovePage } from './pair-remove.ts';
import { showAsking, showBrought, showSettingUp, showStart, showWaiting } from './pair-shown.ts';
import { ADD, PAIR, PAIR_CANCEL, PAIR_CODE, PAIR_LIVE } from './paths.ts';

/** What has ended is told for so long; then the page begins anew. */
const TOLD_FOR_MS = 15 * 60_000;

/** "Add a new phone": the QR code, the code of the phone, and what it has brought, as the pairing goes on (SPEC S8). */
const pairPage = consolePage(PAIR, {
  section: 'devices',
  get: (ctx, owner) => here(ctx, owner),

  async post(ctx, owner) {
    ctx.form(z.object({}));
    const outcome = await beginPairing(ctx.ports, owner);
    switch (outcome.outcome) {
      case 'begun':
        keepShown(ctx, 'pairing-key', outcome.id, outcome.key);
        return seeOther(PAIR);
      case 'not-allowed':
        return notAllowed(ctx, PAIR, outcome);
      case 'refused':
        if (outcome.reason === 'not-offered') return seeOther(ADD);
        return showStart(ctx, owner, undefined, tooOften(ctx, outcome, 'contacts:changes_too_often'));
    }
  },
});

const codeForm = z.object({ pairing: field(64), code: field() });

/** The code that the phone shows; typed here, once. */
const codePage = consolePage(
  PAIR_CODE,
  {
    section: 'devices',
    get: () => seeOther(PAIR),
    async post(ctx, owner) {
      const { pairing, code } = ctx.form(codeForm);
      const outcome = await confirmPairing(ctx.ports, owner, { id: pairing, typed: code });
      if (outcome.outcome === 'not-allowed') return notAllowed(ctx, PAIR, outcome);
      if (outcome.outcome === 'refused' && outcome.reason === 'not-a-code') {
        const text = ctx.t(code.trim() === '' ? 'pairing:code_missing' : 'pairing:not_a_code');
        return here(ctx, owner, { errors: [{ field: 'code', text }] });
      }
      return seeOther(PAIR);
    },
  },
  PAIR,
);

const cancelPage = consolePage(
  PAIR_CANCEL,
  {
    section: 'devices',
    get: () => seeOther(PAIR),
    async post(ctx, owner) {
      ctx.form(z.object({}));
      const outcome = await cancelPairing(ctx.ports, owner);
      return outcome.outcome === 'not-allowed' ? notAllowed(ctx, PAIR, outcome) : seeOther(PAIR);
    },
  },
  PAIR,
);

/** What the page above listens to. */
const livePage = page(PAIR_LIVE, {
  async get(ctx) {
    const owner = await ownerOf(ctx);
    return followPairing(ctx, owner && { owner });
  },
});

export const pairPages: readonly Page[] = [pairPage, codePage, cancelPage, pairRemovePage, livePage];

/** The page as the pairing of this session is now. `settings`: what is wrong with what was typed. */
async function here(ctx: PageContext, owner: Owner, settings: PageSettings = {}): Promise<Answer> {
  if (unlessOffered(owner.account)) return seeOther(ADD);
  const seen = await seePairing(ctx.ports, { owner });
  if (!seen || isLongAgo(ctx, seen))
    return unlessAllowed(ctx, owner, 'pair-device', PAIR) ?? showStart(ctx, owner, undefined);
  switch (seen.at.stage) {
    case 'over':
      return unlessAllowed(ctx, owner, 'pair-device', PAIR) ?? showStart(ctx, owner, seen.at.why);
    case 'shown':
      return showWaiting(ctx, seen);
    case 'claimed':
      return showAsking(ctx, seen, settings);
    case 'confirmed':
      return showSettingUp(ctx);
    case 'done':
      return showBrought(ctx, owner, seen);
  }
}

function isLongAgo({ ports }: PageContext, { pairing, at }: SeenPairing): boolean {
  const ended = pairing.endedAt ?? pairing.expiresAt;
  return (at.stage === 'over' || at.stage === 'done') && ended + TOLD_FOR_MS < ports.now();
}
