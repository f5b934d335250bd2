import type { PageMaker } from '../admin-page.ts';
import { createPage } from './create.ts';
import { editPage } from './edit.ts';
import { PARTS } from './fields.ts';
import { listPage } from './list.ts';
import { logoPage } from './logo.ts';
import { organizationPage } from './one.ts';

/** What is named stands before what takes any id. */
export const organizationPages: readonly PageMaker[] = [
  listPage,
  createPage,
  organizationPage,
  ...PARTS.map(editPage),
  logoPage,
];
