import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { useStore } from './fixture.ts';

const fixture = useStore();
const file = fileURLToPath(new URL('../../src/store/schema.ts', import.meta.url));

/** `table.column` with `null` and `default`, as the row types say: what may be null, what may be left out. */
function declared(): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const schema = source?.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === 'Schema');
  if (!schema) throw new Error('there is no Schema');
  return checker
    .getTypeAtLocation(schema)
    .getProperties()
    .flatMap((table) => {
      const columns = checker.getTypeOfSymbol(table).getProperties();
      return columns.map((column) => {
        const declaration = column.valueDeclaration;
        const type = declaration && ts.isPropertySignature(declaration) ? declaration.type : undefined;
        if (!type) throw new Error(`${table.name}.${column.name} has no type`);
        const nullable = ts.isUnionTypeNode(type) && type.types.some((member) => member.getText() === 'null');
        return line(table.name, column.name, nullable, type.getText().startsWith('Generated<'));
      });
    });
}

function line(table: string, column: string, nullable: boolean, generated: boolean): string {
  return `${table}.${column}${nullable ? ' null' : ''}${generated ? ' default' : ''}`;
}

it('the row types say what the migrated tables are', async () => {
  const { rows } = await sql<{ table_name: string; column_name: string; nullable: boolean; generated: boolean }>`
    select table_name, column_name, is_nullable = 'YES' as nullable, column_default is not null as generated
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(
    fixture().db,
  );
  const present = rows.map((row) => line(row.table_name, row.column_name, row.nullable, row.generated));
  expect(declared().toSorted()).toEqual(present.toSorted());
});

it('each foreign key leads an index: deleting an account reads no table from end to end', async () => {
  const { rows } = await sql<{ missing: string }>`
    select conrelid::regclass || '.' || attname as missing
    from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
      select from pg_index where indrelid = conrelid and indkey[0] = conkey[1])`.execute(fixture().db);
  expect(rows.map(({ missing }) => missing)).toEqual([]);
});
