import { type Thing, thingsOf } from '../../../../domain/losses.ts';
import { belongingsOf, HOLDINGS } from '../../../../domain/proof-of-policy/account-kind.ts';
import { lockOutOf, outcomeOf } from '../../../../domain/proof-of-policy/lock-out.ts';
import { reachWith } from '../../../../domain/proof-of-policy/take-over.ts';
import { THEFTS, type Theft } from '../../../../domain/proof-of-policy/thefts.ts';
import { workingsOf } from '../../../../domain/proof-of-policy/workings.ts';
import {
  accountInWords,
  channelsInWords,
  lossesInWords,
  stepsInWords,
  theftsInWords,
  vetoTimesInWords,
} from '../../../../i18n/proof-words.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import { refuse, render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { policyPath, TRY } from './paths.ts';
import { backFrom, chosenInWords } from './proof.ts';
import { onChosen } from './reach.ts';
import { kindsToTry, type Tried, triedOf } from './try-account.ts';

const MOST_FOUND = 10;
const LONGEST = 120;

/** "Try it": whose account, what is lost, what is stolen, and what happens then, step by step. Everything stands in the address; nothing is changed. */
export const tryPage = adminPage(TRY, {
  section: 'policy',
  get: onChosen(async (desk, place, chosen) => {
    const { organization } = place;
    const { ctx } = desk;
    const { t } = ctx;
    const tried = await triedOf(desk, organization.id, chosen.policy);
    if (!tried) return refuse('not-found');
    const here = policyPath(organization.id, `/${chosen.name}/try`);
    const things = thingsOf(belongingsOf(tried.kind));
    const lost = things.filter((_, index) => ctx.query(`lost-${index}`) !== undefined);
    const stolen = THEFTS.filter((theft) => ctx.query(`stolen-${theft}`) !== undefined);
    const typed = (ctx.query('q') ?? '').trim().slice(0, LONGEST);
    return render(
      'admin/policy/try',
      t('policy:try_title'),
      {
        lead: chosenInWords(ctx, place, chosen),
        action: ctx.url(here),
        kinds: {
          name: 'kind',
          label: t('policy:kind'),
          value: tried.query['kind'] ?? '',
          options: kindsToTry(chosen.policy).map(({ value, kind }) => ({
            value,
            text: kind ? accountInWords(t, kind) : t('policy:own_kind'),
          })),
        },
        own:
          tried.query['kind'] === 'own' &&
          HOLDINGS.map((holding) => ({
            name: `has-${holding}`,
            value: 'on',
            text: t(`proof:holding.${holding}`),
            checked: tried.kind.holds.includes(holding),
          })),
        search: { name: 'q', label: t('admin:search_label'), value: typed, optional: 'of course', autocomplete: 'off' },
        found: typed === '' ? undefined : await foundBy(desk, organization.id, typed, here),
        who: tried.username === undefined ? undefined : t('policy:trying_on', { username: tried.username }),
        account: accountInWords(t, tried.kind),
        values: tried.query,
        lost: things.map((thing, index) => ({
          name: `lost-${index}`,
          value: 'on',
          text: thingInWords(t, things, index),
          checked: lost.includes(thing),
        })),
        stolen: THEFTS.map((theft) => ({
          name: `stolen-${theft}`,
          value: 'on',
          text: t(`proof:theft.${theft}`),
          checked: stolen.includes(theft),
        })),
        results: resultsOf(t, tried, lost, stolen),
        back: ctx.url(backFrom(organization.id, chosen)),
      },
      { returnTo: here },
    );
  }),
});

/** Of two security keys each has its number. */
function thingInWords(t: Translate, things: readonly Thing[], at: number): string {
  const { kind } = things[at] ?? { kind: 'phone' as const };
  const alike = things.filter((one) => one.kind === kind).length;
  const number = things.slice(0, at + 1).filter((one) => one.kind === kind).length;
  return alike > 1 ? `${lossesInWords(t, [kind])} ${number}` : lossesInWords(t, [kind]);
}

async function foundBy({ ctx, ports }: Desk, organizationId: string, typed: string, here: string) {
  const people = await ports.store.people.search({
    scope: [organizationId],
    typed,
    filter: undefined,
    recoveredSince: 0,
    limit: MOST_FOUND,
  });
  return {
    id: 'found',
    label: ctx.t('policy:found'),
    empty: ctx.t('admin:users_none'),
    items: people.map(({ id, username }) => ({
      name: username,
      icon: 'user',
      actions: [
        { text: ctx.t('policy:try_on'), href: ctx.url(`${here}?${new URLSearchParams({ account: id }).toString()}`) },
      ],
    })),
  };
}

/** What becomes of the owner, and how far a thief comes; of what nobody ticked nothing is said but how it is today. */
function resultsOf(t: Translate, { kind, policy }: Tried, lost: readonly Thing[], stolen: readonly Theft[]) {
  const workings = workingsOf(policy);
  const kinds = lost.map((thing) => thing.kind);
  const outcome = outcomeOf(lockOutOf(workings, kind), kinds);
  const reach = reachWith(workings, kind, stolen);
  const isBad = outcome !== undefined && ['with-operator', 'never'].includes(outcome.back);
  return [
    ...(outcome
      ? [
          {
            id: 'owner',
            title:
              kinds.length === 0 ? t('policy:nothing_lost') : t('policy:owner_lost', { lost: lossesInWords(t, kinds) }),
            state: { text: t(`proof:back.${outcome.back}`), tone: isBad ? 'alert' : 'ok' },
            steps: stepsInWords(t, outcome),
            after: [],
          },
        ]
      : []),
    ...(stolen.length > 0
      ? [
          {
            id: 'thief',
            title: t('policy:thief_has', { thefts: theftsInWords(t, stolen) }),
            state: {
              text: t(`policy:level.${reach.level}`),
              tone: reach.level === 'takes-over' ? 'alert' : reach.level === 'nothing' ? 'ok' : 'off',
            },
            steps: stepsInWords(t, reach),
            after:
              reach.level === 'nothing'
                ? []
                : [
                    ...vetoTimesInWords(t, policy, reach).map((time) => t('policy:veto_time', { time })),
                    t('policy:hears_by', { channels: channelsInWords(t, kind, stolen) }),
                  ],
          },
        ]
      : []),
  ];
}
