import type { Command } from 'commander';
import { Complaint } from './complaint.ts';

/** What a command says on stdout: one JSON object with `--json`, else lines for people. */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: readonly string[];
  /** What is wrong all the same: a line for stderr, and exit code 1. */
  readonly complaint?: string;
}

/** Makes an action of commander from a function that returns an answer. */
export function answering<Arguments extends unknown[]>(act: (...given: Arguments) => Promise<Answer>) {
  return async function print(this: Command, ...given: Arguments): Promise<void> {
    const { json, text, complaint } = await act(...given);
    process.stdout.write(wantsJson(this) ? `${jsonText(json)}\n` : text.map((line) => `${plain(line)}\n`).join(''));
    if (complaint !== undefined) throw new Complaint(complaint);
  };
}

export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

/** JSON without a character that a terminal obeys: what JSON itself leaves as it is (C1, bidi) is escaped as well. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, escaped);
}

/** A line for people: names and user agents come from strangers and may hold what a terminal obeys (ATTACKS A28). */
export function plain(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** Milliseconds since the epoch as UTC in ISO 8601, as all times are printed. */
export function isoTime(at: number): string;
export function isoTime(at: number | null): string | null;
export function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
