import { USUAL_CHECKS } from '../../../../domain/emergency-policy.ts';
import type { Translate } from '../../../../i18n/translate.ts';

/** How an operator checked who asks, as operators read it: the usual ways in their language, an organization's own as it wrote them. */
export function checkName(t: Translate, check: string): string {
  const usual = USUAL_CHECKS.find((name) => name === check);
  return usual ? t(`admin:check_${usual}`) : check;
}
