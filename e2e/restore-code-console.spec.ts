import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { putInForce } from '../test/support/policy.ts';
import { readPdf, scanned } from './support/paper.ts';
import { fill, follow, press, typeCode, typePassword } from './support/steps.ts';
import { folded } from './support/visit.ts';
import { useWorld } from './support/world.ts';

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
    howToPrint: 'Print this page',
    paper: /^Restore code for /,
    need: 'When you need it',
    have: '“I have my restore code”',
    paperOnly: 'A code that was never typed back counts for nothing.',
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
    howToPrint: 'Imprimez cette page',
    paper: /^Code de restauration pour /,
    need: 'Quand vous en aurez besoin',
    have: "« J'ai mon code de restauration »",
    paperOnly: "Un code qui n'a jamais été saisi pour confirmation ne vaut rien.",
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

const main = async (page: Page) => folded(await page.locator('main').innerText());

const world = useWorld();
beforeAll(async () => {
  await putInForce(world().regain.context.administration, 'default', PRESETS['restore-code']);
});

it.each(['en', 'fr'] as const)(
  '%s: made, copied, printed, saved, scanned back, seen again, removed',
  async (language) => {
    const words = WORDS[language];
    const person = await world().person({ locale: language });
    const { page, seen, context } = await world().visit(words.locale);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world().issuer });
    await page.goto(`${world().issuer}/account/restore-code`);
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
    expect(await main(paper)).toContain(words.howToPrint);
    await paper.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await paper.getByRole('button').count()).toBe(0);
    expect(await paper.getByTestId('restore-code').innerText()).toBe(code);
    expect(await scanned(paper.locator('.qr-code'))).toBe(code);
    expect(await main(paper)).toContain(words.need);
    expect(
      await paper.evaluate('[document.body, document.querySelector("code")].map((it) => getComputedStyle(it).color)'),
    ).toEqual(['rgb(0, 0, 0)', 'rgb(0, 0, 0)']);
    // One sheet, with everything that is needed to use it and nothing that does not belong there.
    const sheet = readPdf(await paper.pdf({ format: 'A4' }));
    const print = folded(sheet.text.normalize('NFKC')).replaceAll(/\s+/g, ' ');
    expect([sheet.pages, print.replaceAll(' ', '').includes(code)]).toEqual([1, true]);
    for (const text of [person.username, `${world().issuer}/lost-credentials`, words.need, words.have, words.paperOnly])
      expect(print).toContain(text);
    for (const text of [words.howToPrint, person.email, person.phone]) expect(print).not.toContain(text);
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
    const subjects = world().mail.messages.filter(({ recipients }) => recipients.includes(person.email));
    expect(subjects.length).toBeGreaterThanOrEqual(2);
  },
);
