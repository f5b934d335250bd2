import { type Desk, mayIn } from '../desk.ts';
import { recoveryPath } from '../self-recovery/paths.ts';

/** More organizations are not named at once, nor looked at. */
const [MOST, LOOKED_AT] = [3, 50];

/** Organizations of the admin in which nobody recovers by themselves: each with the way to switch it on (SPEC T9). */
export async function offersOf(desk: Desk, organizations: readonly { readonly id: string; readonly name: string }[]) {
  const { ctx, ports } = desk;
  const off: { text: string; href: string; label: string }[] = [];
  for (const { id, name } of organizations.slice(0, LOOKED_AT)) {
    if (off.length >= MOST) break;
    if (!mayIn(desk, 'see-recovery', id)) continue;
    const inForce = await ports.store.accounts.policyFor(id);
    if (inForce?.policy.selfRecovery !== false) continue;
    const text = ctx.t('self-recovery:offer', { organization: name });
    off.push({ text, href: ctx.url(recoveryPath(id)), label: ctx.t('self-recovery:offer_link') });
  }
  return off;
}
