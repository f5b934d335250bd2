import { type Answer, render } from '../../../frame/answer.ts';
import type { Desk } from '../desk.ts';
import { applicationPath } from './paths.ts';

/** A secret that was just made: in the answer to the form and at no address. */
export function showIssued(
  { ctx }: Desk,
  { id, name }: { readonly id: string; readonly name: string },
  secret: string,
): Answer {
  const { t } = ctx;
  const locals = {
    secret,
    rows: [
      { key: 'client_id', value: id },
      { key: 'issuer', value: ctx.ports.issuer },
    ],
    back: ctx.url(applicationPath(id)),
  };
  const title = t('registered:issued_title', { name });
  return render('admin/applications/issued', title, locals, { returnTo: applicationPath(id) });
}
