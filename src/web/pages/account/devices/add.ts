import { isPairingOffered } from '../../../../domain/pairing.ts';
import { render } from '../../../frame/answer.ts';
import { consolePage, unlessAllowed } from '../console-page.ts';
import { ADD as ADD_CONTACT } from '../contacts/paths.ts';
import { ADD, ADD_APP, ADD_PASSKEY, PAIR } from './paths.ts';

/** "Add a device": the kinds that the account's policy counts. */
export const choosePage = consolePage(ADD, {
  section: 'devices',
  get(ctx, owner) {
    const { t } = ctx;
    const { kinds } = owner.account.policy.secondFactor;
    const ways = {
      totp: { icon: 'shield-check', words: 'add_app', href: ADD_APP },
      passkey: { icon: 'fingerprint-pattern', words: 'add_passkey', href: ADD_PASSKEY },
      'sms-code': { icon: 'message-square', words: 'add_phone', href: ADD_CONTACT.phone },
    } as const;
    const pair = { icon: 'qr-code', words: 'pair', href: PAIR } as const;
    const offered = isPairingOffered(owner.account.policy);
    const shown = [...(offered ? [pair] : []), ...kinds.map((kind) => ways[kind])];
    return (
      unlessAllowed(ctx, owner, 'add-factor', ADD) ??
      render('account/devices/add', t('devices:add_title'), {
        ways: shown.map(({ icon, words, href }) => ({
          icon,
          text: t(`devices:${words}`),
          hint: t(`devices:${words}_hint`),
          href: ctx.url(href),
        })),
      })
    );
  },
});
