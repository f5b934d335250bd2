/**
 * What a spreadsheet would take for a formula when a cell begins with it, full-width forms included (OWASP "CSV Injection"). One that divides
 * cells by semicolons or tabs, as in French, begins a cell within ours, whatever is quoted: so after each such sign as well.
 */
const FORMULA = /(^|[;\t\r\n])([\s"']*)(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/g;

/**
 * Rows as CSV: RFC 4180 (CRLF, quoted, quotes doubled), UTF-8 with the byte-order mark by which spreadsheets know it. A cell that would be
 * a formula, or hold one, has an apostrophe before it, so that it stays text (ATTACKS A28; ASVS 1.2.10).
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return CSV_BEGIN + rows.map(csvLine).join('');
}

/** What a file begins with that is written line by line. */
export const CSV_BEGIN = '\ufeff';

export function csvLine(row: readonly string[]): string {
  return `${row.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  return `"${text.replaceAll(FORMULA, "$1$2'").replaceAll('"', '""')}"`;
}
