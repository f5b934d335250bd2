import { z } from 'zod';
import { revokeOwnEmergencyCode } from '../../../../flows/account/revoke-own-emergency-code.ts';
import { render, seeOther } from '../../../frame/answer.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { EMERGENCY, LIST } from './paths.ts';

/** "Take the emergency code back?": it only takes away, so the session is enough. */
export const revokePage = consolePage(EMERGENCY, {
  section: 'devices',
  get(ctx, { account, session }) {
    if (!account.emergencyCode) return seeOther(LIST);
    const locals = {
      happens: [
        ctx.t('devices:emergency_revoke_what'),
        ...(session.repair ? [ctx.t('devices:emergency_revoke_own')] : []),
        ctx.t('devices:told'),
      ],
      last: false,
      later: [],
      action: ctx.url(EMERGENCY),
      button: { text: ctx.t('devices:emergency_revoke'), kind: 'danger' },
      back: ctx.url(LIST),
    };
    return render('account/devices/act', ctx.t('devices:emergency_revoke_title'), locals, { returnTo: EMERGENCY });
  },

  async post(ctx, owner) {
    ctx.form(z.object({}));
    const outcome = await revokeOwnEmergencyCode(ctx.ports, owner);
    if (outcome.outcome === 'not-allowed') return notAllowed(ctx, EMERGENCY, outcome);
    if (outcome.outcome === 'revoked') say(ctx, 'devices:said_emergency_revoked', {}, { account: owner.account.id });
    return seeOther(LIST);
  },
});
