import { expect, it } from 'vitest';
import { addPerson, crypto, useStore, visitor } from './fixture.ts';

const fixture = useStore();

it('after a recovery only the browser that did it is known; other accounts keep theirs', async () => {
  const { store, clock } = fixture();
  const [person, other] = [await addPerson(fixture()), await addPerson(fixture())];
  const [own, thief] = [crypto.hashToken('own'), crypto.hashToken('thief')];
  for (const hash of [own, thief]) {
    await store.devices.remember(person.id, hash, visitor, clock.now);
    await store.devices.remember(other.id, hash, visitor, clock.now);
  }
  const known = async (accountId: string) => [
    await store.devices.isKnown(accountId, own),
    await store.devices.isKnown(accountId, thief),
  ];

  await store.devices.forgetOthers(person.id, own);
  expect(await known(person.id)).toEqual([true, false]);
  await store.devices.forgetOthers(person.id, null);
  expect(await known(person.id)).toEqual([false, false]);
  expect(await known(other.id)).toEqual([true, true]);
});
