import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import type { DeviceOutcome } from '../../../../flows/account/device-act.ts';
import { removeDevice } from '../../../../flows/account/remove-device.ts';
import { type SeenPairing, seePairing } from '../../../../flows/pairing/see-pairing.ts';
import { isSecondFactor, type SecondFactor } from '../../../../flows/replace-credentials.ts';
import { translator } from '../../../../i18n/translate.ts';
import { type Answer, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { deviceName } from '../names.ts';
import { say } from '../said.ts';
import { OLD, showBrought } from './pair-shown.ts';
import { LIST, PAIR, PAIR_REMOVE } from './paths.ts';

const form = z.object({}).catchall(z.string());

/** The old phone goes in the same step: each that was ticked, by the same rules as on its own page. */
export const pairRemovePage = consolePage(
  PAIR_REMOVE,
  {
    section: 'devices',
    get: () => seeOther(PAIR),
    async post(ctx, owner) {
      const fields = ctx.form(form);
      const seen = await seePairing(ctx.ports, { owner });
      if (seen?.at.stage !== 'done') return seeOther(PAIR);
      const ticked = owner.account.credentials
        .filter(isSecondFactor)
        .filter(({ id }) => id !== seen.pairing.credentialId && fields[`${OLD}${id}`] === 'yes');
      if (ticked.length === 0) {
        const [first] = owner.account.credentials
          .filter(isSecondFactor)
          .filter(({ id }) => id !== seen.pairing.credentialId);
        const field = `${OLD}${first?.id}`;
        return showBrought(ctx, owner, seen, { errors: [{ field, text: ctx.t('pairing:none_ticked') }] });
      }
      return removeAll(ctx, owner, seen, ticked);
    },
  },
  PAIR,
);

/** What the present session stands on goes last: it ends with it. */
async function removeAll(
  ctx: PageContext,
  owner: Owner,
  seen: SeenPairing,
  ticked: readonly SecondFactor[],
): Promise<Answer> {
  const standsOn = seen.session?.proofs.map(({ by }) => by) ?? [];
  const ordered = ticked.toSorted((a, b) => Number(standsOn.includes(a.id)) - Number(standsOn.includes(b.id)));
  const words = translator(owner.account.locale);
  let refused: Exclude<DeviceOutcome, { outcome: 'changed' }> | undefined;
  const gone: SecondFactor[] = [];
  for (const held of ordered) {
    const outcome = await removeDevice(ctx.ports, owner, held.id, deviceName(words, held));
    if (outcome.outcome === 'changed') gone.push(held);
    else refused = outcome;
    // What was removed in another tab meanwhile is gone, as it should be.
    if (refused && !(refused.outcome === 'refused' && refused.reason === 'gone')) break;
  }
  if (refused?.outcome === 'not-allowed') return notAllowed(ctx, PAIR, refused);
  if (refused?.reason === 'too-much-changed')
    return showBrought(ctx, owner, seen, tooOften(ctx, refused, 'contacts:changes_too_often'));
  const names = gone.map((held) => deviceName(ctx.t, held)).join(', ');
  const passkeys = gone.some(({ kind }) => kind === 'passkey');
  if (gone.length > 0)
    say(
      ctx,
      'pairing:said_removed',
      { names },
      { account: owner.account.id, ...(passkeys && { passkeys: true as const }) },
    );
  return seeOther(LIST);
}
