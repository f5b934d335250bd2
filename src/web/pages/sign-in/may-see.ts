import type { TextKey, Translate } from '../../../i18n/translate.ts';

/** What people are told of a scope: each goes on "{{app}} can …". In the order in which they are read. */
const SCOPES: Readonly<Record<string, TextKey>> = {
  openid: 'consent:openid',
  profile: 'consent:profile',
  email: 'consent:email',
  phone: 'consent:phone',
  recovery: 'consent:recovery',
  offline_access: 'consent:offline_access',
};

interface MaySee {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** Names of APIs by identifier, where they are known. */
  readonly apis?: Readonly<Record<string, string>>;
}

/** What an application with these scopes and single claims may see and do, in words. */
export function whatItMay(t: Translate, { scopes, claims, apis = {} }: MaySee): string[] {
  const known = Object.entries(SCOPES).flatMap(([scope, text]) => (scopes.includes(scope) ? [t(text)] : []));
  const others = scopes
    .filter((scope) => !Object.hasOwn(SCOPES, scope))
    .map((name) => {
      const [api = '', scope] = name.split(' ');
      return scope === undefined ? t('consent:other', { name }) : t('consent:api', { api: apis[api] ?? api, scope });
    });
  return [...known, ...others, ...claims.map((name) => t('consent:claim', { name }))];
}
