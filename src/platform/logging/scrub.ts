/**
 * The last net under what is logged: text that came from elsewhere (drivers, gateways, libraries) may hold what must
 * be nowhere but in its one place. Patterns are linear, since an attacker may choose the text.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/otpauth:\/\/[^\s"'<>]*/gi, '[otpauth]'],
  // user:password@ of a URL
  [/(:\/\/)[^\s/@"'<>]{1,512}@/g, '$1[redacted]@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  // JSON Web Tokens
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/([?&;]|\b)((?:\w*token|code|otp|ticket|secret|password|passwd|pwd|key)=)[^&\s"'<>]+/gi, '$1$2[redacted]'],
  // Opaque bearer values: 256 bits are 43 characters of base64url, a TOTP secret 32 of base32
  [/(?<![\w-])[\w-]{43,}(?![\w-])/g, '[opaque]'],
  [/(?<![\w-])[A-Z2-7]{32,}(?![\w-])/g, '[opaque]'],
];

const TEXT_MAX = 2_000;

export function scrubText(text: string): string {
  let clean = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

const ADDRESS = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,}/gi;
const CODE_LIKE = /(?<![\w.-])\d{6,8}(?![\w.-])/g;

/** For messages of foreign errors, which like to quote the data: also addresses and whatever looks like a code. */
export const scrubForeignText = (text: string): string =>
  scrubText(text).replace(ADDRESS, '[address]').replace(CODE_LIKE, '[digits]');
