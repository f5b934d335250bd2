import type { Page } from '../../frame/page.ts';
import { codePages } from './code.ts';
import { provePages } from './prove.ts';
import { requestPages } from './request.ts';
import { startPage } from './start.ts';

/** "Emergency access" (SPEC M2), in the order in which a person walks it. */
export const emergencyPages: readonly Page[] = [
  startPage, //     /emergency-access
  ...provePages, // …/way, …/sms, …/sms/again, …/email, …/email/again, …/password, …/step
  ...codePages, //  …/code, …/new-password, …/over
  ...requestPages, // …/request, …/request/:token, …/stop/:token
];
