import { fromBase32 } from './base32.js';
import type { OtpAlgorithm } from './hotp.js';
import type { Digits } from './otp-code.js';

export interface TokenLine {
  serial: string;
  seed: Buffer;
  algorithm: OtpAlgorithm;
  digits: Digits;
  period: number;
}

/** What fits into a request's 100 kB with seeds of 64 bytes in hex, and some room: a longer list comes in parts. */
export const MAX_LINES = 500;
const MIN_SEED_BYTES = 16;
const MAX_SEED_BYTES = 128;
const SERIAL = /^[A-Za-z0-9][A-Za-z0-9 _./-]{0,63}$/;

function parseSeed(text: string): Buffer | null {
  const hex = /^(?:[0-9A-Fa-f]{2})+$/.test(text) ? Buffer.from(text, 'hex') : null;
  const seed = hex ?? fromBase32(text);
  return seed !== null && seed.length >= MIN_SEED_BYTES && seed.length <= MAX_SEED_BYTES ? seed : null;
}

function parseAlgorithm(text: string): OtpAlgorithm | null {
  const name = text.toUpperCase().replace('-', '');
  if (name === '') return 'SHA1';
  return name === 'SHA1' || name === 'SHA256' || name === 'SHA512' ? name : null;
}

const parseDigits = (text: string): Digits | null => (text === '' || text === '6' ? 6 : text === '8' ? 8 : null);
const parsePeriod = (text: string): number | null => (text === '' || text === '30' ? 30 : text === '60' ? 60 : null);

/** One line: `serial,seed(hex or base32),algorithm,digits,period`. A problem never repeats the seed. */
function parseLine(line: string): TokenLine | string {
  const [serial = '', seedText = '', algorithmText = '', digitsText = '', periodText = '', ...more] = line
    .split(',')
    .map((field) =>
      field
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim(),
    );
  if (more.length > 0) return 'there are more than five fields';
  if (!SERIAL.test(serial)) return 'the serial number is missing or has characters that serial numbers do not have';
  const seed = parseSeed(seedText);
  if (seed === null) return 'the seed is not 16 to 128 bytes in hex or base32';
  const algorithm = parseAlgorithm(algorithmText);
  if (algorithm === null) return 'the algorithm is not SHA1, SHA256 or SHA512';
  const digits = parseDigits(digitsText);
  if (digits === null) return 'the digits are not 6 or 8';
  const period = parsePeriod(periodText);
  if (period === null) return 'the period is not 30 or 60 seconds';
  return { serial, seed, algorithm, digits, period };
}

/** Pure. Nothing is to be imported unless there are no problems; a heading line and blank lines are passed over. */
export function parseTokenCsv(csv: string): { tokens: TokenLine[]; problems: string[] } {
  const tokens: TokenLine[] = [];
  const problems: string[] = [];
  const seen = new Map<string, number>();
  const lines = csv.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.filter((line) => line.trim() !== '').length > MAX_LINES) {
    return { tokens, problems: [`There are more than ${String(MAX_LINES)} lines: import the list in parts.`] };
  }
  lines.forEach((line, index) => {
    const number = index + 1;
    if (line.trim() === '' || (tokens.length === 0 && problems.length === 0 && /^"?serial"?\s*,/i.test(line))) return;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') {
      problems.push(`Line ${String(number)}: ${parsed}.`);
      return;
    }
    const before = seen.get(parsed.serial);
    if (before !== undefined)
      problems.push(`Line ${String(number)}: the same serial number as line ${String(before)}.`);
    seen.set(parsed.serial, number);
    tokens.push(parsed);
  });
  if (tokens.length === 0 && problems.length === 0) problems.push('There is no line with a token.');
  return { tokens, problems };
}
