import { errorFacts } from './error-facts.js';
import { scrubText } from './scrub.js';

export const REDACTED = '[redacted]';

/** Parts of names whose values are never logged, wherever they stand; compared without case, dashes, underscores. */
const SECRET_PARTS =
  /password|passwd|passphrase|secret|token|ticket|cookie|authorization|otpauth|otp|recoverycode|qrcode|seed|apikey|smtpurl|databaseurl|redisurl|privatekey/;
/** Whole names: too short or too common to be looked for inside of others. Bodies and variables are never logged. */
const SECRET_NAMES = new Set([
  'code',
  'codes',
  'key',
  'keys',
  'uri',
  'link',
  'csv',
  'body',
  'payload',
  'variables',
  'input',
  'parameters',
  'query',
  'sql',
  'headers',
]);

const DEPTH_MAX = 5;
const ITEMS_MAX = 50;

const isSecret = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/[-_]/g, '');
  return SECRET_NAMES.has(plain) || SECRET_PARTS.test(plain);
};

/** A copy that is fit for the log: secrets replaced by name, texts scrubbed, errors reduced, size and depth bounded. */
export function redact(value: unknown, withStack: boolean, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return errorFacts(value, withStack);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[bytes]';
  if (depth >= DEPTH_MAX) return '[deep]';
  if (value instanceof Map || value instanceof Set) return redact([...value], withStack, depth);
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => redact(item, withStack, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value).slice(0, ITEMS_MAX)) {
    copy[name] = isSecret(name) && item !== null && item !== undefined ? REDACTED : redact(item, withStack, depth + 1);
  }
  return copy;
}
