import { beforeAll, expect, it } from 'vitest';
import { restoreLetterPage } from '../src/cli/restore-letter.ts';
import { PRESETS } from '../src/domain/presets.ts';
import { issueRestoreCode } from '../src/flows/administration/issue-restore-code.ts';
import { putInForce } from '../test/support/policy.ts';
import { readPdf, scanned } from './support/paper.ts';
import { folded } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: ['Your restore code', 'For the account', '“I have my restore code”', 'Nobody from support'],
  fr: ['Votre code de restauration', 'Pour le compte', "« J'ai mon code de restauration »", 'Le support ne vous'],
} as const;

const world = useWorld();
beforeAll(async () => {
  await putInForce(world().regain.context.administration, 'default', PRESETS['restore-code']);
});

it.each(['en', 'fr'] as const)('S11 in %s: the letter is one sheet, and its picture is the code', async (locale) => {
  const { administration } = world().regain.context;
  const person = await world().person({ locale });
  const issued = await issueRestoreCode(administration, person.username, {
    by: 'letter',
    reason: 'lost the first one',
  });
  if (issued.outcome === 'refused') throw new Error(issued.reason);
  const { page, close } = await world().visit(locale === 'fr' ? 'fr-CH' : 'en-GB');
  await page.setContent(await restoreLetterPage(issued, world().issuer, world().clock.now()));
  expect(await scanned(page.locator('.qr-code'))).toBe(issued.code);
  const sheet = readPdf(await page.pdf({ preferCSSPageSize: true }));
  const text = folded(sheet.text.normalize('NFKC')).replaceAll(/\s+/g, ' ');
  expect([sheet.pages, text.replaceAll(' ', '').includes(issued.code)]).toEqual([1, true]);
  for (const part of [...TEXTS[locale], person.username]) expect(text).toContain(part);
  // A line may end at a hyphen.
  expect(text.replaceAll(' ', '')).toContain(`${world().issuer}/lost-credentials`);
  await close();
});
