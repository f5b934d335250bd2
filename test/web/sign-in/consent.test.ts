import { describe, expect, test } from 'vitest';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import { readOrigin } from '../../../src/web/pages/sign-in/origin.ts';
import type { PageBrowser } from '../../support/page-browser.ts';
import { addPerson } from '../../support/people.ts';
import { useSite } from '../../support/site.ts';

const site = useSite({ pages: signInPages });

async function asked(locale: 'en' | 'fr' = 'en', scopes: readonly string[] = ['openid', 'profile', 'email']) {
  const person = await addPerson(site(), { locale });
  const browser = site().browser();
  const { uid } = site().interactions.begin(browser, {
    prompt: 'consent',
    reasons: ['op_scopes_missing'],
    session: { uid: 'session', accountId: person.id },
    consent: { scopes, claims: [], apis: { 'https://api.example.test/': 'Ledger' } },
  });
  await browser.open(`/sign-in/${uid}`);
  return { person, browser, uid };
}

const originOf = (browser: PageBrowser) => {
  const value = browser.cookie('regain_origin');
  const note = () => (value ? Buffer.from(value, 'base64url') : undefined);
  return readOrigin({
    ports: site().ports,
    cookies: { note },
  });
};

describe('consent', () => {
  test('says in words what the application gets, in the account’s language, and to whose account', async () => {
    const { person, browser } = await asked('fr', [
      'openid',
      'email',
      'offline_access',
      '<b>odd',
      'https://api.example.test/ read',
    ]);
    const { text, html } = browser.page;
    expect(text).toContain("Atlas demande l'accès à votre compte");
    expect(text).toContain(`Votre compte : ${person.username}`);
    expect(text).toContain('voir votre adresse e-mail');
    expect(text).toContain('conserver cet accès en votre absence');
    expect(text).not.toContain('voir votre numéro de téléphone');
    expect(text).toContain('faire « read » dans Ledger en votre nom');
    expect(html).not.toContain('<b>odd');
  });

  test('allowed and not allowed', async () => {
    const yes = await asked();
    expect((await yes.browser.press('Allow')).path).toBe(`/auth/${yes.uid}`);
    expect(site().interactions.granted).toContain(yes.uid);
    const no = await asked();
    expect((await no.browser.press('Do not allow')).path).toBe(`/auth/${no.uid}`);
    expect(site().interactions.aborted).toContain(no.uid);
    expect(site().interactions.granted).not.toContain(no.uid);
  });

  test('nothing but one of the two answers is taken', async () => {
    const { browser, uid } = await asked();
    expect((await browser.post(`/sign-in/${uid}/consent`, { decision: 'yes' })).status).toBe(400);
    expect(site().interactions.granted).not.toContain(uid);
  });
});

describe('“Lost credentials?”', () => {
  test('remembers in this browser where it came from, sealed, with the name that was typed', async () => {
    const browser = site().browser();
    const { uid, request } = site().interactions.begin(browser, {
      request: { client_id: 'app', ui_locales: 'fr', login_hint: 'hinted' },
    });
    const path = `/sign-in/${uid}`;
    await browser.open(path);
    const response = await browser.request(`${path}/lost-credentials`);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/lost-credentials');
    const origin = { uid, clientId: 'app', organizationId: 'default', request, uiLocales: 'fr' };
    expect(originOf(browser)).toEqual({ ...origin, identifier: 'hinted' });
    expect(Buffer.from(browser.cookie('regain_origin') ?? '', 'base64url').toString('latin1')).not.toContain('hinted');

    await browser.post(path, { username: 'typed.by.me', password: 'wrong' });
    await browser.request(`${path}/lost-credentials`);
    expect(originOf(browser)).toEqual({ ...origin, identifier: 'typed.by.me' });
  });

  test('of a browser that does not hold the sign-in remembers nothing', async () => {
    const browser = site().browser();
    const { uid } = site().interactions.begin(browser);
    const stranger = site().browser();
    const response = await stranger.request(`/sign-in/${uid}/lost-credentials`);
    expect(response.headers.get('location')).toBe('/lost-credentials');
    expect(stranger.cookie('regain_origin')).toBeUndefined();
  });

  test('a request too long for a cookie is left out, the rest stays', async () => {
    const browser = site().browser();
    const { uid } = site().interactions.begin(browser, { request: { client_id: 'app', claims: 'x'.repeat(6000) } });
    await browser.request(`/sign-in/${uid}/lost-credentials`);
    expect(originOf(browser)).toMatchObject({ uid, request: null });
  });

  test('a note that somebody else wrote is none', () => {
    const browser = site().browser();
    browser.setCookie('regain_origin', site().crypto.seal('{}', 'another').toString('base64url'));
    expect(originOf(browser)).toBeUndefined();
  });
});

test('another account: forgets the journey, under a new cookie', async () => {
  const person = await addPerson(site());
  const browser = site().browser();
  const { uid } = site().interactions.begin(browser);
  const path = `/sign-in/${uid}`;
  await browser.open(path);
  const before = browser.cookie('regain_sign_in');
  await browser.post(path, { username: person.username, password: 'a long walk by the lake' });
  await browser.press('Use another account');
  expect(browser.page.text).toContain('Sign in to your account');
  expect(browser.page.html).not.toContain(person.username);
  expect(browser.cookie('regain_sign_in')).not.toBe(before);
});
