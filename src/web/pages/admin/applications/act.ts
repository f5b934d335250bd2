import { z } from 'zod';
import { removeClient, resumeClient, suspendClient } from '../../../../flows/administration/suspend-client.ts';
import type { AdministrationPorts } from '../../../../flows/ports/administration.ts';
import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import type { TextKey } from '../../../../i18n/translate.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage, type PageMaker } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LONGEST_REASON } from '../users/act.ts';
import { onApplication, refusedClient } from './application.ts';
import { APPLICATION, applicationPath, LIST } from './paths.ts';

type Performed = Awaited<ReturnType<typeof suspendClient | typeof removeClient>>;

/** One thing that can be done to an application as a whole, with a word of reason. */
interface ApplicationAct {
  readonly name: 'suspend' | 'resume' | 'remove';
  readonly icon: string;
  readonly offered: (client: RegisteredClient) => boolean;
  readonly happens: readonly TextKey[];
  readonly danger: boolean;
  readonly perform: (ports: AdministrationPorts, id: string, why: { readonly reason: string }) => Promise<Performed>;
}

export const ACTS: readonly ApplicationAct[] = [
  {
    name: 'suspend',
    icon: 'shield-off',
    offered: ({ suspendedAt }) => suspendedAt === null,
    happens: ['registered:suspend_1', 'registered:suspend_2', 'registered:suspend_3'],
    danger: true,
    perform: suspendClient,
  },
  {
    name: 'resume',
    icon: 'shield-check',
    offered: ({ suspendedAt }) => suspendedAt !== null,
    happens: ['registered:resume_1'],
    danger: false,
    perform: resumeClient,
  },
  {
    name: 'remove',
    icon: 'trash-2',
    offered: () => true,
    happens: ['registered:remove_1', 'registered:remove_2', 'registered:suspend_3'],
    danger: true,
    perform: removeClient,
  },
];

const form = z.object({ reason: field() });

export function actPage(act: ApplicationAct): PageMaker {
  return adminPage(`${APPLICATION}/${act.name}`, {
    section: 'applications',
    fresh: true,
    get: onApplication((desk, client) =>
      act.offered(client) ? show(desk, client, act) : seeOther(applicationPath(client.id)),
    ),
    post: onApplication(async (desk, client) => {
      const { ctx, ports, operator } = desk;
      const reason = ctx.form(form).reason.trim().slice(0, LONGEST_REASON);
      if (reason === '') return show(desk, client, act, [{ field: 'reason', text: ctx.t('admin:reason_missing') }]);
      const done = await act.perform(ports, client.id, { reason });
      if (done.outcome === 'refused')
        return done.reason === 'changed-meanwhile' ? refuse('fault') : refusedClient(done.reason);
      say(ctx, `registered:said_${act.name}`, { name: client.name }, { account: operator.account.id });
      return seeOther(done.outcome === 'removed' ? LIST : applicationPath(client.id));
    }),
  });
}

function show({ ctx }: Desk, client: RegisteredClient, act: ApplicationAct, errors: readonly PageError[] = []): Answer {
  const { t } = ctx;
  const locals = {
    happens: act.happens.map((key) => t(key)),
    values: {},
    action: ctx.url(applicationPath(client.id, `/${act.name}`)),
    back: ctx.url(applicationPath(client.id)),
    choice: undefined,
    reason: { value: '', hint: t('registered:reason_hint') },
    button: { text: t(`registered:act_${act.name}_submit`), kind: act.danger ? 'danger' : 'primary' },
  };
  const title = t(`registered:act_${act.name}_title`, { name: client.name });
  return render('admin/users/act', title, locals, { errors, returnTo: applicationPath(client.id, `/${act.name}`) });
}
