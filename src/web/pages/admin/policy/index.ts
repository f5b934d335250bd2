import type { PageMaker } from '../admin-page.ts';
import { draftPage } from './draft.ts';
import { policyPage } from './front.ts';
import { inForcePage } from './in-force.ts';
import { proofPage } from './proof.ts';
import { publishPage } from './publish.ts';
import { switchesPage } from './switches.ts';
import { tryPage } from './try.ts';
import { versionPage } from './version.ts';
import { versionsPage } from './versions.ts';

/** What is named stands before what takes any version. */
export const policyPages: readonly PageMaker[] = [
  policyPage,
  inForcePage,
  versionsPage,
  draftPage,
  switchesPage,
  versionPage,
  proofPage,
  tryPage,
  publishPage,
];
