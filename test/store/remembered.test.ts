import { expect, it } from 'vitest';
import type { Changed, Changes } from '../../src/store/changes.ts';
import { remembered } from '../../src/store/remembered.ts';

/** Changes that a test makes, and a source whose answers it chooses. */
function setUp() {
  const listeners: ((what: Changed) => void)[] = [];
  const state = { heard: true, value: 'first' as string | undefined, loads: 0 };
  const changes: Changes = {
    heard: () => state.heard,
    onChange: (listener) => void listeners.push(listener),
    onAccount: () => () => {},
    close: async () => {},
  };
  const memory = remembered(changes, ['clients'], async (key) => {
    state.loads += 1;
    if (state.value === 'fault') throw new Error('no database');
    return state.value && `${key}: ${state.value}`;
  });
  const change = (what: Changed) => {
    for (const listener of listeners) listener(what);
  };
  return { state, memory, change };
}

it('loads once, and again after a change of its kind or of everything', async () => {
  const { state, memory, change } = setUp();
  for (const what of ['organizations', 'clients', 'policies', 'all'] as const) {
    await memory.get('a');
    await memory.get('a');
    change(what);
  }
  expect(state.loads).toBe(2);
  state.value = 'second';
  expect(await memory.get('a')).toBe('a: second');
});

it('trusts nothing while it cannot hear of changes', async () => {
  const { state, memory } = setUp();
  await memory.get('a');
  state.heard = false;
  state.value = 'second';
  expect(await memory.get('a')).toBe('a: second');
  expect(await memory.get('a')).toBe('a: second');
  expect(state.loads).toBe(3);
});

it('does not keep what was read before a change and came after it', async () => {
  const { state, memory, change } = setUp();
  const slow = memory.get('a');
  change('clients');
  state.value = 'second';
  await slow;
  expect(await memory.get('a')).toBe('a: second');
});

it('remembers neither faults nor that something was not there', async () => {
  const { state, memory } = setUp();
  state.value = 'fault';
  await expect(memory.get('a')).rejects.toThrow('no database');
  state.value = undefined;
  expect(await memory.get('a')).toBeUndefined();
  state.value = 'there';
  expect(await memory.get('a')).toBe('a: there');
});
