import type { Page } from '../../../frame/page.ts';
import { languageOfAccountPage } from './language.ts';
import { namePage } from './name.ts';
import { changePasswordPage, passwordOfAccountPage } from './password.ts';
import { usernamePage } from './username.ts';

/** What an account is known by. */
export const detailPages: readonly Page[] = [
  namePage, //              /account/name
  usernamePage, //          /account/username
  languageOfAccountPage, // /account/language
  passwordOfAccountPage, // /account/password
  changePasswordPage, //    /.well-known/change-password
];
