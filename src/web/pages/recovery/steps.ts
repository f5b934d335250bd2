import type { Goal } from '../../../domain/policy.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import type { PageStep } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import type { Walk } from './walk.ts';

interface Stage {
  readonly text: TextKey;
  readonly done: boolean;
}

/** The quiet line of steps, from what `decide` still asks: true for every policy (LOOK "Where am I"). */
export function stepsOf(
  { t }: Pick<PageContext, 't'>,
  { verdict, journey, next }: Pick<Walk, 'verdict' | 'journey'> & Partial<Pick<Walk, 'next'>>,
): PageStep[] {
  if (verdict.verdict !== 'ask' && verdict.verdict !== 'allow') return [];
  const asked = verdict.steps.findIndex(({ done }) => !done);
  // Where there is a choice the line names what was chosen.
  const chosen = next?.page === 'second-factor' ? next.shown : undefined;
  const proofs = verdict.steps.map(
    ({ proof, done }, at): Stage => ({ text: `recovery:step_${(at === asked && chosen) || proof}`, done }),
  );
  const effects = verdict.verdict === 'allow' ? verdict.effects : undefined;
  const brings = lastSteps(journey.goal, effects).map(
    (text): Stage => ({
      text,
      done: text === 'recovery:step_new-password' && journey.state.password !== undefined,
    }),
  );
  const all = [...proofs, ...brings];
  const current = all.findIndex(({ done }) => !done);
  return all.map(({ text, done }, at) => ({
    text: t(text),
    state: done ? 'done' : at === current ? 'current' : 'todo',
  }));
}

/** What is set at the end. An invitation sets a second factor where the policy requires one, which the effects tell. */
function lastSteps(goal: Goal | null, effects: readonly string[] | undefined): TextKey[] {
  switch (goal) {
    case 'reset-password':
      return ['recovery:step_new-password'];
    case 'reset-both':
      return ['recovery:step_new-password', 'recovery:step_new-factor'];
    case 'accept-invitation':
      return effects?.includes('enrol-first-second-factor')
        ? ['recovery:step_new-password', 'recovery:step_second-factor']
        : ['recovery:step_new-password'];
    case 'reset-second-factor':
      return ['recovery:step_new-factor'];
    case 'lift-freeze':
      return effects?.includes('replace-second-factors')
        ? ['recovery:step_new-password', 'recovery:step_new-factor']
        : ['recovery:step_new-password'];
    case 'sign-in':
    case 'emergency-code':
    case null:
      return [];
  }
}
