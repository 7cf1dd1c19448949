/** The columns of an import, in the order in which an export writes those that it may write. */
export const EXPORTED_COLUMNS = [
  'email',
  'displayName',
  'phone',
  'kind',
  'locale',
  'active',
  'emailConfirmed',
  'useTwoFactor',
  'canToggleTwoFactor',
  'roles',
  'groups',
] as const;

/** Taken over from another product, and never written out. */
export const SECRET_COLUMNS = ['passwordHash', 'totpSecret'] as const;

export const COLUMNS = [...EXPORTED_COLUMNS, ...SECRET_COLUMNS] as const;
export type ColumnName = (typeof COLUMNS)[number];

export type CsvRecord = Partial<Record<ColumnName, string>>;

const FORMULA = /^'(?=[=+\-@\t\r\n])/;

/** An export puts an apostrophe before what a spreadsheet would run; a phone number begins with such a sign. */
export const cellText = (cell: string | undefined): string => (cell ?? '').trim().replace(FORMULA, '');

/** Names in one cell, parted by semicolons; one inside a name stands behind a backslash. */
export const joinNames = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\;]/g, '\\$&')).join(';');

export const splitNames = (cell: string): string[] =>
  [...cell.matchAll(/(?:\\.|[^\\;])+/gsu)]
    .map(([part]) => part.replace(/\\(.)/gsu, '$1').trim())
    .filter((name) => name !== '');
