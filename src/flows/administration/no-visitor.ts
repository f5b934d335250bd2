import type { Visitor } from '../ports.ts';

/** An administrator at the command line: there is no browser and no network address to tell of. */
export const NO_VISITOR: Visitor = { ip: '', userAgent: '', deviceHash: null };
