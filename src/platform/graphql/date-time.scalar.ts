import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * An RFC 3339 date-time (§5.6), or null. `Date` alone takes far more: years, numbers, the 30th of February.
 * A leap second is refused, since JavaScript cannot hold one; digits past the millisecond are cut.
 */
export function parseDateTime(text: string): Date | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const part = (index: number): number => Number(match[index] ?? '0');
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59 || part(9) > 23 || part(10) > 59) return null;
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return null;
  local.setUTCHours(hour, minute, second, ms);
  const offset = (part(9) * 60 + part(10)) * 60_000;
  return new Date(local.getTime() - (match[8] === '-' ? -offset : offset));
}

/** The value given is never repeated: what arrives where a time belongs may be a password that slipped. */
function read(value: unknown): Date {
  const date = typeof value === 'string' ? parseDateTime(value) : null;
  if (date === null) throw new GraphQLError('DateTime must be an RFC 3339 date-time, such as 2026-01-31T09:30:00Z.');
  return date;
}

/** In place of the library's own, which takes numbers and bare years. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An RFC 3339 date-time, such as 2026-01-31T09:30:00Z. Answers are in UTC, to the millisecond.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
  serialize: (value) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    throw new TypeError('A resolver gave something other than a valid Date for a DateTime.');
  },
});
