import { refuse, seeOther } from '../../frame/answer.ts';
import { type Page, page } from '../../frame/page.ts';
import { complete } from './go-on.ts';
import { journeyCookie, loadBegun, loadInteraction, ownJourney, signInPath } from './load.ts';
import { keepOrigin, readOrigin } from './origin.ts';

/** Everything is proven already: the press that ends the journey. */
const continuePage = page('/sign-in/:uid/continue', {
  get: (ctx) => seeOther(signInPath(ctx.params.uid)),
  post: async (ctx) => {
    const at = await loadBegun(ctx);
    if ('kind' in at) return at;
    const { interaction, journey, next } = at;
    return next.page === 'complete' ? complete(ctx, at, journey) : seeOther(signInPath(interaction.uid));
  },
});

/** "Skip this step": an application only wished for more (OpenID Connect Core 1.0, 5.5.1.1). */
const declinePage = page('/sign-in/:uid/decline', {
  get: (ctx) => seeOther(signInPath(ctx.params.uid)),
  post: async (ctx) => {
    const interaction = await loadInteraction(ctx);
    if ('kind' in interaction) return interaction;
    if (!interaction.optional) return seeOther(signInPath(interaction.uid));
    const to = await ctx.interactions.finish(ctx, interaction.uid, {});
    return seeOther(to ?? ctx.interactions.restartUrl(interaction.request));
  },
});

/** "Go back to …": `access_denied` goes to the application. */
const abortPage = page('/sign-in/:uid/abort', {
  get: (ctx) => seeOther(signInPath(ctx.params.uid)),
  post: async (ctx) => {
    const interaction = await loadInteraction(ctx);
    if ('kind' in interaction) return interaction;
    const to = await ctx.interactions.abort(ctx, interaction.uid);
    return to ? seeOther(to) : refuse('no-longer-open');
  },
});

/** "Use another account": forgets the journey begun here; the next page begins one under a new cookie. */
const otherAccountPage = page('/sign-in/:uid/other-account', {
  get: (ctx) => seeOther(signInPath(ctx.params.uid)),
  post: async (ctx) => {
    const interaction = await loadInteraction(ctx);
    if ('kind' in interaction) return interaction;
    if (interaction.prompt === 'login') ctx.cookies.clear(journeyCookie(interaction.uid));
    return seeOther(signInPath(interaction.uid));
  },
});

/**
 * "Lost credentials?": remembers in this browser which sign-in led there, so that a recovery can end in the application, and goes on to
 * the page for everybody. Changes nothing but the visitor's own cookie.
 */
const lostCredentialsLink = page('/sign-in/:uid/lost-credentials', {
  get: async (ctx) => {
    const interaction = await ctx.interactions.find(ctx, ctx.params.uid);
    if (!interaction) return seeOther('/lost-credentials');
    const journey = await ownJourney(ctx);
    const before = readOrigin(ctx);
    const typed = before?.uid === interaction.uid ? before.identifier : '';
    keepOrigin(ctx, interaction, typed || (journey?.identifier ?? interaction.request['login_hint'] ?? ''));
    return seeOther('/lost-credentials');
  },
});

/** "Emergency access": the same. */
const emergencyLink = page('/sign-in/:uid/emergency-access', {
  get: async (ctx) => {
    const interaction = await ctx.interactions.find(ctx, ctx.params.uid);
    if (!interaction) return seeOther('/emergency-access');
    const journey = await ownJourney(ctx);
    keepOrigin(ctx, interaction, journey?.identifier ?? interaction.request['login_hint'] ?? '');
    return seeOther('/emergency-access');
  },
});

/** The ways out of a sign-in. */
export const leavingPages: readonly Page[] = [
  continuePage,
  declinePage,
  abortPage,
  otherAccountPage,
  lostCredentialsLink,
  emergencyLink,
];
