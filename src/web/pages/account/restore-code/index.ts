import type { Page } from '../../../frame/page.ts';
import { filePage, paperPage } from './copies.ts';
import { codePage } from './landing.ts';
import { newPage } from './new.ts';
import { removePage } from './remove.ts';
import { seePage } from './see.ts';

/** The restore code of the account: whether there is one, a new one, the same again, on paper, none any more. */
export const restoreCodePages: readonly Page[] = [codePage, newPage, seePage, removePage, filePage, paperPage];
