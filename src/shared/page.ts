import { badInput } from './api-error.js';

/** Keyset pagination: a cursor is the sort key of the last row, opaque to the client. */
export interface PageRequest {
  first: number;
  after: string | null;
}
export interface Page<T> {
  nodes: T[];
  hasNextPage: boolean;
  endCursor: string | null;
}

export const MAX_PAGE = 200;

/** @throws ApiError BAD_USER_INPUT for a size outside 1 to 200 or a cursor that this service did not make. */
export function pageRequest(first: number | null | undefined, after: string | null | undefined): PageRequest {
  const size = first ?? 50;
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
    throw badInput(`"first" must be from 1 to ${String(MAX_PAGE)}.`);
  }
  if (after === null || after === undefined) return { first: size, after: null };
  const key = Buffer.from(after, 'base64url').toString('utf8');
  if (!key.startsWith('c:') || Buffer.from(key, 'utf8').toString('base64url') !== after) {
    throw badInput('"after" is not a cursor of this list.');
  }
  return { first: size, after: key.slice(2) };
}

export const cursorOf = (key: string): string => Buffer.from(`c:${key}`, 'utf8').toString('base64url');

/** Makes a page of `first + 1` rows that were read in order. */
export function toPage<T>(rows: T[], request: PageRequest, keyOf: (row: T) => string): Page<T> {
  const nodes = rows.slice(0, request.first);
  const last = nodes.at(-1);
  return { nodes, hasNextPage: rows.length > request.first, endCursor: last ? cursorOf(keyOf(last)) : null };
}
