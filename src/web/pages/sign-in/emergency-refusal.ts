import type { Refused } from '../../../flows/outcome.ts';
import type { EmergencyCodeRefusal } from '../../../flows/prove-emergency-code.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import { clientName } from '../../frame/client-name.ts';
import type { PageContext } from '../../frame/page.ts';
import type { SigningIn } from './load.ts';
import { waitWords } from './refusal-text.ts';

/** What a refused emergency code is told as. `typed`: what stood in the field. */
export function emergencyRefusalText(
  ctx: PageContext,
  { account, interaction }: SigningIn,
  { reason, until }: Refused<EmergencyCodeRefusal>,
  typed: string,
): string {
  const { t, ports, locale } = ctx;
  switch (reason) {
    case 'slow-down':
      return t('factor:slow_down', { when: waitWords(ctx, until ?? ports.now()) });
    case 'not-an-emergency-code':
      return t(typed.trim() === '' ? 'factor:code_missing' : 'factor:emergency_not_a_code');
    case 'slip':
      return t('factor:emergency_slip');
    case 'spent':
      return t('factor:emergency_spent');
    case 'expired':
      return t('factor:emergency_expired');
    case 'not-yet':
      return t('factor:emergency_not_yet', {
        when: formatDateTime(locale, account?.emergencyCode?.validFrom ?? ports.now()),
      });
    case 'other-application':
      return t('factor:emergency_other_application', { app: clientName(interaction.client, t) });
    case 'other-reach':
      return t('factor:emergency_other_reach');
    case 'wrong-code':
    case 'not-asked':
      return t('factor:emergency_wrong');
  }
}
