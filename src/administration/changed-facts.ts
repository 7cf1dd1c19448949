import type { AuditFacts } from '../audit/index.js';

type Shown = string | number | boolean | null | Date | readonly string[];

function shown(value: Shown): string {
  if (value === null) return 'none';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(' ');
  return String(value);
}

/**
 * What a change did, for the audit: which names, and each from what to what. Empty where nothing is another value.
 * Give it no secrets: both values are written down.
 */
export function changedFacts<Name extends string>(
  before: Readonly<Record<Name, Shown>>,
  after: Readonly<Record<Name, Shown>>,
): AuditFacts {
  const names = (Object.keys(after) as Name[]).filter((name) => shown(before[name]) !== shown(after[name]));
  if (names.length === 0) return {};
  const values = names.map((name) => [name, `${shown(before[name])} → ${shown(after[name])}`]);
  return { changed: names.join(' '), ...(Object.fromEntries(values) as AuditFacts) };
}

export const isChanged = (facts: AuditFacts): boolean => Object.keys(facts).length > 0;
