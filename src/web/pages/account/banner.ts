import type { Owner } from '../../../flows/account/act.ts';
import type { PageBanner } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** What happened to the account since this browser last looked, done in another one; undefined when nothing did. */
export async function bannerFor(_ctx: PageContext, _owner: Owner): Promise<PageBanner | undefined> {
  return undefined;
}
