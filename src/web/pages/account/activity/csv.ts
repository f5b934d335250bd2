/** What a spreadsheet would take for a formula when a cell begins with it, full-width forms included (OWASP "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Rows as CSV: RFC 4180 (CRLF, quoted, quotes doubled), UTF-8 with the byte-order mark by which spreadsheets know it. A cell that would be
 * a formula begins with an apostrophe instead, so that it stays text (ATTACKS A28; ASVS 1.2.10).
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
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
