import { expect, test } from 'vitest';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import { FROM } from '../../support/from.ts';
import { addPerson } from '../../support/people.ts';
import { useSite } from '../../support/site.ts';
import type { Changes } from './arrive.ts';

const site = useSite({ pages: signInPages });

/** What stands in the field for the username, in a sign-in that began in somebody's session. */
async function named(reasons: readonly string[], changes: Changes = {}): Promise<{ field: string; username: string }> {
  const person = await addPerson(site());
  const { store, crypto } = site().ports;
  const [journeyId, uid] = [crypto.uuid(), crypto.token()];
  await store.sessions.recordProofs(journeyId, person.id, [], FROM);
  const browser = site().browser();
  const session = { uid, accountId: person.id };
  const { uid: interaction } = site().interactions.begin(browser, { reasons, session, ...changes });
  const { html } = await browser.open(`/sign-in/${interaction}`);
  return { field: /name="username"[^>]*value="([^"]*)"/.exec(html)?.[1] ?? 'none', username: person.username };
}

test.each([[['max_age']], [['login_prompt']], [['session_age', 'max_age']]])(
  'who signs in again because of %j finds the name in its field',
  async (reasons) => {
    const { field, username } = await named(reasons);
    expect(field).toBe(username);
  },
);

test.each([[['account_not_admitted']], [['account_gone']], [['id_token_hint', 'max_age']], [['no_session']]])(
  'where somebody else may be meant (%j) the field is empty',
  async (reasons) => {
    expect((await named(reasons)).field).toBe('');
  },
);

test('what the application hints at comes first', async () => {
  const request = { client_id: 'app', scope: 'openid', login_hint: 'grace' };
  expect((await named(['login_prompt'], { request })).field).toBe('grace');
});
