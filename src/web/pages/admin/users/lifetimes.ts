import type { Policy } from '../../../../domain/policy.ts';
import type { Translate } from '../../../../i18n/translate.ts';

const HOUR = 3_600;
const USUAL = [HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR];

/** How long a code may be given, in seconds: usual times within the policy's limit, its own among them. */
export function lifetimesOf({ lifetime, operator: { longestLifetime } }: Policy['emergencyCode']): readonly number[] {
  const within = [...USUAL, lifetime, longestLifetime].filter((seconds) => seconds <= longestLifetime);
  return [...new Set(within)].toSorted((one, other) => one - other);
}

export function lifetimeText(t: Translate, seconds: number): string {
  if (seconds % (24 * HOUR) === 0) return t('admin:lifetime_days', { count: seconds / (24 * HOUR) });
  if (seconds % HOUR === 0) return t('admin:lifetime_hours', { count: seconds / HOUR });
  return t('admin:lifetime_minutes', { count: Math.floor(seconds / 60) });
}
