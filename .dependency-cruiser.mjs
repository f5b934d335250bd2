// The directions of docs/decisions/0001: who may import whom. test/architecture.test.ts runs these rules
// and fails when no module was seen.
const only = (from, ...to) => ({
  name: `${from}-imports`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [...to.map((t) => `^src/${t}`), `^src/${from}/`] },
});

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('domain'),
    only('flows', 'domain/'),
    only('web', 'flows/', 'domain/', 'i18n/', 'config/', 'observability/'),
    only('oidc', 'flows/', 'domain/', 'config/', 'observability/'),
    only('store', 'domain/', 'flows/ports'),
    only('crypto', 'domain/', 'flows/ports'),
    only('images', 'domain/', 'flows/ports'),
    only('delivery', 'domain/', 'flows/ports', 'i18n/', 'config/', 'observability/'),
    only('i18n', 'domain/'),
    only('config', 'domain/'),
    only('observability', 'domain/', 'config/'),
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/(zod|libphonenumber-js|yaml)' },
    },
    {
      name: 'yaml-only-in-policy-text',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/domain/policy-text/' },
      to: { path: 'node_modules/yaml/' },
    },
    {
      name: 'kysely-only-in-store',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/' },
      to: { path: 'node_modules/(kysely|pg)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
