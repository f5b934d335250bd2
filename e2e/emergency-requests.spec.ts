import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { grantRole } from '../src/flows/administration/roles.ts';
import { putInForce } from '../test/support/policy.ts';
import type { Person } from './support/person.ts';
import { fill, follow, press, signInTo, typePassword } from './support/steps.ts';
import type { Visit } from './support/visit.ts';
import { look, mainText } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const WORDS = {
  en: {
    start: 'Emergency access',
    ask: 'Ask the help desk for an emergency code',
    username: 'Username or email',
    what: 'What happened?',
    reach: 'How can you be reached?',
    send: 'Send the request',
    waits: 'Your request waits',
    requests: 'Requests',
    open: 'Open',
    request: 'Request of',
    claim: 'Look after it',
    issue: 'Issue an emergency code',
    issueTitle: 'Issue an emergency code for',
    reason: 'What exactly you checked, and why the code is needed',
    checked: 'Recognized in person',
    propose: 'Propose the emergency code',
    half: 'One half of the emergency code for',
    approve: 'Approve',
    approveTitle: 'Approve an emergency code for',
    none: 'They have none of these any more',
    issued: 'An emergency code was issued',
    second: 'Second factor',
    use: 'Use an emergency code',
    code: 'Code',
    go: 'Continue',
    devices: 'Devices',
  },
  fr: {
    start: "Accès d'urgence",
    ask: "Demander un code d'urgence à l'assistance",
    username: 'Utilisateur ou e-mail',
    what: "Que s'est-il passé ?",
    reach: 'Comment vous joindre ?',
    send: 'Envoyer la demande',
    waits: 'Votre demande est en attente',
    requests: 'Demandes',
    open: 'Ouvrir',
    request: 'Demande de',
    claim: "M'en occuper",
    issue: "Délivrer un code d'urgence",
    issueTitle: "Délivrer un code d'urgence à",
    reason: 'Ce que vous avez vérifié exactement, et pourquoi le code est nécessaire',
    checked: 'Personne reconnue de vue',
    propose: "Proposer le code d'urgence",
    half: "Une moitié du code d'urgence pour",
    approve: 'Approuver',
    approveTitle: "Approuver un code d'urgence pour",
    none: 'Plus rien de tout cela ne lui parvient',
    issued: "Un code d'urgence a été délivré",
    second: 'Deuxième facteur',
    use: "Utiliser un code d'urgence",
    code: 'Code',
    go: 'Continuer',
    devices: 'Appareils',
  },
} as const;
type Language = keyof typeof WORDS;

const usual = PRESETS['password-sms'];
const world = useWorld();
beforeAll(async () => {
  const operator = { ...usual.emergencyCode.operator, fourEyes: true };
  const policy = { ...usual, emergencyCode: { ...usual.emergencyCode, operator } };
  await putInForce(world().regain.context.administration, 'default', policy);
});

async function operatorAt(visit: Visit, language: Language): Promise<Person> {
  const person = await world().person({ locale: language });
  await grantRole(world().regain.context.administration, person.username, { role: 'operator', organizationId: null });
  await signInTo(world(), visit, person, { language, path: '/admin/requests' });
  await visit.seen(WORDS[language].requests);
  return person;
}

/** The last row in which somebody stands. */
const openRow = (page: Page, { username }: Person, open: string) =>
  page.getByRole('row').filter({ hasText: username }).last().getByRole('link', { name: open }).click();

const codeOn = async (page: Page) => (await page.getByTestId('emergency-code').innerText()).replaceAll(/\s/g, '');

it.each(['en', 'fr'] as const)(
  '%s: somebody asks, one operator proposes, another approves, and both halves sign in',
  async (language) => {
    const words = WORDS[language];
    const locale = language === 'fr' ? 'fr-CH' : 'en-GB';
    const person = await world().person({ locale: language });
    const asking = await world().visit(locale);
    const { page } = asking;
    await page.goto(`${world().issuer}/emergency-access`);
    await asking.seen(words.start);
    await follow(page, words.ask);
    await asking.seen(words.ask);
    await look(page, `ask-${language}`);
    await fill(page, words.username, person.username);
    await fill(page, words.what, 'bag stolen on the train');
    await fill(page, words.reach, '+41 79 555 01 02');
    await press(page, words.send);
    await asking.seen(words.waits);
    await look(page, `waits-${language}`);
    const state = page.url();

    const [desk, office] = [await world().visit(locale), await world().visit(locale)];
    await operatorAt(desk, language);
    await look(desk.page, `queue-${language}`);
    await openRow(desk.page, person, words.open);
    await desk.seen(`${words.request} ${person.username}`);
    await press(desk.page, words.claim);
    await desk.seen(`${words.request} ${person.username}`);
    await look(desk.page, `request-${language}`);
    await follow(desk.page, words.issue);
    await desk.seen(new RegExp(`^${words.issueTitle} ${person.username}`));
    await desk.page.getByRole('checkbox').first().check();
    await fill(desk.page, words.reason, 'called back on the number we know');
    await look(desk.page, `propose-${language}`);
    await press(desk.page, words.propose);
    await desk.seen(`${words.half} ${person.username}`);
    await look(desk.page, `half-${language}`);
    const first = await codeOn(desk.page);

    await operatorAt(office, language);
    // Below the requests: what waits for a second operator.
    await openRow(office.page, person, words.open);
    await office.seen(new RegExp(`^${words.approveTitle} ${person.username}`));
    await look(office.page, `approve-${language}`);
    expect(await mainText(office)).toContain(words.checked);
    await office.page.getByLabel(words.none).check();
    await press(office.page, words.approve);
    await office.seen(`${words.half} ${person.username}`);
    const second = await codeOn(office.page);

    await page.goto(state);
    await asking.seen(words.issued);
    await page.goto(`${world().issuer}/account/devices`);
    await typePassword(page, person, language);
    await press(page, words.use);
    await asking.seen(words.second);
    await fill(page, words.code, `${first} ${second}`);
    await press(page, words.go);
    await asking.seen(words.devices);
  },
  120_000,
);
