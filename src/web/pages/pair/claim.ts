import { z } from 'zod';
import type { PairingOver } from '../../../domain/pairing.ts';
import { declinePairing } from '../../../flows/pairing/cancel-pairing.ts';
import { claimPairing } from '../../../flows/pairing/claim-pairing.ts';
import { seePairing } from '../../../flows/pairing/see-pairing.ts';
import type { Account } from '../../../flows/ports.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { dropLink, keptLink } from '../links/link-note.ts';
import { followed, followPairing } from './follow.ts';
import { addressOf, CANCEL, CODE, DONE, itsTurn, knowing, LIVE, maskedName, OVER, PAIR, pairingHere } from './here.ts';
import { keepShown, keptShown } from './note.ts';

/** "Add this phone?": whose account it is, as far as its owner needs to know it again. A button asks; nothing is given by it. */
const askPage = page(PAIR, {
  async get(ctx) {
    const key = keptLink(ctx, 'pairing');
    if (key === undefined) return stepHere(ctx);
    const seen = await seePairing(ctx.ports, { key });
    if (seen?.at.stage === 'shown') return ask(ctx, seen.account);
    // It may be this very phone that has claimed it: the QR code was scanned twice.
    const own = await pairingHere(ctx);
    return seeOther(own && own.pairing.id === seen?.pairing.id ? addressOf(own) : OVER);
  },

  async post(ctx) {
    ctx.form(z.object({}));
    const key = keptLink(ctx, 'pairing');
    if (key === undefined) return stepHere(ctx);
    const secret = ctx.cookies.prepare('pairing');
    const outcome = await claimPairing(ctx.ports, ctx.visitor, key, secret.hash);
    if (outcome.outcome === 'refused')
      return outcome.reason === 'browser-blocked' ? showOver(ctx, 'blocked', 403) : seeOther(PAIR);
    secret.give();
    keepShown(ctx, 'pairing-code', outcome.id, outcome.code);
    dropLink(ctx);
    return seeOther(CODE);
  },
});

/** The code, to be typed on the other device. */
const codePage = page(CODE, {
  async get(ctx) {
    const seen = await itsTurn(ctx, CODE);
    if ('kind' in seen) return seen;
    const locals = {
      code: keptShown(ctx, 'pairing-code', seen.pairing.id),
      account: maskedName(seen.account),
      again: ctx.url(CODE),
      cancel: ctx.url(CANCEL),
      follow: followed(ctx, LIVE, CODE, 'claimed'),
    };
    return render('pair/code', ctx.t('pairing:phone_code_title'), locals, { follows: true });
  },
});

/** "Cancel", at any time; it ends on the other device too. */
const cancelPage = page(CANCEL, {
  get: () => seeOther(PAIR),
  async post(ctx) {
    ctx.form(z.object({}));
    const key = keptLink(ctx, 'pairing');
    const browserHash = ctx.cookies.hash('pairing');
    if (key !== undefined) await declinePairing(ctx.ports, ctx.visitor, { key });
    else if (browserHash) await declinePairing(ctx.ports, ctx.visitor, { browserHash });
    return seeOther(OVER);
  },
});

/** There is no session: the phone signs in with what it has brought (BIND-06). */
const donePage = page(DONE, {
  async get(ctx) {
    const seen = await itsTurn(ctx, DONE);
    if ('kind' in seen) return seen;
    const locals = { account: maskedName(seen.account), signIn: ctx.url('/account') };
    return render('pair/done', ctx.t('pairing:phone_done_title'), locals);
  },
});

const overPage = page(OVER, {
  async get(ctx) {
    const key = keptLink(ctx, 'pairing');
    const seen = key === undefined ? await pairingHere(ctx) : await seePairing(ctx.ports, { key });
    if (!seen) return showOver(ctx, 'nothing');
    await knowing(ctx, seen.account);
    if (seen.at.stage === 'over') return showOver(ctx, `over_${seen.at.why}`);
    if (key !== undefined) return seen.at.stage === 'shown' ? seeOther(PAIR) : showOver(ctx, 'used');
    return seeOther(addressOf(seen));
  },
});

const livePage = page(LIVE, {
  get: (ctx) => {
    const browserHash = ctx.cookies.hash('pairing');
    return followPairing(ctx, browserHash ? { browserHash } : undefined);
  },
});

export const pairPages: readonly Page[] = [askPage, codePage, cancelPage, donePage, overPage, livePage];

async function stepHere(ctx: PageContext): Promise<Answer> {
  const seen = await pairingHere(ctx);
  return seeOther(seen ? addressOf(seen) : OVER);
}

async function ask(ctx: PageContext, account: Account): Promise<Answer> {
  await knowing(ctx, account);
  const locals = { account: maskedName(account), action: ctx.url(PAIR), cancel: ctx.url(CANCEL) };
  return render('pair/ask', ctx.t('pairing:phone_title'), locals, { returnTo: PAIR });
}

type Why = 'nothing' | 'used' | 'blocked' | `over_${PairingOver}`;

function showOver(ctx: PageContext, why: Why, status = 410): Answer {
  const locals = { why: ctx.t(`pairing:phone_${why}`) };
  return render('pair/over', ctx.t('pairing:phone_over_title'), locals, { status, returnTo: OVER });
}
