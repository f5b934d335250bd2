import { toString as drawQr } from 'qrcode';
import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import { addTotp, offerTotp } from '../../../../flows/account/add-totp.ts';
import { type Answer, type PageSettings, render } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { appsFor } from '../../new-factor/apps.ts';
import { consolePage, unlessAllowed } from '../console-page.ts';
import { answerTo, beforeFirst, nameFor, unlessCounted } from './adding.ts';
import { defaultName } from './default-name.ts';
import { ADD_APP } from './paths.ts';

const form = z.object({ pending: field(), name: field(), code: field() });

/** "Add an authenticator app": the secret lies sealed in the form, so that showing the page changes nothing. */
export const addAppPage = consolePage(ADD_APP, {
  section: 'devices',
  get: (ctx, owner) =>
    unlessCounted(owner, 'totp') ??
    unlessAllowed(ctx, owner, 'add-factor', ADD_APP) ??
    show(ctx, owner, { name: defaultName(ctx, 'totp', owner.account) }),

  async post(ctx, owner) {
    const { pending, name, code } = ctx.form(form);
    const outcome = await addTotp(ctx.ports, owner, { pending, code, name: nameFor(owner, 'totp', name) });
    return answerTo(ctx, owner, { kind: 'totp', path: ADD_APP }, outcome, (settings) => {
      const missing = code.trim() === '' && settings.errors?.some((error) => error.field === 'code');
      const errors = missing ? { errors: [{ field: 'code', text: ctx.t('factor:code_missing') }] } : {};
      return show(ctx, owner, { name, pending }, { ...settings, ...errors });
    });
  },
});

async function show(
  ctx: PageContext,
  owner: Owner,
  typed: { readonly name: string; readonly pending?: string },
  settings: PageSettings = {},
): Promise<Answer> {
  const { pending, secret, uri } = offerTotp(ctx.ports, owner, typed.pending);
  const locals = {
    action: ctx.url(ADD_APP),
    apps: appsFor(ctx),
    svg: await drawQr(uri, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' }),
    pending,
    secret,
    uri,
    name: typed.name,
    before: beforeFirst(ctx, owner),
  };
  return render('account/devices/add-app', ctx.t('devices:add_app_title'), locals, { returnTo: ADD_APP, ...settings });
}
