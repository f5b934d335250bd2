import type { Locale } from '../../../../domain/message.ts';
import type { Policy } from '../../../../domain/policy.ts';
import { changesOf } from '../../../../domain/policy-changes.ts';
import type { AccountKind } from '../../../../domain/proof-of-policy/account-kind.ts';
import { compare, findingsGone } from '../../../../domain/proof-of-policy/compare.ts';
import { BACKS } from '../../../../domain/proof-of-policy/lock-out.ts';
import { commentedPolicy } from '../../../../i18n/policy-words.ts';
import {
  accountInWords,
  chainInWords,
  lossesInWords,
  theftsInWords,
  vetoesInWords,
} from '../../../../i18n/proof-words.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import { diffLines, withAround } from './line-diff.ts';
import { proven } from './proven.ts';
import { goalName, routeInWords, settingName, settingValue } from './words.ts';

/** What `admin/policy/compared` shows. */
export interface Compared {
  /** What may happen now that could not before, or no longer: thieves, owners, findings. */
  readonly means: readonly {
    readonly text: string;
    readonly hint: readonly string[];
    readonly icon: string;
    /** As parts/state: for whom that is better or worse. */
    readonly state?: { readonly text: string; readonly tone: string };
  }[];
  /** What is written otherwise. */
  readonly says: readonly { readonly text: string; readonly hint: readonly string[] }[];
  readonly lines: readonly Line[];
}

type Line = { readonly is: 'same' | 'gone' | 'new'; readonly text: string; readonly number: number } | null;

/** What is otherwise in `after` than in the policy in force, in words. */
export function comparedInWords(t: Translate, before: Policy, after: Policy): Omit<Compared, 'lines'> {
  return {
    means: [...powers(t, before, after), ...findingChanges(t, before, after)],
    says: saysOtherwise(t, before, after),
  };
}

/** Their texts over each other, as far as they differ; comments are those of Regain, in the reader's language. */
export function comparedLines(locale: Locale, before: Policy, after: Policy): readonly Line[] {
  const lines = diffLines(commentedPolicy(locale, before).trimEnd(), commentedPolicy(locale, after).trimEnd());
  return lines.every(({ is }) => is === 'same') ? [] : withAround(lines);
}

function powers(t: Translate, before: Policy, after: Policy): Compared['means'] {
  const { nowSuffices, noLongerSuffices, losses } = compare(proven(before).workings, proven(after).workings);
  return [
    ...nowSuffices.map(({ thefts, kinds, reach }) => ({
      icon: 'triangle-alert',
      state: { text: t('policy:worse'), tone: 'alert' },
      text: t('policy:now_suffices', { count: thefts.length, thefts: theftsInWords(t, thefts) }),
      hint: [
        kindsInWords(t, kinds),
        t('proof:colon', { label: t('policy:how'), text: chainInWords(t, reach) }),
        ...kinds.slice(0, 1).map((kind) => vetoesInWords(t, after, kind, thefts, reach)),
      ],
    })),
    ...noLongerSuffices.map(({ thefts, kinds }) => ({
      icon: 'shield-check',
      state: { text: t('policy:better'), tone: 'ok' },
      text: t('policy:no_longer_suffices', { count: thefts.length, thefts: theftsInWords(t, thefts) }),
      hint: [kindsInWords(t, kinds)],
    })),
    ...losses.map(({ lost, before: was, after: is, kinds }) => ({
      icon: 'life-buoy',
      state:
        BACKS.indexOf(is) > BACKS.indexOf(was)
          ? { text: t('policy:harder'), tone: 'alert' }
          : { text: t('policy:easier'), tone: 'ok' },
      text: t('policy:after_loss', {
        lost: lossesInWords(t, lost),
        was: t(`proof:back.${was}`),
        is: t(`proof:back.${is}`),
      }),
      hint: [kindsInWords(t, kinds)],
    })),
  ];
}

function kindsInWords(t: Translate, kinds: readonly AccountKind[]): string {
  const [first, ...others] = kinds;
  if (!first) return '';
  const account = accountInWords(t, first);
  return others.length === 0 ? account : t('policy:and_kinds', { account, count: others.length });
}

function findingChanges(t: Translate, before: Policy, after: Policy): Compared['means'] {
  const [was, is] = [proven(before), proven(after)];
  return [
    ...findingsGone(is, was).map(({ name }) => ({
      icon: 'triangle-alert',
      text: t('policy:finding_new', { finding: t(`proof:finding.${name}`) }),
      hint: [t('proof:colon', { label: t('proof:label_mend'), text: t(`proof:mend.${name}`) })],
    })),
    ...findingsGone(was, is).map(({ name }) => ({
      icon: 'shield-check',
      text: t('policy:finding_gone', { finding: t(`proof:finding.${name}`) }),
      hint: [],
    })),
  ];
}

function saysOtherwise(t: Translate, before: Policy, after: Policy): Compared['says'] {
  const { routes, settings } = changesOf(before, after);
  const renamed =
    before.name === after.name ? [] : [{ text: t('policy:renamed', { from: before.name, to: after.name }), hint: [] }];
  return [
    ...renamed,
    ...routes.map(({ goal, added, removed }) => ({
      text: goalName(t, goal),
      hint: [
        ...added.map((route) => t('policy:way_added', { way: routeInWords(t, route) })),
        ...removed.map((route) => t('policy:way_removed', { way: routeInWords(t, route) })),
      ],
    })),
    ...settings.map(({ path, before: was, after: is }) => ({
      text: settingName(t, path),
      hint: [t('policy:from_to', { from: settingValue(t, path, was), to: settingValue(t, path, is) })],
    })),
  ];
}
