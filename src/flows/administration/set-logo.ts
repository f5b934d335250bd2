import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { LogoRefusal } from '../ports/images.ts';
import { type OrganizationActRefusal, onOrganization } from './on-organization.ts';
import { record } from './record.ts';

export interface LogoSet {
  readonly outcome: 'set';
  /** False: it is so already, and nothing was written. */
  readonly changed: boolean;
}

/** Of an uploaded file. */
export const MOST_LOGO_BYTES = 512 * 1024;

/**
 * Gives an organization a logo, drawn anew from `file`, or takes it away (null). The file is drawn before anything is locked; of it the log keeps the hash of
 * what was drawn.
 */
export async function setLogo(
  ports: AdministrationPorts,
  id: string,
  file: Buffer | null,
  version?: number,
): Promise<LogoSet | Refused<OrganizationActRefusal | LogoRefusal>> {
  if (file && file.length > MOST_LOGO_BYTES) return refused('too-large');
  const drawn = file && (await (await ports.images()).drawLogo(file));
  if (drawn && 'refusal' in drawn) return refused(drawn.refusal);
  return onOrganization(ports, id, version, async (tx, { logo }): Promise<LogoSet> => {
    const [was, is] = [logo?.hash ?? null, drawn?.hash ?? null];
    if (was === is) return { outcome: 'set', changed: false };
    await tx.organizations.setLogo(id, drawn);
    await record(ports, tx, {
      kind: 'organization.changed',
      organizationId: id,
      details: { changed: ['logo'], logo_before: was, logo: is },
    });
    return { outcome: 'set', changed: true };
  });
}
