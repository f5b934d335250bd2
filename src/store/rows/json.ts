import type { JSONColumnType } from 'kysely';

/** Written as JSON text, read parsed. */
export type Json<T extends object | null> = JSONColumnType<T>;
