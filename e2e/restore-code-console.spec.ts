import { readFile } from 'node:fs/promises';
import jsqr from 'jsqr';
import type { Locator, Page } from 'playwright';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { setPolicy } from '../src/flows/administration/set-policy.ts';
import { fill, follow, press, typeCode, typePassword } from './support/steps.ts';
import { folded } from './support/visit.ts';
import { openWorld, type World } from './support/world.ts';

const WORDS = {
  en: {
    locale: 'en-GB',
    title: 'Restore code',
    create: 'Create a restore code',
    shown: 'Your new restore code',
    copy: 'Copy the code',
    copied: 'Copied',
    print: 'Open the page to print',
    printButton: 'Print',
    paper: /^Restore code for /,
    need: 'When you need it',
    download: 'Download as a text file',
    scan: 'The same code, to be scanned',
    activate: 'Activate',
    slip: 'One character is wrong, or two are swapped.',
    active: 'Your restore code is active.',
    see: 'Show it again',
    seeTitle: 'Show your restore code again',
    showIt: 'Show the code',
    seen: 'Your restore code',
    back: 'Back to “Restore code”',
    remove: 'Remove it',
    removeTitle: 'Remove your restore code?',
    removeIt: 'Remove the restore code',
    removed: 'Your restore code was removed.',
  },
  fr: {
    locale: 'fr-CH',
    title: 'Code de restauration',
    create: 'Créer un code de restauration',
    shown: 'Votre nouveau code de restauration',
    copy: 'Copier le code',
    copied: 'Copié',
    print: 'Ouvrir la page à imprimer',
    printButton: 'Imprimer',
    paper: /^Code de restauration pour /,
    need: 'Quand vous en aurez besoin',
    download: 'Télécharger en fichier texte',
    scan: 'Le même code, à scanner',
    activate: 'Activer',
    slip: 'Un caractère est faux, ou deux sont intervertis.',
    active: 'Votre code de restauration est actif.',
    see: "L'afficher de nouveau",
    seeTitle: 'Afficher de nouveau votre code de restauration',
    showIt: 'Afficher le code',
    seen: 'Votre code de restauration',
    back: 'Retour à « Code de restauration »',
    remove: 'Le retirer',
    removeTitle: 'Retirer votre code de restauration ?',
    removeIt: 'Retirer le code de restauration',
    removed: 'Votre code de restauration a été retiré.',
  },
} as const;

/** What a phone's camera reads. */
async function scanned(picture: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await picture.screenshot());
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? 'nothing';
}

const main = async (page: Page) => folded(await page.locator('main').innerText());

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await setPolicy(world.regain.context.administration, 'default', PRESETS['restore-code']);
});
afterAll(() => world?.close());

it.each(['en', 'fr'] as const)(
  '%s: made, copied, printed, saved, scanned back, seen again, removed',
  async (language) => {
    const words = WORDS[language];
    const person = await world.person({ locale: language });
    const { page, seen, context } = await world.visit(words.locale);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.issuer });
    await page.goto(`${world.issuer}/account/restore-code`);
    await typePassword(page, person, language);
    await typeCode(page, person.authenticator?.code() ?? '', language);
    await seen(words.title);
    await follow(page, words.create);
    await seen(words.shown);
    const code = await page.getByTestId('restore-code').innerText();
    expect(code).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);

    await press(page, words.copy);
    await page.getByText(words.copied, { exact: true }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
    const [file] = await Promise.all([page.waitForEvent('download'), press(page, words.download)]);
    expect(file.suggestedFilename()).toMatch(/^(restore-code|code-de-restauration)\.txt$/);
    expect(await readFile(await file.path(), 'utf8')).toContain(code);

    const [paper] = await Promise.all([page.waitForEvent('popup'), press(page, words.print)]);
    const title = paper.getByRole('heading', { level: 1 });
    await title.waitFor();
    expect(folded(await title.innerText())).toMatch(words.paper);
    await paper.getByRole('button', { name: words.printButton, exact: true }).waitFor();
    await paper.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await paper.getByRole('button').count()).toBe(0);
    expect(await paper.getByTestId('restore-code').innerText()).toBe(code);
    expect(await scanned(paper.locator('.qr-code'))).toBe(code);
    expect(await main(paper)).toContain(words.need);
    expect(
      await paper.evaluate('[document.body, document.querySelector("code")].map((it) => getComputedStyle(it).color)'),
    ).toEqual(['rgb(0, 0, 0)', 'rgb(0, 0, 0)']);
    const pdf = (await paper.pdf({ format: 'A4' })).toString('latin1');
    expect(/\/Type \/Pages\s+\/Count \d+/.exec(pdf)?.[0]).toMatch(/ 1$/);
    await paper.close();

    // A slip first: the code stays, and so does what was typed.
    await fill(page, words.title, `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`);
    await press(page, words.activate);
    expect(folded(await page.getByRole('alert').innerText())).toContain(words.slip);
    expect(await page.getByTestId('restore-code').innerText()).toBe(code);
    await page.getByText(words.scan).click();
    const read = await scanned(page.locator('.qr-code'));
    expect(read).toBe(code);
    await fill(page, words.title, read);
    await press(page, words.activate);
    await seen(words.title);
    expect(await main(page)).toContain(words.active);
    expect(await page.content()).not.toContain(code);

    await follow(page, words.see);
    await seen(words.seeTitle);
    await press(page, words.showIt);
    await seen(words.seen);
    expect(await page.getByTestId('restore-code').innerText()).toBe(code);
    await follow(page, words.back);
    await follow(page, words.remove);
    await seen(words.removeTitle);
    await press(page, words.removeIt);
    await seen(words.title);
    expect(await main(page)).toContain(words.removed);
    const subjects = world.mail.messages.filter(({ recipients }) => recipients.includes(person.email));
    expect(subjects.length).toBeGreaterThanOrEqual(2);
  },
);
