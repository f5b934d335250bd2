import { type FileHandle, open, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Complaint } from './complaint.ts';

/**
 * Makes a file that only its maker can read, with the text that `work` returns, and gives its full path. It is there before `work` begins, so that nothing is done
 * for a file that cannot be written; where `work` fails it is gone again. Relative to where npm was called. Refuses a file that exists.
 */
export async function writingTo(file: string, work: () => Promise<string>): Promise<string> {
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  let handle: FileHandle;
  try {
    handle = await open(path, 'wx', 0o600);
  } catch (error) {
    throw new Complaint(`${path} cannot be made: ${reasonOf(error)}`);
  }
  try {
    await handle.writeFile(await work());
    return path;
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await handle.close();
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return 'it is there already';
  if (code === 'ENOENT') return 'there is no such folder';
  return error instanceof Error ? error.message : String(error);
}
