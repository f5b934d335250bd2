import { Complaint } from './complaint.ts';

/** Standard input, as far as it matters here. */
export type PasswordInput = AsyncIterable<string | Buffer> & { readonly isTTY?: boolean };

const MOST_BYTES = 65_536;

/**
 * The password from standard input: one line, exactly as it came but for the line end after it (ASVS 6.2.8). Complains about
 * a terminal (it would show what is typed), several lines, nothing at all and what is not UTF-8.
 */
export async function passwordFromStdin(input: PasswordInput = process.stdin): Promise<string> {
  if (input.isTTY) {
    throw new Complaint('--password-stdin reads a pipe: printf %s "$PASSWORD" | regain user create …', 2);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) throw new Complaint('standard input is longer than any password');
    chunks.push(bytes);
  }
  const password = decode(Buffer.concat(chunks)).replace(/\r?\n$/, '');
  if (password === '') throw new Complaint('there is no password on standard input');
  if (/[\r\n]/.test(password))
    throw new Complaint('there is more than one line on standard input; it takes the password alone');
  return password;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Complaint('the password on standard input is not UTF-8');
  }
}
