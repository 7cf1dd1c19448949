import { dictionary } from '@zxcvbn-ts/language-common';

let known: ReadonlySet<string> | undefined;

/** Whether a password, in lower case, is among the ones that attackers try first (some 50 000, from leaked lists). */
export function isCommonPassword(lowerCased: string): boolean {
  known ??= new Set(dictionary['passwords-common']);
  return known.has(lowerCased);
}
