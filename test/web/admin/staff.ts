import type { Role } from '../../../src/domain/role.ts';
import { grantRole } from '../../../src/flows/administration/roles.ts';
import type { Person, PersonSettings } from '../../support/people.ts';
import { signInAt } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import type { World } from '../recovery/world.ts';

/** Gives a role, as the command line does. */
export async function grant(
  world: World,
  { username }: Pick<Person, 'username'>,
  role: Role,
  organizationId: string | null = null,
): Promise<void> {
  const done = await grantRole(world.running.context.administration, username, { role, organizationId });
  if (done.outcome !== 'set') throw new Error(done.reason);
}

/** Somebody with a role. */
export async function staff(
  world: World,
  role: Role,
  organizationId: string | null = null,
  settings: PersonSettings = {},
): Promise<Person> {
  const person = await world.person(settings);
  await grant(world, person, role, organizationId);
  return person;
}

/** Opens a page of the operators' console and signs in where that is asked. */
export async function openAdmin(world: World, browser: Browser, person: Person, path = '/admin'): Promise<PageOf> {
  const page = await browser.open(path);
  return page.path.startsWith('/sign-in/') ? signInAt(world, browser, person, page) : page;
}
