/** What a passkey form posted, as JSON; undefined when it is none: a browser without JavaScript posts nothing. */
export function readResponse(posted: string): unknown {
  try {
    return JSON.parse(posted);
  } catch {
    return undefined;
  }
}
