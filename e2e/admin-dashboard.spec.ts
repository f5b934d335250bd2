import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { grantRole } from '../src/flows/administration/roles.ts';
import { follow, press, signInTo } from './support/steps.ts';
import { folded, look, mainText, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();
beforeAll(async () => {
  await fillDays();
  await fillLockOut();
  // Somebody whom the loss of a phone locks out, for the lock-out report.
  await world().person({ phone: false });
});

const [FACTOR, PASSWORD] = ['reset-second-factor:email-code+password+sms-code', 'reset-password:email-code+totp'];

/** Ninety days as a help desk has them. */
async function fillDays(): Promise<void> {
  const kinds = [
    ['sign-in', '', 940],
    ['sign-in-failed', '', 61],
    ['email-sent', '', 210],
    ['email-failed', '', 3],
    ['sms-sent', '', 88],
    ['sms-failed', '', 12],
    ['recovery-begun', '', 7],
    ['recovery-begun', FACTOR, 20],
    ['recovery-finished', FACTOR, 15],
    ['recovery-begun', PASSWORD, 12],
    ['recovery-finished', PASSWORD, 11],
  ] as const;
  for (const [kind, route, most] of kinds)
    await sql`insert into daily_counts select 'default', regain_day(regain_now()) - d * 86400000::bigint, ${kind}, ${route},
      (${most}::int * (0.55 + 0.45 * sin(d / 5.0)) * case when d % 7 in (1, 2) then 0.3 else 1 end)::bigint
      from generate_series(1, 89) d`.execute(world().regain.context.database.db);
}

async function fillLockOut(): Promise<void> {
  await sql`insert into lock_out_days select 'default', regain_day(regain_now()) - d * 86400000::bigint, d / 4, 20 + d / 2, 40 - d / 3, 9
    from generate_series(1, 60) d`.execute(world().regain.context.database.db);
}

const WORDS = {
  en: {
    title: 'Dashboard',
    show: 'Show',
    time: 'Time',
    last: 'The last 90 days',
    recoveries: 'Recoveries',
    way: 'Password, with link by e-mail and authenticator app',
    only: 'Only by this way: Password',
    requests: 'See the requests',
    queue: 'Requests',
    recovery: 'Recovery',
    self: 'Self-recovery',
    switching: 'Self-recovery: Regain',
    report: 'Lock-out report',
    language: 'en-GB',
  },
  fr: {
    title: 'Tableau de bord',
    show: 'Afficher',
    time: 'Période',
    last: 'Les 90 derniers jours',
    recoveries: 'Récupérations',
    way: "Mot de passe, avec lien par e-mail et application d'authentification",
    only: 'Par ce moyen seulement : Mot de passe',
    requests: 'Voir les demandes',
    queue: 'Demandes',
    recovery: 'Récupération',
    self: 'Récupération autonome',
    switching: 'Récupération autonome : Regain',
    report: 'Rapport de blocage',
    language: 'fr-CH',
  },
} as const;

it.each(['en', 'fr'] as const)(
  'the dashboard, in %s: drawn and told, narrowed by time and way, in the dark and on a phone',
  async (locale) => {
    const words = WORDS[locale];
    const operator = await world().person({ locale });
    await grantRole(world().regain.context.administration, operator.username, {
      role: 'admin',
      organizationId: null,
    });
    const visit = await world().visit(words.language);
    const { page } = visit;
    await signInTo(world(), visit, operator, { language: locale, path: '/admin' });
    await visit.seen(words.title);
    await look(page, `dashboard-${locale}`);
    const signIns = page.locator('table[aria-labelledby="sign-ins"]');
    expect(await signIns.getByRole('row').count()).toBe(31);
    // What is drawn is there, coloured, and nobody has it read out.
    const fill = await page.evaluate('getComputedStyle(document.querySelector(".chart path[fill]")).fill');
    expect(fill).toMatch(/^rgb\((?!0, 0, 0)/);
    expect(await page.getByRole('img').count()).toBe(0);
    await page.emulateMedia({ colorScheme: 'dark' });
    await visit.seen(words.title);
    await look(page, `dashboard-${locale}-dark`);

    await page.getByLabel(named(words.time)).selectOption({ label: words.last });
    const ways = page.getByLabel(named(words.recoveries));
    const options = await ways.locator('option').allInnerTexts();
    await ways.selectOption({ index: options.findIndex((text) => folded(text) === words.way) });
    await press(page, words.show);
    await page.waitForURL(/days=90/);
    expect(await signIns.getByRole('row').count()).toBe(91);
    expect(await mainText(visit)).toContain(words.only);
    await look(page, `dashboard-${locale}-90`);
    await follow(page, words.requests);
    await visit.seen(words.queue);

    await follow(page, words.recovery);
    await follow(page, words.self);
    await visit.seen(words.switching);
    await look(page, `self-recovery-${locale}-dark`);
    await follow(page, words.report);
    await visit.seen(words.report);
    expect(await page.locator('table[aria-labelledby="distances"]').getByRole('row').count()).toBe(5);
    expect(await page.locator('table[aria-labelledby="causes"]').getByRole('row').count()).toBeGreaterThan(2);
    await look(page, `lock-out-${locale}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
    await visit.seen(words.report);
    await look(page, `lock-out-${locale}`);
  },
);
