import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { discardDraft, saveDraft } from '../../../src/flows/administration/policy-draft.ts';
import { grantRole, revokeRole } from '../../../src/flows/administration/roles.ts';
import { setPolicy } from '../../../src/flows/administration/set-policy.ts';
import { ownerOf } from '../../support/owner.ts';
import { addOrganization, addPerson } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

let here: TestPorts;
beforeAll(async () => {
  here = await openPorts();
});
afterAll(() => here.close());

const usual = PRESETS['password-sms'];
const why = { findings: [], reason: 'a reason' };

/** The ports of an admin of this organization, in a session of this moment. */
async function office(organizationId: string) {
  const person = await addPerson(here, { organizationId });
  await grantRole(here.administration, person.username, { role: 'admin', organizationId });
  return { person, ports: { ...here.administration, operator: await ownerOf(here, person.id) } };
}

test('of many who compared with one version exactly one publishes; who lost the role, or has none there, does not', async () => {
  const [org, elsewhere] = [await addOrganization(here, usual), await addOrganization(here, usual)];
  const { person, ports } = await office(org);
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      setPolicy(ports, org, { ...usual, name: `no-${index}` }, why, { since: 1 }),
    ),
  );
  const won = all.filter(({ outcome }) => outcome === 'set');
  expect(won).toEqual([{ outcome: 'set', version: 2 }]);
  expect(all.filter((one) => one.outcome === 'refused' && one.reason === 'changed-meanwhile')).toHaveLength(7);
  expect(await here.administration.store.policies.find(org, 2)).toMatchObject({
    by: person.username,
    reason: 'a reason',
  });
  expect(await setPolicy(ports, elsewhere, usual, why)).toEqual({ outcome: 'refused', reason: 'not-allowed' });
  await revokeRole(here.administration, person.username, { role: 'admin', organizationId: org });
  expect(await setPolicy(ports, org, usual, why)).toEqual({ outcome: 'refused', reason: 'not-allowed' });
  expect((await here.administration.store.policies.inForce(org))?.version).toBe(2);
});

test('a draft is one admin’s own: of two windows one saves, publishing ends the one that was seen, and nobody elsewhere writes any', async () => {
  const [org, elsewhere] = [await addOrganization(here, usual), await addOrganization(here, usual)];
  const { person, ports } = await office(org);
  const { drafts } = here.administration.store;
  const windows = await Promise.all(['a', 'b', 'c'].map((text) => saveDraft(ports, org, { text, seen: 0 })));
  expect(windows.filter(({ outcome }) => outcome === 'saved')).toHaveLength(1);
  expect(await saveDraft(ports, org, { text: 'later', seen: 1 })).toEqual({ outcome: 'saved' });
  expect(await drafts.of(org, person.id)).toMatchObject({ text: 'later', saves: 2, basedOn: 1 });
  // What was saved after the page was made is not published with it, and not thrown away.
  expect(await setPolicy(ports, org, usual, why, { since: 1, draft: 1 })).toMatchObject({ outcome: 'set' });
  expect(await drafts.of(org, person.id)).toMatchObject({ text: 'later' });
  for (const work of [saveDraft(ports, elsewhere, { text: 'x', seen: 0 }), discardDraft(ports, elsewhere)])
    expect(await work).toEqual({ outcome: 'refused', reason: 'not-allowed' });
  expect(await discardDraft(ports, org)).toEqual({ outcome: 'discarded' });
  expect(await drafts.of(org, person.id)).toBeUndefined();
});
