import { hash as argon2 } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { createFairQueue } from '../../src/crypto/fair-queue.ts';
import { createPasswords } from '../../src/crypto/passwords.ts';
import { Busy } from '../../src/flows/ports.ts';

const passwords = await createPasswords();

test('a hash is argon2id with 19 MiB, 2 passes and 1 lane, salted, and verifies only its password', async () => {
  const hash = await passwords.hash('correct horse battery staple');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.hash('correct horse battery staple')).not.toBe(hash);
  expect(await passwords.verify('correct horse battery staple', hash)).toEqual({ ok: true, outdated: false });
  expect(await passwords.verify('Correct horse battery staple', hash)).toEqual({ ok: false, outdated: false });
  expect(await passwords.verify('', hash)).toEqual({ ok: false, outdated: false });
});

test('nothing is cut: characters far behind still count', async () => {
  const long = 'é'.repeat(255);
  const hash = await passwords.hash(`${long}a`);
  expect((await passwords.verify(`${long}a`, hash)).ok).toBe(true);
  expect((await passwords.verify(`${long}b`, hash)).ok).toBe(false);
  expect((await passwords.verify('a\0b', await passwords.hash('a\0c'))).ok).toBe(false);
});

test.each([
  ['less memory', { memoryCost: 12_288, timeCost: 2, parallelism: 1 }],
  ['other passes', { memoryCost: 19_456, timeCost: 3, parallelism: 1 }],
  ['other lanes', { memoryCost: 19_456, timeCost: 2, parallelism: 2 }],
  ['argon2i', { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 1 }],
])('a hash with %s still verifies and is outdated', async (_, options) => {
  const hash = await argon2('a password', options);
  expect(await passwords.verify('a password', hash)).toEqual({ ok: true, outdated: true });
  expect(await passwords.verify('another one', hash)).toEqual({ ok: false, outdated: false });
});

test('A11 without an account a hash is computed as well, and the answer is no', async () => {
  // One at a time, none waiting: a second call is turned away only while the first one really works.
  const narrow = await createPasswords({ width: 1, depth: 0 });
  const first = narrow.verify('whatever', undefined);
  await expect(narrow.verify('whatever', undefined)).rejects.toBeInstanceOf(Busy);
  expect(await first).toEqual({ ok: false, outdated: false });
  expect(await narrow.verify('', undefined)).toEqual({ ok: false, outdated: false });
});

test('A11 the work for an unknown account is the same work', async () => {
  const hash = await passwords.hash('a password');
  // Processor time, not the clock: what else runs on the machine does not matter.
  const cost = async (known: string | undefined) => {
    const began = process.cpuUsage();
    for (let round = 0; round < 10; round += 1) await passwords.verify('a password', known);
    return process.cpuUsage(began).user;
  };
  await cost(hash);
  expect(await cost(undefined)).toBeGreaterThan((await cost(hash)) / 2);
});

test('more than 4096 bytes is never right, and takes a place like any other', async () => {
  const long = 'x'.repeat(4_097);
  const hash = await argon2(long, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const narrow = await createPasswords({ width: 1, depth: 0 });
  const first = narrow.verify(long, hash);
  await expect(narrow.verify(long, hash)).rejects.toBeInstanceOf(Busy);
  expect(await first).toEqual({ ok: false, outdated: false });
  await expect(passwords.hash(long)).rejects.toBeInstanceOf(RangeError);
});

test('a hash that is none is a fault, not a wrong password', async () => {
  await expect(passwords.verify('a password', 'plain text')).rejects.toThrow('Decoding failed');
});

test.each([
  ['password', true],
  ['PassWord', true],
  ['12345678', true],
  ['motdepasse', true],
  ['december', true],
  ['gentiment', true],
  // Only the whole password counts (NIST PWD-10).
  ['password-of-my-own', false],
  ['motdepasse7!Xq', false],
  ['correct horse battery staple', false],
  ['', false],
])('is %j common? %j', (password, common) => {
  expect(passwords.isCommon(password)).toBe(common);
});

test('the queue runs so many at a time, in the order they came, and turns the rest away with a time to wait', async () => {
  const queue = createFairQueue({ width: 2, depth: 3 });
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const jobs = gates.map((gate, number) =>
    queue.run(async () => {
      order.push(number);
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
    }),
  );
  const refusal = await queue.run(async () => 'too late').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Busy);
  expect(refusal instanceof Busy && refusal.retryAfter).toBeGreaterThanOrEqual(1);
  for (const gate of gates) gate.resolve();
  await Promise.all(jobs);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  await expect(queue.run(async () => 'in time again')).resolves.toBe('in time again');
});

test('a place kept is a place: who has one is never turned away; too many, or too many of one holder, are Busy', async () => {
  const queue = createFairQueue({ width: 1, depth: 16 });
  const gate = Promise.withResolvers<void>();
  const running = queue.run(() => gate.promise);
  const own = [queue.keepPlace('one'), queue.keepPlace('one')];
  expect(() => queue.keepPlace('one')).toThrow(Busy);
  const others = ['two', 'three', 'four'].flatMap((holder) => [queue.keepPlace(holder), queue.keepPlace(holder)]);
  expect(() => queue.keepPlace('five')).toThrow(Busy);

  // Those who kept no place wait too, and still there is room for all who did.
  const waiting = [...own, ...others].flatMap(() => [queue.run(async () => 'came'), queue.run(async () => 'has one')]);
  await expect(queue.run(async () => 'too many')).rejects.toBeInstanceOf(Busy);
  gate.resolve();
  await running;
  expect(await Promise.all(waiting)).toHaveLength(16);

  own[0]?.[Symbol.dispose]();
  own[0]?.[Symbol.dispose]();
  {
    using place = queue.keepPlace('one');
    expect(place).toBeDefined();
    expect(() => queue.keepPlace('one')).toThrow(Busy);
  }
  expect(queue.keepPlace('one')).toBeDefined();
});

test('passwords keep places for their callers', async () => {
  const narrow = await createPasswords({ width: 1, depth: 8 });
  {
    using _place = narrow.ready('192.0.2.0/24');
    expect(() => narrow.ready('192.0.2.0/24')).toThrow(Busy);
  }
  expect(() => narrow.ready('192.0.2.0/24')).not.toThrow();
});

test('work that fails gives its place free', async () => {
  const queue = createFairQueue({ width: 1, depth: 1 });
  const failing = queue.run(() => Promise.reject(new Error('no')));
  const next = queue.run(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
  await expect(queue.run(async () => 'again')).resolves.toBe('again');
});
