import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../src/store/index.ts';

/** A step of a plan, with what it really read. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Every step of the plan by which PostgreSQL runs the query; it is run. */
export async function planOf(db: Database, query: RawBuilder<unknown>): Promise<readonly PlanNode[]> {
  const { rows } = await sql<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>`
    explain (analyze, format json) ${query}`.execute(db);
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error('no plan');
  return nodesOf(plan);
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** How a table was read: the steps that did it, how many rows they read, and the steps that used no index. */
export function readsOf(plan: readonly PlanNode[], table: string) {
  const reads = plan.filter((node) => node['Relation Name'] === table);
  return {
    reads,
    rows: reads.reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    ),
    withoutIndex: reads.filter((node) => !/^Index (Only )?Scan/.test(node['Node Type'])),
  };
}
