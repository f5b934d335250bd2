/** JSON merge patch (RFC 7396). */
export function patched(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const changed: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) changed[key] = patched(changed[key], value);
  return changed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
