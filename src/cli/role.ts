import { Argument, type Command } from 'commander';
import { ROLES, type Role } from '../domain/role.ts';
import { type Answer, answering, isoTime } from './answer.ts';
import { Complaint } from './complaint.ts';
import { noOrganization } from './default-organization.ts';
import { noUser } from './user-acts.ts';

interface Options {
  readonly org?: string;
}

const which = () => new Argument('<role>', 'operator: the help desk; admin: everything').choices(ROLES);

/** `role grant|revoke|list|confirm`. */
export function addRole(program: Command): void {
  const role = program.command('role').description("who may act in the operators' console, /admin");
  role
    .command('grant')
    .description('give a role; its holder recovers only by the routes of the preset strict')
    .argument('<username>')
    .addArgument(which())
    .option('--org <id>', 'only in this organization (else in all of them)')
    .action(answering(grant));
  role
    .command('revoke')
    .description('take a role away, at once')
    .argument('<username>')
    .addArgument(which())
    .option('--org <id>', 'the one that was given for this organization')
    .action(answering(revoke));
  role.command('list').description('who has which role').action(answering(list));
  role
    .command('confirm')
    .description('wake the roles of somebody who has recovered the account; make sure first that it was them')
    .argument('<username>')
    .action(answering(confirm));
}

async function grant(identifier: string, role: Role, { org }: Options): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { grantRole } = await import('../flows/administration/roles.ts');
  return administering(async (ports) => {
    const done = await grantRole(ports, identifier, { role, organizationId: org ?? null });
    if (done.outcome === 'refused') {
      if (done.reason === 'unknown-user') throw noUser(identifier);
      throw new Complaint(noOrganization(org ?? ''));
    }
    const text = `${identifier} is ${role} ${where(org)}${done.changed ? '' : ', as before'}`;
    return { json: { sub: done.sub, role, organization: org ?? null, changed: done.changed }, text: [text] };
  });
}

async function revoke(identifier: string, role: Role, { org }: Options): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { revokeRole } = await import('../flows/administration/roles.ts');
  return administering(async (ports) => {
    const done = await revokeRole(ports, identifier, { role, organizationId: org ?? null });
    if (done.outcome === 'refused') throw noUser(identifier);
    if (!done.changed) throw new Complaint(`${identifier} is not ${role} ${where(org)}: "role list" says who is what`);
    return {
      json: { sub: done.sub, role, organization: org ?? null, changed: true },
      text: [`${identifier} is no longer ${role} ${where(org)}`],
    };
  });
}

async function list(): Promise<Answer> {
  const { administering } = await import('./open.ts');
  return administering(async (ports) => {
    const all = await ports.store.roles.all();
    const json = all.map(({ accountId, username, role, organizationId, asleepSince, grantedAt }) => ({
      sub: accountId,
      username,
      role,
      organization: organizationId,
      granted_at: isoTime(grantedAt),
      asleep_since: isoTime(asleepSince),
    }));
    const text = all.map(({ username, role, organizationId, asleepSince }) => {
      const asleep = asleepSince === null ? '' : `, asleep since ${isoTime(asleepSince)}`;
      return `${role.padEnd(8)}  ${username}  ${where(organizationId ?? undefined)}${asleep}`;
    });
    return { json: { roles: json }, text: text.length > 0 ? text : ['nobody has a role'] };
  });
}

async function confirm(identifier: string): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { confirmRoles } = await import('../flows/administration/roles.ts');
  return administering(async (ports) => {
    const done = await confirmRoles(ports, identifier);
    if (done.outcome === 'refused') throw noUser(identifier);
    const text = done.changed ? `the roles of ${identifier} count again` : `no role of ${identifier} was asleep`;
    return { json: { sub: done.sub, changed: done.changed }, text: [text] };
  });
}

const where = (org: string | undefined): string => (org === undefined ? 'in every organization' : `in ${org}`);
