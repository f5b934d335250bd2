import type { Page } from '../../../frame/page.ts';
import { closePage, keepPage } from './close.ts';
import { exportDataPage } from './export.ts';
import { myDataPage } from './my-data.ts';

/** A copy of one's data, what is kept and why, and closing the account. */
export const myDataPages: readonly Page[] = [myDataPage, exportDataPage, closePage, keepPage];
