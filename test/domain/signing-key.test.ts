import { describe, expect, it, test } from 'vitest';
import { type KeyState, type KeyTimes, nextRotation, rotationAt, stateOfKey } from '../../src/domain/signing-key.ts';

const DAY = 86_400_000;
const key = (kid: string, activeFrom: number, retiredAt: number | null = null, alg: KeyTimes['alg'] = 'ES256') => ({
  kid,
  alg,
  activeFrom,
  retiredAt,
});

describe('what a key is at a time', () => {
  const before = key('a', 100, 400);
  const after = key('b', 200);
  test.each<[string, KeyTimes, KeyTimes[], number, KeyState]>([
    ['alone, before its time', after, [after], 199, 'next'],
    ['alone, from its time on', after, [after], 200, 'current'],
    ['the one before still signs until then', before, [before, after], 199, 'current'],
    ['and then verifies only', before, [before, after], 200, 'retired'],
    ['to the last millisecond', before, [before, after], 399, 'retired'],
    ['and is gone', before, [before, after], 400, 'gone'],
    [
      'a newer one of another algorithm changes nothing',
      before,
      [before, key('c', 200, null, 'RS256')],
      300,
      'current',
    ],
    ['of two of the same moment one signs', key('a', 100), [key('a', 100), key('b', 100)], 100, 'retired'],
    ['which is the same one everywhere', key('b', 100), [key('b', 100), key('a', 100)], 100, 'current'],
    ['rotated before it ever signed', key('b', 200, 900), [before, key('b', 200, 900), key('c', 300)], 300, 'retired'],
  ])('%s', (_, one, all, now, state) => {
    expect(stateOfKey(one, all, now)).toBe(state);
  });

  it('through a whole rotation exactly one key signs at every moment, and no signature outlives its key by less than a day', () => {
    const { activeFrom, retireOldAt } = rotationAt(1_000);
    const all = [key('old', 0, retireOldAt), key('new', activeFrom)];
    for (const now of [1_000, activeFrom - 1, activeFrom, retireOldAt - 1, retireOldAt]) {
      expect(all.filter((one) => stateOfKey(one, all, now) === 'current')).toHaveLength(1);
    }
    expect(activeFrom - 1_000).toBe(600_000);
    expect(retireOldAt - activeFrom).toBe(DAY);
  });
});

describe('when the schedule rotates', () => {
  test.each<[string, KeyTimes[], number, number]>([
    ['ten minutes before the last day is over', [key('a', 0)], 90, 90 * DAY - 600_000],
    ['the newest counts, also while it is only published', [key('a', 0, 9), key('b', 5)], 1, 5 + DAY - 600_000],
    ['the algorithm that has signed longest', [key('a', 50), key('b', 7, null, 'PS256')], 1, 7 + DAY - 600_000],
    ['never by a schedule of 0', [key('a', 0)], 0, Number.POSITIVE_INFINITY],
    ['never before there is a key', [], 90, Number.POSITIVE_INFINITY],
  ])('%s', (_, keys, days, at) => {
    expect(nextRotation(keys, days)).toBe(at);
  });
});
