import { z } from 'zod';
import { policySchema } from '../policy.ts';
import type { PolicyPath } from './fault.ts';

/** JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a policy may be written as, before its defaults are filled in; without words. */
export function bareSchema(): JsonSchema {
  made ??= z.toJSONSchema(policySchema, { io: 'input' });
  return made;
}
let made: JsonSchema | undefined;

/** The keys that a policy may have at this path. */
export function keysAt(path: PolicyPath): readonly string[] {
  const at = path.reduce<JsonSchema | undefined>((here, part) => {
    const below = typeof part === 'number' ? here?.items : here?.properties?.[part];
    return typeof below === 'object' && !Array.isArray(below) ? below : undefined;
  }, bareSchema());
  return Object.keys(at?.properties ?? {});
}
