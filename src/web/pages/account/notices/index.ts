import type { Page } from '../../../frame/page.ts';
import { livePage } from './live.ts';
import { notMeHerePage } from './not-me.ts';
import { seenPage } from './seen.ts';

/** What happens to the account, told in the console. */
export const noticePages: readonly Page[] = [
  livePage, //      /account/live
  seenPage, //      /account/notices/seen
  notMeHerePage, // /account/notices/:id/not-me
];
