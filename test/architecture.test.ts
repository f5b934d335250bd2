import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Looks at `src` below `baseDir` by the rules of `.dependency-cruiser.mjs`. */
async function look(baseDir: string): Promise<ICruiseResult> {
  const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.mjs'));
  const { output } = await cruise(['src'], { ...options, baseDir });
  if (typeof output === 'string') throw new Error(output);
  return output;
}

function violationsOf(result: ICruiseResult): string[] {
  return result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).toSorted();
}

test('every import in src goes in a direction that docs/decisions/0001 allows', async () => {
  const result = await look(root);
  expect(violationsOf(result)).toEqual([]);
  // The cruiser says "no violations" as well when it could not read a single file.
  const own = result.modules.filter(({ source }) => source.startsWith('src/'));
  expect(own.length).toBeGreaterThan(20);
  expect(own.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(20);
});

test('an import in a forbidden direction is found', async () => {
  const planted = mkdtempSync(join(tmpdir(), 'regain-architecture-'));
  onTestFinished(() => rmSync(planted, { recursive: true, force: true }));
  const files = {
    'tsconfig.json':
      '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
    'src/domain/pure.ts': "import type { Row } from '../store/row.ts';\nimport { readFileSync } from 'node:fs';",
    'src/store/row.ts': "import { act } from '../flows/act.ts';\nexport interface Row {}",
    'src/flows/act.ts': "import { reply } from '../web/reply.ts';",
    'src/web/reply.ts': "import { act } from '../flows/act.ts';\nimport { gone } from './gone.ts';",
    'src/crypto/box.ts': "import type { Row } from '../store/row.ts';",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(planted, name)), { recursive: true });
    writeFileSync(join(planted, name), `${text}\n`);
  }
  const found = violationsOf(await look(planted));
  expect(found).toEqual(
    expect.arrayContaining([
      'crypto-imports: src/crypto/box.ts -> src/store/row.ts',
      'domain-imports: src/domain/pure.ts -> src/store/row.ts',
      'domain-is-pure: src/domain/pure.ts -> fs',
      'flows-imports: src/flows/act.ts -> src/web/reply.ts',
      'no-circular: src/flows/act.ts -> src/web/reply.ts',
      'not-to-unresolvable: src/web/reply.ts -> ./gone.ts',
      'store-imports: src/store/row.ts -> src/flows/act.ts',
    ]),
  );
});
