import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Owner } from '../../../src/flows/account/act.ts';
import { addContact } from '../../../src/flows/account/add-contact.ts';
import { confirmContact } from '../../../src/flows/account/confirm-contact.ts';
import type { Contact, Ports } from '../../../src/flows/ports.ts';
import { accountOf, ownerOf } from '../../support/owner.ts';
import type { Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

export const CODE = '424242';

/** Ports whose every code is 424242, and what an owner does with addresses and numbers. */
export interface Coded {
  readonly test: TestPorts;
  readonly ports: Ports;
  /** All budgets are full again. */
  unlimited(): Promise<unknown>;
  /** Asks for a code to a new one; its id. */
  asked(owner: Owner, kind: Contact['kind'], value: string, replaces?: string): Promise<string>;
  /** The same, and types it, in a session of its own. */
  added(
    person: Person,
    kind: Contact['kind'],
    value: string,
    replaces?: string,
  ): Promise<Awaited<ReturnType<typeof confirmContact>>>;
  contactOf(person: Person, value: string): Promise<Contact>;
}

export function useCodes(): () => Coded {
  let coded: Coded | undefined;
  beforeAll(async () => {
    coded = codesOn(await openPorts());
  });
  afterAll(() => coded?.test.close());
  beforeEach(() => coded?.unlimited());
  return () => {
    if (!coded) throw new Error('the ports are not open yet');
    return coded;
  };
}

function codesOn(test: TestPorts): Coded {
  const ports = { ...test.ports, crypto: { ...test.ports.crypto, digits: (count: number) => CODE.slice(0, count) } };
  const asked: Coded['asked'] = async (owner, kind, value, replaces) => {
    const sent = await addContact(ports, owner, { kind, value, ...(replaces !== undefined && { replaces }) });
    if (sent.outcome !== 'sent') throw new Error(JSON.stringify(sent));
    return sent.codeId;
  };
  return {
    test,
    ports,
    asked,
    unlimited: () => sql`delete from rate_limits`.execute(test.database.db),
    added: async (person, kind, value, replaces) => {
      const owner = await ownerOf(test, person.id);
      return confirmContact(ports, owner, await asked(owner, kind, value, replaces), CODE);
    },
    contactOf: async (person, value) => {
      const found = (await accountOf(test, person.id)).contacts.find((contact) => contact.value === value);
      if (!found) throw new Error(`${value} is not there`);
      return found;
    },
  };
}

let made = 0;
export const newEmail = (): string => `new${(made += 1)}@example.net`;
export const newPhone = (): string => `+4178${String(6_000_000 + (made += 1))}`;
