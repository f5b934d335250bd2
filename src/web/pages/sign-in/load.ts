import type { Journey } from '../../../domain/journey.ts';
import { beginSignIn } from '../../../flows/begin-sign-in.ts';
import { type Next, nextPage } from '../../../flows/next.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import type { Account } from '../../../flows/ports.ts';
import { verdictOn } from '../../../flows/standing.ts';
import { type Answer, refuse, seeOther } from '../../frame/answer.ts';
import type { CookieKey } from '../../frame/cookies.ts';
import type { PageContext } from '../../frame/page.ts';

/** A sign-in as this browser walks it. */
export interface SigningIn {
  readonly interaction: Interaction;
  readonly journey: Journey;
  /** Undefined until a first proof named it. */
  readonly account: Account | undefined;
  readonly next: Next;
}

/** The path of a sign-in, or of a page below it (`signInPath(uid, '/totp')`). */
export const signInPath = (uid: string, below = ''): string => `/sign-in/${encodeURIComponent(uid)}${below}`;

/** The interaction that the address names. */
export const uidOf = (ctx: Pick<PageContext, 'params'>): string => ctx.params['uid'] ?? '';

export const journeyCookie = (uid: string): CookieKey => `sign-in/${uid}`;

/**
 * The interaction that this browser holds, and where to go when it is gone: the application's request is started anew when its journey is
 * still known. Tells the frame for whom the page is.
 */
export async function loadInteraction(ctx: PageContext): Promise<Interaction | Answer> {
  const interaction = await ctx.interactions.find(ctx, uidOf(ctx));
  if (interaction) {
    await ctx.knowing({ uiLocales: interaction.request['ui_locales'], clientId: interaction.client.id });
    return interaction;
  }
  const journey = await ownJourney(ctx);
  if (!journey?.request) return refuse('no-longer-open');
  return seeOther(ctx.interactions.restartUrl(journey.request));
}

/** The journey that this browser has begun. Without one, the page that shows what is asked comes first (ATTACKS A1). */
export async function loadBegun(ctx: PageContext): Promise<SigningIn | Answer> {
  const interaction = await loadInteraction(ctx);
  if ('kind' in interaction) return interaction;
  const journey = await ownJourney(ctx);
  return journey ? standing(ctx, interaction, journey) : seeOther(signInPath(interaction.uid));
}

/**
 * For a page: begins the journey when this browser has none in this interaction, under a new cookie (ATTACKS A18). A step-up and a
 * registration that is owed go on from what the session was opened with; a sign-in starts from nothing.
 */
export async function loadOrBegin(ctx: PageContext, interaction: Interaction): Promise<SigningIn> {
  return standing(ctx, interaction, (await ownJourney(ctx)) ?? (await begin(ctx, interaction)));
}

/** This browser's open journey in the interaction that the address names. */
export async function ownJourney(ctx: PageContext): Promise<Journey | undefined> {
  const uid = uidOf(ctx);
  const browserHash = ctx.cookies.hash(journeyCookie(uid));
  return browserHash ? ctx.ports.store.journeys.findSignIn(uid, browserHash, ctx.ports.now()) : undefined;
}

/** Where a journey stands once it has taken a step. */
export function standAt(
  ctx: Pick<PageContext, 'ports'>,
  interaction: Interaction,
  journey: Journey,
  account: Account | undefined,
): SigningIn {
  const next: Next = account
    ? nextPage(journey, account, verdictOn(ctx.ports, account, journey))
    : { page: 'password' };
  return { interaction, journey, account, next };
}

async function standing(ctx: PageContext, interaction: Interaction, journey: Journey): Promise<SigningIn> {
  const account = journey.accountId ? await ctx.ports.store.accounts.load(journey.accountId) : undefined;
  if (account) await ctx.knowing({ account: account.locale });
  return standAt(ctx, interaction, journey, account);
}

/** Why somebody who is signed in signs in again, as oneself. */
const AGAIN = ['login_prompt', 'max_age', 'session_age'];

/** The username of the session, where only time has passed: it stands in its field already, and can be changed. */
async function whoIsHere(ctx: PageContext, { prompt, reasons, session }: Interaction): Promise<string> {
  if (prompt !== 'login' || !session || !reasons.every((reason) => AGAIN.includes(reason))) return '';
  return (await ctx.ports.store.accounts.load(session.accountId))?.username ?? '';
}

/** As long as a proof is fresh enough to register a second factor on. */
const FRESH_MS = 15 * 60_000;

async function begin(ctx: PageContext, interaction: Interaction): Promise<Journey> {
  const { uid, client, request, session, atLeast, prompt } = interaction;
  const goesOn = prompt !== 'login' && session ? session : undefined;
  return beginSignIn(
    ctx.ports,
    ctx.visitor,
    {
      interactionUid: uid,
      clientId: client.id,
      organizationId: client.organizationId,
      request,
      locale: ctx.locale,
      loginHint: request['login_hint'] ?? (await whoIsHere(ctx, interaction)),
      // Registering a factor asks for a fresh proof: an unattended session must not bind somebody else's (ATTACKS A4).
      ...(goesOn && { session: { ...goesOn, ...(prompt === 're_register' && { proofsLast: FRESH_MS }) } }),
      ...(atLeast && { atLeast }),
    },
    ctx.cookies.issue(journeyCookie(uid)),
  );
}
