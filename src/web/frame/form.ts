import { Writable } from 'node:stream';
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

const fieldsOf = (raw: string): Fields => checked([...new URLSearchParams(raw)]);

function checked(pairs: readonly (readonly [string, string])[]): Fields {
  const fields = new Map(pairs);
  const twice = fields.size < pairs.length;
  const strange = pairs.some(([name, value]) => /[[\]]/.test(name) || value.includes('\0') || name.includes('\0'));
  if (pairs.length === 0 || pairs.length > MOST_FIELDS || twice || strange) throw new Problem('unreadable-form');
  return fields;
}

/** A form that a file may have come with. */
export interface Upload {
  readonly fields: Fields;
  /** Undefined: none was chosen. What it was called and said to be is not read. */
  readonly file?: Buffer;
}

const MOST_UPLOADED = 1024 * 1024;

/**
 * The same for a form with one file, `name`, of at most 1 MB. It stays in memory: nothing of an upload reaches a disk (ASVS 5.3). Another file, or a second one, is
 * from no form of ours.
 */
export async function readUpload(ctx: Context, name: string): Promise<Upload> {
  if (!ctx.is('multipart')) return { fields: await readForm(ctx) };
  const chunks: Buffer[] = [];
  const read = koaBody({
    multipart: true,
    urlencoded: false,
    json: false,
    text: false,
    parsedMethods: [HttpMethodEnum.POST],
    formidable: {
      maxFields: MOST_FIELDS,
      maxFieldsSize: 65_536,
      maxFiles: 1,
      maxFileSize: MOST_UPLOADED,
      maxTotalFileSize: MOST_UPLOADED,
      allowEmptyFiles: true,
      minFileSize: 0,
      filter: (part) => part.name === name,
      fileWriteStreamHandler: () => new Writable({ write: (chunk: Buffer, _, done) => done(void chunks.push(chunk)) }),
    },
  });
  await read(ctx, async () => {}).catch((error: unknown) => {
    const tooLarge = error instanceof Error && 'httpCode' in error && error.httpCode === 413;
    throw new Problem(tooLarge ? 'too-large' : 'unreadable-form', undefined, { cause: error });
  });
  const body: unknown = ctx.request.body;
  const pairs = Object.entries(typeof body === 'object' && body !== null ? body : {});
  const texts = pairs.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  if (texts.length < pairs.length) throw new Problem('unreadable-form');
  const file = Buffer.concat(chunks);
  return { fields: checked(texts), ...(file.length > 0 && { file }) };
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
