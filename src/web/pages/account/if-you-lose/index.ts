import type { Page } from '../../../frame/page.ts';
import { checkUpPage } from './check-up.ts';
import { ifYouLosePage } from './if-you-lose.ts';

/** What becomes of the owner after a loss, and the one step that would help most. */
export const ifYouLosePages: readonly Page[] = [ifYouLosePage, checkUpPage];
