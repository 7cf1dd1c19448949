import { base32Decode } from './totp.js';

/** Something that must be in its one place and nowhere else. */
export interface Canary {
  name: string;
  value: string;
  /** Six digits are looked for as a word of their own: longer numbers and hashes hold them by chance. */
  digits?: boolean;
  /** A TOTP secret is also looked for as the bytes that it stands for. */
  base32?: boolean;
  /** A seed or a key, in hex, likewise. */
  hex?: boolean;
}

/** A way to write a canary down, and what comes of it. */
export interface Form {
  name: string;
  text: string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Without padding, and without a last letter that would hold bits of what follows. */
export function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >> (bits - 5)) & 31);
  }
  return text;
}

/** What base32 makes of it at each of the five places in which it can begin inside of something longer. */
function base32Forms(bytes: Buffer): string[] {
  return [0, 1, 2, 3, 4].map((offset) =>
    base32(Buffer.concat([Buffer.alloc(offset), bytes])).slice(Math.ceil((offset * 8) / 5)),
  );
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

/** Every text that a value could be written down as; the shortest say nothing. */
export function textFormsOf({ value, base32: isBase32, hex: isHex }: Canary): Form[] {
  const bytes: Buffer[] = [Buffer.from(value)];
  if (isBase32 === true) bytes.push(base32Decode(value));
  if (isHex === true) bytes.push(Buffer.from(value, 'hex'));
  const named: [string, string[]][] = [
    ['plain', [value, JSON.stringify(value).slice(1, -1)]],
    ['URL', [encodeURIComponent(value), value.replaceAll(' ', '+')]],
    ...bytes.flatMap((each): [string, string[]][] => [
      ['hex', [each.toString('hex'), each.toString('hex').toUpperCase()]],
      ['base32', base32Forms(each)],
      ['base64', [...base64Forms(each, 'base64'), ...base64Forms(each, 'base64url')]],
    ]),
  ];
  const forms = new Map<string, Form>();
  for (const [name, texts] of named) {
    for (const text of texts) if (text.length >= 8 && !forms.has(text)) forms.set(text, { name, text });
  }
  return [...forms.values()];
}

/** Every way in which a value could be written down. */
export function formsOf(canary: Canary): (string | RegExp)[] {
  if (canary.digits === true) return [new RegExp(`(?<![0-9A-Za-z_.:-])${canary.value}(?![0-9A-Za-z_.:-])`)];
  return textFormsOf(canary).map(({ text }) => text);
}

/** The names of those that a text holds, with the form that was found. */
export function foundIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.flatMap((canary) =>
    formsOf(canary)
      .filter((form) => (typeof form === 'string' ? text.includes(form) : form.test(text)))
      .map((form) => `${canary.name} as ${String(form)}`),
  );
}
