import type { AdministrationPorts } from '../../../flows/ports/administration.ts';
import type { Page } from '../../frame/page.ts';
import { frontPage } from './admin.ts';
import type { PageMaker } from './admin-page.ts';
import { apiPages } from './apis/index.ts';
import { applicationPages } from './applications/index.ts';
import { exportPage as lockOutExportPage } from './lock-out/export.ts';
import { proposePage } from './lock-out/propose.ts';
import { lockOutPage } from './lock-out/report.ts';
import { entryPage } from './log/entry.ts';
import { exportPage } from './log/export.ts';
import { logPage } from './log/list.ts';
import { verifyPage } from './log/verify.ts';
import { organizationPages } from './organizations/index.ts';
import { policyPages } from './policy/index.ts';
import { requestsPage } from './requests/list.ts';
import { requestPage } from './requests/one.ts';
import { selfRecoveryPages } from './self-recovery/index.ts';
import { actPage } from './users/act.ts';
import { ACTS } from './users/acts.ts';
import { approvePage } from './users/approve.ts';
import { createPage } from './users/create.ts';
import { emergencyCodePage } from './users/emergency-code.ts';
import { letterPage } from './users/letter.ts';
import { listPage } from './users/list.ts';
import { userPage } from './users/one.ts';
import { restoreCodePage } from './users/restore-code.ts';
import { unpairPage } from './users/unpair.ts';

/** What is named stands before what takes any id. */
const MAKERS: readonly PageMaker[] = [
  frontPage,
  listPage,
  createPage,
  userPage,
  ...ACTS.map(actPage),
  unpairPage,
  restoreCodePage,
  letterPage,
  emergencyCodePage,
  approvePage,
  requestsPage,
  requestPage,
  ...applicationPages,
  ...policyPages,
  ...apiPages,
  ...selfRecoveryPages,
  ...organizationPages,
  lockOutPage,
  lockOutExportPage,
  proposePage,
  logPage,
  exportPage,
  verifyPage,
  entryPage,
];

/** The operators' console: everything below /admin. */
export function adminPages(administration: AdministrationPorts): readonly Page[] {
  return MAKERS.map((make) => make(administration));
}
