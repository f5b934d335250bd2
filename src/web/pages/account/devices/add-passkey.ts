import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import { addPasskey, offerPasskey } from '../../../../flows/account/add-passkey.ts';
import { type Answer, type PageSettings, render } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { readResponse } from '../../new-factor/response.ts';
import { consolePage, unlessAllowed } from '../console-page.ts';
import { answerTo, beforeFirst, nameFor, unlessCounted } from './adding.ts';
import { defaultName, isElsewhere } from './default-name.ts';
import { ADD_PASSKEY } from './paths.ts';

const form = z.object({ pending: field(), name: field(), response: field(65_536) });

/** "Add a passkey": the challenge lies sealed in the form, so that showing the page changes nothing. */
export const addPasskeyPage = consolePage(ADD_PASSKEY, {
  section: 'devices',
  get: (ctx, owner) =>
    unlessCounted(owner, 'passkey') ??
    unlessAllowed(ctx, owner, 'add-factor', ADD_PASSKEY) ??
    show(ctx, owner, defaultName(ctx, 'passkey', owner.account)),

  async post(ctx, owner) {
    const { pending, name, response: posted } = ctx.form(form);
    const response = readResponse(posted);
    const proposed = defaultName(ctx, 'passkey', owner.account);
    const typed = name === proposed && isElsewhere(response) ? '' : name;
    const outcome = await addPasskey(ctx.ports, owner, { pending, response, name: nameFor(owner, 'passkey', typed) });
    return answerTo(ctx, owner, { kind: 'passkey', path: ADD_PASSKEY }, outcome, (settings, reason) => {
      const noScript = posted === '' && reason === 'passkey-failed';
      const errors = noScript ? { errors: [{ text: ctx.t('parts:passkey_needs_javascript') }] } : {};
      return show(ctx, owner, name, { ...settings, ...errors });
    });
  },
});

async function show(ctx: PageContext, owner: Owner, name: string, settings: PageSettings = {}): Promise<Answer> {
  const { pending, options } = await offerPasskey(ctx.ports, owner);
  const locals = { action: ctx.url(ADD_PASSKEY), options, pending, name, before: beforeFirst(ctx, owner) };
  return render('account/devices/add-passkey', ctx.t('devices:add_passkey_title'), locals, {
    passkey: true,
    returnTo: ADD_PASSKEY,
    ...settings,
  });
}
