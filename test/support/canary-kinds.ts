import type { Canary } from './canary.js';

/** One that the watch of a world looks for. */
export interface Watched extends Canary {
  /**
   * `typed`: chosen by a test. `made`: by the service, at random. `shown-once`: likewise, and no second answer may hold it.
   * `link`: went by mail, so the mails to one address may hold it.
   */
  kind: 'typed' | 'made' | 'shown-once' | 'link';
}

/** What passes in an exchange: secrets, and the texts that stand in the open. */
export interface Seen {
  secrets: Watched[];
  open: string[];
}

/** Shorter texts would be met by chance. So would six digits: the journey of canaries.spec.ts looks for those. */
const SHORTEST = 16;
const DIFFERENT_LETTERS = 8;
/** An ID is no secret, whatever field a test types it in. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Neither a common word nor `aaaaaaaaaaaaaaaa`, which the tests of limits type. */
export const isDistinctive = (value: string): boolean =>
  value.length >= SHORTEST && new Set(value).size >= DIFFERENT_LETTERS && !ID.test(value);

/** Variables that hold a password. `current` and `next` are those of `op.CHANGE_PASSWORD`. */
const PASSWORDS = new Set(['password', 'newPassword', 'currentPassword', 'current', 'next']);
/**
 * Variables that hold what the service made, or what should be that. They are learnt where they come out, from answers, cookies
 * and mails: what is typed here is often wrong on purpose, as the digest of a row that must open nothing.
 */
const PROOFS = new Set(['token', 'ticket', 'refreshToken', 'trustedBrowserToken', 'code', 'secret']);

/** Of the variables that a client sends. */
export function typedIn(variables: unknown): Seen {
  const seen: Seen = { secrets: [], open: [] };
  const typed = (name: string, value: string, more: Partial<Canary> = {}): void => {
    if (isDistinctive(value)) seen.secrets.push({ name, value, kind: 'typed', ...more });
  };
  const walk = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      if (PASSWORDS.has(field)) typed('password', value);
      else if (field === 'csv') for (const seed of seedsIn(value)) typed('seed of a hard token', seed.value, seed);
      else if (field === 'smtpUrl') typed('password of the mail server', passwordIn(value));
      else if (!PROOFS.has(field) && value.length >= SHORTEST) seen.open.push(value);
    } else if (Array.isArray(value)) {
      for (const each of value) walk(each, field);
    } else if (typeof value === 'object' && value !== null) {
      const fields = value as Record<string, unknown>;
      // A parameter of the SMS gateway.
      if (fields.secret === true && typeof fields.value === 'string') typed('gateway secret', fields.value);
      else for (const [name, inner] of Object.entries(fields)) walk(inner, name);
    }
  };
  walk(variables, '');
  return seen;
}

/** Lines of serial,seed,…; the seed is in hex or base32. */
function seedsIn(csv: string): Pick<Canary, 'value' | 'hex' | 'base32'>[] {
  return csv.split('\n').flatMap((line): Pick<Canary, 'value' | 'hex' | 'base32'>[] => {
    const seed = line.split(',')[1]?.trim() ?? '';
    if (/^([0-9a-f]{2})+$/i.test(seed)) return [{ value: seed, hex: true }];
    return /^[a-z2-7]+=*$/i.test(seed) ? [{ value: seed.toUpperCase(), base32: true }] : [];
  });
}

export function passwordIn(url: string | null | undefined): string {
  try {
    return decodeURIComponent(new URL(url ?? '').password);
  } catch {
    return '';
  }
}

/** Fields of answers that may hold a secret, each its own kind. Nothing of them may stand in any other field. */
const ANSWERED: Readonly<Record<string, Pick<Watched, 'name' | 'kind'>>> = {
  accessToken: { name: 'access token', kind: 'made' },
  refreshToken: { name: 'refresh token', kind: 'shown-once' },
  ticket: { name: 'ticket', kind: 'made' },
  trustedBrowserToken: { name: 'trusted browser', kind: 'shown-once' },
  recoveryCodes: { name: 'recovery code', kind: 'shown-once' },
  codes: { name: 'recovery code', kind: 'shown-once' },
};
/** The secret once more, in an image or a URI beside it. */
const DRAWN = new Set(['uri', 'qrCode', 'qrCodeSvg']);

/** Of what the service answers with: data, and errors, in which nothing secret has its place. */
export function answeredIn(data: unknown, errors: unknown): Seen {
  const seen: Seen = { secrets: [], open: [] };
  const made = (name: string, kind: Watched['kind'], value: string, more: Partial<Canary> = {}): void => {
    seen.secrets.push({ name, value, kind, ...more });
  };
  const walk = (value: unknown, field: string, beside: Record<string, unknown>): void => {
    if (typeof value === 'string') {
      const secret = ANSWERED[field];
      if (secret?.name === 'recovery code') {
        made(secret.name, secret.kind, value);
        made(secret.name, 'made', value.replaceAll('-', ''));
      } else if (secret !== undefined) made(secret.name, secret.kind, uniqueOf(value));
      else if (field === 'key' && beside.apiKey !== undefined) made('API key', 'shown-once', value);
      else if (field === 'secret' && beside.application !== undefined) made('application secret', 'shown-once', value);
      else if (field === 'secret') made('TOTP secret', 'made', value, { base32: true });
      else if (!DRAWN.has(field)) seen.open.push(value);
    } else if (Array.isArray(value)) {
      for (const each of value) walk(each, field, beside);
    } else if (typeof value === 'object' && value !== null) {
      const fields = value as Record<string, unknown>;
      for (const [name, inner] of Object.entries(fields)) walk(inner, name, fields);
    }
  };
  walk(data, '', {});
  // Paths and codes too: all that an error says is in the open.
  if (errors !== undefined) seen.open.push(JSON.stringify(errors));
  return seen;
}

/** Of an access token its signature: header and claims are no secret, and begin alike in all of them. */
const uniqueOf = (token: string): string => (token.startsWith('eyJ') ? (token.split('.')[2] ?? token) : token);

/** Values of cookies are tokens too; a script of the page must not get to see them. */
export function inCookies(cookies: readonly { name: string; value: string }[]): Watched[] {
  return cookies
    .filter(({ value }) => isDistinctive(value))
    .map(({ name, value }) => ({ name: `cookie ${name}`, value: uniqueOf(value), kind: 'made' }));
}

/** The token of a link that was taken: of a mail that went to a server of the test's, and not to the mailbox. */
export function linkTaken(query: string, variables: unknown, data: unknown): Watched[] {
  if (!/\b(confirmEmail|openEnrollmentLink)\b/.test(query)) return [];
  if (!/"__typename":"(Done|Enrollment)"/.test(JSON.stringify(data ?? null))) return [];
  const token = /"token":"([\w-]{20,})"/.exec(JSON.stringify(variables))?.[1];
  return token === undefined ? [] : [{ name: 'mailed link', value: token, kind: 'link' }];
}

/** Tokens of the links of a mail. */
export function linksIn(text: string): Watched[] {
  return [...text.matchAll(/[?&]token=([\w-]{20,})/g)].map(([, value = '']) => ({
    name: 'mailed link',
    value,
    kind: 'link',
  }));
}
