import type { AdministrationPorts } from '../flows/ports/administration.ts';
import type { Frame } from './frame/frame.ts';
import type { Page } from './frame/page.ts';
import { accountPage } from './pages/account/account.ts';
import { activityPages } from './pages/account/activity/index.ts';
import { applicationPages } from './pages/account/applications/index.ts';
import { contactPages } from './pages/account/contacts/index.ts';
import { detailPages } from './pages/account/details/index.ts';
import { devicesPages } from './pages/account/devices/index.ts';
import { ifYouLosePages } from './pages/account/if-you-lose/index.ts';
import { myDataPages } from './pages/account/my-data/index.ts';
import { noticePages } from './pages/account/notices/index.ts';
import { restoreCodePages } from './pages/account/restore-code/index.ts';
import { adminPages } from './pages/admin/index.ts';
import { assetsPage } from './pages/assets/assets.ts';
import { brandPage } from './pages/brand/brand.ts';
import { emergencyPages } from './pages/emergency/index.ts';
import { healthPages, type Readiness } from './pages/health/health.ts';
import { helpPages } from './pages/help/help.ts';
import { invitationPages } from './pages/invitation/index.ts';
import { languagePage } from './pages/language/language.ts';
import { notMePages } from './pages/not-me/not-me.ts';
import { newPhonePages } from './pages/pair/index.ts';
import { policySchemaPage } from './pages/policy-schema/policy-schema.ts';
import { recoveryPages } from './pages/recovery/index.ts';
import { signInPages } from './pages/sign-in/index.ts';
import { supportPage } from './pages/support/support.ts';
import { testSignInPage } from './pages/test-sign-in/test-sign-in.ts';

/**
 * All routes of our own, on one screen. What is not here goes to the provider. A page says its own path; pages that need
 * something that `PageContext` does not bring take it here.
 */
export function routes(parts: {
  readonly frame: Frame;
  readonly readiness: Readiness;
  readonly administration: AdministrationPorts;
}): Page[] {
  return [
    ...signInPages, //            /sign-in/:uid …

    ...recoveryPages, //          /lost-credentials …

    ...emergencyPages, //         /emergency-access …

    ...invitationPages, //        /invitation …

    ...notMePages, //             /not-me …

    ...newPhonePages, //          /pair …

    accountPage, //               /account
    ...devicesPages, //           /account/devices …, /.well-known/passkey-endpoints
    ...restoreCodePages, //       /account/restore-code …
    ...ifYouLosePages, //         /account/if-you-lose, /account/check-up
    ...activityPages, //          /account/activity …
    ...myDataPages, //            /account/data …
    ...applicationPages, //       /account/applications …
    ...detailPages, //            /account/name …, /.well-known/change-password
    ...contactPages, //           /account/contacts …
    ...noticePages, //            /account/notices …, /account/live

    ...adminPages(parts.administration), // /admin …

    testSignInPage, //            /test-sign-in/:client

    // for everybody
    supportPage, //               /support
    ...helpPages, //              /help, /help/TOPIC, /privacy, /accessibility
    languagePage, //              /language/:locale

    // for machines
    assetsPage(parts.frame.assets), // /assets/:name
    brandPage(parts.frame.organizations), // /brand/:name
    ...healthPages(parts.readiness), // /health/live, /health/ready
    policySchemaPage, //          /policy.schema.json
  ];
}
