import { Document, isMap, isScalar, isSeq, visit, type YAMLMap } from 'yaml';
import { type Policy, policySchema } from '../policy.ts';
import { type PolicyPath, pathText } from './fault.ts';

/** What is said above the whole, and above a key, named as `pathText` does; undefined: nothing. */
export interface PolicyComments {
  readonly heading?: string;
  readonly about: (path: string) => string | undefined;
}

const WIDTH = 116;

/** A policy as YAML, in the order of its schema, with these comments. `readPolicyText` reads the same policy from it. */
export function writePolicyText(policy: Policy, { heading, about }: PolicyComments): string {
  const document = new Document(policySchema.parse(policy));
  if (heading !== undefined) document.commentBefore = comment(heading, 0);
  if (isMap(document.contents)) describe(document.contents, [], about);
  // Only between double quotes can what a terminal obeys be escaped, by whoever prints the text.
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false });
}

function describe(map: YAMLMap, path: PolicyPath, about: PolicyComments['about']): void {
  for (const [at, { key, value }] of map.items.entries()) {
    if (!isScalar(key)) continue;
    const here = [...path, String(key.value)];
    const text = about(pathText(here));
    if (text !== undefined) key.commentBefore = comment(text, path.length * 2);
    if (path.length === 0 && at > 0) key.spaceBefore = true;
    if (isMap(value)) describe(value, here, about);
    if (isSeq(value)) {
      const routes = value.items.some(isMap);
      value.flow = !routes;
      for (const item of value.items) if (isMap(item)) describe(item, [...here, 0], () => undefined);
    }
  }
}

/** In lines that fit beside the indentation. */
function comment(text: string, indented: number): string {
  const most = WIDTH - indented - 2;
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > most) {
        lines.push(line);
        line = '';
      }
      line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => ` ${line}`).join('\n');
}
