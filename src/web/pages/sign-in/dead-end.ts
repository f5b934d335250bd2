import type { RefusalReason } from '../../../domain/verdict.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import { type Answer, render } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import type { PageContext } from '../../frame/page.ts';
import { requestPath } from '../emergency/request-path.ts';
import { leavingOf, linksOf } from './links.ts';
import { type SigningIn, signInPath } from './load.ts';

interface DeadEnd {
  readonly title: TextKey;
  readonly text: TextKey;
  /** The next best way, as the one primary button: what people can do by themselves, else support. */
  readonly way: 'lost' | 'support';
}

const SUSPENDED: DeadEnd = { title: 'sign-in:suspended_title', text: 'sign-in:suspended_text', way: 'support' };
const FROZEN: DeadEnd = { title: 'sign-in:frozen_title', text: 'sign-in:frozen_text', way: 'lost' };
const BLOCKED_BROWSER: DeadEnd = {
  title: 'sign-in:browser_blocked_title',
  text: 'sign-in:browser_blocked_text',
  way: 'support',
};
const NO_FACTOR: DeadEnd = { title: 'sign-in:no_factor_title', text: 'sign-in:no_factor_text', way: 'lost' };
const OUT_OF_REACH: DeadEnd = {
  title: 'sign-in:out_of_reach_title',
  text: 'sign-in:out_of_reach_text',
  way: 'support',
};
const NO_WAY: DeadEnd = { title: 'sign-in:no_way_title', text: 'sign-in:no_way_text', way: 'lost' };

const BY_REASON: Partial<Record<RefusalReason | 'browser-blocked', DeadEnd>> = {
  'account-suspended': SUSPENDED,
  'account-frozen': FROZEN,
  'browser-blocked': BLOCKED_BROWSER,
  // An account whose second factors are all gone recovers; it is never offered to enrol one on the password alone.
  'needs-second-factor': NO_FACTOR,
  'assurance-out-of-reach': OUT_OF_REACH,
};

/** Nothing can be asked: says so, and which way is left. An optional step-up may still be declined. */
export function showDeadEnd(ctx: PageContext, at: SigningIn, reasons: readonly string[]): Answer {
  const { interaction } = at;
  const end = endOf(at, reasons);
  const app = clientName(interaction.client, ctx.t);
  const links = linksOf(ctx, interaction);
  const [lost, support] = links;
  // Not where the account is blocked: no code is issued then.
  const ask = end === NO_FACTOR || end === NO_WAY ? requestPath(ctx, at.account?.policy) : undefined;
  const asking = ask === undefined ? [] : [{ href: ask, text: ctx.t('emergency:request_link') }];
  const title = ctx.t(end.title, { app });
  return render(
    'sign-in/dead-end',
    title,
    {
      title,
      text: ctx.t(end.text, { app }),
      way: end.way === 'lost' ? lost : support,
      without: interaction.optional && {
        action: ctx.url(signInPath(interaction.uid, '/decline')),
        hint: ctx.t('factor:continue_without_hint', { app }),
      },
      links: end.way === 'lost' ? [...asking, support] : [],
      leaving: leavingOf(ctx, at).map(({ action, text }) => ({ action: ctx.url(action), text })),
    },
    { status: end.way === 'lost' ? 200 : 403, returnTo: signInPath(interaction.uid) },
  );
}

/** Which of the ends it is. Where a second factor stands that is not enough, it is not lost: another one is lacking. */
function endOf({ account }: SigningIn, reasons: readonly string[]): DeadEnd {
  const found = Object.entries(BY_REASON).find(([reason]) => reasons.includes(reason))?.[1] ?? NO_WAY;
  const holdsOne = account?.credentials.some(({ kind, state }) => kind !== 'password' && state === 'active');
  return found === NO_FACTOR && holdsOne ? OUT_OF_REACH : found;
}
