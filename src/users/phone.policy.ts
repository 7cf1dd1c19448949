import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { refuse, type Refusal } from '../shared/outcome.js';

/** E.164 with its plus sign; blanks, hyphens and brackets in what was typed are put right. */
export function checkPhone(phone: string): string | Refusal {
  const number = phone.length <= 40 ? parsePhoneNumberFromString(phone) : undefined;
  if (number?.isPossible() !== true || !phone.trim().startsWith('+')) {
    return refuse('INVALID_VALUE', { message: 'Give the phone number with its country code, such as +31 6 12345678.' });
  }
  return number.number;
}

/** Whether the organization sends texts to this number; no prefixes mean all numbers. */
export const prefixAllowed = (phone: string, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => phone.startsWith(prefix));
