import { base32Decode } from './totp.js';

/** Something that must be in its one place and nowhere else. */
export interface Canary {
  name: string;
  value: string;
  /** Six digits are looked for as a word of their own: longer numbers and hashes hold them by chance. */
  digits?: boolean;
  /** A TOTP secret is also looked for as the bytes that it stands for. */
  base32?: boolean;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[parseInt(five, 2)]).join('');
}

/** What base64 makes of it at each of the three places in which it can begin, without the letters that neighbours change. */
function base64Forms(bytes: Buffer, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString(encoding)
      .replaceAll('=', '');
    return text.slice([0, 2, 3][offset], -2);
  });
}

/** Every way in which a value could be written down. */
export function formsOf({ value, digits, base32: isBase32 }: Canary): (string | RegExp)[] {
  if (digits === true) return [new RegExp(`(?<![0-9A-Za-z_.:-])${value}(?![0-9A-Za-z_.:-])`)];
  const bytes = [Buffer.from(value), ...(isBase32 === true ? [base32Decode(value)] : [])];
  const forms = bytes.flatMap((each) => [
    each.toString('hex'),
    each.toString('hex').toUpperCase(),
    base32(each),
    ...base64Forms(each, 'base64'),
    ...base64Forms(each, 'base64url'),
  ]);
  const json = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, json, encodeURIComponent(value), value.replaceAll(' ', '+'), ...forms])].filter(
    (form) => form.length >= 8,
  );
}

/** The names of those that a text holds, with the form that was found. */
export function foundIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.flatMap((canary) =>
    formsOf(canary)
      .filter((form) => (typeof form === 'string' ? text.includes(form) : form.test(text)))
      .map((form) => `${canary.name} as ${String(form)}`),
  );
}
