import { createHash } from 'node:crypto';
import type { Application } from '../../../../flows/ports.ts';
import { SECTIONS } from '../sections.ts';

/**
 * What names an application in an address. Not its id: an imported one may hold anything, and the way back from a sign-in takes plain
 * paths only.
 */
export function nameInPath(clientId: string): string {
  return createHash('sha256').update(clientId).digest('hex').slice(0, 16);
}

export function removalPath({ clientId }: Pick<Application, 'clientId'>): string {
  return `${SECTIONS.applications}/${nameInPath(clientId)}/remove`;
}

/** The application that is named so, among those of one person. */
export function findNamed(applications: readonly Application[], name: string): Application | undefined {
  return applications.find(({ clientId }) => nameInPath(clientId) === name);
}
