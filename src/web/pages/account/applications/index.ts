import type { Page } from '../../../frame/page.ts';
import { applicationsPage } from './applications.ts';
import { removeAccessPage } from './remove.ts';

/** Which applications have access to the account, and how to take it away. */
export const applicationPages: readonly Page[] = [applicationsPage, removeAccessPage];
