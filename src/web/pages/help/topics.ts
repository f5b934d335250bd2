import type { TextKey } from '../../../i18n/translate.ts';

/** A page that only tells: a lead, then sections. */
export interface HelpText {
  readonly path: string;
  readonly title: TextKey;
  readonly lead: TextKey;
  readonly sections: readonly Section[];
  /** Paths of topics that go with it. */
  readonly see?: readonly string[];
  /** Offers "Lost credentials?" at the end. */
  readonly startsRecovery?: boolean;
}

interface Section {
  readonly heading: TextKey;
  /** `steps`: one after the other. */
  readonly kind: 'list' | 'steps';
  readonly items: readonly TextKey[];
}

const need = (...items: TextKey[]): Section => ({ heading: 'help:need', kind: 'list', items });
const happens = (...items: TextKey[]): Section => ({ heading: 'help:happens', kind: 'steps', items });
const otherwise = (...items: TextKey[]): Section => ({ heading: 'help:otherwise', kind: 'list', items });

export const TOPICS: readonly HelpText[] = [
  {
    path: '/help/lost-credentials',
    title: 'help:lost_credentials_title',
    lead: 'help:lost_credentials_lead',
    sections: [
      need('help:lost_credentials_need_1', 'help:lost_credentials_need_2', 'help:lost_credentials_need_3'),
      happens(
        'help:lost_credentials_happens_1',
        'help:lost_credentials_happens_2',
        'help:lost_credentials_happens_3',
        'help:lost_credentials_happens_4',
      ),
      otherwise('help:lost_credentials_otherwise_1', 'help:lost_credentials_otherwise_2'),
    ],
    see: ['/help/second-factor', '/help/password', '/help/restore-code', '/help/emergency-access'],
    startsRecovery: true,
  },
  {
    path: '/help/second-factor',
    title: 'help:second_factor_title',
    lead: 'help:second_factor_lead',
    sections: [
      need(
        'help:second_factor_need_1',
        'help:second_factor_need_2',
        'help:second_factor_need_3',
        'help:second_factor_need_4',
      ),
      happens(
        'help:second_factor_happens_1',
        'help:second_factor_happens_2',
        'help:second_factor_happens_3',
        'help:second_factor_happens_4',
      ),
      otherwise('help:second_factor_otherwise_1', 'help:second_factor_otherwise_2'),
    ],
    see: ['/help/lost-credentials', '/help/passkeys'],
    startsRecovery: true,
  },
  {
    path: '/help/password',
    title: 'help:password_title',
    lead: 'help:password_lead',
    sections: [
      need('help:password_need_1', 'help:password_need_2'),
      happens(
        'help:password_happens_1',
        'help:password_happens_2',
        'help:password_happens_3',
        'help:password_happens_4',
      ),
      otherwise('help:password_otherwise_1'),
    ],
    see: ['/help/lost-credentials', '/help/second-factor'],
    startsRecovery: true,
  },
  {
    path: '/help/restore-code',
    title: 'help:restore_code_title',
    lead: 'help:restore_code_lead',
    sections: [
      need('help:restore_code_need_1', 'help:restore_code_need_2', 'help:restore_code_need_3'),
      happens(
        'help:restore_code_happens_1',
        'help:restore_code_happens_2',
        'help:restore_code_happens_3',
        'help:restore_code_happens_4',
      ),
      otherwise('help:restore_code_otherwise_1', 'help:restore_code_otherwise_2'),
    ],
    see: ['/help/lost-credentials', '/help/second-factor'],
    startsRecovery: true,
  },
  {
    path: '/help/emergency-access',
    title: 'help:emergency_access_title',
    lead: 'help:emergency_access_lead',
    sections: [
      need('help:emergency_access_need_1', 'help:emergency_access_need_2'),
      happens(
        'help:emergency_access_happens_1',
        'help:emergency_access_happens_2',
        'help:emergency_access_happens_3',
        'help:emergency_access_happens_4',
        'help:emergency_access_happens_5',
      ),
      otherwise(
        'help:emergency_access_otherwise_1',
        'help:emergency_access_otherwise_2',
        'help:emergency_access_otherwise_3',
      ),
    ],
    see: ['/help/lost-credentials', '/help/second-factor'],
  },
  {
    path: '/help/passkeys',
    title: 'help:passkeys_title',
    lead: 'help:passkeys_lead',
    sections: [
      need('help:passkeys_need_1', 'help:passkeys_need_2'),
      happens('help:passkeys_happens_1', 'help:passkeys_happens_2', 'help:passkeys_happens_3'),
      otherwise('help:passkeys_otherwise_1', 'help:passkeys_otherwise_2'),
    ],
    see: ['/help/second-factor'],
  },
  {
    path: '/help/new-phone',
    title: 'help:new_phone_title',
    lead: 'help:new_phone_lead',
    sections: [
      need('help:new_phone_need_1', 'help:new_phone_need_2'),
      happens(
        'help:new_phone_happens_1',
        'help:new_phone_happens_2',
        'help:new_phone_happens_3',
        'help:new_phone_happens_4',
      ),
      otherwise('help:new_phone_otherwise_1', 'help:new_phone_otherwise_2'),
    ],
    see: ['/help/second-factor', '/help/passkeys'],
  },
  {
    path: '/help/invitation',
    title: 'help:invitation_title',
    lead: 'help:invitation_lead',
    sections: [
      need('help:invitation_need_1', 'help:invitation_need_2'),
      happens('help:invitation_happens_1', 'help:invitation_happens_2', 'help:invitation_happens_3'),
      otherwise('help:invitation_otherwise_1', 'help:invitation_otherwise_2'),
    ],
    see: ['/help/passkeys'],
  },
  {
    path: '/help/notices',
    title: 'help:notices_title',
    lead: 'help:notices_lead',
    sections: [
      { heading: 'help:notices_you', kind: 'list', items: ['help:notices_you_1'] },
      {
        heading: 'help:notices_stranger',
        kind: 'steps',
        items: [
          'help:notices_stranger_1',
          'help:notices_stranger_2',
          'help:notices_stranger_3',
          'help:notices_stranger_4',
          'help:notices_stranger_5',
        ],
      },
      {
        heading: 'help:notices_limits',
        kind: 'list',
        items: ['help:notices_limits_1', 'help:notices_limits_2', 'help:notices_limits_3'],
      },
      {
        heading: 'help:notices_genuine',
        kind: 'list',
        items: ['help:notices_genuine_1', 'help:notices_genuine_2'],
      },
    ],
    see: ['/help/lost-credentials'],
  },
];

export const FOOTER_PAGES: readonly HelpText[] = [
  {
    path: '/privacy',
    title: 'help:privacy_title',
    lead: 'help:privacy_lead',
    sections: [
      {
        heading: 'help:privacy_kept',
        kind: 'list',
        items: ['help:privacy_kept_1', 'help:privacy_kept_2', 'help:privacy_kept_3'],
      },
      { heading: 'help:privacy_shared', kind: 'list', items: ['help:privacy_shared_1', 'help:privacy_shared_2'] },
      { heading: 'help:privacy_cookies', kind: 'list', items: ['help:privacy_cookies_1'] },
      { heading: 'help:privacy_rights', kind: 'list', items: ['help:privacy_rights_1'] },
    ],
  },
  {
    path: '/accessibility',
    title: 'help:accessibility_title',
    lead: 'help:accessibility_lead',
    sections: [
      {
        heading: 'help:accessibility_done',
        kind: 'list',
        items: [
          'help:accessibility_done_1',
          'help:accessibility_done_2',
          'help:accessibility_done_3',
          'help:accessibility_done_4',
        ],
      },
      {
        heading: 'help:accessibility_limits',
        kind: 'list',
        items: ['help:accessibility_limits_1', 'help:accessibility_limits_2'],
      },
      { heading: 'help:accessibility_tell', kind: 'list', items: ['help:accessibility_tell_1'] },
    ],
  },
];
