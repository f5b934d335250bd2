/**
 * Text that strangers chose, made harmless for one line of a message (ATTACKS A28): no control, format or line-breaking
 * character (so no CR/LF, no NUL, nothing that turns the direction of writing), no runs of spaces, at most `longest` code points.
 */
export function plainLine(text: string, longest = 80): string {
  const line = text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\p{Zs}+/gu, ' ')
    .trim();
  const points = Array.from(line);
  return points.length <= longest ? line : `${points.slice(0, longest - 1).join('')}…`;
}
