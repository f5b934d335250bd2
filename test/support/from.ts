import type { Visitor } from '../../src/flows/ports.ts';

/** Somebody somewhere, where it does not matter who and where. */
export const FROM: Visitor = { ip: '127.0.0.1', userAgent: 'test', deviceHash: null };
