import { z } from 'zod';
import type { Journey } from '../../../domain/journey.ts';
import type { Advanced, Finished } from '../../../flows/outcome.ts';
import type { Account, Visitor } from '../../../flows/ports.ts';
import { leastHere, setPassword } from '../../../flows/set-password.ts';
import { type Answer, type PageError, type PageStep, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { rememberingDevice } from '../new-factor/device.ts';

/** A journey at which a new password is chosen. The page that uses this may carry more in it. */
export interface Choosing {
  readonly journey: Journey;
  readonly account: Account;
}

export interface NewPasswordSettings<Loaded extends Choosing> {
  /** This browser's journey when a new password is what it asks for; else where to go instead. */
  load(ctx: PageContext, method: 'GET' | 'POST'): Promise<Loaded | Answer>;
  /** The password was taken: more is asked for, or the journey has ended. */
  onward(ctx: PageContext, outcome: Advanced | Finished): Answer | Promise<Answer>;
  /** The path that shows whose turn it is. */
  readonly turn: string;
  /** Whether the browser becomes a known device when it is the last step. */
  remembers?(loaded: Loaded): boolean;
  /** Where am I, and what will happen once it is set. */
  around(
    ctx: PageContext,
    loaded: Loaded,
  ): { readonly steps: readonly PageStep[]; readonly before: string | undefined };
}

const form = z.object({ password: field() });

/** "Choose a new password" at `path`: length first, the reason when it is refused, no second field (STANDARDS PWD, G-03, B-03). */
export function newPasswordPage<Loaded extends Choosing>(path: string, settings: NewPasswordSettings<Loaded>): Page {
  const show = (ctx: PageContext, loaded: Loaded, error?: PageError): Answer => {
    const { steps, before } = settings.around(ctx, loaded);
    return render(
      'new-password/new-password',
      ctx.t('recovery:new_password_title'),
      { username: loaded.account.username, least: leastOf(ctx, loaded), before },
      { steps, ...(error && { errors: [error] }) },
    );
  };

  return page(path, {
    async get(ctx) {
      const loaded = await settings.load(ctx, 'GET');
      return 'journey' in loaded ? show(ctx, loaded) : loaded;
    },

    async post(ctx) {
      const { password } = ctx.form(form);
      const loaded = await settings.load(ctx, 'POST');
      if (!('journey' in loaded)) return loaded;
      const set = (visitor: Visitor) => setPassword(ctx.ports, visitor, loaded.journey, password);
      const outcome = await (settings.remembers?.(loaded) ? rememberingDevice(ctx, set) : set(ctx.visitor));
      switch (outcome.outcome) {
        case 'advanced':
        case 'finished':
          return settings.onward(ctx, outcome);
        case 'signed-in':
          return seeOther(settings.turn);
        case 'refused': {
          const { reason } = outcome;
          if (reason === 'not-asked' || reason === 'browser-blocked') return seeOther(settings.turn);
          const why = password === '' ? 'recovery:new_password_missing' : (`recovery:password_${reason}` as const);
          return show(ctx, loaded, { field: 'password', text: ctx.t(why, { least: leastOf(ctx, loaded) }) });
        }
      }
    },
  });
}

const leastOf = (ctx: PageContext, { account, journey }: Choosing): number => leastHere(ctx.ports, account, journey);
