import { z } from 'zod';
import { ADDITIONS, type Addition } from '../../../../domain/addition.ts';
import { isProposed } from '../../../../domain/proposals.ts';
import { proposeAddition } from '../../../../flows/administration/propose-addition.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { versionIn } from '../applications/application.ts';
import { type Desk, mayIn } from '../desk.ts';
import { LONGEST_REASON } from '../users/act.ts';
import { LOCK_OUT, PROPOSE, proposePath } from './paths.ts';

const form = z.object({ reason: field(), version: field(20), turn: z.enum(['on', 'off']) });

/** What helps most, proposed at sign-ins from now on, or no longer: what that does, and why it is done (SPEC X2). */
export const proposePage = adminPage(PROPOSE, {
  section: 'lock-out',
  fresh: true,
  get: about((desk, asked) => show(desk, asked)),
  post: about(async (desk, asked) => {
    const { ctx, ports, operator } = desk;
    const { organizationId, add } = asked;
    const { reason: typed, version, turn } = ctx.form(form);
    const reason = typed.trim().slice(0, LONGEST_REASON);
    const on = turn === 'on';
    const done = await proposeAddition(ports, organizationId, { add, on, version: versionIn(version), reason });
    if (done.outcome === 'amended') {
      const name = ctx.t(`lock-out:add_${add}`);
      say(ctx, on ? 'lock-out:said_on' : 'lock-out:said_off', { add: name }, { account: operator.account.id });
      return seeOther(`${LOCK_OUT}?${new URLSearchParams({ organization: organizationId }).toString()}`);
    }
    if (done.outcome === 'unsafe') return refuse('fault');
    if (done.reason === 'not-allowed') return refuse('not-allowed');
    if (done.reason === 'no-organization') return refuse('not-found');
    if (done.reason === 'no-reason')
      return show(desk, asked, [{ field: 'reason', text: ctx.t('admin:reason_missing') }]);
    return show(desk, asked, [{ text: ctx.t('self-recovery:changed_meanwhile') }], reason, 409);
  }),
});

interface Asked {
  readonly organizationId: string;
  readonly add: Addition;
}

function about(
  handler: (desk: Desk, asked: Asked) => Answer | Promise<Answer>,
): (desk: Desk) => Answer | Promise<Answer> {
  return (desk) => {
    const { organization = '', addition } = desk.ctx.params;
    const add = ADDITIONS.find((one) => one === addition);
    if (!add || !mayIn(desk, 'see-report', organization)) return refuse('not-found');
    return handler(desk, { organizationId: organization, add });
  };
}

async function show(
  { ctx, ports }: Desk,
  { organizationId, add }: Asked,
  errors: readonly PageError[] = [],
  reason = '',
  status?: number,
): Promise<Answer> {
  const { t } = ctx;
  const inForce = await ports.store.policies.inForce(organizationId);
  if (!inForce || (add === 'restore-code' && !inForce.policy.restoreCode.offered)) return refuse('not-found');
  const turn = isProposed(inForce.policy, add) ? 'off' : 'on';
  const name = t(`lock-out:add_${add}`);
  const locals = {
    happens: [
      t(turn === 'on' ? 'lock-out:happens_on' : 'lock-out:happens_off', { add: name }),
      ...(turn === 'on' ? [t(add === 'restore-code' ? 'lock-out:happens_never' : 'lock-out:happens_later')] : []),
      t('self-recovery:happens_version'),
    ],
    values: { version: String(inForce.version), turn },
    action: ctx.url(proposePath(organizationId, add)),
    back: `${ctx.url(LOCK_OUT)}?${new URLSearchParams({ organization: organizationId }).toString()}`,
    choice: undefined,
    reason: { value: reason, hint: t('self-recovery:reason_hint') },
    button: { text: t(`lock-out:turn_${turn}`), kind: 'primary' },
  };
  return render('admin/users/act', t(`lock-out:turn_${turn}_title`, { add: name }), locals, {
    errors,
    returnTo: proposePath(organizationId, add),
    ...(status !== undefined && { status }),
  });
}
