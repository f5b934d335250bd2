import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { closeDueAccounts } from '../src/flows/close-due-accounts.ts';
import { fill, follow, press, signInTo, WORDS } from './support/steps.ts';
import { folded, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: {
    locale: 'en-GB',
    signInTitle: 'Sign in to your account',
    account: 'Your account',
    activity: 'Activity',
    data: 'My data',
    show: 'Show',
    failedTries: 'Failed tries',
    signInFailed: /Sign-in failed\s+Wrong password/,
    signedIn: /Signed in\s+With: password, authenticator app/,
    organization: 'By your organization',
    notMe: "This wasn't me",
    meaning: 'did not succeed',
    back: 'Back to the activity',
    csv: 'Download as CSV',
    csvFile: /^activity-.*\.csv$/,
    csvHead: '"Time (UTC)","What","Details","IP address","Device"',
    copy: 'Get a copy',
    copyTitle: 'Get a copy of your data',
    download: 'Download the copy',
    copyFile: /^my-data-.*\.json$/,
    downloaded: 'Your data downloaded',
    close: 'Close my account',
    closeTitle: 'Close your account?',
    closing: 'Your account will be closed and deleted on ',
    keep: 'Keep my account',
    kept: 'Your account stays open.',
    closed: 'Your account was closed',
    wrong: 'There is a problem',
  },
  fr: {
    locale: 'fr-CH',
    signInTitle: 'Connexion à votre compte',
    account: 'Votre compte',
    activity: 'Activité',
    data: 'Mes données',
    show: 'Afficher',
    failedTries: 'Tentatives échouées',
    signInFailed: /Échec de connexion\s+Mot de passe erroné/,
    signedIn: /Connexion\s+Avec : mot de passe, application d'authentification/,
    organization: 'Par votre organisation',
    notMe: "Ce n'était pas moi",
    meaning: 'sans y parvenir',
    back: "Retour à l'activité",
    csv: 'Télécharger en CSV',
    csvFile: /^activite-.*\.csv$/,
    csvHead: '"Heure (UTC)","Quoi","Détails","Adresse IP","Appareil"',
    copy: 'Obtenir une copie',
    copyTitle: 'Obtenir une copie de vos données',
    download: 'Télécharger la copie',
    copyFile: /^mes-donnees-.*\.json$/,
    downloaded: 'Données téléchargées',
    close: 'Fermer mon compte',
    closeTitle: 'Fermer votre compte ?',
    closing: 'Votre compte sera fermé et supprimé le ',
    keep: 'Conserver mon compte',
    kept: 'Votre compte reste ouvert.',
    closed: 'Votre compte a été fermé',
    wrong: 'Il y a un problème',
  },
} as const;

const world = useWorld();

/** What the main part says, and of a list only its rows. */
const read = async (page: Page, what = 'main') => folded((await page.locator(what).allInnerTexts()).join('\n'));

/** Presses a button that gives a file. */
async function fileOf(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

describe.each(['en', 'fr'] as const)('in %s', (language) => {
  const texts = TEXTS[language];

  it('activity: a sign-in and a failed try in one browser are seen in the other, narrowed, explained and downloaded', async () => {
    const person = await world().person({ locale: language });
    const [home, other] = [await world().visit(texts.locale), await world().visit(texts.locale)];
    await signInTo(world(), home, person, { language, path: '/account/activity' });
    await home.seen(texts.activity);
    expect(await home.page.getByRole('row').count()).toBe(4);

    await other.page.goto(`${world().issuer}/account`);
    await fill(other.page, WORDS[language].username, person.username);
    await fill(other.page, WORDS[language].password, 'not my password');
    await press(other.page, WORDS[language].signIn);
    await other.page.getByRole('alert').waitFor();
    await signInTo(world(), other, person, { language, path: '/account' });
    await other.seen(texts.account);

    await home.page.reload();
    await home.seen(texts.activity);
    const rows = home.page.getByRole('row');
    expect(await rows.count()).toBe(6);
    expect(folded(await rows.nth(1).innerText())).toMatch(texts.signedIn);
    expect(folded(await rows.nth(2).innerText())).toMatch(texts.signInFailed);
    expect(folded(await rows.nth(5).innerText())).toContain(texts.organization);
    await expect(rows.nth(1).locator('time').getAttribute('title')).resolves.toMatch(/\(UTC\)$/);

    await home.page.getByLabel(named(texts.show)).selectOption({ label: texts.failedTries });
    await press(home.page, texts.show);
    await home.seen(texts.activity);
    expect(await rows.count()).toBe(2);
    await follow(home.page, texts.notMe);
    await home.seen(texts.notMe);
    expect(await read(home.page)).toContain(texts.meaning);
    await follow(home.page, texts.back);
    await home.seen(texts.activity);

    const file = await fileOf(home.page, texts.csv);
    expect(file.name).toMatch(texts.csvFile);
    expect(file.text.slice(1).split('\r\n')[0]).toBe(texts.csvHead);
    expect(file.text.split('\r\n').length).toBeGreaterThan(6);
    // The page is still there, and its button can be pressed again.
    expect((await fileOf(home.page, texts.csv)).name).toBe(file.name);
  });

  it('my data: a copy; closing asked for in one browser and taken back in the other', async () => {
    const person = await world().person({ locale: language });
    const [home, other] = [await world().visit(texts.locale), await world().visit(texts.locale)];
    await signInTo(world(), home, person, { language, path: '/account/data' });
    await home.seen(texts.data);
    await follow(home.page, texts.copy);
    await home.seen(texts.copyTitle);
    const copy = await fileOf(home.page, texts.download);
    expect(copy.name).toMatch(texts.copyFile);
    const { account } = z.object({ account: z.object({ id: z.string() }) }).parse(JSON.parse(copy.text));
    expect(account.id).toBe(person.sub);

    await signInTo(world(), other, person, { language, path: '/account/activity' });
    await other.seen(texts.activity);
    expect(await read(other.page)).toContain(texts.downloaded);

    await follow(home.page, texts.data);
    await home.seen(texts.data);
    await follow(home.page, texts.close);
    await home.seen(texts.closeTitle);
    await press(home.page, texts.close);
    await home.seen(texts.data);
    expect(await read(home.page)).toContain(texts.closing);

    await follow(other.page, texts.account);
    await other.seen(texts.account);
    expect(await read(other.page)).toContain(texts.closing);
    await press(other.page, texts.keep);
    await other.seen(texts.account);
    expect(await read(other.page)).toContain(texts.kept);
    expect(await read(other.page)).not.toContain(texts.closing);
    await follow(home.page, texts.data);
    expect(await read(home.page)).not.toContain(texts.closing);
  });

  it('an account whose time has come is gone, in every browser, and its owner is told', async () => {
    const person = await world().person({ locale: language });
    const visit = await world().visit(texts.locale);
    await signInTo(world(), visit, person, { language, path: '/account/data/close' });
    await visit.seen(texts.closeTitle);
    await press(visit.page, texts.close);
    await visit.seen(texts.data);
    world().clock.skip(7 * 86_400_000 + 1_000);
    await closeDueAccounts(world().regain.context.ports);
    await world().mail.waitFor(
      ({ recipients, subject }) => recipients.includes(person.email) && folded(subject).includes(texts.closed),
    );
    await visit.page.goto(`${world().issuer}/account`);
    await visit.seen(texts.signInTitle);
    await fill(visit.page, WORDS[language].username, person.username);
    await fill(visit.page, WORDS[language].password, person.password);
    await press(visit.page, WORDS[language].signIn);
    await visit.page.getByRole('alert').waitFor();
    expect(await read(visit.page)).toContain(texts.wrong);
  });
});
