import type { Owner } from '../../../flows/account/act.ts';
import { isOpen } from '../../../flows/contestable.ts';
import type { Notice } from '../../../flows/ports.ts';
import { whenOf } from '../../../i18n/dates.ts';
import type { PageBanner } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { whatHappened } from '../not-me/words.ts';

export const SEEN = '/account/notices/seen';
const MOST = 5;

/** One notice as an open page shows it, whether it stands there from the beginning or is told to it later. `href`: `/path`. */
export interface Told {
  readonly id: string;
  readonly text: string;
  readonly href: string;
  readonly label: string;
  readonly at: number;
}

type Reader = Pick<Owner, 'account' | 'session' | 'visitor'>;

/** What happened to the account since this browser last looked, done in another one; newest first. Marks nothing as seen. */
export async function toldIn({ ports, t }: Pick<PageContext, 'ports' | 't'>, reader: Reader): Promise<readonly Told[]> {
  const browser = { deviceHash: reader.visitor.deviceHash, signedInAt: reader.session.at };
  const notices = await ports.store.notices.unseenIn(reader.account.id, browser, MOST);
  return notices.map((notice) => toldOf(t, notice));
}

/** The same above a page of the console; undefined when nothing did. `here`: the page, to come back to. */
export async function bannerFor(ctx: PageContext, owner: Owner, here: string): Promise<PageBanner | undefined> {
  const { locale, ports, t } = ctx;
  const told = await toldIn(ctx, owner);
  const [newest] = told;
  if (!newest) return undefined;
  return {
    notices: told.map(({ text, href, label, at }) => ({ text, href, label, when: whenOf(locale, at, ports.now()) })),
    // A browser that carries nothing of ours cannot be remembered to have seen it.
    ...(owner.visitor.deviceHash && {
      dismiss: {
        action: SEEN,
        values: { until: String(newest.at), back: here },
        text: t('account:seen'),
      },
    }),
  };
}

function toldOf(t: PageContext['t'], notice: Notice): Told {
  const { id, kind, at } = notice;
  const contestable = isOpen(notice);
  return {
    id,
    at,
    text: whatHappened(t, kind),
    href: contestable ? `/account/notices/${id}/not-me` : '/account/activity',
    label: t(contestable ? 'account:was_it_you' : 'parts:banner_look'),
  };
}
