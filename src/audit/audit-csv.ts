const FORMULA = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One cell of RFC 4180. A spreadsheet would run what begins like a formula, and a user agent is written by whoever
 * signs in; an apostrophe makes it text.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  // Numbers are ours, and -1 is no formula.
  const text = typeof value === 'number' ? String(value) : value.replace(FORMULA, "'$&");
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** With the line end that RFC 4180 asks for. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;
