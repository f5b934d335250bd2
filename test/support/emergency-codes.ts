import type { EmergencyCodeRequest } from '../../src/flows/administration/emergency-code-terms.ts';
import { issueEmergencyCode } from '../../src/flows/administration/issue-emergency-code.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';

/** An emergency code on an operator's word, in groups as its owner hears it over the phone. */
export async function issueCode(
  administration: AdministrationPorts,
  { username }: { readonly username: string },
  more: Partial<EmergencyCodeRequest> = {},
): Promise<string> {
  const made = await issueEmergencyCode(administration, username, { reason: 'lost the phone', ...more });
  if (made.outcome !== 'issued') throw new Error(`no code: ${made.reason}`);
  return made.code;
}
