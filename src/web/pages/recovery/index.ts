import type { Page } from '../../frame/page.ts';
import { choosePage } from './choose.ts';
import { donePages } from './done.ts';
import { linkPage } from './link.ts';
import { lostCredentialsPage } from './lost-credentials.ts';
import { overPage } from './over.ts';
import { provePages } from './prove.ts';
import { renewPages } from './renew.ts';
import { restoreCodePages } from './restore-code.ts';
import { sentPages } from './sent.ts';

/** "Lost credentials?", in the order in which a person walks it. */
export const recoveryPages: readonly Page[] = [
  lostCredentialsPage, // /lost-credentials
  ...restoreCodePages, // …/restore-code, …/your-restore-code
  ...sentPages, //        …/sent, …/sent/again
  linkPage, //            …/link/:token
  choosePage, //          …/choose
  ...provePages, //       …/password, …/sms, …/sms/again, …/second-factor, …/totp, …/passkey, …/method
  ...renewPages, //       …/new-password, …/new-factor, …/totp, …/passkey, …/step
  ...donePages, //        …/done, …/continue
  overPage, //            …/over
];
