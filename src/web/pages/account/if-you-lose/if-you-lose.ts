import { checkUp, ifYouLose, type LossLine } from '../../../../domain/check-up.ts';
import type { Outlook, Thing } from '../../../../domain/losses.ts';
import { belongingsOf } from '../../../../flows/belongings.ts';
import { render } from '../../../frame/answer.ts';
import { consolePage } from '../console-page.ts';
import { ADD_AT, ifLost, type Speaker, speakerOf, toAdd, whatThen } from './words.ts';

/** "If you lose …": one line for each thing that the owner has (issue 3.4, SPEC X2). */
export const ifYouLosePage = consolePage('/account/if-you-lose', {
  section: 'if-you-lose',
  get: (ctx, { account }) => {
    const belongings = belongingsOf(account, ctx.ports);
    const lines = ifYouLose(account.policy, belongings);
    const speaker = speakerOf(ctx, account);
    return render('account/if-you-lose', ctx.t('if-you-lose:title'), {
      items: lines.map((line) => rowOf(speaker, line)),
      onPaper: account.restoreCode !== null,
      off: !account.policy.selfRecovery,
      hasStep: checkUp(account.policy, belongings).step !== null,
      support: lines.some(({ outlook }) => outlook.back === 'not-alone') ? ctx.brand.supportHref : undefined,
    });
  },
});

/** One line as `parts/rows` shows it. */
export function rowOf(speaker: Speaker, { thing, outlook, add }: LossLine) {
  return {
    icon: ICONS[thing.kind],
    name: ifLost(speaker, thing),
    state: { text: speaker.t(`if-you-lose:state_${outlook.back}`), tone: TONES[outlook.back] },
    details: whatThen(speaker, outlook),
    actions: add === null ? [] : [{ text: toAdd(speaker, add), href: speaker.url(ADD_AT[add]) }],
  };
}

const ICONS: Readonly<Record<Thing['kind'], string>> = {
  phone: 'smartphone',
  computer: 'laptop',
  'security-key': 'usb',
  'passkey-device': 'monitor-smartphone',
  'all-devices': 'backpack',
  password: 'key-round',
  'restore-code': 'file-key',
  mailbox: 'mail',
};

const TONES: Readonly<Record<Outlook['back'], 'ok' | 'off' | 'alert'>> = {
  'as-before': 'ok',
  alone: 'ok',
  'after-waiting': 'off',
  'once-number-is-back': 'off',
  'not-alone': 'alert',
};
