import { json } from '../../frame/answer.ts';
import { type Page, page } from '../../frame/page.ts';

/** What must be there before requests are sent here. Each answers false or rejects when it is not. */
export interface Readiness {
  database(): Promise<boolean>;
  migrations(): Promise<boolean>;
  keys(): Promise<boolean>;
}

const PATIENCE_MS = 2_000;

/** `/health/live`: the process answers. `/health/ready`: it can serve; else 503 and the name of what is missing. JSON. */
export function healthPages(readiness: Readiness): Page[] {
  return [
    page('/health/live', { get: () => json({ status: 'live' }) }),
    page('/health/ready', {
      get: async () => {
        const missing = await missingFrom(readiness);
        return missing.length === 0 ? json({ status: 'ready' }) : json({ status: 'not ready', missing }, 503);
      },
    }),
  ];
}

/** Without a database nothing is known of the others: then only that is named. */
async function missingFrom(readiness: Readiness): Promise<string[]> {
  if (!(await holds(() => readiness.database()))) return ['database'];
  const checks = { migrations: () => readiness.migrations(), keys: () => readiness.keys() };
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ((await holds(check)) ? [] : [name])),
  );
  return found.flat();
}

async function holds(check: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
