import type { z } from 'zod';
import { type Policy, policySchema } from '../policy.ts';
import type { RouteFault } from '../route-rules.ts';
import type { FaultName, PolicyFault, PolicyPath } from './fault.ts';
import { keysAt } from './json-schema.ts';
import { nearestOf } from './nearest.ts';
import { readSource, type Source } from './source.ts';

/** More faults than this help nobody. */
const MOST = 50;

/**
 * The policy that a text in YAML or JSON stands for, or what is wrong with it, in the order of the text: each with its line and column (from 1), its
 * path, and the name and values of its words in both languages. It never throws, whatever the text.
 */
export function readPolicyText(
  text: string,
): { readonly policy: Policy } | { readonly faults: readonly [PolicyFault, ...PolicyFault[]] } {
  const read = readSource(text);
  const source = 'value' in read ? { ...read, value: withoutSchema(read.value) } : read;
  const [first, ...others] = 'value' in source ? faultsIn(source) : source;
  if (first) return { faults: [first, ...others.slice(0, MOST - 1)] };
  return { policy: policySchema.parse('value' in source ? source.value : undefined) };
}

/** By `$schema` a file tells editors what it is. It says nothing of the policy. */
function withoutSchema(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value) || typeof value['$schema'] !== 'string') return value;
  const { $schema: _, ...policy } = value;
  return policy;
}

function faultsIn(source: Source): PolicyFault[] {
  const checked = policySchema.safeParse(source.value);
  const faults = checked.error?.issues.flatMap((issue) => faultsOf(source, issue)) ?? [];
  return [...faults, ...duplicateIds(source)].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

type Issue = z.core.$ZodIssue;

function faultsOf(source: Source, issue: Issue): PolicyFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MOST).map((key) => unknownKey(source, [...path, key], key));
  if (valueAt(source.value, path) === undefined && path.length > 0)
    return [{ ...source.placeOf(path), path, fault: 'missing-key', values: { key: String(path.at(-1)) } }];
  return [{ ...source.placeOf(path), path, ...named(issue) }];
}

function unknownKey(source: Source, path: PolicyPath, key: string): PolicyFault {
  const nearest = nearestOf(key, keysAt(path.slice(0, -1)));
  const at = { ...source.placeOfKey(path), path };
  if (nearest === undefined) return { ...at, fault: 'unknown-key', values: { key } };
  return { ...at, fault: 'unknown-key-near', values: { key, nearest } };
}

const TYPES: Readonly<Record<string, FaultName>> = {
  string: 'not-text',
  number: 'not-number',
  int: 'not-whole',
  boolean: 'not-yes-no',
  array: 'not-list',
  object: 'not-mapping',
};
const TOO_LITTLE: Readonly<Record<string, FaultName>> = { string: 'too-short', array: 'too-few' };
const TOO_MUCH: Readonly<Record<string, FaultName>> = { string: 'too-lengthy', array: 'too-many' };

function named(issue: Issue): Pick<PolicyFault, 'fault' | 'values'> {
  switch (issue.code) {
    case 'invalid_type':
      return { fault: TYPES[issue.expected] ?? 'unfit', values: {} };
    case 'invalid_value':
      return { fault: 'not-one-of', values: { allowed: issue.values.map(String).join(', ') } };
    case 'too_small':
      return { fault: TOO_LITTLE[issue.origin] ?? 'too-small', values: { least: Number(issue.minimum) } };
    case 'too_big':
      return { fault: TOO_MUCH[issue.origin] ?? 'too-big', values: { most: Number(issue.maximum) } };
    case 'invalid_format':
      return { fault: 'bad-id', values: {} };
    case 'custom':
      return isNamed(issue.params) ? issue.params : { fault: 'unfit', values: {} };
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return { fault: 'unfit', values: {} };
  }
}

/** What `policySchema` says of routes by itself. */
function isNamed(params: unknown): params is RouteFault {
  return isObject(params) && typeof params['fault'] === 'string' && isObject(params['values']);
}

/** A route is named by its goal and its id: in the log, in findings, on the journeys that walk it. */
function duplicateIds(source: Source): PolicyFault[] {
  const routes = valueAt(source.value, ['routes']);
  if (!isObject(routes)) return [];
  return Object.entries(routes).flatMap(([goal, ways]) => {
    const ids = Array.isArray(ways) ? ways.map((way: unknown) => valueAt(way, ['id'])) : [];
    return ids.flatMap((id, at): PolicyFault[] => {
      if (typeof id !== 'string' || ids.indexOf(id) === at) return [];
      const path = ['routes', goal, at, 'id'];
      return [{ ...source.placeOf(path), path, fault: 'duplicate-id', values: { id } }];
    });
  });
}

function valueAt(value: unknown, path: PolicyPath): unknown {
  return path.reduce<unknown>(
    (here, part) => (isObject(here) && Object.hasOwn(here, part) ? here[part] : undefined),
    value,
  );
}

function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
