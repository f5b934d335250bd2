import type { Page } from '../../frame/page.ts';
import { checkUpAtSignIn } from './check-up.ts';
import { consentPage } from './consent.ts';
import { leavingPages } from './leave.ts';
import { lostPages } from './lost.ts';
import { newFactorAtSignIn } from './new-factor.ts';
import { onboardingPage } from './onboarding.ts';
import { passkeyPage } from './passkey.ts';
import { passwordPage } from './password.ts';
import { restoreCodeAtSignIn } from './restore-code.ts';
import { secondFactorPages } from './second-factor.ts';
import { selectAccountPage } from './select-account.ts';

/** Signing in: `/sign-in/:uid` shows what is asked for, the addresses below it take what is given. */
export const signInPages: readonly Page[] = [
  passwordPage, //           /sign-in/:uid
  passkeyPage, //            …/passkey
  ...secondFactorPages, //   …/totp, …/sms, …/sms/again, …/emergency-code, …/method
  ...lostPages, //           …/lost, …/lost/done
  ...newFactorAtSignIn, //   …/new-factor, …/new-factor/totp, …/new-factor/passkey
  ...restoreCodeAtSignIn, // …/restore-code, …/restore-code/new
  onboardingPage, //         …/add
  checkUpAtSignIn, //        …/check-up
  selectAccountPage, //      …/select-account
  consentPage, //            …/consent
  ...leavingPages, //        …/continue, …/decline, …/abort, …/other-account, …/lost-credentials, …/emergency-access
];
