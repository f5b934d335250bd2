import type { Policy } from '../../../../domain/policy.ts';
import { readPolicyText } from '../../../../domain/policy-text/read.ts';
import type { PolicyDraft } from '../../../../flows/ports/policies.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, refuse, seeOther } from '../../../frame/answer.ts';
import { type Desk, mayIn } from '../desk.ts';
import { policyPath } from './paths.ts';

/** The organizations whose policy this operator reads, by name. */
export async function organizationsOf(desk: Desk): Promise<readonly Organization[]> {
  return (await desk.ports.store.organizations.all()).filter(({ id }) => mayIn(desk, 'see', id));
}

/** One organization with the policy that is in force in it. */
export interface Place {
  readonly organization: Organization;
  readonly policy: Policy;
  readonly version: number;
  /** Whether this operator may put another policy in force, as far as can be said without a lock; the flow decides again. */
  readonly mayChange: boolean;
}

type PlaceHandler = (desk: Desk, place: Place) => Answer | Promise<Answer>;

/** For a page about one organization's policy: one that the operator's role does not reach is nowhere to be found. */
export function onOrganization(handler: PlaceHandler): (desk: Desk) => Promise<Answer> {
  return async (desk) => {
    const id = desk.ctx.params['organization'] ?? '';
    if (!mayIn(desk, 'see', id)) return refuse('not-found');
    const organization = await desk.ports.store.organizations.find(id);
    const inForce = organization && (await desk.ports.store.policies.inForce(id));
    if (!inForce) return refuse('not-found');
    return handler(desk, { organization, ...inForce, mayChange: mayIn(desk, 'change-policy', id) });
  };
}

/** The same for what only an admin does: whoever may not is told so. */
export function onOwnOrganization(handler: PlaceHandler): (desk: Desk) => Promise<Answer> {
  return onOrganization((desk, place) => (place.mayChange ? handler(desk, place) : refuse('not-allowed')));
}

/** The policy that a page is about. `name`: as it stands in an address. */
export interface Chosen {
  readonly which: 'in-force' | 'draft' | 'version';
  readonly name: string;
  readonly policy: Policy;
  /** Of one that is or was in force. */
  readonly version?: number;
  readonly draft?: PolicyDraft;
}

/** For a page about the policy in force, the operator's own draft or an earlier version. A draft that cannot be read is mended first. */
export function onChosen(handler: (desk: Desk, place: Place, chosen: Chosen) => Answer | Promise<Answer>) {
  return onOrganization(async (desk, place) => {
    const name = desk.ctx.params['which'] ?? '';
    const { organization, policy, version } = place;
    if (name === 'in-force') return handler(desk, place, { which: 'in-force', name, policy, version });
    if (name === 'draft') {
      const draft = await draftOf(desk, place);
      if (!draft) return refuse('not-found');
      const read = readPolicyText(draft.text);
      if ('faults' in read) return seeOther(policyPath(organization.id, '/draft'));
      return handler(desk, place, { which: 'draft', name, policy: read.policy, draft });
    }
    const found = await desk.ports.store.policies.find(organization.id, numberIn(name));
    if (!found) return refuse('not-found');
    return handler(desk, place, { which: 'version', name, policy: found.policy, version: found.version });
  });
}

/** What this operator is at work on; undefined: nothing, or it is not theirs to change any more. */
export async function draftOf({ operator, ports }: Desk, { organization, mayChange }: Place) {
  return mayChange ? ports.store.drafts.of(organization.id, operator.account.id) : undefined;
}

/** A number of a version or of a state, as it comes back; what is none fits none. */
export const numberIn = (typed: string | undefined): number => (/^\d{1,9}$/.test(typed ?? '') ? Number(typed) : 0);
