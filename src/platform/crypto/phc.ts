/** One field of the "PHC string format", `$id$name=value,…$salt$hash`, taken apart. */
export interface PhcHash {
  id: string;
  params: string;
  salt: Buffer;
  hash: Buffer;
}

const FORM = /^\$([a-z0-9-]{1,32})\$([a-z0-9=,]{1,64})\$([A-Za-z0-9+/.]{1,128}={0,2})\$([A-Za-z0-9+/.]{1,128}={0,2})$/;

export function parsePhc(text: string): PhcHash | null {
  const [, id, params, salt, hash] = FORM.exec(text) ?? [];
  if (id === undefined || params === undefined || salt === undefined || hash === undefined) return null;
  return { id, params, salt: decode(salt), hash: decode(hash) };
}

/** `name=value` pairs of plain decimal numbers; null where one is missing, strange, or there are others. */
export function numbersOf(params: string, names: readonly string[]): number[] | null {
  const parts = params.split(',');
  if (parts.length !== names.length) return null;
  const numbers = names.map((name) => {
    const part = parts.find((candidate) => candidate.startsWith(`${name}=`));
    const digits = part?.slice(name.length + 1) ?? '';
    return /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : Number.NaN;
  });
  return numbers.some(Number.isNaN) ? null : numbers;
}

/** Passlib writes "." for "+"; padding is optional. */
const decode = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64');
