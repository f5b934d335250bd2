import type { PageMaker } from '../admin-page.ts';
import { createPage } from './create.ts';
import { editPage, removePage } from './edit.ts';
import { listPage } from './list.ts';

/** What is named stands before what takes any id. */
export const apiPages: readonly PageMaker[] = [listPage, createPage, editPage, removePage];
