import type { Goal, Policy, Route } from './policy.ts';

/** A setting of a policy that is no route: where it stands (`lifetimes.link`) and what it says. */
export interface Setting {
  readonly path: string;
  readonly value: SettingValue;
}
export type SettingValue = string | number | boolean | readonly unknown[];

/** What differs between two policies, beside its name. */
export interface PolicyChanges {
  readonly routes: readonly RouteChange[];
  readonly settings: readonly {
    readonly path: string;
    readonly before?: SettingValue;
    readonly after?: SettingValue;
  }[];
}

/** Of one goal. A route that asks for the same under another name is the same. */
export interface RouteChange {
  readonly goal: Goal;
  readonly added: readonly Route[];
  readonly removed: readonly Route[];
}

const ASIDE = ['schema', 'name', 'routes'];

/** Every setting of a policy, in the order in which it is written. */
export function settingsOf(policy: Policy): readonly Setting[] {
  return Object.entries(policy)
    .filter(([name]) => !ASIDE.includes(name))
    .flatMap(([name, value]) => leaves(name, value));
}

function leaves(path: string, value: unknown): Setting[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [{ path, value }];
  if (Array.isArray(value)) return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
}

/** What is otherwise in `after` than in `before`. */
export function changesOf(before: Policy, after: Policy): PolicyChanges {
  const [was, is] = [new Map(pairs(before)), new Map(pairs(after))];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return {
    routes: goalsOf(after)
      .map((goal) => ({
        goal,
        added: without(after.routes[goal], before.routes[goal]),
        removed: without(before.routes[goal], after.routes[goal]),
      }))
      .filter(({ added, removed }) => added.length + removed.length > 0),
    settings: paths
      .filter((path) => JSON.stringify(was.get(path)) !== JSON.stringify(is.get(path)))
      .map((path) => {
        const [left, right] = [was.get(path), is.get(path)];
        return { path, ...(left !== undefined && { before: left }), ...(right !== undefined && { after: right }) };
      }),
  };
}

const pairs = (policy: Policy) => settingsOf(policy).map(({ path, value }) => [path, value] as const);

function without(routes: readonly Route[], others: readonly Route[]): readonly Route[] {
  return routes.filter((route) => !others.some((other) => asks(other) === asks(route)));
}

/** All that a route says but its name. */
const asks = (route: Route): string => JSON.stringify({ ...route, id: '' });

/** The goals of a policy, in the order in which they are written. */
export function goalsOf({ routes }: Pick<Policy, 'routes'>): readonly Goal[] {
  const isGoal = (name: string): name is Goal => Object.hasOwn(routes, name);
  return Object.keys(routes).filter(isGoal);
}
