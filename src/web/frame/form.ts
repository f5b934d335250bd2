import type { Context } from 'koa';
import { HttpMethodEnum, koaBody } from 'koa-body';
import { z } from 'zod';
import { Problem } from './problem.ts';

/** The fields of a form as they were posted, each once. */
export type Fields = ReadonlyMap<string, string>;

const MOST_FIELDS = 100;

const readBody = koaBody({
  urlencoded: true,
  json: false,
  text: false,
  multipart: false,
  formLimit: '64kb',
  includeUnparsed: true,
  parsedMethods: [HttpMethodEnum.POST],
});

/**
 * Reads the body of a POST: a form of ours and nothing else. Refuses another type (415), more than 64 KB (413), and what none of our
 * forms sends: no body, a field twice, an array, NUL (400; ATTACKS A1, A21, A28).
 */
export async function readForm(ctx: Context): Promise<Fields> {
  const type = ctx.is('urlencoded');
  if (type === null) throw new Problem('unreadable-form');
  if (type === false) throw new Problem('wrong-type');
  await readBody(ctx, async () => {});
  return fieldsOf(ctx.request['rawBody'] ?? '');
}

function fieldsOf(raw: string): Fields {
  const pairs = [...new URLSearchParams(raw)];
  const fields = new Map(pairs);
  const twice = fields.size < pairs.length;
  const strange = pairs.some(([name, value]) => /[[\]]/.test(name) || value.includes('\0') || name.includes('\0'));
  if (pairs.length === 0 || pairs.length > MOST_FIELDS || twice || strange) throw new Problem('unreadable-form');
  return fields;
}

/** What the schema makes of the fields; what does not fit is not from a form of ours. */
export function readFields<T>(fields: Fields, schema: z.ZodType<T>): T {
  const read = schema.safeParse(Object.fromEntries(fields));
  if (!read.success) throw new Problem('unreadable-form', undefined, { cause: new Error(where(read.error)) });
  return read.data;
}

/** Only where, never what: a field may hold a password. */
const where = (error: z.ZodError) => error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join(', ');

/** A text field as it was typed, of at most `longest` characters (UTF-16 units); longer than any of our fields takes is refused. */
export const field = (longest = 4096) => z.string().max(longest);
