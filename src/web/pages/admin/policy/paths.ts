/** The addresses of these pages. `:which` is `in-force`, `draft` or the number of a version. */
export const POLICY = '/admin/policy';
export const ORGANIZATION = `${POLICY}/:organization`;
export const VERSIONS = `${ORGANIZATION}/versions`;
export const DRAFT = `${ORGANIZATION}/draft`;
export const SWITCHES = `${DRAFT}/switches`;
export const VERSION = `${ORGANIZATION}/:which`;
export const PROOF = `${VERSION}/proof`;
export const TRY = `${VERSION}/try`;
export const PUBLISH = `${VERSION}/publish`;

export const policyPath = (organization: string, below = ''): string =>
  `${POLICY}/${encodeURIComponent(organization)}${below}`;
