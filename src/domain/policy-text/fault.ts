import type { RouteFault } from '../route-rules.ts';

/** Where in the policy: the keys and places in lists that lead there. Empty: all of it. */
export type PolicyPath = readonly (string | number)[];

/** What can be wrong with the text of a policy; each has a text in both languages (`policy-language:fault.…`). */
export type FaultName =
  | 'too-long'
  | 'too-deep'
  | 'empty'
  | 'alias'
  | 'tag'
  | 'several-documents'
  | 'tab'
  | 'indentation'
  | 'missing-character'
  | 'bad-escape'
  | 'unreadable'
  | 'duplicate-key'
  | 'unknown-key'
  | 'unknown-key-near'
  | 'missing-key'
  | 'duplicate-id'
  | 'not-text'
  | 'not-number'
  | 'not-whole'
  | 'not-yes-no'
  | 'not-list'
  | 'not-mapping'
  | 'not-one-of'
  | 'too-small'
  | 'too-big'
  | 'too-short'
  | 'too-lengthy'
  | 'too-few'
  | 'too-many'
  | 'bad-id'
  | 'unfit'
  | RouteFault['fault'];

/** One fault of a text. `line` and `column` begin at 1; `values`: what its text names. */
export interface PolicyFault {
  readonly line: number;
  readonly column: number;
  readonly path: PolicyPath;
  readonly fault: FaultName;
  readonly values: Readonly<Record<string, string | number>>;
}

/** "routes.sign-in[0].proofs"; empty for all of it. */
export function pathText(path: PolicyPath): string {
  return path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`;
    return before === '' ? part : `${before}.${part}`;
  }, '');
}
