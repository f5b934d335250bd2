import type { Owner } from '../../../../flows/account/act.ts';
import { addingOf } from '../../../../flows/account/contest-act.ts';
import type { Contact } from '../../../../flows/ports.ts';
import type { PageContext } from '../../../frame/page.ts';
import { notMeHerePath } from '../notices/not-me.ts';

interface Link {
  readonly text: string;
  readonly href: string;
}

/** "I don't know this address": to the contest of its adding, which takes it away for good. Undefined where nobody can have done that. */
export async function notMine(ctx: PageContext, { account }: Owner, { id, kind }: Contact): Promise<Link | undefined> {
  const adding = await addingOf(ctx.ports, account, id);
  return adding && { text: ctx.t(`contacts:unknown_${kind}`), href: ctx.url(notMeHerePath(adding.id)) };
}
