import { expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { grantRole } from '../src/flows/administration/roles.ts';
import { putInForce } from '../test/support/policy.ts';
import { fill, follow, leaveApplication, press, signInTo, typeCode, typePassword } from './support/steps.ts';
import { look, mainText, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

const WORDS = {
  en: {
    language: 'en-GB',
    dashboard: 'Dashboard',
    offer: 'Switch self-recovery on',
    title: 'Self-recovery: Regain',
    show: 'Show them',
    change: 'Change the pilot group',
    group: 'Pilot group: Regain',
    names: 'Usernames or e-mail addresses',
    add: 'Add to the pilot group',
    back: 'Back to self-recovery',
    pilot: 'Switch on for the pilot group',
    everybody: 'Switch on for everybody',
    off: 'Switch off',
    pilotTitle: 'Switch self-recovery on for the pilot group?',
    everybodyTitle: 'Switch self-recovery on for everybody?',
    offTitle: 'Switch self-recovery off?',
    why: 'Why',
    onPilot: 'On for the pilot group',
    isOff: 'Self-recovery is off.',
    phone: 'Add a phone number',
  },
  fr: {
    language: 'fr-CH',
    dashboard: 'Tableau de bord',
    offer: 'Activer la récupération autonome',
    title: 'Récupération autonome : Regain',
    show: 'Les afficher',
    change: 'Modifier le groupe pilote',
    group: 'Groupe pilote : Regain',
    names: "Noms d'utilisateur ou adresses e-mail",
    add: 'Ajouter au groupe pilote',
    back: 'Retour à la récupération autonome',
    pilot: 'Activer pour le groupe pilote',
    everybody: 'Activer pour tout le monde',
    off: 'Désactiver',
    pilotTitle: 'Activer la récupération autonome pour le groupe pilote ?',
    everybodyTitle: 'Activer la récupération autonome pour tout le monde ?',
    offTitle: 'Désactiver la récupération autonome ?',
    why: 'Motif',
    onPilot: 'Activée pour le groupe pilote',
    isOff: 'La récupération autonome est désactivée.',
    phone: 'Ajouter un numéro de téléphone',
  },
} as const;

it.each(['en', 'fr'] as const)(
  'self-recovery is switched on for a pilot group, for everybody, and off again, in %s',
  async (locale) => {
    const words = WORDS[locale];
    const { administration } = world().regain.context;
    await putInForce(administration, 'default', PRESETS.off);
    const admin = await world().person({ locale });
    await grantRole(administration, admin.username, { role: 'admin', organizationId: null });
    const person = await world().person({ locale, phone: false });

    const visit = await world().visit(words.language);
    const { page } = visit;
    await signInTo(world(), visit, admin, { language: locale, path: '/admin' });
    await visit.seen(words.dashboard);
    await look(page, `dashboard-off-${locale}`);
    await follow(page, words.offer);
    await visit.seen(words.title);
    await look(page, `self-recovery-${locale}`);
    await page
      .getByRole('link', { name: named(words.show) })
      .first()
      .click();
    await page.getByText(person.username).waitFor();
    await look(page, `left-out-${locale}`);
    await follow(page, words.back);

    await follow(page, words.change);
    await visit.seen(words.group);
    await fill(page, words.names, `${person.username}\nnobody-there`);
    await press(page, words.add);
    await page.getByRole('alert').waitFor();
    await look(page, `pilot-group-${locale}`);
    await follow(page, words.back);

    await follow(page, words.pilot);
    await visit.seen(words.pilotTitle);
    await look(page, `switch-pilot-${locale}`);
    await fill(page, words.why, 'trial');
    await press(page, words.pilot);
    await visit.seen(words.title);
    expect(await mainText(visit)).toContain(words.onPilot);

    // Whoever is in the group and lacks something is brought over.
    const other = await world().visit(words.language);
    await leaveApplication(world(), other.page);
    await typePassword(other.page, person, locale);
    await typeCode(other.page, person.authenticator?.code() ?? '', locale);
    await other.seen(words.phone);
    await look(other.page, `onboarding-${locale}`);

    await follow(page, words.everybody);
    await visit.seen(words.everybodyTitle);
    await fill(page, words.why, 'it went well');
    await press(page, words.everybody);
    await visit.seen(words.title);
    await page.emulateMedia({ colorScheme: 'dark' });
    await follow(page, words.off);
    await visit.seen(words.offTitle);
    await look(page, `switch-off-${locale}-dark`);
    await fill(page, words.why, 'for now');
    await press(page, words.off);
    await visit.seen(words.title);
    expect(await mainText(visit)).toContain(words.isOff);
    await look(page, `self-recovery-${locale}-dark`);
  },
);
