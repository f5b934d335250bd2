import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { FaultName, PolicyFault, PolicyPath } from './fault.ts';

/** A policy has some two hundred lines. */
const LONGEST = 50_000;
/** `routes`, a goal, a route, what it asks for, any of these: with room. */
const DEEPEST = 12;

/** Both begin at 1. */
type Place = Pick<PolicyFault, 'line' | 'column'>;

/** A text that was read: its value, and where in it a path begins. */
export interface Source {
  readonly value: unknown;
  /** Of a key that is there: the value at it. Of one that lacks: what it lacks in. */
  placeOf(path: PolicyPath): Place;
  /** Of a key itself. */
  placeOfKey(path: PolicyPath): Place;
}

/**
 * Reads YAML 1.2, hence JSON. One document of mappings, lists and plain values: no aliases, no tags, not deep, not long; keys once. Total: text
 * that it cannot read is a list of faults.
 */
export function readSource(text: string): Source | readonly PolicyFault[] {
  if (text.length > LONGEST) return [fault('too-long', { line: 1, column: 1 }, { most: LONGEST })];
  const lines = new LineCounter();
  const where = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // What builds the document calls itself for each level; what reads its tokens does not, and tells the depth first.
  const deep = tooDeep(text, lines);
  if (deep !== undefined) return [fault('too-deep', where(deep), { most: DEEPEST })];
  const document = parseDocument(text, OPTIONS);
  const broken = syntaxFaults(document.errors, where);
  if (broken.length > 0) return broken;
  const odd = oddNodes(document, where);
  if (odd.length > 0) return odd;
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return [fault('empty', { line: 1, column: 1 })];
  return {
    value: document.toJS(),
    placeOf: (path) => where(offsetOf(document, path, 'value')),
    placeOfKey: (path) => where(offsetOf(document, path, 'key')),
  };
}

const OPTIONS = { version: '1.2', schema: 'core', strict: true, uniqueKeys: false, prettyErrors: false } as const;

function fault(name: FaultName, at: Place, values: PolicyFault['values'] = {}): PolicyFault {
  return { ...at, path: [], fault: name, values };
}

const SYNTAX: Partial<Record<YAMLError['code'], FaultName>> = {
  BAD_DQ_ESCAPE: 'bad-escape',
  BAD_INDENT: 'indentation',
  BLOCK_AS_IMPLICIT_KEY: 'indentation',
  BLOCK_IN_FLOW: 'indentation',
  MISSING_CHAR: 'missing-character',
  MULTILINE_IMPLICIT_KEY: 'missing-character',
  MULTIPLE_DOCS: 'several-documents',
  RESOURCE_EXHAUSTION: 'too-deep',
  TAB_AS_INDENT: 'tab',
};

/** What comes after the first slip is mostly its consequence. */
function syntaxFaults([slip]: readonly YAMLError[], where: (offset: number) => Place): PolicyFault[] {
  return slip ? [fault(SYNTAX[slip.code] ?? 'unreadable', where(slip.pos[0]), { most: DEEPEST })] : [];
}

/**
 * Aliases multiply what is written once, tags make other things of it: a policy has neither. Of a key that stands twice only one would count (the
 * library's own search for them compares each with each).
 */
function oddNodes(document: Document.Parsed, where: (offset: number) => Place): PolicyFault[] {
  const found: PolicyFault[] = [];
  const say = (name: FaultName, node: Node) => found.push(fault(name, where(node.range?.[0] ?? 0)));
  visit(document, (_key, node) => {
    if (isNode(node)) {
      if (isAlias(node) || node.anchor !== undefined) say('alias', node);
      else if (node.tag !== undefined) say('tag', node);
    }
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key } of node.items) {
      if (!isScalar(key)) {
        if (isNode(key)) say('unreadable', key);
        continue;
      }
      const name = String(key.value);
      if (seen.has(name)) say('duplicate-key', key);
      seen.add(name);
    }
  });
  return found;
}

/** Where the value, or the key, at the end of the path begins; of what is not there: what it would be in. */
function offsetOf(document: Document.Parsed, path: PolicyPath, which: 'key' | 'value'): number {
  let node: ParsedNode | null = document.contents;
  let offset = node?.range[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!pair) return offset;
      node = pair.value;
      // A mapping below its key is told by its key.
      const told = (last && which === 'key') || !isScalar(node) ? pair.key : node;
      offset = told.range[0];
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part] ?? null;
      offset = node?.range[0] ?? offset;
    } else return offset;
  }
  return offset;
}

interface Token {
  readonly offset?: number;
  readonly [part: string]: unknown;
}

function isToken(value: unknown): value is Token {
  return typeof value === 'object' && value !== null;
}

/** Where the text first lies deeper than a policy does, by its tokens alone. */
function tooDeep(text: string, lines: LineCounter): number | undefined {
  let level: Token[] = [];
  for (const token of new Parser(lines.addNewLine).parse(text)) if (token.type === 'document') level.push({ ...token });
  for (let depth = 0; level.length > 0; depth += 1) {
    // A document holds its value; each level below is a collection and an item of it.
    if (depth > DEEPEST) return level[0]?.offset ?? 0;
    level = level
      .flatMap(({ items, key, value }) => [...(Array.isArray(items) ? items : []), key, value])
      .filter(isToken)
      .flatMap((one) => ('type' in one ? [one] : [one['key'], one['value']].filter(isToken)));
  }
  return undefined;
}
