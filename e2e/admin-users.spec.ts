import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { grantRole } from '../src/flows/administration/roles.ts';
import { putInForce } from '../test/support/policy.ts';
import type { Person } from './support/person.ts';
import { fill, follow, press, signInTo, typeCode, typePassword } from './support/steps.ts';
import { folded, look, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();
beforeAll(async () => {
  await putInForce(world().regain.context.administration, 'default', PRESETS['restore-code']);
});

type Language = 'en' | 'fr';

async function staff(role: 'operator' | 'admin', locale: Language): Promise<Person> {
  const person = await world().person({ locale });
  await grantRole(world().regain.context.administration, person.username, { role, organizationId: null });
  return person;
}

const notice = async (page: Page) => folded(await page.getByRole('status').first().innerText());

it('an operator finds somebody, suspends the account, opens it again and unpairs the phone; the log tells an admin', async () => {
  const [operator, admin, person] = [await staff('operator', 'en'), await staff('admin', 'en'), await world().person()];
  const visit = await world().visit();
  const { page } = visit;
  await signInTo(world(), visit, operator, { language: 'en', path: '/admin/users' });
  await visit.seen('Users');
  await look(page, 'users-en');
  await fill(page, 'Name, username, e-mail or phone', person.username);
  await press(page, 'Search');
  await visit.seen('Users');
  await follow(page, 'Open');
  await visit.seen(person.username);
  await look(page, 'user-en');
  expect(await page.content()).not.toContain(person.email);

  await follow(page, 'Suspend');
  await visit.seen(`Suspend ${person.username}?`);
  await look(page, 'suspend-en');
  await press(page, 'Suspend');
  await visit.seen(`Suspend ${person.username}?`);
  await fill(page, 'Reason', 'phone stolen, ticket 4711');
  await press(page, 'Suspend');
  await visit.seen(person.username);
  expect(await notice(page)).toContain(`${person.username} is suspended`);
  await world().mail.waitFor((mail) => mail.recipients.includes(person.email) && mail.subject.includes('suspended'));

  await follow(page, 'Open the account again');
  await visit.seen(`Open the account of ${person.username} again?`);
  await fill(page, 'Reason', 'spoke to her');
  await press(page, 'Open again');
  await visit.seen(person.username);
  await follow(page, 'Unpair');
  await visit.seen(/^Unpair “Authenticator app” from/);
  await fill(page, 'Reason', 'the phone stays lost');
  await press(page, 'Unpair');
  await visit.seen(person.username);
  await look(page, 'user-after-en');

  const office = await world().visit();
  await signInTo(world(), office, admin, { language: 'en', path: '/admin/users' });
  await office.seen('Users');
  await follow(office.page, 'Administration');
  await follow(office.page, 'Audit log');
  await office.seen('Audit log');
  await fill(office.page, 'By whom', operator.username);
  await press(office.page, 'Show');
  await office.seen('Audit log');
  await look(office.page, 'log-en');
  const rows = office.page.getByRole('row');
  expect(await rows.count()).toBe(4);
  await office.page.getByRole('link', { name: 'Details' }).last().click();
  await office.seen('Account suspended');
  await look(office.page, 'entry-en');
  expect(await office.page.getByText('phone stolen, ticket 4711').count()).toBe(1);
  await follow(office.page, 'Back to the audit log');
  await press(office.page, 'Check every line');
  await office.seen('The audit log is whole');
  await office.page.goto(`${world().issuer}/admin/users/${person.sub}/grant-role`);
  await office.seen(`Give ${person.username} a role?`);
  await look(office.page, 'grant-en');
});

it('en français : un administrateur crée un compte, remet un code de restauration et imprime la lettre', async () => {
  const [admin, person] = [await staff('admin', 'fr'), await world().person({ locale: 'fr' })];
  const visit = await world().visit('fr-CH');
  const { page } = visit;
  await signInTo(world(), visit, admin, { language: 'fr', path: '/admin/users' });
  await visit.seen('Utilisateurs');
  await look(page, 'users-fr');
  await follow(page, 'Nouvel utilisateur');
  await visit.seen('Nouvel utilisateur');
  await look(page, 'create-fr');
  await fill(page, "Nom d'utilisateur", 'amelie.durand');
  await fill(page, 'Adresse e-mail', 'amelie.durand@example.org');
  await press(page, 'Créer et inviter');
  await visit.seen('amelie.durand');
  expect(await notice(page)).toContain("L'invitation est en route vers amelie.durand@example.org");
  await world().mail.waitFor(({ recipients }) => recipients.includes('amelie.durand@example.org'));

  await page.goto(`${world().issuer}/admin/users?q=${person.username}`);
  await follow(page, 'Ouvrir');
  await visit.seen(person.username);
  await look(page, 'user-fr');
  await follow(page, 'Remettre un code de restauration');
  await visit.seen(`Remettre un code de restauration à ${person.username} ?`);
  await look(page, 'issue-fr');
  await page.getByLabel(named('Par lettre')).check();
  await fill(page, "Comment vous avez vérifié de qui il s'agit", 'pièce d’identité, ticket 12');
  await press(page, 'Remettre le code');
  await visit.seen(`Code de restauration pour ${person.username}`);
  await look(page, 'issued-fr');
  const code = await page.getByTestId('restore-code').innerText();
  const [letter] = await Promise.all([visit.context.waitForEvent('page'), press(page, 'Imprimer la lettre')]);
  await letter.waitForLoadState();
  expect(await letter.getByTestId('restore-code').innerText()).toBe(code);
  await look(letter, 'letter-fr');
  await letter.close();
  await follow(page, 'Terminé');
  await visit.seen(person.username);
  await follow(page, 'Donner un rôle');
  await visit.seen(`Donner un rôle à ${person.username} ?`);
  await look(page, 'grant-fr');
  await page.getByLabel(named('Opérateur')).first().check();
  await fill(page, 'Motif', 'rejoint l’assistance');
  await press(page, 'Donner le rôle');
  await visit.seen(person.username);
  expect(await notice(page)).toContain(`${person.username} a désormais ce rôle.`);
  await follow(page, 'Administration');
  await follow(page, "Journal d'audit");
  await visit.seen("Journal d'audit");
  await look(page, 'log-fr');
  await follow(page, 'English');
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

it('somebody without a role finds nothing behind /admin', async () => {
  const person = await world().person();
  const { page } = await world().visit();
  await page.goto(`${world().issuer}/admin/users`);
  await typePassword(page, person);
  await typeCode(page, person.authenticator?.code() ?? '');
  await page.waitForURL((url) => url.pathname === '/admin');
  expect(await page.title()).toMatch(/^Error: /);
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
});
