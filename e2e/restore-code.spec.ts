import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { putInForce } from '../test/support/policy.ts';
import { addRestoreCode } from '../test/support/restore-codes.ts';
import { readPdf, scanned } from './support/paper.ts';
import { authenticator } from './support/person.ts';
import {
  arrive,
  fill,
  follow,
  leaveApplication,
  press,
  recoveryMail,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { folded } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: {
    have: 'I have my restore code',
    enter: 'Enter your restore code',
    code: 'Restore code',
    wait: 'Check your e-mail',
    choose: 'What would you like to do?',
    both: 'I have lost both',
    newPassword: 'Choose a new password',
    password: 'New password',
    set: 'Set the new password',
    register: 'Register a new second factor',
    done: 'Your password and your second factor were replaced',
    copy: 'Copy the code',
    copied: 'Copied',
    download: 'Download as a text file',
    print: 'Open the page to print',
    scan: 'The same code, to be scanned',
    activate: 'Activate the restore code',
    active: 'Your new restore code is active',
    slip: 'one character seems wrong',
    back: /^Sign in to/,
    signIn: 'Sign in to your account',
    factor: 'Second factor',
  },
  fr: {
    have: "J'ai mon code de restauration",
    enter: 'Saisir votre code de restauration',
    code: 'Code de restauration',
    wait: 'Consultez vos e-mails',
    choose: 'Que souhaitez-vous faire ?',
    both: "J'ai perdu les deux",
    newPassword: 'Choisir un nouveau mot de passe',
    password: 'Nouveau mot de passe',
    set: 'Définir le nouveau mot de passe',
    register: 'Enregistrer un nouveau deuxième facteur',
    done: 'Votre mot de passe et votre deuxième facteur ont été remplacés',
    copy: 'Copier le code',
    copied: 'Copié',
    download: 'Télécharger en fichier texte',
    print: 'Ouvrir la page à imprimer',
    scan: 'Le même code, à scanner',
    activate: 'Activer le code de restauration',
    active: 'Votre nouveau code de restauration est actif',
    slip: 'un caractère semble faux',
    back: /^S.authentifier pour/,
    signIn: 'Connexion à votre compte',
    factor: 'Deuxième facteur',
  },
} as const;

const world = useWorld();
beforeAll(async () => {
  await putInForce(world().regain.context.administration, 'default', PRESETS['restore-code']);
});

it.each(['en', 'fr'] as const)(
  'S3 S15 in %s: phone and password are lost; the restore code and a code by e-mail give the account back',
  async (locale) => {
    const texts = TEXTS[locale];
    const words = WORDS[locale];
    const person = await world().person({ locale });
    const code = await addRestoreCode(world().regain.context.ports, { id: person.sub });
    const { page, seen, context } = await world().visit(locale === 'fr' ? 'fr-CH' : 'en-GB');
    await leaveApplication(world(), page);
    await follow(page, words.lost);
    await fill(page, words.username, person.username);
    await press(page, texts.have);

    // The name is still there; a slip is said, and what was typed stays.
    await seen(texts.enter);
    expect(await page.getByLabel(words.username).inputValue()).toBe(person.username);
    const slip = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
    await fill(page, texts.code, slip);
    await press(page, words.continue);
    await seen(texts.enter);
    expect(folded(await page.getByRole('alert').innerText())).toContain(texts.slip);
    await fill(page, texts.code, code.toLowerCase().replaceAll('-', ' '));
    await press(page, words.continue);

    await seen(texts.wait);
    await typeCode(page, (await recoveryMail(world(), person)).code, locale);
    await seen(texts.choose);
    await press(page, texts.both);
    await seen(texts.newPassword);
    const password = 'a quiet new harbour';
    await fill(page, texts.password, password);
    await press(page, texts.set);
    await seen(texts.register);
    const app = authenticator(await page.getByTestId('totp-secret').innerText(), world().clock);
    await typeCode(page, app.earlier(), locale);

    // The receipt shows the new code; typed back, it is active.
    await seen(texts.done);
    const fresh = await page.getByTestId('restore-code').innerText();
    expect(fresh).not.toBe(code);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world().issuer });
    await press(page, texts.copy);
    await page.getByText(texts.copied, { exact: true }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(fresh);
    const [file] = await Promise.all([page.waitForEvent('download'), press(page, texts.download)]);
    expect(await readFile(await file.path(), 'utf8')).toContain(fresh);
    const [paper] = await Promise.all([page.waitForEvent('popup'), press(page, texts.print)]);
    await paper.emulateMedia({ media: 'print' });
    expect(await scanned(paper.locator('.qr-code'))).toBe(fresh);
    const sheet = readPdf(await paper.pdf({ format: 'A4' }));
    expect([sheet.pages, sheet.text.replaceAll(/\s/g, '').includes(fresh)]).toEqual([1, true]);
    await paper.close();
    await page.getByText(texts.scan).click();
    expect(await scanned(page.locator('.qr-code'))).toBe(fresh);
    await fill(page, texts.code, fresh);
    await press(page, texts.activate);
    await seen(texts.done);
    expect(folded(await page.locator('main').innerText())).toContain(texts.active);
    expect(await page.getByTestId('restore-code').count()).toBe(0);

    await page.getByRole('link', { name: texts.back }).click();
    await seen(texts.signIn);
    await typePassword(page, { ...person, password }, locale);
    await seen(texts.factor);
    await typeCode(page, app.code(), locale);
    await arrive(world(), page, locale);
    expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2');

    // The old code is nothing any more: the same page, and no e-mail.
    const other = await world().visit(locale === 'fr' ? 'fr-CH' : 'en-GB');
    const before = world().mail.messages.filter(({ recipients }) => recipients.includes(person.email)).length;
    await other.page.goto(`${world().issuer}/lost-credentials`);
    await press(other.page, texts.have);
    await fill(other.page, words.username, person.username);
    await fill(other.page, texts.code, code);
    await press(other.page, words.continue);
    await other.seen(texts.wait);
    await other.page.reload();
    expect(world().mail.messages.filter(({ recipients }) => recipients.includes(person.email))).toHaveLength(before);
  },
);
