import { instantParam, marks } from '../../platform/database/index.js';
import type { MembershipSort } from './reach.policy.js';

export interface Statement {
  text: string;
  params: unknown[];
}

/** A part of a number that stands for several facts at once: an expression with values from 0 to `size` - 1. */
interface Digit extends Statement {
  size: number;
}

/** What JavaScript, MySQL and SQLite all keep exactly, with room to spare. */
const LARGEST = 2 ** 45;

/** One expression of many: each digit times the sizes of those before it. */
function numberOf(digits: readonly Digit[]): Statement {
  let weight = 1;
  const parts = digits.map(({ text, size }) => {
    const part = `${String(weight)} * (${text})`;
    weight *= size;
    return part;
  });
  return { text: parts.join(' + '), params: digits.flatMap(({ params }) => params) };
}

const flag = (condition: string, params: unknown[] = []): Digit => ({
  text: `CASE WHEN ${condition} THEN 1 ELSE 0 END`,
  params,
  size: 2,
});

/** Counts as `classOf` does. */
function dateClass(column: string, cutoffs: readonly Date[]): Digit {
  const text = cutoffs.map(() => `CASE WHEN ${column} > ? THEN 1 ELSE 0 END`).join(' + ');
  return { text: text === '' ? '0' : text, params: cutoffs.map(instantParam), size: cutoffs.length + 1 };
}

function optionalDateClass(column: string, cutoffs: readonly Date[]): Digit {
  const { text, params, size } = dateClass(column, cutoffs);
  return { text: `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 + ${text} END`, params, size: size + 1 };
}

/** As `prefixAllowed` does. Prefixes of one length are one look-up, or three hundred of them would take as many. */
function prefixBarred(prefixes: readonly string[]): Digit {
  if (prefixes.length === 0) return { text: '0', params: [], size: 1 };
  const lengths = [...new Set(prefixes.map(({ length }) => length))];
  const alike = lengths.map((length) => prefixes.filter((prefix) => prefix.length === length));
  const allowed = alike.map((some) => `SUBSTR(u.phone, 1, ${String(some[0]?.length)}) IN (${marks(some)})`);
  return flag(`u.phone IS NOT NULL AND NOT (${allowed.join(' OR ')})`, alike.flat());
}

export interface UserColumns {
  cutoffs: readonly Date[];
  allowedPrefixes: readonly string[];
  withEmail: boolean;
}

/** The next users in the order of their ids, each with one number for all that the decision sees in this row. */
export function usersStatement(
  { cutoffs, allowedPrefixes, withEmail }: UserColumns,
  { organizationId, after, size }: { organizationId: string; after: string; size: number },
): Statement {
  const sign = numberOf([
    flag("u.kind = 'PORTAL'"),
    flag('u.useTwoFactor = 1'),
    flag('u.emailConfirmedAt IS NULL'),
    { text: 'CASE WHEN u.phone IS NULL THEN 0 WHEN u.phoneConfirmedAt IS NULL THEN 1 ELSE 2 END', params: [], size: 3 },
    prefixBarred(allowedPrefixes),
    dateClass('u.createdAt', cutoffs),
    optionalDateClass('u.requirementReachedAt', cutoffs),
  ]);
  return {
    text: `SELECT u.id AS id, ${sign.text} AS sign${withEmail ? ', u.email AS email' : ''} FROM users u
      WHERE u.organizationId = ? AND u.active = 1 AND u.kind <> 'SERVICE' AND u.id > ? ORDER BY u.id LIMIT ?`,
    params: [...sign.params, organizationId, after, size],
  };
}

/** Which users a part of the signs is read for: few by name, many by the range that they lie in. */
export type Within = { ids: readonly string[] } | { after: string; upTo: string };

function userWithin(within: Within): Statement {
  if ('ids' in within) return { text: `userId IN (${marks(within.ids)})`, params: [...within.ids] };
  return { text: 'userId > ? AND userId <= ?', params: [within.after, within.upTo] };
}

/** Each of the six kinds of factor has a power of two of its own, and nobody has one twice. */
export function factorsStatement(within: Within): Statement {
  const { text, params } = userWithin(within);
  const weight =
    "CASE method WHEN 'TOTP' THEN 1 WHEN 'EMAIL' THEN 2 ELSE 4 END * CASE WHEN disabledAt IS NULL THEN 1 ELSE 8 END";
  return {
    text: `SELECT userId AS id, SUM(${weight}) AS sign FROM factors WHERE ${text} GROUP BY userId ORDER BY userId`,
    params,
  };
}

export const ROLE_MEMBERS = { table: 'role_members', column: 'roleId' } as const;
export const GROUP_MEMBERS = { table: 'group_members', column: 'groupId' } as const;

/**
 * Of each sort of membership whether a user has one, and since when: of several of one sort the oldest counts, as its
 * grace ends first. So many sorts at a time as fit into a number.
 */
export function membershipStatements(
  { table, column }: typeof ROLE_MEMBERS | typeof GROUP_MEMBERS,
  sorts: readonly MembershipSort[],
  cutoffs: readonly Date[],
): ((within: Within) => Statement)[] {
  const size = cutoffs.length + 2;
  const atOnce = Math.floor(Math.log(LARGEST) / Math.log(size));
  const since = dateClass('since', cutoffs);
  const statements: ((within: Within) => Statement)[] = [];
  for (let from = 0; from < sorts.length; from += atOnce) {
    const some = sorts.slice(from, from + atOnce);
    const ids = some.flatMap((sort) => sort.ids);
    const sign = numberOf(
      some.map((sort) => ({
        text: `COALESCE(1 + MIN(CASE WHEN ${column} IN (${marks(sort.ids)}) THEN ${since.text} END), 0)`,
        params: [...sort.ids, ...since.params],
        size,
      })),
    );
    statements.push((within) => {
      const user = userWithin(within);
      return {
        text: `SELECT userId AS id, ${sign.text} AS sign FROM ${table}
          WHERE ${user.text} AND ${column} IN (${marks(ids)}) GROUP BY userId ORDER BY userId`,
        params: [...sign.params, ...user.params, ...ids],
      };
    });
  }
  return statements;
}
