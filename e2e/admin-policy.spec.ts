import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { grantRole } from '../src/flows/administration/roles.ts';
import type { Person } from './support/person.ts';
import { fill, follow, press, signInTo } from './support/steps.ts';
import { at, folded, look, mainText, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

async function admin(locale: 'en' | 'fr'): Promise<Person> {
  const person = await world().person({ locale });
  const request = { role: 'admin', organizationId: null } as const;
  await grantRole(world().regain.context.administration, person.username, request);
  return person;
}

const alert = async (page: Page) => folded(await page.getByRole('alert').innerText());

it('an admin mends a draft at its lines, reads what it would mean, tries it, publishes it knowingly, and goes back', async () => {
  const visit = await world().visit();
  const { page } = visit;
  await signInTo(world(), visit, await admin('en'), { language: 'en', path: '/admin' });
  await follow(page, 'Recovery');
  await visit.seen('Policy');
  await look(page, 'policy-en');
  expect(await mainText(visit)).toContain('code by e-mail + password + code by SMS (accounts with a second factor)');

  await follow(page, 'Edit');
  await at(visit, 'Your draft');
  const field = page.getByLabel(named('Text of the policy'));
  const text = (await field.inputValue()).replace(
    'id: link-password-sms\n      proofs: [email-code, password, sms-code]',
    'id: link-alone\n      proofs: [email-code]',
  );
  await field.fill(text.replace('selfRecovery: true', 'selfRecvery: true'));
  await press(page, 'Save and check');
  await page.getByRole('alert').waitFor();
  await visit.seen('Your draft');
  await look(page, 'draft-with-faults-en');
  expect(await alert(page)).toMatch(/Line \d+, column 1 \(“selfRecvery: true”\): .*Did you mean “selfRecovery”\?/);
  await field.fill(text.replace('name: password-sms', 'name: too-easy'));
  await press(page, 'Save and check');
  await page.getByText(named('To take an account over, the mailbox alone now suffices.')).waitFor();
  await page.getByText(named('Line by line')).click();
  await visit.seen('Your draft');
  await look(page, 'draft-en');

  await follow(page, 'Try it');
  await at(visit, 'Try it');
  await page.getByLabel(named('the mailbox')).check();
  await page.getByLabel(named('phone'), { exact: true }).check();
  await press(page, 'See what happens');
  await page.getByText(named('takes the account over')).waitFor();
  await visit.seen('Try it');
  await look(page, 'try-en');
  await follow(page, 'Back to the policy');
  await follow(page, 'Publish');
  await at(visit, 'Put this draft in force?');
  await press(page, 'Put in force');
  await page.getByRole('alert').waitFor();
  await visit.seen('Put this draft in force?');
  await look(page, 'publish-en');
  expect(await alert(page)).toContain('Not accepted: Whoever reads the mailbox');
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await fill(page, 'Reason', 'nothing personal in it');
  await press(page, 'Put in force');
  await page.getByText(named('Version 2 is in force.')).waitFor();
  expect(await mainText(visit)).toContain('nothing personal in it');

  await follow(page, 'Versions');
  await visit.seen('Versions of the policy');
  await look(page, 'versions-en');
  await page
    .getByRole('link', { name: named('Open') })
    .nth(1)
    .click();
  await visit.seen('Version 1 of the policy');
  await look(page, 'version-en');
  await follow(page, 'Go back to this version');
  await at(visit, 'Go back to version 1?');
  await fill(page, 'Reason', 'it was too easy');
  await press(page, 'Go back to it');
  await page.getByText(named('Version 3 is in force.')).waitFor();
  expect(await mainText(visit)).toContain('This is version 1 again.');
});

it('en français, au téléphone et dans le noir : par les interrupteurs, les pertes et les vols, jusqu’à la publication', async () => {
  const visit = await world().visit('fr-CH');
  const { page } = visit;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await signInTo(world(), visit, await admin('fr'), { language: 'fr', path: '/admin/policy' });
  await visit.seen('Politique');
  await look(page, 'policy-fr');
  await follow(page, 'Pertes et vols');
  await visit.seen('Pertes et vols');
  await look(page, 'proof-fr');
  await follow(page, 'Retour à la politique');
  await follow(page, 'Modifier');
  await follow(page, 'Utiliser les interrupteurs');
  await visit.seen('Interrupteurs');
  await look(page, 'switches-fr');
  await page.getByLabel(named('Les codes de restauration sont proposés')).check();
  await page.getByLabel(named('en main propre')).check();
  await press(page, 'Modifier le brouillon');
  await visit.seen('Votre brouillon');
  await look(page, 'draft-fr');
  expect(folded(await page.locator('main').innerText())).toContain(
    'Nouveau chemin : code de restauration + code par e-mail',
  );
  await follow(page, 'Publier');
  await visit.seen('Mettre ce brouillon en vigueur ?');
  await look(page, 'publish-fr');
  await fill(page, 'Motif', 'des codes sur papier');
  await press(page, 'Mettre en vigueur');
  await visit.seen('Politique');
  expect(folded(await page.getByRole('status').innerText())).toMatch(/La version \d est en vigueur\./);
});
