import type { Page } from '../../../frame/page.ts';
import { activityPage } from './activity.ts';
import { exportPage } from './export.ts';
import { notMinePage } from './not-mine.ts';

/** What happened to the account, as a list and as a file, and what to do about it. `export` stands before `:seq`. */
export const activityPages: readonly Page[] = [activityPage, exportPage, notMinePage];
