import { toString as drawQr } from 'qrcode';
import type { PairingOver } from '../../../../domain/pairing.ts';
import { grouped } from '../../../../domain/restore-code.ts';
import type { Owner } from '../../../../flows/account/act.ts';
import type { SeenPairing } from '../../../../flows/pairing/see-pairing.ts';
import { isSecondFactor } from '../../../../flows/replace-credentials.ts';
import { type Answer, type PageSettings, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { followed } from '../../pair/follow.ts';
import { keptShown } from '../../pair/note.ts';
import { browserName, deviceName, placeName } from '../names.ts';
import { beforeFirst } from './adding.ts';
import { ADD, LIST, PAIR, PAIR_CANCEL, PAIR_CODE, PAIR_LIVE, PAIR_REMOVE } from './paths.ts';

/** What will happen, and the button that shows the QR code. `why`: how the one before ended. */
export function showStart(
  ctx: PageContext,
  owner: Owner,
  why: PairingOver | undefined,
  settings: PageSettings = {},
): Answer {
  const locals = {
    before: beforeFirst(ctx, owner),
    action: ctx.url(PAIR),
    over: why && ctx.t(`pairing:over_${why}`),
    alarming: why === 'wrong-code',
    back: ctx.url(ADD),
  };
  return render('account/pairing/start', ctx.t('pairing:title'), locals, { returnTo: PAIR, ...settings });
}

/** The QR code, and the same as an address to be typed. In a browser that no longer knows the key only what can be done is said. */
export async function showWaiting(ctx: PageContext, seen: SeenPairing): Promise<Answer> {
  const key = keptShown(ctx, 'pairing-key', seen.pairing.id);
  const shown = key === undefined ? undefined : { base: `${ctx.ports.issuer}/pair/`, key: grouped(key) };
  const locals = {
    shown,
    // As few kinds of signs and as little to correct as it takes: read from a screen, at arm's length.
    svg: shown && (await drawQr(shown.base + shown.key, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' })),
    minutes: Math.round(seen.account.policy.pairing.lifetime / 60),
    again: ctx.url(PAIR),
    cancel: ctx.url(PAIR_CANCEL),
    follow: followed(ctx, PAIR_LIVE, PAIR, 'shown'),
  };
  return render('account/pairing/waiting', ctx.t('pairing:scan_title'), locals, { follows: true });
}

/** "Is this your new phone?": what asks, from where, and the field for its code. */
export function showAsking(ctx: PageContext, { pairing }: SeenPairing, settings: PageSettings): Answer {
  const { t } = ctx;
  const { ip = '', userAgent = '' } = pairing.claimedFrom ?? {};
  const place = placeName(t, ip);
  const locals = {
    rows: [
      { key: t('pairing:asks_what'), value: browserName(t, { userAgent }), icon: 'smartphone' },
      ...(place
        ? [
            {
              key: t('pairing:asks_where'),
              value: place.charAt(0).toLocaleUpperCase() + place.slice(1),
              icon: 'map-pin',
            },
          ]
        : []),
    ],
    action: ctx.url(PAIR_CODE),
    pairing: pairing.id,
    cancel: ctx.url(PAIR_CANCEL),
    follow: followed(ctx, PAIR_LIVE, PAIR, 'claimed'),
  };
  return render('account/pairing/asking', t('pairing:asking_title'), locals, {
    follows: true,
    returnTo: PAIR,
    ...settings,
  });
}

/** The code was right: what remains is done on the phone. */
export function showSettingUp(ctx: PageContext): Answer {
  const locals = {
    again: ctx.url(PAIR),
    cancel: ctx.url(PAIR_CANCEL),
    follow: followed(ctx, PAIR_LIVE, PAIR, 'confirmed'),
  };
  return render('account/pairing/setting-up', ctx.t('pairing:setting_up_title'), locals, { follows: true });
}

/** The names of the checkboxes below. */
export const OLD = 'old-';

/** What the phone has brought, and the old ones, which may go in this same step. */
export function showBrought(
  ctx: PageContext,
  { account, session }: Owner,
  { pairing, session: live }: SeenPairing,
  settings: PageSettings = {},
): Answer {
  const { t } = ctx;
  const brought = account.credentials.find(({ id }) => id === pairing.credentialId);
  const standsOn = live?.uidHash.equals(ctx.ports.crypto.hashToken(session.uid)) ? live.proofs.map(({ by }) => by) : [];
  const locals = {
    name: brought ? deviceName(t, brought) : t('pairing:brought_gone'),
    others: account.credentials
      .filter(isSecondFactor)
      .filter(({ id }) => brought && id !== brought.id)
      .map((held) => ({
        name: `${OLD}${held.id}`,
        value: 'yes',
        text: deviceName(t, held),
        ...(standsOn.includes(held.id) && { hint: t('devices:ends_own') }),
      })),
    action: ctx.url(PAIR_REMOVE),
    again: ctx.url(PAIR),
    devices: ctx.url(LIST),
  };
  return render('account/pairing/brought', t('pairing:brought_title'), locals, { returnTo: PAIR, ...settings });
}
