import type { SecondFactorKind } from '../../../domain/policy.ts';
import type { Account } from '../../../flows/ports.ts';
import { leadsBack, type WaysLeft, waysLeft } from '../../../flows/report-lost.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import type { Translate } from '../../../i18n/translate.ts';
import { type Answer, type PageSettings, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { linksOf } from './links.ts';
import { type SigningIn, signInPath } from './load.ts';

/** A sign-in whose password was given just now, and what may be reported lost on it. */
export interface Reporting {
  readonly at: SigningIn;
  readonly account: Account;
  readonly kinds: readonly SecondFactorKind[];
}

/** What is mostly on the phone. A passkey may as well be on another device that is still there. */
export const MOSTLY: readonly SecondFactorKind[] = ['totp', 'sms-code'];

/** The page before anything happens; `chosen`: what is ticked. */
export function showLost(
  ctx: PageContext,
  { at, account, kinds }: Reporting,
  chosen: readonly SecondFactorKind[],
  settings: PageSettings = {},
): Answer {
  const { t } = ctx;
  const here = (below = '') => signInPath(at.interaction.uid, below);
  const [first = 'totp', ...others] = kinds;
  const several = others.length > 0;
  const options = kinds.map((kind) => ({
    name: kind,
    value: 'on',
    text: t(`lost:kind_${kind}`),
    hint: t(`lost:about_${kind}`),
    checked: chosen.includes(kind),
  }));
  const hint = t(first === 'passkey' ? 'lost:only_passkey' : `lost:about_${first}`);
  const locals = {
    username: account.username,
    action: ctx.url(here('/lost')),
    back: ctx.url(here()),
    ...(several
      ? { choice: { type: 'checkbox', name: first, legend: t('lost:what'), options } }
      : { only: { name: first, text: t(`lost:kind_${first}`), hint } }),
    ways: [
      ...(several ? [t('lost:back_others')] : []),
      ...anew(ctx, waysLeft(ctx.ports, at.journey, account, kinds).anew, leadsBack(ctx.ports, account, kinds), 'back'),
    ],
    links: linksOf(ctx, at.interaction),
  };
  return render('sign-in/lost', t('lost:title'), locals, { returnTo: here('/lost'), ...settings });
}

/** "Your phone is switched off". `left`: another second factor goes on, else how a new one is registered, and whether “It wasn’t me” leads back. */
export function showSwitchedOff(
  ctx: PageContext,
  { interaction }: SigningIn,
  lost: readonly SecondFactorKind[],
  left: 'others' | WaysLeft['anew'],
  undo: boolean,
): Answer {
  const links = linksOf(ctx, interaction);
  const [anewLink, support] = links;
  const goOn = { href: ctx.url(signInPath(interaction.uid)), text: ctx.t('lost:done_go_on') };
  const recovery = left !== null && left !== 'others' && 'proofs' in left ? anewLink : support;
  const way = left === 'others' ? goOn : recovery;
  const locals = {
    off: ctx.t('lost:done_off', { what: namesOf(ctx.t, ctx.locale, lost) }),
    found: left === 'others' && ctx.t('lost:done_found'),
    next: left === 'others' ? [ctx.t('lost:done_others')] : anew(ctx, left, undo, 'done'),
    way,
    links: links.filter((link) => link !== way),
  };
  const returnTo = signInPath(interaction.uid, '/lost/done');
  return render('sign-in/lost-done', ctx.t('lost:done_title'), locals, { returnTo });
}

/** The kinds in words, each once. */
export function namesOf(t: Translate, locale: PageContext['locale'], kinds: readonly SecondFactorKind[]): string {
  return listOf(
    locale,
    [...new Set(kinds)].map((kind) => t(`lost:kind_${kind}`)),
  );
}

/** How a new second factor is registered, as `decide` has it for this account; where that is not open now, how the old one comes back. */
function anew(ctx: PageContext, way: WaysLeft['anew'], undo: boolean, when: 'back' | 'done'): string[] {
  const undone = undo ? [ctx.t('lost:undo')] : [];
  if (way === null) return [ctx.t(`lost:${when}_support`), ...undone];
  if ('from' in way) return [ctx.t(`lost:${when}_from`, { when: formatDateTime(ctx.locale, way.from) }), ...undone];
  const words = way.proofs.map((proof) =>
    ctx.t(proof === 'sms-code' ? 'lost:need_sms-code' : `recovery:need_${proof}`),
  );
  return [ctx.t(`lost:${when}_anew`, { what: listOf(ctx.locale, words) })];
}

const listOf = (locale: PageContext['locale'], words: readonly string[]): string =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(words);
