import { describe, expect, test } from 'vitest';
import { LOCALES } from '../../../src/domain/message.ts';
import { type Policy, policySchema } from '../../../src/domain/policy.ts';
import { goalsOf, settingsOf } from '../../../src/domain/policy-changes.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { translator } from '../../../src/i18n/translate.ts';
import { drawLanes } from '../../../src/web/pages/admin/policy/lanes.ts';
import { forWhom, proofsInWords, settingName, settingValue } from '../../../src/web/pages/admin/policy/words.ts';

const presets = Object.entries<Policy>(PRESETS).map(([name, policy]) => [name, policySchema.parse(policy)] as const);

describe.each(LOCALES)('%s', (locale) => {
  const t = translator(locale);

  test.each(presets)('%s: every setting and what it says have words', (_, policy) => {
    const settings = settingsOf(policy);
    expect(settings.filter(({ path }) => settingName(t, path) === path)).toEqual([]);
    // A class is named with its identifier, which is what applications ask for.
    const said = settings
      .filter(({ path }) => !/acr$/i.test(path))
      .map(({ path, value }) => settingValue(t, path, value));
    expect(said.filter((words) => /[a-z]-[a-z]+-|[a-z][A-Z]|[{}[\]"]/.test(words))).toEqual([]);
  });

  test.each(presets)(
    '%s: its ways are drawn no wider than a phone, one on another, none over its neighbour',
    (_, policy) => {
      for (const goal of goalsOf(policy)) {
        const routes = policy.routes[goal];
        const { width, boxes, ends } = drawLanes(
          routes.map((route) => ({ note: forWhom(t, route), boxes: proofsInWords(t, route, true) })),
        );
        expect([width, ends.length]).toEqual([330, routes.length]);
        for (const [index, box] of boxes.entries())
          for (const other of boxes.slice(index + 1))
            expect(other.y > box.y || (other.y === box.y && other.x >= box.x + box.width)).toBe(true);
      }
    },
  );
});
