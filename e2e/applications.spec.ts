import { expect, it } from 'vitest';
import { ownApplication } from './support/application.ts';
import type { Person } from './support/person.ts';
import { arrive, follow, leaveApplication, press, typeCode, typePassword, WORDS } from './support/steps.ts';
import { at, folded, mainText, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: {
    locale: 'en-GB',
    title: 'Applications',
    asks: (app: string) => `${app} asks for access to your account`,
    can: 'It can recognise you when you come back, see your e-mail address, and keep this access while you are away.',
    given: 'Access given 2 hours ago',
    used: { now: 'Last used just now', before: 'Last used 2 hours ago' },
    remove: 'Remove access',
    removing: (app: string) => `Remove the access of ${app}?`,
    removed: (app: string) => `${app} no longer has access to your account.`,
    none: 'No application has access to your account.',
    signedOut: 'Sign in with Regain',
  },
  fr: {
    locale: 'fr-CH',
    title: 'Applications',
    asks: (app: string) => `${app} demande l'accès à votre compte`,
    can: 'Elle peut vous reconnaître à votre retour, voir votre adresse e-mail et conserver cet accès en votre absence.',
    given: 'Accès donné il y a 2 heures',
    used: { now: "Dernière utilisation à l'instant", before: 'Dernière utilisation il y a 2 heures' },
    remove: "Retirer l'accès",
    removing: (app: string) => `Retirer l'accès donné à ${app} ?`,
    removed: (app: string) => `${app} n'a plus accès à votre compte.`,
    none: "Aucune application n'a accès à votre compte.",
    signedOut: "S'authentifier avec Regain",
  },
} as const;
type Language = keyof typeof TEXTS;

const world = useWorld();

/** Password and code. The clock moves on by one step, so that the next code is a new one. */
async function signIn({ page }: Visit, person: Person, language: Language): Promise<void> {
  await typePassword(page, person, language);
  await typeCode(page, person.authenticator?.code() ?? '', language);
  world().clock.skip(30_000);
}

const row = ({ page }: Visit, app: string) => page.locator('#applications > li').filter({ hasText: app });
const rowText = async (visit: Visit, app: string) => folded(await row(visit, app).innerText()).replaceAll(/\s+/g, ' ');

it.each(['en', 'fr'] as const)(
  '%s: access is seen in both browsers, taken away in one it is gone in the other, dead in the application, and asked for anew',
  async (language) => {
    const texts = TEXTS[language];
    const person = await world().person({ locale: language });
    const [laptop, tablet] = [await world().visit(texts.locale), await world().visit(texts.locale)];
    const name = `Atlas ${language}`;
    const atlas = await ownApplication(world(), name);

    // Two applications have access by way of the laptop.
    await leaveApplication(world(), laptop.page);
    await signIn(laptop, person, language);
    await arrive(world(), laptop.page, language);
    await atlas.leave(laptop.page, { scope: 'openid email offline_access', prompt: 'consent' });
    await laptop.seen(texts.asks(name));
    await press(laptop.page, WORDS[language].allow);
    const first = await atlas.arrived(laptop.page);
    world().clock.skip(2 * 3_600_000);
    const used = await atlas.refreshes(first.refresh_token ?? '');
    expect(used.ok).toBe(true);

    await tablet.page.goto(`${world().issuer}/account/applications`);
    await signIn(tablet, person, language);
    await tablet.seen(texts.title);
    const shown = await rowText(tablet, name);
    for (const text of [texts.can, texts.given, texts.used.now]) expect(shown).toContain(text);
    expect(await rowText(tablet, 'Demo application')).toContain(texts.used.before);

    // Taken away on the tablet: the refresh token is dead, the laptop's page does not show it, and it has to ask.
    await row(tablet, name).getByRole('link').click();
    await tablet.seen(texts.removing(name));
    await press(tablet.page, texts.remove);
    await at(tablet, texts.title);
    expect(await mainText(tablet)).toContain(texts.removed(name));
    expect((await atlas.refreshes(used.next)).ok).toBe(false);
    await laptop.page.goto(`${world().issuer}/account/applications`);
    await at(laptop, texts.title);
    expect([await row(laptop, name).count(), await row(laptop, 'Demo application').count()]).toEqual([0, 1]);
    await atlas.leave(laptop.page, { scope: 'openid email' });
    await at(laptop, texts.asks(name));

    // Taken away on the laptop: the demo application is told, and signs out there.
    await laptop.page.goto(world().app);
    expect(await laptop.page.getByTestId('sub').innerText()).toBe(person.sub);
    await laptop.page.goto(`${world().issuer}/account/applications`);
    await follow(laptop.page, texts.remove);
    await press(laptop.page, texts.remove);
    await laptop.page
      .getByText(texts.none)
      .or(laptop.page.getByText(texts.none.replaceAll("'", '’')))
      .waitFor();
    await expect
      .poll(async () => {
        await laptop.page.goto(world().app);
        return laptop.page.getByTestId('sub').count();
      })
      .toBe(0);
    // Signed in here it still is: the application asks, and nothing else does.
    await leaveApplication(world(), laptop.page);
    await at(laptop, texts.asks('Demo application'));
    await tablet.page.reload();
    await tablet.seen(texts.title);
    expect(await mainText(tablet)).toContain(texts.none);
  },
);
