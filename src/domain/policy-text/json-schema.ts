import { z } from 'zod';
import { policySchema } from '../policy.ts';
import { type PolicyPath, pathText } from './fault.ts';

/** JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a policy may be written as, before its defaults are filled in; without words. */
export function bareSchema(): JsonSchema {
  made ??= z.toJSONSchema(policySchema, { io: 'input' });
  return made;
}
let made: JsonSchema | undefined;

/**
 * The same for editors: each key with what `about` says of it, named as `pathText` does, those of every route as `route.…`; `$schema`, by
 * which a file names it, is taken. It refuses what the structure of a policy refuses; that no proof counts twice on a route, and the like, only
 * `readPolicyText` knows.
 */
export function describedSchema(about: (path: string) => string | undefined): JsonSchema {
  const described = withWords(bareSchema(), [], about);
  const title = about('title');
  return {
    ...described,
    ...(title !== undefined && { title }),
    properties: { $schema: { type: 'string' }, ...described.properties },
  };
}

function withWords(schema: JsonSchema, path: PolicyPath, about: (path: string) => string | undefined): JsonSchema {
  const description = about(pathText(path));
  const { properties, items } = schema;
  // A route is the same thing wherever it stands.
  const below = path.length === 2 && path[0] === 'routes' ? ['route'] : path;
  return {
    ...schema,
    ...(description !== undefined && { description }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [
          key,
          typeof one === 'object' ? withWords(one, [...path, key], about) : one,
        ]),
      ),
    }),
    ...(typeof items === 'object' && !Array.isArray(items) && { items: withWords(items, below, about) }),
  };
}

/** The keys that a policy may have at this path. */
export function keysAt(path: PolicyPath): readonly string[] {
  const at = path.reduce<JsonSchema | undefined>((here, part) => {
    const below = typeof part === 'number' ? here?.items : here?.properties?.[part];
    return typeof below === 'object' && !Array.isArray(below) ? below : undefined;
  }, bareSchema());
  return Object.keys(at?.properties ?? {});
}
