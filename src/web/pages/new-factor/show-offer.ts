import { toString as drawQr } from 'qrcode';
import type { Journey } from '../../../domain/journey.ts';
import { offerFactor } from '../../../flows/enrol-factor.ts';
import { type Answer, type PageError, type PageStep, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { appsFor } from './apps.ts';

/** What surrounds the page. */
export interface Around {
  /** Where am I. */
  readonly steps?: readonly PageStep[];
  /** "Your old second factors will be removed …" */
  readonly before?: string;
  /** Links below. */
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

/** The page with its secret, QR code and passkey options; undefined when a factor is not what is asked for. `base`: its path. */
export async function showOffer(
  ctx: PageContext,
  journey: Journey,
  base: string,
  around: Around,
  error: PageError | undefined,
): Promise<Answer | undefined> {
  const offer = await offerFactor(ctx.ports, journey);
  if (!offer) return undefined;
  const locals = {
    totpAction: ctx.url(`${base}/totp`),
    passkeyAction: ctx.url(`${base}/passkey`),
    apps: appsFor(ctx),
    svg: await drawQr(offer.uri, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' }),
    secret: offer.secret,
    uri: offer.uri,
    passkeyOptions: offer.passkey,
    before: around.before,
    links: around.links ?? [],
  };
  return render('new-factor/register', ctx.t('factor:register_title'), locals, {
    passkey: true,
    returnTo: base,
    ...(around.steps && { steps: around.steps }),
    ...(error && { errors: [error] }),
  });
}
