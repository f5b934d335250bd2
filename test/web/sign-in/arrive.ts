import type { Interaction, InteractionResult } from '../../../src/flows/ports/interactions.ts';
import type { PageBrowser } from '../../support/page-browser.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Site } from '../../support/site.ts';

export type Changes = Parameters<Site['interactions']['begin']>[1];

export interface Arrived {
  readonly browser: PageBrowser;
  readonly path: string;
  readonly interaction: Interaction;
}

/** A browser whose person has given the right password. */
export async function arrive(site: Site, person: Person, changes: Changes = {}): Promise<Arrived> {
  const browser = site.browser();
  const interaction = site.interactions.begin(browser, changes);
  const path = `/sign-in/${interaction.uid}`;
  await browser.open(path);
  await browser.post(path, { username: person.username, password: PASSWORD });
  return { browser, path, interaction };
}

/** What pages handed to the provider as the end of this interaction. */
export function resultsOf(site: Site, { uid }: Interaction): readonly { readonly result: InteractionResult }[] {
  return site.interactions.finished.filter((one) => one.uid === uid);
}
