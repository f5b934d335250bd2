import { RECOVERY_STAGES } from '../../../../domain/policy-of-account.ts';
import type { PageMaker } from '../admin-page.ts';
import { frontPage } from './front.ts';
import { leftOutPage } from './left-out.ts';
import { onePage } from './one.ts';
import { pilotGroupPage } from './pilot-group.ts';
import { switchPage } from './switch.ts';

export const selfRecoveryPages: readonly PageMaker[] = [
  frontPage,
  onePage,
  leftOutPage,
  pilotGroupPage,
  ...RECOVERY_STAGES.map(switchPage),
];
