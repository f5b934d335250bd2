import type { PageMaker } from '../admin-page.ts';
import { ACTS, actPage } from './act.ts';
import { createPage } from './create.ts';
import { editPage } from './edit.ts';
import { listPage } from './list.ts';
import { applicationPage } from './one.ts';
import { secretPage } from './secret.ts';

/** What is named stands before what takes any id. */
export const applicationPages: readonly PageMaker[] = [
  listPage,
  createPage,
  applicationPage,
  editPage,
  secretPage,
  ...ACTS.map(actPage),
];
