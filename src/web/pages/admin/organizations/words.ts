import type { OrganizationSettings } from '../../../../domain/branding.ts';
import { appLine } from '../../../../flows/administration/edit-organization.ts';
import type { WrongInOrganization } from '../../../../flows/administration/read-organization.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import type { PageError } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { appField } from './fields.ts';

/** Everything that is wrong, at the fields that it was typed in. */
export function errorsOf(
  { t, locale }: Pick<PageContext, 't' | 'locale'>,
  wrong: readonly WrongInOrganization[],
): PageError[] {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return wrong.map((fault) => {
    if (fault.why === 'contrast') {
      // Rounded down: what is shown as enough is enough.
      const ratio = number.format(Math.floor(fault.ratio * 100) / 100);
      const { field, least, nearest } = fault;
      return { field, text: t(`organizations:wrong_${field}_contrast`, { ratio, least, nearest }) };
    }
    if (fault.field === 'apps') {
      const part = fault.why === 'bad-name' ? 'name' : fault.why === 'google' ? 'google' : 'apple';
      return { field: appField(fault.at, part), text: t(`organizations:wrong_app_${fault.why}`) };
    }
    if (fault.field === 'support_url') return { field: fault.field, text: t('organizations:wrong_support_url') };
    if (fault.field === 'sms_name') return { field: 'sms_name', text: t('organizations:wrong_sms_name') };
    if (fault.field === 'name') return { field: 'name', text: t('registered:wrong_name') };
    return { field: fault.field, text: t(`organizations:wrong_${fault.why}`) };
  });
}

/** An organization's settings, each with its name. */
export function settingRows(t: Translate, settings: OrganizationSettings) {
  const none = t('organizations:none');
  return [
    { key: t('admin:fact_name'), value: settings.name },
    { key: t('admin:fact_language'), value: t(`common:language_${settings.locale}`) },
    { key: t('organizations:support_email'), value: settings.supportEmail ?? none },
    { key: t('organizations:support_phone'), value: settings.supportPhone ?? none },
    { key: t('organizations:support_url'), value: settings.supportUrl ?? t('organizations:support_url_none') },
    { key: t('organizations:accent_light'), value: settings.accentLight ?? t('organizations:as_regain') },
    { key: t('organizations:accent_dark'), value: settings.accentDark ?? darkOf(t, settings) },
    { key: t('organizations:sender_name'), value: settings.senderName ?? none },
    { key: t('organizations:sender_address'), value: settings.senderAddress ?? t('organizations:sender_none') },
    { key: t('organizations:sms_name'), value: settings.smsName ?? settings.name },
    {
      key: t('organizations:apps'),
      value: settings.apps.length > 0 ? settings.apps.map(appLine) : t('organizations:apps_none'),
    },
  ];
}

const darkOf = (t: Translate, { accentLight }: OrganizationSettings): string =>
  accentLight === null ? t('organizations:as_regain') : t('organizations:accent_dark_made');
